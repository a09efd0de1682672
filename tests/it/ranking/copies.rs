//! Proved: five thousand copies of a text, exact ones, numbered ones, and ones of different lengths, make nobody sure of who posts
//! them, and do not push those away who wrote a few texts of their own.

use rookery::grpc::pb;
use rookery::grpc::pb::expert_hit::Level;

use super::questions::named;
use crate::support::{House, document, import, import_item};

const COPIES: usize = 5_000;
const GOOD: [(&str, [&str; 4]); 3] = [
    (
        "ada",
        [
            "Deadlines in gRPC travel with the call: every gRPC hop subtracts what it has used, and the last one gives up first.",
            "We moved the tide bus to gRPC in spring. gRPC streams replaced polling, and the tables arrive before the coffee does.",
            "Why a gRPC health check must not call the database: a slow disk took all gRPC servers out of rotation.",
            "Interceptors of gRPC are the place for names and limits. What gRPC should not hold are rules of the house.",
        ],
    ),
    (
        "bo",
        [
            "Retries of gRPC clients need a budget, or a small fault becomes a storm. Ten percent of gRPC calls served us well.",
            "One gRPC connection carries all calls, so that a proxy of layer four is no load balancer for gRPC.",
            "How we test gRPC services without a network: gRPC over a channel in memory, and a clock that stands still.",
            "Status codes of gRPC that we use and those that we avoid; gRPC has sixteen, and we can tell apart seven.",
        ],
    ),
    (
        "cy",
        [
            "Keepalive pings of gRPC kept the buoys connected through the night; without gRPC the modem slept.",
            "A gRPC message has four megabytes at most unless somebody says otherwise. Page your lists, and gRPC stays quick.",
            "Naming of gRPC methods in the survey team: verbs first, resources after. No gRPC service has the word twice.",
            "Reflection of gRPC is off in production, and on at sea, where nobody has the gRPC files at hand.",
        ],
    ),
];

const COPY: &str = "Everything about #grpc that you ever wanted to know: grpc is fast, grpc is typed, ask me about grpc.";

/// The first page of those who know about gRPC, where somebody posted so many texts beside others' good ones.
async fn flood(copies: usize, copy: impl Fn(usize) -> String) -> pb::FindExpertsResponse {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let good = GOOD.iter().flat_map(|(author, texts)| {
        (0..).zip(texts).map(move |(n, text)| document(&format!("{author}-{n}"), "From the log", text, author))
    });
    let copies = (0..copies).map(|n| document(&format!("copy-{n}"), "Ask me", &copy(n), "zoe"));
    let items = good.chain(copies).map(|document| import_item(0, document)).collect();
    let (_, summary) = import(&writer, items).await.unwrap();
    assert_eq!(summary.failed, 0);
    let request = pb::FindExpertsRequest { query: "grpc".to_owned(), min_revision: summary.revision, ..Default::default() };
    let asker = house.client(Some("people/asker"));
    asker.discovery().find_experts(asker.request(request)).await.unwrap().into_inner()
}

fn of<'a>(answer: &'a pb::FindExpertsResponse, id: &str) -> Option<&'a pb::ExpertHit> {
    answer.experts.iter().find(|hit| named(hit) == format!("people/{id}"))
}

/// Nobody is sure of who copies, and the others are named as they are where the text was posted once.
async fn assert_not_fooled_by(copy: impl Fn(usize) -> String) {
    let once = flood(1, &copy).await;
    let often = flood(COPIES, &copy).await;
    for (id, texts) in GOOD {
        let (before, after) = (of(&once, id).expect("named"), of(&often, id).expect("not pushed away"));
        assert_eq!(after.evidence.len(), texts.len(), "{after:?}");
        assert!(after.score > 0.4 * before.score, "{before:?} {after:?}");
    }
    let zoe = of(&often, "zoe").expect("who posts so much is named, too");
    assert_eq!(zoe.involved_count, i32::try_from(COPIES).unwrap());
    assert!(zoe.level() != Level::High, "{zoe:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_copies_make_nobody_sure() {
    assert_not_fooled_by(|_| COPY.to_owned()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbered_copies_make_nobody_sure() {
    assert_not_fooled_by(|n| format!("{COPY} copy {n}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_with_some_words_more_make_nobody_sure() {
    assert_not_fooled_by(|n| format!("{COPY}{}", " indeed".repeat(n % 6))).await;
}

/// Nearly three hundred lengths and frequencies, of which no two are equal.
#[tokio::test(flavor = "multi_thread")]
async fn copies_of_every_length_make_nobody_sure() {
    assert_not_fooled_by(|n| format!("{COPY}{}{}", " indeed".repeat(n % 41), " grpc".repeat(n / 41 % 7))).await;
}
