//! The words of a query as terms, with statistics of exactly the documents that the asker may see.

use std::collections::HashMap;

use ::tantivy::Term;
use ::tantivy::query::{Bm25StatisticsProvider, Bm25Weight};
use ::tantivy::schema::Field;

use super::schema::{Fields, TEXT_FIELDS};
use super::snapshot::{Segment, Snapshot};
use super::visible::{Pace, VisibleSet};
use crate::index::{Basis, IndexError};
use crate::query::{Query, Word};

/// BM25's k1 times b, as the engine has them: 1.2 and 0.75.
const LENGTH_WEIGHT: f32 = 0.9;
/// A stored length is at least 8/9 of the true one, and no term stands in a document more often than it is long.
const STORED_LENGTH_WEIGHT: f32 = 0.8;

/// A query against one visible set.
pub(super) struct Terms {
    /// Distinct terms that visible documents have.
    pub(super) distinct: Vec<Term>,
    /// The forms of each word; a word counts as its best.
    pub(super) words: Vec<Vec<Form>>,
    /// The inverse document frequency of each word.
    pub(super) idf: Vec<f64>,
    /// A fingerprint of everything above.
    pub(super) basis: Basis,
    statistics: Statistics,
    fields: [Field; TEXT_FIELDS],
}

/// One form of a word.
pub(super) struct Form {
    /// Its term's position in `distinct`.
    pub(super) place: usize,
    /// Its weight. All forms of a word are as rare as the most frequent of them: a form that few happen to write tells no more
    /// than the word does.
    pub(super) weight: Bm25Weight,
}

/// What the engine asks for when it weighs a term.
pub(super) struct Statistics {
    documents: u64,
    lengths: Vec<(Field, u64)>,
    frequencies: HashMap<Term, u64>,
}

impl Terms {
    /// Looks the words of a query up among what is visible.
    pub(super) fn of(query: &Query, snapshot: &Snapshot, visible: &VisibleSet, pace: &mut Pace<'_>) -> Result<Self, IndexError> {
        let fields = snapshot.fields.text();
        // Without documents or text the engine would divide by nothing.
        let documents = visible.documents.max(1);
        let lengths: Vec<(Field, u64)> = fields.into_iter().zip(visible.lengths.map(|length| length.max(1))).collect();
        let mut terms = Self {
            distinct: Vec::new(),
            words: Vec::new(),
            idf: Vec::new(),
            basis: Basis::default(),
            statistics: Statistics { documents, lengths, frequencies: HashMap::new() },
            fields,
        };
        let mut places: HashMap<Term, usize> = HashMap::new();
        let mut frequencies = Vec::with_capacity(query.words.len());
        for word in &query.words {
            pace.look()?;
            let mut visible_forms = Vec::new();
            let mut most = 0;
            for term in forms(word, snapshot.fields) {
                let frequency = visible.frequency(snapshot, &term, pace)?.min(documents);
                most = most.max(frequency);
                if frequency > 0 {
                    visible_forms.push(term);
                }
            }
            let of_word = visible_forms.into_iter().map(|term| {
                let weight = terms.statistics.weight(term.field(), most);
                // A form that two words share bounds the score of either with the rarer of them.
                let frequency = terms.statistics.frequencies.entry(term.clone()).or_insert(most);
                *frequency = most.min(*frequency);
                let place = *places.entry(term).or_insert_with_key(|term| {
                    terms.distinct.push(term.clone());
                    terms.distinct.len() - 1
                });
                Form { place, weight }
            });
            let of_word = of_word.collect();
            terms.words.push(of_word);
            terms.idf.push(idf(most, documents));
            frequencies.push(most);
        }
        terms.basis = Basis::of(visible.documents, &visible.lengths, &frequencies);
        Ok(terms)
    }

    /// The statistics for the engine's own scorers, so that its scores bound ours.
    pub(super) fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// By how much a block's best score under the segment's own average length may fall short of the true one.
    pub(super) fn slack(&self, segment: &Segment) -> Result<f32, IndexError> {
        let mut slack = 1.0_f32;
        for field in self.fields {
            let average = self.statistics.average(field);
            let written = segment.written_average(field)?;
            if !(written.is_finite() && written > 0.0) {
                return Ok(f32::INFINITY);
            }
            let by_length = (1.0 + LENGTH_WEIGHT / average) / (1.0 + STORED_LENGTH_WEIGHT / average);
            slack = slack.max(written / average).max(average / written).max(by_length);
        }
        Ok(slack)
    }
}

impl Statistics {
    #[expect(clippy::cast_precision_loss, reason = "the engine computes it in the same way")]
    fn average(&self, field: Field) -> f32 {
        let length = self.lengths.iter().find(|(known, _)| *known == field).map_or(1, |(_, length)| *length);
        length as f32 / self.documents as f32
    }

    fn weight(&self, field: Field, frequency: u64) -> Bm25Weight {
        Bm25Weight::for_one_term_without_explain(frequency, self.documents, self.average(field))
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, field: Field) -> ::tantivy::Result<u64> {
        Ok(self.lengths.iter().find(|(known, _)| *known == field).map_or(1, |(_, length)| *length))
    }

    fn total_num_docs(&self) -> ::tantivy::Result<u64> {
        Ok(self.documents)
    }

    fn doc_freq(&self, term: &Term) -> ::tantivy::Result<u64> {
        Ok(self.frequencies.get(term).copied().unwrap_or(0))
    }
}

/// The terms that a word may stand as.
fn forms(word: &Word, fields: Fields) -> Vec<Term> {
    let written = [Term::from_field_text(fields.exact, &word.exact), Term::from_field_text(fields.stem, &word.exact)];
    let stems = word.stems.iter().filter(|stem| **stem != word.exact).map(|stem| Term::from_field_text(fields.stem, stem));
    written.into_iter().chain(stems).collect()
}

/// The inverse document frequency as BM25 has it.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents lie far below 2^52")]
fn idf(frequency: u64, documents: u64) -> f64 {
    let (frequency, documents) = (frequency as f64, documents as f64);
    (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln()
}
