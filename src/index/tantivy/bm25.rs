//! BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), with parameters of our own.
//!
//! The engine's formula has fixed parameters. Ours were chosen on the judged sets, documents and people alike: see
//! docs/relevance.md.

use std::sync::Arc;

use ::tantivy::fieldnorm::FieldNormReader;

/// How fast further occurrences stop mattering; occurrences without end count 1 + K1 times what one in a text of average length
/// and with K1 = 0 would.
pub(super) const K1: f32 = 1.6;
/// How far a long text is held to its length, 0 to 1.
pub(super) const B: f32 = 0.75;

/// What lengths of a field take from a score, by the byte in which the engine keeps a length.
#[derive(Clone)]
pub(super) struct Lengths(Arc<[f32; 256]>);

impl Lengths {
    /// For a field whose texts have so many tokens on average.
    pub(super) fn around(average: f32) -> Self {
        let mut norms = [0.0; 256];
        for (norm, id) in norms.iter_mut().zip(0..=u8::MAX) {
            #[expect(clippy::cast_precision_loss, reason = "lengths are kept with fewer digits than that")]
            let length = FieldNormReader::id_to_fieldnorm(id) as f32;
            *norm = K1 * (1.0 - B + B * length / average);
        }
        Self(Arc::new(norms))
    }
}

/// How much a word counts in a field.
#[derive(Clone)]
pub(super) struct Bm25 {
    weight: f32,
    lengths: Lengths,
}

impl Bm25 {
    /// For a word of this weight, which is its inverse document frequency or a part of it.
    pub(super) fn new(weight: f32, lengths: Lengths) -> Self {
        Self { weight: weight * (1.0 + K1), lengths }
    }

    /// The score of so many occurrences in a text of a length. It never exceeds [`Bm25::bound`].
    pub(super) fn score(&self, length: u8, occurrences: u32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "what saturates needs no more digits")]
        let occurrences = occurrences as f32;
        let norm = self.lengths.0.get(usize::from(length)).copied().unwrap_or_default();
        self.weight * (occurrences / (occurrences + norm))
    }

    /// What no score exceeds: occurrences without end.
    pub(super) fn bound(&self) -> f32 {
        self.weight
    }
}

/// What a word of this weight cannot add more than to a score: its occurrences without end.
pub(super) fn most(weight: f64) -> f64 {
    weight * (1.0 + f64::from(K1))
}

#[cfg(test)]
mod tests {
    //! 1. occurrences raise a score towards its bound, and length lowers it; 2. at the average length the formula is BM25's.
    use super::*;

    #[test]
    fn occurrences_raise_a_score_towards_its_bound_and_length_lowers_it() {
        let word = Bm25::new(2.0, Lengths::around(40.0));
        let scores: Vec<f32> = [1, 2, 9, u32::MAX].map(|occurrences| word.score(40, occurrences)).into();
        assert!(scores.is_sorted_by(|a, b| a < b) && scores[3] <= word.bound(), "{scores:?}");
        let scores: Vec<f32> = (0..=255).map(|length| word.score(length, 3)).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn one_occurrence_at_the_average_length_scores_the_weight() {
        assert!((Bm25::new(2.0, Lengths::around(40.0)).score(40, 1) - 2.0).abs() < 1e-6);
    }
}
