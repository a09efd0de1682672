//! Room for calls, those of one connection and those at work over all: a call over a limit is refused at once, never queued.
//!
//! A call has its place on its connection until its answer is complete; a stream's is as long as the stream. It is at work from when
//! its message is there: who sends slowly takes room from nobody else. Health and reflection need neither.
//!
//! Proved below: 1. a call over the limit of its connection is refused, and one place suffices for calls one after another; 2. no
//! more calls are at work than may be, over all connections. That a place is held until an answer's last frame is proved in `body`,
//! and what a caller is told in `tests/it/overload.rs`.

use std::sync::Arc;

use http::Extensions;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The places of a server, over all its connections.
#[derive(Clone, Debug)]
pub struct AllPlaces(Arc<Semaphore>);

impl AllPlaces {
    /// So many places.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self(semaphore(most))
    }

    /// The places of a new connection, so many of its own at most.
    #[must_use]
    pub fn connection(&self, most: usize) -> Places {
        Places { own: semaphore(most), all: Arc::clone(&self.0) }
    }
}

/// The places of one connection, which stand in the extensions of its requests; copies share them.
#[derive(Clone, Debug)]
pub struct Places {
    own: Arc<Semaphore>,
    all: Arc<Semaphore>,
}

/// The place of one call on its connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// A place for a call, or nothing where its connection has none left. Connections inside the process are not counted.
    pub(super) fn for_call(call: &Extensions) -> Option<Self> {
        let Some(places) = call.get::<Places>() else {
            return Some(Self::none());
        };
        let permit = Arc::clone(&places.own).try_acquire_owned().ok()?;
        Some(Self { _permit: Some(permit) })
    }

    /// No place at all.
    pub(super) fn none() -> Self {
        Self { _permit: None }
    }
}

/// A call's right to work, given back when dropped.
#[derive(Debug)]
pub(super) struct AtWork {
    _permit: Option<OwnedSemaphorePermit>,
}

impl AtWork {
    /// Lets a call work, or nothing where as many are at it as may be.
    pub(super) fn on(places: Option<&Places>) -> Option<Self> {
        let Some(places) = places else {
            return Some(Self { _permit: None });
        };
        let permit = Arc::clone(&places.all).try_acquire_owned().ok()?;
        Some(Self { _permit: Some(permit) })
    }
}

fn semaphore(most: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(places: &Places) -> Extensions {
        let mut call = Extensions::new();
        call.insert(places.clone());
        call
    }

    #[test]
    fn a_call_over_the_limit_of_its_connection_has_no_place() {
        let all = AllPlaces::new(9);
        let places = all.connection(1);
        for _ in 0..3 {
            let place = Place::for_call(&call(&places)).expect("a place for calls one after another");
            assert!(Place::for_call(&call(&places)).is_none());
            assert!(Place::for_call(&call(&all.connection(1))).is_some(), "another connection has its own");
            drop(place);
        }
        assert!(Place::for_call(&Extensions::new()).is_some(), "inside the process nobody is counted");
    }

    #[test]
    fn no_more_calls_are_at_work_than_may_be() {
        let all = AllPlaces::new(2);
        let (one, other) = (all.connection(9), all.connection(9));
        let held = (AtWork::on(Some(&one)).unwrap(), AtWork::on(Some(&other)).unwrap());
        assert!(AtWork::on(Some(&one)).is_none() && AtWork::on(Some(&other)).is_none());
        assert!(Place::for_call(&call(&one)).is_some(), "a call may still be made, and be told");
        drop(held.0);
        assert!(AtWork::on(Some(&other)).is_some());
        assert!(AtWork::on(None).is_some(), "inside the process nobody is counted");
    }
}
