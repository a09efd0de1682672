//! The projectors: they tail the journal into the two read models and publish how far they are.

mod doubt;
mod feed;
mod index;
mod profiles;

pub(super) use doubt::doubting;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::freshness::reached;
use super::{AppError, Backends};
use crate::domain::{Clock, Revision};
use crate::index::Patience;

/// How often the index commits, and how often the read models are made safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexPace {
    /// The shortest time between two commits of the index.
    pub commit_at_least: Duration,
    /// The longest time that a change waits for a commit.
    pub commit_at_most: Duration,
    /// How often the profiles are checkpointed and the journal is trimmed.
    pub checkpoint_every: Duration,
    /// How long journal entries and request ids are kept at least.
    pub journal_keep: Duration,
}

impl Default for IndexPace {
    fn default() -> Self {
        Self {
            commit_at_least: Duration::from_millis(50),
            commit_at_most: Duration::from_secs(1),
            checkpoint_every: Duration::from_secs(30),
            journal_keep: Duration::from_hours(24),
        }
    }
}

/// The two projectors and the housekeeping of what they read.
pub struct Projection {
    backends: Backends,
    pace: IndexPace,
    clock: Arc<dyn Clock>,
    /// Rung when somebody waits for the index, so that it commits soon.
    hurry: Arc<Notify>,
    /// Rung when the profiles failed somebody.
    doubt: Arc<Notify>,
    stop: CancellationToken,
    running: Mutex<JoinSet<()>>,
}

impl Projection {
    pub(super) fn new(backends: Backends, doubt: Arc<Notify>, pace: IndexPace, clock: Arc<dyn Clock>) -> Self {
        Self { backends, pace, clock, hurry: Arc::default(), doubt, stop: CancellationToken::new(), running: Mutex::default() }
    }

    /// Starts both projectors and the housekeeping. A read model that is ahead of the ledger's `head` belongs to another
    /// history and starts again from nothing.
    pub(super) fn start(&self, head: Revision) {
        let index = index::Projector {
            ledger: Arc::clone(&self.backends.ledger),
            index: Arc::clone(&self.backends.index),
            pace: self.pace,
            hurry: Arc::clone(&self.hurry),
            stop: self.stop.clone(),
        };
        let profiles = profiles::Projector {
            ledger: Arc::clone(&self.backends.ledger),
            profiles: Arc::clone(&self.backends.profiles),
            doubt: Arc::clone(&self.doubt),
            stop: self.stop.clone(),
        };
        let housekeeping = profiles::Housekeeping {
            backends: self.backends.clone(),
            pace: self.pace,
            clock: Arc::clone(&self.clock),
            stop: self.stop.clone(),
        };
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.spawn(index.run(head));
        running.spawn(profiles.run(head));
        running.spawn(housekeeping.run());
    }

    /// Waits until both read models have applied a revision.
    pub(super) async fn caught_up(&self, revision: Revision, patience: &Patience) -> Result<(), AppError> {
        let (index, profiles) = (self.backends.index.applied(), self.backends.profiles.applied());
        if *index.borrow() < revision {
            self.hurry.notify_one();
        }
        reached(profiles, revision, patience).await?;
        reached(index, revision, patience).await
    }

    /// Waits until the profiles have applied a revision.
    pub(super) async fn profiles_caught_up(&self, revision: Revision, patience: &Patience) -> Result<(), AppError> {
        reached(self.backends.profiles.applied(), revision, patience).await
    }

    /// Whether [`Projection::stop`] was called.
    pub(super) fn stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Stops all three and waits for them; the index commits what it has taken.
    pub(super) async fn stop(&self) {
        self.stop.cancel();
        let mut running = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        while running.join_next().await.is_some() {}
    }
}
