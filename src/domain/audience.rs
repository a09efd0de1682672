//! Who may read: an audience grants to the world, the organisation or listed principals, and may deny some of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{CommunityName, GroupId, PersonName};

/// One holder of a right: a person, a group of the directory, or the members of a community.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Principal {
    /// The members of a community, as they are when somebody asks.
    Community(CommunityName),
    /// The members of a directory group.
    Group(GroupId),
    /// One person.
    Person(PersonName),
}

/// A set of principals in their natural order, so that equal sets are equal bytes.
pub type Principals = BTreeSet<Principal>;

/// To whom an audience opens, before denies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grant {
    /// Everybody, signed in or not.
    World,
    /// Everybody who is signed in.
    Organization,
    /// The listed principals only; an empty list opens to nobody.
    Restricted(Principals),
}

/// Who may read a document. A deny beats every grant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Audience {
    /// To whom it opens.
    pub grant: Grant,
    /// Who is shut out all the same.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub denies: Principals,
}

impl Audience {
    /// Open to everybody.
    #[must_use]
    pub fn world() -> Self {
        Self { grant: Grant::World, denies: Principals::new() }
    }

    /// Open to everybody who is signed in.
    #[must_use]
    pub fn organization() -> Self {
        Self { grant: Grant::Organization, denies: Principals::new() }
    }

    /// Open to the listed principals only.
    #[must_use]
    pub fn restricted(to: impl IntoIterator<Item = Principal>) -> Self {
        Self { grant: Grant::Restricted(to.into_iter().collect()), denies: Principals::new() }
    }

    /// The same audience without the given principals.
    #[must_use]
    pub fn denying(mut self, denied: impl IntoIterator<Item = Principal>) -> Self {
        self.denies.extend(denied);
        self
    }

    /// How many principals it lists, granted and denied.
    #[must_use]
    pub fn principal_count(&self) -> usize {
        let granted = match &self.grant {
            Grant::World | Grant::Organization => 0,
            Grant::Restricted(to) => to.len(),
        };
        granted + self.denies.len()
    }
}
