//! Birds of a feather, asked of the real services.
//!
//! Proved: 1. peers share topics, with counts of both sides and contributions that add up, those beyond the bound included; 2. hidden
//! documents have no part, and what is taken away none with the next call; 3. who is hidden and who is nobody are not found in the same
//! words, and the asker always is; 4. programs, shared accounts and people who left are named where they are asked for only, and
//! filters restrict who is named; 5. pages have no gap or duplicate, also while others write; 6. an account's documents are the
//! person's; 7. whoever only declares skills finds peers, and anonymous askers are told of none; 8. an answer that names nobody says
//! why; 9. what is wrong is named at once, and nobody has no interests.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, put, put_community, restricted};

async fn profile(client: &Client, id: &str, person: pb::Person) {
    let request = pb::CreatePersonRequest { person: Some(person), person_id: id.to_owned(), ..Default::default() };
    client.people().create_person(client.request(request)).await.unwrap();
}

fn tagged(id: &str, author: &str, hashtags: &[&str]) -> pb::Document {
    pb::Document { hashtags: hashtags.iter().map(ToString::to_string).collect(), ..document(id, "Title", "body", author) }
}

/// So many documents by somebody about a topic; the revision of the last.
async fn write(client: &Client, author: &str, hashtag: &str, count: usize) -> String {
    let mut revision = String::new();
    for n in 0..count {
        revision = put(client, tagged(&format!("{author}-{hashtag}-{n}"), author, &[hashtag])).await.unwrap().revision;
    }
    revision
}

fn of(person: &str) -> pb::FindPeersRequest {
    pb::FindPeersRequest { person: format!("people/{person}"), ..Default::default() }
}

async fn try_find(client: &Client, request: pb::FindPeersRequest) -> Result<pb::FindPeersResponse, Status> {
    Ok(client.discovery().find_peers(client.request(request)).await?.into_inner())
}

async fn find(client: &Client, request: pb::FindPeersRequest) -> pb::FindPeersResponse {
    try_find(client, request).await.unwrap()
}

fn names(answer: &pb::FindPeersResponse) -> Vec<&str> {
    answer.peers.iter().map(|hit| hit.person.as_ref().unwrap().name.trim_start_matches("people/")).collect()
}

/// Each topic with the person's documents and whether it is declared, the weightiest first.
fn topics(answer: &pb::FindPeersResponse) -> Vec<(&str, i32, bool)> {
    answer.topics.iter().map(|interest| (interest.topic.as_str(), interest.document_count, interest.declared)).collect()
}

/// Each shared topic with the documents of the person and of the peer, the largest contribution first.
fn shared(hit: &pb::PeerHit) -> Vec<(&str, i32, i32)> {
    let told = hit.shared_topics.iter();
    told.map(|shared| (shared.topic.as_str(), shared.document_count, shared.peer_document_count)).collect()
}

fn check_sums(answer: &pb::FindPeersResponse) {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let weights: f64 = answer.topics.iter().map(|interest| interest.weight).sum();
    assert!(answer.topics.is_empty() || close(weights, 1.0), "{answer:?}");
    for hit in &answer.peers {
        let shown: f64 = hit.shared_topics.iter().map(|shared| shared.contribution).sum();
        assert!(close(shown + hit.other_contribution, hit.similarity), "{hit:?}");
        assert!(hit.similarity > 0.0 && hit.similarity < 1.0 && !hit.reasons.is_empty(), "{hit:?}");
    }
}

/// Ada writes about tides and docks and asks about cranes; bo, cy and dee share less and less of it, and eve nothing.
async fn harbour() -> (House, Client, String) {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    write(&writer, "ada", "tides", 3).await;
    write(&writer, "ada", "docks", 1).await;
    let asks = pb::Participation { person: "people/ada".to_owned(), role: pb::Role::Asker.into() };
    put(&writer, pb::Document { people: vec![asks], ..tagged("question", "ada", &["cranes"]) }).await.unwrap();
    write(&writer, "bo", "tides", 2).await;
    write(&writer, "bo", "docks", 1).await;
    write(&writer, "bo", "cranes", 1).await;
    write(&writer, "cy", "tides", 2).await;
    write(&writer, "dee", "tides", 1).await;
    write(&writer, "eve", "sails", 5).await;
    let mut mentions = tagged("mentions", "eve", &["sails"]);
    mentions.people.push(pb::Participation { person: "people/bo".to_owned(), role: pb::Role::Mentioned.into() });
    let last = put(&writer, mentions).await.unwrap().revision;
    (house, writer, last)
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_share_topics_and_contributions_add_up() {
    let (house, _, last) = harbour().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let answer = find(&ada, pb::FindPeersRequest { min_revision: last.clone(), ..Default::default() }).await;
    assert_eq!(names(&answer), ["bo", "cy", "dee"], "who shares most comes first, and ada is not her own peer");
    check_sums(&answer);
    let mut known = topics(&answer);
    known.sort_unstable();
    assert_eq!(known, [("cranes", 1, false), ("docks", 1, false), ("tides", 3, false)], "asking is an interest, too");
    let of_bo = &answer.peers[0];
    let mut of_both = shared(of_bo);
    of_both.sort_unstable();
    assert_eq!(of_both, [("cranes", 1, 1), ("docks", 1, 1), ("tides", 3, 2)]);
    assert!(of_bo.shared_topics.is_sorted_by(|a, b| a.contribution >= b.contribution));
    assert_eq!(of_bo.reasons.last().unwrap(), "shares 3 of 3 topics");
    assert_eq!(answer.peers[1].reasons, ["has a part in 2 documents about #tides", "shares 1 of 3 topics"]);
    let weight = answer.topics.iter().find(|interest| interest.topic == "tides").unwrap().weight;
    assert!((answer.peers[1].similarity - weight / 2.0).abs() < 1e-9, "two documents cover half of a topic");

    let bo = house.client(Some("people/bo"));
    assert_eq!(find(&bo, of("ada")).await.peers, answer.peers, "the asker may be somebody else's peer");
    assert_eq!(names(&find(&bo, of("eve")).await), Vec::<&str>::new(), "being mentioned is no interest");
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_beyond_the_bound_are_summed_up() {
    let house = House::open_with(&[("ROOKERY__LIMITS__EVIDENCE_PER_PERSON", "1")]).await;
    let writer = house.client(Some("people/writer"));
    for author in ["ada", "bo"] {
        for topic in ["a", "b", "c"] {
            write(&writer, author, topic, 1).await;
        }
    }
    // So many that the weakest are passed over.
    let many: Vec<String> = (0..40).map(|n| format!("z{n:02}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    put(&writer, tagged("ada-many", "ada", &many)).await.unwrap();
    let min_revision = write(&writer, "ada", "a", 3).await;
    let answer = find(&writer, pb::FindPeersRequest { min_revision, ..of("ada") }).await;
    check_sums(&answer);
    assert_eq!(answer.topics.len(), 32);
    let hit = &answer.peers[0];
    assert_eq!((shared(hit), hit.other_count), (vec![("a", 3, 1)], 2), "{answer:?}");
    assert!(hit.other_contribution > 0.0);
    assert_eq!(hit.reasons.last().unwrap(), "shares 3 of 32 topics");
}

/// An answer without its tokens.
fn bare(answer: pb::FindPeersResponse) -> pb::FindPeersResponse {
    pb::FindPeersResponse { revision: String::new(), next_page_token: String::new(), ..answer }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_documents_have_no_part() {
    let (house, writer, last) = harbour().await;
    let ask = async |min_revision: &str| {
        let mut answers = Vec::new();
        for asker in [Some("people/reader"), Some("people/ada"), None] {
            for person in ["ada", "bo", "eve"] {
                let request = pb::FindPeersRequest { page_size: 2, min_revision: min_revision.to_owned(), ..of(person) };
                let answer = find(&house.client(asker).without_scopes(), request).await;
                // Tokens differ from call to call, and have one length.
                answers.push((answer.next_page_token.len(), bare(answer)));
            }
        }
        answers
    };
    let before = ask(&last).await;
    for (n, (author, topic)) in [("bo", "sails"), ("eve", "tides"), ("ghost", "tides"), ("cy", "docks")].iter().enumerate() {
        let hidden = pb::Document {
            audience: Some(restricted(&["people/insider"])),
            ..tagged(&format!("hidden{n}"), author, &[topic, "tides", "secret"])
        };
        put(&writer, hidden).await.unwrap();
    }
    let hidden = pb::Document { audience: Some(restricted(&["people/insider"])), ..tagged("hidden", "ada", &["sails"]) };
    let last = put(&writer, hidden).await.unwrap().revision;
    assert_eq!(ask(&last).await, before);
    let insider = house.client(Some("people/insider")).without_scopes();
    assert!(names(&find(&insider, of("ada")).await).contains(&"ghost"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_has_no_part_with_the_next_call() {
    let (house, writer, last) = harbour().await;
    let reader = house.client(Some("people/reader")).without_scopes();
    find(&reader, pb::FindPeersRequest { min_revision: last, ..of("ada") }).await;
    for n in 0..2 {
        let request = pb::DeleteDocumentRequest { name: format!("documents/cy-tides-{n}"), ..Default::default() };
        writer.content().delete_document(writer.request(request)).await.unwrap();
    }
    let narrowed = pb::Document { audience: Some(restricted(&["people/dee"])), ..tagged("dee-tides-0", "dee", &["tides"]) };
    put(&writer, narrowed).await.unwrap();
    let mut gone = pb::UpdateAudienceRequest { audience: Some(restricted(&["people/ada"])), ..Default::default() };
    gone.name = "documents/ada-docks-0".to_owned();
    writer.content().update_audience(writer.request(gone)).await.unwrap();
    let answer = find(&reader, of("ada")).await;
    assert_eq!(names(&answer), ["bo"]);
    let mut known = topics(&answer);
    known.sort_unstable();
    assert_eq!(known, [("cranes", 1, false), ("tides", 3, false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_and_unknown_people_are_not_found_alike() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, "cy", pb::Person::default()).await;
    let secret = pb::Document { audience: Some(restricted(&["people/insider"])), ..tagged("s", "ghost", &["tides"]) };
    put(&writer, secret).await.unwrap();
    let inside = pb::Document { audience: Some(audience(Grant::Organization)), ..tagged("o", "cy", &["tides"]) };
    let min_revision = put(&writer, inside).await.unwrap().revision;
    let reader = house.client(Some("people/reader")).without_scopes();
    let refused = async |client: &Client, person: &str| {
        let request = pb::FindPeersRequest { min_revision: min_revision.clone(), ..of(person) };
        let status = try_find(client, request).await.unwrap_err();
        assert_eq!(status.code(), Code::NotFound, "{status:?}");
        // Names of one length, so that what surrounds them is alike to the byte.
        let alike = |text: &str| text.replace(&format!("people/{person}"), "SOMEBODY");
        (alike(status.message()), alike(&String::from_utf8_lossy(status.details())))
    };
    assert_eq!(refused(&reader, "ghost").await, refused(&reader, "never").await);
    let link = pb::LinkAliasRequest { person: "people/cy".to_owned(), alias: "people/forum:cy".to_owned(), ..Default::default() };
    writer.people().link_alias(writer.request(link)).await.unwrap();
    let anonymous = house.client(None);
    assert_eq!(refused(&anonymous, "cy").await, refused(&anonymous, "xy").await);
    assert_eq!(refused(&anonymous, "forum:cy").await, refused(&anonymous, "forum:xy").await, "nor is told whose account it is");
    assert_eq!(topics(&find(&reader, of("cy")).await), [("tides", 1, false)], "whoever is signed in sees the profile");
    assert!(find(&reader, of("reader")).await.topics.is_empty(), "nobody is hidden from themselves");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_people_who_left_are_named_on_request_only() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let kind = |kind: pb::PersonKind| pb::Person { kind: kind.into(), ..Default::default() };
    profile(&writer, "gauge", kind(pb::PersonKind::Bot)).await;
    profile(&writer, "desk", kind(pb::PersonKind::Shared)).await;
    profile(&writer, "old", pb::Person { state: pb::PersonState::Left.into(), ..Default::default() }).await;
    profile(&writer, "bo", pb::Person { unit: "Docks".to_owned(), ..Default::default() }).await;
    profile(&writer, "cy", pb::Person::default()).await;
    put_community(&writer, "pilots", &["cy", "gauge"], &["writer"]).await;
    let mut min_revision = String::new();
    for author in ["ada", "gauge", "desk", "old", "bo", "cy"] {
        min_revision = write(&writer, author, "tides", 2).await;
    }
    let named = async |client: &Client, people_filter: pb::PeopleFilter| {
        let request =
            pb::FindPeersRequest { people_filter: Some(people_filter), min_revision: min_revision.clone(), ..of("ada") };
        let answer = find(client, request).await;
        let warned: Vec<String> = answer.warnings.iter().map(|warning| warning.field.clone()).collect();
        (names(&answer).join(" "), warned.join(" "))
    };
    let told = |names: &str| (names.to_owned(), String::new());
    let plain = pb::PeopleFilter::default;
    assert_eq!(named(&writer, plain()).await, told("bo cy"));
    let kinds = vec![pb::PersonKind::Bot.into(), pb::PersonKind::Shared.into()];
    assert_eq!(named(&writer, pb::PeopleFilter { kinds, ..plain() }).await, told("desk gauge"));
    let left = pb::PeopleFilter { states: vec![pb::PersonState::Left.into()], ..plain() };
    assert_eq!(named(&writer, left.clone()).await, told("old"));
    let docks = pb::PeopleFilter { units: vec!["docks".to_owned()], ..plain() };
    assert_eq!(named(&writer, docks.clone()).await, told("bo"));
    let pilots = pb::PeopleFilter { communities: vec!["communities/pilots".to_owned()], ..plain() };
    assert_eq!(named(&writer, pilots.clone()).await, told("cy"));
    let stranger = house.client(Some("people/stranger")).without_scopes();
    assert_eq!(named(&stranger, pilots).await, (String::new(), "people_filter.communities[0]".to_owned()));
    let anonymous = house.client(None);
    assert_eq!(named(&anonymous, plain()).await, told("bo cy"));
    assert_eq!(named(&anonymous, docks).await, told(""), "anonymous askers see no units");
    assert_eq!(named(&anonymous, left).await, told(""));
}

/// Everybody, on pages of one, with `between` done after the first page; and whether any page warned.
async fn paged(client: &Client, request: pb::FindPeersRequest, between: impl AsyncFn() -> String) -> (Vec<String>, bool) {
    let mut request = pb::FindPeersRequest { page_size: 1, ..request };
    let (mut all, mut warned) = (Vec::new(), false);
    loop {
        let page = find(client, request.clone()).await;
        check_sums(&page);
        assert!(page.peers.len() <= 1 && !page.abstained, "{page:?}");
        warned |= page.warnings.iter().any(|warning| warning.code() == pb::warning::Code::IndexMoved);
        all.extend(names(&page).into_iter().map(str::to_owned));
        if page.next_page_token.is_empty() {
            return (all, warned);
        }
        if request.page_token.is_empty() {
            request.min_revision = between().await;
        }
        request.page_token = page.next_page_token;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_no_gap_or_duplicate() {
    let (house, writer, last) = harbour().await;
    let last = write(&writer, "fay", "tides", 1).await.max(last);
    let reader = house.client(Some("people/reader")).without_scopes();
    let request = pb::FindPeersRequest { min_revision: last.clone(), ..of("ada") };
    let everybody = ["bo", "cy", "dee", "fay"];
    let (all, warned) = paged(&reader, request.clone(), async || last.clone()).await;
    assert_eq!((all.as_slice(), warned), (everybody.map(str::to_owned).as_slice(), false));
    // What others write moves the weights of topics, and not those of pages that go on.
    let meanwhile = async || {
        write(&writer, "gus", "sails", 9).await;
        write(&writer, "ada", "tides", 9).await
    };
    let (all, warned) = paged(&reader, request.clone(), meanwhile).await;
    assert_eq!((all.as_slice(), warned), (everybody.map(str::to_owned).as_slice(), true));
    // A token holds for its request and asker.
    let page = find(&reader, pb::FindPeersRequest { page_size: 1, ..request.clone() }).await;
    let token = page.next_page_token;
    let foreign = try_find(&reader, pb::FindPeersRequest { page_token: token.clone(), ..of("bo") }).await.unwrap_err();
    assert_eq!(fields(&foreign), ["page_token"]);
    let other = try_find(&writer, pb::FindPeersRequest { page_token: token, ..request }).await.unwrap_err();
    assert_eq!(fields(&other), ["page_token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_documents_are_the_persons() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    for id in ["ada", "bo"] {
        profile(&writer, id, pb::Person::default()).await;
    }
    write(&writer, "forum:ada", "tides", 2).await;
    write(&writer, "forum:bo", "tides", 1).await;
    let mut both = tagged("both", "bo", &["tides"]);
    both.people.push(pb::Participation { person: "people/forum:bo".to_owned(), role: pb::Role::Contributor.into() });
    put(&writer, both).await.unwrap();
    let min_revision = write(&writer, "ada", "docks", 1).await;
    for id in ["ada", "bo"] {
        let link =
            pb::LinkAliasRequest { person: format!("people/{id}"), alias: format!("people/forum:{id}"), ..Default::default() };
        writer.people().link_alias(writer.request(link)).await.unwrap();
    }
    let reader = house.client(Some("people/reader")).without_scopes();
    let answer = find(&reader, pb::FindPeersRequest { min_revision, ..of("ada") }).await;
    let mut known = topics(&answer);
    known.sort_unstable();
    assert_eq!(known, [("docks", 1, false), ("tides", 2, false)]);
    assert_eq!(names(&answer), ["bo"], "neither ada's account nor bo's is somebody else");
    assert_eq!(shared(&answer.peers[0]), [("tides", 2, 2)], "a document under two names of one person counts once");
    assert_eq!(find(&reader, of("forum:ada")).await.peers, answer.peers);
    let account = house.client(Some("people/forum:ada"));
    assert_eq!(find(&account, pb::FindPeersRequest::default()).await.peers, answer.peers);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_only_declares_skills_finds_peers() {
    let (house, writer, last) = harbour().await;
    let skills = ["Tides", "tides", "Quiet harbours", "!!!"].map(str::to_owned).to_vec();
    profile(&writer, "new", pb::Person { skills, ..Default::default() }).await;
    let colleague = house.client(Some("people/new")).without_scopes();
    let answer = find(&colleague, pb::FindPeersRequest { min_revision: last, ..Default::default() }).await;
    check_sums(&answer);
    assert_eq!(topics(&answer), [("quiet-harbours", 0, true), ("tides", 0, true)], "what is no topic label is passed over");
    assert_eq!(names(&answer), ["ada", "bo", "cy", "dee"]);
    assert_eq!(shared(&answer.peers[0]), [("tides", 0, 3)]);
    assert_eq!(names(&find(&house.client(Some("people/reader")), of("new")).await), ["ada", "bo", "cy", "dee"]);
    // Declared by somebody who also writes about it, a skill counts as one document more, and to anonymous askers as nothing.
    let min_revision = write(&writer, "new", "sails", 1).await;
    let known = find(&colleague, pb::FindPeersRequest { min_revision, ..Default::default() }).await;
    assert_eq!(topics(&known).len(), 3);
    let outside = find(&house.client(None), of("new")).await;
    assert_eq!((topics(&outside), names(&outside)), (vec![("sails", 1, false)], vec!["eve"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_nobody_says_why() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, "gauge", pb::Person { kind: pb::PersonKind::Bot.into(), ..Default::default() }).await;
    write(&writer, "ada", "tides", 1).await;
    write(&writer, "cy", "cranes", 1).await;
    let min_revision = write(&writer, "gauge", "tides", 1).await;
    let why = async |person: &str| {
        let answer = find(&writer, pb::FindPeersRequest { min_revision: min_revision.clone(), ..of(person) }).await;
        assert!(answer.abstained && answer.peers.is_empty() && answer.next_page_token.is_empty());
        (answer.abstention_reason(), answer.topics.len())
    };
    assert_eq!(why("ada").await, (pb::AbstentionReason::TooLittleEvidence, 1), "only a program shares it");
    assert_eq!(why("cy").await, (pb::AbstentionReason::NoEvidence, 1), "nobody else has a part in it");
    assert_eq!(why("writer").await, (pb::AbstentionReason::NoEvidence, 0), "no interests are known");
    let found = find(&writer, of("gauge")).await;
    assert_eq!((names(&found), found.abstained), (vec!["ada"], false));
    assert_eq!(found.abstention_reason(), pb::AbstentionReason::Unspecified);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once() {
    let house = House::open().await;
    let client = house.client(Some("people/ada"));
    let people_filter = pb::PeopleFilter {
        kinds: vec![9],
        units: vec!["\u{0}".to_owned()],
        skills: vec!["x".to_owned(); 1_000],
        ..Default::default()
    };
    let request = pb::FindPeersRequest {
        person: "people/a b".to_owned(),
        people_filter: Some(people_filter),
        page_size: -1,
        page_token: "nonsense".to_owned(),
        min_revision: "nonsense".to_owned(),
    };
    let named = fields(&try_find(&client, request).await.unwrap_err());
    for field in [
        "person",
        "people_filter.kinds[0]",
        "people_filter.units[0]",
        "people_filter.skills",
        "page_size",
        "page_token",
        "min_revision",
    ] {
        assert!(named.iter().any(|one| one == field), "{field} in {named:?}");
    }
    for person in ["ada", "documents/ada", "people/", "people/\u{0}"] {
        let request = pb::FindPeersRequest { person: person.to_owned(), ..Default::default() };
        assert_eq!(fields(&try_find(&client, request).await.unwrap_err()), ["person"], "{person}");
    }
    let nobody = try_find(&house.client(None), pb::FindPeersRequest::default()).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
}
