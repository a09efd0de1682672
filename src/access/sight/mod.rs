//! What an asker may see, as a value that retrieval can work with.
//!
//! Proved in `tests`: 1. deny beats every grant; 2. the rule and its tokens agree for every asker and any gates; 3. a document is
//! read by exactly those who pass its gates; 4. caretakers read what they limited, and nothing more; 5. what stands for one name of
//! a person, grants and denies alike, stands for all of them.

use std::collections::BTreeSet;

use super::{Asker, Memberships};
use crate::domain::{Audience, CommunityName, Document, Gates, Grant, Principal, Principals, ResourceName};

/// One key of an audience as retrieval stores it: `w`, `o`, `c:ID`, `g:ID`, `k:ID` (caretakers) or `p:ID`.
pub type AccessToken = String;

const WORLD: &str = "w";
const ORGANIZATION: &str = "o";

/// What one asker may see at one moment: signed in or not, and every principal that stands for the asker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sight {
    signed_in: bool,
    principals: BTreeSet<Principal>,
}

impl Sight {
    /// The sight of an asker with the memberships of this moment.
    #[must_use]
    pub fn of(asker: &Asker, memberships: &Memberships) -> Self {
        let Some(person) = asker.name() else {
            return Self { signed_in: false, principals: BTreeSet::new() };
        };
        let groups = asker.groups().iter().cloned().map(Principal::Group);
        let mut principals = memberships.of(person);
        principals.extend(groups);
        Self { signed_in: true, principals }
    }

    /// Whether the asker is signed in.
    #[must_use]
    pub fn signed_in(&self) -> bool {
        self.signed_in
    }

    /// Whether this sight admits an audience.
    #[must_use]
    pub fn admits(&self, audience: &Audience) -> bool {
        if audience.denies.iter().any(|denied| self.principals.contains(denied)) {
            return false;
        }
        match &audience.grant {
            Grant::World => true,
            Grant::Organization => self.signed_in,
            Grant::Restricted(to) => to.iter().any(|granted| self.principals.contains(granted)),
        }
    }

    /// Whether this sight is in every audience.
    #[must_use]
    pub fn passes(&self, gates: &Gates) -> bool {
        gates.iter().all(|audience| self.admits(audience))
    }

    /// Whether this sight may read a document: whether it passes [`Document::gates`], found without building them.
    #[must_use]
    pub fn may_read(&self, document: &Document) -> bool {
        let unmoderated = document.moderation.is_none();
        self.admits(&document.audience)
            && document.inherited.iter().all(|audience| self.admits(audience))
            && (unmoderated || self.passes(&document.own_gates()))
    }

    /// Whether the asker takes care of a community.
    #[must_use]
    pub fn takes_care_of(&self, community: &CommunityName) -> bool {
        self.principals.contains(&Principal::Caretakers(community.clone()))
    }

    /// Those of some principals that stand for the asker.
    #[must_use]
    pub fn among(&self, listed: &Principals) -> Principals {
        listed.intersection(&self.principals).cloned().collect()
    }

    /// The tokens of which a document must carry one in each clause of its grant, sorted.
    #[must_use]
    pub fn granting_tokens(&self) -> Vec<AccessToken> {
        let mut tokens = vec![WORLD.to_owned()];
        if self.signed_in {
            tokens.push(ORGANIZATION.to_owned());
        }
        tokens.extend(self.principals.iter().map(token));
        tokens.sort_unstable();
        tokens
    }

    /// The tokens of which a document must carry none in its denies, sorted.
    #[must_use]
    pub fn denying_tokens(&self) -> Vec<AccessToken> {
        let mut tokens: Vec<_> = self.principals.iter().map(token).collect();
        tokens.sort_unstable();
        tokens
    }
}

/// Gates as the tokens that retrieval stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateTokens {
    /// At least one clause: a reader holds a token of each. A clause without tokens opens to nobody.
    pub grants: Vec<Vec<AccessToken>>,
    /// A reader holds none of these.
    pub denies: Vec<AccessToken>,
}

/// Gates as the tokens that retrieval stores, with no clause that another one makes needless: nearly always one is left.
#[must_use]
pub fn gate_tokens(gates: &Gates) -> GateTokens {
    let denies: Principals = gates.iter().flat_map(|audience| &audience.denies).cloned().collect();
    let restricted: Vec<&Principals> = gates.iter().filter_map(|audience| restricted_to(&audience.grant)).collect();
    let mut grants: Vec<Vec<AccessToken>> = Vec::new();
    for (at, to) in restricted.iter().enumerate() {
        let implied = restricted
            .iter()
            .enumerate()
            .any(|(other, narrower)| other != at && narrower.is_subset(to) && (narrower.len() < to.len() || other < at));
        if !implied {
            grants.push(to.iter().map(token).collect());
        }
    }
    if grants.is_empty() {
        // Whoever is listed anywhere is signed in, so this matters only where nobody is.
        let organization = gates.iter().any(|audience| audience.grant == Grant::Organization);
        grants.push(vec![if organization { ORGANIZATION } else { WORLD }.to_owned()]);
    }
    GateTokens { grants, denies: denies.iter().map(token).collect() }
}

fn restricted_to(grant: &Grant) -> Option<&Principals> {
    match grant {
        Grant::Restricted(to) => Some(to),
        Grant::World | Grant::Organization => None,
    }
}

fn token(principal: &Principal) -> AccessToken {
    match principal {
        Principal::Community(name) => format!("c:{}", name.id()),
        Principal::Group(group) => format!("g:{}", group.as_str()),
        Principal::Person(name) => format!("p:{}", name.id()),
        Principal::Caretakers(name) => format!("k:{}", name.id()),
    }
}

#[cfg(test)]
pub(super) mod tests;
