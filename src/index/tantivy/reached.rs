//! What so many results reach already, before any is offered: what stays below it can be left out.
//!
//! The bits of positive floats are ordered as the floats are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::thread::Thread;
use crate::index::IndexError;

/// The best so many shares of the form that is walked.
pub(super) enum Reached {
    /// Each another document's.
    Documents {
        /// How many are wanted.
        most: usize,
        /// Their bits.
        best: BinaryHeap<Reverse<u32>>,
    },
    /// Each another thread's, best first.
    Threads {
        /// How many are wanted.
        most: usize,
        /// Their bits.
        best: Vec<(u32, Thread)>,
    },
}

impl Reached {
    /// Nothing reached yet by so many documents.
    pub(super) fn documents(most: usize) -> Self {
        Self::Documents { most, best: BinaryHeap::new() }
    }

    /// Nothing reached yet by so many threads.
    pub(super) fn threads(most: usize) -> Self {
        Self::Threads { most, best: Vec::new() }
    }

    /// Begins anew: a document or thread may have another form as well.
    pub(super) fn clear(&mut self) {
        match self {
            Self::Documents { best, .. } => best.clear(),
            Self::Threads { best, .. } => best.clear(),
        }
    }

    /// A document reaches a share; says whether that is among the best. `thread` says for which thread it counts, and is asked
    /// only where that matters.
    pub(super) fn reach(
        &mut self,
        share: f32,
        thread: impl FnOnce() -> Result<Option<Thread>, IndexError>,
    ) -> Result<bool, IndexError> {
        let share = share.to_bits();
        match self {
            Self::Documents { most, best } => {
                if best.len() >= *most && best.peek().is_some_and(|Reverse(worst)| share <= *worst) {
                    return Ok(false);
                }
                best.push(Reverse(share));
                if best.len() > *most {
                    best.pop();
                }
            }
            Self::Threads { most, best } => {
                if best.len() >= *most && best.last().is_some_and(|(worst, _)| share <= *worst) {
                    return Ok(false);
                }
                let Some(thread) = thread()? else { return Ok(false) };
                match best.iter().position(|(_, known)| *known == thread) {
                    Some(at) if best.get(at).is_some_and(|(known, _)| share <= *known) => return Ok(false),
                    Some(at) => {
                        best.remove(at);
                    }
                    None => {}
                }
                let at = best.partition_point(|(known, _)| *known >= share);
                best.insert(at, (share, thread));
                best.truncate(*most);
            }
        }
        Ok(true)
    }

    /// What so many as are wanted reach; nothing while they are fewer.
    pub(super) fn enough(&self) -> Option<f64> {
        let worst = match self {
            Self::Documents { most, best } => best.peek().filter(|_| best.len() == *most).map(|Reverse(worst)| *worst),
            Self::Threads { most, best } => best.last().filter(|_| best.len() == *most).map(|(worst, _)| *worst),
        };
        worst.map(|worst| f64::from(f32::from_bits(worst)))
    }
}
