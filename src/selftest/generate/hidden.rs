//! What only one of two worlds has: stories of which nothing is left in the end that the asker may see.

use super::texts::{Author, WORDS};
use crate::grpc::pb;
use crate::selftest::cast::{self, Asker, PEOPLE};
use crate::selftest::script::Step;

/// The community of which the asker sees no more than the outline.
pub(super) const OUTLINED: &str = "communities/o0";
/// People whom only hidden documents name.
const UNSEEN: [&str; 3] = ["people/h0", "people/h1", "people/hstub"];

/// People who endorse others and are gone in the end.
const ENDORSERS: [&str; 3] = ["people/e0", "people/e1", "people/e2"];

/// Steps in their order, each to be put before a shared step from `from` to `until`; after the last of them lies the time in
/// which nothing is committed any more.
pub(super) struct Story {
    pub(super) steps: Vec<Step>,
    pub(super) from: usize,
    pub(super) until: usize,
}

/// The stories of one world.
pub(super) fn stories(author: &mut Author, shared: &[Step]) -> Vec<Story> {
    let count = author.random.between(1, 12);
    let mut stories = Vec::new();
    let mut earlier = Vec::new();
    for number in 0..count {
        let mut story = Story { steps: Vec::new(), from: 0, until: shared.len() + 1 };
        match author.random.below(20) {
            0..6 => story.steps = hidden_document(author, number),
            6..11 => story.steps = document_that_is_gone(author, number),
            11..13 => story.steps = hidden_community(author, number),
            13 if author.random.percent(40) => story.steps = community_that_is_gone(author, number),
            13 => story.steps = thread_that_is_gone(author, number),
            14 => story.steps = membership_that_is_gone(author, number),
            15..17 => {
                let Some((steps, until)) = earlier_version(author, shared, &mut earlier) else { continue };
                (story.steps, story.until) = (steps, until);
            }
            17 => {
                let Some((steps, from)) = behind_the_outline(author, shared) else { continue };
                (story.steps, story.from) = (steps, from);
            }
            18 if author.random.percent(50) => story.steps = endorser_who_is_gone(author, number),
            18 => story.steps = person_who_is_gone(author, number),
            _ if author.asker.is_anonymous() => {
                (story.steps, story.from) = private_profile(author, shared, number);
            }
            _ => story.steps = hidden_document(author, number),
        }
        if story.from <= story.until {
            stories.push(story);
        }
    }
    stories
}

fn people() -> Vec<&'static str> {
    [&PEOPLE[..], &UNSEEN].concat()
}

/// Documents whose threads hidden ones may continue.
fn roots() -> Vec<String> {
    ["documents/d0", "documents/D.1", "documents/h0", "documents/g1", "documents/never"].map(str::to_owned).to_vec()
}

fn closed(author: &mut Author) -> pb::Audience {
    cast::closed_audience(&author.asker.clone(), &mut author.random)
}

fn set_audience(name: &str, audience: pb::Audience) -> Step {
    Step::SetAudience(pb::UpdateAudienceRequest { name: name.to_owned(), audience: Some(audience), ..Default::default() })
}

/// A name of one world's own: one that stands between shared ones, or a reply's.
fn name(author: &mut Author, letter: char, number: usize) -> String {
    match author.random.below(10) {
        0..5 => format!("documents/{letter}{number}"),
        5..8 => format!("documents/d{number}:{letter}"),
        _ => format!("documents/r{letter}{number}"),
    }
}

/// A document that the asker may never read: made, changed, moved from one hidden audience to another, perhaps deleted.
fn hidden_document(author: &mut Author, number: usize) -> Vec<Step> {
    let name = name(author, 'h', number);
    let mut steps = Vec::new();
    for _ in 0..author.random.between(1, 3) {
        let audience = closed(author);
        steps.push(Step::PutDocument(author.document(&name, audience, &roots(), &people())));
    }
    if author.random.percent(40) {
        steps.push(set_audience(&name, closed(author)));
    }
    if author.random.percent(30) {
        steps.push(Step::DeleteDocument(name));
    }
    steps
}

/// A document that the asker could read once.
fn document_that_is_gone(author: &mut Author, number: usize) -> Vec<Step> {
    let name = name(author, 'g', number);
    let mut steps = Vec::new();
    for _ in 0..author.random.between(1, 2) {
        let audience = cast::open_audience(&author.asker.clone(), &mut author.random);
        let community = author.random.one(&["", "communities/h0"]).to_owned();
        steps.push(Step::PutDocument(pb::Document { community, ..author.document(&name, audience, &roots(), &people()) }));
    }
    match author.random.below(6) {
        4 => steps.push(Step::Moderate(pb::ModerateDocumentRequest {
            name,
            action: pb::ModerationAction::Hide.into(),
            ..Default::default()
        })),
        5 => {
            let audience = Some(closed(author));
            let action = pb::ModerationAction::Narrow.into();
            steps.push(Step::Moderate(pb::ModerateDocumentRequest { name, action, audience, ..Default::default() }));
        }
        0 => {
            steps.push(set_audience(&name, closed(author)));
        }
        1 => {
            let audience = closed(author);
            steps.push(Step::PutDocument(author.document(&name, audience, &roots(), &people())));
        }
        2 => {
            steps.push(set_audience(&name, closed(author)));
            steps.push(Step::DeleteDocument(name));
        }
        _ => steps.push(Step::DeleteDocument(name)),
    }
    steps
}

/// A thread that the asker could read once, whose replies go with the document that opened it.
fn thread_that_is_gone(author: &mut Author, number: usize) -> Vec<Step> {
    let root = format!("documents/t{number}");
    let [first, second] = [0, 1].map(|_| cast::open_audience(&author.asker.clone(), &mut author.random));
    let mut steps = vec![
        Step::PutDocument(author.document(&root, first, &[], &people())),
        Step::PutDocument(author.document(&format!("documents/rt{number}"), second, std::slice::from_ref(&root), &people())),
        set_audience(&root, closed(author)),
    ];
    if author.random.percent(40) {
        steps.push(Step::DeleteDocument(root));
    }
    steps
}

fn hidden_community_named(author: &mut Author, name: &str) -> pb::Community {
    let asker = author.asker.person;
    let audience = closed(author);
    let members: Vec<&str> = people().into_iter().filter(|person| *person != asker).collect();
    pb::Community { listed: false, ..author.community(name, audience, &members) }
}

/// A community that the asker may not know of, with a document of its own.
fn hidden_community(author: &mut Author, number: usize) -> Vec<Step> {
    let name = format!("communities/h{}", number % 3);
    let mut steps = vec![Step::PutCommunity(hidden_community_named(author, &name))];
    let audience = cast::audience(pb::audience::Grant::Restricted, vec![name.clone()], Vec::new());
    let document = pb::Document {
        community: name.clone(),
        ..author.document(&format!("documents/hc{number}"), audience, &roots(), &people())
    };
    steps.push(Step::PutDocument(document));
    if author.random.percent(50) {
        steps.push(Step::SetMembers(hidden_community_named(author, &name)));
    }
    if author.random.percent(30) {
        steps.push(Step::DeleteCommunity(name));
    }
    steps
}

/// A community that the asker could see once.
fn community_that_is_gone(author: &mut Author, number: usize) -> Vec<Step> {
    let name = format!("communities/g{number}");
    let audience = cast::open_audience(&author.asker.clone(), &mut author.random);
    let open = author.community(&name, audience, &PEOPLE);
    let last = if author.random.percent(50) {
        Step::DeleteCommunity(name)
    } else {
        Step::PutCommunity(hidden_community_named(author, &name))
    };
    vec![Step::PutCommunity(open), last]
}

/// A community to which the asker belonged once, with documents for its members.
fn membership_that_is_gone(author: &mut Author, number: usize) -> Vec<Step> {
    let name = format!("communities/m{number}");
    let asker = author.asker.person;
    let mut joined = hidden_community_named(author, &name);
    joined.audience = Some(cast::audience(pb::audience::Grant::Restricted, vec!["groups/secret".to_owned()], Vec::new()));
    let mut left = joined.clone();
    if !asker.is_empty() {
        joined.members.push(asker.to_owned());
    }
    let audience = cast::audience(pb::audience::Grant::Restricted, vec![name], Vec::new());
    let document = author.document(&format!("documents/gm{number}"), audience, &roots(), &people());
    left.caretakers.clear();
    vec![Step::PutCommunity(joined), Step::PutDocument(document), Step::SetMembers(left)]
}

/// Another version of a shared document, before the first one that both worlds have.
fn earlier_version(author: &mut Author, shared: &[Step], taken: &mut Vec<String>) -> Option<(Vec<Step>, usize)> {
    let firsts: Vec<(usize, String)> = shared
        .iter()
        .enumerate()
        .filter_map(|(at, step)| match step {
            Step::PutDocument(document) => Some((at, document)),
            _ => None,
        })
        .filter(|(at, document)| {
            let first = shared[..*at].iter().all(|step| !touches(step, &document.name));
            first
                && document.thread.is_none()
                && document.create_time.is_some()
                && document.update_time.is_some()
                && !taken.contains(&document.name)
        })
        .map(|(at, document)| (at, document.name.clone()))
        .collect();
    let (until, name) = author.random.one(&firsts);
    if name.is_empty() {
        return None;
    }
    taken.push(name.clone());
    let audience =
        if author.random.percent(50) { closed(author) } else { cast::open_audience(&author.asker.clone(), &mut author.random) };
    let mut steps = vec![Step::PutDocument(author.document(&name, audience, &roots(), &people()))];
    if author.random.percent(30) {
        steps.push(Step::DeleteDocument(name));
    }
    Some((steps, until))
}

fn touches(step: &Step, name: &str) -> bool {
    match step {
        Step::PutDocument(document) => document.name == name,
        Step::DeleteDocument(gone) => gone == name,
        _ => false,
    }
}

/// Changes of the people of a community of which the asker sees only the outline.
fn behind_the_outline(author: &mut Author, shared: &[Step]) -> Option<(Vec<Step>, usize)> {
    let made = shared.iter().position(|step| matches!(step, Step::PutCommunity(community) if community.name == OUTLINED))?;
    let step = Step::SetMembers(hidden_community_named(author, OUTLINED));
    Some((vec![step], made + 1))
}

/// Somebody who had a profile once. No shared text mentions the handle.
fn person_who_is_gone(author: &mut Author, number: usize) -> Vec<Step> {
    let name = format!("people/g{number}");
    let mut person = author.person(&name);
    person.handles = vec![format!("gone{number}")];
    vec![Step::PutPerson(person), Step::DeletePerson(name)]
}

/// Somebody who endorsed others and has no profile any more, nor ever had one for long: what they said counts no more.
fn endorser_who_is_gone(author: &mut Author, number: usize) -> Vec<Step> {
    let endorser = Asker { person: ENDORSERS[number % ENDORSERS.len()], groups: "" };
    let human = pb::Person { name: endorser.person.to_owned(), display_name: "Gone".to_owned(), ..Default::default() };
    let mut steps = vec![Step::PutPerson(human)];
    for _ in 0..author.random.between(1, 4) {
        let (name, skill) = (author.random.one(&PEOPLE).to_owned(), author.random.one(&WORDS).to_owned());
        let request = pb::EndorseSkillRequest { name, skill, ..Default::default() };
        steps.push(Step::Endorse(endorser.clone(), request));
    }
    steps.push(Step::DeletePerson(endorser.person.to_owned()));
    steps
}

/// What anonymous askers may not see of people: whole profiles of those whom only hidden documents name, and all but the name of
/// those whom visible ones do.
fn private_profile(author: &mut Author, shared: &[Step], number: usize) -> (Vec<Step>, usize) {
    let person = author.random.one(&PEOPLE);
    let last = shared.iter().enumerate().rev().find(|(_, step)| match step {
        Step::PutPerson(put) => put.name == person,
        Step::DeletePerson(name) => name == person,
        _ => false,
    });
    if let (Some((at, Step::PutPerson(known))), true) = (last, author.random.percent(60)) {
        let pb::Person { name, display_name, handles, kind, state, .. } = known.clone();
        let changed = pb::Person { name, display_name, handles, kind, state, ..author.private() };
        return (vec![Step::PutPerson(changed)], at + 1);
    }
    let name = author.random.one(&UNSEEN);
    let mut unseen = author.person(name);
    unseen.handles = vec![format!("unseen{number}")];
    (vec![Step::PutPerson(unseen)], 0)
}
