//! People found by several names at once, by what a source calls them, or by an alias. Nobody is picked by guess.

use std::collections::{BTreeSet, HashSet};

use crate::app::writes::Shown;
use crate::app::{App, AppError, Call};
use crate::domain::{Person, PersonName, Record, RecordKey, RecordKind, Source};

/// Several people who were asked for by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleBatch {
    /// Those whom the asker may see, in the order asked for, each once.
    pub people: Vec<Shown<Person>>,
    /// The names of the others, missing and hidden alike, in the order asked for, each once.
    pub not_found: Vec<PersonName>,
}

/// What is known of a person who is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonKey {
    /// What a source calls them.
    Source(Source),
    /// A handle, an e-mail address or the id.
    Alias(String),
}

impl App {
    /// The people of some names, as far as the asker may see them.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`] where not all of them are found in time.
    pub async fn batch_get_people(&self, call: &Call, names: &[PersonName]) -> Result<PeopleBatch, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut asked = HashSet::new();
        let people = names.iter().map(|name| (name, self.person_of(name)));
        let (names, people): (Vec<_>, Vec<_>) = people.filter(|(_, person)| asked.insert(person.clone())).unzip();
        let keys: Vec<RecordKey> = people.iter().cloned().map(RecordKey::Person).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let mut found = PeopleBatch { people: Vec::new(), not_found: Vec::new() };
        for ((name, person), stored) in names.into_iter().zip(people).zip(records) {
            if call.patience.is_over() {
                return Err(AppError::DeadlineExceeded);
            }
            let profile = stored.and_then(|stored| stored.record.into_person());
            match self.seen_person(call, &sight, &person, profile).await? {
                Some(person) => found.people.push(Shown::of(person)),
                None => found.not_found.push(name.clone()),
            }
        }
        Ok(found)
    }

    /// The one person who has a source's identifier or an alias.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nobody has it, where several have it, and for anonymous askers, in the same words.
    pub async fn lookup_person(&self, call: &Call, key: &PersonKey) -> Result<Shown<Person>, AppError> {
        self.freshen(call).await?;
        let holder = if self.sight(call).signed_in() { self.only_holder(call, key).await? } else { None };
        let person = match holder {
            Some(holder) => self.record(RecordKey::Person(holder), Record::into_person).await?,
            None => None,
        };
        person.map(|person| Shown::of(person.profile())).ok_or_else(|| AppError::not_found(key))
    }

    async fn only_holder(&self, call: &Call, key: &PersonKey) -> Result<Option<PersonName>, AppError> {
        match key {
            PersonKey::Source(source) => Ok(match self.backends.ledger.find_source(RecordKind::Person, source).await? {
                Some(RecordKey::Person(name)) => Some(self.person_of(&name)),
                _ => None,
            }),
            PersonKey::Alias(alias) => {
                let holders = self.holders(call, alias).await?;
                let mut people: BTreeSet<PersonName> = holders.iter().map(|holder| self.person_of(holder)).collect();
                Ok(people.pop_first().filter(|_| people.is_empty()))
            }
        }
    }

    /// Everybody who has an alias. Waits until the profiles know every person written before.
    pub(in crate::app) async fn holders(&self, call: &Call, alias: &str) -> Result<Vec<PersonName>, AppError> {
        self.projection.profiles_caught_up(self.rights.people_changed(), &call.patience).await?;
        Ok(self.backends.profiles.resolve(alias).await?)
    }
}

impl std::fmt::Display for PersonKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Source(source) => write!(f, "the person {:?} of the source {:?}", source.id, source.system),
            Self::Alias(alias) => write!(f, "the person with the alias {alias:?}"),
        }
    }
}
