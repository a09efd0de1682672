//! Finding discussions, asked of the real services.
//!
//! Proved: 1. a hidden accepted reply solves nothing, and is in no count, date or list of people; 2. a hidden message brings no
//! discussion and is shown by none; 3. a discussion outlives its root; 4. an article is a discussion to those who may read a
//! comment; 5. what is taken away is gone from a discussion with the next call; 6. pages in every order hold each discussion once,
//! whatever happens to others; 7. people behind what was found are counted on the first page; 8. bad requests are refused by
//! field, and odd ones answered.

use std::collections::BTreeSet;

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;

use crate::support::{Client, House, audience, document, fields, put, restricted};

const ORDERS: [pb::DiscussionOrder; 3] =
    [pb::DiscussionOrder::Relevance, pb::DiscussionOrder::LastActivity, pb::DiscussionOrder::Reactions];

fn at(seconds: i64, document: pb::Document) -> pb::Document {
    let time = Some(prost_types::Timestamp { seconds: 1_700_000_000 + seconds, nanos: 0 });
    pb::Document { create_time: time, update_time: time, ..document }
}

fn topic(id: &str, body: &str, author: &str) -> pb::Document {
    pb::Document { kind: pb::DocumentKind::Topic.into(), ..document(id, &format!("About {id}"), body, author) }
}

fn reply(id: &str, root: &str, body: &str, author: &str) -> pb::Document {
    let place = pb::ThreadPlace { root: format!("documents/{root}"), parent: format!("documents/{root}") };
    let thread = Some(place);
    pb::Document { kind: pb::DocumentKind::Reply.into(), thread, ..document(id, "", body, author) }
}

fn hidden(document: pb::Document) -> pb::Document {
    pb::Document { audience: Some(restricted(&["people/ada"])), ..document }
}

/// Writes everything, and returns the revision of the last.
async fn write(client: &Client, documents: impl IntoIterator<Item = pb::Document>) -> String {
    let mut last = String::new();
    for document in documents {
        last = put(client, document).await.expect("a good document goes in").revision;
    }
    last
}

async fn find(client: &Client, request: pb::FindDiscussionsRequest) -> pb::FindDiscussionsResponse {
    client.discovery().find_discussions(client.request(request)).await.expect("discussions are found").into_inner()
}

fn about(query: &str, min_revision: &str) -> pb::FindDiscussionsRequest {
    let (query, min_revision) = (query.to_owned(), min_revision.to_owned());
    pb::FindDiscussionsRequest { query, min_revision, include_total: true, ..Default::default() }
}

fn roots(answer: &pb::FindDiscussionsResponse) -> Vec<&str> {
    answer.discussions.iter().map(|hit| hit.name.trim_start_matches("documents/")).collect()
}

fn message(hit: Option<&pb::DocumentHit>) -> &str {
    let document = hit.and_then(|hit| hit.document.as_ref());
    document.map_or("", |document| document.name.trim_start_matches("documents/"))
}

fn participants(hit: &pb::DiscussionHit) -> Vec<&str> {
    hit.participants.iter().map(|person| person.name.trim_start_matches("people/")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_accepted_reply_solves_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let answer = pb::Document { accepted: true, ..at(50, reply("answer", "ask", "the moon pulls", "cy")) };
    let documents = [
        at(10, topic("ask", "why do tides come twice?", "bo")),
        at(20, reply("me-too", "ask", "I wonder as well", "dee")),
        at(30, reply("more", "ask", "and so do I", "dee")),
        hidden(answer),
    ];
    let revision = write(&ada, documents).await;
    let inside = find(&ada, about("tides", &revision)).await;
    let hit = &inside.discussions[0];
    assert_eq!((hit.solved, hit.accepted_answer.as_str(), hit.message_count), (true, "documents/answer", 4));
    assert_eq!((participants(hit), hit.participant_count), (vec!["dee", "bo", "cy"], 3));
    assert_eq!(hit.last_activity_time.unwrap().seconds, 1_700_000_050);
    let anonymous = house.client(None);
    let outside = find(&anonymous, about("tides", &revision)).await;
    let hit = &outside.discussions[0];
    assert_eq!((hit.solved, hit.accepted_answer.as_str(), hit.message_count, hit.match_count), (false, "", 3, 1));
    assert_eq!((participants(hit), hit.participant_count), (vec!["dee", "bo"], 2));
    assert_eq!(hit.last_activity_time.unwrap().seconds, 1_700_000_030);
    for (client, state, expected) in [
        (&ada, pb::DiscussionState::Solved, 1),
        (&ada, pb::DiscussionState::Unsolved, 0),
        (&anonymous, pb::DiscussionState::Solved, 0),
        (&anonymous, pb::DiscussionState::Unsolved, 1),
    ] {
        let answer = find(client, pb::FindDiscussionsRequest { state: state.into(), ..about("tides", &revision) }).await;
        assert_eq!((answer.discussions.len(), answer.total.unwrap().count), (expected, i32::try_from(expected).unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_message_brings_no_discussion() {
    let house = House::open().await;
    let (ada, anonymous) = (house.client(Some("people/ada")), house.client(None));
    let documents = [
        topic("one", "who knows the tides of the harbour", "bo"),
        hidden(reply("best", "one", "tides tides tides", "cy")),
        topic("two", "who knows the harbour", "bo"),
        hidden(reply("only", "two", "tides", "cy")),
    ];
    let revision = write(&ada, documents).await;
    let inside = find(&ada, about("tides", &revision)).await;
    assert_eq!(roots(&inside).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["one", "two"]));
    let one = inside.discussions.iter().find(|hit| hit.name == "documents/one").unwrap();
    assert_eq!((message(one.best.as_ref()), message(one.matches.first()), one.match_count), ("best", "one", 2));
    assert!(!one.best.as_ref().unwrap().snippet.as_ref().unwrap().highlights.is_empty());
    let outside = find(&anonymous, about("tides", &revision)).await;
    assert_eq!((roots(&outside), outside.total.unwrap().count), (vec!["one"], 1));
    let one = &outside.discussions[0];
    assert_eq!((message(one.best.as_ref()), one.matches.len(), one.match_count), ("one", 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discussion_outlives_its_root() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    write(&ada, [topic("root", "tides", "bo"), reply("left", "root", "tides turn", "cy")]).await;
    let delete = pb::DeleteDocumentRequest { name: "documents/root".to_owned(), ..Default::default() };
    let revision = ada.content().delete_document(ada.request(delete)).await.unwrap().into_inner().revision;
    let answer = find(&ada, about("tides", &revision)).await;
    let hit = &answer.discussions[0];
    assert_eq!((roots(&answer), message(hit.best.as_ref()), hit.message_count), (vec!["root"], "left", 1));
    assert!(hit.root.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_a_discussion_to_those_who_may_read_a_comment() {
    let house = House::open().await;
    let (ada, anonymous) = (house.client(Some("people/ada")), house.client(None));
    let article = |id: &str| pb::Document { kind: pb::DocumentKind::Article.into(), ..document(id, id, "about tides", "bo") };
    let documents = [
        article("commented"),
        reply("comment", "commented", "nice", "cy"),
        article("whispered"),
        hidden(reply("whisper", "whispered", "hush", "cy")),
        article("alone"),
    ];
    let revision = write(&ada, documents).await;
    for order in ORDERS {
        let ask = || pb::FindDiscussionsRequest { order: order.into(), ..about("tides", &revision) };
        let inside = find(&ada, ask()).await;
        assert_eq!(roots(&inside).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["commented", "whispered"]));
        let outside = find(&anonymous, ask()).await;
        assert_eq!((roots(&outside), outside.total.unwrap().count), (vec!["commented"], 1));
        let hit = &outside.discussions[0];
        assert_eq!(hit.root.as_ref().map(|root| root.title.as_str()), Some("commented"));
        assert_eq!((hit.message_count, participants(hit)), (2, vec!["bo", "cy"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_is_gone_from_a_discussion_with_the_next_call() {
    let house = House::open().await;
    let (ada, anonymous) = (house.client(Some("people/ada")), house.client(None));
    let article = pb::Document { kind: pb::DocumentKind::Article.into(), ..document("article", "tides", "tides", "bo") };
    let documents = [
        at(10, topic("ask", "tides", "bo")),
        pb::Document { accepted: true, ..at(50, reply("answer", "ask", "tides tides", "cy")) },
        article,
        reply("comment", "article", "nice", "cy"),
    ];
    let revision = write(&ada, documents).await;
    let both = find(&anonymous, about("tides", &revision)).await;
    assert_eq!(roots(&both).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["article", "ask"]));
    assert!(both.discussions.iter().any(|hit| hit.solved && hit.message_count == 2));
    let mut last = String::new();
    for name in ["documents/answer", "documents/comment"] {
        let audience = Some(restricted(&["people/ada"]));
        let request = pb::UpdateAudienceRequest { name: name.to_owned(), audience, ..Default::default() };
        last = ada.content().update_audience(ada.request(request)).await.unwrap().into_inner().revision;
    }
    for settled in ["", &last] {
        let request = pb::FindDiscussionsRequest { people_wanted: 9, ..about("tides", settled) };
        let left = find(&anonymous, request).await;
        assert_eq!((roots(&left), left.total.unwrap().count, left.people.len()), (vec!["ask"], 1, 1));
        let hit = &left.discussions[0];
        assert_eq!((message(hit.best.as_ref()), hit.match_count, hit.message_count), ("ask", 1, 1));
        assert_eq!((hit.solved, hit.accepted_answer.as_str(), participants(hit)), (false, "", vec!["bo"]));
        assert_eq!(hit.last_activity_time.unwrap().seconds, 1_700_000_010);
        let solved = pb::DiscussionState::Solved.into();
        assert!(
            find(&anonymous, pb::FindDiscussionsRequest { state: solved, ..about("", settled) }).await.discussions.is_empty()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_each_discussion_once_whatever_happens_to_others() {
    let house = House::open().await;
    let (ada, anonymous) = (house.client(Some("people/ada")), house.client(None));
    let mut revision = String::new();
    for number in 0..25_i64 {
        let id = format!("t{number:02}");
        let more = "harbour ".repeat(usize::try_from(number % 7).unwrap());
        let documents = [
            at(number * 10, topic(&id, &format!("tides {more}"), "bo")),
            at(number * 10 + 3, reply(&format!("{id}a"), &id, "tides and more", "cy")),
            at(1_000 - number, reply(&format!("{id}b"), &id, "the tides again", "dee")),
            hidden(topic(&format!("h{number:02}"), "tides tides", "bo")),
        ];
        revision = write(&ada, documents).await;
    }
    for order in ORDERS {
        for browsing in [false, true] {
            let ask = |page_size, page_token: String, revision: &str| pb::FindDiscussionsRequest {
                order: order.into(),
                page_size,
                page_token,
                ..about(if browsing { "" } else { "tides" }, revision)
            };
            let whole = find(&anonymous, ask(100, String::new(), &revision)).await;
            let expected: Vec<String> = whole.discussions.iter().map(|hit| hit.name.clone()).collect();
            assert_eq!((expected.len(), whole.total.unwrap().count), (25, 25));
            let (mut paged, mut token) = (Vec::new(), String::new());
            for round in 0.. {
                let page = find(&anonymous, ask(4, token, &revision)).await;
                paged.extend(page.discussions.into_iter().map(|hit| hit.name));
                token = page.next_page_token;
                if token.is_empty() {
                    break;
                }
                // What happens where the asker cannot see it moves nothing.
                let id = format!("{}{round}{browsing}", order.as_str_name().to_lowercase());
                let documents = [hidden(reply(&id, "t24", "tides", "bo")), hidden(topic(&format!("{id}t"), "tides", "bo"))];
                revision = write(&ada, documents).await;
            }
            assert_eq!(paged, expected, "{order:?}");
        }
    }
    // A discussion that comes to the front between two pages is not met again, and the others stay where they are.
    let ask =
        |page_token: String, revision: &str| pb::FindDiscussionsRequest { page_size: 10, page_token, ..about("", revision) };
    let first = find(&anonymous, ask(String::new(), &revision)).await;
    let revision =
        write(&ada, [at(5_000, reply("late", "t20", "me too", "cy")), at(5_001, reply("later", "t00", "me too", "cy"))]).await;
    let second = find(&anonymous, ask(first.next_page_token.clone(), &revision)).await;
    let third = find(&anonymous, ask(second.next_page_token.clone(), &revision)).await;
    let met: Vec<&str> = [&first, &second, &third].into_iter().flat_map(roots).collect();
    let expected: Vec<String> = (0..25).filter(|number| *number != 20).map(|number| format!("t{number:02}")).collect();
    assert_eq!(met, expected);
    assert!(third.next_page_token.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn people_behind_what_was_found_are_counted_on_the_first_page() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut documents = vec![hidden(topic("secret", "tides", "cy"))];
    for number in 0..6 {
        documents.push(topic(&format!("t{number}"), "tides", if number < 4 { "bo" } else { "dee" }));
        documents.push(reply(&format!("r{number}"), &format!("t{number}"), "thanks", "cy"));
    }
    documents.push(document("lone", "tides", "by nobody else", "eve"));
    let revision = write(&ada, documents).await;
    let told = |people: &[pb::PersonCount]| -> Vec<(String, i32, i32)> {
        let name = |person: &Option<pb::Person>| person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
        people.iter().map(|one| (name(&one.person), one.count, one.roles[0].count)).collect()
    };
    let person = |id: &str, count| (format!("people/{id}"), count, count);
    let anonymous = house.client(None);
    let ask = |page_token: String| pb::FindDiscussionsRequest {
        people_wanted: 1_000,
        page_size: 2,
        page_token,
        ..about("tides", &revision)
    };
    let first = find(&anonymous, ask(String::new())).await;
    assert_eq!(told(&first.people), [person("bo", 4), person("dee", 2)]);
    assert_eq!((first.discussions.len(), first.total.unwrap().count), (2, 6));
    assert_eq!(told(&find(&ada, ask(String::new())).await.people), [person("bo", 4), person("dee", 2), person("cy", 1)]);
    let second = find(&anonymous, ask(first.next_page_token)).await;
    assert_eq!((second.people.len(), second.discussions.len()), (0, 2));
    let ask = |page_token: String, people_wanted| pb::FindDocumentsRequest {
        query: "tides".to_owned(),
        people_wanted,
        page_size: 3,
        page_token,
        include_total: true,
        min_revision: revision.clone(),
        ..Default::default()
    };
    let documents = async |request| anonymous.discovery().find_documents(anonymous.request(request)).await.unwrap().into_inner();
    let first = documents(ask(String::new(), 3)).await;
    assert_eq!(told(&first.people), [person("bo", 4), person("dee", 2), person("eve", 1)]);
    assert_eq!((first.documents.len(), first.total.unwrap().count), (3, 7));
    assert!(first.people.iter().all(|one| one.roles[0].role() == pb::Role::Author));
    assert_eq!(documents(ask(first.next_page_token, 3)).await.people, []);
    assert_eq!(told(&documents(ask(String::new(), 1)).await.people), [person("bo", 4)]);
    assert_eq!(documents(ask(String::new(), 0)).await.people, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_by_field_and_odd_ones_answered() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut documents = vec![pb::Document { audience: Some(audience(Grant::World)), ..topic("a", "tides", "bo") }];
    documents.extend((0..5).map(|number| topic(&format!("t{number}"), "tides", "bo")));
    let revision = write(&ada, documents).await;
    let refused = async |request| fields(&ada.discovery().find_discussions(ada.request(request)).await.unwrap_err());
    let nonsense = || "nonsense".to_owned();
    let mut named = refused(pb::FindDiscussionsRequest {
        filter: Some(pb::DocumentFilter { kinds: vec![77], communities: vec![nonsense()], ..Default::default() }),
        order: 9,
        state: -1,
        people_wanted: -1,
        view: 9,
        page_size: -1,
        page_token: nonsense(),
        min_revision: nonsense(),
        ..Default::default()
    })
    .await;
    named.sort_unstable();
    let mut expected =
        ["filter.kinds[0]", "filter.communities[0]", "order", "state", "people_wanted", "view", "page_size"].to_vec();
    expected.extend(["page_token", "min_revision"]);
    expected.sort_unstable();
    assert_eq!(named, expected);
    assert_eq!(refused(about(&"word ".repeat(10_000), "")).await, ["query"]);
    let first = find(&ada, pb::FindDiscussionsRequest { page_size: 2, ..about("tides", &revision) }).await;
    let token = first.next_page_token;
    let on = |request: pb::FindDiscussionsRequest| pb::FindDiscussionsRequest { page_token: token.clone(), ..request };
    assert_eq!(find(&ada, on(about("tides", ""))).await.discussions.len(), 4);
    assert_eq!(refused(on(about("tide", ""))).await, ["page_token"]);
    let solved = pb::DiscussionState::Unsolved.into();
    assert_eq!(refused(on(pb::FindDiscussionsRequest { state: solved, ..about("tides", "") })).await, ["page_token"]);
    let other = pb::FindDocumentsRequest { query: "tides".to_owned(), page_token: token, ..Default::default() };
    assert_eq!(fields(&ada.discovery().find_documents(ada.request(other)).await.unwrap_err()), ["page_token"]);
    let nothing = find(&ada, about("!!!", "")).await;
    assert_eq!((nothing.discussions.len(), nothing.total.unwrap().count), (0, 0));
    assert_eq!(nothing.warnings[0].code(), pb::warning::Code::NoSearchableWords);
    let nobody = pb::DocumentFilter { people: vec!["people/nobody-at-all".to_owned()], ..Default::default() };
    let nothing = find(&ada, pb::FindDiscussionsRequest { filter: Some(nobody), ..about("", "") }).await;
    assert_eq!((nothing.discussions.len(), nothing.warnings[0].field.as_str()), (0, "filter.people[0]"));
}
