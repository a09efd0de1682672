//! Who belongs to which community and who takes care of it at this moment, in memory, whatever name of theirs stands there.

use std::collections::{BTreeSet, HashMap};
use std::sync::RwLock;

use super::Aliases;
use crate::domain::{Community, CommunityName, PersonName, Principal};

/// The members and caretakers of every community. Filled at start from the ledger's communities and kept current by its commits.
#[derive(Debug, Default)]
pub struct Memberships {
    view: RwLock<View>,
    aliases: Aliases,
}

#[derive(Debug, Default)]
struct View {
    members: Relation,
    caretakers: Relation,
}

/// Communities and people, from both sides.
#[derive(Debug, Default)]
struct Relation {
    by_person: HashMap<PersonName, BTreeSet<CommunityName>>,
    by_community: HashMap<CommunityName, BTreeSet<PersonName>>,
}

impl Memberships {
    /// Takes a community's members and caretakers as they are now.
    pub fn put(&self, community: &Community) {
        let mut view = self.view.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        view.members.put(&community.name, &community.members);
        view.caretakers.put(&community.name, &community.caretakers);
    }

    /// Forgets a deleted community: nobody is a member any more, nobody takes care of it.
    pub fn remove(&self, community: &CommunityName) {
        let mut view = self.view.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        view.members.forget(community);
        view.caretakers.forget(community);
    }

    /// Which accounts are whose: what stands for one of a person's names stands for all of them.
    #[must_use]
    pub fn aliases(&self) -> &Aliases {
        &self.aliases
    }

    /// What stands for a person by name and by community, as a member and as a caretaker, under every name of theirs.
    #[must_use]
    pub fn of(&self, person: &PersonName) -> BTreeSet<Principal> {
        let names = self.aliases.names_of(person);
        let view = self.view.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut principals = BTreeSet::new();
        for name in names {
            principals.extend(view.members.of(&name).map(Principal::Community));
            principals.extend(view.caretakers.of(&name).map(Principal::Caretakers));
            principals.insert(Principal::Person(name));
        }
        principals
    }
}

impl Relation {
    fn put(&mut self, community: &CommunityName, people: &BTreeSet<PersonName>) {
        if self.by_community.get(community) == Some(people) {
            return;
        }
        self.forget(community);
        for person in people {
            self.by_person.entry(person.clone()).or_default().insert(community.clone());
        }
        self.by_community.insert(community.clone(), people.clone());
    }

    fn forget(&mut self, community: &CommunityName) {
        for person in self.by_community.remove(community).unwrap_or_default() {
            if let Some(communities) = self.by_person.get_mut(&person) {
                communities.remove(community);
                if communities.is_empty() {
                    self.by_person.remove(&person);
                }
            }
        }
    }

    fn of(&self, person: &PersonName) -> impl Iterator<Item = CommunityName> {
        self.by_person.get(person).into_iter().flatten().cloned()
    }
}
