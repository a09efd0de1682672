//! What stands for one word of a query beside its own forms, gathered from visible documents: the words that it begins, and synonyms of
//! several words.

use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, Term};

use super::dictionary::{Among, beginning_with};
use super::pace::Pace;
use super::phrase::with_phrase;
use super::seen::{Made, SeenTerm, Source};
use super::snapshot::Snapshot;
use super::visible::VisibleSet;
use crate::index::IndexError;
use crate::query::{Phrase, Word};

/// What was gathered for a word.
#[derive(Default)]
pub(super) struct Gathered {
    /// As a form of the word; nothing where nothing was.
    pub(super) form: Option<SeenTerm>,
    /// Whether it begins more words than were looked for.
    pub(super) more: bool,
}

/// Gathers what stands for a word; of a beginning of words the `most` that most visible documents have.
pub(super) fn made(
    word: &Word,
    most: usize,
    snapshot: &Snapshot,
    visible: &VisibleSet,
    pace: &mut Pace<'_>,
) -> Result<Gathered, IndexError> {
    let several = word.also.iter().filter(|synonym| synonym.words.len() > 1);
    let phrases: Vec<Phrase> = several.map(|synonym| Phrase { words: synonym.words.clone(), slop: 0 }).collect();
    if !word.prefix && phrases.is_empty() {
        return Ok(Gathered::default());
    }
    let mut made: Vec<Made> = snapshot.segments.iter().map(|segment| Made::new(segment.reader.max_doc())).collect();
    let more = word.prefix && begun(&word.exact, most, snapshot, visible, &mut made, pace)?;
    for ((segment, part), made) in snapshot.segments.iter().zip(&visible.parts).zip(&mut made) {
        for phrase in &phrases {
            for (doc, times) in with_phrase(segment, snapshot.fields.exact, phrase, &|doc| part.bits.contains(doc), pace)? {
                made.add(doc, times);
            }
        }
    }
    // Both are of words as they are written.
    Ok(Gathered { form: Some(SeenTerm { field: 0, source: Source::Made(made) }), more })
}

/// Adds the words that begin so; says whether there are more.
fn begun(
    beginning: &str,
    most: usize,
    snapshot: &Snapshot,
    visible: &VisibleSet,
    made: &mut [Made],
    pace: &mut Pace<'_>,
) -> Result<bool, IndexError> {
    let exact = snapshot.fields.exact;
    let frequent = beginning_with(snapshot, (exact, beginning), most, visible, pace)?;
    for found in &frequent.terms {
        let term = Term::from_field_text(exact, &found.text);
        for ((segment, part), made) in snapshot.segments.iter().zip(&visible.parts).zip(made.iter_mut()) {
            let Some(info) = segment.find(&term)? else { continue };
            let mut blocks = segment.blocks(exact, &info, IndexRecordOption::WithFreqs)?;
            while !blocks.docs().is_empty() {
                for (doc, times) in blocks.docs().iter().zip(blocks.freqs()).filter(|(doc, _)| part.bits.contains(**doc)) {
                    made.add(*doc, *times);
                }
                pace.steps(blocks.docs().len())?;
                blocks.advance();
            }
        }
    }
    Ok(frequent.more)
}

impl Among for VisibleSet {
    fn has(&self, segment: usize, doc: DocId) -> bool {
        self.parts.get(segment).is_some_and(|part| part.bits.contains(doc))
    }
}
