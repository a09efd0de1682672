//! Our own cursors over the terms of a query in a segment.

use ::tantivy::fieldnorm::FieldNormReader;
use ::tantivy::postings::{Postings, SegmentPostings};
use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, DocSet};

use super::snapshot::Segment;
use super::statistics::{Form, Terms};
use crate::index::IndexError;

/// One cursor for each distinct term that is wanted and visible in the segment.
pub(super) struct Cursors<'a> {
    cursors: Vec<Option<Cursor<'a>>>,
}

struct Cursor<'a> {
    postings: SegmentPostings,
    norms: &'a FieldNormReader,
}

impl<'a> Cursors<'a> {
    /// Opens the cursors of those terms, by their places, that are wanted.
    pub(super) fn new(
        at: usize,
        segment: &'a Segment,
        terms: &Terms,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Self, IndexError> {
        let mut cursors = Vec::with_capacity(terms.distinct.len());
        for (place, term) in terms.distinct.iter().enumerate() {
            let here = term.seen_in(at).filter(|_| wanted(place)).zip(segment.norms.get(term.field));
            let cursor = match here {
                Some((seen, norms)) => {
                    let postings = segment.postings(term.term.field(), &seen.info, IndexRecordOption::WithFreqs)?;
                    Some(Cursor { postings, norms })
                }
                None => None,
            };
            cursors.push(cursor);
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
            if cursor.postings.doc() < doc {
                cursor.postings.seek(doc);
            }
            if cursor.postings.doc() == doc {
                let score = form.weight.score(cursor.norms.fieldnorm_id(doc), cursor.postings.term_freq());
                share = Some(share.unwrap_or(0.0).max(f64::from(score)));
            }
        }
        share
    }
}
