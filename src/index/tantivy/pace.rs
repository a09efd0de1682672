//! Looks at the clock now and then while documents are walked.

use crate::index::{IndexError, Patience};

/// How many documents are walked between two looks at the clock.
const LOOK_EVERY: usize = 4_096;

/// Counts walked documents.
pub(super) struct Pace<'a> {
    patience: &'a Patience,
    walked: usize,
}

impl<'a> Pace<'a> {
    pub(super) fn new(patience: &'a Patience) -> Self {
        Self { patience, walked: 0 }
    }

    /// Fails where the patience is over; called once for each document walked.
    pub(super) fn step(&mut self) -> Result<(), IndexError> {
        self.steps(1)
    }

    /// The same for so many documents at once.
    pub(super) fn steps(&mut self, documents: usize) -> Result<(), IndexError> {
        self.walked += documents;
        if self.walked < LOOK_EVERY { Ok(()) } else { self.look() }
    }

    /// Looks at the clock now.
    pub(super) fn look(&mut self) -> Result<(), IndexError> {
        self.walked = 0;
        if self.patience.is_over() { Err(IndexError::TimedOut) } else { Ok(()) }
    }
}
