//! Imports: a stream of items in, a result for each of them out, in the order of the items, then a summary.
//!
//! Many items are worked on at once, so that the ledger commits them together. A broken item is told and stops nothing. The
//! caller is heard only as fast as it reads its results, and when it leaves, items that no write has reached are dropped whole:
//! an item is one write. A first message may make the import part of a sync, which every later item is then marked for; where that
//! cannot be, the stream ends. Start reading at [`import`]; `import/turns.rs` keeps the order.
//!
//! Proved in `import/tests.rs`, with items that only pretend to be written: 1. results come in order with their sequences, and a
//! summary that counts them comes last; 2. items that are empty, too big, refused or panic are told, and the rest goes in; 3. a
//! message that cannot be read ends the stream after the results before it; 4. an item waits for the one before it of its name; 5. a
//! sync is named first or not at all, every item after it belongs to it, and one that takes no items ends the stream.

mod turns;

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures::{FutureExt, Stream, StreamExt, stream};
use prost::Message;
use tonic::{Request, Response, Status, Streaming};

use super::call::{Door, at_work};
use super::request_id::{RequestId, panic_text};
use super::seal::{NamedSync, Seal};
use super::status::{Refusal, rpc_status, status, unreadable_message};
use super::{
    convert::{self, Faults},
    limits, pb,
};
use crate::app::{App, AppError, Call, FieldFault, Imported, ImportedAs, SyncRef};
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

    /// What a message is.
    fn incoming(request: Self::Request) -> Incoming<Self::Resource>;
    /// The resource's name as the item gives it.
    fn name(resource: &Self::Resource) -> &str;
    /// Makes the resource what the item says, and marks it for the sync that the import belongs to.
    fn apply(
        door: &Door,
        call: &Call,
        resource: Self::Resource,
        sync: Option<&SyncRef>,
    ) -> impl Future<Output = Result<Imported, AppError>> + Send;
    /// A result as a message.
    fn result(result: pb::ImportResult) -> Self::Answer;
    /// A summary as a message.
    fn summary(summary: pb::ImportSummary) -> Self::Answer;
}

/// What a message to an import is.
pub(super) enum Incoming<R> {
    /// An item: its sequence and its resource, if it is there.
    Item(i64, Option<R>),
    /// The token of the sync that the import belongs to.
    Start(String),
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
    let call = door.stream_call(&request).and_then(|call| {
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
    let beginner = Arc::clone(&worker);
    let begin = move |sync: SyncRef| {
        let worker = Arc::clone(&beginner);
        async move {
            let (door, call, ..) = worker.as_ref();
            door.app.check_sync(call, &sync).await
        }
    };
    let apply = move |resource, sync: Option<Arc<SyncRef>>| {
        let worker = Arc::clone(&worker);
        async move {
            let (door, call, ..) = worker.as_ref();
            I::apply(door, call, resource, sync.as_deref()).await
        }
    };
    Ok(Response::new(Box::pin(answers::<I, _, _>(desk, request.into_inner(), begin, apply))))
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

fn answers<I: Import, B, F>(
    desk: Desk,
    requests: impl Stream<Item = Result<I::Request, Status>> + Send + 'static,
    begin: impl Fn(SyncRef) -> B + Send + 'static,
    apply: impl Fn(I::Resource, Option<Arc<SyncRef>>) -> F + Send + 'static,
) -> impl Stream<Item = Result<I::Answer, Status>> + Send
where
    B: Future<Output = Result<(), AppError>> + Send + 'static,
    F: Future<Output = Result<Imported, AppError>> + Send + 'static,
{
    let desk = Arc::new(desk);
    let room = desk.max_message_bytes.saturating_mul(LARGEST_AT_ONCE);
    let in_flight = desk.in_flight;
    let mut intake = Intake { desk: Arc::clone(&desk), begin, apply, first: true, sync: None };
    let tasks = requests.map(move |request| intake.task::<I, B, F>(request));
    let told = Told { results: Box::pin(in_order(tasks, in_flight, room)), tally: Tally::default(), desk };
    stream::unfold(Some(told), |told| async {
        let mut told = told?;
        loop {
            return Some(match told.results.next().await {
                Some(Ok(None)) => continue,
                Some(Ok(Some(done))) => match told.tell(done) {
                    Ok(result) => (Ok(I::result(result)), Some(told)),
                    Err(status) => (Err(status), None),
                },
                Some(Err(status)) => (Err(status), None),
                None => (told.sum_up().map(I::summary), None),
            });
        }
    })
}

/// Makes a task of every message.
struct Intake<P, A> {
    desk: Arc<Desk>,
    begin: P,
    apply: A,
    /// Whether no message came yet.
    first: bool,
    /// The sync that the import belongs to.
    sync: Option<Arc<SyncRef>>,
}

/// What one message comes to.
enum Work<B, F> {
    /// The stream ends.
    Ended(Status),
    /// The import may belong to a sync.
    Begin(Result<B, Refusal>),
    /// An item.
    Item(i64, String, Result<F, Refusal>),
}

impl<P, A> Intake<P, A> {
    /// One message as a task. A message that the transport could not read ends the stream, once what came before it is answered.
    fn task<I: Import, B, F>(
        &mut self,
        request: Result<I::Request, Status>,
    ) -> Task<impl Future<Output = Result<Option<Done>, Status>> + Send + use<I, B, F, P, A>>
    where
        P: Fn(SyncRef) -> B,
        A: Fn(I::Resource, Option<Arc<SyncRef>>) -> F,
        B: Future<Output = Result<(), AppError>> + Send,
        F: Future<Output = Result<Imported, AppError>> + Send,
    {
        let bytes = request.as_ref().map_or(0, Message::encoded_len);
        let work = self.work::<I, B, F>(request);
        let name = match &work {
            Work::Item(_, name, _) => name.clone(),
            Work::Ended(_) | Work::Begin(_) => String::new(),
        };
        let desk = Arc::clone(&self.desk);
        let work = async move {
            match work {
                Work::Ended(status) => Err(status),
                Work::Begin(begun) => {
                    let begun = match begun {
                        Ok(checked) => checked.await.map_err(Refusal::App),
                        Err(refusal) => Err(refusal),
                    };
                    begun.map(|()| None).map_err(|refusal| status(&refusal, &desk.id))
                }
                Work::Item(sequence, name, work) => Ok(Some(Done { sequence, name, outcome: outcome(work).await })),
            }
        };
        Task { name, bytes, work }
    }

    fn work<I: Import, B, F>(&mut self, request: Result<I::Request, Status>) -> Work<B, F>
    where
        P: Fn(SyncRef) -> B,
        A: Fn(I::Resource, Option<Arc<SyncRef>>) -> F,
    {
        let first = std::mem::replace(&mut self.first, false);
        let (most_bytes, limit) = self.desk.largest_message;
        let request = match request {
            Ok(request) => request,
            Err(status) => return Work::Ended(unreadable_message(status, most_bytes, limit, &self.desk.id)),
        };
        let too_big = limits::check_size(&request, self.desk.max_message_bytes, MESSAGE_LIMIT).err();
        match (I::incoming(request), too_big) {
            (Incoming::Start(_), Some(refusal)) => Work::Begin(Err(refusal)),
            (Incoming::Start(token), None) => Work::Begin(self.start(&token, first).map(&self.begin)),
            (Incoming::Item(sequence, resource), too_big) => {
                let name = shortened(resource.as_ref().map(I::name).unwrap_or_default());
                let work = match (too_big, resource) {
                    (Some(refusal), _) => Err(refusal),
                    (None, None) => Err(invalid("item", "must hold a resource")),
                    (None, Some(resource)) => Ok((self.apply)(resource, self.sync.clone())),
                };
                Work::Item(sequence, name, work)
            }
        }
    }

    /// Takes the sync for every later item. Items of another sync, or of none, must not pass for its own, so a fault ends the stream.
    fn start(&mut self, token: &str, first: bool) -> Result<SyncRef, Refusal> {
        if !first {
            return Err(invalid("start", "must be the first message of the stream"));
        }
        let mut faults = Faults::default();
        let named = self.desk.seal.sync_token("start.sync", token, &mut faults);
        let sync = faults.finish(named).map_err(Refusal::App).and_then(|named: NamedSync| named.sync("start.sync"))?;
        self.sync = Some(Arc::new(sync.clone()));
        Ok(sync)
    }
}

fn invalid(field: &str, description: &str) -> Refusal {
    AppError::Invalid(vec![FieldFault::new(field, description)]).into()
}

/// A fault in one item's code is one item's failure; what items share is made to bear it.
async fn outcome(work: Result<impl Future<Output = Result<Imported, AppError>>, Refusal>) -> Result<Imported, Refusal> {
    match AssertUnwindSafe(work?).catch_unwind().await {
        Ok(applied) => applied.map_err(Refusal::App),
        Err(panic) => {
            tracing::error!(panic = panic_text(panic.as_ref()), "an item of an import panicked");
            Err(Refusal::Panicked)
        }
    }
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

    fn incoming(request: Self::Request) -> Incoming<Self::Resource> {
        match request.part {
            Some(pb::import_documents_request::Part::Item(item)) => Incoming::Item(item.sequence, item.document),
            Some(pb::import_documents_request::Part::Start(start)) => Incoming::Start(start.sync),
            None => Incoming::Item(0, None),
        }
    }

    fn name(resource: &Self::Resource) -> &str {
        &resource.name
    }

    async fn apply(door: &Door, call: &Call, resource: Self::Resource, sync: Option<&SyncRef>) -> Result<Imported, AppError> {
        let (name, patch) = match sync {
            Some(sync) => convert::synced_document(resource, &sync.system, door.limits())?,
            None => convert::imported_document(resource, door.limits())?,
        };
        door.app.import_document(call, name, patch, sync).await
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

    fn incoming(request: Self::Request) -> Incoming<Self::Resource> {
        match request.part {
            Some(pb::import_people_request::Part::Item(item)) => Incoming::Item(item.sequence, item.person),
            None => Incoming::Item(0, None),
        }
    }

    fn name(resource: &Self::Resource) -> &str {
        &resource.name
    }

    /// People have no syncs: they own what is said of them.
    async fn apply(door: &Door, call: &Call, resource: Self::Resource, _: Option<&SyncRef>) -> Result<Imported, AppError> {
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
