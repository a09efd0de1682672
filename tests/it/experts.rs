//! Who may be named as somebody who knows, and what nobody knows, asked of the real services.
//!
//! Proved: 1. programs, shared accounts and people who left are named where they are asked for only; 2. filters restrict people by
//! unit, place, skill, language, community and time, page by page, and say what nobody may see; 3. anonymous askers filter by nothing that
//! they cannot see; 4. the asker is left out on request, under any name; 5. units take turns, the asker's own one later, page by page;
//! 6. who covers all of a query comes first, and words that nobody covers who may be named are told; 7. evidence is shown in the
//! strongest role, whichever roles count; 8. a reply is shown with the headline of what opened its thread.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;

use crate::support::{Client, House, audience, document, fields, people, put, put_community};

async fn person(client: &Client, id: &str, person: pb::Person) {
    let request = pb::CreatePersonRequest { person: Some(person), person_id: id.to_owned(), ..Default::default() };
    client.people().create_person(client.request(request)).await.unwrap();
}

fn at(unit: &str, location: &str) -> pb::Person {
    pb::Person { unit: unit.to_owned(), location: location.to_owned(), ..Default::default() }
}

/// Seven who write about tides, each a little less than the one before; a program also writes about locks.
async fn harbour() -> (House, Client) {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    person(&writer, "ada", pb::Person { skills: vec!["Sluices".to_owned()], ..at("Docks", "Kiel") }).await;
    let languages = vec!["da".to_owned(), "de".to_owned()];
    person(&writer, "bo", pb::Person { languages, ..at("docks", "Husum") }).await;
    person(&writer, "cy", at("Survey", "Kiel")).await;
    let kind = |kind: pb::PersonKind| pb::Person { kind: kind.into(), ..at("Docks", "Kiel") };
    person(&writer, "gauge", kind(pb::PersonKind::Bot)).await;
    person(&writer, "desk", kind(pb::PersonKind::Shared)).await;
    person(&writer, "old", pb::Person { state: pb::PersonState::Left.into(), ..at("Docks", "Kiel") }).await;
    for (place, author) in (0..).zip(["gauge", "desk", "old", "ada", "bo", "cy", "stub"]) {
        for n in 0..8 - place {
            let mut made = document(&format!("{author}-{n}"), "Harbour log", "tide tables", author);
            made.update_time = Some(prost_types::Timestamp { seconds: 1_700_000_000 + place * 1_000, nanos: 0 });
            made.create_time = made.update_time;
            put(&writer, made).await.unwrap();
        }
    }
    let last = put(&writer, document("locks", "Locks", "locks", "gauge")).await.unwrap();
    let list = pb::ListDocumentsRequest { min_revision: last.revision, page_size: 1, ..Default::default() };
    writer.content().list_documents(writer.request(list)).await.unwrap();
    let asker = house.client(Some("people/asker"));
    (house, asker)
}

fn ask(query: &str) -> pb::FindExpertsRequest {
    pb::FindExpertsRequest { query: query.to_owned(), min_relevance: Some(0.0), ..Default::default() }
}

async fn find(client: &Client, request: pb::FindExpertsRequest) -> pb::FindExpertsResponse {
    client.discovery().find_experts(client.request(request)).await.unwrap().into_inner()
}

/// Everybody, on pages of one.
async fn paged(client: &Client, request: pb::FindExpertsRequest) -> Vec<String> {
    let mut request = pb::FindExpertsRequest { page_size: 1, ..request };
    let mut all = Vec::new();
    loop {
        let page = find(client, request.clone()).await;
        assert!(page.experts.len() <= 1 && page.warnings.is_empty(), "{page:?}");
        all.extend(people(&page));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return all;
        }
    }
}

async fn named(client: &Client, filter: pb::PeopleFilter) -> Vec<String> {
    people(&find(client, pb::FindExpertsRequest { people_filter: Some(filter), ..ask("tide") }).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_people_who_left_are_named_on_request_only() {
    let (_house, asker) = harbour().await;
    assert_eq!(people(&find(&asker, ask("tide")).await), ["people/ada", "people/bo", "people/cy", "people/stub"]);
    let kinds = |kinds: &[pb::PersonKind]| pb::PeopleFilter {
        kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        ..Default::default()
    };
    assert_eq!(named(&asker, kinds(&[pb::PersonKind::Bot, pb::PersonKind::Shared])).await, ["people/gauge", "people/desk"]);
    let left = pb::PeopleFilter { states: vec![pb::PersonState::Left.into()], ..Default::default() };
    assert_eq!(named(&asker, left).await, ["people/old"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_restrict_who_is_named() {
    let (house, asker) = harbour().await;
    let writer = house.client(Some("people/writer"));
    put_community(&writer, "pilots", &["cy", "gauge"], &["writer"]).await;
    let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let unit = pb::PeopleFilter { units: texts(&["DOCKS"]), ..Default::default() };
    assert_eq!(named(&asker, unit.clone()).await, ["people/ada", "people/bo"]);
    let place = pb::PeopleFilter { locations: texts(&["kiel"]), ..Default::default() };
    assert_eq!(named(&asker, place.clone()).await, ["people/ada", "people/cy"]);
    let both = pb::PeopleFilter { locations: texts(&["kiel"]), ..unit.clone() };
    assert_eq!(named(&asker, both).await, ["people/ada"]);
    assert_eq!(named(&asker, pb::PeopleFilter { skills: texts(&["sluices"]), ..Default::default() }).await, ["people/ada"]);
    let spoken = pb::PeopleFilter { languages: texts(&["da-DK", "sv"]), ..Default::default() };
    assert_eq!(named(&asker, spoken.clone()).await, ["people/bo"]);
    assert_eq!(named(&asker, pb::PeopleFilter { locations: texts(&["kiel"]), ..spoken.clone() }).await, Vec::<String>::new());
    let community = pb::PeopleFilter { communities: texts(&["communities/pilots"]), ..Default::default() };
    assert_eq!(named(&writer, community).await, ["people/cy"]);

    let unknown = pb::PeopleFilter { communities: texts(&["communities/none"]), ..Default::default() };
    let answer = find(&asker, pb::FindExpertsRequest { people_filter: Some(unknown), ..ask("tide") }).await;
    assert!(answer.experts.is_empty() && answer.abstained, "{answer:?}");
    assert_eq!(answer.warnings[0].field, "people_filter.communities[0]");

    let request = pb::FindExpertsRequest { people_filter: Some(place), ..ask("tide") };
    assert_eq!(paged(&asker, request).await, ["people/ada", "people/cy"]);

    let since = Some(prost_types::Timestamp { seconds: 1_700_004_500, nanos: 0 });
    assert_eq!(
        people(&find(&asker, pb::FindExpertsRequest { active_since: since, ..ask("tide") }).await),
        ["people/cy", "people/stub"]
    );

    let anonymous = house.client(None);
    assert_eq!(named(&anonymous, pb::PeopleFilter::default()).await, ["people/ada", "people/bo", "people/cy", "people/stub"]);
    for filter in [unit, spoken] {
        assert_eq!(named(&anonymous, filter).await, Vec::<String>::new());
    }
    let bad = pb::PeopleFilter { languages: texts(&["da", "danish"]), ..Default::default() };
    let request = pb::FindExpertsRequest { people_filter: Some(bad), ..ask("tide") };
    let refused = asker.discovery().find_experts(asker.request(request)).await.unwrap_err();
    assert_eq!(fields(&refused), ["people_filter.languages[1]"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_asker_is_left_out_on_request() {
    let (house, _) = harbour().await;
    let ada = house.client(Some("people/ada"));
    assert_eq!(people(&find(&ada, ask("tide")).await)[0], "people/ada");
    let others = pb::FindExpertsRequest { exclude_asker: true, ..ask("tide") };
    assert_eq!(people(&find(&ada, others.clone()).await), ["people/bo", "people/cy", "people/stub"]);
    let writer = house.client(Some("people/writer"));
    let link = pb::LinkAliasRequest { person: "people/ada".to_owned(), alias: "people/stub".to_owned(), ..Default::default() };
    writer.people().link_alias(writer.request(link)).await.unwrap();
    let account = house.client(Some("people/stub"));
    assert_eq!(people(&find(&account, others).await), ["people/bo", "people/cy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn units_take_turns() {
    let (house, asker) = harbour().await;
    let by_unit = pb::FindExpertsRequest { diversity: pb::ExpertDiversity::Unit.into(), ..ask("tide") };
    let turns = ["people/ada", "people/cy", "people/stub", "people/bo"];
    assert_eq!(people(&find(&asker, by_unit.clone()).await), turns);
    assert_eq!(paged(&asker, by_unit.clone()).await, turns);
    let cy = house.client(Some("people/cy"));
    let outside_first = ["people/ada", "people/stub", "people/bo", "people/cy"];
    assert_eq!(people(&find(&cy, by_unit.clone()).await), outside_first);
    assert_eq!(paged(&cy, by_unit.clone()).await, outside_first);
    let anonymous = house.client(None);
    let without = people(&find(&anonymous, ask("tide")).await);
    assert_eq!(people(&find(&anonymous, by_unit).await), without, "units are not seen, and order nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_covers_is_told() {
    let (house, asker) = harbour().await;
    let answer = find(&asker, ask("who knows the tide and locks or dredging?")).await;
    assert_eq!(answer.uncovered_words, ["locks", "dredging"], "a program's locks are nobody's");
    assert!(find(&asker, ask("tide")).await.uncovered_words.is_empty());
    assert_eq!(find(&asker, ask("the falcon")).await.uncovered_words, ["falcon"], "also where nothing matches");

    let writer = house.client(Some("people/writer"));
    let mut hidden = document("hidden", "Dredging", "dredging", "bo");
    hidden.audience = Some(pb::Audience { allowed: vec!["people/bo".to_owned()], ..audience(Grant::Restricted) });
    put(&writer, hidden).await.unwrap();
    let last = put(&writer, document("cy-locks", "Locks", "locks", "cy")).await.unwrap();
    let request = pb::FindExpertsRequest { min_revision: last.revision, page_size: 1, ..ask("tide locks dredging") };
    let answer = find(&asker, request).await;
    assert_eq!(people(&answer), ["people/cy"], "who covers two subjects comes before who wrote more on one");
    assert_eq!(answer.uncovered_words, ["dredging"], "what is hidden covers nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_shown_in_the_strongest_role_that_counts() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let mut answer = document("answer", "Moon", "spring tides follow the moon", "ada");
    answer.people.push(pb::Participation { person: "people/ada".to_owned(), role: pb::Role::Answerer.into() });
    let min_revision = put(&writer, answer).await.unwrap().revision;
    let roles = |roles: &[pb::Role]| roles.iter().map(|role| (*role).into()).collect::<Vec<i32>>();
    for (wanted, shown) in [
        (roles(&[]), pb::Role::Answerer),
        (roles(&[pb::Role::Author, pb::Role::Answerer]), pb::Role::Answerer),
        (roles(&[pb::Role::Mentioned, pb::Role::Author]), pb::Role::Author),
    ] {
        let request = pb::FindExpertsRequest { roles: wanted.clone(), min_revision: min_revision.clone(), ..ask("moon") };
        let found = find(&writer, request).await;
        assert_eq!(found.experts[0].evidence[0].role(), shown, "{wanted:?}");
        assert_eq!(found.experts[0].counts[0].role(), shown, "{wanted:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_shown_with_the_headline_of_its_thread() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let topic =
        pb::Document { kind: pb::DocumentKind::Topic.into(), ..document("lock", "Stuck sluice gate", "which pump?", "ada") };
    put(&writer, topic).await.unwrap();
    let place = pb::ThreadPlace { root: "documents/lock".to_owned(), parent: "documents/lock".to_owned() };
    let kind = pb::DocumentKind::Reply.into();
    let reply = pb::Document { kind, thread: Some(place), ..document("pump", "", "take the sluice pump", "bo") };
    let min_revision = put(&writer, reply).await.unwrap().revision;
    let found = find(&writer, pb::FindExpertsRequest { min_revision, ..ask("sluice") }).await;
    let shown = |person: &str| {
        let hit = found.experts.iter().find(|hit| hit.person.as_ref().unwrap().name == person).unwrap();
        (hit.evidence[0].title.as_str(), hit.evidence[0].thread_title.as_str())
    };
    assert_eq!(shown("people/bo"), ("", "Stuck sluice gate"));
    assert_eq!(shown("people/ada"), ("Stuck sluice gate", ""));
}
