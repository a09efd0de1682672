//! What a document says of people, and how such statements are counted: the one place that both implementations share, so
//! that they agree by construction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::gates::KnownGates;
use super::{Month, Tally};
use crate::domain::{Document, Hashtag, PersonName, Role};

/// The roles of one person in one document; never empty in a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles(u8);

impl Roles {
    /// Adds a role.
    pub(super) fn insert(&mut self, role: Role) {
        self.0 |= bit(role);
    }

    /// Adds the roles under another name of the same person.
    pub(super) fn extend(&mut self, others: Self) {
        self.0 |= others.0;
    }

    /// The strongest of them; nothing where there is none.
    fn strongest(self) -> Option<Role> {
        Role::STRONGEST_FIRST.into_iter().find(|role| self.0 & bit(*role) != 0)
    }

    /// One bit for each role; part of the on-disk format.
    pub(super) fn bits(self) -> u8 {
        self.0
    }

    /// Reads the bits back, or nothing where there is none or an unknown one.
    pub(super) fn from_bits(bits: u8) -> Option<Self> {
        let known = Role::ALL.into_iter().fold(0, |known, role| known | bit(role));
        (bits != 0 && bits & !known == 0).then_some(Self(bits))
    }
}

fn bit(role: Role) -> u8 {
    match role {
        Role::Author => 1,
        Role::Contributor => 1 << 1,
        Role::Answerer => 1 << 2,
        Role::Asker => 1 << 3,
        Role::Mentioned => 1 << 4,
        Role::Reviewer => 1 << 5,
    }
}

/// What one document counts for: each of its people, in their strongest role, for no topic and for each hashtag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// The month of its `updated`.
    pub(super) month: Month,
    /// Who may read it.
    pub(super) gates: Arc<KnownGates>,
    /// Its hashtags, without repeats.
    pub(super) topics: BTreeSet<Hashtag>,
    /// Its people with their roles; never empty.
    pub(super) people: BTreeMap<PersonName, Roles>,
}

impl Statement {
    /// What a document says of people, or nothing where it names nobody.
    pub(super) fn of(document: &Document) -> Option<Self> {
        let mut people: BTreeMap<PersonName, Roles> = BTreeMap::new();
        for participation in &document.people {
            people.entry(participation.person.clone()).or_default().insert(participation.role);
        }
        (!people.is_empty()).then(|| Self {
            month: Month::of(document.updated),
            gates: Arc::new(KnownGates::new(&document.gates())),
            topics: document.hashtags.iter().cloned().collect(),
            people,
        })
    }
}

/// Counts what documents say of one person. Each document must be added once.
#[derive(Debug, Default)]
pub(super) struct Counter(BTreeMap<(Option<Hashtag>, Month, Arc<KnownGates>, Role), u32>);

impl Counter {
    /// Adds one document, in which the person has these roles, under all names together.
    pub(super) fn add<'a>(
        &mut self,
        roles: Roles,
        topics: impl IntoIterator<Item = &'a Hashtag>,
        month: Month,
        gates: &Arc<KnownGates>,
    ) {
        for topic in std::iter::once(None).chain(topics.into_iter().map(Some)) {
            if let Some(role) = roles.strongest() {
                let count = self.0.entry((topic.cloned(), month, Arc::clone(gates), role)).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// The tallies in their promised order.
    pub(super) fn finish(self) -> Vec<Tally> {
        let tally = |((topic, month, known, role), count): ((_, _, Arc<KnownGates>, _), _)| Tally {
            topic,
            gates: Arc::clone(&known.gates),
            month,
            role,
            count,
        };
        self.0.into_iter().map(tally).collect()
    }
}
