//! People: read, list, change, delete, and who may see whom.
//!
//! A signed-in asker sees every profile. Anonymous sees somebody only through a visible document, and then the name only.
//! Somebody without a profile, whom documents name as an author, is a stub: nothing is stored for it, and whoever sees such
//! a document sees the stub.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::listing::Page;
use super::patch::PersonPatch;
use super::writes::{Acknowledged, Draft, Shown, WriteOptions};
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Moment, Person, PersonName, Record, RecordKey, RecordKind, ResourceName, Revision, Role};
use crate::index::{Ask, CountHits, Order};
use crate::query::{Filter, Query};

/// Of how many people it is asked at once whether they speak.
const SPEAKERS_AT_ONCE: usize = 64;

impl App {
    /// A person whom the asker may see.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing or hidden, in the same words.
    pub async fn get_person(&self, call: &Call, name: &PersonName) -> Result<Shown<Person>, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let profile = self.profile(name).await?;
        if let (Some(person), true) = (&profile, sight.signed_in()) {
            return Ok(Shown::of(person.clone()));
        }
        if self.speaks_visibly(call, &sight, name).await? {
            return Ok(Shown::of(card(name, profile, &sight)));
        }
        Err(AppError::not_found(name))
    }

    /// The profiles that the asker may see, ascending by name. Stubs have none and are not listed.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`] where the page is not full in time.
    pub async fn list_people(&self, call: &Call, after: Option<&PersonName>, limit: usize) -> Result<Page<Person>, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut scan = self.scan(call, RecordKind::Person, after.map(ResourceName::id));
        let mut page = Page::new();
        while let Some(record) = scan.next().await? {
            let Record::Person(person) = record else { continue };
            if !sight.signed_in() && !self.speaks_visibly(call, &sight, &person.name).await? {
                continue;
            }
            if page.add(card(&person.name.clone(), Some(person), &sight), limit) {
                break;
            }
        }
        Ok(page)
    }

    /// Makes or changes a profile.
    ///
    /// # Errors
    /// What [`App`]'s writes share.
    pub async fn update_person(
        &self,
        call: &Call,
        name: PersonName,
        patch: PersonPatch,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<Person>>, AppError> {
        Self::authorise_write(call)?;
        let of = name.clone();
        let done = self
            .change(RecordKey::Person(name.clone()), options, |present, now| {
                std::future::ready(Ok(Draft::alone(Record::Person(changed_person(&of, present.as_ref(), &patch, now)))))
            })
            .await?;
        done.shown(Record::into_person, &name)
    }

    /// Deletes a profile; documents keep naming the person, who is a stub from then on.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing and that is not allowed.
    pub async fn delete_person(&self, call: &Call, name: PersonName, options: &WriteOptions) -> Result<Revision, AppError> {
        Self::authorise_write(call)?;
        self.remove(RecordKey::Person(name), options).await
    }

    /// People as they are shown beside documents that the asker sees already: a stub where there is no profile.
    pub(super) async fn cards(&self, names: &[PersonName], sight: &Sight) -> Result<HashMap<PersonName, Person>, AppError> {
        let profiles = self.backends.profiles.people(names).await?;
        Ok(names.iter().zip(profiles).map(|(name, profile)| (name.clone(), card(name, profile, sight))).collect())
    }

    /// The profiles of people as they are shown, in the names' order; nothing where there is none.
    pub(super) async fn profiles_shown(&self, names: &[PersonName], sight: &Sight) -> Result<Vec<Option<Person>>, AppError> {
        let profiles = self.backends.profiles.people(names).await?;
        Ok(names.iter().zip(profiles).map(|(name, profile)| profile.map(|person| card(name, Some(person), sight))).collect())
    }

    /// Whether a person has any role but being mentioned in a document that the asker may see.
    pub(super) async fn speaks_visibly(&self, call: &Call, sight: &Sight, name: &PersonName) -> Result<bool, AppError> {
        let ask = spoken_by(vec![name.clone()], 1, call, sight);
        Ok(!self.backends.index.search(ask).await?.hits.is_empty())
    }

    /// Those of some people who speak visibly. Each search finds at least one of them, or that all the others are silent.
    pub(super) async fn speakers(
        &self,
        call: &Call,
        sight: &Sight,
        names: &[PersonName],
    ) -> Result<HashSet<PersonName>, AppError> {
        let mut speaking = HashSet::new();
        for some in names.chunks(SPEAKERS_AT_ONCE) {
            let mut silent: BTreeSet<PersonName> = some.iter().cloned().collect();
            while !silent.is_empty() {
                let ask = spoken_by(silent.iter().cloned().collect(), SPEAKERS_AT_ONCE, call, sight);
                let hits = self.backends.index.search(ask).await?.hits;
                let people = hits.into_iter().flat_map(|hit| hit.people).filter(|part| part.role != Role::Mentioned);
                let before = silent.len();
                speaking.extend(people.filter_map(|part| silent.take(&part.person)));
                if silent.len() == before {
                    break;
                }
            }
        }
        Ok(speaking)
    }
}

/// Asks for the newest documents in which any of some people has a role but being mentioned.
fn spoken_by(people: Vec<PersonName>, limit: usize, call: &Call, sight: &Sight) -> Ask {
    Ask {
        query: Query::default(),
        filter: Filter { people, ..Filter::default() },
        sight: sight.clone(),
        order: Order::Newest,
        after: None,
        limit,
        count: CountHits::No,
        patience: call.patience.clone(),
    }
}

/// A person as an asker sees them: the whole profile when signed in, name and kind otherwise.
fn card(name: &PersonName, profile: Option<Person>, sight: &Sight) -> Person {
    let stub = || Person::stub(name.clone(), name.id().to_owned(), Moment::default());
    match profile {
        None => stub(),
        Some(person) if sight.signed_in() => person,
        Some(person) => Person { display_name: person.display_name, kind: person.kind, stub: false, ..stub() },
    }
}

fn changed_person(name: &PersonName, present: Option<&Record>, patch: &PersonPatch, now: Moment) -> Person {
    let present = match present {
        Some(Record::Person(person)) => Some(person),
        _ => None,
    };
    let mut person = present.cloned().unwrap_or_else(|| Person::stub(name.clone(), name.id().to_owned(), now));
    patch.for_present(present.is_some()).apply(&mut person);
    if present.is_some_and(|present| *present != person) {
        person.updated = now;
    }
    person
}
