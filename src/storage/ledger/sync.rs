//! Syncs: passes over everything that a source system has, so that what is gone there can be swept.
//!
//! A record that was changed after a sync began counts as seen by it; one that an import found unchanged is marked. So marks are
//! needed only where nothing else is written, and what is neither is gone at the source.

use crate::domain::{Moment, RecordKey, RecordKind, Revision};

/// Names a sync.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SyncRef {
    /// The records that it is about.
    pub kind: RecordKind,
    /// The source system.
    pub system: String,
    /// Its number among the syncs of both, from 1 on; the highest is the current one.
    pub number: u64,
}

/// A sync as the ledger keeps it; of each kind and system only the current one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSync {
    /// Which.
    pub name: SyncRef,
    /// The head when it began: what changed later counts as seen.
    pub begin: Revision,
    /// When it began.
    pub at: Moment,
    /// The id of the request that began it, for retries.
    pub request: Option<[u8; 32]>,
    /// Records that it swept so far.
    pub swept: u64,
    /// How it ended; nothing while it is open.
    pub end: Option<SyncEnd>,
}

/// How a sync ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncEnd {
    /// Records of the system that stayed, as the sweeper counted them.
    pub kept: u64,
    /// The head at that time: reads at or above it see no swept record.
    pub revision: Revision,
}

/// A record by the id that it has in its source system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// The id in the source.
    pub id: String,
    /// The record.
    pub key: RecordKey,
    /// Its last change.
    pub revision: Revision,
    /// The number of the last sync that marked it; zero where none did.
    pub mark: u64,
}

impl Sourced {
    /// Whether a sync of its system saw it.
    #[must_use]
    pub fn is_seen_by(&self, sync: &SourceSync) -> bool {
        sync.saw(self.revision, self.mark)
    }
}

impl SourceSync {
    /// Whether it saw a record that was last changed and last marked so.
    pub(super) fn saw(&self, revision: Revision, mark: u64) -> bool {
        revision > self.begin || mark == self.name.number
    }
}
