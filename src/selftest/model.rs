//! What every asker may see of a world in the end, worked out from its script alone.
//!
//! Written apart from the rooms that it judges: it shares no rule with them but the messages of the API. Two worlds whose views
//! are equal for an asker must answer that asker alike.
//!
//! Proved below: 1. denies beat grants, and members are those of the end; 2. anonymous askers see of people what visible documents
//! name, and nobody outside sees when a community's people changed; 3. what stands for an account stands for its person.

use std::collections::BTreeMap;

use super::cast::Asker;
use super::script::{Script, Step};
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;

/// A resource as it was last written, with when it was made and when it last changed.
#[derive(Clone, Debug, PartialEq)]
struct Kept<T> {
    value: T,
    made: i64,
    changed: i64,
}

/// A world as it is in the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    people: BTreeMap<String, Kept<pb::Person>>,
    communities: BTreeMap<String, Kept<pb::Community>>,
    documents: BTreeMap<String, Kept<pb::Document>>,
}

/// What one asker may see of a world.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct View {
    documents: BTreeMap<String, Kept<pb::Document>>,
    communities: BTreeMap<String, Kept<pb::Community>>,
    people: BTreeMap<String, Kept<pb::Person>>,
    /// Who is in the communities that stand before documents which the asker takes care of.
    explained: BTreeMap<String, Vec<String>>,
}

fn put<T: PartialEq>(into: &mut BTreeMap<String, Kept<T>>, name: &str, value: T, at: i64) {
    match into.get_mut(name) {
        Some(kept) if kept.value == value => {}
        Some(kept) => {
            kept.value = value;
            kept.changed = at;
        }
        None => {
            into.insert(name.to_owned(), Kept { value, made: at, changed: at });
        }
    }
}

impl Model {
    /// The world that a script makes.
    pub(super) fn of(script: &Script) -> Self {
        let mut model = Self::default();
        for timed in &script.0 {
            model.take(&timed.step, timed.at);
        }
        model
    }

    /// Whether there is a document in the end.
    #[cfg(test)]
    pub(super) fn has_document(&self, name: &str) -> bool {
        self.documents.contains_key(name)
    }

    fn take(&mut self, step: &Step, at: i64) {
        match step {
            Step::PutPerson(person) => {
                let accounts = self.people.get(&person.name).map(|kept| kept.value.accounts.clone()).unwrap_or_default();
                put(&mut self.people, &person.name, pb::Person { accounts, ..person.clone() }, at);
            }
            Step::DeletePerson(name) => drop(self.people.remove(name)),
            Step::LinkAccount(link) => {
                if let Some(kept) = self.people.get(&link.person) {
                    let mut person = kept.value.clone();
                    person.accounts.push(link.alias.clone());
                    put(&mut self.people, &link.person, person, at);
                }
            }
            Step::PutCommunity(community) => put(&mut self.communities, &community.name, community.clone(), at),
            Step::SetMembers(change) => {
                if let Some(kept) = self.communities.get(&change.name) {
                    let value = pb::Community {
                        members: change.members.clone(),
                        caretakers: change.caretakers.clone(),
                        ..kept.value.clone()
                    };
                    put(&mut self.communities, &change.name, value, at);
                }
            }
            Step::DeleteCommunity(name) => drop(self.communities.remove(name)),
            Step::PutDocument(document) => self.put_document(document, at),
            Step::SetAudience(change) => self.regate(&change.name, |document| document.audience.clone_from(&change.audience)),
            Step::Moderate(change) => self.regate(&change.name, |document| {
                document.moderation = match change.action() {
                    pb::ModerationAction::Hide => Some(audience_of_nobody()),
                    pb::ModerationAction::Narrow => change.audience.clone(),
                    pb::ModerationAction::Lift | pb::ModerationAction::Unspecified => None,
                };
            }),
            Step::DeleteDocument(name) => drop(self.documents.remove(name)),
            // Both worlds have the endorsements of those who still have a profile in the end, and nobody else's count. Likewise they
            // have the same curations, whatever these name.
            Step::Endorse(..) | Step::Curate(_) | Step::Settle => {}
        }
    }

    /// A document says itself when it was made and changed, or the clock does. What caretakers said of it stays.
    fn put_document(&mut self, document: &pb::Document, at: i64) {
        let present = self.documents.get(&document.name).map(|kept| kept.value.clone());
        let mut document = document.clone();
        document.moderation = present.as_ref().and_then(|present| present.moderation.clone());
        if let Some(place) = &document.thread {
            // A reply is behind its root's audiences, as they are or were when it went.
            let root = self.documents.get(&place.root).map(|root| gates(&root.value));
            let stayed = present.filter(|present| present.thread.as_ref().is_some_and(|before| before.root == place.root));
            document.thread_audiences = root.or(stayed.map(|stayed| stayed.thread_audiences)).unwrap_or_default();
        }
        let name = document.name.clone();
        put(&mut self.documents, &name, document.clone(), at);
        if let Some(kept) = self.documents.get_mut(&name) {
            kept.made = document.create_time.map_or(kept.made, |time| time.seconds);
            kept.changed = document.update_time.map_or(kept.changed, |time| time.seconds);
        }
        self.regate_replies(&name);
    }

    /// Changes who may read a document, which is no change of what is written.
    fn regate(&mut self, name: &str, change: impl FnOnce(&mut pb::Document)) {
        if let Some(kept) = self.documents.get_mut(name) {
            change(&mut kept.value);
            self.regate_replies(name);
        }
    }

    fn regate_replies(&mut self, root: &str) {
        let Some(gates) = self.documents.get(root).map(|kept| gates(&kept.value)) else { return };
        for kept in self.documents.values_mut() {
            if kept.value.thread.as_ref().is_some_and(|place| place.root == root) {
                kept.value.thread_audiences.clone_from(&gates);
            }
        }
    }

    /// What an asker may see.
    pub(super) fn view(&self, asker: &Asker) -> View {
        let mut view = View::default();
        for (name, kept) in &self.documents {
            if self.reads(asker, &kept.value) {
                view.documents.insert(name.clone(), kept.clone());
                if self.takes_care(asker, &kept.value.community) {
                    view.explained.extend(self.principals_of(&kept.value));
                }
            }
        }
        for (name, kept) in &self.communities {
            let inside = kept.value.audience.as_ref().is_some_and(|audience| self.admits(asker, audience));
            if !asker.is_anonymous() && (inside || self.takes_care(asker, name)) {
                view.communities.insert(name.clone(), kept.clone());
            } else if inside || kept.value.listed && !asker.is_anonymous() {
                view.communities.insert(name.clone(), outline(kept));
            }
        }
        for (name, kept) in &self.people {
            if !asker.is_anonymous() {
                view.people.insert(name.clone(), kept.clone());
            } else if view.documents.values().any(|document| names(&document.value, kept)) {
                view.people.insert(name.clone(), card(&kept.value));
            }
        }
        view
    }

    fn reads(&self, asker: &Asker, document: &pb::Document) -> bool {
        gates(document).iter().chain(&document.thread_audiences).all(|audience| self.admits(asker, audience))
    }

    fn takes_care(&self, asker: &Asker, community: &str) -> bool {
        let community = self.communities.get(community);
        let themselves = |person: &String| self.is_name_of(person, asker);
        community.is_some_and(|kept| kept.value.caretakers.iter().any(themselves))
    }

    /// Whether a name is an asker's own, or that of an account. Nobody who asks is an account.
    fn is_name_of(&self, name: &str, asker: &Asker) -> bool {
        let accounts = self.people.get(asker.person).map(|kept| kept.value.accounts.as_slice()).unwrap_or_default();
        !asker.is_anonymous() && (name == asker.person || accounts.iter().any(|account| account == name))
    }

    /// The people behind the communities that stand in a document's audiences: whoever takes care of it may ask for each person
    /// what stands for them, so that they know who reads it.
    fn principals_of(&self, document: &pb::Document) -> BTreeMap<String, Vec<String>> {
        let audiences = gates(document).into_iter().chain(document.thread_audiences.clone());
        let listed = audiences.flat_map(|audience| [audience.allowed, audience.denied].concat());
        let people = |principal: String| {
            let (name, caretakers) = caretakers_of(&principal);
            let kept = self.communities.get(name)?;
            let mut people = if caretakers { kept.value.caretakers.clone() } else { kept.value.members.clone() };
            people.sort_unstable();
            Some((principal.clone(), people))
        };
        listed.filter_map(people).collect()
    }

    fn admits(&self, asker: &Asker, audience: &pb::Audience) -> bool {
        let stands_for = |principal: &String| {
            let belongs = || {
                let (name, caretakers) = caretakers_of(principal);
                let of = |kept: &Kept<pb::Community>| {
                    let people = if caretakers { &kept.value.caretakers } else { &kept.value.members };
                    people.iter().any(|person| self.is_name_of(person, asker))
                };
                self.communities.get(name).is_some_and(of)
            };
            asker.is(principal) || self.is_name_of(principal, asker) || belongs()
        };
        if audience.denied.iter().any(stands_for) {
            return false;
        }
        match audience.grant() {
            Grant::World => true,
            Grant::Organization => !asker.is_anonymous(),
            Grant::Restricted => audience.allowed.iter().any(stands_for),
            Grant::Unspecified => false,
        }
    }
}

/// A community among principals, and whether its caretakers are meant.
fn caretakers_of(principal: &str) -> (&str, bool) {
    principal.strip_suffix("/caretakers").map_or((principal, false), |community| (community, true))
}

fn audience_of_nobody() -> pb::Audience {
    pb::Audience { grant: Grant::Restricted.into(), ..Default::default() }
}

/// The audiences of a document itself: its writer's, and what its caretakers limited it to, who read it all the same.
fn gates(document: &pb::Document) -> Vec<pb::Audience> {
    let mut gates: Vec<pb::Audience> = document.audience.iter().cloned().collect();
    if let Some(mut limit) = document.moderation.clone() {
        if limit.grant() == Grant::Restricted && !document.community.is_empty() {
            limit.allowed.push(format!("{}/caretakers", document.community));
        }
        gates.push(limit);
    }
    gates
}

/// Whether a document names somebody, in a role or by a handle.
fn names(document: &pb::Document, person: &Kept<pb::Person>) -> bool {
    let mentioned = |handle: &String| {
        let mention = format!("@{handle}");
        document.title.contains(&mention) || document.body.contains(&mention)
    };
    let own = |name: &String| *name == person.value.name || person.value.accounts.contains(name);
    document.people.iter().any(|participation| own(&participation.person)) || person.value.handles.iter().any(mentioned)
}

/// A community without its people, for those who may not see them: also when it last changed is not theirs to know, since that
/// may have been a change of its people.
fn outline(kept: &Kept<pb::Community>) -> Kept<pb::Community> {
    let grant = kept.value.audience.as_ref().map_or(0, |audience| audience.grant);
    let value = pb::Community {
        members: Vec::new(),
        caretakers: Vec::new(),
        source: None,
        audience: Some(pb::Audience { grant, ..Default::default() }),
        ..kept.value.clone()
    };
    Kept { value, made: kept.made, changed: 0 }
}

/// Somebody as an anonymous asker sees them. Whether they are still there is part of it: who left is named in no answer.
fn card(person: &pb::Person) -> Kept<pb::Person> {
    let value = pb::Person {
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        kind: person.kind,
        state: person.state,
        ..Default::default()
    };
    Kept { value, made: 0, changed: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selftest::cast::{CAST, audience, owned};
    use crate::selftest::script::Timed;

    fn model(steps: Vec<Step>) -> Model {
        Model::of(&Script(steps.into_iter().zip(0..).map(|(step, at)| Timed { at, step }).collect()))
    }

    fn community(members: &[&str], listed: bool) -> pb::Community {
        let audience = Some(audience(Grant::Restricted, owned(&["communities/c"]), Vec::new()));
        pb::Community { name: "communities/c".to_owned(), members: owned(members), listed, audience, ..Default::default() }
    }

    fn document(grant: Grant, allowed: &[&str], denied: &[&str]) -> Step {
        let audience = Some(audience(grant, owned(allowed), owned(denied)));
        let people = vec![pb::Participation { person: "people/zed".to_owned(), role: 1 }];
        Step::PutDocument(pb::Document { name: "documents/a".to_owned(), audience, people, ..Default::default() })
    }

    /// Who sees the document.
    fn readers(steps: Vec<Step>) -> Vec<&'static str> {
        let model = model(steps);
        CAST.iter().filter(|asker| !model.view(asker).documents.is_empty()).map(|asker| asker.person).collect()
    }

    #[test]
    fn denies_beat_grants_and_members_are_those_of_the_end() {
        assert_eq!(readers(vec![document(Grant::World, &[], &["people/ada", "groups/board"])]), ["", "people/cy"]);
        assert_eq!(readers(vec![document(Grant::Organization, &[], &["groups/crew"])]), ["people/cy", "people/dee"]);
        assert_eq!(readers(vec![document(Grant::Restricted, &[], &[])]), [""; 0]);
        let of_members = document(Grant::Restricted, &["communities/c"], &["people/bo"]);
        let joined = Step::PutCommunity(community(&["people/ada", "people/bo", "people/cy"], false));
        assert_eq!(readers(vec![of_members.clone(), joined.clone()]), ["people/ada", "people/cy"]);
        let left = Step::SetMembers(community(&["people/cy"], true));
        assert_eq!(readers(vec![of_members.clone(), joined.clone(), left]), ["people/cy"]);
        assert_eq!(readers(vec![of_members, joined, Step::DeleteCommunity("communities/c".to_owned())]), [""; 0]);
    }

    #[test]
    fn what_stands_for_an_account_stands_for_its_person() {
        let ada = Step::PutPerson(pb::Person { name: "people/ada".to_owned(), ..Default::default() });
        let (person, alias) = ("people/ada".to_owned(), "people/stub0".to_owned());
        let link = Step::LinkAccount(pb::LinkAliasRequest { person, alias, ..Default::default() });
        let restricted = document(Grant::Restricted, &["people/stub0"], &[]);
        assert_eq!(readers(vec![ada.clone(), restricted.clone()]), [""; 0]);
        assert_eq!(readers(vec![ada.clone(), link.clone(), ada.clone(), restricted.clone()]), ["people/ada"]);
        let denied = document(Grant::World, &[], &["people/stub0"]);
        assert_eq!(readers(vec![ada.clone(), link.clone(), denied]).len(), CAST.len() - 1);
        assert_eq!(readers(vec![ada, link, Step::DeletePerson("people/ada".to_owned()), restricted]), [""; 0]);
    }

    #[test]
    fn of_people_and_communities_no_more_is_seen_than_may_be() {
        let profile = |bio: &str, display_name: &str| {
            Step::PutPerson(pb::Person {
                name: "people/zed".to_owned(),
                bio: bio.to_owned(),
                display_name: display_name.to_owned(),
                ..Default::default()
            })
        };
        let view =
            |step: &Step, grant: Grant, asker: usize| model(vec![document(grant, &[], &[]), step.clone()]).view(&CAST[asker]);
        let [one, two, other] = [profile("a", "Zed"), profile("b", "Zed"), profile("a", "Zoe")];
        assert_eq!(view(&one, Grant::World, 0), view(&two, Grant::World, 0));
        assert_ne!(view(&one, Grant::World, 0), view(&other, Grant::World, 0));
        assert_eq!(view(&one, Grant::Organization, 0), view(&other, Grant::Organization, 0));
        assert_ne!(view(&one, Grant::Organization, 1), view(&two, Grant::Organization, 1));
        let put = Step::PutCommunity(community(&["people/ada"], true));
        let changed = model(vec![put.clone(), Step::SetMembers(community(&["people/ada", "people/bo"], true))]);
        let unchanged = model(vec![put]);
        assert_eq!(changed.view(&CAST[3]), unchanged.view(&CAST[3]));
        assert!(!changed.view(&CAST[3]).communities.is_empty(), "it is listed");
        assert_ne!(changed.view(&CAST[1]), unchanged.view(&CAST[1]));
    }
}
