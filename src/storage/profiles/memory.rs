//! Profiles in memory: for tests, for a house without a data directory, and to check kept profiles against.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use async_trait::async_trait;
use tokio::sync::watch;

use super::alias::aliases;
use super::checksum::Checksum;
use super::gates::Digest;
use super::staff::{Staff, StaffChange};
use super::statement::{Counter, Roles, Statement};
use super::{PeopleAsk, PeopleMet, ProfileChange, Profiles, ProfilesError, ProfilesStatus, Tally};
use crate::domain::{Document, DocumentName, Person, PersonName, Revision, folded_alias};

/// Profiles that are gone with the process.
#[derive(Debug)]
pub struct MemoryProfiles {
    contents: RwLock<Contents>,
    applied: watch::Sender<Revision>,
}

#[derive(Debug, Default)]
struct Contents {
    people: BTreeMap<PersonName, Person>,
    /// Folded aliases with their holders.
    holders: BTreeMap<String, BTreeSet<PersonName>>,
    /// The people as searches see them.
    staff: Staff,
    statements: HashMap<DocumentName, Statement>,
    /// The documents that speak for each person.
    speaking: BTreeMap<PersonName, BTreeSet<DocumentName>>,
}

impl MemoryProfiles {
    /// Nobody yet, at revision zero.
    #[must_use]
    pub fn new() -> Self {
        Self { contents: RwLock::default(), applied: watch::Sender::new(Revision::ZERO) }
    }

    // Nothing below panics half-way, so a poisoned lock still guards whole contents.
    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryProfiles {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Profiles for MemoryProfiles {
    async fn apply(&self, changes: Vec<ProfileChange>, through: Revision) -> Result<(), ProfilesError> {
        let mut contents = self.contents.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            if let Some(change) = StaffChange::of(&change) {
                contents.staff.take(change);
            }
            match change {
                ProfileChange::PutPerson(person) => contents.put_person(*person),
                ProfileChange::DeletePerson(name) => contents.delete_person(&name),
                ProfileChange::PutDocument(document) => contents.put_document(&document),
                ProfileChange::DeleteDocument(name) => contents.delete_document(&name),
            }
        }
        self.applied.send_if_modified(|applied| {
            let moves = through > *applied;
            *applied = through.max(*applied);
            moves
        });
        Ok(())
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.applied.subscribe()
    }

    async fn people(&self, names: &[PersonName]) -> Result<Vec<Option<Person>>, ProfilesError> {
        let contents = self.read();
        Ok(names.iter().map(|name| contents.people.get(name).cloned()).collect())
    }

    async fn resolve(&self, alias: &str) -> Result<Vec<PersonName>, ProfilesError> {
        Ok(self.read().holders.get(&folded_alias(alias)).into_iter().flatten().cloned().collect())
    }

    async fn find(&self, ask: PeopleAsk) -> Result<Option<PeopleMet>, ProfilesError> {
        Ok(self.read().staff.find(&ask))
    }

    async fn tallies(&self, names: &[PersonName]) -> Result<Vec<Tally>, ProfilesError> {
        Ok(self.read().counted(names).finish())
    }

    async fn clear(&self) -> Result<(), ProfilesError> {
        let mut contents = self.contents.write().unwrap_or_else(PoisonError::into_inner);
        *contents = Contents::default();
        self.applied.send_replace(Revision::ZERO);
        Ok(())
    }

    async fn checkpoint(&self) -> Result<(), ProfilesError> {
        Ok(())
    }

    async fn checksum(&self) -> Result<[u8; 32], ProfilesError> {
        let contents = self.read();
        let mut sum = Checksum::default();
        for person in contents.people.values() {
            sum.person(person).map_err(|error| ProfilesError::Store(Arc::new(error)))?;
        }
        for (alias, holders) in &contents.holders {
            let alias = Digest::of(alias.as_bytes());
            for holder in holders {
                sum.alias(alias, holder);
            }
        }
        for (document, statement) in &contents.statements {
            let Statement { month, gates, topics, people } = statement;
            for (person, roles) in people {
                sum.speaks((Digest::of_name(person), Digest::of_name(document)), *roles, topics, *month, gates);
            }
        }
        Ok(sum.finish())
    }

    async fn status(&self) -> Result<ProfilesStatus, ProfilesError> {
        let contents = self.read();
        Ok(ProfilesStatus { applied: *self.applied.borrow(), people: contents.people.len() as u64, disk_bytes: 0 })
    }
}

impl Contents {
    fn counted(&self, names: &[PersonName]) -> Counter {
        let documents: BTreeSet<&DocumentName> = names.iter().filter_map(|name| self.speaking.get(name)).flatten().collect();
        let mut counter = Counter::default();
        for statement in documents.into_iter().filter_map(|document| self.statements.get(document)) {
            let mut roles = Roles::default();
            for under in names.iter().filter_map(|name| statement.people.get(name)) {
                roles.extend(*under);
            }
            counter.add(roles, &statement.topics, statement.month, &statement.gates);
        }
        counter
    }

    fn put_person(&mut self, person: Person) {
        self.delete_person(&person.name);
        for alias in aliases(&person) {
            self.holders.entry(alias).or_default().insert(person.name.clone());
        }
        self.people.insert(person.name.clone(), person);
    }

    fn delete_person(&mut self, name: &PersonName) {
        let Some(person) = self.people.remove(name) else { return };
        for alias in aliases(&person) {
            remove_from(&mut self.holders, alias, name);
        }
    }

    fn put_document(&mut self, document: &Document) {
        self.delete_document(&document.name);
        let Some(statement) = Statement::of(document) else { return };
        for person in statement.people.keys() {
            self.speaking.entry(person.clone()).or_default().insert(document.name.clone());
        }
        self.statements.insert(document.name.clone(), statement);
    }

    fn delete_document(&mut self, name: &DocumentName) {
        let Some(statement) = self.statements.remove(name) else { return };
        for person in statement.people.into_keys() {
            remove_from(&mut self.speaking, person, name);
        }
    }
}

/// Removes a member, and its set where nothing is left in it.
fn remove_from<K: Ord, V: Ord>(sets: &mut BTreeMap<K, BTreeSet<V>>, key: K, member: &V) {
    if let std::collections::btree_map::Entry::Occupied(mut set) = sets.entry(key) {
        set.get_mut().remove(member);
        if set.get().is_empty() {
            set.remove();
        }
    }
}
