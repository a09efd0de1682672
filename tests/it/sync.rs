//! Syncs: what a source no longer has is deleted, and nothing else.
//!
//! Proved, in process: 1. what was not imported since the sync began is swept, hidden documents too, and what was imported,
//! changed, or of another source stays; 2. a sweep tells its progress, is bounded, can be only checked, and answers again what it
//! did; 3. a newer sync supersedes; 4. a committed sync takes no items; 5. beginning is repeatable; 6. what hung on a swept root
//! keeps its gates, and rights are gone at once; 7. wrong requests name every fault, and only writers may ask.
//! With the real binary: 8. what an import was told about survives `kill -9` and the commit after it, one that is cut off goes on;
//! 9. the command line sweeps, and refuses to where records failed.

use rookery::grpc::pb;
use rookery::grpc::pb::commit_sync_response::Part;
use rookery::grpc::pb::import_documents_request::Part as Message;
use rookery::grpc::pb::import_result::Outcome;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{
    Client, House, Server, document, fields, import, import_item, put, put_community, reads, restricted, rookery,
};

/// A document of a source, with a word of its own to be found by.
fn of(system: &str, id: &str) -> pb::Document {
    let source = Some(pb::Source { system: system.to_owned(), id: id.to_owned() });
    pb::Document { source, ..document(id, &format!("title{id}"), "tides", "ada") }
}

async fn begin(client: &Client, system: &str) -> String {
    let request = pb::BeginSyncRequest { system: system.to_owned(), ..Default::default() };
    let begun = client.content().begin_sync(client.request(request)).await.unwrap().into_inner();
    assert_eq!(begun.system, system);
    assert!(begun.begin_time.is_some());
    begun.sync
}

fn start(sync: &str) -> pb::ImportDocumentsRequest {
    pb::ImportDocumentsRequest { part: Some(Message::Start(pb::ImportStart { sync: sync.to_owned() })) }
}

/// Imports documents as part of a sync.
async fn import_for(client: &Client, sync: &str, documents: Vec<pb::Document>) -> Result<Vec<pb::ImportResult>, Status> {
    let items = documents.into_iter().zip(1..).map(|(document, at)| import_item(at, document));
    let (results, _) = import(client, [start(sync)].into_iter().chain(items).collect()).await?;
    Ok(results)
}

/// Commits a sync: its progress and its summary.
async fn commit_as(
    client: &Client,
    request: pb::CommitSyncRequest,
) -> Result<(Vec<pb::CommitSyncProgress>, pb::CommitSyncSummary), Status> {
    let mut answers = client.content().commit_sync(client.request(request)).await?.into_inner();
    let mut told = Vec::new();
    loop {
        match answers.message().await?.and_then(|answer| answer.part) {
            Some(Part::Progress(progress)) => told.push(progress),
            Some(Part::Summary(summary)) => {
                assert!(answers.message().await?.is_none(), "nothing follows the summary");
                return Ok((told, summary));
            }
            None => panic!("the stream ended without a summary"),
        }
    }
}

async fn commit(client: &Client, sync: &str) -> Result<pb::CommitSyncSummary, Status> {
    let request = pb::CommitSyncRequest { sync: sync.to_owned(), ..Default::default() };
    Ok(commit_as(client, request).await?.1)
}

/// The names of all documents that the client sees, by their ids.
async fn ids(client: &Client) -> Vec<String> {
    let request = pb::ListDocumentsRequest { page_size: 100, ..Default::default() };
    let listed = client.content().list_documents(client.request(request)).await.unwrap().into_inner();
    listed.documents.iter().map(|document| document.name.trim_start_matches("documents/").to_owned()).collect()
}

fn reason(status: &Status) -> String {
    assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
    let precondition = status.get_details_precondition_failure().expect("what is wrong is told");
    assert_eq!(precondition.violations.len(), 1);
    status.get_details_error_info().unwrap().reason
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_source_no_longer_has_is_swept() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put_community(&ada, "secret", &["bo"], &[]).await;
    let hidden = pb::Document { audience: Some(restricted(&["communities/secret"])), ..of("wiki", "hidden") };
    let before = ["same", "changed", "edited", "gone"].map(|id| of("wiki", id));
    for document in before.into_iter().chain([hidden, of("forum", "other"), document("own", "titleown", "x", "ada")]) {
        put(&ada, document).await.unwrap();
    }
    let sync = begin(&ada, "wiki").await;
    let changed = pb::Document { body: "turbines".to_owned(), ..of("wiki", "changed") };
    let results = import_for(&ada, &sync, vec![of("wiki", "same"), changed, of("wiki", "new")]).await.unwrap();
    let outcomes: Vec<Outcome> = results.iter().map(pb::ImportResult::outcome).collect();
    assert_eq!(outcomes, [Outcome::Unchanged, Outcome::Updated, Outcome::Created]);
    // Whoever changes a document since the sync began says that it is there.
    put(&ada, pb::Document { body: "rudders".to_owned(), ..of("wiki", "edited") }).await.unwrap();

    let summary = commit(&ada, &sync).await.unwrap();
    assert_eq!((summary.deleted, summary.kept), (2, 4));
    assert_eq!(ids(&ada).await, ["changed", "edited", "new", "other", "own", "same"]);
    let bo = house.client(Some("people/bo"));
    assert!(!ids(&bo).await.contains(&"hidden".to_owned()), "the write scope sees the whole source");
    let found = pb::FindDocumentsRequest { query: "titlegone".to_owned(), min_revision: summary.revision, ..Default::default() };
    let found = ada.discovery().find_documents(ada.request(found)).await.unwrap().into_inner();
    assert!(found.documents.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_is_bounded_can_be_checked_and_is_repeatable() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let many = (0..1_200).map(|n| import_item(n, of("wiki", &format!("d{n}")))).collect();
    let (_, imported) = import(&ada, many).await.unwrap();
    assert_eq!(imported.created, 1_200);
    let sync = begin(&ada, "wiki").await;
    assert!(import_for(&ada, &sync, Vec::new()).await.unwrap().is_empty());
    let request = pb::CommitSyncRequest { sync: sync.clone(), max_deletions: 1_199, validate_only: false };
    let refused = commit_as(&ada, request.clone()).await.unwrap_err();
    assert_eq!(reason(&refused), "TOO_MANY_DELETIONS");
    let metadata = refused.get_details_error_info().unwrap().metadata;
    assert_eq!((metadata["deletions"].as_str(), metadata["max_deletions"].as_str()), ("1200", "1199"));
    let checked = pb::CommitSyncRequest { max_deletions: 1_200, validate_only: true, ..request.clone() };
    let (told, summary) = commit_as(&ada, checked).await.unwrap();
    assert!(told.is_empty());
    assert_eq!((summary.deleted, summary.kept, summary.revision.as_str()), (1_200, 0, ""));
    assert_eq!(ids(&ada).await.len(), 100, "nothing is deleted yet");

    let request = pb::CommitSyncRequest { max_deletions: 1_200, ..request };
    let (told, summary) = commit_as(&ada, request.clone()).await.unwrap();
    let steps: Vec<(i64, i64)> = told.iter().map(|progress| (progress.deleted, progress.to_delete)).collect();
    assert_eq!(steps, [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]);
    assert_eq!((summary.deleted, summary.kept), (1_200, 0));
    assert!(ids(&ada).await.is_empty());
    let (told, again) = commit_as(&ada, pb::CommitSyncRequest { max_deletions: 1, ..request }).await.unwrap();
    assert!(told.is_empty());
    assert_eq!((again.deleted, again.kept), (summary.deleted, summary.kept));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_was_cut_off_goes_on() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let many = (0..1_200).map(|n| import_item(n, of("wiki", &format!("d{n}")))).collect();
    import(&ada, many).await.unwrap();
    let sync = begin(&ada, "wiki").await;
    let request = pb::CommitSyncRequest { sync: sync.clone(), max_deletions: 1_200, validate_only: false };
    let mut answers = ada.content().commit_sync(ada.request(request.clone())).await.unwrap().into_inner();
    assert!(matches!(answers.message().await.unwrap().unwrap().part, Some(Part::Progress(_))));
    drop(answers);
    let (_, summary) = commit_as(&ada, request).await.unwrap();
    assert_eq!((summary.deleted, summary.kept), (1_200, 0), "both calls together");
    assert!(ids(&ada).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_sync_supersedes() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put(&ada, of("wiki", "a")).await.unwrap();
    let old = begin(&ada, "wiki").await;
    let other = begin(&ada, "forum").await;
    let new = begin(&ada, "wiki").await;
    assert_eq!(reason(&import_for(&ada, &old, vec![of("wiki", "a")]).await.unwrap_err()), "SYNC_SUPERSEDED");
    assert_eq!(reason(&import_for(&ada, &old, Vec::new()).await.unwrap_err()), "SYNC_SUPERSEDED");
    assert_eq!(reason(&commit(&ada, &old).await.unwrap_err()), "SYNC_SUPERSEDED");
    assert_eq!(ids(&ada).await, ["a"]);
    assert_eq!(commit(&ada, &other).await.unwrap().deleted, 0, "another source's sync stays");
    import_for(&ada, &new, vec![of("wiki", "a")]).await.unwrap();
    assert_eq!(commit(&ada, &new).await.unwrap().kept, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_committed_sync_takes_no_items() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let sync = begin(&ada, "wiki").await;
    commit(&ada, &sync).await.unwrap();
    assert_eq!(reason(&import_for(&ada, &sync, vec![of("wiki", "a")]).await.unwrap_err()), "SYNC_COMMITTED");
    assert!(ids(&ada).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_is_repeatable() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let ask = async |system: &str| {
        let request_id = "0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
        let request = pb::BeginSyncRequest { system: system.to_owned(), request_id };
        ada.content().begin_sync(ada.request(request)).await.map(tonic::Response::into_inner)
    };
    let (one, two) = (ask("wiki").await.unwrap(), ask("wiki").await.unwrap());
    assert_eq!(one.begin_time, two.begin_time);
    // The first token still holds, so nothing superseded it.
    commit(&ada, &one.sync).await.unwrap();
    assert_eq!(fields(&ask("forum").await.unwrap_err()), ["request_id"]);
    begin(&ada, "wiki").await;
    assert_eq!(reason(&ask("wiki").await.unwrap_err()), "SYNC_SUPERSEDED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_of_a_swept_root_keeps_its_gates_and_rights_are_gone_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put_community(&ada, "dock", &["ada", "bo"], &[]).await;
    let root = pb::Document { audience: Some(restricted(&["communities/dock"])), ..of("wiki", "root") };
    put(&ada, root).await.unwrap();
    let place = pb::ThreadPlace { root: "documents/root".to_owned(), parent: "documents/root".to_owned() };
    let reply = pb::Document { kind: pb::DocumentKind::Reply.into(), thread: Some(place), ..of("wiki", "reply") };
    put(&ada, reply.clone()).await.unwrap();
    let sync = begin(&ada, "wiki").await;
    import_for(&ada, &sync, vec![reply]).await.unwrap();
    let summary = commit(&ada, &sync).await.unwrap();
    assert_eq!(summary.deleted, 1);
    let (bo, cy) = (house.client(Some("people/bo")), house.client(Some("people/cy")));
    for client in [&ada, &bo, &cy] {
        assert!(!reads(client, "documents/root").await);
    }
    let applied = pb::ListDocumentsRequest { min_revision: summary.revision, ..Default::default() };
    ada.content().list_documents(ada.request(applied)).await.unwrap();
    assert!(reads(&bo, "documents/reply").await);
    assert!(!reads(&cy, "documents/reply").await, "the thread's audience outlives its root");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_name_every_fault_and_only_writers_may_ask() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let begin_with = async |system: &str, request_id: &str| {
        let request = pb::BeginSyncRequest { system: system.to_owned(), request_id: request_id.to_owned() };
        ada.content().begin_sync(ada.request(request)).await.unwrap_err()
    };
    assert_eq!(fields(&begin_with("", "nonsense").await), ["request_id", "system"]);
    assert_eq!(fields(&begin_with(&"x".repeat(201), "").await), ["system"]);
    assert_eq!(fields(&begin_with("a\u{0}b", "").await), ["system"]);
    let wrong = pb::CommitSyncRequest { sync: "nonsense".to_owned(), max_deletions: -1, validate_only: false };
    assert_eq!(fields(&commit_as(&ada, wrong).await.unwrap_err()), ["sync", "max_deletions"]);
    assert_eq!(fields(&commit(&ada, "").await.unwrap_err()), ["sync"]);

    let sync = begin(&ada, "wiki").await;
    put(&ada, of("wiki", "kept")).await.unwrap();
    let nameless = pb::Document { name: "x".to_owned(), kind: 99, ..of("forum", "a") };
    let results = import_for(&ada, &sync, vec![of("forum", "a"), document("b", "B", "b", "ada"), nameless, of("wiki", "c")]);
    let results = results.await.unwrap();
    let told: Vec<bool> = results.iter().map(|result| result.error.is_some()).collect();
    assert_eq!(told, [true, true, true, false]);
    let error = results[2].error.as_ref().unwrap();
    assert_eq!(error.message, "wrong fields: document.source.system, document.name, document.kind");
    assert_eq!(ids(&ada).await, ["c", "kept"], "nothing of a refused item is written");

    let nobody = house.client(None);
    let refused = nobody.content().begin_sync(pb::BeginSyncRequest { system: "wiki".to_owned(), ..Default::default() }).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unauthenticated);
    assert_eq!(commit(&nobody, &sync).await.unwrap_err().code(), Code::Unauthenticated);
    let reader = house.client(Some("people/bo")).without_scopes();
    let request = reader.request(pb::BeginSyncRequest { system: "wiki".to_owned(), ..Default::default() });
    assert_eq!(reader.content().begin_sync(request).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(commit(&reader, &sync).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(ids(&ada).await, ["c", "kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_was_told_about_survives_a_kill_and_the_commit_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let all = |count: u64| (0..count).map(|n| of("wiki", &format!("d{n}"))).collect::<Vec<_>>();
    let server = Server::start(folder.path());
    let client = server.client(Some("people/ada")).await;
    import(&client, all(300).into_iter().zip(0..).map(|(document, at)| import_item(at, document)).collect()).await.unwrap();
    let sync = begin(&client, "wiki").await;
    server.kill();

    let server = Server::start(folder.path());
    let client = server.client(Some("people/ada")).await;
    let results = import_for(&client, &sync, all(200)).await.unwrap();
    assert!(results.iter().all(|result| result.outcome() == Outcome::Unchanged), "marks alone keep them");
    server.kill();

    let server = Server::start(folder.path());
    let client = server.client(Some("people/ada")).await;
    let request = pb::CommitSyncRequest { sync: sync.clone(), max_deletions: 100, validate_only: false };
    let mut answers = client.content().commit_sync(client.request(request)).await.unwrap().into_inner();
    drop(answers.message().await.unwrap());
    server.kill();

    let server = Server::start(folder.path());
    let client = server.client(Some("people/ada")).await;
    let summary = commit(&client, &sync).await.unwrap();
    assert_eq!((summary.deleted, summary.kept), (100, 200));
    let status = client.admin().get_status(client.request(pb::GetStatusRequest::default())).await.unwrap().into_inner();
    assert_eq!(status.ledger.unwrap().documents, 200);
    let get = pb::GetDocumentRequest { name: "documents/d199".to_owned(), ..Default::default() };
    assert!(client.content().get_document(client.request(get)).await.is_ok());
    assert_eq!(server.terminate(), Some(0));
    let checked = rookery().args(["check", "--data-dir"]).arg(folder.path()).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn the_command_line_sweeps_and_refuses_to_where_records_failed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("documents.jsonl"), folder.path().join("data"));
    let line = |id: &str| format!(r#"{{"id":"{id}","kind":"post","body":"tides","authors":["ada"]}}"#);
    let run = |lines: &[String], more: &[&str]| {
        std::fs::write(&file, lines.join("\n")).unwrap();
        let done = rookery().args(["import", "jsonl"]).arg(&file).arg("--data-dir").arg(&data).args(more).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (done.status.code(), text(&done.stdout), text(&done.stderr))
    };
    let three = ["a", "b", "c"].map(line);
    assert_eq!(run(&three, &["--sync"]).0, Some(0));
    let (code, said, complaints) = run(&[line("a"), "{".to_owned()], &["--sync"]);
    assert_eq!(code, Some(65), "{complaints}");
    assert!(complaints.contains("1 records were not imported, so nothing was deleted"), "{said}{complaints}");
    let (code, _, complaints) = run(&[line("a")], &["--sync", "--max-deletions", "1"]);
    assert_eq!(code, Some(1), "{complaints}");
    assert!(complaints.contains("would delete 2 documents"), "{complaints}");
    let (code, said, complaints) = run(&[line("a"), "{".to_owned()], &["--sync", "--sync-despite-failures"]);
    assert_eq!(code, Some(65), "{complaints}");
    assert!(said.contains("2 deleted, 1 kept"), "{said}{complaints}");
    assert_eq!(run(&three, &["--max-deletions", "1"]).0, Some(2), "a bound without a sweep is wrong usage");
    let people = folder.path().join("people.jsonl");
    std::fs::write(&people, r#"{"id":"ada","name":"Ada"}"#).unwrap();
    let done = rookery().args(["import", "jsonl"]).arg(&people).arg("--sync").arg("--data-dir").arg(&data).output().unwrap();
    assert_eq!(done.status.code(), Some(64), "without a file of documents, everything would go");
}
