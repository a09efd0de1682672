//! What stands for one word of a query beside its own forms, gathered from visible documents: the words that it begins, synonyms, and,
//! where no visible document has the word, what it may be misspelt for.

use ::tantivy::postings::TermInfo;
use ::tantivy::schema::{Field, IndexRecordOption};
use ::tantivy::{DocId, Term};

use super::dictionary::{Among, beginning_with, near};
use super::pace::Pace;
use super::phrase::with_phrase;
use super::seen::{Made, SeenTerm, Source};
use super::snapshot::{Segment, Snapshot};
use super::visible::VisibleSet;
use crate::index::{IndexError, Stretch, Stretched, TermFound};
use crate::query::{Phrase, Word};

/// Most words that one misspelt word stands for.
pub(super) const MOST_MEANT: usize = 8;

/// Gathers what stands for words among what is visible.
pub(super) struct Expander<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) visible: &'a VisibleSet,
    /// Most words that a beginning stands for.
    pub(super) expansions: usize,
    /// How many misspelt words may still be looked for.
    pub(super) misspelt: usize,
    /// What stands for the words so far.
    pub(super) stretched: Vec<Stretched>,
}

impl Expander<'_> {
    /// What stands for a word as one form of it; nothing where nothing does. `known` says whether any visible document has the word
    /// itself or a single synonym.
    pub(super) fn form(
        &mut self,
        (at, word): (usize, &Word),
        known: bool,
        pace: &mut Pace<'_>,
    ) -> Result<Option<SeenTerm>, IndexError> {
        let phrases: Vec<Phrase> = word.also.iter().filter(|synonym| synonym.words.len() > 1).map(in_a_row).collect();
        let mut made = None;
        if word.prefix {
            let exact = self.snapshot.fields.exact;
            let frequent = beginning_with(self.snapshot, (exact, &word.exact), self.expansions, self.visible, pace)?;
            self.take(&frequent.terms, &mut made, pace)?;
            self.tell((at, Stretch::Beginning), texts(frequent.terms), frequent.more);
        }
        let mut several = Vec::new();
        for phrase in phrases {
            if self.take_phrase(&phrase, &mut made, pace)? {
                several.push(phrase.words.join(" "));
            }
        }
        if !known && several.is_empty() && !word.prefix && !word.literal && self.misspelt > 0 {
            let meant = self.meant(&word.exact, pace)?;
            if !meant.is_empty() {
                self.misspelt -= 1;
            }
            self.take(&meant, &mut made, pace)?;
            self.tell((at, Stretch::Misspelt), texts(meant), false);
        }
        self.tell((at, Stretch::Synonym), several, false);
        // All are of words as they are written.
        Ok(made.map(|made| SeenTerm { field: 0, source: Source::Made(made) }))
    }

    /// Tells what stands for a word, together with what was told of it before.
    pub(super) fn tell(&mut self, (word, by): (usize, Stretch), terms: Vec<String>, more: bool) {
        if terms.is_empty() {
            return;
        }
        match self.stretched.iter_mut().find(|told| told.word == word && told.by == by) {
            Some(told) => told.terms.extend(terms),
            None => self.stretched.push(Stretched { word, by, terms, more }),
        }
    }

    /// What a word may be misspelt for: the nearest, of which the most frequent.
    fn meant(&self, word: &str, pace: &mut Pace<'_>) -> Result<Vec<TermFound>, IndexError> {
        let mut meant = near(self.snapshot, (self.snapshot.fields.exact, word), MOST_MEANT, self.visible, pace)?;
        let nearest = meant.first().map_or(0, |first| first.distance);
        meant.retain(|term| term.distance == nearest);
        Ok(meant)
    }

    /// Adds the documents that have words as they are written.
    fn take(&self, terms: &[TermFound], made: &mut Option<Vec<Made>>, pace: &mut Pace<'_>) -> Result<(), IndexError> {
        let exact = self.snapshot.fields.exact;
        for found in terms {
            let term = Term::from_field_text(exact, &found.text);
            let made = made.get_or_insert_with(|| none_of(self.snapshot));
            for ((segment, part), made) in self.snapshot.segments.iter().zip(&self.visible.parts).zip(made.iter_mut()) {
                let Some(info) = segment.find(&term)? else { continue };
                let mut blocks = segment.blocks(exact, &info, IndexRecordOption::WithFreqs)?;
                while !blocks.docs().is_empty() {
                    for (doc, times) in blocks.docs().iter().zip(blocks.freqs()) {
                        if part.bits.contains(*doc) {
                            made.add(*doc, *times);
                        }
                    }
                    pace.steps(blocks.docs().len())?;
                    blocks.advance();
                }
            }
        }
        Ok(())
    }

    /// Adds the documents that have words in a row; says whether any does.
    fn take_phrase(&self, phrase: &Phrase, made: &mut Option<Vec<Made>>, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        let mut any = false;
        let exact = self.snapshot.fields.exact;
        for (at, (segment, part)) in self.snapshot.segments.iter().zip(&self.visible.parts).enumerate() {
            for (doc, times) in with_phrase(segment, exact, phrase, &|doc| part.bits.contains(doc), pace)? {
                any = true;
                if let Some(made) = made.get_or_insert_with(|| none_of(self.snapshot)).get_mut(at) {
                    made.add(doc, times);
                }
            }
        }
        Ok(any)
    }
}

fn in_a_row(synonym: &crate::query::Synonym) -> Phrase {
    Phrase { words: synonym.words.clone(), slop: 0 }
}

fn texts(terms: Vec<TermFound>) -> Vec<String> {
    terms.into_iter().map(|term| term.text).collect()
}

fn none_of(snapshot: &Snapshot) -> Vec<Made> {
    snapshot.segments.iter().map(|segment| Made::new(segment.reader.max_doc())).collect()
}

impl Among for VisibleSet {
    fn has(&self, segment: usize, doc: DocId) -> bool {
        self.parts.get(segment).is_some_and(|part| part.bits.contains(doc))
    }

    fn count(
        &self,
        (at, segment): (usize, &Segment),
        field: Field,
        info: &TermInfo,
        pace: &mut Pace<'_>,
    ) -> Result<u64, IndexError> {
        self.parts.get(at).map_or(Ok(0), |part| part.count(segment, field, info, pace))
    }
}
