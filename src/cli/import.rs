//! `rookery import jsonl`: people first, then communities, then documents, so that documents can mention people.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming};

use super::arguments::{AudienceWord, ImportArguments};
use super::client::Client;
use super::progress::Progress;
use super::tally::Tally;
use super::{Failure, show, sync, wire};
use crate::connectors::jsonl::{self, BrokenRecord, Contents, Item, Reader, Record, SourceError, SourceFile};
use crate::domain::Audience;
use crate::grpc::pb;
use crate::grpc::pb::import_result::Outcome;

/// Who imports where nobody is named; a server in development mode gives every named asker the write scope.
const IMPORTER: &str = "people/importer";
/// How long the read models may lag behind an import before it gives up waiting for them.
const FOUND_WITHIN: Duration = Duration::from_mins(30);
/// Items that are read ahead of the connection.
const READ_AHEAD: usize = 256;
/// Broken records told one by one; more are only counted.
const TOLD: u64 = 50;

/// `rookery import jsonl`
pub(super) async fn run(arguments: &ImportArguments) -> Result<(), Failure> {
    let client = Client::of(&arguments.target, Some(IMPORTER)).await?;
    let audience = match arguments.audience {
        AudienceWord::World => Audience::world(),
        AudienceWord::Organization => Audience::organization(),
    };
    let outcome = import_and_sweep(&client, arguments, &audience).await;
    client.close().await;
    match outcome?.failed {
        0 => Ok(()),
        failed => Err(Failure::Data(format!("{failed} records were not imported"))),
    }
}

async fn import_and_sweep(client: &Client, arguments: &ImportArguments, audience: &Audience) -> Result<Tally, Failure> {
    let files = files(&arguments.path)?;
    let sync = if arguments.sync { Some(sync::begin(client, &files).await?) } else { None };
    let tally = import_files(client, &files, audience, sync.as_deref()).await?;
    println!("{} created, {} updated, {} unchanged, {} failed", tally.created, tally.updated, tally.unchanged, tally.failed);
    if let Some(sync) = sync {
        let swept = sync::commit(client, sync, &tally, arguments).await?;
        println!("{} deleted, {} kept", swept.deleted, swept.kept);
        wait_until_found(client, swept.revision).await?;
    }
    Ok(tally)
}

/// The files of a folder in the order of their import, or the one file.
fn files(path: &Path) -> Result<Vec<SourceFile>, Failure> {
    jsonl::files(path).map_err(|error| unreadable(&error))
}

/// Imports a file or folder and returns once everything can be found.
pub(super) async fn import(client: &Client, path: &Path, audience: &Audience) -> Result<Tally, Failure> {
    import_files(client, &files(path)?, audience, None).await
}

/// Imports files, as part of a sync where one is named, and returns once everything can be found.
async fn import_files(client: &Client, files: &[SourceFile], audience: &Audience, sync: Option<&str>) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for file in files {
        let mut feed = Feed::open(file, audience)?;
        match file.contents {
            Contents::People => import_people(client, &mut feed, &mut tally).await?,
            Contents::Communities => import_communities(client, &mut feed, &mut tally).await?,
            Contents::Documents => import_documents(client, &mut feed, &mut tally, sync).await?,
        }
        feed.finish(&mut tally).await?;
        wait_until_found(client, std::mem::take(&mut tally.revision)).await?;
    }
    Ok(tally)
}

/// Waits until the read models have what an import wrote: call after call, since each has a deadline that a large import outlasts.
async fn wait_until_found(client: &Client, revision: String) -> Result<(), Failure> {
    if revision.is_empty() {
        return Ok(());
    }
    let began = Instant::now();
    loop {
        let request = pb::ListDocumentsRequest { page_size: 1, min_revision: revision.clone(), ..Default::default() };
        match client.content().list_documents(request).await {
            Ok(_) => return Ok(()),
            Err(status) if status.code() == Code::DeadlineExceeded && began.elapsed() < FOUND_WITHIN => {}
            Err(status) => return Err(status.into()),
        }
    }
}

fn unreadable(error: &SourceError) -> Failure {
    Failure::Usage(error.to_string())
}

/// Broken records that wait to be told: the first ones whole, the rest as a number.
#[derive(Debug, Default)]
struct Broken {
    told: Vec<BrokenRecord>,
    count: u64,
}

impl Broken {
    fn add(&mut self, record: BrokenRecord) {
        self.count += 1;
        if self.count <= TOLD {
            self.told.push(record);
        }
    }
}

/// A file that is read on a thread of its own, ahead of the connection.
struct Feed {
    file: SourceFile,
    records: Option<mpsc::Receiver<Record>>,
    broken: Arc<Mutex<Broken>>,
    reading: tokio::task::JoinHandle<Result<BTreeSet<String>, SourceError>>,
    bytes_read: Arc<AtomicU64>,
    progress: Progress,
    told_enough: bool,
}

impl Feed {
    fn open(file: &SourceFile, audience: &Audience) -> Result<Self, Failure> {
        let mut reader = Reader::open(file, audience.clone()).map_err(|error| unreadable(&error))?;
        let (sender, records) = mpsc::channel(READ_AHEAD);
        let broken = Arc::<Mutex<Broken>>::default();
        let noted = Arc::clone(&broken);
        let bytes_read = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&bytes_read);
        let reading = tokio::task::spawn_blocking(move || {
            while let Some(next) = reader.next_item()? {
                told.store(reader.bytes_read(), Ordering::Relaxed);
                match next {
                    Ok(record) => {
                        if sender.blocking_send(record).is_err() {
                            break;
                        }
                    }
                    Err(record) => noted.lock().unwrap_or_else(PoisonError::into_inner).add(record),
                }
            }
            Ok(reader.unknown_fields().clone())
        });
        let what = match file.contents {
            Contents::People => "people",
            Contents::Communities => "communities",
            Contents::Documents => "documents",
        };
        let progress = Progress::new(what, file.bytes);
        Ok(Self { file: file.clone(), records: Some(records), broken, reading, bytes_read, progress, told_enough: false })
    }

    /// The records as a stream; there is one stream a feed.
    fn records(&mut self) -> impl tokio_stream::Stream<Item = Record> + Send + use<> {
        ReceiverStream::new(self.records.take().unwrap_or_else(|| mpsc::channel(1).1))
    }

    /// Notes one answered item, and tells of records that were broken meanwhile.
    fn note(&mut self, tally: &mut Tally, result: &pb::ImportResult) {
        match result.outcome() {
            Outcome::Created => tally.created += 1,
            Outcome::Updated => tally.updated += 1,
            Outcome::Unchanged => tally.unchanged += 1,
            Outcome::Failed | Outcome::Unspecified => {
                tally.failed += 1;
                let error = result.error.as_ref().map(show::rpc_status).unwrap_or_default();
                self.complain(tally, &format!("{}:{}: {}: {error}", self.file.path.display(), result.sequence, result.name));
            }
        }
        // Nothing waits for what was there already: its revision is an old one.
        if matches!(result.outcome(), Outcome::Created | Outcome::Updated) {
            tally.revision.clone_from(&result.revision);
        }
        self.progress.advance(self.bytes_read.load(Ordering::Relaxed));
        self.tell_broken(tally);
    }

    /// Tells the broken records that were met since the last time.
    fn tell_broken(&mut self, tally: &mut Tally) {
        let Broken { told, count } = std::mem::take(&mut *self.broken.lock().unwrap_or_else(PoisonError::into_inner));
        let counted_only = count - told.len() as u64;
        for record in told {
            tally.failed += 1;
            self.complain(tally, &record.to_string());
        }
        if counted_only > 0 {
            tally.failed += counted_only;
            self.complain(tally, "");
        }
    }

    /// Tells of a failure while there are few; says once that there are more.
    fn complain(&mut self, tally: &Tally, text: &str) {
        if tally.failed <= TOLD {
            self.progress.tell(text);
        } else if !std::mem::replace(&mut self.told_enough, true) {
            self.progress.tell("more records are broken; they are counted only");
        }
    }

    /// Waits for the end of the file; tells the broken records and unknown fields that were not told yet.
    async fn finish(mut self, tally: &mut Tally) -> Result<(), Failure> {
        drop(self.records.take());
        let read = (&mut self.reading).await;
        self.tell_broken(tally);
        self.progress.finish();
        let unknown = match read {
            Ok(read) => read.map_err(|error| Failure::Data(error.to_string()))?,
            Err(panic) => return Err(Failure::Call(panic.to_string())),
        };
        if !unknown.is_empty() {
            let names: Vec<&str> = unknown.iter().map(String::as_str).collect();
            eprintln!("{}: fields that mean nothing here were left out: {}", self.file.path.display(), names.join(", "));
        }
        Ok(())
    }
}

/// The line as the item's sequence, so that a refused item can be told by its line.
fn sequence(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

async fn import_documents(client: &Client, feed: &mut Feed, tally: &mut Tally, sync: Option<&str>) -> Result<(), Failure> {
    use pb::import_documents_request::Part;
    use pb::import_documents_response::Part as Answer;
    let items = feed.records().filter_map(|record| match record.item {
        Item::Document(source) => {
            let item = pb::ImportDocumentsItem { sequence: sequence(record.line), document: Some(wire::document(*source)) };
            Some(pb::ImportDocumentsRequest { part: Some(Part::Item(item)) })
        }
        Item::Person(_) | Item::Community(_) => None,
    });
    let start = sync.map(|sync| pb::ImportStart { sync: sync.to_owned() });
    let start = start.map(|start| pb::ImportDocumentsRequest { part: Some(Part::Start(start)) });
    let messages = tokio_stream::iter(start).chain(items);
    let mut answers: Streaming<pb::ImportDocumentsResponse> = client.content().import_documents(messages).await?.into_inner();
    let mut ended = false;
    while let Some(answer) = answers.message().await? {
        match answer.part {
            Some(Answer::Result(result)) => feed.note(tally, &result),
            Some(Answer::Summary(summary)) => {
                tally.revision = summary.revision;
                ended = true;
            }
            None => {}
        }
    }
    whole(ended)
}

async fn import_people(client: &Client, feed: &mut Feed, tally: &mut Tally) -> Result<(), Failure> {
    use pb::import_people_request::Part;
    use pb::import_people_response::Part as Answer;
    let items = feed.records().filter_map(|record| match record.item {
        Item::Person(person) => {
            let item = pb::ImportPeopleItem { sequence: sequence(record.line), person: Some(wire::person(*person)) };
            Some(pb::ImportPeopleRequest { part: Some(Part::Item(item)) })
        }
        Item::Document(_) | Item::Community(_) => None,
    });
    let mut answers: Streaming<pb::ImportPeopleResponse> = client.people().import_people(items).await?.into_inner();
    let mut ended = false;
    while let Some(answer) = answers.message().await? {
        match answer.part {
            Some(Answer::Result(result)) => feed.note(tally, &result),
            Some(Answer::Summary(summary)) => {
                tally.revision = summary.revision;
                ended = true;
            }
            None => {}
        }
    }
    whole(ended)
}

fn whole(ended: bool) -> Result<(), Failure> {
    if ended { Ok(()) } else { Err(Failure::Call("the import was cut off; importing again goes on where it ended".to_owned())) }
}

/// Communities are few and have no stream: one call each.
async fn import_communities(client: &Client, feed: &mut Feed, tally: &mut Tally) -> Result<(), Failure> {
    let mut records = Box::pin(feed.records());
    while let Some(record) = records.next().await {
        let Item::Community(community) = record.item else { continue };
        let name = community.name.to_string();
        let request = |community, path: &str| pb::UpdateCommunityRequest {
            community: Some(community),
            update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
            ..Default::default()
        };
        // A change of nothing, only checked, shows the community as it is also to a writer outside its audience.
        let unchanged = pb::Community { name: name.clone(), ..Default::default() };
        let unchanged = pb::UpdateCommunityRequest { validate_only: true, ..request(unchanged, "name") };
        let before = client.communities().update_community(unchanged).await;
        let wanted = pb::UpdateCommunityRequest { allow_missing: true, ..request(wire::community(*community), "*") };
        let result = match client.communities().update_community(wanted).await {
            Ok(now) => {
                let now = now.into_inner();
                let outcome = match before {
                    Err(_) => Outcome::Created,
                    Ok(before) if before.get_ref().etag == now.etag => Outcome::Unchanged,
                    Ok(_) => Outcome::Updated,
                };
                pb::ImportResult { outcome: outcome.into(), revision: now.revision, name, ..Default::default() }
            }
            Err(status) => pb::ImportResult {
                sequence: sequence(record.line),
                name,
                outcome: Outcome::Failed.into(),
                error: Some(show::as_rpc_status(&status)),
                revision: String::new(),
            },
        };
        feed.note(tally, &result);
    }
    Ok(())
}
