//! Audiences as bytes: one form for equal audiences, by which they are told apart, ordered and read back.
//!
//! Proved below: 1. every audience reads back; 2. what is cut off, too long or no audience is refused.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::domain::{Audience, CommunityName, Grant, GroupId, PersonName, Principal, Principals, ResourceName};

const WORLD: u8 = 0;
const ORGANIZATION: u8 = 1;
const RESTRICTED: u8 = 2;

const COMMUNITY: u8 = 0;
const GROUP: u8 = 1;
const PERSON: u8 = 2;
const CARETAKERS: u8 = 3;

/// The first half of a BLAKE3 hash: stands for a name, an alias or an audience where a fixed width is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Digest(pub(super) [u8; Self::BYTES]);

impl Digest {
    /// Its width.
    pub(super) const BYTES: usize = 16;

    /// The digest of some bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut digest = [0; Self::BYTES];
        for (to, from) in digest.iter_mut().zip(blake3::hash(bytes).as_bytes()) {
            *to = *from;
        }
        Self(digest)
    }

    /// The digest of a name's id.
    pub(super) fn of_name(name: &impl ResourceName) -> Self {
        Self::of(name.id().as_bytes())
    }
}

/// An audience beside its canonical bytes; compares by these.
#[derive(Clone, Debug)]
pub(super) struct KnownAudience {
    /// The one form in bytes.
    pub(super) canonical: Vec<u8>,
    /// The audience.
    pub(super) audience: Arc<Audience>,
}

impl KnownAudience {
    /// Knows an audience.
    pub(super) fn new(audience: &Audience) -> Self {
        Self { canonical: canonical(audience), audience: Arc::new(audience.clone()) }
    }

    /// Reads an audience back, or nothing where the bytes are no audience's.
    pub(super) fn read(canonical: Vec<u8>) -> Option<Self> {
        let mut rest = Bytes(&canonical);
        let grant = match rest.u8()? {
            WORLD => Grant::World,
            ORGANIZATION => Grant::Organization,
            RESTRICTED => Grant::Restricted(read_principals(&mut rest)?),
            _ => return None,
        };
        let denies = read_principals(&mut rest)?;
        rest.0.is_empty().then(|| Self { audience: Arc::new(Audience { grant, denies }), canonical })
    }
}

impl PartialEq for KnownAudience {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for KnownAudience {}

impl PartialOrd for KnownAudience {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for KnownAudience {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical.cmp(&other.canonical)
    }
}

fn canonical(audience: &Audience) -> Vec<u8> {
    let mut out = Vec::new();
    match &audience.grant {
        Grant::World => out.push(WORLD),
        Grant::Organization => out.push(ORGANIZATION),
        Grant::Restricted(to) => {
            out.push(RESTRICTED);
            write_principals(to, &mut out);
        }
    }
    write_principals(&audience.denies, &mut out);
    out
}

fn write_principals(principals: &Principals, out: &mut Vec<u8>) {
    out.extend(u32::try_from(principals.len()).unwrap_or(u32::MAX).to_be_bytes());
    for principal in principals {
        let (tag, id) = match principal {
            Principal::Community(name) => (COMMUNITY, name.id()),
            Principal::Group(group) => (GROUP, group.as_str()),
            Principal::Person(name) => (PERSON, name.id()),
            Principal::Caretakers(name) => (CARETAKERS, name.id()),
        };
        out.push(tag);
        write_short(id, out);
    }
}

fn read_principals(rest: &mut Bytes<'_>) -> Option<Principals> {
    let count = rest.u32()?;
    let mut principals = Principals::new();
    for _ in 0..count {
        let tag = rest.u8()?;
        let id = rest.short()?;
        principals.insert(match tag {
            COMMUNITY => Principal::Community(CommunityName::from_id(id).ok()?),
            GROUP => Principal::Group(GroupId::parse(id).ok()?),
            PERSON => Principal::Person(PersonName::from_id(id).ok()?),
            CARETAKERS => Principal::Caretakers(CommunityName::from_id(id).ok()?),
            _ => return None,
        });
    }
    Some(principals)
}

/// Writes an id, which is 200 bytes at most, behind its length.
pub(super) fn write_short(id: &str, out: &mut Vec<u8>) {
    out.push(u8::try_from(id.len()).unwrap_or(u8::MAX));
    out.extend(id.as_bytes());
}

/// Bytes that are still to be read; every read is nothing where too few are left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next byte.
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// The next two bytes, big end first.
    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// The next four bytes, big end first.
    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// The next eight bytes, big end first.
    pub(super) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.take(8)?.try_into().ok()?))
    }

    /// The next digest.
    pub(super) fn digest(&mut self) -> Option<Digest> {
        Some(Digest(self.take(Digest::BYTES)?.try_into().ok()?))
    }

    /// An id behind its length.
    pub(super) fn short(&mut self) -> Option<&'a str> {
        let length = self.u8()?;
        std::str::from_utf8(self.take(usize::from(length))?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rich() -> Audience {
        let community = Principal::Community(CommunityName::from_id("dock").unwrap());
        let group = Principal::Group(GroupId::parse("board").unwrap());
        let person = Principal::Person(PersonName::from_id(&"x".repeat(200)).unwrap());
        Audience::restricted([community.clone(), group.clone(), person.clone()]).denying([person, group, community])
    }

    #[test]
    fn every_audience_reads_back() {
        for audience in [Audience::world(), Audience::organization(), Audience::restricted([]), rich()] {
            let known = KnownAudience::new(&audience);
            let read = KnownAudience::read(known.canonical.clone()).unwrap();
            assert_eq!(*read.audience, audience);
            assert_eq!(read, known);
        }
    }

    #[test]
    fn what_is_no_audience_is_refused() {
        let whole = KnownAudience::new(&rich()).canonical;
        for end in 0..whole.len() {
            assert!(KnownAudience::read(whole[..end].to_vec()).is_none(), "{end}");
        }
        assert!(KnownAudience::read([whole.clone(), vec![0]].concat()).is_none());
        assert!(KnownAudience::read(vec![9, 0, 0, 0, 0]).is_none());
        assert!(KnownAudience::read(vec![0, 255, 255, 255, 255]).is_none());
    }
}
