//! What of a document's thread stands in columns: which one, and the document's place in it.
//!
//! Proved below: places read back, and no other number is taken.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use crate::domain::{Document, DocumentName, Kind, ResourceName};

/// A thread, by 128 bits of a hash of its root's name: threads of two segments are told apart without reading a name, and nobody
/// finds two names that share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thread(u128);

/// Something for each of some threads.
pub(super) type ThreadMap<T> = HashMap<Thread, T, BuildHasherDefault<Half>>;

/// Some threads.
pub(super) type ThreadSet = HashSet<Thread, BuildHasherDefault<Half>>;

/// Takes half of a thread for its hash: it is one already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Half(u64);

impl Hasher for Half {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }
}

impl Hash for Thread {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [_, low] = self.halves();
        state.write_u64(low);
    }
}

impl Thread {
    /// The thread that a document opened or would open.
    pub(super) fn opened_by(root: &DocumentName) -> Self {
        let mut first = [0; 16];
        blake3::Hasher::new().update(root.id().as_bytes()).finalize_xof().fill(&mut first);
        Self(u128::from_be_bytes(first))
    }

    /// As two columns hold it.
    #[expect(clippy::cast_possible_truncation, reason = "each half is cut out on purpose")]
    pub(super) fn halves(self) -> [u64; 2] {
        [(self.0 >> 64) as u64, self.0 as u64]
    }

    pub(super) fn from_halves([high, low]: [u64; 2]) -> Self {
        Self(u128::from(high) << 64 | u128::from(low))
    }

    /// What finds its replies. The root is found by its name: most documents open nothing, and need no label.
    pub(super) fn label(self) -> String {
        format!("t:{:032x}", self.0)
    }
}

/// Where a document stands in its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It opened the thread and is no topic: without replies there is no discussion.
    Alone,
    /// It opened a discussion.
    Topic,
    /// It replies.
    Reply,
    /// It replies, and was accepted as the answer.
    Answer,
}

impl Place {
    const ALL: [Self; 4] = [Self::Alone, Self::Topic, Self::Reply, Self::Answer];

    pub(super) fn of(document: &Document) -> Self {
        match (&document.thread, document.kind) {
            (Some(_), _) if document.accepted => Self::Answer,
            (Some(_), _) => Self::Reply,
            (None, Kind::Topic) => Self::Topic,
            (None, _) => Self::Alone,
        }
    }

    /// Whether the thread is a discussion to whoever sees the document.
    pub(super) fn makes_discussion(self) -> bool {
        self != Self::Alone
    }

    /// Whether it is no root.
    pub(super) fn replies(self) -> bool {
        matches!(self, Self::Reply | Self::Answer)
    }

    /// As a column holds it.
    pub(super) fn number(self) -> u64 {
        self as u64
    }

    /// Reads what a column holds; nothing where it is no place.
    pub(super) fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_and_places_read_back() {
        let thread = |id: &str| Thread::opened_by(&DocumentName::from_id(id).unwrap());
        for id in ["a", "b", "root-1"] {
            assert_eq!(Thread::from_halves(thread(id).halves()), thread(id));
        }
        assert_ne!(thread("a").label(), thread("b").label());
        for place in Place::ALL {
            assert_eq!(Place::from_number(place.number()), Some(place));
        }
        assert_eq!(Place::from_number(4), None);
    }
}
