//! The truth: the current record by key, a journal of changes, request ids and tombstones.
//!
//! Every change gets the next revision. A write is all or nothing, and is acknowledged once it is durable. The journal
//! says which key changed at which revision and how, never the content. Start reading at [`Ledger`]; what it promises is
//! proved for every implementation by the contract suite.

mod memory;
mod plan;
mod redb;
mod sync;

#[cfg(test)]
mod contract;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::domain::{DocumentName, Moment, Record, RecordKey, RecordKind, Revision, Source};

pub use self::memory::MemoryLedger;
pub use self::redb::{RedbLedger, RedbSettings};
pub use self::sync::{SourceSync, Sourced, SyncEnd, SyncRef};

/// A record with the revision of its last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// The write that last changed it.
    pub revision: Revision,
}

/// What must hold of a record's present state for an operation to go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Anything.
    Any,
    /// There is no such record.
    Absent,
    /// There is one.
    Present,
    /// There is one, last changed at this revision.
    Revision(Revision),
}

/// One change of one record, or one check of what a write rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes or replaces a record. A record equal to the present one changes nothing and takes no revision.
    Put {
        /// The new record.
        record: Box<Record>,
        /// What must hold before.
        expect: Expect,
    },
    /// Removes a record and leaves a tombstone. Removing what is absent, where that is allowed, changes nothing.
    Delete {
        /// Which record.
        key: RecordKey,
        /// What must hold before.
        expect: Expect,
    },
    /// Changes nothing: refuses the write where a record that it was worked out from is no longer what it was.
    Require {
        /// Which record.
        key: RecordKey,
        /// What must hold.
        expect: Expect,
    },
    /// Changes nothing: refuses the write, with [`LedgerError::Stale`] for the root, where a document came into the thread
    /// since; one that an earlier operation of the same write brings in counts.
    RequireThread {
        /// The thread's root; it need not exist.
        root: DocumentName,
        /// What [`Ledger::thread_joined`] said before the thread's replies were read.
        joined: Revision,
    },
    /// Begins a sync of a source system at the present head; the one before is superseded. Changes no record and makes no revision.
    /// Refused, with [`LedgerError::SyncSuperseded`], where its number is not the next one.
    BeginSync {
        /// The new sync.
        sync: SyncRef,
        /// When it was asked for.
        at: Moment,
        /// The id of the request that begins it, for retries.
        request: Option<[u8; 32]>,
    },
    /// Notes durably that a sync saw a record as it is, where the record is of its system and nothing else says so. Changes no
    /// record and makes no revision. Refused where the sync is not the current one, or has ended.
    Mark {
        /// Which record.
        key: RecordKey,
        /// The sync.
        sync: SyncRef,
    },
    /// Removes a record as [`Operation::Delete`] does, and counts it, where it is of a sync's system and the sync did not see it;
    /// otherwise it changes nothing. Refused where the sync is not the current one, or has ended.
    Sweep {
        /// Which record.
        key: RecordKey,
        /// The sync.
        sync: SyncRef,
    },
    /// Ends a sync: it takes no more marks and sweeps nothing more. Changes no record and makes no revision. Refused where the sync
    /// is not the current one, or has ended.
    EndSync {
        /// The sync.
        sync: SyncRef,
        /// Records of the system that stay.
        kept: u64,
    },
}

/// A caller's own id of a write, for retries: the same id has one effect within its lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestKey {
    /// A hash of asker, method and the caller's id.
    pub id: [u8; 32],
    /// A hash of the request's content: a known id with another content is refused.
    pub fingerprint: [u8; 32],
}

/// Operations that take effect together or not at all, in order: a later one sees what an earlier one did.
#[derive(Clone, Debug)]
pub struct Write {
    /// What to do.
    pub operations: Vec<Operation>,
    /// The caller's id of the write.
    pub request: Option<RequestKey>,
    /// When it was asked for; request ids and tombstones carry it.
    pub at: Moment,
}

/// What became of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The record's key.
    pub key: RecordKey,
    /// The record's revision now; of the deletion where it was deleted; zero where it never lived.
    pub revision: Revision,
    /// Whether anything changed.
    pub changed: bool,
    /// Whether the record existed before.
    pub existed: bool,
}

/// An acknowledged write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Reads at or above this revision see the write. Where nothing changed it is the head when that was found.
    pub revision: Revision,
    /// One outcome per operation that names a record or thread, in order; beginning and ending a sync has none.
    pub outcomes: Vec<Outcome>,
    /// The request id was known: nothing was done now, and this is what was answered then.
    pub replayed: bool,
}

/// How a record changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Made or replaced.
    Put,
    /// Removed.
    Delete,
}

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number; every number is used once, with no gap.
    pub revision: Revision,
    /// What changed.
    pub key: RecordKey,
    /// How.
    pub change: Change,
    /// When it was asked for.
    pub at: Moment,
}

/// One change as a commit observer is told of it.
#[derive(Debug)]
pub struct Committed<'a> {
    /// Its revision.
    pub revision: Revision,
    /// The record before, if there was one.
    pub before: Option<&'a Record>,
    /// The record now; nothing where it was deleted.
    pub now: Option<&'a Record>,
}

/// Is told of every change after it is durable and before anybody is told that it is: strictly in order of revisions,
/// before the head moves. What takes rights away hooks in here. Must be quick and must not call the ledger.
pub trait CommitObserver: Send + Sync {
    /// Takes notice of the changes of one commit.
    fn committed(&self, changes: &[Committed<'_>]);
}

/// What a ledger was born with.
#[derive(Clone)]
pub struct Identity {
    /// Random; another one after a restore from a backup, so that tokens of another history are told apart.
    pub epoch: u64,
    /// Random key for sealing tokens; survives restarts and never leaves the process.
    pub sealing_key: [u8; 32],
}

/// Figures for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerStatus {
    /// The newest revision.
    pub head: Revision,
    /// The oldest revision still in the journal; `head + 1` where it is empty.
    pub journal_first: Revision,
    /// Live documents.
    pub documents: u64,
    /// Live people.
    pub people: u64,
    /// Live communities.
    pub communities: u64,
    /// Live synonym sets.
    pub synonym_sets: u64,
    /// Live curations.
    pub curations: u64,
    /// Bytes on disk; zero in memory.
    pub disk_bytes: u64,
}

/// Why the ledger could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LedgerError {
    /// An operation expected absence, and the record is there.
    #[error("{key} exists already")]
    Exists {
        /// The record's key.
        key: RecordKey,
    },
    /// An operation expected a record, and there is none.
    #[error("{key} does not exist")]
    Missing {
        /// The record's key.
        key: RecordKey,
    },
    /// An operation expected a revision, and the record, or the thread that it opened, has another one.
    #[error("{key} has changed since revision {expected}")]
    Stale {
        /// The record's key.
        key: RecordKey,
        /// What was expected.
        expected: Revision,
    },
    /// Another record of the same kind carries this source id.
    #[error("source id is taken by {by}")]
    SourceTaken {
        /// Who carries it.
        by: RecordKey,
    },
    /// The request id was used for another request.
    #[error("the request id was used for another request")]
    RequestReused,
    /// Another sync of the system is the current one.
    #[error("another sync of {system} has begun")]
    SyncSuperseded {
        /// The source system.
        system: String,
    },
    /// The sync has ended.
    #[error("the sync of {system} has ended")]
    SyncEnded {
        /// The source system.
        system: String,
    },
    /// The journal no longer reaches back that far: a read model must be rebuilt.
    #[error("the journal starts at revision {first}")]
    Trimmed {
        /// The oldest revision still there.
        first: Revision,
    },
    /// A value does not match its checksum or cannot be read.
    #[error("corrupt value of {what}")]
    Corrupt {
        /// Which one.
        what: String,
    },
    /// More writes wait than may wait; trying again later helps.
    #[error("too many writes wait for the ledger")]
    Overloaded,
    /// The disk is full, or has less left than is kept in reserve.
    #[error("no space left on the ledger's disk")]
    DiskFull,
    /// Another process has the ledger open.
    #[error("another process uses this directory")]
    InUse,
    /// The file was written by an older, newer or unknown version.
    #[error("the ledger's format {found} is not known; this build knows {known}")]
    Format {
        /// What was found.
        found: u32,
        /// What this build knows.
        known: u32,
    },
    /// The ledger is closing, or failed in a way after which nothing may be written any more.
    #[error("the ledger takes no more writes")]
    Closed,
    /// The store below failed.
    #[error("the ledger's store failed: {0}")]
    Store(Arc<dyn std::error::Error + Send + Sync>),
}

/// The truth. Implementations run blocking work off the async threads.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// Does a write, durably, all or nothing, and answers once it survives `kill -9`. Waiting writes share one sync.
    /// Preconditions are checked in commit order. Revisions of one write are consecutive.
    /// A dropped future does not undo the write: it may still take effect.
    async fn write(&self, write: Write) -> Result<Written, LedgerError>;

    /// What was answered to a request id, `replayed` set; [`LedgerError::RequestReused`] where it was used for another request.
    /// Asked before a write is prepared, so that a retry is not refused for what its first attempt changed.
    async fn recall(&self, request: &RequestKey) -> Result<Option<Written>, LedgerError>;

    /// The current record, or nothing. Sees every acknowledged write.
    async fn get(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError>;

    /// The current records of all keys, in the keys' order, from one snapshot.
    async fn get_many(&self, keys: &[RecordKey]) -> Result<Vec<Option<Stored>>, LedgerError>;

    /// Up to `limit` records of a kind whose id is greater than `after`, ascending by the bytes of their ids.
    async fn list(&self, kind: RecordKind, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError>;

    /// Up to `limit` documents whose thread's root is `root` and whose id is greater than `after`, ascending by the bytes of
    /// their ids, from one snapshot. The root itself need not exist.
    async fn replies(&self, root: &DocumentName, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError>;

    /// The revision of the last change by which a document came into the thread of `root`: a new reply, or one that had another
    /// root before. Zero where none ever did; a reply that is changed, leaves or is deleted does not move it.
    /// Who rewrites a whole thread reads this first, then the replies, and writes with [`Operation::RequireThread`].
    async fn thread_joined(&self, root: &DocumentName) -> Result<Revision, LedgerError>;

    /// The record of a kind that was imported from this source id.
    async fn find_source(&self, kind: RecordKind, source: &Source) -> Result<Option<RecordKey>, LedgerError>;

    /// The current sync of a kind and a source system, ended or not; nothing where none ever began.
    async fn sync(&self, kind: RecordKind, system: &str) -> Result<Option<SourceSync>, LedgerError>;

    /// Up to `limit` records of a kind and a source system whose id there is greater than `after`, ascending by the bytes of these
    /// ids, from one snapshot.
    async fn sourced(
        &self,
        kind: RecordKind,
        system: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Sourced>, LedgerError>;

    /// When a deleted record was deleted and at which revision; nothing where it lives or never lived.
    async fn tombstone(&self, key: &RecordKey) -> Result<Option<(Revision, Moment)>, LedgerError>;

    /// Up to `limit` journal entries after a revision, ascending, without gaps; [`LedgerError::Trimmed`] where the next one is gone.
    async fn journal(&self, after: Revision, limit: usize) -> Result<Vec<JournalEntry>, LedgerError>;

    /// Drops journal entries at or below `through` that are older than `before`, oldest first and up to the first that must stay,
    /// and request ids older than `before`. Tombstones stay.
    async fn trim(&self, through: Revision, before: Moment) -> Result<(), LedgerError>;

    /// The newest revision, and every later one as it is acknowledged. Moves after the observers were told. The channel closes
    /// once the ledger takes no more writes, because it was closed or failed: who must know of a failure waits for that.
    fn head(&self) -> watch::Receiver<Revision>;

    /// Registers an observer for all later commits.
    fn observe(&self, observer: Arc<dyn CommitObserver>);

    /// What this ledger was born with.
    fn identity(&self) -> Identity;

    /// Figures for operators.
    async fn status(&self) -> Result<LedgerStatus, LedgerError>;

    /// Takes no more writes, finishes those that wait, and closes the store.
    async fn close(&self);
}
