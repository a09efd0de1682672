//! An open transaction: plans of writes are applied to it, and all of them become durable together or not at all.

use std::cell::OnceCell;

use redb::{Database, Durability, ReadableTable, StorageError, Table, WriteTransaction};

use super::super::plan::{Answered, Planned, Step};
use super::super::{Identity, LedgerError};
use super::codec;
use super::faults::store_fault;
use super::tables::{Lookup, Name, REQUEST_AGES, Single, lookup_in, read_entry};
use crate::domain::{Moment, ResourceName, Revision, Source};

/// Begins a transaction whose commit is synced.
pub(super) fn begin(database: &Database) -> Result<WriteTransaction, LedgerError> {
    let mut transaction = database.begin_write().map_err(store_fault)?;
    transaction.set_durability(Durability::Immediate).map_err(store_fault)?;
    // Dearer by a second sync per commit, but a start after a kill then takes milliseconds at any size: ADR 1.
    transaction.set_quick_repair(true);
    Ok(transaction)
}

type SealedTableMut<'txn> = Table<'txn, &'static [u8], &'static [u8]>;

/// The tables of an open transaction.
pub(super) struct Draft<'txn> {
    transaction: &'txn WriteTransaction,
    /// By [`Name`]; opened when first asked for, so that nobody pays for what a write does not touch.
    tables: [OnceCell<SealedTableMut<'txn>>; Name::ALL.len()],
    request_ages: Table<'txn, &'static [u8], ()>,
}

impl<'txn> Draft<'txn> {
    /// What a transaction may change.
    pub(super) fn open(transaction: &'txn WriteTransaction) -> Result<Self, LedgerError> {
        let request_ages = transaction.open_table(REQUEST_AGES).map_err(store_fault)?;
        Ok(Self { transaction, tables: std::array::from_fn(|_| OnceCell::new()), request_ages })
    }

    /// Makes every table, and writes down what a ledger is born with.
    pub(super) fn found(&mut self, identity: &Identity) -> Result<(), LedgerError> {
        self.raise_format()?;
        self.set_single(Single::Epoch, &identity.epoch.to_le_bytes())?;
        self.set_single(Single::SealingKey, &identity.sealing_key)?;
        self.set_single(Single::Head, &Revision::ZERO.0.to_le_bytes())
    }

    /// Makes every table that is not there yet, and writes down that the ledger has this build's format.
    pub(super) fn raise_format(&mut self) -> Result<(), LedgerError> {
        for name in Name::ALL {
            self.table(name)?;
        }
        self.set_single(Single::Format, &u32::from(codec::FORMAT).to_le_bytes())
    }

    /// Applies a planned write.
    pub(super) fn apply(&mut self, planned: &Planned, at: Moment) -> Result<(), LedgerError> {
        for step in &planned.steps {
            self.apply_step(step, at)?;
        }
        for sync in &planned.syncs {
            self.insert(Name::Syncs, &codec::encode_system(sync.name.kind, &sync.name.system), &codec::encode_sync(sync))?;
        }
        for ((kind, system, id), number) in &planned.marks {
            let source = Source { system: system.clone(), id: id.clone() };
            self.insert(Name::Marks, &codec::encode_source(*kind, &source), &codec::encode_mark(*number))?;
        }
        if let Some(step) = planned.steps.last() {
            self.set_single(Single::Head, &step.revision.0.to_le_bytes())?;
        }
        Ok(())
    }

    fn apply_step(&mut self, step: &Step, at: Moment) -> Result<(), LedgerError> {
        let (key, bytes) = (&step.key, codec::encode_key(&step.key));
        let records = Name::of(key.kind());
        if let Some(record) = step.now.as_deref() {
            self.insert(records, key.id().as_bytes(), &codec::encode_record(step.revision, record)?)?;
            self.remove(Name::Tombstones, &bytes)?;
        } else {
            self.remove(records, key.id().as_bytes())?;
            self.insert(Name::Tombstones, &bytes, &codec::encode_tombstone(step.revision, at))?;
        }
        let (given_up, taken) = step.source_move();
        if let Some(source) = given_up {
            let source = codec::encode_source(key.kind(), source);
            self.remove(Name::Sources, &source)?;
            self.remove(Name::Marks, &source)?;
        }
        if let Some(source) = taken {
            self.insert(Name::Sources, &codec::encode_source(key.kind(), source), &bytes)?;
        }
        let (left, joined) = step.thread_move();
        if let Some(root) = left {
            self.remove(Name::Replies, &codec::encode_reply(root, key.id()))?;
        }
        if let Some(root) = joined {
            self.insert(Name::Replies, &codec::encode_reply(root, key.id()), &[])?;
            self.insert(Name::Threads, root.id().as_bytes(), &codec::encode_joined(step.revision))?;
        }
        self.insert(Name::Journal, &step.revision.0.to_be_bytes(), &codec::encode_entry(key, step.change(), at))
    }

    /// Keeps what is answered to a request.
    pub(super) fn answer(&mut self, id: &[u8; 32], answered: &Answered) -> Result<(), LedgerError> {
        self.insert(Name::Requests, id, &codec::encode_answer(answered))?;
        self.request_ages.insert(&codec::encode_age(answered.at, id)[..], ()).map_err(store_fault)?;
        Ok(())
    }

    /// Drops up to `limit` journal entries and as many request ids, as `Ledger::trim` says, and returns the larger count.
    pub(super) fn trim(&mut self, through: Revision, before: Moment, limit: usize) -> Result<usize, LedgerError> {
        let mut entries = 0;
        while entries < limit {
            let oldest = self.table(Name::Journal)?.first().map_err(store_fault)?;
            let Some(entry) = oldest.map(|(key, value)| read_entry(key.value(), value.value())).transpose()? else { break };
            if entry.revision > through || entry.at >= before {
                break;
            }
            self.remove(Name::Journal, &entry.revision.0.to_be_bytes())?;
            entries += 1;
        }
        let first_to_stay = codec::first_of_age(before);
        let mut requests = 0;
        while requests < limit {
            let oldest = self.request_ages.first().map_err(store_fault)?.map(|(key, _)| key.value().to_vec());
            let Some(key) = oldest else { break };
            if key.as_slice() >= &first_to_stay[..] {
                break;
            }
            let id = codec::decode_age(&key).ok_or_else(|| codec::corrupt("request_ages", &key))?;
            self.remove(Name::Requests, &id)?;
            self.request_ages.remove(key.as_slice()).map_err(store_fault)?;
            requests += 1;
        }
        Ok(entries.max(requests))
    }

    fn set_single(&mut self, single: Single, payload: &[u8]) -> Result<(), LedgerError> {
        self.insert(Name::Meta, single.key(), payload)
    }

    fn insert(&mut self, name: Name, key: &[u8], payload: &[u8]) -> Result<(), LedgerError> {
        let value = codec::seal(name.as_str(), key, payload);
        self.change(name, |table| table.insert(key, value.as_slice()).map(drop))
    }

    fn remove(&mut self, name: Name, key: &[u8]) -> Result<(), LedgerError> {
        self.change(name, |table| table.remove(key).map(drop))
    }

    fn table(&self, name: Name) -> Result<&SealedTableMut<'txn>, LedgerError> {
        let cell = &self.tables[name as usize];
        if let Some(table) = cell.get() {
            return Ok(table);
        }
        let table = self.open_table(name)?;
        Ok(cell.get_or_init(|| table))
    }

    /// The table is out of its cell meanwhile; a failure leaves it closed, to be opened again.
    fn change(
        &mut self,
        name: Name,
        work: impl FnOnce(&mut SealedTableMut<'txn>) -> Result<(), StorageError>,
    ) -> Result<(), LedgerError> {
        let mut table = match self.tables[name as usize].take() {
            Some(table) => table,
            None => self.open_table(name)?,
        };
        work(&mut table).map_err(store_fault)?;
        self.tables[name as usize] = OnceCell::from(table);
        Ok(())
    }

    fn open_table(&self, name: Name) -> Result<SealedTableMut<'txn>, LedgerError> {
        self.transaction.open_table(name.definition()).map_err(store_fault)
    }
}

impl Lookup for Draft<'_> {
    fn lookup<T>(&self, table: Name, key: &[u8], read: impl FnOnce(&[u8]) -> Option<T>) -> Result<Option<T>, LedgerError> {
        lookup_in(self.table(table)?, table, key, read)
    }
}
