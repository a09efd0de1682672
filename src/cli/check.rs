//! `rookery check`: verifies a data directory that no server uses.
//!
//! Every record's checksum is verified by reading it; the profiles are compared with ones built anew in memory, and the index
//! with the number of documents.

use std::sync::Arc;

use super::Failure;
use super::arguments::ConfigArguments;
use super::client::with_causes;
use super::configure;
use super::serve::start_logging;
use crate::app::{App, IndexPace};
use crate::domain::{Record, RecordKind, Revision};
use crate::server::{self, SystemClock};
use crate::storage::ledger::Ledger;
use crate::storage::profiles::{MemoryProfiles, ProfileChange, Profiles};

/// How many records are read at a time.
const BATCH: usize = 1_000;

/// `rookery check`
pub(super) async fn run(arguments: &ConfigArguments) -> Result<(), Failure> {
    let config = configure::load_offline(arguments)?;
    start_logging(&config)?;
    let dir = &config.storage.data_dir;
    if !dir.is_dir() {
        return Err(Failure::Usage(format!("{} is no directory", dir.display())));
    }
    let damaged = |error: &dyn std::error::Error| Failure::Data(with_causes(error));
    let backends = server::open_backends(&config).await.map_err(|error| Failure::Unavailable(with_causes(&error)))?;
    let fresh = MemoryProfiles::new();
    let mut documents = 0;
    for kind in [RecordKind::Community, RecordKind::Person, RecordKind::Document] {
        let read = read_all(backends.ledger.as_ref(), kind, &fresh).await.map_err(|error| damaged(error.as_ref()))?;
        println!("{read} {kind:?} records are sound");
        documents = read;
    }
    let app = App::new(backends.clone(), server::settings(&config), IndexPace::default(), Arc::new(SystemClock));
    app.start().await.map_err(|error| damaged(&error))?;
    let index = backends.index.status().await.map_err(|error| damaged(&error))?;
    let kept = backends.profiles.checksum().await.map_err(|error| damaged(&error))?;
    let expected = fresh.checksum().await.map_err(|error| damaged(&error))?;
    app.stop().await;
    if kept != expected {
        return Err(Failure::Data(
            "the profiles differ from the ledger: delete their directory, and they are rebuilt".to_owned(),
        ));
    }
    println!("the profiles agree with the ledger");
    if index.documents != documents {
        let text = format!(
            "the index holds {} documents, the ledger {documents}: delete its directory, and it is rebuilt",
            index.documents
        );
        return Err(Failure::Data(text));
    }
    println!("the index holds {documents} documents, as the ledger does");
    Ok(())
}

/// Reads every record of a kind into fresh profiles; how many there are.
async fn read_all(
    ledger: &dyn Ledger,
    kind: RecordKind,
    fresh: &MemoryProfiles,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let mut after: Option<String> = None;
    let mut read = 0;
    loop {
        let batch = ledger.list(kind, after.as_deref(), BATCH).await?;
        let last = batch.len() < BATCH;
        read += batch.len() as u64;
        after = batch.last().map(|stored| stored.record.key().id().to_owned());
        let changes = batch
            .into_iter()
            .filter_map(|stored| match stored.record {
                Record::Person(person) => Some(ProfileChange::PutPerson(Box::new(person))),
                Record::Document(document) => Some(ProfileChange::PutDocument(Box::new(document))),
                Record::Community(_) => None,
            })
            .collect();
        fresh.apply(changes, Revision::ZERO).await?;
        if last {
            return Ok(read);
        }
    }
}
