//! Where visible documents have a term of a query: as the engine keeps it, or made out of several terms for one question.

use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, DocSet, Term};

use super::bits::Bits;
use super::pace::Pace;
use super::part::Seen;
use super::snapshot::Segment;
use crate::index::IndexError;

/// Seeking in the postings of a term costs about as much as walking past so many.
const SEEK: usize = 32;

/// A term that visible documents have.
pub(super) struct SeenTerm {
    /// Its field's place among the text fields.
    pub(super) field: usize,
    pub(super) source: Source,
}

/// Where its documents stand, by segment.
pub(super) enum Source {
    /// The engine keeps them, hidden documents included; nothing where no visible document of the segment has it.
    Kept(Term, Vec<Option<Seen>>),
    /// They were gathered from the visible documents.
    Made(Vec<Made>),
}

/// How often documents of a segment have any of several terms: a byte for each document, so that many terms take no more room than one.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    pub(super) documents: u64,
    occurrences: Vec<u8>,
}

impl Made {
    /// For a segment of so many documents.
    pub(super) fn new(documents: u32) -> Self {
        Self { documents: 0, occurrences: vec![0; documents as usize] }
    }

    /// A document has so many more; counts that leave a byte are cut, for scores saturate long before.
    pub(super) fn add(&mut self, doc: DocId, occurrences: u32) {
        let Some(known) = self.occurrences.get_mut(doc as usize) else { return };
        self.documents += u64::from(*known == 0 && occurrences > 0);
        *known = known.saturating_add(u8::try_from(occurrences).unwrap_or(u8::MAX));
    }

    /// How many a document has.
    pub(super) fn of(&self, doc: DocId) -> u32 {
        self.occurrences.get(doc as usize).copied().map_or(0, u32::from)
    }

    fn iter(&self) -> impl Iterator<Item = (DocId, u32)> + '_ {
        self.occurrences.iter().zip(0..).filter(|(occurrences, _)| **occurrences > 0).map(|(count, doc)| (doc, u32::from(*count)))
    }
}

impl SeenTerm {
    /// How many visible documents have it.
    pub(super) fn visible(&self) -> u64 {
        match &self.source {
            Source::Kept(_, segments) => segments.iter().flatten().map(|seen| seen.documents).sum(),
            Source::Made(segments) => segments.iter().map(|made| made.documents).sum(),
        }
    }

    /// Hands out every document of a segment with its occurrences, ascending; hidden ones may be among them.
    pub(super) fn each(
        &self,
        at: usize,
        segment: &Segment,
        pace: &mut Pace<'_>,
        mut each: impl FnMut(DocId, u32) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        match &self.source {
            Source::Made(segments) => {
                let Some(made) = segments.get(at) else { return Ok(()) };
                for (doc, occurrences) in made.iter() {
                    pace.step()?;
                    each(doc, occurrences)?;
                }
                Ok(())
            }
            Source::Kept(term, segments) => {
                let Some(Some(seen)) = segments.get(at) else { return Ok(()) };
                let mut blocks = segment.blocks(term.field(), &seen.info, IndexRecordOption::WithFreqs)?;
                loop {
                    let docs = blocks.docs();
                    if docs.is_empty() {
                        return Ok(());
                    }
                    for (doc, occurrences) in docs.iter().zip(blocks.freqs()) {
                        each(*doc, *occurrences)?;
                    }
                    pace.steps(docs.len())?;
                    blocks.advance();
                }
            }
        }
    }

    /// Puts those of some documents, whose number is known, that have it to what was found.
    pub(super) fn find_among(
        &self,
        at: usize,
        segment: &Segment,
        (among, number): (&Bits, usize),
        found: &mut Bits,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let (term, seen) = match &self.source {
            Source::Made(segments) => {
                let made = segments.get(at);
                let having = made.into_iter().flat_map(Made::iter).map(|(doc, _)| doc);
                having.filter(|doc| among.contains(*doc)).for_each(|doc| found.insert(doc));
                return Ok(());
            }
            Source::Kept(term, segments) => match segments.get(at) {
                Some(Some(seen)) => (term, seen),
                _ => return Ok(()),
            },
        };
        if number.saturating_mul(SEEK) < seen.info.doc_freq as usize {
            return seek(segment, (term, seen), among, found, pace);
        }
        segment.walk(term.field(), &seen.info, pace, |doc| {
            if among.contains(doc) {
                found.insert(doc);
            }
        })
    }
}

/// The same where the documents are few beside those that have the term.
fn seek(
    segment: &Segment,
    (term, seen): (&Term, &Seen),
    among: &Bits,
    found: &mut Bits,
    pace: &mut Pace<'_>,
) -> Result<(), IndexError> {
    let mut postings = segment.postings(term.field(), &seen.info, IndexRecordOption::Basic)?;
    for doc in among.iter() {
        pace.step()?;
        if postings.doc() < doc {
            postings.seek(doc);
        }
        if postings.doc() == doc {
            found.insert(doc);
        }
    }
    Ok(())
}
