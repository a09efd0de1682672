//! The projectors: they tail the journal into the two read models and publish how far they are.

mod doubt;
mod feed;
mod index;
mod profiles;
mod standing;
mod vacuum;

pub(super) use doubt::doubting;
pub(super) use standing::Standing;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::freshness::reached;
use super::upkeep::{Job, JobStatus};
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
    /// Rung when somebody wants the index built anew.
    rebuild_asked: Arc<Notify>,
    rebuild: Arc<Job>,
    vacuum: Arc<Job>,
    index_standing: Arc<Standing>,
    profiles_standing: Arc<Standing>,
    stop: CancellationToken,
    running: Mutex<JoinSet<()>>,
}

impl Projection {
    pub(super) fn new(backends: Backends, doubt: Arc<Notify>, pace: IndexPace, clock: Arc<dyn Clock>) -> Self {
        Self {
            backends,
            pace,
            hurry: Arc::default(),
            doubt,
            rebuild_asked: Arc::default(),
            rebuild: Arc::new(Job::new(Arc::clone(&clock))),
            vacuum: Arc::new(Job::new(Arc::clone(&clock))),
            index_standing: Arc::default(),
            profiles_standing: Arc::default(),
            clock,
            stop: CancellationToken::new(),
            running: Mutex::default(),
        }
    }

    /// Starts both projectors and the housekeeping. A read model that is ahead of the ledger's `head` belongs to another
    /// history and starts again from nothing.
    pub(super) fn start(&self, head: Revision) {
        let index = index::Projector {
            ledger: Arc::clone(&self.backends.ledger),
            index: Arc::clone(&self.backends.index),
            pace: self.pace,
            hurry: Arc::clone(&self.hurry),
            rebuild_asked: Arc::clone(&self.rebuild_asked),
            job: Arc::clone(&self.rebuild),
            standing: Arc::clone(&self.index_standing),
            stop: self.stop.clone(),
        };
        let profiles = profiles::Projector {
            ledger: Arc::clone(&self.backends.ledger),
            profiles: Arc::clone(&self.backends.profiles),
            doubt: Arc::clone(&self.doubt),
            standing: Arc::clone(&self.profiles_standing),
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

    /// Has the index built anew while it serves; says no where a rebuild runs already.
    pub(super) fn rebuild_index(&self) -> bool {
        let begun = self.rebuild.begin();
        if begun {
            self.rebuild_asked.notify_one();
        }
        begun
    }

    /// Starts to take out of the index what deleted documents left; says no where that runs already.
    pub(super) fn vacuum(&self) -> bool {
        let begun = self.vacuum.begin();
        if begun {
            let (index, job) = (Arc::clone(&self.backends.index), Arc::clone(&self.vacuum));
            let vacuum = vacuum::Vacuum { index, job, stop: self.stop.clone() };
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            // Earlier runs are over; they need not be kept.
            while running.try_join_next().is_some() {}
            running.spawn(vacuum.run());
        }
        begun
    }

    /// How building the index anew stands.
    pub(super) fn rebuild_status(&self) -> JobStatus {
        self.rebuild.status()
    }

    /// How the vacuum stands.
    pub(super) fn vacuum_status(&self) -> JobStatus {
        self.vacuum.status()
    }

    /// What the index' projector tells of it.
    pub(super) fn index_standing(&self) -> &Standing {
        &self.index_standing
    }

    /// What the profiles' projector tells of them.
    pub(super) fn profiles_standing(&self) -> &Standing {
        &self.profiles_standing
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
