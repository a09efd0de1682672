//! Profiles on sled 0.34, which is never the only copy of anything: what it loses or damages is rebuilt from the ledger.
//!
//! One tree, one writer, one atomic batch for each call of `apply`, with the applied revision inside it. What a document
//! says is kept by document and by person, and is counted when it is read: no counter can drift, and applying a change
//! again writes nothing. Every value carries a checksum of its own. After any failure nothing more is applied until
//! `clear`, which starts over in a fresh directory. This room must never make anything durable that the ledger does not
//! have. The directory of people is in memory and comes and goes with the open store. Start reading at `SledProfiles`, then in `keys.rs`.

mod checkpoint;
mod codec;
mod keys;
mod open;
mod reading;
mod staging;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_trait::async_trait;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, spawn_blocking};

use self::open::{Home, Instance};
use self::staging::Staging;
use super::staff::StaffChange;
use super::{PeopleAsk, PeopleMet, ProfileChange, Profiles, ProfilesError, ProfilesStatus, Tally};
use crate::domain::{Person, PersonName, Revision};

/// Reads that may occupy a thread at once; more wait.
const READS_AT_ONCE: usize = 16;

/// Where profiles are kept and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SledSettings {
    /// A directory for the profiles alone; made where it is missing.
    pub path: PathBuf,
    /// Bytes of the page cache.
    pub cache_bytes: u64,
}

/// Profiles on disk.
pub struct SledProfiles {
    store: Arc<Store>,
    reads: Arc<Semaphore>,
}

struct Store {
    /// Held by whoever applies, clears or checkpoints, for the whole of it.
    writer: Mutex<()>,
    /// Held shared for a whole read, so that a read sees each batch whole or not at all. Nothing once writing failed.
    instance: RwLock<Option<Instance>>,
    /// The first failure since the last `clear`.
    failure: Mutex<Option<ProfilesError>>,
    applied: watch::Sender<Revision>,
    /// Dropped last: sled closes its files before the directory's lock goes.
    home: Home,
}

/// The store has failed before.
#[derive(Debug, thiserror::Error)]
#[error("an earlier write failed, and the profiles wait to be rebuilt")]
struct Gone;

/// An error below as this room's.
fn store_error(error: impl std::error::Error + Send + Sync + 'static) -> ProfilesError {
    ProfilesError::Store(Arc::new(error))
}

impl SledProfiles {
    /// Opens profiles and verifies every value. What cannot be used starts again at revision zero, with a warning. Blocks.
    ///
    /// # Errors
    /// [`ProfilesError::Store`] where another process has the directory open, or not even empty profiles can be made.
    pub fn open(settings: SledSettings) -> Result<Self, ProfilesError> {
        let home = Home::claim(settings)?;
        let instance = home.open()?;
        let applied = watch::Sender::new(Revision(instance.meta.applied));
        let store =
            Store { home, writer: Mutex::new(()), instance: RwLock::new(Some(instance)), failure: Mutex::new(None), applied };
        Ok(Self { store: Arc::new(store), reads: Arc::new(Semaphore::new(READS_AT_ONCE)) })
    }

    async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Instance) -> Result<T, ProfilesError> + Send + 'static,
    ) -> Result<T, ProfilesError> {
        let permit = Arc::clone(&self.reads).acquire_owned().await.map_err(store_error)?;
        let store = Arc::clone(&self.store);
        let done = spawn_blocking(move || {
            let _permit = permit;
            store.read(job)
        });
        self.done(done.await)
    }

    async fn write(&self, job: impl FnOnce(&Store) -> Result<(), ProfilesError> + Send + 'static) -> Result<(), ProfilesError> {
        let store = Arc::clone(&self.store);
        let done = spawn_blocking(move || {
            // Guards no value, so a panic cannot have left one half-changed.
            let _writer = store.writer.lock().unwrap_or_else(PoisonError::into_inner);
            job(&store)
        });
        self.done(done.await)
    }

    /// A panic in sled is a failure like any other.
    fn done<T>(&self, done: Result<Result<T, ProfilesError>, JoinError>) -> Result<T, ProfilesError> {
        done.unwrap_or_else(|error| Err(store_error(error))).map_err(|error| self.store.note(error))
    }
}

#[async_trait]
impl Profiles for SledProfiles {
    async fn apply(&self, changes: Vec<ProfileChange>, through: Revision) -> Result<(), ProfilesError> {
        self.write(move |store| store.apply(changes, through)).await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.store.applied.subscribe()
    }

    async fn people(&self, names: &[PersonName]) -> Result<Vec<Option<Person>>, ProfilesError> {
        let names = names.to_vec();
        self.read(move |instance| names.iter().map(|name| reading::person(&instance.db, name)).collect()).await
    }

    async fn resolve(&self, alias: &str) -> Result<Vec<PersonName>, ProfilesError> {
        let alias = alias.to_owned();
        self.read(move |instance| reading::resolve(&instance.db, &alias)).await
    }

    async fn find(&self, ask: PeopleAsk) -> Result<Option<PeopleMet>, ProfilesError> {
        self.read(move |instance| Ok(instance.staff.find(&ask))).await
    }

    async fn tallies(&self, names: &[PersonName]) -> Result<Vec<Tally>, ProfilesError> {
        let names = names.to_vec();
        self.read(move |instance| reading::tallies(&instance.db, &names)).await
    }

    async fn clear(&self) -> Result<(), ProfilesError> {
        self.write(Store::clear).await
    }

    async fn checkpoint(&self) -> Result<(), ProfilesError> {
        self.write(Store::checkpoint).await
    }

    async fn checksum(&self) -> Result<[u8; 32], ProfilesError> {
        self.read(|instance| reading::checksum(&instance.db)).await
    }

    async fn status(&self) -> Result<ProfilesStatus, ProfilesError> {
        self.read(|instance| {
            let disk_bytes = instance.db.size_on_disk().map_err(store_error)?;
            Ok(ProfilesStatus { applied: Revision(instance.meta.applied), people: instance.meta.people, disk_bytes })
        })
        .await
    }
}

impl Store {
    fn read<T>(&self, job: impl FnOnce(&Instance) -> Result<T, ProfilesError>) -> Result<T, ProfilesError> {
        // A poisoned lock means that a batch was cut off: what is there may be half of it.
        let instance = self.instance.read().map_err(|_| store_error(Gone))?;
        job(instance.as_ref().ok_or_else(|| store_error(Gone))?)
    }

    fn apply(&self, changes: Vec<ProfileChange>, through: Revision) -> Result<(), ProfilesError> {
        self.sound()?;
        let staff_changes: Vec<StaffChange> = changes.iter().filter_map(StaffChange::of).collect();
        // Only the writer changes anything, so what was read here still holds below.
        let staged = self.read(|instance| {
            let mut staging = Staging::new(&instance.db, instance.meta);
            changes.into_iter().try_for_each(|change| staging.take(change))?;
            Ok(staging.finish(through.0, instance.meta))
        })?;
        let Some((batch, meta)) = staged else { return Ok(()) };
        let mut guard = self.instance.write().map_err(|_| store_error(Gone))?;
        let instance = guard.as_mut().ok_or_else(|| store_error(Gone))?;
        if let Err(error) = instance.db.apply_batch(batch) {
            *guard = None;
            return Err(store_error(error));
        }
        instance.meta = meta;
        for change in staff_changes {
            instance.staff.take(change);
        }
        self.publish(Revision(meta.applied));
        Ok(())
    }

    fn clear(&self) -> Result<(), ProfilesError> {
        let mut guard = self.instance.write().unwrap_or_else(|poisoned| {
            self.instance.clear_poison();
            poisoned.into_inner()
        });
        // The old store closes before the new one opens.
        *guard = None;
        *guard = Some(self.home.start_over()?);
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.publish(Revision::ZERO);
        Ok(())
    }

    fn checkpoint(&self) -> Result<(), ProfilesError> {
        self.sound()?;
        // Readers go on: the handle is cloned, and the writer's lock keeps `clear` away until it is dropped.
        let (db, dir) = self.read(|instance| Ok((instance.db.clone(), instance.dir.clone())))?;
        checkpoint::run(&db, &dir)
    }

    /// Refuses after a failure, so that whoever applies next learns of it and rebuilds.
    fn sound(&self) -> Result<(), ProfilesError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().map_or(Ok(()), Err)
    }

    fn note(&self, error: ProfilesError) -> ProfilesError {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error.clone());
        error
    }

    fn publish(&self, revision: Revision) {
        self.applied.send_if_modified(|applied| std::mem::replace(applied, revision) != revision);
    }
}
