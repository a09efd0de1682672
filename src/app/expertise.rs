//! What somebody knows, from three sides that are kept apart: what they say, what others say, and what can be inferred from what
//! the asker may read.
//!
//! The inferred part is summed from tallies over the gates that the asker passes. Tallies lag behind the ledger, so an answer
//! waits until the profiles have applied everything that took rights away.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::people::card;
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Hashtag, Moment, Person, PersonName, RecordKey, Role, Skill};
use crate::storage::profiles::Month;

/// Endorsers of a skill who are shown; part of what the API promises, so no setting.
const ENDORSERS: usize = 5;

/// What somebody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expertise {
    /// Who.
    pub person: Person,
    /// What they say themselves.
    pub declared: Vec<String>,
    /// What others say, the most endorsed first.
    pub endorsed: Vec<EndorsedSkill>,
    /// What the documents say that the asker may read, the topic of most of them first.
    pub inferred: Vec<InferredTopic>,
}

/// A skill of which others say that somebody has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndorsedSkill {
    /// The skill, as the person writes it, or normalised.
    pub skill: String,
    /// The newest endorsers.
    pub endorsers: Vec<Person>,
    /// How many there are.
    pub count: usize,
    /// The newest endorsement.
    pub last: Moment,
}

/// A topic about which somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferredTopic {
    /// The topic.
    pub topic: Hashtag,
    /// How many documents speak, by the person's strongest role in each.
    pub documents: BTreeMap<Role, u32>,
    /// The month of the oldest of them.
    pub first: Month,
    /// The month of the newest of them.
    pub last: Month,
}

impl InferredTopic {
    fn total(&self) -> u64 {
        self.documents.values().map(|count| u64::from(*count)).sum()
    }
}

impl App {
    /// What somebody knows, as far as the asker may see it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the person is missing or hidden, in the same words; [`AppError::DeadlineExceeded`] where the
    /// profiles do not catch up in time.
    pub async fn get_expertise(&self, call: &Call, name: &PersonName) -> Result<Expertise, AppError> {
        self.freshen(call).await?;
        self.projection.profiles_caught_up(self.rights.taken_away(), &call.patience).await?;
        let sight = self.sight(call);
        let name = &self.person_of(name);
        let record = self.person_record(name).await?;
        let person = self.seen_person(call, &sight, name, record.clone()).await?.ok_or_else(|| AppError::not_found(name))?;
        let inferred = self.inferred(&sight, name).await?;
        let (declared, endorsed) = match record.filter(|_| sight.signed_in()) {
            Some(record) => (record.skills.clone(), self.endorsed(&sight, &record).await?),
            None => (Vec::new(), Vec::new()),
        };
        Ok(Expertise { person, declared, endorsed, inferred })
    }

    async fn inferred(&self, sight: &Sight, name: &PersonName) -> Result<Vec<InferredTopic>, AppError> {
        let names: Vec<PersonName> = self.memberships.aliases().names_of(name).into_iter().collect();
        let mut topics: BTreeMap<Hashtag, InferredTopic> = BTreeMap::new();
        for tally in self.backends.profiles.tallies(&names).await? {
            let Some(topic) = tally.topic.filter(|_| speaks(tally.role) && sight.passes(&tally.gates)) else { continue };
            let blank =
                || InferredTopic { topic: topic.clone(), documents: BTreeMap::new(), first: tally.month, last: tally.month };
            let known = topics.entry(topic.clone()).or_insert_with(blank);
            let count = known.documents.entry(tally.role).or_default();
            *count = count.saturating_add(tally.count);
            known.first = known.first.min(tally.month);
            known.last = known.last.max(tally.month);
        }
        let mut topics: Vec<InferredTopic> = topics.into_values().collect();
        topics.sort_by_key(|topic| Reverse(topic.total()));
        topics.truncate(self.settings.limits.topics_per_person);
        Ok(topics)
    }

    /// Endorsements by others who have a profile, each under one name.
    async fn endorsed(&self, sight: &Sight, person: &Person) -> Result<Vec<EndorsedSkill>, AppError> {
        let mut skills: Vec<(&Skill, BTreeMap<PersonName, Moment>)> = Vec::new();
        for (skill, endorsers) in &person.endorsements {
            let mut said = BTreeMap::new();
            for (endorser, at) in endorsers {
                let newest = said.entry(self.person_of(endorser)).or_insert(*at);
                *newest = (*newest).max(*at);
            }
            said.remove(&person.name);
            skills.push((skill, said));
        }
        let names: BTreeSet<&PersonName> = skills.iter().flat_map(|(_, said)| said.keys()).collect();
        let keys: Vec<RecordKey> = names.into_iter().cloned().map(RecordKey::Person).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let profiles = records.into_iter().flatten().filter_map(|stored| stored.record.into_person());
        let cards: HashMap<PersonName, Person> =
            profiles.map(|profile| (profile.name.clone(), card(&profile.name.clone(), Some(profile), sight))).collect();
        let mut endorsed: Vec<EndorsedSkill> =
            skills.into_iter().filter_map(|(skill, said)| shown(written(person, skill), &said, &cards)).collect();
        // Skills come in their order, which a stable sort keeps among equals.
        endorsed.sort_by_key(|skill| Reverse(skill.count));
        endorsed.truncate(self.settings.limits.topics_per_person);
        Ok(endorsed)
    }
}

/// A skill with those endorsers who have a card; nothing where none has.
fn shown(skill: String, said: &BTreeMap<PersonName, Moment>, cards: &HashMap<PersonName, Person>) -> Option<EndorsedSkill> {
    let mut said: Vec<(Moment, &Person)> = said.iter().filter_map(|(name, at)| Some((*at, cards.get(name)?))).collect();
    said.sort_by_key(|(at, _)| Reverse(*at));
    let last = said.first()?.0;
    let endorsers = said.iter().take(ENDORSERS).map(|(_, card)| (*card).clone()).collect();
    Some(EndorsedSkill { skill, endorsers, count: said.len(), last })
}

/// Whether somebody in a role shows what they know: asking and being mentioned does not.
fn speaks(role: Role) -> bool {
    match role {
        Role::Author | Role::Contributor | Role::Answerer | Role::Reviewer => true,
        Role::Asker | Role::Mentioned => false,
    }
}

/// A skill as the person writes it, or normalised.
fn written(person: &Person, skill: &Skill) -> String {
    let own = person.skills.iter().find(|own| Skill::parse(own).as_ref() == Ok(skill));
    own.cloned().unwrap_or_else(|| skill.as_str().to_owned())
}
