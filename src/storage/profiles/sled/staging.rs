//! Changes before they are written: worked out against the store, gathered as one batch.
//!
//! A batch is as large as a small multiple of the changes that it was handed, never more: a document writes one small value
//! for each of its people, whatever its hashtags. Nothing here writes.

use std::collections::{BTreeMap, BTreeSet};

use sled::{Batch, Db};

use super::super::alias::aliases;
use super::super::audience::{Bytes, Digest};
use super::super::statement::Statement;
use super::super::{ProfileChange, ProfilesError};
use super::codec::{CHUNK, Head, Meta, corrupt, decode_people, encode_people, seal};
use super::keys::{self, Kind};
use super::reading::{Lookup, chunks_of, read_person};
use super::store_error;
use crate::domain::{Document, Person, PersonName, ResourceName};

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
            ProfileChange::PutDocument(document) => self.put_document(&document),
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
        let old = old.map(|old| read_person(digest, &old)).transpose()?;
        self.replace_aliases(&person.name, old.as_ref(), &aliases(person))?;
        self.put_long(keys::PERSON, digest, &json)
    }

    fn delete_person(&mut self, name: &PersonName) -> Result<(), ProfilesError> {
        let digest = Digest::of_name(name);
        let Some(old) = self.long(keys::PERSON, digest)? else { return Ok(()) };
        let old = read_person(digest, &old)?;
        self.meta.people = self.meta.people.saturating_sub(1);
        self.replace_aliases(name, Some(&old), &BTreeSet::new())?;
        self.delete_long(keys::PERSON, digest)
    }

    fn replace_aliases(&mut self, name: &PersonName, old: Option<&Person>, new: &BTreeSet<String>) -> Result<(), ProfilesError> {
        let holder = Digest::of_name(name);
        let key = |alias: &String| keys::pair(keys::ALIAS, Digest::of(alias.as_bytes()), holder);
        let old = old.map(aliases).unwrap_or_default();
        for gone in old.difference(new) {
            self.delete(key(gone))?;
        }
        for come in new.difference(&old) {
            self.put(key(come), name.id().as_bytes().to_vec())?;
        }
        Ok(())
    }

    fn put_document(&mut self, document: &Document) -> Result<(), ProfilesError> {
        self.say(Digest::of_name(&document.name), Statement::of(document).as_ref())
    }

    /// Replaces what a document says.
    fn say(&mut self, document: Digest, new: Option<&Statement>) -> Result<(), ProfilesError> {
        let old_head = self.long(keys::DOCUMENT, document)?;
        let old_people = self.long(keys::DOCUMENT_PEOPLE, document)?;
        let audience = new.map(|statement| Digest::of(&statement.audience.canonical));
        let head = new.zip(audience).map(|(statement, audience)| Head::encode(statement, audience));
        let people = new.map(encode_people);
        if people != old_people {
            self.replace_people(document, old_people.as_deref(), new)?;
            self.replace_long(keys::DOCUMENT_PEOPLE, document, people.as_deref())?;
        }
        if head != old_head {
            let unreadable = || corrupt(&keys::one(keys::DOCUMENT, document));
            let old_audience = old_head.map(|head| Head::audience_of(&head).ok_or_else(unreadable)).transpose()?;
            if audience != old_audience {
                if let (Some(statement), Some(audience)) = (new, audience) {
                    self.use_audience(audience, &statement.audience.canonical)?;
                }
                if let Some(old) = old_audience {
                    self.leave_audience(old)?;
                }
            }
            self.replace_long(keys::DOCUMENT, document, head.as_deref())?;
        }
        Ok(())
    }

    fn replace_people(&mut self, document: Digest, old: Option<&[u8]>, new: Option<&Statement>) -> Result<(), ProfilesError> {
        let unreadable = || corrupt(&keys::one(keys::DOCUMENT_PEOPLE, document));
        let old = old.map(|old| decode_people(old).ok_or_else(unreadable)).transpose()?.unwrap_or_default();
        for (person, _) in old {
            if new.is_none_or(|statement| !statement.people.contains_key(&person)) {
                self.delete(keys::pair(keys::SPEAKS, Digest::of_name(&person), document))?;
            }
        }
        for (person, roles) in new.into_iter().flat_map(|statement| &statement.people) {
            self.put(keys::pair(keys::SPEAKS, Digest::of_name(person), document), vec![roles.bits()])?;
        }
        Ok(())
    }

    fn use_audience(&mut self, audience: Digest, canonical: &[u8]) -> Result<(), ProfilesError> {
        let uses = self.uses(audience)?;
        if uses == 0 {
            self.put_long(keys::AUDIENCE, audience, canonical)?;
        }
        self.put(keys::one(keys::AUDIENCE_USES, audience), (uses + 1).to_be_bytes().to_vec())
    }

    fn leave_audience(&mut self, audience: Digest) -> Result<(), ProfilesError> {
        let key = keys::one(keys::AUDIENCE_USES, audience);
        match self.uses(audience)? {
            0 => Err(corrupt(&key)),
            1 => {
                self.delete(key)?;
                self.delete_long(keys::AUDIENCE, audience)
            }
            uses => self.put(key, (uses - 1).to_be_bytes().to_vec()),
        }
    }

    fn uses(&self, audience: Digest) -> Result<u64, ProfilesError> {
        let key = keys::one(keys::AUDIENCE_USES, audience);
        let payload = self.payload(&key)?;
        payload.map_or(Ok(0), |payload| Bytes(&payload).u64().ok_or_else(|| corrupt(&key)))
    }

    fn replace_long(&mut self, kind: Kind, of: Digest, new: Option<&[u8]>) -> Result<(), ProfilesError> {
        match new {
            Some(whole) => self.put_long(kind, of, whole),
            None => self.delete_long(kind, of),
        }
    }

    fn put_long(&mut self, kind: Kind, of: Digest, whole: &[u8]) -> Result<(), ProfilesError> {
        let before = self.chunks(kind, of)?;
        // Whatever the ledger takes is far below 4 GiB.
        let length = u32::try_from(whole.len()).unwrap_or(u32::MAX);
        let mut number = 0;
        let mut rest = whole;
        loop {
            let (chunk, left) = rest.split_at(rest.len().min(CHUNK));
            let mut payload = Vec::with_capacity(chunk.len() + 8);
            if number == 0 {
                payload.extend(length.to_be_bytes());
            }
            payload.extend(chunk);
            self.put(keys::chunk(kind, of, number), payload)?;
            number += 1;
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        (number..before).try_for_each(|number| self.delete(keys::chunk(kind, of, number)))
    }

    fn delete_long(&mut self, kind: Kind, of: Digest) -> Result<(), ProfilesError> {
        (0..self.chunks(kind, of)?).try_for_each(|number| self.delete(keys::chunk(kind, of, number)))
    }

    /// How many chunks a long value has now.
    fn chunks(&self, kind: Kind, of: Digest) -> Result<u32, ProfilesError> {
        let first = keys::chunk(kind, of, 0);
        let Some(payload) = self.payload(&first)? else { return Ok(0) };
        Ok(chunks_of(Bytes(&payload).u32().ok_or_else(|| corrupt(&first))? as usize))
    }

    fn put(&mut self, key: Vec<u8>, payload: Vec<u8>) -> Result<(), ProfilesError> {
        match self.payload(&key)? {
            Some(present) if present == payload => return Ok(()),
            Some(_) => {}
            None => self.meta.keys += 1,
        }
        self.writes.insert(key, Some(payload));
        Ok(())
    }

    fn delete(&mut self, key: Vec<u8>) -> Result<(), ProfilesError> {
        if self.payload(&key)?.is_some() {
            self.meta.keys = self.meta.keys.saturating_sub(1);
            self.writes.insert(key, None);
        }
        Ok(())
    }
}
