//! Who belongs to communities: listing, letting in and taking out.
//!
//! Everybody may enter an open community that they see, and leave any; caretakers and holders of the write scope do it for
//! others. A change works with the next call of anybody, because rights follow the ledger's commits.

use std::collections::BTreeSet;

use super::communities::{sees, shows_people};
use super::writes::{Draft, WriteOptions};
use super::{App, AppError, Call, FieldFault};
use crate::access::{Scope, Sight};
use crate::domain::{Community, CommunityName, MembershipPolicy, Moment, PersonName, Record, RecordKey, Revision};

/// What the list of a community's people needs of an asker.
const MEMBERS_NEED: &str = "a place in the audience";
/// What letting somebody in or taking somebody out needs.
const CHANGE_NEEDS: &str = "a caretaker";

/// Somebody in a community.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonName,
    /// Whether they are a member.
    pub member: bool,
    /// Whether they take care of it.
    pub caretaker: bool,
}

/// A page of the people of a community, ascending by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembersPage {
    /// The people.
    pub members: Vec<Member>,
    /// Whether more follow after the last of them.
    pub more: bool,
}

/// In or out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    In,
    Out,
}

impl App {
    /// The members and caretakers of a community, ascending by name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the community is missing or hidden; [`AppError::NotAllowed`], or
    /// [`AppError::Unauthenticated`] for nobody, where the asker sees no more than that it exists.
    pub async fn list_members(
        &self,
        call: &Call,
        community: &CommunityName,
        after: Option<&PersonName>,
        limit: usize,
    ) -> Result<MembersPage, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let community = self.community_seen(&sight, community).await?;
        if !shows_people(&community, &sight) {
            return Err(not_allowed(call, &community, MEMBERS_NEED));
        }
        let people: BTreeSet<&PersonName> = community.members.iter().chain(&community.caretakers).collect();
        let mut waiting = people.into_iter().filter(|person| after.is_none_or(|after| *person > after));
        let members = waiting.by_ref().take(limit).map(|person| Member {
            person: person.clone(),
            member: community.members.contains(person),
            caretaker: community.caretakers.contains(person),
        });
        let members = members.collect();
        Ok(MembersPage { members, more: waiting.next().is_some() })
    }

    /// Lets somebody into a community.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`]; [`AppError::NotFound`] where the community is missing or hidden; [`AppError::NotAllowed`];
    /// [`AppError::Invalid`] where it has as many members as it may have; and what [`App`]'s writes share.
    pub async fn add_member(
        &self,
        call: &Call,
        community: &CommunityName,
        person: &PersonName,
        options: &WriteOptions,
    ) -> Result<Revision, AppError> {
        self.step(call, community, person, Step::In, options).await
    }

    /// Takes somebody out of a community.
    ///
    /// # Errors
    /// As [`App::add_member`].
    pub async fn remove_member(
        &self,
        call: &Call,
        community: &CommunityName,
        person: &PersonName,
        options: &WriteOptions,
    ) -> Result<Revision, AppError> {
        self.step(call, community, person, Step::Out, options).await
    }

    async fn step(
        &self,
        call: &Call,
        name: &CommunityName,
        person: &PersonName,
        step: Step,
        options: &WriteOptions,
    ) -> Result<Revision, AppError> {
        if call.asker.name().is_none() && !call.asker.holds(Scope::Write) {
            return Err(AppError::Unauthenticated);
        }
        let change = |present: Option<Record>, now: Moment| {
            let community = present.and_then(Record::into_community).ok_or_else(|| AppError::not_found(name))?;
            self.check_step(call, &community, person, step)?;
            let most = self.settings.limits.community_members;
            stepped(community, person, step, most, now).map(|community| Draft::alone(Record::Community(community)))
        };
        // Asked before anything is said about a repeated request.
        change(self.community(name).await?.map(Record::Community), self.clock.now())?;
        let key = RecordKey::Community(name.clone());
        Ok(self.change(key, options, |present, now| std::future::ready(change(present, now))).await?.revision)
    }

    fn check_step(&self, call: &Call, community: &Community, person: &PersonName, step: Step) -> Result<(), AppError> {
        if call.asker.holds(Scope::Write) {
            return Ok(());
        }
        let sight = self.sight(call);
        if !sees(community, &sight) {
            return Err(AppError::not_found(&community.name));
        }
        let themselves = self.is_themselves(call, person);
        let free = step == Step::Out || community.policy == MembershipPolicy::Open;
        if themselves && free || sight.takes_care_of(&community.name) {
            Ok(())
        } else {
            Err(not_allowed(call, community, CHANGE_NEEDS))
        }
    }

    async fn community_seen(&self, sight: &Sight, name: &CommunityName) -> Result<Community, AppError> {
        let community = self.community(name).await?.filter(|community| sees(community, sight));
        community.ok_or_else(|| AppError::not_found(name))
    }
}

fn stepped(mut community: Community, person: &PersonName, step: Step, most: usize, now: Moment) -> Result<Community, AppError> {
    let changed = match step {
        Step::In => community.members.insert(person.clone()),
        Step::Out => community.members.remove(person),
    };
    if step == Step::In && community.members.len() > most {
        let told = format!("has {most} members already; limits.community_members allows no more");
        return Err(AppError::Invalid(vec![FieldFault::new("parent", told)]));
    }
    if changed {
        community.updated = now;
    }
    Ok(community)
}

fn not_allowed(call: &Call, community: &Community, needs: &'static str) -> AppError {
    match call.asker.name() {
        Some(_) => AppError::NotAllowed { name: community.name.to_string(), needs },
        None => AppError::Unauthenticated,
    }
}
