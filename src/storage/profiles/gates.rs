//! Gates as bytes: one form for all gates that the same readers pass, by which they are told apart, ordered and read back.
//!
//! The form is that of each audience, one behind the other in ascending order: an audience alone is its own form.
//! Proved below: 1. all gates read back; 2. their order does not matter, everything else does; 3. what is cut off, too long, in
//! another order or no gates is refused.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Audience, CommunityName, Gates, Grant, GroupId, PersonName, Principal, Principals, ResourceName};

const WORLD: u8 = 0;
const ORGANIZATION: u8 = 1;
const RESTRICTED: u8 = 2;

const COMMUNITY: u8 = 0;
const GROUP: u8 = 1;
const PERSON: u8 = 2;
const CARETAKERS: u8 = 3;

/// The first half of a BLAKE3 hash: stands for a name, an alias or gates where a fixed width is needed.
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

/// Gates beside their canonical bytes; they compare by these.
#[derive(Clone, Debug)]
pub(super) struct KnownGates {
    /// The one form in bytes.
    pub(super) canonical: Vec<u8>,
    /// The gates, in the order of their audiences' bytes.
    pub(super) gates: Arc<Gates>,
}

impl KnownGates {
    /// Knows gates. Their order does not matter to who passes, and is not kept.
    pub(super) fn new(gates: &Gates) -> Self {
        let known: BTreeMap<Vec<u8>, &Audience> = gates.iter().map(|audience| (canonical(audience), audience)).collect();
        let ordered = gates_of(known.values().map(|audience| (*audience).clone())).unwrap_or_else(|| gates.clone());
        Self { canonical: known.into_keys().flatten().collect(), gates: Arc::new(ordered) }
    }

    /// Reads gates back, or nothing where the bytes are not the one form of any.
    pub(super) fn read(canonical: Vec<u8>) -> Option<Self> {
        let mut rest = Bytes(&canonical);
        let mut audiences = Vec::new();
        let mut last: &[u8] = &[];
        while !rest.0.is_empty() {
            let before = rest.0;
            audiences.push(read_audience(&mut rest)?);
            let form = before.get(..before.len() - rest.0.len())?;
            if form <= last {
                return None;
            }
            last = form;
        }
        let gates = Arc::new(gates_of(audiences)?);
        Some(Self { canonical, gates })
    }
}

impl PartialEq for KnownGates {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for KnownGates {}

impl PartialOrd for KnownGates {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for KnownGates {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical.cmp(&other.canonical)
    }
}

fn gates_of(audiences: impl IntoIterator<Item = Audience>) -> Option<Gates> {
    let mut audiences = audiences.into_iter();
    Some(Gates::new(audiences.next()?).behind(audiences))
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

fn read_audience(rest: &mut Bytes<'_>) -> Option<Audience> {
    let grant = match rest.u8()? {
        WORLD => Grant::World,
        ORGANIZATION => Grant::Organization,
        RESTRICTED => Grant::Restricted(read_principals(rest)?),
        _ => return None,
    };
    Some(Audience { grant, denies: read_principals(rest)? })
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

    fn community() -> CommunityName {
        CommunityName::from_id("dock").unwrap()
    }

    fn rich() -> Audience {
        let group = Principal::Group(GroupId::parse("board").unwrap());
        let person = Principal::Person(PersonName::from_id(&"x".repeat(200)).unwrap());
        let all = [Principal::Community(community()), group, person, Principal::Caretakers(community())];
        Audience::restricted(all.clone()).denying(all)
    }

    fn all() -> Vec<Audience> {
        let members = Audience::restricted([Principal::Community(community())]);
        let caretakers = Audience::restricted([Principal::Caretakers(community())]);
        vec![Audience::world(), Audience::organization(), Audience::restricted([]), members, caretakers, rich()]
    }

    #[test]
    fn all_gates_read_back() {
        for (at, audience) in all().into_iter().enumerate() {
            for more in [&[][..], &all()[..1], &all()[at..], &all()[..]] {
                let gates = Gates::new(audience.clone()).behind(more.iter().cloned());
                let known = KnownGates::new(&gates);
                let read = KnownGates::read(known.canonical.clone()).unwrap();
                assert_eq!(read, known);
                assert_eq!(read.gates, known.gates);
                assert!(gates.iter().all(|audience| read.gates.iter().any(|its| its == audience)));
                assert_eq!(read.gates.iter().count(), gates.iter().count());
            }
        }
    }

    #[test]
    fn an_audience_alone_is_its_own_form() {
        assert_eq!(KnownGates::new(&Gates::new(Audience::world())).canonical, [WORLD, 0, 0, 0, 0]);
        for audience in all() {
            let known = KnownGates::new(&Gates::new(audience.clone()));
            assert_eq!((known.canonical, &*known.gates), (canonical(&audience), &Gates::new(audience)));
        }
    }

    #[test]
    fn order_does_not_matter_and_everything_else_does() {
        let form = |gates: &[Audience]| {
            let (own, more) = gates.split_first().unwrap();
            KnownGates::new(&Gates::new(own.clone()).behind(more.iter().cloned())).canonical
        };
        let mut forms = std::collections::BTreeSet::new();
        for one in all() {
            assert!(forms.insert(form(std::slice::from_ref(&one))));
            for two in all().into_iter().filter(|two| *two != one) {
                let both = [one.clone(), two];
                let turned = [both[1].clone(), both[0].clone()];
                assert_eq!(form(&both), form(&turned));
                forms.insert(form(&both));
            }
        }
        let count = all().len();
        assert_eq!(forms.len(), count + count * (count - 1) / 2);
    }

    #[test]
    fn what_is_no_gates_is_refused() {
        let single = KnownGates::new(&Gates::new(rich())).canonical;
        let several = KnownGates::new(&Gates::new(rich()).behind([Audience::world()])).canonical;
        for whole in [&single, &several] {
            let world = canonical(&Audience::world()).len();
            for end in (0..whole.len()).filter(|end| whole.len() == single.len() || *end != world) {
                assert!(KnownGates::read(whole[..end].to_vec()).is_none(), "{end}");
            }
            assert!(KnownGates::read([&whole[..], &[0]].concat()).is_none());
        }
        let (world, organization) = (canonical(&Audience::world()), canonical(&Audience::organization()));
        assert!(KnownGates::read([&world[..], &organization[..]].concat()).is_some());
        for other in [[&organization[..], &world[..]].concat(), [&world[..], &world[..]].concat()] {
            assert!(KnownGates::read(other).is_none(), "in another order, or twice");
        }
        assert!(KnownGates::read(vec![9, 0, 0, 0, 0]).is_none());
        assert!(KnownGates::read(vec![0, 255, 255, 255, 255]).is_none());
    }
}
