//! Profiles that call for the projector when they fail somebody, so that damage heals also where nothing is written.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{Notify, watch};

use super::Backends;
use crate::domain::{Person, PersonName, Revision};
use crate::storage::profiles::{PeopleAsk, PeopleMet, ProfileChange, Profiles, ProfilesError, ProfilesStatus, Tally};

/// The same backends, and a bell that rings when their profiles fail. Who waits for it rebuilds them.
pub(crate) fn doubting(backends: Backends) -> (Backends, Arc<Notify>) {
    let bell = Arc::new(Notify::new());
    let profiles = Arc::new(Doubted { profiles: backends.profiles, bell: Arc::clone(&bell) });
    (Backends { profiles, ..backends }, bell)
}

struct Doubted {
    profiles: Arc<dyn Profiles>,
    bell: Arc<Notify>,
}

impl Doubted {
    fn noticed<T>(&self, outcome: Result<T, ProfilesError>) -> Result<T, ProfilesError> {
        if outcome.is_err() {
            self.bell.notify_one();
        }
        outcome
    }
}

#[async_trait]
impl Profiles for Doubted {
    // Only the projector applies and clears, and it knows itself what to do when that fails.
    async fn apply(&self, changes: Vec<ProfileChange>, through: Revision) -> Result<(), ProfilesError> {
        self.profiles.apply(changes, through).await
    }

    async fn clear(&self) -> Result<(), ProfilesError> {
        self.profiles.clear().await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.profiles.applied()
    }

    async fn people(&self, names: &[PersonName]) -> Result<Vec<Option<Person>>, ProfilesError> {
        self.noticed(self.profiles.people(names).await)
    }

    async fn resolve(&self, alias: &str) -> Result<Vec<PersonName>, ProfilesError> {
        self.noticed(self.profiles.resolve(alias).await)
    }

    async fn find(&self, ask: PeopleAsk) -> Result<Option<PeopleMet>, ProfilesError> {
        self.noticed(self.profiles.find(ask).await)
    }

    async fn tallies(&self, names: &[PersonName]) -> Result<Vec<Tally>, ProfilesError> {
        self.noticed(self.profiles.tallies(names).await)
    }

    async fn checkpoint(&self) -> Result<(), ProfilesError> {
        self.noticed(self.profiles.checkpoint().await)
    }

    async fn checksum(&self) -> Result<[u8; 32], ProfilesError> {
        self.noticed(self.profiles.checksum().await)
    }

    async fn status(&self) -> Result<ProfilesStatus, ProfilesError> {
        self.noticed(self.profiles.status().await)
    }
}
