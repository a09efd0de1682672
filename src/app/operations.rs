//! Figures for operators. They need the administer scope and tell about everything, hidden or not.

use std::time::Duration;

use super::projection::Standing;
use super::upkeep::JobStatus;
use super::{App, AppError, Call};
use crate::domain::Revision;
use crate::index::IndexStatus;
use crate::storage::ledger::{LedgerError, LedgerStatus};
use crate::storage::profiles::ProfilesStatus;

/// How truth and read models stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The truth.
    pub ledger: LedgerStatus,
    /// People as they are served.
    pub profiles: ProfilesStatus,
    /// How far the profiles follow the truth.
    pub profiles_follow: ReadModelStatus,
    /// Documents, searchable.
    pub index: IndexStatus,
    /// How far the index follows the truth.
    pub index_follows: ReadModelStatus,
    /// Building the index anew.
    pub rebuild_index: JobStatus,
    /// Taking out what deleted documents left.
    pub vacuum: JobStatus,
}

/// How far a read model follows the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadModelStatus {
    /// Writes that are not applied yet.
    pub lag_revisions: u64,
    /// How long ago the oldest of them was asked for, in whole seconds.
    pub lag: Duration,
    /// What it does.
    pub state: ReadModelState,
    /// Why it is not as it should be, in words.
    pub degraded: Vec<String>,
}

/// What a read model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadModelState {
    /// It has applied every write.
    Serving,
    /// It is behind.
    CatchingUp,
    /// It is built anew.
    Rebuilding,
}

impl App {
    /// How truth and read models stand.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`] without the administer scope.
    pub async fn status(&self, call: &Call) -> Result<Status, AppError> {
        Self::authorise_upkeep(call)?;
        self.freshen(call).await?;
        // The read models first: measured against a head that was read before, one could be ahead of the truth.
        let profiles = self.backends.profiles.status().await?;
        let index = self.backends.index.status().await?;
        let ledger = self.backends.ledger.status().await?;
        let rebuild_index = self.projection.rebuild_status();
        let mut index_follows = self.follows(index.applied, &ledger, self.projection.index_standing()).await?;
        let failed = rebuild_index.last.as_ref().and_then(|last| last.fault.as_ref());
        index_follows.degraded.extend(failed.map(|fault| format!("the last rebuild failed: {fault}")));
        Ok(Status {
            profiles_follow: self.follows(profiles.applied, &ledger, self.projection.profiles_standing()).await?,
            ledger,
            profiles,
            index,
            index_follows,
            rebuild_index,
            vacuum: self.projection.vacuum_status(),
        })
    }

    async fn follows(&self, applied: Revision, ledger: &LedgerStatus, standing: &Standing) -> Result<ReadModelStatus, AppError> {
        let lag_revisions = ledger.head.0.saturating_sub(applied.0);
        let state = match (standing.rebuilding(), lag_revisions) {
            (true, _) => ReadModelState::Rebuilding,
            (false, 0) => ReadModelState::Serving,
            (false, _) => ReadModelState::CatchingUp,
        };
        let lag = if lag_revisions == 0 { Duration::ZERO } else { self.age_of_next(applied).await? };
        Ok(ReadModelStatus { lag_revisions, lag, state, degraded: standing.trouble().into_iter().collect() })
    }

    /// How long ago the write after a revision was asked for; where the journal no longer reaches back to it, the oldest that it has.
    async fn age_of_next(&self, applied: Revision) -> Result<Duration, AppError> {
        let ledger = &self.backends.ledger;
        let entries = match ledger.journal(applied, 1).await {
            Err(LedgerError::Trimmed { first }) => ledger.journal(Revision(first.0.saturating_sub(1)), 1).await?,
            entries => entries?,
        };
        let age = |at: i64| self.clock.now().unix_seconds().saturating_sub(at);
        let seconds = entries.first().map_or(0, |entry| age(entry.at.unix_seconds()));
        Ok(Duration::from_secs(u64::try_from(seconds).unwrap_or_default()))
    }
}
