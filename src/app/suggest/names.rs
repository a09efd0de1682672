//! People and communities by name, as the directories find them for this asker.
//!
//! A name is written as people read it where it means nobody else to this asker, and as an ID otherwise.

use futures::future::try_join_all;

use super::highlight::beginnings;
use super::{Asked, SuggestionFound, SuggestionSort};
use crate::app::AppError;
use crate::app::directory::{CommunityFound, FindPeople, PersonFound};
use crate::directory::{How, Match};
use crate::domain::ResourceName;
use crate::query::Completion;

impl Asked<'_> {
    /// People, best first; by all words in a row, or else by the last.
    pub(super) async fn people(&self) -> Result<Vec<SuggestionFound>, AppError> {
        if !self.wants(SuggestionSort::Person) {
            return Ok(Vec::new());
        }
        for (typed, from) in self.readings() {
            let wanted = FindPeople { query: typed.to_owned(), limit: self.limit, ..FindPeople::default() };
            let found = self.app.find_people(self.call, wanted).await?.people;
            let suggestions = try_join_all(found.into_iter().map(|found| self.person(found, typed, from))).await?;
            let suggestions: Vec<SuggestionFound> = suggestions.into_iter().flatten().collect();
            if !suggestions.is_empty() {
                return Ok(suggestions);
            }
        }
        Ok(Vec::new())
    }

    async fn person(&self, found: PersonFound, typed: &str, from: usize) -> Result<Option<SuggestionFound>, AppError> {
        let person = found.person;
        let called = self.app.people_called(self.call, &self.sight, &person.display_name).await?;
        let means_nobody_else = called.len() == 1 && called.contains(&person.name);
        let by = |name: &str| self.suggestion(SuggestionSort::Person, Completion::Person(name), from);
        let by_name = means_nobody_else.then(|| by(&person.display_name)).flatten();
        let Some(suggestion) = by_name.or_else(|| by(person.name.id())) else { return Ok(None) };
        let text = if person.display_name.is_empty() { person.name.id() } else { &person.display_name }.to_owned();
        Ok(Some(SuggestionFound {
            highlights: beginnings(&text, typed),
            text,
            name: person.name.to_string(),
            person: Some(person),
            corrected: is_misspelt(&found.matches),
            ..suggestion
        }))
    }

    /// Communities, best first; likewise.
    pub(super) async fn communities(&self) -> Result<Vec<SuggestionFound>, AppError> {
        if !self.wants(SuggestionSort::Community) {
            return Ok(Vec::new());
        }
        for (typed, from) in self.readings() {
            let found = self.app.find_communities(self.call, typed, self.limit).await?.communities;
            let suggestions = try_join_all(found.into_iter().map(|found| self.community(found, typed, from))).await?;
            let suggestions: Vec<SuggestionFound> = suggestions.into_iter().flatten().collect();
            if !suggestions.is_empty() {
                return Ok(suggestions);
            }
        }
        Ok(Vec::new())
    }

    async fn community(&self, found: CommunityFound, typed: &str, from: usize) -> Result<Option<SuggestionFound>, AppError> {
        let community = found.community.value;
        let called = self.app.communities_called(self.call, &self.sight, &community.display_name).await?;
        let means_nothing_else = called == [community.name.clone()];
        let by = |name: &str| self.suggestion(SuggestionSort::Community, Completion::Community(name), from);
        let by_name = means_nothing_else.then(|| by(&community.display_name)).flatten();
        let Some(suggestion) = by_name.or_else(|| by(community.name.id())) else { return Ok(None) };
        let text = if community.display_name.is_empty() { community.name.id() } else { &community.display_name }.to_owned();
        Ok(Some(SuggestionFound {
            highlights: beginnings(&text, typed),
            text,
            name: community.name.to_string(),
            corrected: is_misspelt(&found.matches),
            ..suggestion
        }))
    }
}

fn is_misspelt(matches: &[Match]) -> bool {
    matches.iter().any(|met| met.how == How::Misspelt)
}
