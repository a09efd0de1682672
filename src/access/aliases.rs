//! Which accounts are whose at this moment, in memory.
//!
//! Proved below: 1. an account is its one claimer's, and nobody's where several claim it; 2. there are no chains, and nobody is an
//! account of their own; 3. what is taken back or deleted no longer counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::domain::{Person, PersonName};

/// The accounts of every person. Filled at start from the ledger's people and kept current by its commits.
#[derive(Debug, Default)]
pub struct Aliases {
    view: RwLock<View>,
}

#[derive(Debug, Default)]
struct View {
    /// The accounts that a person claims; never empty.
    accounts: HashMap<PersonName, BTreeSet<PersonName>>,
    /// The people who claim an account; never empty.
    claimers: HashMap<PersonName, BTreeSet<PersonName>>,
}

impl Aliases {
    /// Takes a person's accounts as they are now.
    pub fn put(&self, person: &Person) {
        let mut view = self.view.write().unwrap_or_else(PoisonError::into_inner);
        if view.accounts.get(&person.name).map_or(person.accounts.is_empty(), |known| *known == person.accounts) {
            return;
        }
        view.forget(&person.name);
        for account in &person.accounts {
            view.claimers.entry(account.clone()).or_default().insert(person.name.clone());
        }
        if !person.accounts.is_empty() {
            view.accounts.insert(person.name.clone(), person.accounts.clone());
        }
    }

    /// Forgets a deleted person's accounts.
    pub fn remove(&self, person: &PersonName) {
        self.view.write().unwrap_or_else(PoisonError::into_inner).forget(person);
    }

    /// Whose an account is; the name itself where it is no account, or not clearly somebody's.
    #[must_use]
    pub fn person_of(&self, name: &PersonName) -> PersonName {
        self.read().owner(name).unwrap_or(name).clone()
    }

    /// Whose an account is; nothing where it is no account, or not clearly somebody's.
    #[must_use]
    pub fn owner_of(&self, account: &PersonName) -> Option<PersonName> {
        self.read().owner(account).cloned()
    }

    /// Every name of whoever has this one: the person's, and those of all accounts.
    #[must_use]
    pub fn names_of(&self, name: &PersonName) -> BTreeSet<PersonName> {
        let view = self.read();
        let person = view.owner(name).unwrap_or(name);
        let accounts = view.accounts.get(person).into_iter().flatten();
        accounts.filter(|account| view.owner(account) == Some(person)).chain([person]).cloned().collect()
    }

    /// Whether both are names of the same person.
    #[must_use]
    pub fn same(&self, one: &PersonName, other: &PersonName) -> bool {
        let view = self.read();
        view.owner(one).unwrap_or(one) == view.owner(other).unwrap_or(other)
    }

    /// Everybody who claims an account, whether or not it counts.
    #[must_use]
    pub fn claimers_of(&self, account: &PersonName) -> BTreeSet<PersonName> {
        self.read().claimers.get(account).cloned().unwrap_or_default()
    }

    // Nothing panics half-way, so a poisoned lock still guards a whole view.
    fn read(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl View {
    /// Whose an account is: its one claimer's, as long as neither is both an account and somebody with accounts.
    fn owner(&self, account: &PersonName) -> Option<&PersonName> {
        let mut claimers = self.claimers.get(account)?.iter();
        let (Some(person), None) = (claimers.next(), claimers.next()) else { return None };
        let chained = self.accounts.contains_key(account) || self.claimers.contains_key(person);
        (!chained).then_some(person)
    }

    fn forget(&mut self, person: &PersonName) {
        for account in self.accounts.remove(person).unwrap_or_default() {
            if let Some(claimers) = self.claimers.get_mut(&account) {
                claimers.remove(person);
                if claimers.is_empty() {
                    self.claimers.remove(&account);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Moment, ResourceName};

    fn name(id: &str) -> PersonName {
        PersonName::from_id(id).unwrap()
    }

    fn claims(id: &str, accounts: &[&str]) -> Person {
        let accounts = accounts.iter().map(|id| name(id)).collect();
        Person { accounts, ..Person::stub(name(id), id.to_owned(), Moment::default()) }
    }

    fn aliases(people: &[(&str, &[&str])]) -> Aliases {
        let aliases = Aliases::default();
        for (id, accounts) in people {
            aliases.put(&claims(id, accounts));
        }
        aliases
    }

    fn names(aliases: &Aliases, id: &str) -> Vec<String> {
        aliases.names_of(&name(id)).into_iter().map(String::from).collect()
    }

    #[test]
    fn an_account_is_its_one_claimers() {
        let aliases = aliases(&[("ada", &["a1", "a2"]), ("bo", &["a2", "b1"])]);
        assert_eq!(aliases.person_of(&name("a1")), name("ada"));
        assert_eq!(aliases.person_of(&name("a2")), name("a2"), "two claim it");
        assert_eq!(["a1", "a2", "ada"].map(|id| aliases.owner_of(&name(id))), [Some(name("ada")), None, None]);
        assert_eq!(names(&aliases, "a1"), ["a1", "ada"]);
        assert_eq!(names(&aliases, "bo"), ["b1", "bo"]);
        assert_eq!(names(&aliases, "a2"), ["a2"]);
        assert!(aliases.same(&name("a1"), &name("ada")) && !aliases.same(&name("a1"), &name("bo")));
        assert_eq!(aliases.claimers_of(&name("a2")), BTreeSet::from([name("ada"), name("bo")]));
    }

    #[test]
    fn there_are_no_chains_and_nobody_is_an_account_of_their_own() {
        let aliases = aliases(&[("ada", &["bo", "ada"]), ("bo", &["cy"]), ("dee", &["d1"])]);
        for id in ["ada", "bo", "cy"] {
            assert_eq!(aliases.person_of(&name(id)), name(id));
            assert_eq!(names(&aliases, id), [id]);
        }
        assert_eq!(names(&aliases, "d1"), ["d1", "dee"]);
    }

    #[test]
    fn what_is_taken_back_or_deleted_no_longer_counts() {
        let aliases = aliases(&[("ada", &["a1", "a2"]), ("bo", &["a2"])]);
        aliases.put(&claims("ada", &["a2"]));
        assert_eq!(aliases.person_of(&name("a1")), name("a1"));
        aliases.remove(&name("bo"));
        assert_eq!(aliases.person_of(&name("a2")), name("ada"));
        aliases.remove(&name("ada"));
        assert_eq!(aliases.person_of(&name("a2")), name("a2"));
    }
}
