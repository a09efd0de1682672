//! The best visible documents of a segment: what is visible and matches is walked, and nothing hidden is scored.
//!
//! Words are walked from the weightiest on. Each adds to a score at most what it weighs, so as soon as so many documents as are
//! wanted reach more than that allows, documents with little of a word are left out, and in the end whole words are only
//! looked up in what was found. Bounds come from weights alone, so nothing rests on how segments were written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ::tantivy::DocId;
use ::tantivy::schema::IndexRecordOption;

use super::admission::Admission;
use super::cursors::Cursors;
use super::pace::Pace;
use super::ranked::{Best, Rank};
use super::snapshot::Segment;
use super::statistics::{Form, Terms};
use crate::index::IndexError;

/// Sums of a few positive 64-bit floats in another order differ by less than this share.
const ROUNDING: f64 = 1e-12;

/// How the words of a query are walked.
pub(super) struct Listing<'a> {
    terms: &'a Terms,
    most: usize,
    /// Weightiest first.
    steps: Vec<Step>,
}

/// A word in the order of walking.
struct Step {
    /// Its place in the query.
    word: usize,
    /// What all the other words can add to a score at most.
    others: f64,
    /// What it and the words after it can add at most.
    rest: f64,
}

/// A form of a word in a document.
struct Match {
    doc: DocId,
    word: usize,
    share: f32,
}

/// What is found in a segment.
struct Findings {
    matches: Vec<Match>,
    /// How many documents of a segment tell what is enough; nothing where what is found need not be kept.
    most: Option<usize>,
    /// A score that so many documents as are wanted reach; nothing while that is not known. What ties with it may still be
    /// kept for its name.
    enough: Option<f64>,
}

impl<'a> Listing<'a> {
    /// The listing of a query whose best `most` are wanted.
    pub(super) fn new(terms: &'a Terms, most: usize) -> Self {
        // No form scores more than with occurrences without end in a text without length.
        let bound = |forms: &[Form]| forms.iter().map(|form| f64::from(form.weight.score(0, u32::MAX))).fold(0.0, f64::max);
        let bounds: Vec<f64> = terms.words.iter().map(|forms| bound(forms)).collect();
        let mut order: Vec<(usize, f64)> = bounds.into_iter().enumerate().collect();
        order.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let sum = |from: usize, but: usize| -> f64 {
            let counted = order.iter().skip(from).filter(|(word, _)| *word != but);
            counted.map(|(_, bound)| bound).sum::<f64>() * (1.0 + ROUNDING)
        };
        let steps = order.iter().enumerate().map(|(at, (word, _))| Step {
            word: *word,
            others: sum(0, *word),
            rest: sum(at, usize::MAX),
        });
        Self { terms, most, steps: steps.collect() }
    }

    /// Offers what may be among the best of a segment, which stands at its place.
    pub(super) fn segment<'s>(
        &self,
        (at, segment): (usize, &'s Segment),
        admission: &Admission<'_>,
        best: &mut Best<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        // Behind a position, what is found need not be kept.
        let most = (!best.has_position()).then_some(self.most);
        let mut found = Findings { matches: Vec::new(), most, enough: best.worst_score() };
        let mut walked = 0;
        for step in &self.steps {
            if found.enough.is_some_and(|enough| step.rest < enough) {
                break;
            }
            for form in self.forms(step) {
                self.gather(step, form, (at, segment), admission, &mut found, pace)?;
            }
            walked += 1;
        }
        let left = self.steps.get(walked..).unwrap_or_default();
        self.offer(left, found, (at, segment), best)
    }

    fn forms(&self, step: &Step) -> &'a [Form] {
        self.terms.words.get(step.word).map_or(&[], Vec::as_slice)
    }

    /// Takes the documents that have a form of a word, may be shown, and may be among the best.
    fn gather(
        &self,
        step: &Step,
        form: &Form,
        (at, segment): (usize, &Segment),
        admission: &Admission<'_>,
        found: &mut Findings,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let Some(term) = self.terms.distinct.get(form.place) else { return Ok(()) };
        let Some((seen, norms)) = term.seen_in(at).zip(segment.norms.get(term.field)) else { return Ok(()) };
        // The bits of positive floats are ordered as the floats are.
        let mut reached: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
        let mut blocks = segment.blocks(term.term.field(), &seen.info, IndexRecordOption::WithFreqs)?;
        loop {
            let docs = blocks.docs();
            if docs.is_empty() {
                return Ok(());
            }
            for (doc, occurrences) in docs.iter().zip(blocks.freqs()) {
                if !admission.admits(*doc)? {
                    continue;
                }
                let share = form.weight.score(norms.fieldnorm_id(*doc), *occurrences);
                if found.enough.is_some_and(|enough| f64::from(share) + step.others < enough) {
                    continue;
                }
                found.matches.push(Match { doc: *doc, word: step.word, share });
                let Some(most) = found.most else { continue };
                if reached.len() < most || reached.peek().is_some_and(|Reverse(worst)| share.to_bits() > *worst) {
                    reached.push(Reverse(share.to_bits()));
                    if reached.len() > most {
                        reached.pop();
                    }
                    let worst = reached.peek().filter(|_| reached.len() == most);
                    let worst = worst.map(|Reverse(worst)| f64::from(f32::from_bits(*worst)));
                    found.enough = greater(found.enough, worst);
                }
            }
            pace.steps(docs.len())?;
            blocks.advance();
        }
    }

    /// Offers the documents that were found, with the words that are left looked up in them.
    fn offer<'s>(
        &self,
        left: &[Step],
        mut found: Findings,
        (at, segment): (usize, &'s Segment),
        best: &mut Best<'s>,
    ) -> Result<(), IndexError> {
        // Each form came in order, so this merges.
        found.matches.sort_by_key(|found| found.doc);
        let rest = left.first().map_or(0.0, |step| step.rest);
        let is_left = |place: usize| left.iter().flat_map(|step| self.forms(step)).any(|form| form.place == place);
        let mut cursors = Cursors::new(at, segment, self.terms, is_left)?;
        let mut shares = vec![0.0; self.terms.words.len()];
        for of_document in found.matches.chunk_by(|a, b| a.doc == b.doc) {
            let Some(Match { doc, .. }) = of_document.first() else { continue };
            shares.fill(0.0);
            for Match { word, share, .. } in of_document {
                if let Some(best) = shares.get_mut(*word) {
                    *best = f64::from(*share).max(*best);
                }
            }
            // A share that was left out cannot have brought its document so far either.
            let reachable = (shares.iter().sum::<f64>() + rest) * (1.0 + ROUNDING);
            if greater(found.enough, best.worst_score()).is_some_and(|enough| reachable < enough) {
                continue;
            }
            for step in left {
                if let Some(share) = shares.get_mut(step.word) {
                    *share = cursors.share(*doc, self.forms(step));
                }
            }
            best.offer(Rank::Score(shares.iter().sum()), (at, segment), *doc, &shares)?;
        }
        Ok(())
    }
}

fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}
