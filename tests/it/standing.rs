//! How documents and discussions stand, and what that does to their places, asked of the real services.
//!
//! Proved: 1. of two that say the same the fresh one comes first, posts age faster than pages, and no age makes anything vanish; answers
//! say by what a score was multiplied, and contributions still add up; 2. what is verified comes first, what has lapsed stands below
//! what nobody reviewed, and what is deprecated comes last, by the server's clock; 3. pages join to one list although the clock
//! moves on between them; 4. solved and well-answered discussions come first, for those who may read the reply; 5. in other
//! orders nothing is weighed.

use std::sync::Arc;

use rookery::domain::Clock;
use rookery::grpc::pb;
use rookery::grpc::pb::DocumentKind;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::score_factor::Reason;

use crate::support::{Client, HandClock, House, audience, document, put, restricted};

const NOW: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

fn time(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

/// A text that says the same as all others, and was written so many days ago.
fn aged(id: &str, kind: DocumentKind, days: i64) -> pb::Document {
    let written = Some(time(NOW - days * DAY));
    let readers = Some(audience(Grant::World));
    let about = "the turbine hums";
    pb::Document {
        kind: kind.into(),
        create_time: written,
        update_time: written,
        audience: readers,
        ..document(id, "", about, "bo")
    }
}

async fn house() -> (House, Client, Arc<HandClock>) {
    let clock = Arc::new(HandClock::at(NOW));
    let house = House::open_by(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let ada = house.client(Some("people/ada"));
    (house, ada, clock)
}

async fn write(client: &Client, documents: Vec<pb::Document>) -> String {
    let mut last = String::new();
    for document in documents {
        last = put(client, document).await.expect("a good document goes in").revision;
    }
    last
}

fn asking(revision: &str) -> pb::FindDocumentsRequest {
    // They all say the same.
    let (query, min_revision) = ("turbine".to_owned(), revision.to_owned());
    pb::FindDocumentsRequest { query, min_revision, show_copies: true, page_size: 50, ..Default::default() }
}

async fn find(client: &Client, request: pb::FindDocumentsRequest) -> pb::FindDocumentsResponse {
    client.discovery().find_documents(client.request(request)).await.unwrap().into_inner()
}

async fn discussions(client: &Client, request: pb::FindDiscussionsRequest) -> Vec<pb::DiscussionHit> {
    client.discovery().find_discussions(client.request(request)).await.unwrap().into_inner().discussions
}

fn ids(hits: &[pb::DocumentHit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.document.as_ref().unwrap().name.trim_start_matches("documents/")).collect()
}

fn product(factors: &[pb::ScoreFactor]) -> f64 {
    factors.iter().map(|factor| factor.factor).product()
}

fn reasons(factors: &[pb::ScoreFactor]) -> Vec<Reason> {
    factors.iter().map(pb::ScoreFactor::reason).collect()
}

fn sum(contributions: &[pb::WordContribution]) -> f64 {
    contributions.iter().map(|share| share.contribution).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fresh_one_of_two_comes_first_and_says_why() {
    let (_house, ada, _) = house().await;
    let documents = vec![
        aged("old-post", DocumentKind::Post, 60),
        aged("ancient-post", DocumentKind::Post, 30_000),
        aged("new-post", DocumentKind::Post, 0),
        aged("old-page", DocumentKind::Page, 60),
        aged("ancient-page", DocumentKind::Page, 30_000),
        aged("article", DocumentKind::Article, 270),
        aged("topic", DocumentKind::Topic, 180),
    ];
    let revision = write(&ada, documents).await;
    let answer = find(&ada, asking(&revision)).await;
    let hits = &answer.documents;
    // Equal ones by name: an article of 270 days and a topic of 180 have come down halfway, alike.
    assert_eq!(ids(hits), ["new-post", "old-page", "ancient-page", "article", "topic", "old-post", "ancient-post"]);
    let best = hits[0].score;
    for (hit, factor) in hits.iter().zip([1.0, 0.9 + 0.1 * (-60.0_f64 / 730.0).exp2(), 0.9, 0.9, 0.9, 0.875, 0.75]) {
        assert!((product(&hit.factors) - factor).abs() < 1e-9 && (hit.score / best - factor).abs() < 1e-9, "{hit:?}");
        assert_eq!(reasons(&hit.factors), if factor < 1.0 { vec![Reason::Age] } else { Vec::new() });
        assert!((sum(&hit.contributions) - hit.score).abs() < 1e-9, "{hit:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_caretakers_say_moves_pages_up_and_down() {
    let (_house, ada, clock) = house().await;
    let page = |id| aged(id, DocumentKind::Page, 10);
    write(&ada, ["plain", "verified", "deprecated", "lapsing"].map(page).into()).await;
    let mut revision = String::new();
    for (id, action, until) in [
        ("verified", pb::ReviewAction::Verify, None),
        ("deprecated", pb::ReviewAction::Deprecate, None),
        ("lapsing", pb::ReviewAction::Verify, Some(time(NOW + 5 * DAY))),
    ] {
        let (name, action) = (format!("documents/{id}"), action.into());
        let request = pb::ReviewDocumentRequest { name, action, expire_time: until, ..Default::default() };
        revision = ada.content().review_document(ada.request(request)).await.unwrap().into_inner().revision;
    }
    let hits = find(&ada, asking(&revision)).await.documents;
    assert_eq!(ids(&hits), ["lapsing", "verified", "plain", "deprecated"]);
    let told: Vec<Vec<Reason>> = hits.iter().map(|hit| reasons(&hit.factors)).collect();
    let verified = vec![Reason::Verified];
    let deprecated = vec![Reason::Age, Reason::Deprecated];
    assert_eq!(told, [verified.clone(), verified, vec![Reason::Age], deprecated]);
    assert!((hits[0].factors[0].factor - 1.15).abs() < 1e-12 && (hits[3].factors[1].factor - 0.5).abs() < 1e-12);

    clock.set(NOW + 6 * DAY);
    let hits = find(&ada, asking(&revision)).await.documents;
    assert_eq!(ids(&hits), ["verified", "plain", "lapsing", "deprecated"]);
    assert_eq!(reasons(&hits[2].factors), [Reason::Age, Reason::ReviewExpired]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_to_one_list_although_the_clock_moves_on() {
    let (_house, ada, clock) = house().await;
    let posts = (0..9).map(|n| aged(&format!("p{n}"), if n % 2 == 0 { DocumentKind::Post } else { DocumentKind::Page }, n * 37));
    let revision = write(&ada, posts.collect()).await;
    let whole = find(&ada, asking(&revision)).await.documents;
    let (mut joined, mut token) = (Vec::new(), String::new());
    for turn in 1.. {
        let request = pb::FindDocumentsRequest { page_size: 2, page_token: token, ..asking(&revision) };
        let page = find(&ada, request).await;
        assert!(page.warnings.is_empty(), "{:?}", page.warnings);
        joined.extend(page.documents);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
        clock.set(NOW + turn * 100 * DAY);
    }
    assert_eq!(joined, whole);
    let later = find(&ada, asking(&revision)).await.documents;
    assert!(later[0].score < whole[0].score, "a new search goes by the new time");
}

#[tokio::test(flavor = "multi_thread")]
async fn solved_and_well_answered_discussions_come_first() {
    let (house, ada, _) = house().await;
    let reply = |root: &str, made: pb::Document| {
        let root = format!("documents/{root}");
        pb::Document {
            body: "look at the bearing".to_owned(),
            thread: Some(pb::ThreadPlace { parent: root.clone(), root }),
            ..made
        }
    };
    let message = |id| aged(id, DocumentKind::Reply, 0);
    let thanked = |count| [("thanks".to_owned(), count)].into();
    let mut documents: Vec<pb::Document> =
        ["alone", "hushed", "liked", "open", "solved"].map(|id| aged(id, DocumentKind::Topic, 0)).into();
    documents.extend([
        reply("open", pb::Document { reactions: thanked(2), ..message("open-1") }),
        reply("liked", pb::Document { reactions: thanked(3), ..message("liked-1") }),
        reply("solved", pb::Document { accepted: true, ..message("solved-1") }),
        reply("hushed", pb::Document { accepted: true, audience: Some(restricted(&["people/ada"])), ..message("hushed-1") }),
    ]);
    let revision = write(&ada, documents).await;
    let asked = pb::FindDiscussionsRequest { query: "turbine".to_owned(), min_revision: revision, ..Default::default() };
    let told = |hits: &[pb::DiscussionHit]| -> Vec<(String, Vec<Reason>)> {
        hits.iter().map(|hit| (hit.name.trim_start_matches("documents/").to_owned(), reasons(&hit.factors))).collect()
    };
    let hits = discussions(&house.client(Some("people/cy")), asked.clone()).await;
    let of = |id: &str, reason: Option<Reason>| (id.to_owned(), reason.into_iter().collect::<Vec<_>>());
    assert_eq!(told(&hits)[..2], [of("solved", Some(Reason::Solved)), of("liked", Some(Reason::WellAnswered))]);
    assert!(hits[2..].iter().all(|hit| hit.factors.is_empty()), "{hits:?}");
    for hit in &hits {
        let best = hit.best.as_ref().unwrap();
        assert!((hit.score - best.score * product(&hit.factors)).abs() < 1e-9, "one message has the word: {hit:?}");
        assert!((sum(&hit.contributions) - hit.score).abs() < 1e-9, "{hit:?}");
    }
    let seen = discussions(&ada, asked).await;
    assert!(told(&seen)[..2].contains(&of("hushed", Some(Reason::Solved))), "who may read the reply is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_orders_weigh_nothing() {
    let (_house, ada, _) = house().await;
    let revision = write(&ada, vec![aged("old", DocumentKind::Topic, 900), aged("new", DocumentKind::Topic, 1)]).await;
    let newest = pb::DocumentOrder::Newest.into();
    for hit in find(&ada, pb::FindDocumentsRequest { order: newest, ..asking(&revision) }).await.documents {
        assert!(hit.factors.is_empty() && hit.contributions.is_empty() && hit.score.total_cmp(&0.0).is_eq(), "{hit:?}");
    }
    let order = pb::DiscussionOrder::LastActivity.into();
    let hits = discussions(&ada, pb::FindDiscussionsRequest { query: "turbine".to_owned(), order, ..Default::default() }).await;
    assert_eq!(hits.len(), 2);
    for hit in hits {
        assert!(hit.factors.is_empty() && hit.contributions.is_empty() && hit.score.total_cmp(&0.0).is_eq(), "{hit:?}");
    }
}
