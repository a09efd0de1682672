//! The best so many threads in the order of their first messages, by time or by reactions.
//!
//! A thread has the place of its first message, and stands on the page of that place only. So whatever lies at or before the
//! position where a page begins takes its thread away from that page and all later ones: that is found out first.

use ::tantivy::DocId;

use super::judge::Judge;
use super::pace::Pace;
use super::ranked::{Position, Rank, Ranked};
use super::snapshot::Segment;
use super::thread::{Thread, ThreadMap, ThreadSet};
use crate::index::IndexError;

/// Takes messages in any order.
pub(super) trait Take<'a> {
    /// Takes a message where it matters.
    fn offer(&mut self, rank: Rank, at: (usize, &'a Segment), doc: DocId, pace: &mut Pace<'_>) -> Result<(), IndexError>;
}

/// Takes the threads that stand on the pages before.
pub(super) struct Shown<'p> {
    position: &'p Position,
    pub(super) threads: ThreadSet,
}

impl<'p> Shown<'p> {
    /// None known yet.
    pub(super) fn new(position: &'p Position) -> Self {
        Self { position, threads: ThreadSet::default() }
    }
}

impl<'a> Take<'a> for Shown<'_> {
    fn offer(&mut self, rank: Rank, (_, segment): (usize, &'a Segment), doc: DocId, _: &mut Pace<'_>) -> Result<(), IndexError> {
        if self.position.is_at_or_behind(rank, segment, doc)? {
            self.threads.insert(segment.thread(doc)?);
        }
        Ok(())
    }
}

/// Keeps the best `most` threads of which none was shown.
pub(super) struct BestThreads<'a, 'j> {
    most: usize,
    shown: ThreadSet,
    judge: &'j mut Judge<'a>,
    /// Each with its first message, in any order.
    kept: Vec<(Thread, Ranked<'a>)>,
    /// Where each stands there.
    places: ThreadMap<usize>,
    /// The same places, best first: short, so that moving them costs little.
    order: Vec<usize>,
}

impl<'a, 'j> BestThreads<'a, 'j> {
    /// Nothing kept yet.
    pub(super) fn new(most: usize, shown: ThreadSet, judge: &'j mut Judge<'a>) -> Self {
        Self { most, shown, judge, kept: Vec::new(), places: ThreadMap::default(), order: Vec::new() }
    }

    /// The first message of each thread, best first.
    pub(super) fn into_sorted(self) -> Vec<Ranked<'a>> {
        let mut sorted: Vec<Ranked<'a>> = self.kept.into_iter().map(|(_, first)| first).collect();
        sorted.sort_unstable();
        sorted
    }

    /// The worst that is kept; nothing while there is room.
    fn worst(&self) -> Option<&Ranked<'a>> {
        self.order.last().filter(|_| self.order.len() >= self.most).and_then(|place| self.first(*place))
    }

    fn first(&self, place: usize) -> Option<&Ranked<'a>> {
        self.kept.get(place).map(|(_, first)| first)
    }

    /// How many that are kept are better. The better one is the lesser.
    fn better_than(&self, ranked: &Ranked<'a>) -> usize {
        self.order.partition_point(|place| self.first(*place).is_some_and(|first| first < ranked))
    }

    /// Keeps a thread by a message that is better than its first, or, where it was not kept, than the worst.
    fn keep(&mut self, thread: Thread, ranked: Ranked<'a>) {
        let place = match self.places.get(&thread).copied() {
            Some(place) => {
                let before = self.first(place).map(|first| self.better_than(first));
                before.map(|before| self.order.remove(before))
            }
            None if self.order.len() >= self.most => self.order.pop(),
            None => None,
        };
        let better = self.better_than(&ranked);
        let place = if let Some((place, kept)) = place.and_then(|place| Some((place, self.kept.get_mut(place)?))) {
            self.places.remove(&kept.0);
            *kept = (thread, ranked);
            place
        } else {
            self.kept.push((thread, ranked));
            self.kept.len() - 1
        };
        self.places.insert(thread, place);
        self.order.insert(better, place);
    }
}

impl<'a> Take<'a> for BestThreads<'a, '_> {
    fn offer(&mut self, rank: Rank, at: (usize, &'a Segment), doc: DocId, pace: &mut Pace<'_>) -> Result<(), IndexError> {
        if self.worst().is_some_and(|worst| rank.compare(worst.rank).is_lt()) {
            return Ok(());
        }
        let thread = at.1.thread(doc)?;
        if self.shown.contains(&thread) {
            return Ok(());
        }
        let ranked = Ranked::new(rank, at, doc, &[])?;
        let standing = self.places.get(&thread).and_then(|place| self.first(*place));
        let known = standing.is_some();
        if standing.or_else(|| self.worst()).is_some_and(|other| ranked >= *other) {
            return Ok(());
        }
        if known || self.judge.admits(thread, at.1.place(doc)?, pace)? {
            self.keep(thread, ranked);
        }
        Ok(())
    }
}
