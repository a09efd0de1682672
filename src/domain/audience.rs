//! Who may read: an audience grants to the world, the organisation or listed principals, and may deny some of them. Where
//! several audiences stand before a document, a reader must be in all of them.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{CommunityName, GroupId, NameError, PersonName, ResourceName};

/// How a group is written among principals.
const GROUPS: &str = "groups";
/// What stands behind a community where its caretakers are meant.
const CARETAKERS: &str = "/caretakers";

/// One holder of a right: a person, a group of the directory, or the members or caretakers of a community.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Principal {
    /// The members of a community, as they are when somebody asks.
    Community(CommunityName),
    /// The members of a directory group.
    Group(GroupId),
    /// One person.
    Person(PersonName),
    /// The caretakers of a community, as they are when somebody asks.
    Caretakers(CommunityName),
}

/// Why a text is no principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// It begins with no known collection.
    #[error("must be people/ID, groups/ID, communities/ID or communities/ID/caretakers")]
    Collection,
    /// The name behind it is malformed.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl Principal {
    /// Reads `people/ID`, `groups/ID`, `communities/ID` or `communities/ID/caretakers`.
    ///
    /// # Errors
    /// [`PrincipalError`] where the text is none of these.
    pub fn parse(text: &str) -> Result<Self, PrincipalError> {
        match text.split_once('/') {
            Some((PersonName::COLLECTION, id)) => Ok(Self::Person(PersonName::from_id(id)?)),
            Some((GROUPS, id)) => Ok(Self::Group(GroupId::parse(id)?)),
            Some((CommunityName::COLLECTION, id)) => Ok(match id.strip_suffix(CARETAKERS) {
                Some(id) => Self::Caretakers(CommunityName::from_id(id)?),
                None => Self::Community(CommunityName::from_id(id)?),
            }),
            _ => Err(PrincipalError::Collection),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Community(name) => name.fmt(f),
            Self::Group(id) => write!(f, "{GROUPS}/{}", id.as_str()),
            Self::Person(name) => name.fmt(f),
            Self::Caretakers(name) => write!(f, "{name}{CARETAKERS}"),
        }
    }
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

/// Who may read. A deny beats every grant.
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

/// Every audience that a reader must be in, in order and without repeats; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Gates(Vec<Audience>);

impl Gates {
    /// One audience alone.
    #[must_use]
    pub fn new(own: Audience) -> Self {
        Self(vec![own])
    }

    /// The same behind more audiences; those that stand there already are left out.
    #[must_use]
    pub fn behind(mut self, more: impl IntoIterator<Item = Audience>) -> Self {
        for audience in more {
            if !self.0.contains(&audience) {
                self.0.push(audience);
            }
        }
        self
    }

    /// Each audience.
    pub fn iter(&self) -> std::slice::Iter<'_, Audience> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a Gates {
    type Item = &'a Audience;
    type IntoIter = std::slice::Iter<'a, Audience>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_reads_back_as_it_is_written() {
        for text in ["people/ada", "groups/board", "communities/tides", "communities/tides/caretakers"] {
            assert_eq!(Principal::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "ada", "people", "people/", "person/ada", "communities/tides/members", "communities//caretakers"] {
            assert!(Principal::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn gates_hold_no_audience_twice() {
        let gates = Gates::new(Audience::world()).behind([Audience::organization(), Audience::world()]);
        assert_eq!(gates.iter().collect::<Vec<_>>(), [&Audience::world(), &Audience::organization()]);
    }
}
