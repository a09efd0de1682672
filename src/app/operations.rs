//! Figures for operators. They need the administer scope and tell about everything, hidden or not.

use super::{App, AppError, Call};
use crate::access::Scope;
use crate::index::IndexStatus;
use crate::storage::ledger::LedgerStatus;
use crate::storage::profiles::ProfilesStatus;

/// How truth and read models stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The truth.
    pub ledger: LedgerStatus,
    /// People as they are served.
    pub profiles: ProfilesStatus,
    /// Documents, searchable.
    pub index: IndexStatus,
}

impl App {
    /// How truth and read models stand.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`] without the administer scope.
    pub async fn status(&self, call: &Call) -> Result<Status, AppError> {
        if !call.asker.holds(Scope::Administer) {
            return Err(if call.asker.name().is_none() {
                AppError::Unauthenticated
            } else {
                AppError::Forbidden { scope: "administer" }
            });
        }
        self.freshen(call).await?;
        Ok(Status {
            ledger: self.backends.ledger.status().await?,
            profiles: self.backends.profiles.status().await?,
            index: self.backends.index.status().await?,
        })
    }
}
