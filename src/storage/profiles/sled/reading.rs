//! Reads: single values, long values put together from their chunks, and what is counted from them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sled::{Db, IVec};

use super::super::checksum::Checksum;
use super::super::gates::{Bytes, Digest, KnownGates};
use super::super::staff::{Member, Staff};
use super::super::statement::{Counter, Roles};
use super::super::{ProfilesError, Tally};
use super::codec::{Head, chunk_count, corrupt, decode_roles, unseal};
use super::keys::{self, Kind};
use super::store_error;
use crate::domain::{Person, PersonName, ResourceName, folded_alias};

/// Where payloads are looked up: the store, or the store with changes that wait on top.
pub(super) trait Lookup {
    /// The payload under a key, with its checksum verified.
    fn payload(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ProfilesError>;

    /// A long value, put together.
    fn long(&self, kind: Kind, of: Digest) -> Result<Option<Vec<u8>>, ProfilesError> {
        let first = keys::chunk(kind, of, 0);
        let Some(payload) = self.payload(&first)? else { return Ok(None) };
        let mut rest = Bytes(&payload);
        let length = rest.u32().ok_or_else(|| corrupt(&first))? as usize;
        let mut whole = rest.0.to_vec();
        for number in 1..chunk_count(length) {
            let key = keys::chunk(kind, of, number);
            whole.extend(self.payload(&key)?.ok_or_else(|| corrupt(&key))?);
        }
        if whole.len() == length { Ok(Some(whole)) } else { Err(corrupt(&first)) }
    }
}

impl Lookup for Db {
    fn payload(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ProfilesError> {
        let stored = self.get(key).map_err(store_error)?;
        stored.map(|stored| unseal(key, &stored).map(<[u8]>::to_vec)).transpose()
    }
}

/// A profile.
pub(super) fn person(db: &Db, name: &PersonName) -> Result<Option<Person>, ProfilesError> {
    let digest = Digest::of_name(name);
    db.long(keys::PERSON, digest)?.map(|json| read_person(digest, &json)).transpose()
}

/// Reads a profile from its bytes.
pub(super) fn read_person(digest: Digest, json: &[u8]) -> Result<Person, ProfilesError> {
    serde_json::from_slice(json).map_err(|_| corrupt(&keys::one(keys::PERSON, digest)))
}

/// Everybody who is found by an alias, ascending by name.
pub(super) fn resolve(db: &Db, alias: &str) -> Result<Vec<PersonName>, ProfilesError> {
    let prefix = keys::one(keys::ALIAS, Digest::of(folded_alias(alias).as_bytes()));
    let mut holders = Vec::new();
    for item in db.scan_prefix(prefix) {
        let (key, stored) = item.map_err(store_error)?;
        holders.push(read_holder(&key, unseal(&key, &stored)?)?);
    }
    holders.sort();
    Ok(holders)
}

fn read_holder(key: &[u8], payload: &[u8]) -> Result<PersonName, ProfilesError> {
    let id = std::str::from_utf8(payload).map_err(|_| corrupt(key))?;
    PersonName::from_id(id).map_err(|_| corrupt(key))
}

/// All tallies of a person under some names, in their promised order.
pub(super) fn tallies(db: &Db, names: &[PersonName]) -> Result<Vec<Tally>, ProfilesError> {
    let mut documents: BTreeMap<Digest, Roles> = BTreeMap::new();
    for name in names {
        for item in db.scan_prefix(keys::one(keys::SPEAKS, Digest::of_name(name))) {
            let Speaks { document, roles, .. } = Speaks::read(item)?;
            documents.entry(document).or_default().extend(roles);
        }
    }
    let mut heads = Heads { db, gates: HashMap::new() };
    let mut counter = Counter::default();
    for (document, roles) in documents {
        let (head, gates) = heads.of(document)?;
        counter.add(roles, &head.topics, head.month, &gates);
    }
    Ok(counter.finish())
}

/// A `SPEAKS` row.
struct Speaks {
    person: Digest,
    document: Digest,
    roles: Roles,
}

impl Speaks {
    fn read(item: sled::Result<(IVec, IVec)>) -> Result<Self, ProfilesError> {
        let (key, stored) = item.map_err(store_error)?;
        let digest = |place| keys::digest_in(&key, place).ok_or_else(|| corrupt(&key));
        let roles = decode_roles(unseal(&key, &stored)?).ok_or_else(|| corrupt(&key))?;
        Ok(Self { person: digest(0)?, document: digest(1)?, roles })
    }
}

/// Reads what documents say, and remembers the gates that it has read.
struct Heads<'a> {
    db: &'a Db,
    gates: HashMap<Digest, Arc<KnownGates>>,
}

impl Heads<'_> {
    /// What a document says that speaks for somebody, with its gates.
    fn of(&mut self, document: Digest) -> Result<(Head, Arc<KnownGates>), ProfilesError> {
        let missing = || corrupt(&keys::one(keys::DOCUMENT, document));
        let head = self.db.long(keys::DOCUMENT, document)?.and_then(|head| Head::decode(&head)).ok_or_else(missing)?;
        let gates = self.gates(head.gates)?;
        Ok((head, gates))
    }

    fn gates(&mut self, digest: Digest) -> Result<Arc<KnownGates>, ProfilesError> {
        if let Some(known) = self.gates.get(&digest) {
            return Ok(Arc::clone(known));
        }
        let missing = || corrupt(&keys::one(keys::GATES, digest));
        let known = self.db.long(keys::GATES, digest)?.and_then(KnownGates::read).ok_or_else(missing)?;
        let known = Arc::new(known);
        self.gates.insert(digest, Arc::clone(&known));
        Ok(known)
    }
}

/// Hands out every profile, one at a time.
fn each_person(db: &Db, take: &mut dyn FnMut(Person) -> Result<(), ProfilesError>) -> Result<(), ProfilesError> {
    for item in db.scan_prefix([keys::PERSON.0]) {
        let (key, _) = item.map_err(store_error)?;
        if key.ends_with(&0_u32.to_be_bytes()) {
            let digest = keys::digest_in(&key, 0).ok_or_else(|| corrupt(&key))?;
            let json = db.long(keys::PERSON, digest)?.ok_or_else(|| corrupt(&key))?;
            take(read_person(digest, &json)?)?;
        }
    }
    Ok(())
}

/// Everybody with a profile.
pub(super) fn staff(db: &Db) -> Result<Staff, ProfilesError> {
    let mut staff = Staff::default();
    each_person(db, &mut |person| {
        staff.put(Member::of(&person));
        Ok(())
    })?;
    Ok(staff)
}

/// The checksum over everything that reads can see.
pub(super) fn checksum(db: &Db) -> Result<[u8; 32], ProfilesError> {
    let mut sum = Checksum::default();
    each_person(db, &mut |person| sum.person(&person).map_err(store_error))?;
    for item in db.scan_prefix([keys::ALIAS.0]) {
        let (key, stored) = item.map_err(store_error)?;
        let alias = keys::digest_in(&key, 0).ok_or_else(|| corrupt(&key))?;
        sum.alias(alias, &read_holder(&key, unseal(&key, &stored)?)?);
    }
    let mut heads = Heads { db, gates: HashMap::new() };
    for item in db.scan_prefix([keys::SPEAKS.0]) {
        let Speaks { person, document, roles } = Speaks::read(item)?;
        let (head, gates) = heads.of(document)?;
        sum.speaks((person, document), roles, &head.topics, head.month, &gates);
    }
    Ok(sum.finish())
}
