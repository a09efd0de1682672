//! Our own cursors over the terms of a query in a segment.

use ::tantivy::fieldnorm::FieldNormReader;
use ::tantivy::postings::{Postings, SegmentPostings};
use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, DocSet};

use super::seen::{Made, SeenTerm, Source};
use super::snapshot::Segment;
use super::statistics::{Form, Terms};
use crate::index::IndexError;

/// One cursor for each distinct term that is wanted and visible in the segment.
pub(super) struct Cursors<'a> {
    cursors: Vec<Option<Cursor<'a>>>,
}

struct Cursor<'a> {
    postings: Kept<'a>,
    norms: &'a FieldNormReader,
}

enum Kept<'a> {
    Postings(Box<SegmentPostings>),
    Made(&'a Made),
}

impl Kept<'_> {
    /// How often a document has the term; documents come ascending.
    fn occurrences(&mut self, doc: DocId) -> u32 {
        match self {
            Self::Made(made) => made.of(doc),
            Self::Postings(postings) => {
                if postings.doc() < doc {
                    postings.seek(doc);
                }
                if postings.doc() == doc { postings.term_freq() } else { 0 }
            }
        }
    }
}

impl<'a> Cursors<'a> {
    /// Opens the cursors of those terms, by their places, that are wanted.
    pub(super) fn new(
        at: usize,
        segment: &'a Segment,
        terms: &'a Terms,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Self, IndexError> {
        let mut cursors = Vec::with_capacity(terms.distinct.len());
        for (place, term) in terms.distinct.iter().enumerate() {
            let kept = if wanted(place) { kept(at, segment, term)? } else { None };
            cursors.push(kept.zip(segment.norms.get(term.field)).map(|(postings, norms)| Cursor { postings, norms }));
        }
        Ok(Self { cursors })
    }

    /// The share of a word in a document's score: that of its best form. Documents come ascending.
    pub(super) fn share(&mut self, doc: DocId, word: &[Form]) -> f64 {
        self.find(doc, word).unwrap_or(0.0)
    }

    /// The same; nothing where the document has no form of the word.
    pub(super) fn find(&mut self, doc: DocId, word: &[Form]) -> Option<f64> {
        let mut share: Option<f64> = None;
        for form in word {
            let Some(Some(cursor)) = self.cursors.get_mut(form.place) else { continue };
            let occurrences = cursor.postings.occurrences(doc);
            if occurrences > 0 {
                let score = form.weight.score(cursor.norms.fieldnorm_id(doc), occurrences);
                share = Some(share.unwrap_or(0.0).max(f64::from(score)));
            }
        }
        share
    }
}

/// Where a segment has a term; nothing where no visible document has it.
fn kept<'a>(at: usize, segment: &Segment, term: &'a SeenTerm) -> Result<Option<Kept<'a>>, IndexError> {
    match &term.source {
        Source::Made(segments) => Ok(segments.get(at).map(Kept::Made)),
        Source::Kept(term, segments) => {
            let Some(Some(seen)) = segments.get(at) else { return Ok(None) };
            let postings = segment.postings(term.field(), &seen.info, IndexRecordOption::WithFreqs)?;
            Ok(Some(Kept::Postings(Box::new(postings))))
        }
    }
}
