//! What so many results reach already, before any is offered: what stays below it can be left out.
//!
//! The bits of positive floats are ordered as the floats are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::thread::Thread;
use crate::index::IndexError;

/// The best so many shares of the form that is walked, each another document's.
pub(super) struct ReachedDocuments {
    /// How many are wanted.
    most: usize,
    /// Their bits.
    best: BinaryHeap<Reverse<u64>>,
}

impl ReachedDocuments {
    /// Nothing reached yet by so many documents.
    pub(super) fn new(most: usize) -> Self {
        Self { most, best: BinaryHeap::new() }
    }

    /// Begins anew: a document may have another form as well.
    pub(super) fn clear(&mut self) {
        self.best.clear();
    }

    /// A document reaches a share of at most so much; says whether that is among the best. `exact` says how much it is, and is
    /// asked only where that matters.
    pub(super) fn reach(&mut self, most: f64, exact: impl FnOnce() -> Result<f64, IndexError>) -> Result<bool, IndexError> {
        if self.is_little(most) {
            return Ok(false);
        }
        let share = exact()?;
        if self.is_little(share) {
            return Ok(false);
        }
        self.best.push(Reverse(share.to_bits()));
        if self.best.len() > self.most {
            self.best.pop();
        }
        Ok(true)
    }

    fn is_little(&self, share: f64) -> bool {
        self.best.len() >= self.most && self.best.peek().is_some_and(|Reverse(worst)| share.to_bits() <= *worst)
    }

    /// What so many as are wanted reach; nothing while they are fewer.
    pub(super) fn enough(&self) -> Option<f64> {
        self.best.peek().filter(|_| self.best.len() == self.most).map(|Reverse(worst)| f64::from_bits(*worst))
    }
}

/// The same where each is another thread's.
pub(super) struct ReachedThreads {
    most: usize,
    /// Their bits, best first.
    best: Vec<(u64, Thread)>,
}

impl ReachedThreads {
    /// Nothing reached yet by so many threads.
    pub(super) fn new(most: usize) -> Self {
        Self { most, best: Vec::new() }
    }

    /// How many are wanted.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Begins anew: a thread may have another form as well.
    pub(super) fn clear(&mut self) {
        self.best.clear();
    }

    /// A thread reaches a share; says whether that is among the best.
    pub(super) fn reach(&mut self, share: f64, thread: Thread) -> bool {
        let share = share.to_bits();
        if self.best.len() >= self.most && self.best.last().is_some_and(|(worst, _)| share <= *worst) {
            return false;
        }
        match self.best.iter().position(|(_, known)| *known == thread) {
            Some(at) if self.best.get(at).is_some_and(|(known, _)| share <= *known) => return false,
            Some(at) => {
                self.best.remove(at);
            }
            None => {}
        }
        let at = self.best.partition_point(|(known, _)| *known >= share);
        self.best.insert(at, (share, thread));
        self.best.truncate(self.most);
        true
    }

    /// What so many as are wanted reach; nothing while they are fewer.
    pub(super) fn enough(&self) -> Option<f64> {
        self.best.last().filter(|_| self.best.len() == self.most).map(|(worst, _)| f64::from_bits(*worst))
    }
}
