//! The ledger on a disk: redb, one writing thread that groups waiting writes into synced commits, reads from snapshots.
//!
//! ADR 1 says why and what was measured. Start reading in `writer.rs`; the file's tables are in `tables.rs`, the bytes of its
//! values in `codec.rs`. A value is never answered without its checksum being verified.

mod codec;
mod draft;
mod faults;
mod reserve;
mod store;
mod tables;
mod writer;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use self::faults::io_fault;
use self::store::Store;
use self::tables::{Name, Snapshot};
use self::writer::{Job, Observers, Reply, Writer};
use super::plan::{self, Base};
use super::{
    CommitObserver, Identity, JournalEntry, Ledger, LedgerError, LedgerStatus, RequestKey, SourceSync, Sourced, Stored, Write,
    Written,
};
use crate::domain::{DocumentName, Moment, RecordKey, RecordKind, Revision, Source};

/// Reads that may run at once; more wait.
const READS_AT_ONCE: u32 = 16;

/// Where and how a ledger is kept.
#[derive(Clone, Debug)]
pub struct RedbSettings {
    /// The data directory. The ledger keeps its file and the directory's lock in it.
    pub path: PathBuf,
    /// Bytes of the page cache.
    pub cache_bytes: usize,
    /// Writes that one commit may group.
    pub group_max_writes: usize,
    /// Bytes of records that one commit may group, about; a single larger write goes alone.
    pub group_max_bytes: usize,
    /// Writes that may wait; more are refused.
    pub queue: usize,
}

/// The ledger in a file.
pub struct RedbLedger {
    identity: Identity,
    head: watch::Receiver<Revision>,
    observers: Observers,
    failure: Arc<OnceLock<LedgerError>>,
    /// Gone once the ledger is closing.
    queue: RwLock<Option<mpsc::Sender<Job>>>,
    /// Gone once it is closed.
    store: RwLock<Option<Arc<Store>>>,
    reads: Arc<Semaphore>,
}

impl RedbLedger {
    /// Opens the ledger of a data directory, or makes one that is born with `fresh`. Blocks; reads nothing but what was left
    /// unfinished. The lock comes first: a second process leaves without having touched anything.
    ///
    /// # Errors
    /// [`LedgerError::InUse`], [`LedgerError::Format`], [`LedgerError::Corrupt`], [`LedgerError::DiskFull`] or
    /// [`LedgerError::Store`].
    pub fn open(settings: RedbSettings, fresh: impl FnOnce() -> Identity) -> Result<Self, LedgerError> {
        Self::over(Store::open(&settings.path, settings.cache_bytes, fresh)?, settings)
    }

    fn over(store: Store, settings: RedbSettings) -> Result<Self, LedgerError> {
        let RedbSettings { path, group_max_writes, group_max_bytes, queue, .. } = settings;
        let store = Arc::new(store);
        let (identity, head) = store::guarded(&path, || {
            let identity = store.identity()?;
            store.raise_format()?;
            let snapshot = Snapshot::of(&store.database)?;
            snapshot.verify_tables(codec::FORMAT)?;
            Ok((identity, snapshot.head()?))
        })?;
        let (head_sender, head) = watch::channel(head);
        let (queue, jobs) = mpsc::channel(queue.max(1));
        let observers = Observers::default();
        let failure = Arc::new(OnceLock::new());
        let writer = Writer {
            jobs,
            store: Arc::clone(&store),
            observers: Arc::clone(&observers),
            group_max_writes,
            group_max_bytes,
            failure: Arc::clone(&failure),
            head: head_sender,
        };
        std::thread::Builder::new().name("ledger-writer".to_owned()).spawn(move || writer.run()).map_err(io_fault)?;
        Ok(Self {
            identity,
            head,
            observers,
            failure,
            queue: RwLock::new(Some(queue)),
            store: RwLock::new(Some(store)),
            reads: Arc::new(Semaphore::new(READS_AT_ONCE as usize)),
        })
    }

    /// Queues a job and waits for its answer. A thread that died answers nobody: its end of the channel is gone.
    async fn ask<T: Send>(&self, job: impl FnOnce(Reply<T>) -> Job + Send) -> Result<T, LedgerError> {
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(LedgerError::Closed)?;
        let (reply, answer) = oneshot::channel();
        queue.try_send(job(reply)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => LedgerError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => self.why_closed(),
        })?;
        // Held while waiting, it would keep the writer from ending.
        drop(queue);
        answer.await.unwrap_or_else(|_| Err(self.why_closed()))
    }

    fn why_closed(&self) -> LedgerError {
        match self.failure.get() {
            Some(LedgerError::DiskFull) => LedgerError::DiskFull,
            _ => LedgerError::Closed,
        }
    }

    /// Reads from one snapshot, off the async threads, a bounded number at once.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Snapshot, &Store) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let permit = Arc::clone(&self.reads).acquire_owned().await.map_err(|_| LedgerError::Closed)?;
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner).clone().ok_or(LedgerError::Closed)?;
        let reading = tokio::task::spawn_blocking(move || {
            let result = store::guarded(&store.dir, || work(&Snapshot::of(&store.database)?, &store));
            // In this order: whoever holds all permits holds the only handle of the store. Both stay here until the read is
            // over, even where nobody waits for it any more.
            drop(store);
            drop(permit);
            result
        });
        reading.await.map_err(|error| LedgerError::Store(Arc::new(error)))?
    }
}

#[async_trait]
impl Ledger for RedbLedger {
    async fn write(&self, write: Write) -> Result<Written, LedgerError> {
        self.ask(|reply| Job::Write(write, reply)).await
    }

    async fn recall(&self, request: &RequestKey) -> Result<Option<Written>, LedgerError> {
        let request = *request;
        self.read(move |snapshot, _| plan::recall(snapshot, &request)).await
    }

    async fn get(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError> {
        let key = key.clone();
        self.read(move |snapshot, _| snapshot.present(&key)).await
    }

    async fn get_many(&self, keys: &[RecordKey]) -> Result<Vec<Option<Stored>>, LedgerError> {
        let keys = keys.to_vec();
        self.read(move |snapshot, _| keys.iter().map(|key| snapshot.present(key)).collect()).await
    }

    async fn list(&self, kind: RecordKind, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError> {
        let after = after.map(str::to_owned);
        self.read(move |snapshot, _| snapshot.list(kind, after.as_deref(), limit)).await
    }

    async fn replies(&self, root: &DocumentName, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError> {
        let (root, after) = (root.clone(), after.map(str::to_owned));
        self.read(move |snapshot, _| snapshot.replies(&root, after.as_deref(), limit)).await
    }

    async fn thread_joined(&self, root: &DocumentName) -> Result<Revision, LedgerError> {
        let root = root.clone();
        self.read(move |snapshot, _| snapshot.joined(&root)).await
    }

    async fn find_source(&self, kind: RecordKind, source: &Source) -> Result<Option<RecordKey>, LedgerError> {
        let source = source.clone();
        self.read(move |snapshot, _| snapshot.source_owner(kind, &source)).await
    }

    async fn sync(&self, kind: RecordKind, system: &str) -> Result<Option<SourceSync>, LedgerError> {
        let system = system.to_owned();
        self.read(move |snapshot, _| snapshot.current_sync(kind, &system)).await
    }

    async fn sourced(
        &self,
        kind: RecordKind,
        system: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Sourced>, LedgerError> {
        let (system, after) = (system.to_owned(), after.map(str::to_owned));
        self.read(move |snapshot, _| snapshot.sourced(kind, &system, after.as_deref(), limit)).await
    }

    async fn tombstone(&self, key: &RecordKey) -> Result<Option<(Revision, Moment)>, LedgerError> {
        let key = key.clone();
        self.read(move |snapshot, _| snapshot.buried(&key)).await
    }

    async fn journal(&self, after: Revision, limit: usize) -> Result<Vec<JournalEntry>, LedgerError> {
        self.read(move |snapshot, _| snapshot.journal(after, limit)).await
    }

    async fn trim(&self, through: Revision, before: Moment) -> Result<(), LedgerError> {
        // In portions, so that writes come between.
        while self.ask(|reply| Job::Trim(through, before, reply)).await? {}
        Ok(())
    }

    fn head(&self) -> watch::Receiver<Revision> {
        self.head.clone()
    }

    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        self.observers.write().unwrap_or_else(PoisonError::into_inner).push(observer);
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }

    async fn status(&self) -> Result<LedgerStatus, LedgerError> {
        self.read(|snapshot, store| {
            Ok(LedgerStatus {
                head: snapshot.head()?,
                journal_first: snapshot.journal_first()?,
                documents: snapshot.count(Name::Documents)?,
                people: snapshot.count(Name::People)?,
                communities: snapshot.count(Name::Communities)?,
                synonym_sets: snapshot.count(Name::SynonymSets)?,
                curations: snapshot.count(Name::Curations)?,
                disk_bytes: store.disk_bytes()?,
            })
        })
        .await
    }

    async fn close(&self) {
        drop(self.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        // The writer ends once it has done what waited; the channel of its head closes with it.
        let mut head = self.head();
        while head.changed().await.is_ok() {}
        // All permits: no read is under way any more. A closed ledger has none to give.
        let Ok(reads) = self.reads.acquire_many(READS_AT_ONCE).await else { return };
        let store = self.store.write().unwrap_or_else(PoisonError::into_inner).take();
        self.reads.close();
        drop(reads);
        // Closing writes; a panic in it would be the store's own, and the next start repairs what it left.
        let _ = tokio::task::spawn_blocking(move || drop(store)).await;
    }
}
