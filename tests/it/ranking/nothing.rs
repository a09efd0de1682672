//! Proved: 1. nobody is named for gibberish, for what nobody wrote about, and for a common word among words that nobody wrote; the
//! answer says why; 2. neighbouring topics are those of the documents that come nearest of those that the asker may read; 3. where
//! one person wrote about a part of it, that person is named as somebody to ask where there is nobody better.

use std::collections::BTreeSet;

use rookery::grpc::pb;
use rookery::grpc::pb::AbstentionReason::{NoEvidence, TooLittleEvidence};
use rookery::grpc::pb::expert_hit::Level;

use super::organisation::Organisation;
use super::questions::{ASKERS, named};

/// Words that stand in no document.
const GIBBERISH: [&str; 3] = ["xqzzt vrrblk", "flumptious grobbleworth snarfle", "zzzzzzzz"];

/// What nobody at a marine institute writes about, in words of which some occur, and one common word among words of nobody.
const OFF_TOPIC: [&str; 10] = [
    "marathon training plan",
    "quantum chromodynamics",
    "violin bow rosin",
    "tax deduction for landlords",
    "chess opening theory",
    "mortgage interest rates",
    "who can help me to prune an apple tree in winter?",
    "who knows the flumptious?",
    "flumptious grobbleworth tide",
    "snarfle kubernetes vrrblk zzzzzzzz",
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_for_what_nobody_wrote_about() {
    let world = Organisation::sample().open().await;
    let mut neighbours = 0;
    for asker in ASKERS {
        let client = world.client(asker);
        for query in GIBBERISH.into_iter().chain(OFF_TOPIC) {
            let answer = client.find_experts(query).await;
            // People are found by what is written however old it is, which may stand lower among documents.
            let request = pb::FindDocumentsRequest { query: query.to_owned(), page_size: 100, ..Default::default() };
            let nearest = client.discovery().find_documents(client.request(request)).await.unwrap().into_inner();
            assert!(answer.abstained && answer.experts.is_empty(), "{asker:?} {query}: {answer:?}");
            let matched = !nearest.documents.is_empty();
            assert_eq!(answer.abstention_reason(), if matched { TooLittleEvidence } else { NoEvidence }, "{asker:?} {query}");
            assert!(!matched || !GIBBERISH.contains(&query), "{query} is gibberish");
            assert!(!answer.uncovered_words.is_empty(), "{asker:?} {query}");

            let documents = nearest.documents.iter().filter_map(|hit| hit.document.as_ref());
            let topics: BTreeSet<&str> = documents.flat_map(|document| &document.hashtags).map(String::as_str).collect();
            assert!(answer.neighbouring_topics.iter().all(|topic| topics.contains(topic.as_str())), "{answer:?} {topics:?}");
            assert_eq!(answer.neighbouring_topics.len(), topics.len().min(5), "{asker:?} {query}");
            neighbours += answer.neighbouring_topics.len();
        }
    }
    assert!(neighbours > 0, "some documents come near");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_question_names_one_to_ask_where_there_is_nobody_better() {
    let world = Organisation::sample().open().await;
    let answer = world.client("ewan").find_experts("sourdough starter hydration").await;
    let levels: Vec<(&str, Level)> = answer.experts.iter().map(|hit| (named(hit), hit.level())).collect();
    assert_eq!(levels, [("people/hannah", Level::Low)]);
    assert_eq!(answer.uncovered_words, ["hydration"]);
    let anonymous = world.client("").find_experts("sourdough starter hydration").await;
    assert!(anonymous.abstained, "who may not read of the starter is told of nobody: {anonymous:?}");
}
