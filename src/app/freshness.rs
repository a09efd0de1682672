//! Reading one's own writes: waiting until the read models have applied a revision.

use tokio::sync::watch;
use tokio::time::timeout_at;

use super::{App, AppError, Call};
use crate::domain::Revision;
use crate::index::Patience;

impl App {
    /// Waits until both read models have applied what the call wants to see.
    pub(super) async fn freshen(&self, call: &Call) -> Result<(), AppError> {
        match call.min_revision {
            Some(revision) => self.projection.caught_up(revision, &call.patience).await,
            None => Ok(()),
        }
    }
}

/// Waits until a watched revision has reached `wanted`, as long as the patience allows.
pub(super) async fn reached(
    mut watched: watch::Receiver<Revision>,
    wanted: Revision,
    patience: &Patience,
) -> Result<(), AppError> {
    let waiting = watched.wait_for(|revision| *revision >= wanted);
    let outcome = match patience.deadline() {
        Some(deadline) => timeout_at(deadline.into(), waiting).await.map_err(|_| AppError::DeadlineExceeded)?,
        None => waiting.await,
    };
    outcome.map(|_| ()).map_err(|_| AppError::Closing)
}
