//! The tables of the ledger's file, and looking things up in them: the same code over a snapshot and over an open transaction.

use std::cell::OnceCell;
use std::ops::Bound;

use redb::{
    Database, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, TableError,
};

use super::super::plan::{self, Answered, Base};
use super::super::{JournalEntry, LedgerError, SourceSync, Sourced, Stored};
use super::codec;
use super::faults::store_fault;
use crate::domain::{DocumentName, Moment, RecordKey, RecordKind, ResourceName, Revision, Source};

/// A table of sealed values under byte keys.
pub(super) type SealedTable = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// Moment and request id, so that old requests are found without a scan.
pub(super) const REQUEST_AGES: TableDefinition<'static, &'static [u8], ()> = TableDefinition::new("request_ages");

/// The tables of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// Documents by id. One table a kind: a table knows its own length, so that counting needs no scan.
    Documents,
    /// People by id.
    People,
    /// Communities by id.
    Communities,
    /// Synonym sets by id.
    SynonymSets,
    /// Curations by id.
    Curations,
    /// Revision to key, kind of change and moment.
    Journal,
    /// Key to revision and moment of its deletion.
    Tombstones,
    /// Kind, system and source id to key.
    Sources,
    /// Kind and system to the current sync.
    Syncs,
    /// Kind, system and source id to the last sync that marked it; gone where none did.
    Marks,
    /// Root and id of each document that stands in a thread, to nothing: the key says it all.
    Replies,
    /// A thread's root to the last revision at which a document came into it.
    Threads,
    /// Request id to what was answered.
    Requests,
    /// Single values: see [`Single`].
    Meta,
}

impl Name {
    /// Every table, in the order of the variants.
    pub(super) const ALL: [Self; 14] = [
        Self::Documents,
        Self::People,
        Self::Communities,
        Self::SynonymSets,
        Self::Curations,
        Self::Journal,
        Self::Tombstones,
        Self::Sources,
        Self::Syncs,
        Self::Marks,
        Self::Replies,
        Self::Threads,
        Self::Requests,
        Self::Meta,
    ];

    /// The table of a kind of records.
    pub(super) fn of(kind: RecordKind) -> Self {
        match kind {
            RecordKind::Document => Self::Documents,
            RecordKind::Person => Self::People,
            RecordKind::Community => Self::Communities,
            RecordKind::SynonymSet => Self::SynonymSets,
            RecordKind::Curation => Self::Curations,
        }
    }

    /// The table's name in the file; part of every checksum.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::People => "people",
            Self::Communities => "communities",
            Self::SynonymSets => "synonym_sets",
            Self::Curations => "curations",
            Self::Journal => "journal",
            Self::Tombstones => "tombstones",
            Self::Sources => "sources",
            Self::Syncs => "syncs",
            Self::Marks => "marks",
            Self::Replies => "replies",
            Self::Threads => "threads",
            Self::Requests => "requests",
            Self::Meta => "meta",
        }
    }

    /// The first format whose ledgers are born with it.
    pub(super) fn since(self) -> u8 {
        match self {
            Self::SynonymSets | Self::Curations => 4,
            _ => codec::OLDEST_FORMAT,
        }
    }

    /// How the store knows it.
    pub(super) fn definition(self) -> SealedTable {
        SealedTable::new(self.as_str())
    }
}

/// Single values, each under a name of its own.
#[derive(Clone, Copy, Debug)]
pub(super) enum Single {
    /// The format of the whole ledger, four bytes.
    Format,
    /// See `Identity::epoch`.
    Epoch,
    /// See `Identity::sealing_key`.
    SealingKey,
    /// The newest revision: the journal may be trimmed up to it.
    Head,
}

impl Single {
    /// Its key.
    pub(super) fn key(self) -> &'static [u8] {
        match self {
            Self::Format => b"format",
            Self::Epoch => b"epoch",
            Self::SealingKey => b"sealing_key",
            Self::Head => b"head",
        }
    }
}

/// Finds verified values by table and key.
pub(super) trait Lookup {
    /// Hands the payload of a value, verified, to `read`. What `read` cannot make sense of is corrupt.
    fn lookup<T>(&self, table: Name, key: &[u8], read: impl FnOnce(&[u8]) -> Option<T>) -> Result<Option<T>, LedgerError>;
}

/// What [`Lookup::lookup`] does in one table.
pub(super) fn lookup_in<T>(
    table: &impl ReadableTable<&'static [u8], &'static [u8]>,
    name: Name,
    key: &[u8],
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<Option<T>, LedgerError> {
    let Some(value) = table.get(key).map_err(store_fault)? else { return Ok(None) };
    let payload = codec::unseal(name.as_str(), key, value.value())?;
    read(payload).map(Some).ok_or_else(|| codec::corrupt(name.as_str(), key))
}

impl<L: Lookup> Base for L {
    fn present(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError> {
        self.lookup(Name::of(key.kind()), key.id().as_bytes(), codec::decode_record)
    }

    fn source_owner(&self, kind: RecordKind, source: &Source) -> Result<Option<RecordKey>, LedgerError> {
        self.lookup(Name::Sources, &codec::encode_source(kind, source), codec::decode_key)
    }

    fn buried(&self, key: &RecordKey) -> Result<Option<(Revision, Moment)>, LedgerError> {
        self.lookup(Name::Tombstones, &codec::encode_key(key), codec::decode_tombstone)
    }

    fn joined(&self, root: &DocumentName) -> Result<Revision, LedgerError> {
        Ok(self.lookup(Name::Threads, root.id().as_bytes(), codec::decode_joined)?.unwrap_or_default())
    }

    fn current_sync(&self, kind: RecordKind, system: &str) -> Result<Option<SourceSync>, LedgerError> {
        self.lookup(Name::Syncs, &codec::encode_system(kind, system), |payload| codec::decode_sync(kind, system, payload))
    }

    fn marked(&self, kind: RecordKind, source: &Source) -> Result<u64, LedgerError> {
        Ok(self.lookup(Name::Marks, &codec::encode_source(kind, source), codec::decode_mark)?.unwrap_or_default())
    }

    fn answered(&self, id: &[u8; 32]) -> Result<Option<Answered>, LedgerError> {
        self.lookup(Name::Requests, id, codec::decode_answer)
    }
}

/// The ledger as it was at one commit.
pub(super) struct Snapshot {
    transaction: ReadTransaction,
    /// Opened when first asked for: most reads need one or two.
    tables: [OnceCell<ReadOnlyTable<&'static [u8], &'static [u8]>>; Name::ALL.len()],
}

impl Snapshot {
    /// Everything that was committed so far.
    pub(super) fn of(database: &Database) -> Result<Self, LedgerError> {
        let transaction = database.begin_read().map_err(store_fault)?;
        Ok(Self { transaction, tables: std::array::from_fn(|_| OnceCell::new()) })
    }

    fn table(&self, name: Name) -> Result<&ReadOnlyTable<&'static [u8], &'static [u8]>, LedgerError> {
        let cell = &self.tables[name as usize];
        if let Some(table) = cell.get() {
            return Ok(table);
        }
        let table = self.transaction.open_table(name.definition()).map_err(|error| table_fault(name.as_str(), error))?;
        Ok(cell.get_or_init(|| table))
    }

    /// Makes sure that every table of a format is there: one that is gone would look like one that is empty once a write made it
    /// anew.
    pub(super) fn verify_tables(&self, format: u8) -> Result<(), LedgerError> {
        for name in Name::ALL.into_iter().filter(|name| name.since() <= format) {
            self.table(name)?;
        }
        let ages = self.transaction.open_table(REQUEST_AGES);
        ages.map(drop).map_err(|error| table_fault("request_ages", error))
    }

    /// How many values a table holds; no scan.
    pub(super) fn count(&self, name: Name) -> Result<u64, LedgerError> {
        self.table(name)?.len().map_err(store_fault)
    }

    /// A single value.
    pub(super) fn single<const N: usize>(&self, single: Single) -> Result<Option<[u8; N]>, LedgerError> {
        self.lookup(Name::Meta, single.key(), |payload| payload.try_into().ok())
    }

    /// The newest revision.
    pub(super) fn head(&self) -> Result<Revision, LedgerError> {
        let head = self.single(Single::Head)?;
        Ok(head.map_or(Revision::ZERO, |bytes| Revision(u64::from_le_bytes(bytes))))
    }

    /// The oldest revision in the journal; the one after the head where it is empty.
    pub(super) fn journal_first(&self) -> Result<Revision, LedgerError> {
        let journal = self.table(Name::Journal)?;
        match journal.first().map_err(store_fault)? {
            Some((key, _)) => revision_of(key.value()),
            None => Ok(self.head()?.next()),
        }
    }

    /// Up to `limit` journal entries after a revision.
    pub(super) fn journal(&self, after: Revision, limit: usize) -> Result<Vec<JournalEntry>, LedgerError> {
        if after >= self.head()? {
            return Ok(Vec::new());
        }
        let first = self.journal_first()?;
        if after.next() < first {
            return Err(LedgerError::Trimmed { first });
        }
        let from = after.next().0.to_be_bytes();
        let mut entries = Vec::new();
        let mut expected = after.next();
        for entry in self.table(Name::Journal)?.range(&from[..]..).map_err(store_fault)?.take(limit) {
            let (key, value) = entry.map_err(store_fault)?;
            let entry = read_entry(key.value(), value.value())?;
            if entry.revision != expected {
                // A gap would make a read model miss a change for ever.
                return Err(codec::corrupt(Name::Journal.as_str(), &expected.0.to_be_bytes()));
            }
            expected = expected.next();
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Up to `limit` records of a kind after an id, by the bytes of their ids.
    pub(super) fn list(&self, kind: RecordKind, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError> {
        let name = Name::of(kind);
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.as_bytes()));
        let records = self.table(name)?.range::<&[u8]>((from, Bound::Unbounded)).map_err(store_fault)?;
        let mut listed = Vec::new();
        for entry in records.take(limit) {
            let (key, value) = entry.map_err(store_fault)?;
            let payload = codec::unseal(name.as_str(), key.value(), value.value())?;
            listed.push(codec::decode_record(payload).ok_or_else(|| codec::corrupt(name.as_str(), key.value()))?);
        }
        Ok(listed)
    }

    /// Up to `limit` documents in the thread of `root` after an id, by the bytes of their ids.
    pub(super) fn replies(&self, root: &DocumentName, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError> {
        let name = Name::Replies;
        let (first, end) = codec::replies_of(root);
        let after = after.map(|after| [&first[..], after.as_bytes()].concat());
        let from = after.as_deref().map_or(Bound::Included(&first[..]), Bound::Excluded);
        let mut listed = Vec::new();
        for entry in self.table(name)?.range::<&[u8]>((from, Bound::Excluded(&end[..]))).map_err(store_fault)?.take(limit) {
            let (key, value) = entry.map_err(store_fault)?;
            codec::unseal(name.as_str(), key.value(), value.value())?;
            let wrong = || codec::corrupt(name.as_str(), key.value());
            let reply = codec::decode_reply(&first, key.value()).ok_or_else(wrong)?;
            let stored = self.present(&RecordKey::Document(reply))?;
            listed.push(stored.filter(|stored| plan::root_of(&stored.record) == Some(root)).ok_or_else(wrong)?);
        }
        Ok(listed)
    }
}

impl Snapshot {
    /// Up to `limit` records of a kind and a system after a source id, by the bytes of these ids.
    pub(super) fn sourced(
        &self,
        kind: RecordKind,
        system: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Sourced>, LedgerError> {
        let name = Name::Sources;
        let source = |id: &str| Source { system: system.to_owned(), id: id.to_owned() };
        let first = codec::encode_source(kind, &source(""));
        let after = after.map(|after| codec::encode_source(kind, &source(after)));
        let from = after.as_deref().map_or(Bound::Included(&first[..]), Bound::Excluded);
        let mut listed = Vec::new();
        for entry in self.table(name)?.range::<&[u8]>((from, Bound::Unbounded)).map_err(store_fault)?.take(limit) {
            let (place, value) = entry.map_err(store_fault)?;
            let Some(id) = place.value().strip_prefix(&first[..]) else { break };
            let wrong = || codec::corrupt(name.as_str(), place.value());
            let key = codec::decode_key(codec::unseal(name.as_str(), place.value(), value.value())?).ok_or_else(wrong)?;
            let revision = self.lookup(Name::of(kind), key.id().as_bytes(), codec::decode_record_revision)?.ok_or_else(wrong)?;
            let id = std::str::from_utf8(id).map_err(|_| wrong())?.to_owned();
            let mark = self.marked(kind, &source(&id))?;
            listed.push(Sourced { id, key, revision, mark });
        }
        Ok(listed)
    }
}

impl Lookup for Snapshot {
    fn lookup<T>(&self, table: Name, key: &[u8], read: impl FnOnce(&[u8]) -> Option<T>) -> Result<Option<T>, LedgerError> {
        lookup_in(self.table(table)?, table, key, read)
    }
}

/// A journal entry.
pub(super) fn read_entry(key: &[u8], value: &[u8]) -> Result<JournalEntry, LedgerError> {
    let name = Name::Journal.as_str();
    let payload = codec::unseal(name, key, value)?;
    codec::decode_entry(revision_of(key)?, payload).ok_or_else(|| codec::corrupt(name, key))
}

fn revision_of(key: &[u8]) -> Result<Revision, LedgerError> {
    let bytes = key.try_into().map_err(|_| codec::corrupt(Name::Journal.as_str(), key))?;
    Ok(Revision(u64::from_be_bytes(bytes)))
}

/// A table that is gone is damage: a ledger is born with all of them.
fn table_fault(name: &str, error: TableError) -> LedgerError {
    match error {
        TableError::TableDoesNotExist(_) => LedgerError::Corrupt { what: format!("{name}: the table is missing") },
        error => store_fault(error),
    }
}
