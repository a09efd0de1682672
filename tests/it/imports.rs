//! Imports as streams, asked of the real services over a memory ledger and a RAM index.
//!
//! Proved: 1. results come in the order of the items with their sequences, then a summary that can be waited for; 2. the last
//! item of a name wins, however many are under way; 3. importing the same again makes no revision; 4. broken items stop
//! nothing and leave nothing; 5. who may not write is told at once; 6. a caller that sends without reading is held up, and gets
//! everything once it reads; 7. a caller that leaves leaves whole items only.

use rookery::grpc::pb;
use rookery::grpc::pb::import_documents_response::Part as Answer;
use rookery::grpc::pb::import_result::Outcome;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::support::{Client, House, document, import, import_item as request};

fn numbered(count: i64, body: &str) -> Vec<pb::ImportDocumentsRequest> {
    (0..count).map(|n| request(n, document(&format!("i{n}"), &format!("Item {n}"), body, "ada"))).collect()
}

async fn found(client: &Client, query: &str, min_revision: &str) -> i32 {
    let request = pb::FindDocumentsRequest {
        query: query.to_owned(),
        include_total: true,
        min_revision: min_revision.to_owned(),
        ..Default::default()
    };
    client.discovery().find_documents(client.request(request)).await.unwrap().into_inner().total.unwrap().count
}

#[tokio::test(flavor = "multi_thread")]
async fn results_keep_the_order_and_the_summary_can_be_waited_for() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let (results, summary) = import(&ada, numbered(800, "zyzzyva")).await.unwrap();
    assert!(results.iter().map(|result| result.sequence).eq(0..800));
    assert!(results.iter().zip(0..).all(|(result, n)| result.name == format!("documents/i{n}")));
    assert!(results.iter().all(|result| result.outcome() == Outcome::Created && !result.revision.is_empty()));
    assert_eq!((summary.created, summary.updated, summary.unchanged, summary.failed), (800, 0, 0, 0));
    assert_eq!(found(&ada, "zyzzyva", &summary.revision).await, 800);

    let (again, summary) = import(&ada, numbered(800, "zyzzyva")).await.unwrap();
    assert!(again.iter().all(|result| result.outcome() == Outcome::Unchanged));
    assert_eq!(summary.unchanged, 800);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_item_of_a_name_wins() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let items =
        (0..300).map(|n| request(n, document(&format!("same{}", n % 3), "Same", &format!("version {n}"), "ada"))).collect();
    let (results, summary) = import(&ada, items).await.unwrap();
    assert_eq!((summary.created, summary.updated), (3, 297));
    assert!(results[..3].iter().all(|result| result.outcome() == Outcome::Created), "the first of each name made it");
    for last in 297..300 {
        let get = pb::GetDocumentRequest { name: format!("documents/same{}", last % 3), ..Default::default() };
        let kept = ada.content().get_document(ada.request(get)).await.unwrap().into_inner();
        assert_eq!(kept.body, format!("version {last}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_items_stop_nothing_and_leave_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut lonely_reply = document("lonely", "", "a reply to nothing", "ada");
    lonely_reply.kind = pb::DocumentKind::Reply.into();
    let items = vec![
        request(1, document("one", "One", "fine", "ada")),
        request(2, document("not a name", "Two", "broken", "ada")),
        pb::ImportDocumentsRequest { part: None },
        request(4, lonely_reply),
        request(5, document("long", "Long", &"x".repeat((1 << 20) + 1), "ada")),
        request(6, document("huge", "Huge", &"x".repeat(3 << 20), "ada")),
        request(7, document("seven", "Seven", "fine", "ada")),
    ];
    let (results, summary) = import(&ada, items).await.unwrap();
    let failed: Vec<i64> =
        results.iter().filter(|result| result.outcome() == Outcome::Failed).map(|result| result.sequence).collect();
    assert_eq!(failed, [2, 0, 4, 5, 6]);
    assert_eq!((summary.created, summary.failed), (2, 5));
    for result in &results {
        let error = result.error.as_ref().map(|error| error.code);
        assert_eq!(error, (result.outcome() == Outcome::Failed).then_some(Code::InvalidArgument.into()), "{result:?}");
    }
    let list = pb::ListDocumentsRequest { min_revision: summary.revision, ..Default::default() };
    let listed = ada.content().list_documents(ada.request(list)).await.unwrap().into_inner();
    let names: Vec<&str> = listed.documents.iter().map(|document| document.name.as_str()).collect();
    assert_eq!(names, ["documents/one", "documents/seven"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_write_is_told_at_once() {
    let house = House::open().await;
    let nobody = house.client(None);
    let refused = import(&nobody, numbered(3, "x")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_does_not_read_is_held_up_and_loses_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let body = "tides and turbines ".repeat(2_000);
    let (sender, items) = mpsc::channel(1);
    let sending = tokio::spawn(async move {
        for item in numbered(600, &body) {
            sender.send(item).await.expect("the server takes what it can");
        }
    });
    let mut answers = ada.content().import_documents(ada.request(ReceiverStream::new(items))).await.unwrap().into_inner();
    let mut count = 0;
    while let Some(answer) = answers.message().await.unwrap() {
        if let Some(Answer::Result(result)) = answer.part {
            assert_eq!((result.sequence, result.outcome()), (count, Outcome::Created));
            count += 1;
        }
    }
    sending.await.unwrap();
    assert_eq!(count, 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_leaves_whole_items() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let (sender, items) = mpsc::channel(16);
    let sending = tokio::spawn(async move {
        for item in numbered(2_000, "#moonlight and tides") {
            if sender.send(item).await.is_err() {
                return;
            }
        }
    });
    let mut answers = ada.content().import_documents(ada.request(ReceiverStream::new(items))).await.unwrap().into_inner();
    let mut acknowledged = Vec::new();
    let mut revision = String::new();
    while acknowledged.len() < 100 {
        let Some(Answer::Result(result)) = answers.message().await.unwrap().unwrap().part else { panic!("a summary too early") };
        acknowledged.push(result.name);
        revision = result.revision;
    }
    drop(answers);
    sending.await.unwrap();
    for name in acknowledged {
        let get = pb::GetDocumentRequest { name, min_revision: revision.clone(), ..Default::default() };
        let kept = ada.content().get_document(ada.request(get)).await.unwrap().into_inner();
        assert_eq!((kept.body.as_str(), kept.hashtags.as_slice()), ("#moonlight and tides", ["moonlight".to_owned()].as_slice()));
    }
    let (_, summary) = import(&ada, numbered(2_000, "#moonlight and tides")).await.unwrap();
    assert_eq!(summary.created + summary.unchanged, 2_000, "importing again goes on where it was cut off");
    assert!(summary.unchanged >= 100);
}
