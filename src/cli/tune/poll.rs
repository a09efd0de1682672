//! The votes on one question, and how good the rankings are that come of them.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use super::judged::average_precision;
use crate::app::Votes;
use crate::domain::PersonName;
use crate::expertise::{Settings, Weights, rank};

/// How deep a ranking is measured, as in `rookery eval`.
pub(super) const DEPTH: usize = 1_000;

/// One question's votes, and whom they may name.
pub(super) struct Poll {
    /// What votes.
    pub(super) votes: Votes,
    /// Everybody who may be named, and whether that is right.
    pub(super) named: HashMap<PersonName, bool>,
    /// How many right answers there are, whether they may be named or not.
    pub(super) right: usize,
}

impl Poll {
    /// Those who may be named, in the order of a configuration.
    pub(super) fn ranked(&self, settings: &Settings) -> impl Iterator<Item = PersonName> {
        let candidates = rank(&self.votes.votes, &self.votes.idf, settings);
        candidates.into_iter().map(|candidate| candidate.person).filter(|person| self.named.contains_key(person))
    }

    /// Average precision with each of some weights, in their order.
    pub(super) fn reached(&self, weights: &[Weights], settings: &Settings) -> Vec<f64> {
        on_every_core(weights, |weights| {
            let settings = Settings { weights: weights.clone(), ..settings.clone() };
            average_precision(self.ranked(&settings).take(DEPTH).map(|person| self.named[&person]), self.right)
        })
    }
}

/// What work makes of each item, in their order.
fn on_every_core<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(cores).max(1);
    let work = |some: &[T]| some.iter().map(&work).collect::<Vec<R>>();
    thread::scope(|scope| {
        let working: Vec<_> = items.chunks(share).map(|some| scope.spawn(|| work(some))).collect();
        working.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_once_for_each_and_keeps_the_order() {
        for count in [0, 1, 2, 3, 100] {
            let items: Vec<usize> = (0..count).collect();
            assert_eq!(on_every_core(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
