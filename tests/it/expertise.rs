//! What somebody knows, and who says so, asked of the real services.
//!
//! Proved: 1. what is declared, endorsed and inferred is kept apart, and anonymous askers see no more than public documents say;
//! 2. what is taken from an asker no longer counts with the next call; 3. endorsing needs a human profile that is active, of
//! somebody else, and counts once; 4. who said it and of whom it was said take it back, and nobody else; 5. neither imports nor
//! changes of the profile touch endorsements, nor do these move its etag; 6. limits are named; 7. what is wrong is named at once;
//! 8. a document counts once, in the strongest role, and asking is not knowing; 9. topics are judged by role and age, by the clock,
//! and shown with the newest documents that speak, under any name; 10. what is hidden has no part in that; 11. evidence is bounded;
//! 12. nobody is told whose account it is that is not found.

use std::sync::Arc;

use rookery::config::Config;
use rookery::domain::{FixedClock, Moment};
use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::inferred_topic::Trend;
use rookery::server::{Embedded, SystemClock};
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, put, restricted};

async fn profile(client: &Client, person: pb::Person) -> pb::Person {
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    client.people().update_person(client.request(request)).await.expect("a profile is put").into_inner()
}

fn named(id: &str) -> pb::Person {
    pb::Person { name: format!("people/{id}"), ..Default::default() }
}

async fn knows(client: &Client, id: &str, min_revision: &str) -> Result<pb::Expertise, Status> {
    let request = pb::GetExpertiseRequest { name: format!("people/{id}"), min_revision: min_revision.to_owned() };
    Ok(client.people().get_expertise(client.request(request)).await?.into_inner())
}

async fn endorse(client: &Client, id: &str, skill: &str) -> Result<String, Status> {
    let (name, skill) = (format!("people/{id}"), skill.to_owned());
    let request = pb::EndorseSkillRequest { name, skill, ..Default::default() };
    Ok(client.people().endorse_skill(client.request(request)).await?.into_inner().revision)
}

async fn withdraw(client: &Client, id: &str, skill: &str, endorser: &str) -> Result<String, Status> {
    let (name, skill, endorser) = (format!("people/{id}"), skill.to_owned(), endorser.to_owned());
    let request = pb::WithdrawEndorsementRequest { name, skill, endorser, ..Default::default() };
    Ok(client.people().withdraw_endorsement(client.request(request)).await?.into_inner().revision)
}

fn tagged(id: &str, author: &str, grant: Grant, hashtags: &[&str]) -> pb::Document {
    pb::Document {
        audience: Some(audience(grant)),
        hashtags: hashtags.iter().map(ToString::to_string).collect(),
        ..document(id, "Title", "body", author)
    }
}

/// The inferred topics, each with its count as an author.
fn topics(known: &pb::Expertise) -> Vec<(&str, i32)> {
    known.inferred.iter().map(|topic| (topic.topic.as_str(), topic.documents[0].count)).collect()
}

/// The topics with what is told of them beside counts.
fn judged(known: &pb::Expertise) -> Vec<(&str, Trend, f64)> {
    known.inferred.iter().map(|topic| (topic.topic.as_str(), topic.trend(), (topic.strength * 1e3).round() / 1e3)).collect()
}

fn evidence(topic: &pb::InferredTopic) -> Vec<&str> {
    topic.evidence.iter().map(|item| item.document.trim_start_matches("documents/")).collect()
}

/// A house in the middle of July 2024.
async fn in_july() -> House {
    House::open_by(Arc::new(FixedClock(Moment::parse("2024-07-15T12:00:00Z").unwrap()))).await
}

/// The same document, first written and last changed then.
fn of(month: &str, document: pb::Document) -> pb::Document {
    let seconds = Moment::parse(&format!("{month}-02T00:00:00Z")).unwrap().unix_seconds();
    let time = Some(prost_types::Timestamp { seconds, nanos: 0 });
    pb::Document { create_time: time, update_time: time, ..document }
}

fn endorsed(known: &pb::Expertise) -> Vec<(&str, i32)> {
    known.endorsed.iter().map(|skill| (skill.skill.as_str(), skill.count)).collect()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Code {
    outcome.unwrap_err().code()
}

#[tokio::test(flavor = "multi_thread")]
async fn declared_endorsed_and_inferred_are_kept_apart() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, pb::Person { skills: vec!["Tide Tables".to_owned()], kind: 2, ..named("ada") }).await;
    for endorser in ["bo", "cy"] {
        profile(&writer, named(endorser)).await;
        let endorser = house.client(Some(&format!("people/{endorser}"))).without_scopes();
        endorse(&endorser, "ada", " tide  tables").await.unwrap();
    }
    endorse(&house.client(Some("people/bo")), "ada", "Knots").await.unwrap();
    let asked = pb::Participation { person: "people/ada".to_owned(), role: pb::Role::Asker.into() };
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let old = pb::Document {
        create_time: time(1_700_000_000),
        update_time: time(1_700_000_000),
        ..tagged("a", "ada", Grant::World, &["tides", "docks"])
    };
    put(&writer, old).await.unwrap();
    put(&writer, pb::Document { people: vec![asked], ..tagged("q", "ada", Grant::World, &["questions"]) }).await.unwrap();
    put(&writer, tagged("z", "zed", Grant::World, &["other"])).await.unwrap();
    let new = pb::Document { update_time: time(1_710_000_000), ..tagged("b", "ada", Grant::Organization, &["tides"]) };
    let revision = put(&writer, new).await.unwrap().revision;
    let reader = house.client(Some("people/any")).without_scopes();
    let known = knows(&reader, "ada", &revision).await.unwrap();
    let person = known.person.clone().unwrap();
    assert_eq!((person.name.as_str(), person.kind()), ("people/ada", pb::PersonKind::Bot), "programs are marked");
    assert_eq!(known.declared, ["Tide Tables"]);
    assert_eq!(endorsed(&known), [("Tide Tables", 2), ("knots", 1)]);
    assert_eq!(known.endorsed[1].endorsers[0].name, "people/bo");
    assert!(known.endorsed[0].last_time.is_some());
    assert_eq!(topics(&known), [("tides", 2), ("docks", 1)]);
    let tides = &known.inferred[0];
    assert_eq!((tides.first_month.as_str(), tides.last_month.as_str()), ("2023-11", "2024-03"));
    assert_eq!(tides.documents[0].role(), pb::Role::Author);
    let known = knows(&house.client(None), "ada", &revision).await.unwrap();
    assert!(known.declared.is_empty() && known.endorsed.is_empty());
    assert_eq!(topics(&known), [("docks", 1), ("tides", 1)]);
    assert_eq!(known.inferred[1].last_month, "2023-11");
    assert!(known.person.unwrap().skills.is_empty());
    assert_eq!(topics(&knows(&reader, "zed", &revision).await.unwrap()), [("other", 1)], "a stub has no profile");
    for client in [&house.client(None), &reader] {
        assert_eq!(code(knows(client, "nobody", &revision).await), Code::NotFound);
    }
    assert_eq!(code(knows(&house.client(None), "bo", &revision).await), Code::NotFound, "nothing public is theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_whose_account_it_is_that_is_not_found() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("cy")).await;
    let link = pb::LinkAliasRequest { person: "people/cy".to_owned(), alias: "people/forum:7".to_owned(), ..Default::default() };
    writer.people().link_alias(writer.request(link)).await.unwrap();
    let refused = knows(&house.client(None), "forum:7", "").await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    let told = format!("{}{}", refused.message(), String::from_utf8_lossy(refused.details()));
    assert!(told.contains("people/forum:7") && !told.contains("people/cy"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_counts_once_in_the_strongest_role() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let also = |id: &str, roles: &[pb::Role]| {
        let mut document = tagged(id, "ada", Grant::World, &["tides"]);
        let more = roles.iter().map(|role| pb::Participation { person: "people/ada".to_owned(), role: (*role).into() });
        document.people.extend(more);
        document
    };
    put(&writer, also("a", &[pb::Role::Reviewer, pb::Role::Mentioned])).await.unwrap();
    put(&writer, also("b", &[pb::Role::Contributor, pb::Role::Answerer])).await.unwrap();
    let mut asked = also("c", &[pb::Role::Asker, pb::Role::Mentioned]);
    asked.people.remove(0);
    let revision = put(&writer, asked).await.unwrap().revision;
    let known = knows(&writer, "ada", &revision).await.unwrap();
    let counts: Vec<_> = known.inferred[0].documents.iter().map(|of| (of.role(), of.count)).collect();
    assert_eq!(counts, [(pb::Role::Author, 1), (pb::Role::Answerer, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_are_judged_by_role_and_age_and_shown_with_evidence() {
    let house = in_july().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("ada")).await;
    let world = |id: &str, topic: &str| tagged(id, "ada", Grant::World, &[topic]);
    for (id, month) in [("t1", "2024-03"), ("t2", "2024-07"), ("t3", "2024-05"), ("t4", "2024-04"), ("t0", "2024-09")] {
        put(&writer, of(month, world(id, "tides"))).await.unwrap();
    }
    for id in ["d1", "d2"] {
        put(&writer, of("2023-12", world(id, "docks"))).await.unwrap();
    }
    put(&writer, of("2020-01", world("k", "knots"))).await.unwrap();
    let mut edited = of("2024-07", world("s", "sails"));
    edited.people[0].role = pb::Role::Reviewer.into();
    put(&writer, edited).await.unwrap();
    // The newest about tides says under another name that she asked; what she answered counts by the strongest of both names.
    let mut asked = of("2024-07", tagged("q", "forum:7", Grant::World, &["tides"]));
    asked.people[0].role = pb::Role::Asker.into();
    put(&writer, asked).await.unwrap();
    let mut answered = of("2024-06", world("a", "tides"));
    answered.people[0].role = pb::Role::Mentioned.into();
    answered.people.push(pb::Participation { person: "people/forum:7".to_owned(), role: pb::Role::Answerer.into() });
    let revision = put(&writer, answered).await.unwrap().revision;
    let reader = house.client(Some("people/any")).without_scopes();
    let apart = knows(&reader, "ada", &revision).await.unwrap();
    assert_eq!(evidence(&apart.inferred[0]), ["t0", "t2", "t3"], "what merely mentions her does not speak");
    let link = pb::LinkAliasRequest { person: "people/ada".to_owned(), alias: "people/forum:7".to_owned(), ..Default::default() };
    writer.people().link_alias(writer.request(link)).await.unwrap();
    let known = knows(&reader, "ada", "").await.unwrap();
    let expected = [
        ("tides", Trend::Rising, 0.591),
        ("docks", Trend::Falling, 0.299),
        ("sails", Trend::Steady, 0.091),
        ("knots", Trend::Dormant, 0.084),
    ];
    assert_eq!(judged(&known), expected);
    let tides = &known.inferred[0];
    assert_eq!(evidence(tides), ["t0", "t2", "a"]);
    assert_eq!(tides.recent_months, [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2], "what lies ahead of the clock counts as of now");
    assert_eq!((tides.first_month.as_str(), tides.last_month.as_str()), ("2024-03", "2024-09"));
    assert_eq!(known.inferred[1].recent_months, [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(known.inferred[3].recent_months, [0; 12]);
    let answer = &tides.evidence[2];
    assert_eq!((answer.title.as_str(), answer.kind(), answer.role()), ("Title", pb::DocumentKind::Page, pb::Role::Answerer));
    assert!(answer.update_time.is_some());
    assert_eq!(knows(&reader, "forum:7", "").await.unwrap(), known);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_has_no_part_in_topics() {
    let house = in_july().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("ada")).await;
    let open = |id: &str, month: &str| of(month, tagged(id, "ada", Grant::World, &["tides"]));
    for (id, month) in [("a", "2023-01"), ("b", "2023-02"), ("c", "2023-03"), ("d", "2023-04")] {
        put(&writer, open(id, month)).await.unwrap();
    }
    let revision = put(&writer, open("e", "2023-01")).await.unwrap().revision;
    let asker = house.client(Some("people/any")).without_scopes();
    let anonymous = house.client(None);
    let before = (knows(&asker, "ada", &revision).await.unwrap(), knows(&anonymous, "ada", "").await.unwrap());
    assert_eq!(evidence(&before.1.inferred[0]), ["d", "c", "b"]);
    assert_eq!(before.1.inferred[0].trend(), Trend::Dormant);
    for n in 0..40 {
        let hidden = pb::Document { audience: Some(restricted(&["people/bo"])), ..open(&format!("h{n}"), "2024-07") };
        let hidden = pb::Document { hashtags: vec!["tides".to_owned(), format!("secret{n}")], ..hidden };
        put(&writer, hidden).await.unwrap();
    }
    let inside = pb::Document { audience: Some(audience(Grant::Organization)), ..open("o", "2024-07") };
    let revision = put(&writer, inside).await.unwrap().revision;
    assert_eq!(knows(&anonymous, "ada", &revision).await.unwrap(), before.1);
    let told = knows(&asker, "ada", "").await.unwrap();
    assert_eq!(evidence(&told.inferred[0]), ["o", "d", "c"]);
    assert!(told.inferred[0].strength > before.0.inferred[0].strength && told.inferred.len() == 1);
    let narrowed = pb::UpdateAudienceRequest {
        name: "documents/o".to_owned(),
        audience: Some(restricted(&["people/bo"])),
        ..Default::default()
    };
    writer.content().update_audience(writer.request(narrowed)).await.unwrap();
    assert_eq!(knows(&asker, "ada", "").await.unwrap(), before.0, "from the acknowledgement on");
    let bo = knows(&house.client(Some("people/bo")), "ada", "").await.unwrap();
    assert_eq!((bo.inferred.len(), bo.inferred[0].recent_months[11]), (41, 41));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_bounded() {
    let house = in_july().await;
    let writer = house.client(Some("people/writer"));
    let labels: Vec<String> = (10..22).map(|n| format!("topic{n}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    put(&writer, of("2024-06", tagged("all", "ada", Grant::World, &labels))).await.unwrap();
    for n in 0..4 {
        put(&writer, of("2024-06", tagged(&format!("d{n}"), "ada", Grant::World, &labels[11..]))).await.unwrap();
    }
    let revision = put(&writer, document("none", "Title", "body", "bo")).await.unwrap().revision;
    let known = knows(&writer, "ada", &revision).await.unwrap();
    let shown: Vec<(&str, usize)> = known.inferred.iter().map(|topic| (topic.topic.as_str(), topic.evidence.len())).collect();
    let counts = [3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
    assert_eq!(shown, [&labels[11..], &labels[..11]].concat().into_iter().zip(counts).collect::<Vec<_>>());
    assert_eq!(evidence(&known.inferred[0]), ["all", "d0", "d1"], "ties by name");
    assert!(knows(&writer, "bo", "").await.unwrap().inferred.is_empty(), "no label is no topic");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_no_longer_counts() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let reader = house.client(Some("people/any")).without_scopes();
    profile(&writer, named("ada")).await;
    for round in 0..6 {
        let id = format!("d{round}");
        let revision = put(&writer, tagged(&id, "ada", Grant::World, &["tides"])).await.unwrap().revision;
        assert_eq!(topics(&knows(&reader, "ada", &revision).await.unwrap()), [("tides", 1)]);
        let name = format!("documents/{id}");
        match round % 3 {
            0 => {
                let gone = pb::DeleteDocumentRequest { name, ..Default::default() };
                writer.content().delete_document(writer.request(gone)).await.unwrap();
            }
            1 => {
                let audience = Some(restricted(&["people/bo"]));
                let narrowed = pb::UpdateAudienceRequest { name, audience, ..Default::default() };
                writer.content().update_audience(writer.request(narrowed)).await.unwrap();
            }
            _ => {
                let action = pb::ModerationAction::Hide.into();
                let hidden = pb::ModerateDocumentRequest { name, action, ..Default::default() };
                writer.content().moderate_document(writer.request(hidden)).await.unwrap();
            }
        }
        assert!(knows(&reader, "ada", "").await.unwrap().inferred.is_empty(), "{round}");
        assert_eq!(code(knows(&house.client(None), "ada", "").await), Code::NotFound, "{round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endorsing_needs_a_profile_and_somebody_else() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    for person in [
        named("ada"),
        named("bo"),
        pb::Person { kind: pb::PersonKind::Bot.into(), ..named("bot") },
        pb::Person { kind: pb::PersonKind::Shared.into(), ..named("desk") },
        pb::Person { state: pb::PersonState::Left.into(), ..named("left") },
    ] {
        profile(&writer, person).await;
    }
    for id in ["bot", "desk", "left", "nobody"] {
        let client = house.client(Some(&format!("people/{id}")));
        assert_eq!(code(endorse(&client, "ada", "knots").await), Code::FailedPrecondition, "{id}");
    }
    assert_eq!(code(endorse(&house.client(None), "ada", "knots").await), Code::Unauthenticated);
    let bo = house.client(Some("people/bo")).without_scopes();
    assert_eq!(fields(&endorse(&bo, "bo", "knots").await.unwrap_err()), ["name"]);
    assert_eq!(code(endorse(&bo, "nobody", "knots").await), Code::NotFound);
    endorse(&bo, "ada", "Knots").await.unwrap();
    let first = knows(&bo, "ada", "").await.unwrap();
    endorse(&bo, "ada", "KNOTS").await.unwrap();
    assert_eq!(knows(&bo, "ada", "").await.unwrap(), first, "twice is once");
    assert_eq!(endorsed(&first), [("knots", 1)]);
    let gone = pb::DeletePersonRequest { name: "people/bo".to_owned(), ..Default::default() };
    writer.people().delete_person(writer.request(gone)).await.unwrap();
    assert!(knows(&writer, "ada", "").await.unwrap().endorsed.is_empty(), "who has no profile does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_it_and_of_whom_take_it_back() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    for id in ["ada", "bo", "cy"] {
        profile(&writer, named(id)).await;
    }
    let [ada, bo, cy] = ["ada", "bo", "cy"].map(|id| house.client(Some(&format!("people/{id}"))).without_scopes());
    for client in [&bo, &cy] {
        endorse(client, "ada", "knots").await.unwrap();
    }
    assert_eq!(code(withdraw(&bo, "ada", "knots", "people/cy").await), Code::PermissionDenied);
    assert_eq!(code(withdraw(&house.client(None), "ada", "knots", "people/cy").await), Code::Unauthenticated);
    assert_eq!(code(withdraw(&bo, "nobody", "knots", "").await), Code::NotFound);
    withdraw(&bo, "ada", " Knots", "").await.unwrap();
    assert_eq!(endorsed(&knows(&bo, "ada", "").await.unwrap()), [("knots", 1)]);
    withdraw(&bo, "ada", "knots", "").await.expect("what was not said may be taken back");
    withdraw(&ada, "ada", "knots", "people/cy").await.unwrap();
    assert!(knows(&bo, "ada", "").await.unwrap().endorsed.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn endorsements_stand_beside_the_profile() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("bo")).await;
    let before = profile(&writer, named("ada")).await;
    endorse(&house.client(Some("people/bo")), "ada", "knots").await.unwrap();
    let get = || async {
        let request = pb::GetPersonRequest { name: "people/ada".to_owned(), ..Default::default() };
        writer.people().get_person(writer.request(request)).await.unwrap().into_inner()
    };
    assert_eq!(get().await.etag, before.etag);
    let change = pb::Person { etag: before.etag, title: "Engineer".to_owned(), ..named("ada") };
    let mask = prost_types::FieldMask { paths: vec!["*".to_owned()] };
    let request = pb::UpdatePersonRequest { person: Some(change), update_mask: Some(mask), ..Default::default() };
    writer.people().update_person(writer.request(request)).await.unwrap();
    let item = pb::ImportPeopleItem { sequence: 1, person: Some(named("ada")) };
    let item = pb::ImportPeopleRequest { part: Some(pb::import_people_request::Part::Item(item)) };
    let mut answers = writer.people().import_people(writer.request(tokio_stream::iter([item]))).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}
    assert!(get().await.title.is_empty(), "the import came last");
    assert_eq!(endorsed(&knows(&writer, "ada", "").await.unwrap()), [("knots", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_named() {
    let mut config = Config::default();
    config.limits.endorsements_per_person = 2;
    config.limits.topics_per_person = 1;
    let embedded = Embedded::in_memory(&config, Arc::new(SystemClock)).await.unwrap();
    let writer = Client { channel: embedded.channel(), asker: Some("people/writer".to_owned()), scopes: None };
    for id in ["ada", "writer"] {
        profile(&writer, named(id)).await;
    }
    endorse(&writer, "ada", "knots").await.unwrap();
    endorse(&writer, "ada", "docks").await.unwrap();
    endorse(&writer, "ada", "docks").await.expect("nothing is added");
    let refused = endorse(&writer, "ada", "sails").await.unwrap_err();
    assert_eq!(fields(&refused), ["name"]);
    let told = tonic_types::StatusExt::get_details_bad_request(&refused).unwrap().field_violations[0].description.clone();
    assert!(told.contains("limits.endorsements_per_person"), "{told}");
    let revision = put(&writer, tagged("a", "ada", Grant::World, &["tides", "docks"])).await.unwrap().revision;
    let known = knows(&writer, "ada", &revision).await.unwrap();
    assert_eq!((endorsed(&known), topics(&known)), (vec![("docks", 1)], vec![("docks", 1)]));
    let limits = writer.admin().get_limits(writer.request(pb::GetLimitsRequest {})).await.unwrap().into_inner();
    assert_eq!((limits.endorsements_per_person, limits.topics_per_person), (2, 1));
    embedded.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let bad = pb::EndorseSkillRequest {
        name: "ada".to_owned(),
        skill: " \t".to_owned(),
        request_id: "nonsense".to_owned(),
        validate_only: false,
    };
    let refused = ada.people().endorse_skill(ada.request(bad)).await.unwrap_err();
    assert_eq!(fields(&refused), ["name", "skill", "request_id"]);
    for skill in ["", "a\u{0}b", &"x".repeat(1_025)] {
        assert_eq!(fields(&endorse(&ada, "bo", skill).await.unwrap_err()), ["skill"], "{skill:?}");
    }
    let refused = withdraw(&ada, "a b", "", "bo").await.unwrap_err();
    assert_eq!(fields(&refused), ["name", "skill", "endorser"]);
    let request = pb::GetExpertiseRequest { name: String::new(), min_revision: "nonsense".to_owned() };
    let refused = ada.people().get_expertise(ada.request(request)).await.unwrap_err();
    assert_eq!(fields(&refused), ["name", "min_revision"]);
}
