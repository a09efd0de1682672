//! What only a ledger on a disk promises.
//!
//! Proved: 1. it reopens as it was; 2. one process at a time; 3. acknowledged writes survive without closing; 4. damage is
//! found and named; 5. other formats are refused; 6. waiting writes share commits within the limits; 7. a full queue refuses;
//! 8. a failed commit ends writing, not reading; 9. a dying writer keeps nobody waiting. `formats.rs`, `random.rs`, `syncs.rs` and
//! `threads.rs` prove more.

mod formats;
mod random;
mod syncs;
mod threads;

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};

use futures::future::join_all;
use futures::poll;
use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase, StorageBackend};
use tempfile::TempDir;

use super::super::contract::{at, delete, document, identity, key, put, request, settings, source, write_of};
use super::super::{Committed, Expect};
use super::tables::Single;
use super::*;
use crate::domain::Record;

const FILE: &str = "ledger.redb";

fn open(dir: &TempDir) -> Result<RedbLedger, LedgerError> {
    RedbLedger::open(settings(dir), || panic!("a ledger is born once"))
}

fn found(dir: &TempDir) -> RedbLedger {
    RedbLedger::open(settings(dir), identity).unwrap()
}

fn put_one(id: &str) -> Write {
    write_of(vec![put(document(id, "x"), Expect::Any)])
}

/// Writes a value past the ledger; the ledger must be closed.
fn overwrite(dir: &TempDir, table: Name, key: &[u8], value: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let database = Database::open(dir.path().join(FILE)).unwrap();
    let present =
        database.begin_read().unwrap().open_table(table.definition()).unwrap().get(key).unwrap().unwrap().value().to_vec();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(table.definition()).unwrap().insert(key, value(present).as_slice()).unwrap();
    transaction.commit().unwrap();
}

fn flip_last_bit(mut value: Vec<u8>) -> Vec<u8> {
    *value.last_mut().unwrap() ^= 1;
    value
}

#[tokio::test]
async fn it_reopens_as_it_was() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    let Record::Document(mut imported) = document("a", "x") else { unreachable!() };
    imported.source = Some(source("wiki", "1"));
    let operations =
        vec![put(Record::Document(imported), Expect::Any), put(document("b", "x"), Expect::Any), delete("b", Expect::Any)];
    let write = Write { operations, request: Some(request(1, 1)), at: at(50) };
    let written = ledger.write(write.clone()).await.unwrap();
    let stored = ledger.get(&key("a")).await.unwrap();
    let status = ledger.status().await.unwrap();
    assert!(status.disk_bytes > 0);
    ledger.close().await;

    let ledger = open(&dir).unwrap();
    assert_eq!((ledger.identity().epoch, ledger.identity().sealing_key), (7, [9; 32]));
    assert_eq!(*ledger.head().borrow(), Revision(3));
    assert_eq!(ledger.get(&key("a")).await.unwrap(), stored);
    assert_eq!(ledger.tombstone(&key("b")).await.unwrap(), Some((Revision(3), at(50))));
    assert_eq!(ledger.find_source(RecordKind::Document, &source("wiki", "1")).await.unwrap(), Some(key("a")));
    assert_eq!(ledger.write(write).await.unwrap(), Written { replayed: true, ..written });
    assert_eq!(LedgerStatus { disk_bytes: 0, ..ledger.status().await.unwrap() }, LedgerStatus { disk_bytes: 0, ..status });
    assert_eq!(ledger.journal(Revision::ZERO, 10).await.unwrap().len(), 3);
    // A wholly trimmed journal does not make numbers start again.
    ledger.trim(Revision(3), at(60)).await.unwrap();
    ledger.close().await;
    let ledger = open(&dir).unwrap();
    assert_eq!(ledger.write(put_one("c")).await.unwrap().revision, Revision(4));
    ledger.close().await;
}

#[tokio::test]
async fn a_directory_has_one_user_at_a_time() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    ledger.write(put_one("a")).await.unwrap();
    assert!(matches!(open(&dir), Err(LedgerError::InUse)));
    // The first one goes on undisturbed.
    ledger.write(put_one("b")).await.unwrap();
    ledger.close().await;
    let ledger = open(&dir).unwrap();
    assert_eq!(ledger.status().await.unwrap().documents, 2);
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_a_crash() {
    let (dir, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let ledger = Arc::new(found(&dir));
    let writers = (0..500).map(|n| {
        let ledger = Arc::clone(&ledger);
        tokio::spawn(async move { ledger.write(put_one(&format!("d{n}"))).await.unwrap().revision })
    });
    let mut revisions: Vec<u64> = join_all(writers).await.into_iter().map(|written| written.unwrap().0).collect();
    // What a process that is killed now leaves behind.
    fs::copy(dir.path().join(FILE), copy.path().join(FILE)).unwrap();
    revisions.sort_unstable();
    assert_eq!(revisions, (1..=500).collect::<Vec<_>>());
    let crashed = open(&copy).unwrap();
    let keys: Vec<RecordKey> = (0..500).map(|n| key(&format!("d{n}"))).collect();
    assert!(crashed.get_many(&keys).await.unwrap().iter().all(Option::is_some));
    assert_eq!(crashed.journal(Revision::ZERO, 1_000).await.unwrap().len(), 500);
    crashed.close().await;
    ledger.close().await;
}

#[tokio::test]
async fn damaged_values_are_named_and_never_answered() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    let Record::Document(mut imported) = document("a", "x") else { unreachable!() };
    imported.source = Some(source("wiki", "1"));
    let operations =
        vec![put(Record::Document(imported), Expect::Any), put(document("b", "x"), Expect::Any), delete("b", Expect::Any)];
    ledger.write(Write { operations, request: Some(request(1, 1)), at: at(50) }).await.unwrap();
    ledger.write(put_one("whole")).await.unwrap();
    ledger.close().await;
    overwrite(&dir, Name::Documents, b"a", flip_last_bit);
    overwrite(&dir, Name::Journal, &2_u64.to_be_bytes(), flip_last_bit);
    overwrite(&dir, Name::Tombstones, &codec::encode_key(&key("b")), flip_last_bit);
    overwrite(&dir, Name::Sources, &codec::encode_source(RecordKind::Document, &source("wiki", "1")), flip_last_bit);
    overwrite(&dir, Name::Requests, &[1; 32], flip_last_bit);

    let ledger = open(&dir).unwrap();
    let what = |error: Result<(), LedgerError>| match error {
        Err(LedgerError::Corrupt { what }) => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(what(ledger.get(&key("a")).await.map(drop)), "documents/a");
    assert_eq!(what(ledger.get_many(&[key("whole"), key("a")]).await.map(drop)), "documents/a");
    assert_eq!(what(ledger.list(RecordKind::Document, None, 10).await.map(drop)), "documents/a");
    assert!(what(ledger.journal(Revision::ZERO, 10).await.map(drop)).starts_with("journal/"));
    assert!(what(ledger.tombstone(&key("b")).await.map(drop)).starts_with("tombstones/"));
    assert!(what(ledger.find_source(RecordKind::Document, &source("wiki", "1")).await.map(drop)).starts_with("sources/"));
    assert!(what(ledger.recall(&request(1, 1)).await.map(drop)).starts_with("requests/"));
    // A write that meets damage fails alone; everything else goes on.
    assert_eq!(what(ledger.write(put_one("a")).await.map(drop)), "documents/a");
    assert!(ledger.get(&key("whole")).await.unwrap().is_some());
    assert_eq!(ledger.write(put_one("c")).await.unwrap().revision, Revision(5));
    what(ledger.trim(Revision(5), at(1_000)).await);
    ledger.write(put_one("d")).await.unwrap();
    ledger.close().await;
}

#[tokio::test]
async fn a_value_under_another_key_is_damage() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    ledger.write(write_of(vec![put(document("a", "one"), Expect::Any), put(document("b", "two"), Expect::Any)])).await.unwrap();
    ledger.close().await;
    let mut of_a = Vec::new();
    overwrite(&dir, Name::Documents, b"a", |value| {
        of_a.clone_from(&value);
        value
    });
    overwrite(&dir, Name::Documents, b"b", |_| of_a);
    let ledger = open(&dir).unwrap();
    assert!(ledger.get(&key("a")).await.unwrap().is_some());
    assert!(matches!(ledger.get(&key("b")).await, Err(LedgerError::Corrupt { .. })));
    ledger.close().await;
}

#[tokio::test]
async fn an_unknown_format_is_refused() {
    let dir = TempDir::new().unwrap();
    found(&dir).close().await;
    overwrite(&dir, Name::Meta, Single::Format.key(), |_| codec::seal("meta", Single::Format.key(), &5_u32.to_le_bytes()));
    assert!(matches!(open(&dir), Err(LedgerError::Format { found: 5, known: 4 })));
    // It is not for this build to touch it.
    assert!(matches!(open(&dir), Err(LedgerError::Format { found: 5, known: 4 })));
    overwrite(&dir, Name::Meta, Single::Format.key(), flip_last_bit);
    assert!(matches!(open(&dir), Err(LedgerError::Corrupt { .. })));
}

#[tokio::test]
async fn damaged_files_are_refused_without_a_panic() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    for n in 0..50 {
        ledger.write(put_one(&format!("d{n}"))).await.unwrap();
    }
    ledger.close().await;
    let whole = fs::read(dir.path().join(FILE)).unwrap();
    let damaged = [Vec::new(), b"not a ledger".to_vec(), whole[..whole.len() / 2].to_vec(), vec![0; whole.len()]];
    for bytes in damaged {
        fs::write(dir.path().join(FILE), &bytes).unwrap();
        let refused = open(&dir);
        assert!(matches!(refused, Err(LedgerError::Corrupt { .. })), "{} bytes: {:?}", bytes.len(), refused.err());
    }
    fs::write(dir.path().join(FILE), &whole).unwrap();
    open(&dir).unwrap().close().await;
}

#[tokio::test]
async fn a_birth_that_was_cut_off_begins_anew() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("ledger.redb.new"), b"half a ledger").unwrap();
    let ledger = found(&dir);
    ledger.write(put_one("a")).await.unwrap();
    ledger.close().await;
    assert!(!dir.path().join("ledger.redb.new").exists());
}

/// Holds the writer up in its first commit until told to go on, and counts the changes of each commit.
struct Gate {
    go_on: Mutex<Option<mpsc::Receiver<()>>>,
    commits: Mutex<Vec<usize>>,
    entered: tokio::sync::Notify,
}

impl CommitObserver for Gate {
    fn committed(&self, changes: &[Committed<'_>]) {
        self.commits.lock().unwrap().push(changes.len());
        self.entered.notify_one();
        if let Some(go_on) = self.go_on.lock().unwrap().take() {
            // The sender is dropped or used; both mean the same.
            let _ = go_on.recv();
        }
    }
}

/// A ledger whose writer stands in a commit, until the sender is dropped.
async fn held_up(ledger: &Arc<RedbLedger>) -> (Arc<Gate>, mpsc::SyncSender<()>, tokio::task::JoinHandle<()>) {
    let (sender, go_on) = mpsc::sync_channel(0);
    let gate = Arc::new(Gate { go_on: Mutex::new(Some(go_on)), commits: Mutex::default(), entered: tokio::sync::Notify::new() });
    ledger.observe(gate.clone());
    let first = Arc::clone(ledger);
    let first = tokio::spawn(async move { drop(first.write(put_one("first")).await) });
    gate.entered.notified().await;
    (gate, sender, first)
}

async fn commits_of(settings: RedbSettings, writes: Vec<Write>) -> Vec<usize> {
    let ledger = Arc::new(RedbLedger::open(settings, identity).unwrap());
    let (gate, go_on, first) = held_up(&ledger).await;
    let mut waiting: Vec<_> = writes.into_iter().map(|write| Box::pin(ledger.write(write))).collect();
    for write in &mut waiting {
        assert!(poll!(write).is_pending());
    }
    drop(go_on);
    join_all(waiting).await.into_iter().for_each(|written| drop(written.unwrap()));
    first.await.unwrap();
    ledger.close().await;
    gate.commits.lock().unwrap()[1..].to_vec()
}

#[tokio::test]
async fn waiting_writes_share_commits_within_the_limits() {
    let writes = |count: usize, body: usize| -> Vec<Write> {
        let one = |n: usize| write_of(vec![put(document(&format!("d{n}"), &"x".repeat(body)), Expect::Any)]);
        (0..count).map(one).collect()
    };
    let dir = TempDir::new().unwrap();
    assert_eq!(commits_of(settings(&dir), writes(200, 1)).await, [200]);
    let dir = TempDir::new().unwrap();
    assert_eq!(commits_of(RedbSettings { group_max_writes: 10, ..settings(&dir) }, writes(25, 1)).await, [10, 10, 5]);
    let dir = TempDir::new().unwrap();
    let by_bytes = RedbSettings { group_max_bytes: 50_000, ..settings(&dir) };
    assert_eq!(commits_of(by_bytes.clone(), writes(5, 20_000)).await, [2, 2, 1]);
    // A larger one goes alone.
    let dir = TempDir::new().unwrap();
    assert_eq!(commits_of(RedbSettings { path: dir.path().to_owned(), ..by_bytes }, writes(2, 60_000)).await, [1, 1]);
}

#[tokio::test]
async fn a_full_queue_refuses() {
    let dir = TempDir::new().unwrap();
    let ledger = Arc::new(RedbLedger::open(RedbSettings { queue: 2, ..settings(&dir) }, identity).unwrap());
    let (_gate, go_on, first) = held_up(&ledger).await;
    let mut waiting: Vec<_> = ["a", "b"].map(|id| Box::pin(ledger.write(put_one(id)))).into();
    for write in &mut waiting {
        assert!(poll!(write).is_pending());
    }
    assert!(matches!(ledger.write(put_one("c")).await, Err(LedgerError::Overloaded)));
    drop(go_on);
    join_all(waiting).await.into_iter().for_each(|written| drop(written.unwrap()));
    first.await.unwrap();
    assert!(ledger.write(put_one("c")).await.is_ok());
    ledger.close().await;
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_takes_effect_and_closing_waits_for_it() {
    let dir = TempDir::new().unwrap();
    let ledger = Arc::new(found(&dir));
    let (_gate, go_on, first) = held_up(&ledger).await;
    let mut left = Box::pin(ledger.write(put_one("left")));
    assert!(poll!(&mut left).is_pending());
    drop(left);
    drop(go_on);
    ledger.close().await;
    first.await.unwrap();
    let ledger = open(&dir).unwrap();
    assert!(ledger.get(&key("left")).await.unwrap().is_some());
    ledger.close().await;
}

/// Memory that fails to sync, once told to.
#[derive(Debug, Default)]
struct Disk {
    memory: InMemoryBackend,
    fails: Arc<AtomicBool>,
    /// What the failure is.
    error: Option<io::ErrorKind>,
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, io::Error> {
        self.memory.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.memory.read(offset, out)
    }
    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.memory.set_len(len)
    }
    fn sync_data(&self) -> Result<(), io::Error> {
        match self.error {
            // Once only: a second sync would succeed, and lie.
            Some(kind) if self.fails.swap(false, Ordering::SeqCst) => Err(kind.into()),
            _ => self.memory.sync_data(),
        }
    }
    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.memory.write(offset, data)
    }
}

fn on_failing_disk(dir: &Path, kind: io::ErrorKind) -> (RedbLedger, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let disk = Disk { fails: Arc::clone(&fails), error: Some(kind), ..Disk::default() };
    let database = Database::builder().create_with_backend(disk).unwrap();
    store::write_identity(&database, &identity()).unwrap();
    let settings = RedbSettings { path: dir.to_owned(), cache_bytes: 0, group_max_writes: 8, group_max_bytes: 1 << 20, queue: 8 };
    (RedbLedger::over(Store::over(database, dir).unwrap(), settings).unwrap(), fails)
}

#[tokio::test]
async fn a_failed_sync_ends_writing_for_good() {
    for (kind, full) in [(io::ErrorKind::Other, false), (io::ErrorKind::StorageFull, true)] {
        let dir = TempDir::new().unwrap();
        let (ledger, fails) = on_failing_disk(dir.path(), kind);
        ledger.write(put_one("a")).await.unwrap();
        fails.store(true, Ordering::SeqCst);
        let mut head = ledger.head();
        let refused = ledger.write(put_one("b")).await;
        match refused {
            Err(LedgerError::DiskFull) if full => {}
            Err(LedgerError::Store(_)) if !full => {}
            other => panic!("{other:?}"),
        }
        for _ in 0..3 {
            match ledger.write(put_one("c")).await {
                Err(LedgerError::DiskFull) if full => {}
                Err(LedgerError::Closed) if !full => {}
                other => panic!("{other:?}"),
            }
        }
        // Whoever watches the head learns of it, and the unsure revision was never announced.
        assert!(head.wait_for(|head| *head > Revision(1)).await.is_err());
        ledger.close().await;
    }
}

struct Panics;

impl CommitObserver for Panics {
    fn committed(&self, _: &[Committed<'_>]) {
        panic!("an observer failed, as this test wants it to");
    }
}

#[tokio::test]
async fn a_dying_writer_keeps_nobody_waiting() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    ledger.write(put_one("a")).await.unwrap();
    ledger.observe(Arc::new(Panics));
    let (one, two) = tokio::join!(ledger.write(put_one("b")), ledger.write(put_one("c")));
    assert!(matches!((one, two), (Err(LedgerError::Closed), Err(LedgerError::Closed))));
    assert!(matches!(ledger.write(put_one("d")).await, Err(LedgerError::Closed)));
    assert!(ledger.get(&key("a")).await.unwrap().is_some());
    ledger.close().await;
    // What was durable is there, though nobody was told.
    let ledger = open(&dir).unwrap();
    assert!(ledger.get(&key("b")).await.unwrap().is_some());
    ledger.close().await;
}
