//! Values as bytes. Each ends in a checksum over its key and itself, so that a flipped bit and a value under another key are
//! both found when it is read. What may be long is cut into chunks, because sled keeps large pages outside its log.
//!
//! Proved below: 1. a value with any bit flipped, or under another key, is corrupt; 2. what a document says reads back, and
//! nothing shorter does.

use std::collections::BTreeMap;

use super::super::Month;
use super::super::ProfilesError;
use super::super::gates::{Bytes, Digest, write_short};
use super::super::statement::{Roles, Statement};
use super::keys;
use crate::domain::{Hashtag, PersonName, ResourceName};

/// Most bytes of one chunk of a long value; with length and checksum a value stays below 4 KiB.
const CHUNK: usize = 4_000;

const CHECKSUM: usize = 4;

/// The payloads of a long value's chunks: the first begins with the length of the whole. An empty value has one chunk.
pub(super) fn chunks(whole: Option<&[u8]>) -> Vec<Vec<u8>> {
    let Some(whole) = whole else { return Vec::new() };
    // Whatever the ledger takes is far below 4 GiB.
    let length = u32::try_from(whole.len()).unwrap_or(u32::MAX).to_be_bytes();
    let (first, rest) = whole.split_at(whole.len().min(CHUNK));
    std::iter::once([length.as_slice(), first].concat()).chain(rest.chunks(CHUNK).map(<[u8]>::to_vec)).collect()
}

/// How many chunks a long value of that length has.
pub(super) fn chunk_count(length: usize) -> u32 {
    u32::try_from(length.div_ceil(CHUNK).max(1)).unwrap_or(u32::MAX)
}

/// The error for a value that is not what its key says.
pub(super) fn corrupt(key: &[u8]) -> ProfilesError {
    ProfilesError::Corrupt { what: keys::described(key) }
}

/// A payload with its checksum, as it is stored.
pub(super) fn seal(key: &[u8], mut payload: Vec<u8>) -> Vec<u8> {
    let sum = checksum(key, &payload);
    payload.extend(sum);
    payload
}

/// The payload of a stored value.
///
/// # Errors
/// [`ProfilesError::Corrupt`] where the checksum does not fit.
pub(super) fn unseal<'a>(key: &[u8], stored: &'a [u8]) -> Result<&'a [u8], ProfilesError> {
    let split = stored.len().checked_sub(CHECKSUM).and_then(|at| stored.split_at_checked(at));
    match split {
        Some((payload, sum)) if sum == checksum(key, payload) => Ok(payload),
        _ => Err(corrupt(key)),
    }
}

fn checksum(key: &[u8], payload: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(payload);
    hasher.finalize().to_be_bytes()
}

/// The figures of the whole store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meta {
    /// The newest revision applied.
    pub(super) applied: u64,
    /// Profiles.
    pub(super) people: u64,
    /// Keys beside this one; a store that lost some is found out when it is opened.
    pub(super) keys: u64,
}

impl Meta {
    pub(super) fn encode(self) -> Vec<u8> {
        [self.applied, self.people, self.keys].into_iter().flat_map(u64::to_be_bytes).collect()
    }

    pub(super) fn decode(payload: &[u8]) -> Option<Self> {
        let mut rest = Bytes(payload);
        let meta = Self { applied: rest.u64()?, people: rest.u64()?, keys: rest.u64()? };
        rest.0.is_empty().then_some(meta)
    }
}

/// What a document says, apart from whom it says it of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) month: Month,
    pub(super) gates: Digest,
    pub(super) topics: Vec<Hashtag>,
}

impl Head {
    pub(super) fn encode(statement: &Statement, gates: Digest) -> Vec<u8> {
        let mut out = statement.month.0.to_be_bytes().to_vec();
        out.extend(gates.0);
        for topic in &statement.topics {
            // A hashtag has 100 characters at most.
            out.extend(u16::try_from(topic.as_str().len()).unwrap_or(u16::MAX).to_be_bytes());
            out.extend(topic.as_str().as_bytes());
        }
        out
    }

    pub(super) fn decode(payload: &[u8]) -> Option<Self> {
        let mut rest = Bytes(payload);
        let (month, gates) = (Month(rest.u32()?), rest.digest()?);
        let mut topics = Vec::new();
        while !rest.0.is_empty() {
            let length = rest.u16()?;
            let label = std::str::from_utf8(rest.take(usize::from(length))?).ok()?;
            topics.push(Hashtag::parse(label).ok()?);
        }
        Some(Self { month, gates, topics })
    }

    /// The gates alone.
    pub(super) fn gates_of(payload: &[u8]) -> Option<Digest> {
        let mut rest = Bytes(payload);
        rest.u32()?;
        rest.digest()
    }
}

/// People with their roles.
pub(super) fn encode_people(statement: &Statement) -> Vec<u8> {
    let mut out = Vec::new();
    for (person, roles) in &statement.people {
        out.push(roles.bits());
        write_short(person.id(), &mut out);
    }
    out
}

/// Reads people back, or nothing where the bytes are no people.
pub(super) fn decode_people(payload: &[u8]) -> Option<BTreeMap<PersonName, Roles>> {
    let mut rest = Bytes(payload);
    let mut people = BTreeMap::new();
    while !rest.0.is_empty() {
        let roles = Roles::from_bits(rest.u8()?)?;
        people.insert(PersonName::from_id(rest.short()?).ok()?, roles);
    }
    Some(people)
}

/// Reads the roles of one person, or nothing where the bytes are none.
pub(super) fn decode_roles(payload: &[u8]) -> Option<Roles> {
    match payload {
        [bits] => Roles::from_bits(*bits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::super::super::gates::KnownGates;
    use super::*;
    use crate::domain::{Audience, Gates, Role};

    #[test]
    fn a_flipped_bit_and_another_key_are_corrupt() {
        let key = keys::chunk(keys::PERSON, Digest::of(b"ada"), 0);
        let stored = seal(&key, b"profile".to_vec());
        assert_eq!(unseal(&key, &stored).unwrap(), b"profile");
        for at in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            assert!(matches!(unseal(&key, &flipped), Err(ProfilesError::Corrupt { .. })), "bit {at}");
        }
        assert!(unseal(&keys::chunk(keys::PERSON, Digest::of(b"ada"), 1), &stored).is_err());
        assert!(unseal(&key, b"abc").is_err());
    }

    #[test]
    fn what_a_document_says_reads_back() {
        let mut roles = Roles::default();
        roles.insert(Role::Author);
        roles.insert(Role::Reviewer);
        let topics: BTreeSet<Hashtag> = ["c++", "übermaß"].into_iter().map(|tag| Hashtag::parse(tag).unwrap()).collect();
        let people = BTreeMap::from([
            (PersonName::from_id("ada").unwrap(), roles),
            (PersonName::from_id(&"b".repeat(200)).unwrap(), roles),
        ]);
        let gates = Arc::new(KnownGates::new(&Gates::new(Audience::world())));
        let statement = Statement { month: Month(24_000), gates, topics: topics.clone(), people: people.clone() };
        let head = Head::encode(&statement, Digest::of(b"x"));
        let expected = Head { month: Month(24_000), gates: Digest::of(b"x"), topics: topics.into_iter().collect() };
        assert_eq!(Head::decode(&head), Some(expected));
        assert_eq!(Head::gates_of(&head), Some(Digest::of(b"x")));
        assert_eq!(Head::decode(&head[..head.len() - 1]), None);
        let encoded = encode_people(&statement);
        assert_eq!(decode_people(&encoded), Some(people));
        assert_eq!(decode_people(&encoded[..encoded.len() - 1]), None);
        assert_eq!(decode_people(&[0, 1, b'a']), None);
        assert_eq!(decode_roles(&[64]), None);
        assert_eq!(decode_roles(&[1, 1]), None);
    }
}
