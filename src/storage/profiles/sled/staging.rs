//! Changes before they are written: worked out against the store, gathered as one batch.
//!
//! A batch is as large as a small multiple of the changes that it was handed, never more: a document writes one small value
//! for each of its people, whatever its hashtags. Nothing here writes.

use std::collections::{BTreeMap, BTreeSet};

use sled::{Batch, Db};

use super::super::alias::aliases;
use super::super::gates::{Bytes, Digest};
use super::super::statement::Statement;
use super::super::{ProfileChange, ProfilesError};
use super::codec::{Head, Meta, chunks, corrupt, decode_people, encode_people, seal};
use super::keys::{self, Kind};
use super::reading::{Lookup, read_person};
use super::store_error;
use crate::domain::{Person, PersonName, ResourceName};

/// A store with changes on top of it.
pub(super) struct Staging<'a> {
    db: &'a Db,
    meta: Meta,
    /// Payloads to write; nothing where a key is to be removed.
    writes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl Lookup for Staging<'_> {
    fn payload(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ProfilesError> {
        match self.writes.get(key) {
            Some(waiting) => Ok(waiting.clone()),
            None => self.db.payload(key),
        }
    }
}

impl<'a> Staging<'a> {
    /// No changes yet.
    pub(super) fn new(db: &'a Db, meta: Meta) -> Self {
        Self { db, meta, writes: BTreeMap::new() }
    }

    /// Takes a change.
    pub(super) fn take(&mut self, change: ProfileChange) -> Result<(), ProfilesError> {
        match change {
            ProfileChange::PutPerson(person) => self.put_person(&person),
            ProfileChange::DeletePerson(name) => self.delete_person(&name),
            ProfileChange::PutDocument(document) => self.say(Digest::of_name(&document.name), Statement::of(&document).as_ref()),
            ProfileChange::DeleteDocument(name) => self.say(Digest::of_name(&name), None),
        }
    }

    /// The changes and the new figures as one batch, and those figures; nothing where nothing changed.
    pub(super) fn finish(self, through: u64, before: Meta) -> Option<(Batch, Meta)> {
        let meta = Meta { applied: self.meta.applied.max(through), ..self.meta };
        if self.writes.is_empty() && meta == before {
            return None;
        }
        let mut batch = Batch::default();
        for (key, payload) in self.writes {
            match payload {
                Some(payload) => {
                    let stored = seal(&key, payload);
                    batch.insert(key, stored);
                }
                None => batch.remove(key),
            }
        }
        batch.insert(&keys::META, seal(&keys::META, meta.encode()));
        Some((batch, meta))
    }

    fn put_person(&mut self, person: &Person) -> Result<(), ProfilesError> {
        let digest = Digest::of_name(&person.name);
        let json = serde_json::to_vec(person).map_err(store_error)?;
        let old = self.long(keys::PERSON, digest)?;
        if old.as_ref() == Some(&json) {
            return Ok(());
        }
        self.meta.people += u64::from(old.is_none());
        let known = old.as_deref().map(|old| read_person(digest, old)).transpose()?;
        self.replace_aliases(&person.name, known.as_ref(), &aliases(person));
        self.replace_long(keys::PERSON, digest, old.as_deref(), Some(&json));
        Ok(())
    }

    fn delete_person(&mut self, name: &PersonName) -> Result<(), ProfilesError> {
        let digest = Digest::of_name(name);
        let Some(old) = self.long(keys::PERSON, digest)? else { return Ok(()) };
        let known = read_person(digest, &old)?;
        self.meta.people = self.meta.people.saturating_sub(1);
        self.replace_aliases(name, Some(&known), &BTreeSet::new());
        self.replace_long(keys::PERSON, digest, Some(&old), None);
        Ok(())
    }

    fn replace_aliases(&mut self, name: &PersonName, old: Option<&Person>, new: &BTreeSet<String>) {
        let holder = Digest::of_name(name);
        let key = |alias: &String| keys::pair(keys::ALIAS, Digest::of(alias.as_bytes()), holder);
        let old = old.map(aliases).unwrap_or_default();
        for gone in old.difference(new) {
            self.remove(key(gone));
        }
        for come in new.difference(&old) {
            self.add(key(come), name.id().as_bytes().to_vec());
        }
    }

    /// Replaces what a document says.
    fn say(&mut self, document: Digest, new: Option<&Statement>) -> Result<(), ProfilesError> {
        let old_head = self.long(keys::DOCUMENT, document)?;
        let old_people = self.long(keys::DOCUMENT_PEOPLE, document)?;
        let gates = new.map(|statement| Digest::of(&statement.gates.canonical));
        let head = new.zip(gates).map(|(statement, gates)| Head::encode(statement, gates));
        let people = new.map(encode_people);
        if people != old_people {
            self.replace_people(document, old_people.as_deref(), new)?;
            self.replace_long(keys::DOCUMENT_PEOPLE, document, old_people.as_deref(), people.as_deref());
        }
        if head != old_head {
            let unreadable = || corrupt(&keys::one(keys::DOCUMENT, document));
            let old_gates = old_head.as_deref().map(|head| Head::gates_of(head).ok_or_else(unreadable)).transpose()?;
            if gates != old_gates {
                if let (Some(statement), Some(gates)) = (new, gates) {
                    self.use_gates(gates, &statement.gates.canonical)?;
                }
                if let Some(old) = old_gates {
                    self.leave_gates(old)?;
                }
            }
            self.replace_long(keys::DOCUMENT, document, old_head.as_deref(), head.as_deref());
        }
        Ok(())
    }

    fn replace_people(&mut self, document: Digest, old: Option<&[u8]>, new: Option<&Statement>) -> Result<(), ProfilesError> {
        let unreadable = || corrupt(&keys::one(keys::DOCUMENT_PEOPLE, document));
        let old = old.map(|old| decode_people(old).ok_or_else(unreadable)).transpose()?.unwrap_or_default();
        let key = |person: &PersonName| keys::pair(keys::SPEAKS, Digest::of_name(person), document);
        for gone in old.keys().filter(|person| new.is_none_or(|statement| !statement.people.contains_key(person))) {
            self.remove(key(gone));
        }
        for (person, roles) in new.into_iter().flat_map(|statement| &statement.people) {
            match old.get(person) {
                None => self.add(key(person), vec![roles.bits()]),
                Some(before) if before != roles => self.replace(key(person), vec![roles.bits()]),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn use_gates(&mut self, gates: Digest, canonical: &[u8]) -> Result<(), ProfilesError> {
        let key = keys::one(keys::GATES_USES, gates);
        match self.uses(gates)? {
            0 => {
                self.replace_long(keys::GATES, gates, None, Some(canonical));
                self.add(key, 1_u64.to_be_bytes().to_vec());
            }
            uses => self.replace(key, (uses + 1).to_be_bytes().to_vec()),
        }
        Ok(())
    }

    fn leave_gates(&mut self, gates: Digest) -> Result<(), ProfilesError> {
        let key = keys::one(keys::GATES_USES, gates);
        match self.uses(gates)? {
            0 => return Err(corrupt(&key)),
            1 => {
                let old = self.long(keys::GATES, gates)?;
                self.replace_long(keys::GATES, gates, old.as_deref(), None);
                self.remove(key);
            }
            uses => self.replace(key, (uses - 1).to_be_bytes().to_vec()),
        }
        Ok(())
    }

    /// How many documents have the same gates.
    fn uses(&self, gates: Digest) -> Result<u64, ProfilesError> {
        let key = keys::one(keys::GATES_USES, gates);
        let payload = self.payload(&key)?;
        payload.map_or(Ok(0), |payload| Bytes(&payload).u64().ok_or_else(|| corrupt(&key)))
    }

    /// Replaces a long value. A chunk that stays as it was is not written.
    fn replace_long(&mut self, kind: Kind, of: Digest, old: Option<&[u8]>, new: Option<&[u8]>) {
        let (before, after) = (chunks(old), chunks(new));
        let mut before = before.into_iter();
        let mut number = 0;
        for payload in after {
            let key = keys::chunk(kind, of, number);
            match before.next() {
                None => self.add(key, payload),
                Some(present) if present != payload => self.replace(key, payload),
                Some(_) => {}
            }
            number += 1;
        }
        for _ in before {
            self.remove(keys::chunk(kind, of, number));
            number += 1;
        }
    }

    /// Writes a key that was not there.
    fn add(&mut self, key: Vec<u8>, payload: Vec<u8>) {
        self.meta.keys += 1;
        self.writes.insert(key, Some(payload));
    }

    /// Writes a key that was there.
    fn replace(&mut self, key: Vec<u8>, payload: Vec<u8>) {
        self.writes.insert(key, Some(payload));
    }

    /// Removes a key that was there.
    fn remove(&mut self, key: Vec<u8>) {
        self.meta.keys = self.meta.keys.saturating_sub(1);
        self.writes.insert(key, None);
    }
}
