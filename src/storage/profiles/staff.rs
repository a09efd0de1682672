//! Everybody with a profile, in memory, as far as searches for people need it: the one place that both implementations share, so
//! that they agree by construction.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::ProfileChange;
use super::finding::{PeopleAfter, PeopleAsk, PeopleFilter, PeopleMet, PersonMet, Seen};
use super::gates::Digest;
use crate::directory::{Ask, Directory, Entry, Field, Fields, folded};
use crate::domain::{Language, Person, PersonKind, PersonName, PersonState, ResourceName};

/// Most bytes of a display name by which people are ordered; they must fit into a page token.
const SORTED_BYTES: usize = 64;
/// After how many people a search asks whether it should stop.
const ASK_EVERY: usize = 1_024;

/// Everybody with a profile.
#[derive(Debug, Default)]
pub(super) struct Staff {
    directory: Directory<PersonName>,
    facts: HashMap<PersonName, Facts>,
    /// By display name, then by name.
    order: BTreeSet<(Arc<str>, PersonName)>,
}

/// What filters look at.
#[derive(Clone, Debug)]
struct Facts {
    called: Arc<str>,
    kind: PersonKind,
    state: PersonState,
    unit: Option<Digest>,
    location: Option<Digest>,
    skills: Box<[Digest]>,
    languages: Box<[Language]>,
}

/// A change of the staff, worked out before anybody has to wait for it.
#[derive(Debug)]
pub(super) enum StaffChange {
    Put(Box<Member>),
    Remove(PersonName),
}

/// Somebody, ready to be put among the staff.
#[derive(Debug)]
pub(super) struct Member {
    name: PersonName,
    entry: Entry,
    facts: Facts,
}

impl StaffChange {
    /// What a change of the profiles means for the staff.
    pub(super) fn of(change: &ProfileChange) -> Option<Self> {
        match change {
            ProfileChange::PutPerson(person) => Some(Self::Put(Box::new(Member::of(person)))),
            ProfileChange::DeletePerson(name) => Some(Self::Remove(name.clone())),
            ProfileChange::PutDocument(_) | ProfileChange::DeleteDocument(_) => None,
        }
    }
}

impl Member {
    /// Somebody, by their profile.
    pub(super) fn of(person: &Person) -> Self {
        let single = [
            (Field::Name, person.display_name.as_str()),
            (Field::Id, person.name.id()),
            (Field::Title, &person.title),
            (Field::Unit, &person.unit),
            (Field::Location, &person.location),
        ];
        let each = |field: Field, texts: &'_ [String]| texts.iter().map(|text| (field, text.clone())).collect::<Vec<_>>();
        let listed =
            [each(Field::Handle, &person.handles), each(Field::Email, &person.emails), each(Field::Skill, &person.skills)]
                .concat();
        let texts = single.into_iter().chain(listed.iter().map(|(field, text)| (*field, text.as_str())));
        Self { name: person.name.clone(), entry: Entry::of(texts), facts: Facts::of(person) }
    }
}

impl Facts {
    fn of(person: &Person) -> Self {
        Self {
            called: called(&person.display_name).into(),
            kind: person.kind,
            state: person.state,
            unit: value(&person.unit),
            location: value(&person.location),
            skills: person.skills.iter().filter_map(|skill| value(skill)).collect(),
            languages: person.languages.clone().into(),
        }
    }
}

/// The first letters of a display name, folded.
fn called(display_name: &str) -> String {
    let mut called = folded(display_name);
    let end = (0..=SORTED_BYTES.min(called.len())).rev().find(|end| called.is_char_boundary(*end)).unwrap_or_default();
    called.truncate(end);
    called
}

/// A value as filters compare it; nothing where there is none.
fn value(text: &str) -> Option<Digest> {
    let folded = folded(text);
    (!folded.is_empty()).then(|| Digest::of(folded.as_bytes()))
}

impl Staff {
    /// Takes a change.
    pub(super) fn take(&mut self, change: StaffChange) {
        match change {
            StaffChange::Put(member) => self.put(*member),
            StaffChange::Remove(name) => {
                self.directory.remove(&name);
                if let Some(facts) = self.facts.remove(&name) {
                    self.order.remove(&(facts.called, name));
                }
            }
        }
    }

    /// Puts somebody, in the place of what they were before.
    pub(super) fn put(&mut self, member: Member) {
        let Member { name, entry, facts } = member;
        self.directory.put(name.clone(), &entry);
        let called = Arc::clone(&facts.called);
        if let Some(before) = self.facts.insert(name.clone(), facts)
            && before.called != called
        {
            self.order.remove(&(before.called, name.clone()));
        }
        self.order.insert((called, name));
    }

    /// Searches; nothing where the search was told to stop.
    pub(super) fn find(&self, ask: &PeopleAsk) -> Option<PeopleMet> {
        let rule = PeopleRule::of(&ask.filter, ask.seen);
        let admits = |name: &PersonName| self.facts.get(name).is_some_and(|facts| rule.admits_facts(name, facts));
        match &ask.words {
            Some(words) => {
                let fields = match ask.seen {
                    Seen::Whole => Fields::ALL,
                    Seen::Outline => Fields::only(&[Field::Name, Field::Id]),
                };
                let after = match &ask.after {
                    Some(PeopleAfter::Score(score, name)) => Some((*score, name)),
                    Some(PeopleAfter::Called(..)) | None => None,
                };
                let asked = Ask {
                    words,
                    fields,
                    found_as: &|name| match (ask.owner)(name) {
                        None => admits(name).then_some(Cow::Borrowed(name)),
                        // What names an account is no part of an outline.
                        Some(owner) => (ask.seen == Seen::Whole && admits(&owner)).then_some(Cow::Owned(owner)),
                    },
                    after,
                    limit: ask.limit,
                    is_over: &*ask.is_over,
                };
                let found = self.directory.find(&asked)?;
                let met = found.hits.into_iter().map(|hit| PersonMet {
                    place: PeopleAfter::Score(hit.score, hit.key.clone()),
                    person: hit.key,
                    score: hit.score,
                    matches: hit.matches,
                });
                Some(PeopleMet { people: met.collect(), more: found.more, count: found.count })
            }
            None => self.everybody(ask, &admits),
        }
    }

    fn everybody(&self, ask: &PeopleAsk, admits: &dyn Fn(&PersonName) -> bool) -> Option<PeopleMet> {
        let mut met = PeopleMet { people: Vec::new(), more: false, count: 0 };
        for (at, (called, person)) in self.order.iter().enumerate() {
            if at % ASK_EVERY == ASK_EVERY - 1 && (ask.is_over)() {
                return None;
            }
            if !admits(person) || (ask.owner)(person).is_some() {
                continue;
            }
            met.count += 1;
            let place = PeopleAfter::Called(called.to_string(), person.clone());
            if ask.after.as_ref().is_some_and(|after| place.order(after) != Ordering::Greater) {
                continue;
            }
            if met.people.len() == ask.limit {
                met.more = true;
            } else {
                met.people.push(PersonMet { person: person.clone(), score: 0, matches: Vec::new(), place });
            }
        }
        Some(met)
    }
}

/// A filter of people, ready to be held against many of them.
pub struct PeopleRule<'a> {
    filter: &'a PeopleFilter,
    seen: Seen,
    units: HashSet<Digest>,
    locations: HashSet<Digest>,
    skills: HashSet<Digest>,
}

impl<'a> PeopleRule<'a> {
    /// A filter, for somebody who sees so much of the profiles: what is not seen is not filtered by either.
    #[must_use]
    pub fn of(filter: &'a PeopleFilter, seen: Seen) -> Self {
        let values = |texts: &[String]| texts.iter().filter_map(|text| value(text)).collect();
        let (units, locations, skills) = (values(&filter.units), values(&filter.locations), values(&filter.skills));
        Self { filter, seen, units, locations, skills }
    }

    /// Whether it admits somebody, by their profile.
    #[must_use]
    pub fn admits(&self, person: &Person) -> bool {
        self.admits_outline(&person.name, person.kind, person.state)
            && (!self.asks_private() || self.admits_private(&Facts::of(person)))
    }

    fn admits_facts(&self, name: &PersonName, facts: &Facts) -> bool {
        self.admits_outline(name, facts.kind, facts.state) && (!self.asks_private() || self.admits_private(facts))
    }

    fn admits_outline(&self, name: &PersonName, kind: PersonKind, state: PersonState) -> bool {
        let Self { filter, .. } = self;
        let active = state == PersonState::Active;
        let wanted = if filter.states.is_empty() { active } else { filter.states.contains(&state) };
        let seen = self.seen == Seen::Whole || active;
        let kind = filter.kinds.is_empty() || filter.kinds.contains(&kind);
        wanted && seen && kind && filter.among.as_ref().is_none_or(|among| among.contains(name))
    }

    /// Whether it restricts what only some askers see.
    fn asks_private(&self) -> bool {
        let PeopleFilter { units, locations, skills, languages, .. } = self.filter;
        !(units.is_empty() && locations.is_empty() && skills.is_empty() && languages.is_empty())
    }

    fn admits_private(&self, facts: &Facts) -> bool {
        let Self { filter, units, locations, skills, .. } = self;
        let unit = filter.units.is_empty() || facts.unit.is_some_and(|unit| units.contains(&unit));
        let location = filter.locations.is_empty() || facts.location.is_some_and(|location| locations.contains(&location));
        let skill = filter.skills.is_empty() || facts.skills.iter().any(|skill| skills.contains(skill));
        let spoken = |wanted: &Language| facts.languages.contains(wanted);
        let language = filter.languages.is_empty() || filter.languages.iter().any(spoken);
        self.seen == Seen::Whole && unit && location && skill && language
    }
}
