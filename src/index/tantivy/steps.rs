//! In which order the words of a query are walked, and what those that are left can add.

use super::statistics::{Form, Terms};

/// Sums and products of a few positive 64-bit floats in another order differ by less than this share.
pub(super) const ROUNDING: f64 = 1e-12;

/// A word in the order of walking: weightiest first.
pub(super) struct Step {
    /// Its place in the query.
    pub(super) word: usize,
    /// What it and the words after it can add to a score at most.
    pub(super) rest: f64,
    /// What the words after it can add at most.
    pub(super) after: f64,
}

/// The words of a query in order, where no share counts more than so many times what its word says.
pub(super) fn steps(terms: &Terms, most: f64) -> Vec<Step> {
    let bound = |forms: &[Form]| forms.iter().map(|form| f64::from(form.weight.bound())).fold(0.0, f64::max);
    let bounds: Vec<f64> = terms.words.iter().map(|forms| bound(forms) * most).collect();
    let mut order: Vec<(usize, f64)> = bounds.into_iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let from = |at: usize| order.iter().skip(at).map(|(_, bound)| bound).sum::<f64>() * (1.0 + ROUNDING);
    let words = order.iter().enumerate();
    words.map(|(at, (word, _))| Step { word: *word, rest: from(at), after: from(at + 1) }).collect()
}
