//! What somebody knows, from three sides that are kept apart: what they say, what others say, and what can be inferred from what
//! the asker may read.
//!
//! The inferred part, which `topics.rs` makes, lags behind the ledger, so an answer waits until the profiles have applied everything
//! that took rights away.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::people::card;
use super::topics::InferredTopic;
use super::{App, AppError, Call};
use crate::access::Sight;
use crate::domain::{Moment, Person, PersonName, RecordKey, Skill};

/// Endorsers of a skill who are shown; part of what the API promises, so no setting.
const ENDORSERS: usize = 5;

/// What somebody knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Expertise {
    /// Who.
    pub person: Person,
    /// What they say themselves.
    pub declared: Vec<String>,
    /// What others say, the most endorsed first.
    pub endorsed: Vec<EndorsedSkill>,
    /// What the documents say that the asker may read, the strongest topic first.
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

impl App {
    /// What somebody knows, as far as the asker may see it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the person is missing or hidden, in the same words; [`AppError::DeadlineExceeded`] where the
    /// profiles do not catch up, or the searches for evidence do not end, in time; [`AppError::Overloaded`].
    pub async fn get_expertise(&self, call: &Call, name: &PersonName) -> Result<Expertise, AppError> {
        self.freshen(call).await?;
        self.projection.profiles_caught_up(self.rights.taken_away(), &call.patience).await?;
        let sight = self.sight(call);
        let owner = self.person_of(name);
        let record = self.person_record(&owner).await?;
        let person = self.seen_person(call, &sight, &owner, record.clone()).await?.ok_or_else(|| AppError::not_found(name))?;
        let inferred = self.inferred(call, &sight, &owner).await?;
        let (declared, endorsed) = match record.filter(|_| sight.signed_in()) {
            Some(record) => {
                let mut endorsed =
                    self.endorsed(&sight, std::slice::from_ref(&record), |_| true).await?.pop().unwrap_or_default();
                endorsed.truncate(self.settings.limits.topics_per_person);
                (record.skills, endorsed)
            }
            None => (Vec::new(), Vec::new()),
        };
        Ok(Expertise { person, declared, endorsed, inferred })
    }

    /// Endorsements of some people by others who have a profile, each under one name; in the people's order. Of the skills that are
    /// `wanted`, as the person writes them, or normalised.
    pub(super) async fn endorsed(
        &self,
        sight: &Sight,
        people: &[Person],
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<Vec<EndorsedSkill>>, AppError> {
        let said: Vec<Vec<Said>> = people.iter().map(|person| self.said_of(person, &wanted)).collect();
        let names: BTreeSet<&PersonName> = said.iter().flatten().flat_map(|(_, said)| said.keys()).collect();
        let keys: Vec<RecordKey> = names.into_iter().cloned().map(RecordKey::Person).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let profiles = records.into_iter().flatten().filter_map(|stored| stored.record.into_person());
        let cards: HashMap<PersonName, Person> =
            profiles.map(|profile| (profile.name.clone(), card(&profile.name.clone(), Some(profile), sight))).collect();
        let endorsed = |skills: Vec<Said>| {
            let mut endorsed: Vec<EndorsedSkill> =
                skills.into_iter().filter_map(|(skill, said)| shown(skill, &said, &cards)).collect();
            // Skills come in their order, which a stable sort keeps among equals.
            endorsed.sort_by_key(|skill| Reverse(skill.count));
            endorsed
        };
        Ok(said.into_iter().map(endorsed).collect())
    }

    /// What others say of a person, whether or not they still have a profile, by skill.
    fn said_of(&self, person: &Person, wanted: impl Fn(&str) -> bool) -> Vec<Said> {
        let mut skills = Vec::new();
        for (skill, endorsers) in &person.endorsements {
            let skill = written(person, skill);
            if !wanted(&skill) {
                continue;
            }
            let mut said = BTreeMap::new();
            for (endorser, at) in endorsers {
                let newest = said.entry(self.person_of(endorser)).or_insert(*at);
                *newest = (*newest).max(*at);
            }
            said.remove(&person.name);
            skills.push((skill, said));
        }
        skills
    }
}

/// A skill as it is written, and who says since when that somebody has it.
type Said = (String, BTreeMap<PersonName, Moment>);

/// A skill with those endorsers who have a card; nothing where none has.
fn shown(skill: String, said: &BTreeMap<PersonName, Moment>, cards: &HashMap<PersonName, Person>) -> Option<EndorsedSkill> {
    let mut said: Vec<(Moment, &Person)> = said.iter().filter_map(|(name, at)| Some((*at, cards.get(name)?))).collect();
    said.sort_by_key(|(at, _)| Reverse(*at));
    let last = said.first()?.0;
    let endorsers = said.iter().take(ENDORSERS).map(|(_, card)| (*card).clone()).collect();
    Some(EndorsedSkill { skill, endorsers, count: said.len(), last })
}

/// A skill as the person writes it, or normalised.
fn written(person: &Person, skill: &Skill) -> String {
    let own = person.skills.iter().find(|own| Skill::parse(own).as_ref() == Ok(skill));
    own.cloned().unwrap_or_else(|| skill.as_str().to_owned())
}
