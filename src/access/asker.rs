//! The principal of a call.

use std::collections::BTreeSet;

use crate::domain::{GroupId, PersonName};

/// A right that is not about a single document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// May write documents, people and communities, and sees all of them while doing so.
    Write,
    /// May call the `AdminService`.
    Administer,
}

/// Who asks: a person or nobody, with groups and scopes from the call's credentials, never from a request field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asker {
    person: Option<PersonName>,
    groups: BTreeSet<GroupId>,
    scopes: BTreeSet<Scope>,
}

impl Asker {
    /// Somebody of whom nothing is known; sees what is open to the world, and holds no scope.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// A signed-in person.
    #[must_use]
    pub fn person(person: PersonName, groups: BTreeSet<GroupId>, scopes: BTreeSet<Scope>) -> Self {
        Self { person: Some(person), groups, scopes }
    }

    /// The service itself, for embedded imports and maintenance: holds every scope, and is no person.
    #[must_use]
    pub fn service() -> Self {
        Self { person: None, groups: BTreeSet::new(), scopes: BTreeSet::from([Scope::Write, Scope::Administer]) }
    }

    /// The signed-in person, if there is one.
    #[must_use]
    pub fn name(&self) -> Option<&PersonName> {
        self.person.as_ref()
    }

    /// The directory groups.
    #[must_use]
    pub fn groups(&self) -> &BTreeSet<GroupId> {
        &self.groups
    }

    /// Whether the asker holds a scope.
    #[must_use]
    pub fn holds(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}
