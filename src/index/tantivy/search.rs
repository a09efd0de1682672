//! One search of one snapshot.
//!
//! Nothing of the engine's own scoring is used: it knows no audience, and its sum over all forms of a word tells little of the
//! best form, so that it would propose nearly every document. What is visible is walked and scored here, with weights of our
//! own, each word's shares added in the order of the query: nothing of a score comes from what is hidden.

use std::sync::Arc;

use super::admission::Admission;
use super::bm25;
use super::conditions::Conditions;
use super::listing::Listing;
use super::pace::Pace;
use super::part::VisiblePart;
use super::ranked::{Best, Rank, Ranked};
use super::revocations::Revocations;
use super::snapshot::{Segment, Snapshot};
use super::statistics::Terms;
use super::visible::{VisibleSet, VisibleSets};
use crate::index::{Ask, Basis, CountHits, Found, Hit, HitCount, IndexError, Order, Pass};
use crate::query::Condition;

/// Answers a question from a snapshot.
pub(super) fn search(ask: &Ask, snapshot: &Snapshot, revocations: &Revocations, sets: &VisibleSets) -> Result<Found, IndexError> {
    let mut pace = Pace::new(&ask.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &ask.sight, &ask.patience)?;
    let terms = Terms::of(ask, snapshot, &visible, &mut pace)?;
    let limit = ask.limit.max(1);
    // One more than is wanted tells whether more follow.
    let most = limit.saturating_add(1);
    let search = Search { ask, snapshot, terms: &terms };
    let (pass, segments) = search.admissions(&visible, &mut pace)?;
    let mut best = Best::new(most, ask.after.as_ref(), ask.order)?;
    let mut counted = match ask.count {
        CountHits::No => None,
        CountHits::UpTo(most) => Some(Counted { most, hits: 0 }),
    };
    for segment in &segments {
        search.matching(pass, segment, &mut best, counted.as_mut(), &mut pace)?;
    }
    if ask.order == Order::Relevance {
        Listing::new(&terms).best(&segments, &mut best, &mut pace)?;
        search.without_words(pass, &segments, &mut best, &mut pace)?;
    }
    pace.look()?;
    let mut ranked = best.into_sorted();
    let more = ranked.len() > limit;
    ranked.truncate(limit);
    let hits = search.hits(ranked)?;
    let count = counted.map(|counted| counted.result());
    // Folded from zero, for the sum of nothing is a negative zero.
    let ceiling = terms.idf.iter().fold(0.0, |sum, idf| sum + bm25::most(*idf)) * terms.weigh.most();
    let basis = Basis { pass, ..terms.basis };
    Ok(Found { hits, more, count, idf: terms.idf, ceiling, stretched: terms.stretched, basis, revision: snapshot.revision })
}

/// One question to one snapshot.
pub(super) struct Search<'a> {
    pub(super) ask: &'a Ask,
    pub(super) snapshot: &'a Snapshot,
    pub(super) terms: &'a Terms,
}

/// What is known of a pass before anything is looked for.
pub(super) enum Passes {
    /// It is this one.
    Is(Pass),
    /// The strict one, where it finds so many or the relaxed one finds no more.
    StrictFrom(usize),
}

/// Counts up to a number.
struct Counted {
    most: u32,
    hits: u64,
}

impl Counted {
    fn add(&mut self, hits: usize) {
        self.hits = self.hits.saturating_add(hits as u64);
    }

    fn is_full(&self) -> bool {
        self.hits > u64::from(self.most)
    }

    fn result(&self) -> HitCount {
        match u32::try_from(self.hits) {
            Ok(hits) if hits <= self.most => HitCount::Exact(hits),
            _ => HitCount::AtLeast(self.most),
        }
    }
}

impl<'a> Search<'a> {
    /// What is known of the pass before anything is looked for.
    pub(super) fn pass(&self) -> Passes {
        let query = &self.ask.query;
        let first_page = self.ask.basis.as_ref().filter(|basis| basis.fits(query));
        match (first_page, self.ask.relax_below) {
            (Some(first_page), _) => Passes::Is(first_page.pass),
            (None, Some(0)) => Passes::Is(Pass::Strict),
            (None, _) if query.strict == query.relaxed => Passes::Is(Pass::Strict),
            (None, None) => Passes::Is(Pass::Relaxed),
            (None, Some(enough)) => Passes::StrictFrom(enough as usize),
        }
    }

    /// The conditions of the query, among what is visible.
    pub(super) fn conditions<'c>(&'c self, visible: &'c VisibleSet) -> Conditions<'c> {
        Conditions::new(self.snapshot, visible, self.terms, self.terms.basis.now)
    }

    /// What may be shown, segment by segment, and in which pass: what the first page was found in, or the first in which enough is.
    pub(super) fn admissions(
        &self,
        visible: &'a VisibleSet,
        pace: &mut Pace<'_>,
    ) -> Result<(Pass, Vec<Admission<'a>>), IndexError> {
        let conditions = self.conditions(visible);
        let enough = match self.pass() {
            Passes::Is(pass) => return Ok((pass, self.admit(pass, &conditions, visible, pace)?)),
            Passes::StrictFrom(enough) => enough,
        };
        let mut segments = self.admit(Pass::Strict, &conditions, visible, pace)?;
        let mut found = 0;
        for segment in &segments {
            found += segment.count_up_to(enough - found, pace)?;
            if found >= enough {
                return Ok((Pass::Strict, segments));
            }
        }
        // The filter is the same; only what the query asks for is another.
        let mut strict = Vec::with_capacity(segments.len());
        for segment in &mut segments {
            let relaxed = conditions.admitted(&self.ask.query.relaxed, segment.at, pace)?;
            strict.push(segment.replace_condition(relaxed));
        }
        if self.finds_more(&segments, found, pace)? {
            return Ok((Pass::Relaxed, segments));
        }
        for (segment, strict) in segments.iter_mut().zip(strict) {
            segment.replace_condition(strict);
        }
        Ok((Pass::Strict, segments))
    }

    /// Whether the relaxed pass finds more than so many: where it does not, nothing was left out of anything.
    fn finds_more(&self, relaxed: &[Admission<'a>], than: usize, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        let mut found = 0;
        for segment in relaxed {
            found += segment.matching(self.matched_by(Pass::Relaxed), pace)?.len();
            if found > than {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What may be shown in a pass, segment by segment.
    pub(super) fn admit(
        &self,
        pass: Pass,
        conditions: &Conditions<'_>,
        visible: &'a VisibleSet,
        pace: &mut Pace<'_>,
    ) -> Result<Vec<Admission<'a>>, IndexError> {
        let condition = self.ask.query.condition(pass == Pass::Strict);
        let segments = self.snapshot.segments.iter().enumerate().zip(&visible.parts);
        let new = |(segment, part): ((usize, &'a Segment), &'a Arc<VisiblePart>)| {
            let condition = conditions.admitted(condition, segment.0, pace)?;
            Admission::new(segment, (part, condition), &self.ask.filter, self.snapshot.fields, pace)
        };
        segments.map(new).collect()
    }

    /// The terms of which a document must have one; nothing where it need not have any.
    pub(super) fn matched_by(&self, pass: Pass) -> Option<&'a Terms> {
        let query = &self.ask.query;
        let condition = query.condition(pass == Pass::Strict);
        let every = match condition {
            Condition::Everything => query.words.is_empty() && self.ask.order != Order::Relevance,
            // A condition alone says all there is to say where the query has no words.
            condition => query.words.is_empty() || !condition.needs_words(),
        };
        (!every).then_some(self.terms)
    }

    /// Offers what is admitted although it has no word of the query.
    fn without_words(
        &self,
        pass: Pass,
        segments: &[Admission<'a>],
        best: &mut Best<'a>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        if self.matched_by(pass).is_some() {
            return Ok(());
        }
        let shares = vec![0.0; self.terms.words.len()];
        for segment in segments {
            let scored = segment.with_terms(self.terms, pace)?;
            for doc in segment.matching(None, pace)?.into_iter().filter(|doc| !scored.contains(*doc)) {
                pace.step()?;
                best.offer(Rank::Score(0.0), (segment.at, segment.segment), doc, &shares)?;
            }
        }
        Ok(())
    }

    /// Counts what matches in a segment, where that is wanted, and offers it where the order is not by relevance.
    fn matching(
        &self,
        pass: Pass,
        segment: &Admission<'a>,
        best: &mut Best<'a>,
        counted: Option<&mut Counted>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        pace.look()?;
        let counted = counted.filter(|counted| !counted.is_full());
        let by_number = self.ask.order != Order::Relevance;
        if !by_number && counted.is_none() {
            return Ok(());
        }
        let matching = segment.matching(self.matched_by(pass), pace)?;
        if let Some(counted) = counted {
            counted.add(matching.len());
        }
        if by_number {
            let shares = vec![0.0; self.terms.words.len()];
            for doc in matching {
                pace.step()?;
                best.offer(segment.segment.rank(doc, self.ask.order)?, (segment.at, segment.segment), doc, &shares)?;
            }
        }
        Ok(())
    }

    /// Reads the hits segment by segment and puts them back in order.
    pub(super) fn hits(&self, ranked: Vec<Ranked<'_>>) -> Result<Vec<Hit>, IndexError> {
        let mut wanted: Vec<(Vec<usize>, Vec<_>)> = vec![Default::default(); self.snapshot.segments.len()];
        for (place, ranked) in ranked.into_iter().enumerate() {
            let score = match ranked.rank {
                Rank::Score(score) => score,
                Rank::Number(_) => 0.0,
            };
            if let Some((places, of_segment)) = wanted.get_mut(ranked.at) {
                places.push(place);
                of_segment.push((ranked.doc, score, ranked.shares));
            }
        }
        let mut placed = Vec::new();
        for (segment, (places, of_segment)) in self.snapshot.segments.iter().zip(wanted) {
            let factors =
                of_segment.iter().map(|(doc, ..)| self.terms.weigh.factors(segment, *doc)).collect::<Result<Vec<_>, _>>()?;
            let hits = segment.hits(of_segment)?.into_iter().zip(factors);
            placed.extend(places.into_iter().zip(hits.map(|(hit, factors)| Hit { factors, ..hit })));
        }
        placed.sort_unstable_by_key(|(place, _)| *place);
        Ok(placed.into_iter().map(|(_, hit)| hit).collect())
    }
}
