//! From what was typed to what an index is asked: names are looked up for this asker, and what cannot be is told.
//!
//! Whoever is not signed in names people by ID only, and only those who speak in a document that they may read, so that no name
//! tells them of anybody. Missing and hidden warn alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::writes::off_thread;
use super::{App, AppError, Call, Warning};
use crate::access::Sight;
use crate::directory::{exact_words, folded};
use crate::domain::{CommunityName, Person, PersonName, ResourceName};
use crate::query::{Condition, Filter, Names, Query, Typed, contradicts};
use crate::storage::profiles::{PeopleAsk, PeopleFilter, Seen};

/// How many people met by a name are held against it, the best first: whoever is called exactly so is met before others.
const NAMESAKES: usize = 64;

/// What an index is asked, and what the answer says about how it was typed.
pub(super) struct Understood {
    /// The query; one that no document matches where it contradicts itself or the filter.
    pub(super) query: Query,
    /// In the order of the text where they are about one.
    pub(super) warnings: Vec<Warning>,
}

impl App {
    /// What somebody typed, as this asker means it.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub(super) async fn understand(
        &self,
        call: &Call,
        sight: &Sight,
        typed: &Typed,
        filter: &Filter,
    ) -> Result<Understood, AppError> {
        let mut warnings: Vec<Warning> = typed.notes.iter().cloned().map(Warning::QuerySyntax).collect();
        let mut names = Names::default();
        for name in typed.tree.people() {
            let people = self.people_called(call, sight, name).await?;
            warnings.extend(told(name, people.len()));
            let every_name = people.iter().flat_map(|person| self.memberships.aliases().names_of(person));
            names.people.insert(name.to_owned(), every_name.collect());
        }
        for name in typed.tree.communities() {
            let communities = self.communities_called(call, sight, name).await?;
            warnings.extend(told(name, communities.len()));
            names.communities.insert(name.to_owned(), communities);
        }
        let languages = &self.settings.query_languages;
        let mut query = typed.tree.query(&names, self.clock.now(), languages, &self.curations.synonyms(languages));
        if contradicts(&query, filter) {
            warnings.push(Warning::Contradiction);
            (query.strict, query.relaxed) = (Condition::Nothing, Condition::Nothing);
        }
        Ok(Understood { query, warnings })
    }

    /// Whom an asker means by a name: the person of an ID, or else of a handle or an address, or else everybody who is called so.
    pub(super) async fn people_called(&self, call: &Call, sight: &Sight, name: &str) -> Result<BTreeSet<PersonName>, AppError> {
        if name == "me" {
            return Ok(call.asker.name().map(|asker| self.person_of(asker)).into_iter().collect());
        }
        if let Some(person) = by_id::<PersonName>(name)
            && self.knows_person(call, sight, &person).await?
        {
            return Ok(BTreeSet::from([self.person_of(&person)]));
        }
        if !sight.signed_in() {
            return Ok(BTreeSet::new());
        }
        let holders = self.holders(call, name).await?;
        if !holders.is_empty() {
            return Ok(holders.iter().map(|holder| self.person_of(holder)).collect());
        }
        self.namesakes(call, name).await
    }

    /// Whether an asker may learn that there is such a person.
    pub(super) async fn knows_person(&self, call: &Call, sight: &Sight, person: &PersonName) -> Result<bool, AppError> {
        let has_profile = sight.signed_in() && self.person_record(&self.person_of(person)).await?.is_some();
        Ok(has_profile || self.speaks_visibly(call, sight, person).await?)
    }

    /// Everybody whose display name is this one, but for case and accents. The profiles know every person written before: aliases
    /// were looked up.
    async fn namesakes(&self, call: &Call, name: &str) -> Result<BTreeSet<PersonName>, AppError> {
        let (patience, memberships) = (call.patience.clone(), Arc::clone(&self.memberships));
        let ask = PeopleAsk {
            words: Some(exact_words(name)),
            seen: Seen::Outline,
            filter: PeopleFilter::default(),
            owner: Arc::new(move |name| memberships.aliases().owner_of(name)),
            after: None,
            limit: NAMESAKES,
            is_over: Arc::new(move || patience.is_over()),
        };
        let met = self.backends.profiles.find(ask).await?.ok_or(AppError::DeadlineExceeded)?;
        let names: Vec<PersonName> = met.people.into_iter().map(|met| met.person).collect();
        let profiles = self.backends.profiles.people(&names).await?;
        let name = folded(name);
        let called = |profile: &Person| folded(&profile.display_name) == name;
        let namesakes = names.into_iter().zip(profiles).filter(|(_, profile)| profile.as_ref().is_some_and(called));
        Ok(namesakes.map(|(person, _)| person).collect())
    }

    /// What an asker means by the name of a community: the one of an ID, or else every one that is called so, as far as they may
    /// learn of it.
    pub(super) async fn communities_called(
        &self,
        call: &Call,
        sight: &Sight,
        name: &str,
    ) -> Result<Vec<CommunityName>, AppError> {
        if let Some(community) = by_id::<CommunityName>(name)
            && self.sees_community(sight, &community).await?
        {
            return Ok(vec![community]);
        }
        let (directory, typed) = (Arc::clone(&self.communities), name.to_owned());
        let (of, patience) = (sight.clone(), call.patience.clone());
        let called = off_thread(move || directory.called(&of, &typed, NAMESAKES, &|| patience.is_over())).await?;
        called.ok_or(AppError::DeadlineExceeded)
    }
}

/// The resource of an ID, with or without its collection.
fn by_id<N: ResourceName>(name: &str) -> Option<N> {
    N::parse(name).or_else(|_| N::from_id(name)).ok()
}

fn told(name: &str, found: usize) -> Option<Warning> {
    match found {
        0 => Some(Warning::UnknownQueryName { name: name.to_owned() }),
        1 => None,
        count => Some(Warning::AmbiguousName { name: name.to_owned(), count }),
    }
}
