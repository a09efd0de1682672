//! Imports whose items only pretend to be written.

use std::sync::Mutex;

use futures::stream;
use tonic::Code;
use tonic_types::StatusExt;

use super::*;
use crate::app::Identity;
use crate::domain::RecordKind;
use crate::grpc::convert::Faults;
use crate::grpc::seal::Wanted;
use pb::import_documents_request::Part;
use pb::import_documents_response::Part as Answer;

/// Largest message of these imports, in bytes.
const LARGEST: usize = 1_000;

fn seal() -> Seal {
    Seal::new(&Identity { epoch: 1, sealing_key: [7; 32] }, getrandom::fill)
}

fn item(sequence: i64, name: &str, body: &str) -> pb::ImportDocumentsRequest {
    let document = pb::Document { name: name.to_owned(), body: body.to_owned(), ..Default::default() };
    let item = pb::ImportDocumentsItem { sequence, document: Some(document) };
    pb::ImportDocumentsRequest { part: Some(Part::Item(item)) }
}

/// What an import of these messages answers. An item is applied as its body says, in as many turns as its name has bytes, and
/// its start and end are noted, with the sync that it belongs to. The second sync of a system takes no items.
async fn import(
    requests: Vec<Result<pb::ImportDocumentsRequest, Status>>,
    started: &Arc<Mutex<Vec<String>>>,
) -> Vec<Result<Answer, Status>> {
    let desk = Desk {
        seal: Arc::new(seal()),
        in_flight: 10,
        max_message_bytes: LARGEST,
        largest_message: (LARGEST, MESSAGE_LIMIT),
        id: RequestId::of("cafe"),
    };
    let started = Arc::clone(started);
    let begin = |sync: SyncRef| async move {
        if sync.number == 2 { Err(AppError::SyncSuperseded { system: sync.system }) } else { Ok(()) }
    };
    let apply = move |document: pb::Document, sync: Option<Arc<SyncRef>>| {
        let started = Arc::clone(&started);
        async move {
            started.lock().unwrap().push(document.body.clone());
            if let Some(sync) = sync {
                started.lock().unwrap().push(format!("sync {} of {}", sync.number, sync.system));
            }
            for _ in 0..document.name.len() {
                tokio::task::yield_now().await;
            }
            started.lock().unwrap().push(format!("end of {}", document.body));
            let imported = |outcome, revision| Ok(Imported { outcome, revision: Revision(revision) });
            match document.body.as_str() {
                "created" => imported(ImportedAs::Created, 7),
                "updated" => imported(ImportedAs::Updated, 9),
                "unchanged" => imported(ImportedAs::Unchanged, 3),
                "panic" => panic!("oh"),
                _ => Err(AppError::Invalid(vec![FieldFault::new("document.body", "is refused")])),
            }
        }
    };
    let answers = answers::<Documents, _, _>(desk, stream::iter(requests), begin, apply);
    answers.map(|answer| answer.map(|answer| answer.part.expect("every answer holds something"))).collect().await
}

fn results(answers: &[Result<Answer, Status>]) -> Vec<&pb::ImportResult> {
    let result = |answer| match answer {
        &Ok(Answer::Result(ref result)) => Some(result),
        _ => None,
    };
    answers.iter().filter_map(result).collect()
}

fn revision(token: &str) -> Wanted {
    let mut faults = Faults::default();
    let wanted = seal().min_revision(token, &mut faults);
    assert!(faults.is_empty(), "{token} is a token");
    wanted
}

#[tokio::test]
async fn results_keep_the_order_and_a_summary_counts_them() {
    let items = [("xxxxx", "created"), ("xxxx", "updated"), ("xxx", "unchanged"), ("xx", "refused"), ("x", "created")];
    let requests = items.iter().zip(0..).map(|((id, body), n)| item(10 * n, &format!("documents/{id}"), body));
    let answers = import(requests.map(Ok).collect(), &Arc::default()).await;
    assert_eq!(answers.len(), 6);
    let told: Vec<(i64, Outcome)> = results(&answers).iter().map(|result| (result.sequence, result.outcome())).collect();
    let expected =
        [(0, Outcome::Created), (10, Outcome::Updated), (20, Outcome::Unchanged), (30, Outcome::Failed), (40, Outcome::Created)];
    assert_eq!(told, expected);
    for result in results(&answers) {
        assert_eq!(result.error.is_some(), result.outcome() == Outcome::Failed);
        assert_eq!(result.revision.is_empty(), result.outcome() == Outcome::Failed);
        assert!(result.name.starts_with("documents/x"));
    }
    assert_eq!(revision(&results(&answers)[0].revision), Wanted::Revision(Revision(7)));
    let Some(Ok(Answer::Summary(summary))) = answers.last() else { panic!("the last answer is the summary: {answers:?}") };
    assert_eq!((summary.created, summary.updated, summary.unchanged, summary.failed), (2, 1, 1, 1));
    assert_eq!(revision(&summary.revision), Wanted::Revision(Revision(9)), "it sees every item");
}

#[tokio::test]
async fn an_empty_import_has_an_empty_summary() {
    let answers = import(Vec::new(), &Arc::default()).await;
    let [Ok(Answer::Summary(summary))] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(*summary, pb::ImportSummary::default());
}

#[tokio::test]
async fn broken_items_stop_nothing() {
    let no_part = pb::ImportDocumentsRequest { part: None };
    let no_document = pb::ImportDocumentsItem { sequence: 2, document: None };
    let no_document = pb::ImportDocumentsRequest { part: Some(Part::Item(no_document)) };
    let too_big = item(3, "documents/big", &"x".repeat(LARGEST));
    let long_name = item(5, &"ü".repeat(40), "refused");
    let requests =
        vec![no_part, no_document, too_big, item(4, "documents/a", "panic"), long_name, item(6, "documents/b", "created")];
    let answers = import(requests.into_iter().map(Ok).collect(), &Arc::default()).await;
    let told: Vec<(i64, i32)> =
        results(&answers).iter().map(|result| (result.sequence, result.error.as_ref().map_or(0, |error| error.code))).collect();
    let (invalid, internal) = (Code::InvalidArgument as i32, Code::Internal as i32);
    assert_eq!(told, [(0, invalid), (2, invalid), (3, invalid), (4, internal), (5, invalid), (6, 0)]);
    let error = results(&answers)[2].error.clone().unwrap();
    let bad = error.details.iter().find(|detail| detail.type_url.ends_with("BadRequest")).expect("faults are listed");
    let bad = tonic_types::pb::BadRequest::decode(bad.value.as_slice()).unwrap();
    assert!(bad.field_violations[0].description.contains(MESSAGE_LIMIT), "{bad:?}");
    let Some(Ok(Answer::Summary(summary))) = answers.last() else { panic!("{answers:?}") };
    assert_eq!((summary.created, summary.failed), (1, 5));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_ends_the_stream_after_what_came_before() {
    let requests = vec![
        Ok(item(1, "documents/slow-one", "created")),
        Err(Status::out_of_range("decoded message length too large")),
        Ok(item(3, "documents/b", "created")),
    ];
    let answers = import(requests, &Arc::default()).await;
    let [Ok(Answer::Result(first)), Err(status)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(first.sequence, 1);
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn an_item_waits_for_the_one_before_it_of_its_name() {
    let started = Arc::default();
    let requests =
        vec![item(1, "documents/same", "created"), item(2, "documents/same", "updated"), item(3, "documents/x", "refused")];
    let answers = import(requests.into_iter().map(Ok).collect(), &started).await;
    assert_eq!(results(&answers).len(), 3);
    let started = started.lock().unwrap().clone();
    let at = |line: &str| started.iter().position(|noted| noted == line).unwrap();
    assert!(at("end of created") < at("updated"), "{started:?}");
    assert!(at("refused") < at("end of created"), "other names do not wait: {started:?}");
}

fn start(number: u64) -> pb::ImportDocumentsRequest {
    let sync = SyncRef { kind: RecordKind::Document, system: "wiki".to_owned(), number };
    start_with(seal().sync(&sync).unwrap())
}

fn start_with(sync: String) -> pb::ImportDocumentsRequest {
    pb::ImportDocumentsRequest { part: Some(Part::Start(pb::ImportStart { sync })) }
}

#[tokio::test]
async fn every_item_belongs_to_the_sync_that_is_named_first() {
    let started = Arc::default();
    let requests = vec![start(1), item(1, "documents/a", "created"), item(2, "documents/b", "unchanged")];
    let answers = import(requests.into_iter().map(Ok).collect(), &started).await;
    let sequences: Vec<i64> = results(&answers).iter().map(|result| result.sequence).collect();
    assert_eq!(sequences, [1, 2], "the start itself has no result");
    let started = started.lock().unwrap().clone();
    assert_eq!(started.iter().filter(|noted| *noted == "sync 1 of wiki").count(), 2, "{started:?}");
}

#[tokio::test]
async fn a_sync_that_takes_no_items_ends_the_stream() {
    let other = Seal::new(&Identity { epoch: 2, sealing_key: [7; 32] }, getrandom::fill);
    let other = other.sync(&SyncRef { kind: RecordKind::Document, system: "wiki".to_owned(), number: 1 }).unwrap();
    let first = |start| vec![start, item(1, "documents/a", "created")];
    for (requests, code, reason) in [
        (first(start(2)), Code::FailedPrecondition, "SYNC_SUPERSEDED"),
        (first(start_with(other)), Code::FailedPrecondition, "OTHER_EPOCH"),
        (first(start_with("nonsense".to_owned())), Code::InvalidArgument, "INVALID_FIELDS"),
        (first(start_with(String::new())), Code::InvalidArgument, "INVALID_FIELDS"),
        (vec![start(1), start(1)], Code::InvalidArgument, "INVALID_FIELDS"),
    ] {
        let answers = import(requests.into_iter().map(Ok).collect(), &Arc::default()).await;
        let [Err(status)] = answers.as_slice() else { panic!("{reason}: {answers:?}") };
        assert_eq!((status.code(), status.get_details_error_info().unwrap().reason.as_str()), (code, reason));
    }
    // Named late, it ends the stream after what came before.
    let requests = vec![item(1, "documents/a", "created"), start(1), item(2, "documents/b", "created")];
    let answers = import(requests.into_iter().map(Ok).collect(), &Arc::default()).await;
    let [Ok(Answer::Result(_)), Err(status)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "start");
}

#[test]
fn names_come_back_cut_at_a_character() {
    assert_eq!(shortened("documents/a"), "documents/a");
    let cut = shortened(&"ü".repeat(1_000));
    assert_eq!(cut.len(), NAME_BYTES);
    assert_eq!(shortened(&format!("x{}", "ü".repeat(1_000))).len(), NAME_BYTES - 1);
}
