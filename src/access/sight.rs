//! What an asker may see, as a value that retrieval can work with.
//!
//! Proved below: 1. deny beats every grant; 2. the rule and its tokens agree for every asker and audience.

use std::collections::BTreeSet;

use super::{Asker, Memberships};
use crate::domain::{Audience, Grant, Principal};

/// One key of an audience as retrieval stores it: `w`, `o`, `c:ID`, `g:ID` or `p:ID`.
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
        let communities = memberships.of(person).into_iter().map(Principal::Community);
        let groups = asker.groups().iter().cloned().map(Principal::Group);
        let principals = communities.chain(groups).chain([Principal::Person(person.clone())]).collect();
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

    /// The tokens of which a document must carry one in its grant, sorted.
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

/// An audience as the tokens that retrieval stores: those that grant, and those that deny.
#[must_use]
pub fn audience_tokens(audience: &Audience) -> (Vec<AccessToken>, Vec<AccessToken>) {
    let grant = match &audience.grant {
        Grant::World => vec![WORLD.to_owned()],
        Grant::Organization => vec![ORGANIZATION.to_owned()],
        Grant::Restricted(to) => to.iter().map(token).collect(),
    };
    (grant, audience.denies.iter().map(token).collect())
}

fn token(principal: &Principal) -> AccessToken {
    use crate::domain::ResourceName;
    match principal {
        Principal::Community(name) => format!("c:{}", name.id()),
        Principal::Group(group) => format!("g:{}", group.as_str()),
        Principal::Person(name) => format!("p:{}", name.id()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CommunityName, GroupId, PersonName, ResourceName};

    fn person(id: &str) -> Principal {
        Principal::Person(PersonName::from_id(id).unwrap())
    }

    fn group(id: &str) -> Principal {
        Principal::Group(GroupId::parse(id).unwrap())
    }

    fn askers() -> Vec<Sight> {
        let memberships = Memberships::default();
        let board = BTreeSet::from([GroupId::parse("board").unwrap()]);
        vec![
            Sight::of(&Asker::anonymous(), &memberships),
            Sight::of(&Asker::person(PersonName::from_id("ada").unwrap(), board, BTreeSet::new()), &memberships),
            Sight::of(&Asker::person(PersonName::from_id("bo").unwrap(), BTreeSet::new(), BTreeSet::new()), &memberships),
        ]
    }

    #[test]
    fn a_deny_beats_every_grant() {
        let [anonymous, ada, bo] = &askers()[..] else { unreachable!() };
        let audience = Audience::organization().denying([group("board")]);
        assert!(!anonymous.admits(&audience));
        assert!(!ada.admits(&audience));
        assert!(bo.admits(&audience));
        assert!(!ada.admits(&Audience::restricted([person("ada")]).denying([person("ada")])));
        assert!(!ada.admits(&Audience::restricted([])));
    }

    #[test]
    fn tokens_decide_as_the_rule_does() {
        let community = Principal::Community(CommunityName::from_id("tides").unwrap());
        let grants = [
            Audience::world(),
            Audience::organization(),
            Audience::restricted([person("ada")]),
            Audience::restricted([group("board"), community.clone()]),
        ];
        let denies = [vec![], vec![person("bo")], vec![group("board")], vec![community]];
        for sight in askers() {
            for audience in grants.iter().flat_map(|grant| denies.iter().map(|d| grant.clone().denying(d.clone()))) {
                let (grant, deny) = audience_tokens(&audience);
                let granted = sight.granting_tokens().iter().any(|token| grant.contains(token));
                let denied = sight.denying_tokens().iter().any(|token| deny.contains(token));
                assert_eq!(granted && !denied, sight.admits(&audience), "{sight:?} {audience:?}");
            }
        }
    }
}
