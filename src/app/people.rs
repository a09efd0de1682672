//! People: read, list, change, delete, and who may see whom.
//!
//! A signed-in asker sees every profile. Anonymous sees somebody only through a visible document, and then the name only.
//! Somebody without a profile, whom documents name as an author, is a stub: nothing is stored for it, and whoever sees such
//! a document sees the stub. Whoever is asked for under the name of a linked account is the person whose account it is.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::listing::Page;
use super::patch::PersonPatch;
use super::writes::{Acknowledged, Draft, Presence, Shown, WriteOptions};
use super::{App, AppError, Call};
use crate::access::{Scope, Sight};
use crate::domain::{Moment, Person, PersonName, Record, RecordKey, RecordKind, ResourceName, Revision, Role};
use crate::index::{Ask, Order};
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
        let person = self.person_of(name);
        let profile = self.person_record(&person).await?;
        self.seen_person(call, &sight, &person, profile).await?.map(Shown::of).ok_or_else(|| AppError::not_found(name))
    }

    /// A person as far as a sight may see them: nothing where they are hidden, or nobody.
    pub(super) async fn seen_person(
        &self,
        call: &Call,
        sight: &Sight,
        name: &PersonName,
        profile: Option<Person>,
    ) -> Result<Option<Person>, AppError> {
        let known = sight.signed_in() && profile.is_some();
        let visible = known || self.speaks_visibly(call, sight, name).await?;
        Ok(visible.then(|| card(name, profile, sight)))
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
            if self.person_of(&person.name) != person.name {
                continue;
            }
            if !sight.signed_in() && !self.speaks_visibly(call, &sight, &person.name).await? {
                continue;
            }
            if page.add(card(&person.name.clone(), Some(person), &sight), limit) {
                break;
            }
        }
        Ok(page)
    }

    /// Makes or changes a profile. Without the write scope people change theirs, as far as it is about what they know and where.
    /// [`Presence::Refused`] makes one and changes none.
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
        let makes = options.presence == Presence::Refused;
        let themselves = !makes && !call.asker.holds(Scope::Write) && self.is_themselves(call, &name);
        let change = |present: Option<Person>, now: Moment| {
            let person = changed_person(&name, present.as_ref(), &patch, now);
            let own = present.is_some_and(|present| patch.is_own(&present, &person));
            if themselves && !own { Self::authorise_write(call).map(|()| person) } else { Ok(person) }
        };
        if themselves {
            // Asked before anything is said about a repeated request.
            change(self.person_record(&name).await?, self.clock.now())?;
        } else {
            Self::authorise_write(call)?;
        }
        let prepare = |present: Option<Record>, now| {
            let changed = change(present.and_then(Record::into_person), now);
            std::future::ready(changed.map(|person| Draft::alone(Record::Person(person))))
        };
        let done = self.change(RecordKey::Person(name.clone()), options, prepare).await?;
        done.shown(|record| record.into_person().map(Person::profile), &name)
    }

    /// Deletes a profile; documents keep naming the person, who is a stub from then on.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing and that is not allowed.
    pub async fn delete_person(&self, call: &Call, name: PersonName, options: &WriteOptions) -> Result<Revision, AppError> {
        Self::authorise_write(call)?;
        self.remove(RecordKey::Person(name), options).await
    }

    /// The people of names as they are shown beside documents that the asker sees already: a stub where there is no profile.
    pub(super) async fn cards(&self, names: &[PersonName], sight: &Sight) -> Result<HashMap<PersonName, Person>, AppError> {
        let people: Vec<PersonName> = names.iter().map(|name| self.person_of(name)).collect();
        let profiles = self.backends.profiles.people(&people).await?;
        let cards = people.iter().zip(profiles).map(|(person, profile)| card(person, profile, sight));
        Ok(names.iter().cloned().zip(cards).collect())
    }

    /// A filter by which documents are found under every name of its people.
    pub(super) fn under_every_name(&self, mut filter: Filter) -> Filter {
        let names: BTreeSet<PersonName> =
            filter.people.iter().flat_map(|name| self.memberships.aliases().names_of(name)).collect();
        filter.people = names.into_iter().collect();
        filter
    }

    /// The profiles of people as they are shown, in the names' order; nothing where there is none.
    pub(super) async fn profiles_shown(&self, names: &[PersonName], sight: &Sight) -> Result<Vec<Option<Person>>, AppError> {
        let profiles = self.backends.profiles.people(names).await?;
        Ok(names.iter().zip(profiles).map(|(name, profile)| profile.map(|person| card(name, Some(person), sight))).collect())
    }

    /// Whether a person, under any name, has any role but being mentioned in a document that the asker may see.
    pub(super) async fn speaks_visibly(&self, call: &Call, sight: &Sight, name: &PersonName) -> Result<bool, AppError> {
        let ask = self.spoken_by(vec![name.clone()], 1, call, sight);
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
                let ask = self.spoken_by(silent.iter().cloned().collect(), SPEAKERS_AT_ONCE, call, sight);
                let hits = self.backends.index.search(ask).await?.hits;
                let people = hits.into_iter().flat_map(|hit| hit.people).filter(|part| part.role != Role::Mentioned);
                let before = silent.len();
                speaking.extend(people.filter_map(|part| silent.take(&self.person_of(&part.person))));
                if silent.len() == before {
                    break;
                }
            }
        }
        Ok(speaking)
    }

    /// Asks for the newest documents in which any of some people, under any name, has a role but being mentioned.
    pub(super) fn spoken_by(&self, people: Vec<PersonName>, limit: usize, call: &Call, sight: &Sight) -> Ask {
        Ask {
            filter: self.under_every_name(Filter { people, ..Filter::default() }),
            order: Order::Newest,
            limit,
            ..self.asked(call, sight, Query::default())
        }
    }
}

/// A person as an asker sees them: the whole profile when signed in, name and kind otherwise.
pub(super) fn card(name: &PersonName, profile: Option<Person>, sight: &Sight) -> Person {
    let stub = || Person::stub(name.clone(), name.id().to_owned(), Moment::default());
    match profile {
        None => stub(),
        Some(person) if sight.signed_in() => person.profile(),
        Some(person) => Person { display_name: person.display_name, kind: person.kind, stub: false, ..stub() },
    }
}

fn changed_person(name: &PersonName, present: Option<&Person>, patch: &PersonPatch, now: Moment) -> Person {
    let mut person = present.cloned().unwrap_or_else(|| Person::stub(name.clone(), name.id().to_owned(), now));
    patch.for_present(present.is_some()).apply(&mut person);
    if present.is_some_and(|present| *present != person) {
        person.updated = now;
    }
    person
}
