//! A clock that is set by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use rookery::domain::{Clock, Moment};

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    /// A clock that stands so many seconds after the epoch.
    pub(crate) fn at(seconds: i64) -> Self {
        Self(AtomicI64::new(seconds))
    }

    /// Sets it.
    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Moment {
        Moment::from_unix_seconds(self.0.load(Ordering::Relaxed)).unwrap()
    }
}
