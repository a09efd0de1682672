//! What the ledger costs here: `cargo bench --bench ledger -- COMMAND DIR [ARGUMENTS]`. Feeds ADR 1.
//!
//! Commands, all on a directory of their own that they make:
//! `writers DIR SECONDS`: acknowledged single writes per second by 1, 8, 64 and 512 concurrent writers;
//! `fill DIR RECORDS`: that many records in batches, the file's size, the size of a record and the cost of encoding it;
//! `kill DIR`: a child writes and is killed with SIGKILL in the middle, then the ledger is opened;
//! `modes DIR`: the store alone on the same file, one sync per commit against a quick repair's two: cost, and opening after a kill.
//!
//! Records are pages of about 1 KiB of random words. Nothing is warmed up or repeated: run it on an idle machine, twice.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redb::{Database, TableDefinition};
use rookery::domain::{Audience, Document, DocumentName, Kind, Moment, Record, ResourceName};
use rookery::storage::ledger::{Expect, Identity, Ledger, Operation, RedbLedger, RedbSettings, Write};

/// Records of one write while filling.
const BATCH: u64 = 500;
/// How long a child writes before it is killed.
const BEFORE_KILL: Duration = Duration::from_secs(3);
/// Values of one raw commit, and how many commits are timed.
const RAW_GROUP: u64 = 64;
const RAW_COMMITS: u32 = 200;
const RAW: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("bench");

#[tokio::main]
async fn main() {
    // cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["writers", dir, seconds] => writers(dir.as_ref(), seconds.parse().expect("seconds")).await,
        ["fill", dir, records] => fill(dir.as_ref(), records.parse().expect("a number")).await,
        ["kill", dir] => {
            killed(&["child", dir]).await;
            timed_open(dir.as_ref()).await;
        }
        ["child", dir] => write_until_killed(dir.as_ref()).await,
        ["modes", dir] => modes(dir).await,
        ["raw-child", dir, mode] => raw_until_killed(dir.as_ref(), mode == "quick"),
        _ => eprintln!("writers DIR SECONDS | fill DIR RECORDS | kill DIR | modes DIR"),
    }
}

fn open(dir: &Path) -> RedbLedger {
    let settings = RedbSettings {
        path: dir.to_owned(),
        cache_bytes: 64 << 20,
        group_max_writes: 512,
        group_max_bytes: 8 << 20,
        queue: 1024,
    };
    RedbLedger::open(settings, || Identity { epoch: 1, sealing_key: [1; 32] }).expect("the ledger opens")
}

/// A page of about 1 KiB, the same for the same number.
fn record(number: u64) -> Record {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut body = String::with_capacity(900);
    while body.len() < 800 {
        // xorshift: the words need not be good, only different.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // Writing to a string cannot fail.
        let _ = write!(body, "{:x} ", state & 0xFF_FFFF);
    }
    let moment = Moment::from_unix_seconds(1_700_000_000).expect("a moment");
    Record::Document(Document {
        title: format!("Page {number}"),
        body,
        ..Document::new(
            DocumentName::from_id(&format!("d{:016x}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15))).expect("an id"),
            Kind::Page,
            Audience::organization(),
            moment,
        )
    })
}

fn write_of(numbers: std::ops::Range<u64>) -> Write {
    let operations = numbers.map(|n| Operation::Put { record: Box::new(record(n)), expect: Expect::Any }).collect();
    Write { operations, request: None, at: Moment::MIN }
}

async fn writers(dir: &Path, seconds: u64) {
    let ledger = Arc::new(open(dir));
    let next = Arc::new(AtomicU64::new(ledger.head().borrow().0));
    for writers in [1, 8, 64, 512] {
        let stop = Arc::new(AtomicBool::new(false));
        let before = ledger.head().borrow().0;
        let begin = Instant::now();
        let tasks: Vec<_> = (0..writers)
            .map(|_| {
                let (ledger, next, stop) = (Arc::clone(&ledger), Arc::clone(&next), Arc::clone(&stop));
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        ledger.write(write_of(number..number + 1)).await.expect("a write");
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            task.await.expect("a writer");
        }
        let written = u32::try_from(ledger.head().borrow().0 - before).expect("a run of seconds");
        let per_second = f64::from(written) / begin.elapsed().as_secs_f64();
        println!(
            "{writers} writers: {per_second:.0} acknowledged writes/s, {:.2} ms each",
            f64::from(writers) * 1e3 / per_second
        );
    }
    ledger.close().await;
}

async fn fill(dir: &Path, records: u64) {
    let sample: Vec<Record> = (0..1_000).map(record).collect();
    let begin = Instant::now();
    let bytes: usize = sample.iter().map(|record| serde_json::to_vec(record).expect("JSON").len()).sum();
    println!("a record: {} bytes of JSON, {:.1} µs to encode", bytes / sample.len(), begin.elapsed().as_secs_f64() * 1e3);
    let ledger = open(dir);
    let begin = Instant::now();
    let mut first = ledger.head().borrow().0;
    while first < records {
        let last = records.min(first + BATCH);
        ledger.write(write_of(first..last)).await.expect("a write");
        first = last;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let status = ledger.status().await.expect("a status");
    println!("{} records in {seconds:.1} s, {} MiB on disk", status.documents, status.disk_bytes >> 20);
    let begin = Instant::now();
    ledger.close().await;
    println!("closing: {:.0} ms", begin.elapsed().as_secs_f64() * 1e3);
    timed_open(dir).await;
}

async fn timed_open(dir: &Path) {
    let begin = Instant::now();
    let ledger = open(dir);
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    let status = ledger.status().await.expect("a status");
    println!("opening {} records ({} MiB): {milliseconds:.0} ms", status.documents, status.disk_bytes >> 20);
    ledger.close().await;
}

/// Runs this program again and kills it while it writes.
async fn killed(arguments: &[&str]) {
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn().expect("a child");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("it writes");
    tokio::time::sleep(BEFORE_KILL).await;
    child.kill().expect("SIGKILL");
    child.wait().expect("its end");
}

async fn write_until_killed(dir: &Path) {
    let ledger = open(dir);
    let mut next = ledger.head().borrow().0;
    println!("writing");
    std::io::stdout().flush().expect("output");
    loop {
        ledger.write(write_of(next..next + 1)).await.expect("a write");
        next += 1;
    }
}

async fn modes(dir: &str) {
    let file = file_of(dir.as_ref());
    for mode in ["plain", "quick"] {
        let database = Database::open(&file).expect("the file");
        let begin = Instant::now();
        for commit in 0..RAW_COMMITS {
            raw_commit(&database, commit.into(), mode == "quick");
        }
        let milliseconds = begin.elapsed().as_secs_f64() * 1e3 / f64::from(RAW_COMMITS);
        println!("{mode}: {milliseconds:.2} ms for a commit of {RAW_GROUP} values");
        database.close().expect("closing");
        killed(&["raw-child", dir, mode]).await;
        println!("{mode}, after a kill:");
        timed_open(dir.as_ref()).await;
    }
}

fn raw_until_killed(dir: &Path, quick: bool) {
    let database = Database::open(file_of(dir)).expect("the file");
    println!("writing");
    std::io::stdout().flush().expect("output");
    for commit in u64::from(RAW_COMMITS).. {
        raw_commit(&database, commit, quick);
    }
}

fn raw_commit(database: &Database, commit: u64, quick: bool) {
    let mut transaction = database.begin_write().expect("a transaction");
    transaction.set_quick_repair(quick);
    {
        let mut table = transaction.open_table(RAW).expect("a table");
        for number in commit * RAW_GROUP..(commit + 1) * RAW_GROUP {
            let key = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes();
            table.insert(&key[..], &[7; 1024][..]).expect("an insert");
        }
    }
    transaction.commit().expect("a commit");
}

fn file_of(dir: &Path) -> PathBuf {
    dir.join("ledger.redb")
}
