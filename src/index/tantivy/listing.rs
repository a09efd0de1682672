//! The best visible documents of a segment: what is visible and matches is walked, and nothing hidden is scored.
//!
//! Words are walked from the weightiest on. Each adds to a score at most what it weighs, so as soon as so many documents as are
//! wanted reach more than that allows, documents with little of a word are left out unless they have a weightier one, and in
//! the end whole words are only looked up in what was found. Bounds come from weights alone, so nothing rests on how segments were written.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{BitSet, DocId};

use super::admission::Admission;
use super::cursors::Cursors;
use super::pace::Pace;
use super::ranked::{Best, Rank};
use super::statistics::{Form, Terms};
use crate::index::IndexError;

/// Sums of a few positive 64-bit floats in another order differ by less than this share.
const ROUNDING: f64 = 1e-12;
/// A word weighs much more than those after it where all together weigh so many times as much. Being wrong costs time only.
const MUCH: f64 = 3.0;

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
    /// What it and the words after it can add to a score at most.
    rest: f64,
    /// What the words after it can add at most.
    after: f64,
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
    /// The documents of the matches.
    candidates: BitSet,
    /// How many documents tell what is enough; nothing where what is found need not be kept.
    most: Option<usize>,
    /// A score that so many documents as are wanted reach; nothing while that is not known. What ties with it may still be
    /// kept for its name.
    enough: Option<f64>,
    /// The best so many shares of the form that is walked, each another document's. The bits of positive floats are ordered as
    /// the floats are.
    reached: BinaryHeap<Reverse<u32>>,
}

impl Findings {
    fn new(documents: u32, most: Option<usize>, enough: Option<f64>) -> Self {
        let candidates = BitSet::with_max_value(documents);
        Self { matches: Vec::new(), candidates, most, enough, reached: BinaryHeap::new() }
    }

    /// A document reaches this share.
    fn reach(&mut self, share: f32) {
        let Some(most) = self.most else { return };
        let share = share.to_bits();
        if self.reached.len() >= most && self.reached.peek().is_some_and(|Reverse(worst)| share <= *worst) {
            return;
        }
        self.reached.push(Reverse(share));
        if self.reached.len() > most {
            self.reached.pop();
        }
        let worst = self.reached.peek().filter(|_| self.reached.len() == most);
        self.enough = greater(self.enough, worst.map(|Reverse(worst)| f64::from(f32::from_bits(*worst))));
    }
}

impl<'a> Listing<'a> {
    /// The listing of a query whose best `most` are wanted.
    pub(super) fn new(terms: &'a Terms, most: usize) -> Self {
        // No form scores more than with occurrences without end in a text without length.
        let bound = |forms: &[Form]| forms.iter().map(|form| f64::from(form.weight.score(0, u32::MAX))).fold(0.0, f64::max);
        let bounds: Vec<f64> = terms.words.iter().map(|forms| bound(forms)).collect();
        let mut order: Vec<(usize, f64)> = bounds.into_iter().enumerate().collect();
        order.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let from = |at: usize| order.iter().skip(at).map(|(_, bound)| bound).sum::<f64>() * (1.0 + ROUNDING);
        let words = order.iter().enumerate();
        let steps = words.map(|(at, (word, _))| Step { word: *word, rest: from(at), after: from(at + 1) });
        Self { terms, most, steps: steps.collect() }
    }

    /// Offers what may be among the best of all segments.
    pub(super) fn best<'s>(
        &self,
        segments: &[Admission<'s>],
        best: &mut Best<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        // Behind a position, what is found need not be kept.
        let most = (!best.has_position()).then_some(self.most);
        let reached = self.reached(segments, most, pace)?;
        for segment in segments {
            pace.look()?;
            self.segment(segment, most, greater(reached, best.worst_score()), best, pace)?;
        }
        Ok(())
    }

    /// What is enough by the weightiest word alone, where it weighs much more than the others together: walking it twice is
    /// cheap beside walking a common word in the segments before enough is known.
    fn reached(&self, segments: &[Admission<'_>], most: Option<usize>, pace: &mut Pace<'_>) -> Result<Option<f64>, IndexError> {
        let [first, second, ..] = self.steps.as_slice() else { return Ok(None) };
        if most.is_none() || first.rest < MUCH * second.rest {
            return Ok(None);
        }
        let documents = segments.iter().map(|segment| segment.segment.reader.max_doc()).max().unwrap_or(0);
        let mut found = Findings::new(documents, most, None);
        for form in self.forms(first) {
            found.reached.clear();
            for segment in segments {
                self.gather(first, form, segment, &mut found, pace)?;
                found.matches.clear();
            }
        }
        Ok(found.enough)
    }

    fn segment<'s>(
        &self,
        segment: &Admission<'s>,
        most: Option<usize>,
        enough: Option<f64>,
        best: &mut Best<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let mut found = Findings::new(segment.segment.reader.max_doc(), most, enough);
        let mut walked = 0;
        for step in &self.steps {
            if found.enough.is_some_and(|enough| step.rest < enough) {
                break;
            }
            for form in self.forms(step) {
                found.reached.clear();
                self.gather(step, form, segment, &mut found, pace)?;
            }
            walked += 1;
        }
        let left = self.steps.get(walked..).unwrap_or_default();
        self.offer(left, found, segment, best)
    }

    fn forms(&self, step: &Step) -> &'a [Form] {
        self.terms.words.get(step.word).map_or(&[], Vec::as_slice)
    }

    /// Takes the documents that have a form of a word, may be shown, and may be among the best.
    fn gather(
        &self,
        step: &Step,
        form: &Form,
        segment: &Admission<'_>,
        found: &mut Findings,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let Some(term) = self.terms.distinct.get(form.place) else { return Ok(()) };
        let here = term.seen_in(segment.at).zip(segment.segment.norms.get(term.field));
        let Some((seen, norms)) = here else { return Ok(()) };
        let mut blocks = segment.segment.blocks(term.term.field(), &seen.info, IndexRecordOption::WithFreqs)?;
        loop {
            let docs = blocks.docs();
            if docs.is_empty() {
                return Ok(());
            }
            for (doc, occurrences) in docs.iter().zip(blocks.freqs()) {
                if !segment.sees(*doc) || !segment.admits(*doc)? {
                    continue;
                }
                let share = form.weight.score(norms.fieldnorm_id(*doc), *occurrences);
                // A document that is not among the candidates has none of the words before, or too little of them.
                let little = found.enough.is_some_and(|enough| f64::from(share) + step.after < enough);
                if little && !found.candidates.contains(*doc) {
                    continue;
                }
                found.candidates.insert(*doc);
                found.matches.push(Match { doc: *doc, word: step.word, share });
                found.reach(share);
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
        segment: &Admission<'s>,
        best: &mut Best<'s>,
    ) -> Result<(), IndexError> {
        if found.matches.is_empty() {
            return Ok(());
        }
        // Each form came in order, so this merges.
        found.matches.sort_by_key(|found| found.doc);
        let rest = left.first().map_or(0.0, |step| step.rest);
        let is_left = |place: usize| left.iter().flat_map(|step| self.forms(step)).any(|form| form.place == place);
        let mut cursors = Cursors::new(segment.at, segment.segment, self.terms, is_left)?;
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
            best.offer(Rank::Score(shares.iter().sum()), (segment.at, segment.segment), *doc, &shares)?;
        }
        Ok(())
    }
}

fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}
