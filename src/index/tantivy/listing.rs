//! The best visible documents of a segment: what is visible and matches is walked, and nothing hidden is scored.
//!
//! Words are walked from the weightiest on. Each adds to a score at most what it weighs in the document that counts most, so as soon as so many documents as are
//! wanted reach more than that allows, documents with little of a word are left out unless they have a weightier one, and in
//! the end whole words are only looked up in what was found. Bounds come from weights alone, so nothing rests on how segments were written.

use ::tantivy::{BitSet, DocId};

use super::admission::Admission;
use super::cursors::Cursors;
use super::pace::Pace;
use super::ranked::{Best, Rank};
use super::reached::ReachedDocuments;
use super::statistics::{Form, Terms};
use super::steps::{ROUNDING, Step, each_share, steps};
use crate::index::IndexError;

/// A word weighs much more than those after it where all together weigh so many times as much. Being wrong costs time only.
const MUCH: f64 = 3.0;

/// How the words of a query are walked.
pub(super) struct Listing<'a> {
    terms: &'a Terms,
    steps: Vec<Step>,
    /// How often a share counts at most.
    most: f64,
}

/// A form of a word in a document.
struct Match {
    doc: DocId,
    word: usize,
    /// What the word says of it, however the document stands.
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
    reached: Option<ReachedDocuments>,
}

impl Findings {
    fn new(documents: u32, enough: Option<f64>, reached: Option<ReachedDocuments>) -> Self {
        Self { matches: Vec::new(), candidates: BitSet::with_max_value(documents), enough, reached }
    }

    /// Walks another form.
    fn turn(&mut self) {
        if let Some(reached) = &mut self.reached {
            reached.clear();
        }
    }

    /// A document reaches a share, which counts at most so much and as much as `exact` says.
    fn reach(&mut self, most: f64, exact: impl FnOnce() -> Result<f64, IndexError>) -> Result<(), IndexError> {
        if let Some(reached) = &mut self.reached
            && reached.reach(most, exact)?
        {
            self.enough = greater(self.enough, reached.enough());
        }
        Ok(())
    }
}

impl<'a> Listing<'a> {
    /// The listing of a query.
    pub(super) fn new(terms: &'a Terms) -> Self {
        let most = terms.weigh.most();
        Self { terms, steps: steps(terms, most), most: most * (1.0 + ROUNDING) }
    }

    /// Offers what may be among the best of all segments.
    pub(super) fn best<'s>(
        &self,
        segments: &[Admission<'s>],
        best: &mut Best<'s>,
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
    fn reached<'s>(&self, segments: &[Admission<'s>], best: &Best<'s>, pace: &mut Pace<'_>) -> Result<Option<f64>, IndexError> {
        let ([first, second, ..], Some(reached)) = (self.steps.as_slice(), best.reached()) else { return Ok(None) };
        if first.rest < MUCH * second.rest {
            return Ok(None);
        }
        let documents = segments.iter().map(|segment| segment.segment.reader.max_doc()).max().unwrap_or(0);
        let mut found = Findings::new(documents, None, Some(reached));
        for form in self.forms(first) {
            found.turn();
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
        enough: Option<f64>,
        best: &mut Best<'s>,
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
        each_share(self.terms, form, segment, pace, |doc, share| {
            // A document that is not among the candidates has none of the words before, or too little of them.
            let most = f64::from(share) * self.most;
            let little = found.enough.is_some_and(|enough| most + step.after < enough);
            if little && !found.candidates.contains(doc) {
                return Ok(());
            }
            found.candidates.insert(doc);
            found.matches.push(Match { doc, word: step.word, share });
            found.reach(most, || Ok(f64::from(share) * self.terms.weigh.of(segment.segment, doc)?))
        })
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
            let enough = greater(found.enough, best.enough());
            let said = shares.iter().sum::<f64>();
            if enough.is_some_and(|enough| said * self.most + rest < enough) {
                continue;
            }
            let weight = self.terms.weigh.of(segment.segment, *doc)?;
            if enough.is_some_and(|enough| (said * weight + rest) * (1.0 + ROUNDING) < enough) {
                continue;
            }
            for step in left {
                if let Some(share) = shares.get_mut(step.word) {
                    *share = cursors.share(*doc, self.forms(step));
                }
            }
            for share in &mut shares {
                *share *= weight;
            }
            best.offer(Rank::Score(shares.iter().sum()), (segment.at, segment.segment), *doc, &shares)?;
        }
        Ok(())
    }
}

fn greater(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    a.into_iter().chain(b).reduce(f64::max)
}
