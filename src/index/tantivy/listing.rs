//! The best visible documents of a segment: what is visible and matches is walked, and nothing hidden is scored.
//!
//! Words are walked from the weightiest on. Each adds to a score at most what it weighs, so as soon as so many documents as are
//! wanted reach more than that allows, documents with little of a word are left out unless they have a weightier one, and in
//! the end whole words are only looked up in what was found. Bounds come from weights alone, so nothing rests on how segments were written.

use ::tantivy::{BitSet, DocId};

use super::admission::Admission;
use super::cursors::Cursors;
use super::pace::Pace;
use super::ranked::{Rank, Take};
use super::reached::Reached;
use super::snapshot::Segment;
use super::statistics::{Form, Terms};
use crate::index::IndexError;

/// Sums of a few positive 64-bit floats in another order differ by less than this share.
const ROUNDING: f64 = 1e-12;
/// A word weighs much more than those after it where all together weigh so many times as much. Being wrong costs time only.
const MUCH: f64 = 3.0;

/// How the words of a query are walked.
pub(super) struct Listing<'a> {
    terms: &'a Terms,
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
    /// A score that so many documents as are wanted reach; nothing while that is not known. What ties with it may still be
    /// kept for its name.
    enough: Option<f64>,
    /// What so many reach; nothing where what is found need not be kept.
    reached: Option<Reached>,
}

impl Findings {
    fn new(documents: u32, enough: Option<f64>, reached: Option<Reached>) -> Self {
        Self { matches: Vec::new(), candidates: BitSet::with_max_value(documents), enough, reached }
    }

    /// Walks another form.
    fn turn(&mut self) {
        if let Some(reached) = &mut self.reached {
            reached.clear();
        }
    }

    /// A document reaches this share.
    fn reach<'s>(&mut self, share: f32, (segment, doc): (&Segment, DocId), taker: &impl Take<'s>) -> Result<(), IndexError> {
        if let Some(reached) = &mut self.reached
            && reached.reach(share, || taker.thread(segment, doc))?
        {
            self.enough = greater(self.enough, reached.enough());
        }
        Ok(())
    }
}

impl<'a> Listing<'a> {
    /// The listing of a query.
    pub(super) fn new(terms: &'a Terms) -> Self {
        let bound = |forms: &[Form]| forms.iter().map(|form| f64::from(form.weight.bound())).fold(0.0, f64::max);
        let bounds: Vec<f64> = terms.words.iter().map(|forms| bound(forms)).collect();
        let mut order: Vec<(usize, f64)> = bounds.into_iter().enumerate().collect();
        order.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let from = |at: usize| order.iter().skip(at).map(|(_, bound)| bound).sum::<f64>() * (1.0 + ROUNDING);
        let words = order.iter().enumerate();
        let steps = words.map(|(at, (word, _))| Step { word: *word, rest: from(at), after: from(at + 1) });
        Self { terms, steps: steps.collect() }
    }

    /// Offers what may be among the best of all segments.
    pub(super) fn best<'s>(
        &self,
        segments: &[Admission<'s>],
        best: &mut impl Take<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let reached = self.reached(segments, best, pace)?;
        for segment in segments {
            pace.look()?;
            self.segment(segment, greater(reached, best.enough()), best, pace)?;
        }
        Ok(())
    }

    /// What is enough by the weightiest word alone, where it weighs much more than the others together: walking it twice is
    /// cheap beside walking a common word in the segments before enough is known.
    fn reached<'s>(
        &self,
        segments: &[Admission<'s>],
        best: &impl Take<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<Option<f64>, IndexError> {
        let ([first, second, ..], Some(reached)) = (self.steps.as_slice(), best.reached()) else { return Ok(None) };
        if first.rest < MUCH * second.rest {
            return Ok(None);
        }
        let documents = segments.iter().map(|segment| segment.segment.reader.max_doc()).max().unwrap_or(0);
        let mut found = Findings::new(documents, None, Some(reached));
        for form in self.forms(first) {
            found.turn();
            for segment in segments {
                self.gather(first, form, segment, &mut found, best, pace)?;
                found.matches.clear();
            }
        }
        Ok(found.enough)
    }

    fn segment<'s>(
        &self,
        segment: &Admission<'s>,
        enough: Option<f64>,
        best: &mut impl Take<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let mut found = Findings::new(segment.segment.reader.max_doc(), enough, best.reached());
        let mut walked = 0;
        for step in &self.steps {
            if found.enough.is_some_and(|enough| step.rest < enough) {
                break;
            }
            for form in self.forms(step) {
                found.turn();
                self.gather(step, form, segment, &mut found, best, pace)?;
            }
            walked += 1;
        }
        let left = self.steps.get(walked..).unwrap_or_default();
        self.offer(left, found, segment, best, pace)
    }

    fn forms(&self, step: &Step) -> &'a [Form] {
        self.terms.words.get(step.word).map_or(&[], Vec::as_slice)
    }

    /// Takes the documents that have a form of a word, may be shown, and may be among the best.
    fn gather<'s>(
        &self,
        step: &Step,
        form: &Form,
        segment: &Admission<'s>,
        found: &mut Findings,
        best: &impl Take<'s>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let Some(term) = self.terms.distinct.get(form.place) else { return Ok(()) };
        let Some(norms) = segment.segment.norms.get(term.field) else { return Ok(()) };
        term.each(segment.at, segment.segment, pace, |doc, occurrences| {
            if !segment.sees(doc) || !segment.admits(doc)? {
                return Ok(());
            }
            let share = form.weight.score(norms.fieldnorm_id(doc), occurrences);
            // A document that is not among the candidates has none of the words before, or too little of them.
            let little = found.enough.is_some_and(|enough| f64::from(share) + step.after < enough);
            if little && !found.candidates.contains(doc) {
                return Ok(());
            }
            found.candidates.insert(doc);
            found.matches.push(Match { doc, word: step.word, share });
            found.reach(share, (segment.segment, doc), best)
        })
    }

    /// Offers the documents that were found, with the words that are left looked up in them.
    fn offer<'s>(
        &self,
        left: &[Step],
        mut found: Findings,
        segment: &Admission<'s>,
        best: &mut impl Take<'s>,
        pace: &mut Pace<'_>,
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
            if greater(found.enough, best.enough()).is_some_and(|enough| reachable < enough) {
                continue;
            }
            for step in left {
                if let Some(share) = shares.get_mut(step.word) {
                    *share = cursors.share(*doc, self.forms(step));
                }
            }
            best.offer(Rank::Score(shares.iter().sum()), (segment.at, segment.segment), *doc, &shares, pace)?;
        }
        Ok(())
    }
}

fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}
