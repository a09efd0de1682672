//! Who belongs to which community at this moment, in memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::RwLock;

use crate::domain::{Community, CommunityName, PersonName};

/// The members of every community. Filled at start from the ledger's communities and kept current by its commits.
#[derive(Debug, Default)]
pub struct Memberships {
    view: RwLock<View>,
}

#[derive(Debug, Default)]
struct View {
    by_person: HashMap<PersonName, BTreeSet<CommunityName>>,
    by_community: HashMap<CommunityName, BTreeSet<PersonName>>,
}

impl Memberships {
    /// Takes a community's members as they are now.
    pub fn put(&self, community: &Community) {
        let mut view = self.view.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        view.forget(&community.name);
        for person in &community.members {
            view.by_person.entry(person.clone()).or_default().insert(community.name.clone());
        }
        view.by_community.insert(community.name.clone(), community.members.clone());
    }

    /// Forgets a deleted community: nobody is a member any more.
    pub fn remove(&self, community: &CommunityName) {
        self.view.write().unwrap_or_else(std::sync::PoisonError::into_inner).forget(community);
    }

    /// The communities of a person.
    #[must_use]
    pub fn of(&self, person: &PersonName) -> BTreeSet<CommunityName> {
        let view = self.view.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        view.by_person.get(person).cloned().unwrap_or_default()
    }
}

impl View {
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
}
