//! Where things stand in the one tree. Every key is of fixed width for its kind, big end first, and holds digests instead
//! of names, so that no name can run into what follows it.
//!
//! | kind | then | value |
//! |---|---|---|
//! | `META` | | the applied revision, the people and the keys there are |
//! | `GATES_USES` | gates | how many documents have them |
//! | `GATES` | gates, chunk | their canonical bytes |
//! | `DOCUMENT` | document, chunk | month, gates and hashtags of what it says |
//! | `DOCUMENT_PEOPLE` | document, chunk | of whom it says it, with their roles |
//! | `SPEAKS` | person, document | the person's roles in the document |
//! | `PERSON` | person, chunk | the profile |
//! | `ALIAS` | folded alias, person | the person's id |
//!
//! `META` is rewritten with every batch. It stands first, beside the smallest values, so that its page stays small.

use super::super::gates::Digest;

/// What a key is about: its first byte, part of the on-disk format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(pub(super) u8);

/// The figures of the whole store.
pub(super) const META: [u8; 1] = [0];
/// How many documents have the same gates.
pub(super) const GATES_USES: Kind = Kind(1);
/// Gates.
pub(super) const GATES: Kind = Kind(2);
/// What a document says.
pub(super) const DOCUMENT: Kind = Kind(3);
/// Of whom a document says it.
pub(super) const DOCUMENT_PEOPLE: Kind = Kind(4);
/// That a document speaks for a person.
pub(super) const SPEAKS: Kind = Kind(5);
/// A profile.
pub(super) const PERSON: Kind = Kind(6);
/// That a person is found by an alias.
pub(super) const ALIAS: Kind = Kind(7);

/// The key of one thing, and the prefix of all keys below it.
pub(super) fn one(kind: Kind, of: Digest) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + 2 * Digest::BYTES);
    key.push(kind.0);
    key.extend(of.0);
    key
}

/// The key of a pair.
pub(super) fn pair(kind: Kind, of: Digest, and: Digest) -> Vec<u8> {
    let mut key = one(kind, of);
    key.extend(and.0);
    key
}

/// The key of one chunk of a long value.
pub(super) fn chunk(kind: Kind, of: Digest, number: u32) -> Vec<u8> {
    let mut key = one(kind, of);
    key.extend(number.to_be_bytes());
    key
}

/// The digest at a place of a key: 0 for the first, 1 for the second.
pub(super) fn digest_in(key: &[u8], place: usize) -> Option<Digest> {
    let from = 1 + place * Digest::BYTES;
    key.get(from..from + Digest::BYTES)?.try_into().ok().map(Digest)
}

/// A key in words for an operator.
pub(super) fn described(key: &[u8]) -> String {
    let (kind, rest) = key.split_first().map_or((u8::MAX, key), |(kind, rest)| (*kind, rest));
    let what = match Kind(kind) {
        Kind(0) => return "the store's figures".to_owned(),
        GATES_USES => "the uses of gates",
        GATES => "gates",
        DOCUMENT => "document",
        DOCUMENT_PEOPLE => "the people of document",
        SPEAKS => "a document of person",
        PERSON => "person",
        ALIAS => "alias",
        Kind(_) => "an unknown kind",
    };
    let digits = rest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex: String = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect();
    format!("{what} {hex}")
}
