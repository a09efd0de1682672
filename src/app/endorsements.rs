//! What people say that others know: endorsing a skill, and taking that back.
//!
//! An endorsement is kept with the person it is about, beside the profile: no import and no change of the profile touches it.

use std::collections::{BTreeMap, BTreeSet};

use super::writes::{Draft, WriteOptions};
use super::{App, AppError, Call, FieldFault};
use crate::domain::{Moment, Person, PersonKind, PersonName, PersonState, Record, RecordKey, Revision, Skill};

/// Who may take back what another one said.
const NEEDS: &str = "the endorser or the owner";

impl App {
    /// Says that somebody has a skill, in the asker's name. Saying it twice changes nothing.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`]; [`AppError::NotFound`] where nobody has such a profile; [`AppError::Invalid`] for oneself, and
    /// where the person has as many endorsements as they may have; [`AppError::WrongState`] where the asker is no human being with
    /// a profile who is still there; and what [`App`]'s writes share.
    pub async fn endorse_skill(
        &self,
        call: &Call,
        name: &PersonName,
        skill: &Skill,
        options: &WriteOptions,
    ) -> Result<Revision, AppError> {
        let endorser = self.person_of(call.asker.name().ok_or(AppError::Unauthenticated)?);
        let (name, endorser) = (&self.person_of(name), &endorser);
        if endorser == name {
            return Err(AppError::Invalid(vec![FieldFault::new("name", "must be somebody else: nobody endorses themselves")]));
        }
        self.person_record(name).await?.ok_or_else(|| AppError::not_found(name))?;
        check_endorser(endorser, self.person_record(endorser).await?)?;
        let most = self.settings.limits.endorsements_per_person;
        self.change_person(name, options, |person, now| endorsed(person, skill, endorser, most, now)).await
    }

    /// Takes back what somebody said of a person. Taking back what was not said changes nothing.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`]; [`AppError::NotFound`] where nobody has such a profile; [`AppError::NotAllowed`] where the asker
    /// neither said it nor is the person; and what [`App`]'s writes share.
    pub async fn withdraw_endorsement(
        &self,
        call: &Call,
        name: &PersonName,
        skill: &Skill,
        endorser: Option<&PersonName>,
        options: &WriteOptions,
    ) -> Result<Revision, AppError> {
        let asker = call.asker.name().ok_or(AppError::Unauthenticated)?;
        let (name, endorser) = (&self.person_of(name), endorser.unwrap_or(asker));
        self.person_record(name).await?.ok_or_else(|| AppError::not_found(name))?;
        if !self.is_themselves(call, endorser) && !self.is_themselves(call, name) {
            return Err(AppError::NotAllowed { name: name.to_string(), needs: NEEDS });
        }
        // Said under another name of theirs, it is theirs all the same.
        let endorsers = self.memberships.aliases().names_of(endorser);
        self.change_person(name, options, |person, _| Ok(withdrawn(person, skill, &endorsers))).await
    }

    /// Changes what stands beside a profile.
    async fn change_person(
        &self,
        name: &PersonName,
        options: &WriteOptions,
        change: impl Fn(Person, Moment) -> Result<Person, AppError> + Send + Sync,
    ) -> Result<Revision, AppError> {
        let prepare = |present: Option<Record>, now: Moment| {
            let present = present.and_then(Record::into_person).ok_or_else(|| AppError::not_found(name));
            std::future::ready(present.and_then(|person| change(person, now)).map(|person| Draft::alone(Record::Person(person))))
        };
        Ok(self.change(RecordKey::Person(name.clone()), options, prepare).await?.revision)
    }
}

fn check_endorser(endorser: &PersonName, profile: Option<Person>) -> Result<(), AppError> {
    let why = match profile.map(|person| (person.kind, person.state)) {
        Some((PersonKind::Human, PersonState::Active)) => return Ok(()),
        Some((PersonKind::Human, PersonState::Left)) => "has left, and endorses nobody",
        Some((PersonKind::Bot | PersonKind::Shared, _)) => "is no human being, and endorses nobody",
        None => "has no profile, and endorses nobody",
    };
    Err(AppError::WrongState { name: endorser.to_string(), why })
}

fn endorsed(mut person: Person, skill: &Skill, endorser: &PersonName, most: usize, now: Moment) -> Result<Person, AppError> {
    let count: usize = person.endorsements.values().map(BTreeMap::len).sum();
    let endorsers = person.endorsements.entry(skill.clone()).or_default();
    if !endorsers.contains_key(endorser) && count >= most {
        let told = format!("has {count} endorsements already; limits.endorsements_per_person allows {most}");
        return Err(AppError::Invalid(vec![FieldFault::new("name", told)]));
    }
    endorsers.entry(endorser.clone()).or_insert(now);
    Ok(person)
}

fn withdrawn(mut person: Person, skill: &Skill, names: &BTreeSet<PersonName>) -> Person {
    if let Some(endorsers) = person.endorsements.get_mut(skill) {
        endorsers.retain(|endorser, _| !names.contains(endorser));
    }
    person.endorsements.retain(|_, endorsers| !endorsers.is_empty());
    person
}
