//! What operators see and start.
//!
//! Proved: 1. while the index is built anew, and afterwards, every answer is the same to the byte, no read fails, and what is written
//! meanwhile can be waited for; 2. a vacuum leaves nothing deleted and every answer; 3. both tell how they stand and how they ended,
//! and survive a restart; 4. a lag is told in writes and in seconds of the clock, and is gone once it is; 5. only holders of the
//! administer scope may ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prost::Message;
use rookery::config::Config;
use rookery::grpc::pb;
use rookery::grpc::pb::job_status::State;
use rookery::server::Embedded;
use tonic::Code;

use crate::support::{Client, HandClock, House, Server, document, fields, import, import_item, import_sample, put, restricted};

/// How often an operator looks.
const LOOK: Duration = Duration::from_millis(5);
/// Longer than any test runs.
const NEVER: Duration = Duration::from_hours(10);

async fn status(client: &Client) -> pb::GetStatusResponse {
    client.admin().get_status(client.request(pb::GetStatusRequest::default())).await.unwrap().into_inner()
}

async fn rebuild(client: &Client) -> pb::RebuildIndexResponse {
    client.admin().rebuild_index(client.request(pb::RebuildIndexRequest {})).await.unwrap().into_inner()
}

async fn vacuum(client: &Client) -> pb::VacuumResponse {
    client.admin().vacuum(client.request(pb::VacuumRequest {})).await.unwrap().into_inner()
}

/// Waits until a job has ended; how.
async fn ended(client: &Client, job: impl Fn(pb::GetStatusResponse) -> Option<pb::JobStatus>) -> pb::JobOutcome {
    loop {
        let job = job(status(client).await).expect("every job is told of");
        assert!(job.done <= job.total || job.total == 0, "{job:?}");
        if job.state() == State::Idle {
            assert!(job.start_time.is_none());
            return job.last.expect("it has run");
        }
        assert!(job.start_time.is_some());
        tokio::time::sleep(LOOK).await;
    }
}

/// Answers of every sort to somebody, without their tokens.
async fn answers(client: &Client) -> Vec<Vec<u8>> {
    let mut told = Vec::new();
    for query in ["tide", "turbine", "word7 tide", "deadline", "nothing at all"] {
        let mut documents = client.find_documents(query).await;
        documents.revision.clear();
        documents.next_page_token.clear();
        let mut experts = client.find_experts(query).await;
        experts.revision.clear();
        experts.next_page_token.clear();
        told.extend([documents.encode_to_vec(), experts.encode_to_vec()]);
    }
    told
}

/// Fills a house with documents, some of them for few and some of them gone.
async fn filled(ada: &Client) {
    let items = (0..1_500).map(|n| {
        let body = format!("tide word{} {}", n % 20, "turbine ".repeat(usize::try_from(n % 7).unwrap()));
        let author = ["ada", "bo", "cy"][usize::try_from(n % 3).unwrap()];
        let mut document = document(&format!("d{n}"), &format!("Tide {n}"), &body, author);
        if n % 5 == 0 {
            document.audience = Some(restricted(&["people/bo"]));
        }
        import_item(n, document)
    });
    import(ada, items.collect()).await.unwrap();
    for n in 0..39 {
        deleted(ada, 7 * n).await;
    }
    applied(ada, deleted(ada, 7 * 39).await).await;
}

/// Deletes a document of `filled`; the revision after that.
async fn deleted(client: &Client, n: i64) -> String {
    let request = pb::DeleteDocumentRequest { name: format!("documents/d{n}"), ..Default::default() };
    client.content().delete_document(client.request(request)).await.unwrap().into_inner().revision
}

async fn applied(client: &Client, min_revision: String) {
    let list = pb::ListDocumentsRequest { min_revision, page_size: 1, ..Default::default() };
    client.content().list_documents(client.request(list)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_changes_no_answer_and_fails_no_read() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    filled(&ada).await;
    let over = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for asker in [None, Some("people/ada"), Some("people/bo")] {
        let client = house.client(asker);
        let before = answers(&client).await;
        let over = Arc::clone(&over);
        readers.push(tokio::spawn(async move {
            let mut rounds = 0;
            while !over.load(Ordering::Relaxed) || rounds == 0 {
                assert!(answers(&client).await == before, "an answer to {asker:?} changed");
                rounds += 1;
            }
            rounds
        }));
    }
    for _ in 0..3 {
        let begun = rebuild(&ada).await;
        assert!(!begun.joined);
        let job = begun.job.unwrap();
        assert!(job.state() == State::Running && job.start_time.is_some());
        // A word of its own: the other answers know nothing of it.
        let mine = pb::Document { audience: Some(restricted(&["people/di"])), ..document("mine", "zyzzyva", "zyzzyva", "di") };
        let written = put(&ada, mine).await.unwrap();
        applied(&ada, written.revision).await;
        let di = house.client(Some("people/di"));
        assert_eq!(di.find_documents("zyzzyva").await.total.unwrap().count, 1);
        let outcome = ended(&ada, |status| status.rebuild_index).await;
        assert_eq!((outcome.error.as_str(), outcome.done >= 1_460), ("", true), "{outcome:?}");
        assert_eq!(di.find_documents("zyzzyva").await.total.unwrap().count, 1);
    }
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    let after = status(&ada).await;
    assert_eq!(after.index.unwrap().documents, after.ledger.unwrap().documents);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vacuum_leaves_nothing_deleted_and_every_answer() {
    let house = House::open().await;
    let (ada, bo) = (house.client(Some("people/ada")), house.client(Some("people/bo")));
    filled(&ada).await;
    let mut done = 0;
    // Once might be in vain: the engine merges by itself when it likes, also between the deletion and the vacuum.
    for round in 1..=5 {
        let revision = deleted(&ada, 7 * round + 1).await;
        applied(&ada, revision).await;
        let before = (answers(&ada).await, answers(&bo).await);
        let begun = vacuum(&ada).await;
        assert!(!begun.joined && begun.job.is_some());
        let outcome = ended(&ada, |status| status.vacuum).await;
        assert!(outcome.error.is_empty() && outcome.end_time.is_some(), "{outcome:?}");
        done += outcome.done;
        let index = status(&ada).await.index.unwrap();
        assert_eq!((index.deleted_documents, index.documents), (0, 1_460 - round));
        assert!((answers(&ada).await, answers(&bo).await) == before);
    }
    assert!(done > 0, "or this proves nothing");
    vacuum(&ada).await;
    assert_eq!(ended(&ada, |status| status.vacuum).await.done, 0, "nothing is left to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn upkeep_on_a_disk_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    import_sample(&data);
    let server = Server::start(&data);
    let ada = server.client(Some("people/ada")).await;
    let before = answers(&ada).await;
    rebuild(&ada).await;
    assert_eq!(ended(&ada, |status| status.rebuild_index).await.error, "");
    vacuum(&ada).await;
    assert_eq!(ended(&ada, |status| status.vacuum).await.error, "");
    assert!(answers(&ada).await == before);
    assert_eq!(server.terminate(), Some(0));
    let server = Server::start(&data);
    let ada = server.client(Some("people/ada")).await;
    assert!(answers(&ada).await == before);
    let status = status(&ada).await;
    assert_eq!(status.index.unwrap().documents, status.ledger.unwrap().documents);
    assert!(status.rebuild_index.unwrap().last.is_none(), "the restart had nothing to build");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lag_is_told_in_writes_and_seconds() {
    let clock = Arc::new(HandClock::at(1_000));
    let mut config = Config::default();
    config.index.commit_interval_min = NEVER;
    config.index.commit_interval_max = NEVER;
    let embedded = Embedded::in_memory(&config, clock.clone()).await.unwrap();
    let ada = Client { channel: embedded.channel(), asker: Some("people/ada".to_owned()), scopes: None };
    let index = status(&ada).await.index.unwrap();
    assert_eq!((index.lag_revisions, index.lag, index.state()), (0, Some(prost_types::Duration::default()), serving()));
    put(&ada, document("a", "A", "tide", "ada")).await.unwrap();
    clock.set(1_060);
    let second = put(&ada, document("b", "B", "tide", "ada")).await.unwrap();
    clock.set(1_090);
    let told = status(&ada).await;
    let index = told.index.unwrap();
    assert_eq!((index.lag_revisions, index.lag.unwrap().seconds), (2, 90));
    assert_eq!(index.state(), pb::ReadModelState::CatchingUp);
    assert!(index.degraded.is_empty(), "waiting for a commit is as it should be");
    // Who waits for a revision has it committed.
    applied(&ada, second.revision).await;
    let told = status(&ada).await;
    let (index, profiles) = (told.index.unwrap(), told.profiles.unwrap());
    assert_eq!((index.lag_revisions, index.lag.unwrap().seconds, index.state()), (0, 0, serving()));
    assert_eq!((profiles.lag_revisions, profiles.lag.unwrap().seconds, profiles.state()), (0, 0, serving()));
    embedded.close().await;
}

fn serving() -> pb::ReadModelState {
    pb::ReadModelState::Serving
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_may_ask() {
    let house = House::open().await;
    let writer = Client { scopes: Some("write"), ..house.client(Some("people/ada")) };
    for (client, code) in [
        (house.client(None), Code::Unauthenticated),
        (house.client(Some("people/ada")).without_scopes(), Code::PermissionDenied),
        (writer, Code::PermissionDenied),
    ] {
        let rebuild = client.admin().rebuild_index(client.request(pb::RebuildIndexRequest {})).await;
        assert_eq!(rebuild.unwrap_err().code(), code);
        let vacuum = client.admin().vacuum(client.request(pb::VacuumRequest {})).await;
        assert_eq!(vacuum.unwrap_err().code(), code);
        let status = client.admin().get_status(client.request(pb::GetStatusRequest::default())).await;
        assert_eq!(status.unwrap_err().code(), code);
    }
    let ada = house.client(Some("people/ada"));
    let wrong = pb::GetStatusRequest { min_revision: "nonsense".to_owned() };
    assert_eq!(fields(&ada.admin().get_status(ada.request(wrong)).await.unwrap_err()), ["min_revision"]);
    let idle = status(&ada).await;
    for job in [idle.rebuild_index.unwrap(), idle.vacuum.unwrap()] {
        assert_eq!(job, pb::JobStatus { state: State::Idle.into(), ..Default::default() }, "what was refused did not begin");
    }
}
