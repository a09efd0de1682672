//! Reading the journal as changes: each key once, with its record as it is now.

use std::collections::HashSet;

use crate::domain::{Record, RecordKey, RecordKind, Revision};
use crate::storage::ledger::{Ledger, LedgerError};

/// How many journal entries or records are read at a time.
pub(super) const BATCH: usize = 1_000;

/// A key with its record as it is now; nothing where it is gone.
pub(super) type Changed = (RecordKey, Option<Record>);

/// The changes of the next journal entries after a revision, in journal order, and the revision that they reach; nothing
/// where there is none yet. A key that changed twice comes once, at its last place: records are read after the journal,
/// so the earlier place would show the later record too early.
pub(super) async fn next_changes(ledger: &dyn Ledger, after: Revision) -> Result<Option<(Vec<Changed>, Revision)>, LedgerError> {
    let entries = ledger.journal(after, BATCH).await?;
    let Some(through) = entries.last().map(|entry| entry.revision) else { return Ok(None) };
    let mut seen = HashSet::new();
    let mut keys: Vec<RecordKey> =
        entries.into_iter().rev().map(|entry| entry.key).filter(|key| seen.insert(key.clone())).collect();
    keys.reverse();
    let records = ledger.get_many(&keys).await?;
    let changes = keys.into_iter().zip(records.into_iter().map(|stored| stored.map(|stored| stored.record))).collect();
    Ok(Some((changes, through)))
}

/// The records of a kind after an id, for a rebuild; fewer than [`BATCH`] at the end.
pub(super) async fn next_records(ledger: &dyn Ledger, kind: RecordKind, after: Option<&str>) -> Result<Vec<Record>, LedgerError> {
    Ok(ledger.list(kind, after, BATCH).await?.into_iter().map(|stored| stored.record).collect())
}
