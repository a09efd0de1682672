//! The steps that both worlds have, in one order: what the asker may see, and some of what nobody else may either.

use super::hidden::OUTLINED;
use super::texts::{self, Author, WORDS, distinct};
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;
use crate::selftest::cast::{self, ACCOUNTS, Asker, COMMUNITIES, PEOPLE, owned};
use crate::selftest::script::Step;

/// Documents that only one world may have, or none has.
const PERHAPS: [&str; 7] =
    ["documents/h0", "documents/h1", "documents/h2", "documents/g1", "documents/d1:h", "documents/rh2", "documents/never"];

/// Shared documents, under names between which those of one world only stand.
fn name(number: usize) -> String {
    match number % 4 {
        0 => format!("documents/d{number}"),
        1 => format!("documents/D.{number}"),
        2 => format!("documents/d{number}:x~"),
        _ => format!("documents/r{number}-y_"),
    }
}

/// The shared steps.
pub(super) fn steps(author: &mut Author) -> Vec<Step> {
    let mut steps = Vec::new();
    for person in PEOPLE {
        if author.random.percent(70) {
            steps.push(Step::PutPerson(author.person(person)));
        }
    }
    for community in COMMUNITIES {
        if author.random.percent(80) {
            steps.push(Step::PutCommunity(any_community(author, community)));
        }
    }
    if author.random.percent(60) {
        steps.push(Step::PutCommunity(outlined(author)));
    }
    author.random.shuffle(&mut steps);
    for account in ACCOUNTS {
        if author.random.percent(50) {
            // Only who has a profile can have accounts.
            let person = author.random.one(&PEOPLE);
            steps.push(Step::PutPerson(author.person(person)));
            steps.push(Step::LinkAccount(pb::LinkAliasRequest {
                person: person.to_owned(),
                alias: account.to_owned(),
                ..Default::default()
            }));
        }
    }
    for _ in 0..author.random.between(0, 5) {
        steps.push(endorsement(author));
    }
    let mut written: Vec<String> = Vec::new();
    for _ in 0..author.random.between(5, 22) {
        let step = next(author, &mut written);
        steps.push(step);
        if author.random.percent(8) {
            steps.push(Step::Settle);
        }
    }
    for number in 0..author.random.between(0, 4) {
        steps.push(curation(author, number, &written));
    }
    steps
}

/// Documents that stand first or are left out for a word: shared ones, and some that one world has alone or none has.
fn curation(author: &mut Author, number: usize, written: &[String]) -> Step {
    let mut known = written.to_vec();
    known.extend(PERHAPS.map(str::to_owned));
    author.random.shuffle(&mut known);
    let pins: Vec<String> = known.drain(..author.random.between(0, 4).min(known.len())).collect();
    let buries: Vec<String> = known.drain(..author.random.between(0, 4).min(known.len())).collect();
    let mut queries: Vec<&str> = author.random.some(&WORDS, 1, 4);
    queries.sort_unstable();
    // The other spelling of the same word.
    queries.dedup();
    queries.retain(|query| *query != "Häfen");
    if queries.is_empty() {
        queries.push("tide");
    }
    Step::Curate(pb::Curation {
        name: format!("curations/c{number}"),
        queries: owned(&queries),
        pins,
        buries,
        audience: author.random.percent(70).then(|| cast::open_audience(&author.asker.clone(), &mut author.random)),
        ..Default::default()
    })
}

fn next(author: &mut Author, written: &mut Vec<String>) -> Step {
    let drawn = author.random.below(100);
    match drawn {
        // A new version, an audience, an end.
        0..10 if !written.is_empty() => {
            let name = author.random.one(written);
            put(author, &name, written)
        }
        10..18 if !written.is_empty() => {
            let audience = Some(cast::open_audience(&author.asker.clone(), &mut author.random));
            Step::SetAudience(pb::UpdateAudienceRequest { name: author.random.one(written), audience, ..Default::default() })
        }
        18..21 if !written.is_empty() => {
            let action = author.random.between(1, 3);
            let audience = (action == 2).then(|| cast::open_audience(&author.asker.clone(), &mut author.random));
            let action = i32::try_from(action).unwrap_or(1);
            Step::Moderate(pb::ModerateDocumentRequest {
                name: author.random.one(written),
                action,
                audience,
                ..Default::default()
            })
        }
        21..24 if !written.is_empty() => {
            let gone = written.swap_remove(author.random.below(written.len()));
            Step::DeleteDocument(gone)
        }
        24..30 => {
            let community = author.random.one(&COMMUNITIES);
            Step::PutCommunity(any_community(author, community))
        }
        30..33 => Step::DeleteCommunity(author.random.one(&COMMUNITIES).to_owned()),
        33..38 => {
            let person = author.random.one(&PEOPLE);
            Step::PutPerson(author.person(person))
        }
        38..40 => Step::DeletePerson(author.random.one(&PEOPLE).to_owned()),
        _ => {
            let name = name(written.len() + drawn % 3);
            if !written.contains(&name) {
                written.push(name.clone());
            }
            put(author, &name, written)
        }
    }
}

/// One of the people says of another one that they have a skill.
fn endorsement(author: &mut Author) -> Step {
    let person = author.random.one(&PEOPLE);
    let others: Vec<&str> = PEOPLE.into_iter().filter(|other| *other != person).collect();
    let endorser = Asker { person: author.random.one(&others), groups: "" };
    let skill = author.random.one(&WORDS).to_owned();
    Step::Endorse(endorser, pb::EndorseSkillRequest { name: person.to_owned(), skill, ..Default::default() })
}

/// A document that may answer a hidden one, and name people without a profile. The thread of a reply is shared, since what opened
/// it decides who reads the reply.
fn put(author: &mut Author, name: &str, written: &[String]) -> Step {
    let audience = cast::open_audience(&author.asker.clone(), &mut author.random);
    let mut roots: Vec<String> = written.iter().filter(|root| !texts::is_reply(root)).cloned().collect();
    roots.push("documents/never".to_owned());
    Step::PutDocument(author.document(name, audience, &roots, &[&PEOPLE[..], &ACCOUNTS].concat()))
}

fn any_community(author: &mut Author, name: &str) -> pb::Community {
    let audience = cast::open_audience(&author.asker.clone(), &mut author.random);
    let mut community = author.community(name, audience, &PEOPLE);
    if author.random.percent(50) && !author.asker.is_anonymous() {
        community.members =
            distinct([community.members.iter().map(String::as_str).collect(), vec![author.asker.person]].concat());
    }
    community
}

/// A community of which the asker sees no more than the outline.
fn outlined(author: &mut Author) -> pb::Community {
    let asker = author.asker.clone();
    let audience = if asker.is_anonymous() {
        cast::audience(Grant::World, Vec::new(), Vec::new())
    } else {
        cast::audience(Grant::Restricted, vec!["groups/secret".to_owned()], Vec::new())
    };
    let members: Vec<&str> = PEOPLE.into_iter().filter(|person| *person != asker.person).collect();
    pb::Community { listed: true, ..author.community(OUTLINED, audience, &members) }
}
