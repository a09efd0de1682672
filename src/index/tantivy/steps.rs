//! In which order the words of a query are walked, what each says of documents, and what those that are left can add.

use ::tantivy::DocId;

use super::admission::Admission;
use super::pace::Pace;
use super::statistics::{Form, Terms};
use crate::index::IndexError;

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

/// Visits the documents of a segment that have a form of a word and may be shown, each with what the form says of it, however the
/// document stands.
pub(super) fn each_share(
    terms: &Terms,
    form: &Form,
    segment: &Admission<'_>,
    pace: &mut Pace<'_>,
    mut each: impl FnMut(DocId, f32) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let Some(term) = terms.distinct.get(form.place) else { return Ok(()) };
    let Some(norms) = segment.segment.norms.get(term.field) else { return Ok(()) };
    term.each(segment.at, segment.segment, pace, |doc, occurrences| {
        if !segment.sees(doc) || !segment.admits(doc)? {
            return Ok(());
        }
        each(doc, form.weight.score(norms.fieldnorm_id(doc), occurrences))
    })
}
