//! A checksum over everything that reads can see. Entries are hashed one by one and added up, so that their order does not
//! matter and none needs to be sorted or kept.

use super::Month;
use super::gates::{Digest, KnownGates};
use super::statement::Roles;
use crate::domain::{Hashtag, Person, PersonName, ResourceName};

const PERSON: u8 = 1;
const ALIAS: u8 = 2;
const SPEAKS: u8 = 3;

/// The sum so far: four numbers that wrap around.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checksum([u64; 4]);

impl Checksum {
    /// Adds a profile.
    pub(super) fn person(&mut self, person: &Person) -> Result<(), serde_json::Error> {
        self.entry(PERSON, &[&serde_json::to_vec(person)?]);
        Ok(())
    }

    /// Adds that a person is found by an alias.
    pub(super) fn alias(&mut self, folded: Digest, holder: &PersonName) {
        self.entry(ALIAS, &[&folded.0, holder.id().as_bytes()]);
    }

    /// Adds that a document speaks for a person. The document is told apart, because tallies are read under any names together.
    pub(super) fn speaks<'a>(
        &mut self,
        (person, document): (Digest, Digest),
        roles: Roles,
        topics: impl IntoIterator<Item = &'a Hashtag>,
        month: Month,
        gates: &KnownGates,
    ) {
        let (roles, month) = ([roles.bits()], month.0.to_be_bytes());
        let mut parts: Vec<&[u8]> = vec![&person.0, &document.0, &roles, &month, &gates.canonical];
        parts.extend(topics.into_iter().map(|topic| topic.as_str().as_bytes()));
        self.entry(SPEAKS, &parts);
    }

    /// The sum as bytes.
    pub(super) fn finish(self) -> [u8; 32] {
        let mut out = [0; 32];
        for (to, number) in out.chunks_exact_mut(8).zip(self.0) {
            to.copy_from_slice(&number.to_be_bytes());
        }
        out
    }

    /// Adds one entry; each part goes behind its length, so that no two lists of parts are the same bytes.
    fn entry(&mut self, kind: u8, parts: &[&[u8]]) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[kind]);
        for part in parts {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        for (number, bytes) in self.0.iter_mut().zip(hasher.finalize().as_bytes().chunks_exact(8)) {
            let added = bytes.iter().fold(0, |added, byte| added << 8 | u64::from(*byte));
            *number = number.wrapping_add(added);
        }
    }
}
