//! Imports: a stream of items in, a result for each of them out, in the order of the items, then a summary.
//!
//! Many items are worked on at once, so that the ledger commits them together. A broken item is told and stops nothing. The
//! caller is heard only as fast as it reads its results, and when it leaves, items that no write has reached are dropped whole:
//! an item is one write. Start reading at [`import`]; `import/turns.rs` keeps the order.
//!
//! Proved in `import/tests.rs`, with items that only pretend to be written: 1. results come in order with their sequences, and a
//! summary that counts them comes last; 2. items that are empty, too big, refused or panic are told, and the rest goes in; 3. a
//! message that cannot be read ends the stream after the results before it; 4. an item waits for the one before it of its name.

mod turns;

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures::{FutureExt, Stream, StreamExt, stream};
use prost::Message;
use tonic::{Request, Response, Status, Streaming};

use super::call::{Door, at_work};
use super::layers::{RequestId, panic_text};
use super::seal::Seal;
use super::status::{Refusal, rpc_status, status, unreadable_message};
use super::{convert, limits, pb};
use crate::app::{App, AppError, Call, FieldFault, Imported, ImportedAs};
use crate::domain::Revision;
use pb::import_result::Outcome;
use turns::{Task, in_order};

/// Items of the largest size for which there is room at once; of smaller ones there may be more, up to `limits.batch`.
const LARGEST_AT_ONCE: usize = 8;
/// Longest name that comes back with a result; every valid one is shorter.
const NAME_BYTES: usize = 256;

/// The stream that an import answers with.
pub(super) type Answers<A> = Pin<Box<dyn Stream<Item = Result<A, Status>> + Send>>;

/// What tells the imports of documents and of people apart.
pub(super) trait Import: Send + Sync + 'static {
    /// What comes in.
    type Request: Message + 'static;
    /// What goes out.
    type Answer: Send + 'static;
    /// What is imported.
    type Resource: Send + 'static;

    /// The item of a message: its sequence and its resource, each if it is there.
    fn item(request: Self::Request) -> (i64, Option<Self::Resource>);
    /// The resource's name as the item gives it.
    fn name(resource: &Self::Resource) -> &str;
    /// Makes the resource what the item says.
    fn apply(door: &Door, call: &Call, resource: Self::Resource) -> impl Future<Output = Result<Imported, AppError>> + Send;
    /// A result as a message.
    fn result(result: pb::ImportResult) -> Self::Answer;
    /// A summary as a message.
    fn summary(summary: pb::ImportSummary) -> Self::Answer;
}

/// Answers an import. Who may not write is told at once.
///
/// # Errors
/// The status of a caller who may not import.
pub(super) fn import<I: Import>(
    door: &Door,
    request: Request<Streaming<I::Request>>,
) -> Result<Response<Answers<I::Answer>>, Status> {
    let id = RequestId::of_call(&request);
    let call = door.stream_call(request.metadata()).and_then(|call| {
        App::authorise_write(&call)?;
        Ok((call, at_work(&request)?))
    });
    let (call, at_work) = call.map_err(|refusal| status(&refusal, &id))?;
    let desk = Desk {
        seal: Arc::clone(&door.seal),
        in_flight: door.limits().batch,
        max_message_bytes: door.options.max_import_message_bytes,
        largest_message: door.options.largest_message(),
        id,
    };
    // With the stream goes the patience: once the caller has left, nothing waits any longer.
    let ended = call.patience.end_on_drop();
    let worker = Arc::new((door.clone(), call, ended, at_work));
    let apply = move |resource| {
        let worker = Arc::clone(&worker);
        async move {
            let (door, call, ..) = worker.as_ref();
            I::apply(door, call, resource).await
        }
    };
    Ok(Response::new(Box::pin(answers::<I, _>(desk, request.into_inner(), apply))))
}

/// What every item of one import needs.
struct Desk {
    seal: Arc<Seal>,
    in_flight: usize,
    max_message_bytes: usize,
    largest_message: (usize, &'static str),
    id: RequestId,
}

/// What became of one item.
struct Done {
    sequence: i64,
    name: String,
    outcome: Result<Imported, Refusal>,
}

fn answers<I: Import, F>(
    desk: Desk,
    requests: impl Stream<Item = Result<I::Request, Status>> + Send + 'static,
    apply: impl Fn(I::Resource) -> F + Send + 'static,
) -> impl Stream<Item = Result<I::Answer, Status>> + Send
where
    F: Future<Output = Result<Imported, AppError>> + Send + 'static,
{
    let desk = Arc::new(desk);
    let room = desk.max_message_bytes.saturating_mul(LARGEST_AT_ONCE);
    let in_flight = desk.in_flight;
    let worker = Arc::clone(&desk);
    let tasks = requests.map(move |request| task::<I, F, _>(&worker, request, &apply));
    let told = Told { results: Box::pin(in_order(tasks, in_flight, room)), tally: Tally::default(), desk };
    stream::unfold(Some(told), |told| async {
        let mut told = told?;
        Some(match told.results.next().await {
            Some(Ok(done)) => match told.tell(done) {
                Ok(result) => (Ok(I::result(result)), Some(told)),
                Err(status) => (Err(status), None),
            },
            Some(Err(status)) => (Err(status), None),
            None => (told.sum_up().map(I::summary), None),
        })
    })
}

/// One message as a task. A message that the transport could not read ends the stream, once what came before it is answered.
fn task<I: Import, F, A: Fn(I::Resource) -> F>(
    desk: &Desk,
    request: Result<I::Request, Status>,
    apply: &A,
) -> Task<impl Future<Output = Result<Done, Status>> + Send + use<I, F, A>>
where
    F: Future<Output = Result<Imported, AppError>> + Send,
{
    let bytes = request.as_ref().map_or(0, Message::encoded_len);
    let (most_bytes, limit) = desk.largest_message;
    let item = request.map_err(|status| unreadable_message(status, most_bytes, limit, &desk.id)).map(|request| {
        let too_big = limits::check_size(&request, desk.max_message_bytes, MESSAGE_LIMIT).err();
        let (sequence, resource) = I::item(request);
        let name = shortened(resource.as_ref().map(I::name).unwrap_or_default());
        let work = match (too_big, resource) {
            (Some(refusal), _) => Err(refusal),
            (None, None) => Err(AppError::Invalid(vec![FieldFault::new("item", "must hold a resource")]).into()),
            (None, Some(resource)) => Ok(apply(resource)),
        };
        (sequence, name, work)
    });
    let name = item.as_ref().map(|(_, name, _)| name.clone()).unwrap_or_default();
    let work = async move {
        let (sequence, name, work) = item?;
        let outcome = match work {
            // A fault in one item's code is one item's failure; what items share is made to bear it.
            Ok(work) => match AssertUnwindSafe(work).catch_unwind().await {
                Ok(applied) => applied.map_err(Refusal::App),
                Err(panic) => {
                    tracing::error!(panic = panic_text(panic.as_ref()), "an item of an import panicked");
                    Err(Refusal::Panicked)
                }
            },
            Err(refusal) => Err(refusal),
        };
        Ok(Done { sequence, name, outcome })
    };
    Task { name, bytes, work }
}

const MESSAGE_LIMIT: &str = "server.limits.max_import_message_bytes";

/// A name as it was given, cut where it is longer than any valid one.
fn shortened(name: &str) -> String {
    name[..name.floor_char_boundary(NAME_BYTES)].to_owned()
}

/// An import as it is told to its caller.
struct Told<S> {
    results: Pin<Box<S>>,
    tally: Tally,
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Tally {
    created: i64,
    updated: i64,
    unchanged: i64,
    failed: i64,
    newest: Option<Revision>,
}

impl<S> Told<S> {
    fn tell(&mut self, done: Done) -> Result<pb::ImportResult, Status> {
        let Done { sequence, name, outcome } = done;
        let imported = match outcome {
            Ok(imported) => imported,
            Err(refusal) => {
                self.tally.failed += 1;
                let error = Some(rpc_status(&refusal, &self.desk.id));
                return Ok(pb::ImportResult { sequence, name, outcome: Outcome::Failed.into(), error, revision: String::new() });
            }
        };
        let (outcome, count) = match imported.outcome {
            ImportedAs::Created => (Outcome::Created, &mut self.tally.created),
            ImportedAs::Updated => (Outcome::Updated, &mut self.tally.updated),
            ImportedAs::Unchanged => (Outcome::Unchanged, &mut self.tally.unchanged),
        };
        *count += 1;
        self.tally.newest = self.tally.newest.max(Some(imported.revision));
        let revision = self.sealed(imported.revision)?;
        Ok(pb::ImportResult { sequence, name, outcome: outcome.into(), error: None, revision })
    }

    fn sum_up(&self) -> Result<pb::ImportSummary, Status> {
        let Tally { created, updated, unchanged, failed, newest } = self.tally;
        let revision = newest.map(|newest| self.sealed(newest)).transpose()?.unwrap_or_default();
        Ok(pb::ImportSummary { created, updated, unchanged, failed, revision })
    }

    fn sealed(&self, revision: Revision) -> Result<String, Status> {
        self.desk.seal.revision(revision).map_err(|refusal| status(&refusal, &self.desk.id))
    }
}

/// The import of documents.
pub(super) struct Documents;

impl Import for Documents {
    type Request = pb::ImportDocumentsRequest;
    type Answer = pb::ImportDocumentsResponse;
    type Resource = pb::Document;

    fn item(request: Self::Request) -> (i64, Option<Self::Resource>) {
        match request.part {
            Some(pb::import_documents_request::Part::Item(item)) => (item.sequence, item.document),
            None => (0, None),
        }
    }

    fn name(resource: &Self::Resource) -> &str {
        &resource.name
    }

    async fn apply(door: &Door, call: &Call, resource: Self::Resource) -> Result<Imported, AppError> {
        let (name, patch) = convert::imported_document(resource, door.limits())?;
        door.app.import_document(call, name, patch).await
    }

    fn result(result: pb::ImportResult) -> Self::Answer {
        pb::ImportDocumentsResponse { part: Some(pb::import_documents_response::Part::Result(result)) }
    }

    fn summary(summary: pb::ImportSummary) -> Self::Answer {
        pb::ImportDocumentsResponse { part: Some(pb::import_documents_response::Part::Summary(summary)) }
    }
}

/// The import of people.
pub(super) struct People;

impl Import for People {
    type Request = pb::ImportPeopleRequest;
    type Answer = pb::ImportPeopleResponse;
    type Resource = pb::Person;

    fn item(request: Self::Request) -> (i64, Option<Self::Resource>) {
        match request.part {
            Some(pb::import_people_request::Part::Item(item)) => (item.sequence, item.person),
            None => (0, None),
        }
    }

    fn name(resource: &Self::Resource) -> &str {
        &resource.name
    }

    async fn apply(door: &Door, call: &Call, resource: Self::Resource) -> Result<Imported, AppError> {
        let (name, patch) = convert::imported_person(resource, door.limits())?;
        door.app.import_person(call, name, patch).await
    }

    fn result(result: pb::ImportResult) -> Self::Answer {
        pb::ImportPeopleResponse { part: Some(pb::import_people_response::Part::Result(result)) }
    }

    fn summary(summary: pb::ImportSummary) -> Self::Answer {
        pb::ImportPeopleResponse { part: Some(pb::import_people_response::Part::Summary(summary)) }
    }
}

#[cfg(test)]
mod tests;
