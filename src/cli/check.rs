//! `rookery check`: verifies a data directory that no server uses.
//!
//! Every record's checksum is verified by reading it; the threads' lists of replies are compared with what the documents say, the
//! profiles with ones built anew in memory, and the index with the number of documents.

use std::collections::HashMap;
use std::sync::Arc;

use super::Failure;
use super::arguments::ConfigArguments;
use super::client::with_causes;
use super::configure;
use super::serve::start_logging;
use crate::app::{App, IndexPace};
use crate::domain::{DocumentName, Record, RecordKind, Revision};
use crate::server::{self, SystemClock};
use crate::storage::ledger::{Ledger, LedgerError};
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
    let mut threads = Threads::new();
    for kind in RecordKind::ALL {
        let read =
            read_all(backends.ledger.as_ref(), kind, &fresh, &mut threads).await.map_err(|error| damaged(error.as_ref()))?;
        println!("{read} {kind:?} records are sound");
        if kind == RecordKind::Document {
            documents = read;
        }
    }
    check_threads(backends.ledger.as_ref(), &threads).await?;
    println!("{} threads list their replies", threads.len());
    let app = App::new(backends.clone(), server::settings(&config), IndexPace::default(), Arc::new(SystemClock), getrandom::fill);
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

/// How many replies each thread has, by its root.
type Threads = HashMap<DocumentName, u64>;

/// Compares what the ledger lists of each thread with how many documents say that they stand in it. A reply that is not listed
/// would be missed when its root's readers change. What is listed is a document of the thread, or the ledger reports damage.
async fn check_threads(ledger: &dyn Ledger, threads: &Threads) -> Result<(), Failure> {
    let damaged = |error: LedgerError| Failure::Data(with_causes(&error));
    for (root, expected) in threads {
        let mut after: Option<String> = None;
        let mut listed = 0;
        loop {
            let batch = ledger.replies(root, after.as_deref(), BATCH).await.map_err(damaged)?;
            listed += batch.len() as u64;
            if batch.len() < BATCH {
                break;
            }
            after = batch.last().map(|stored| stored.record.key().id().to_owned());
        }
        let joined = ledger.thread_joined(root).await.map_err(damaged)?;
        if listed != *expected || joined == Revision::ZERO {
            let text = format!("{listed} replies are listed in the thread of {root}, {expected} documents stand in it");
            return Err(Failure::Data(text));
        }
    }
    Ok(())
}

/// Reads every record of a kind into fresh profiles, and counts the replies of threads; how many records there are.
async fn read_all(
    ledger: &dyn Ledger,
    kind: RecordKind,
    fresh: &MemoryProfiles,
    threads: &mut Threads,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let mut after: Option<String> = None;
    let mut read = 0;
    loop {
        let batch = ledger.list(kind, after.as_deref(), BATCH).await?;
        let last = batch.len() < BATCH;
        read += batch.len() as u64;
        after = batch.last().map(|stored| stored.record.key().id().to_owned());
        let roots = batch.iter().filter_map(|stored| match &stored.record {
            Record::Document(document) => document.thread.as_ref().map(|place| place.root.clone()),
            Record::Person(_) | Record::Community(_) | Record::SynonymSet(_) | Record::Curation(_) => None,
        });
        roots.for_each(|root| *threads.entry(root).or_default() += 1);
        let changes = batch
            .into_iter()
            .filter_map(|stored| match stored.record {
                Record::Person(person) => Some(ProfileChange::PutPerson(Box::new(person))),
                Record::Document(document) => Some(ProfileChange::PutDocument(Box::new(document))),
                Record::Community(_) | Record::SynonymSet(_) | Record::Curation(_) => None,
            })
            .collect();
        fresh.apply(changes, Revision::ZERO).await?;
        if last {
            return Ok(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ResourceName;
    use crate::storage::ledger::{Identity, MemoryLedger};

    #[tokio::test]
    async fn a_reply_that_its_thread_does_not_list_is_damage() {
        let ledger = MemoryLedger::new(Identity { epoch: 1, sealing_key: [1; 32] });
        assert!(check_threads(&ledger, &Threads::new()).await.is_ok());
        let root = DocumentName::from_id("root").unwrap();
        let refused = check_threads(&ledger, &Threads::from([(root, 1)])).await;
        let Err(Failure::Data(text)) = refused else { panic!("{refused:?}") };
        assert_eq!(text, "0 replies are listed in the thread of documents/root, 1 documents stand in it");
    }
}
