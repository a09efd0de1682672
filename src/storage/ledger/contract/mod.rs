//! What every ledger promises, proved for each implementation with a new ledger per test.
//!
//! Proved: 1. revisions and reads; 2. preconditions; 3. all or nothing; 4. what a later operation sees; 5. what changes
//! nothing; 6. request ids; 7. tombstones; 8. source ids; 9. order of listing; 10. the journal and its trimming;
//! 11. observers before the head; 12. closing; 13. competing writers. `kinds.rs`, `threads.rs` and `syncs.rs` prove more.

mod kinds;
mod records;
mod syncs;
mod threads;

use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::sync::watch;

use self::kinds::*;
pub(super) use self::records::*;
use self::syncs::*;
use self::threads::*;
use super::*;

/// A ledger and the directory that goes with it.
struct Fresh {
    ledger: Arc<dyn Ledger>,
    _dir: Option<TempDir>,
}

fn memory() -> Fresh {
    Fresh { ledger: Arc::new(MemoryLedger::new(identity())), _dir: None }
}

fn redb() -> Fresh {
    let dir = TempDir::new().unwrap();
    let ledger = RedbLedger::open(settings(&dir), identity).unwrap();
    Fresh { ledger: Arc::new(ledger), _dir: Some(dir) }
}

async fn write(ledger: &dyn Ledger, operations: Vec<Operation>) -> Result<Written, LedgerError> {
    ledger.write(write_of(operations)).await
}

async fn journal_of(ledger: &dyn Ledger, after: u64) -> Vec<(u64, RecordKey, Change)> {
    let entries = ledger.journal(Revision(after), 1_000).await.unwrap();
    entries.into_iter().map(|entry| (entry.revision.0, entry.key, entry.change)).collect()
}

/// Notes every change, and what the head was when it was told.
struct Notes {
    head: watch::Receiver<Revision>,
    seen: Mutex<Vec<Note>>,
}

#[derive(Debug, PartialEq, Eq)]
struct Note {
    revision: Revision,
    before: Option<Record>,
    now: Option<Record>,
    head: Revision,
}

impl CommitObserver for Notes {
    fn committed(&self, changes: &[Committed<'_>]) {
        let head = *self.head.borrow();
        let notes = changes.iter().map(|change| Note {
            revision: change.revision,
            before: change.before.cloned(),
            now: change.now.cloned(),
            head,
        });
        self.seen.lock().unwrap().extend(notes);
    }
}

async fn a_write_is_read_at_its_revision(ledger: &dyn Ledger) {
    assert_eq!(*ledger.head().borrow(), Revision::ZERO);
    let records = [document("a", "one"), person("a"), community("a")];
    let operations = records.iter().map(|record| put(record.clone(), Expect::Absent)).collect();
    let written = write(ledger, operations).await.unwrap();
    assert_eq!(written.revision, Revision(3));
    assert!(!written.replayed);
    let keys: Vec<RecordKey> = records.iter().map(Record::key).collect();
    for (at, (record, key)) in (1..).zip(records.iter().zip(&keys)) {
        let stored = ledger.get(key).await.unwrap().unwrap();
        assert_eq!(stored, Stored { record: record.clone(), revision: Revision(at) });
    }
    assert_eq!(*ledger.head().borrow(), Revision(3));
    assert_eq!(ledger.get(&key("b")).await.unwrap(), None);
    assert_eq!(ledger.identity().epoch, 7);
}

async fn many_are_answered_in_the_keys_order(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("a", "a"), Expect::Any), put(document("b", "b"), Expect::Any)]).await.unwrap();
    let keys = [key("b"), key("missing"), key("a"), key("b")];
    let found = ledger.get_many(&keys).await.unwrap();
    let revisions: Vec<Option<u64>> = found.into_iter().map(|found| found.map(|stored| stored.revision.0)).collect();
    assert_eq!(revisions, [Some(2), None, Some(1), Some(2)]);
    assert!(ledger.get_many(&[]).await.unwrap().is_empty());
}

async fn preconditions_hold_or_refuse(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("there", "one"), Expect::Absent)]).await.unwrap();
    let refused = async |operation: Operation| write(ledger, vec![operation]).await.unwrap_err().to_string();
    for operation in [
        |expect| put(document("there", "two"), expect),
        // An equal record does not save a write whose precondition fails.
        |expect| put(document("there", "one"), expect),
        |expect| delete("there", expect),
    ] {
        assert_eq!(refused(operation(Expect::Absent)).await, "documents/there exists already");
        assert_eq!(refused(operation(Expect::Revision(Revision(9)))).await, "documents/there has changed since revision 9");
    }
    for operation in [|expect| put(document("gone", "two"), expect), |expect| delete("gone", expect)] {
        assert_eq!(refused(operation(Expect::Present)).await, "documents/gone does not exist");
        assert_eq!(refused(operation(Expect::Revision(Revision(1)))).await, "documents/gone does not exist");
    }
    let changed = write(ledger, vec![put(document("there", "two"), Expect::Revision(Revision(1)))]).await.unwrap();
    assert_eq!(changed.outcomes, [Outcome { key: key("there"), revision: Revision(2), changed: true, existed: true }]);
    write(ledger, vec![delete("there", Expect::Present)]).await.unwrap();
    assert_eq!(*ledger.head().borrow(), Revision(3));
}

async fn a_refused_write_leaves_no_trace_among_its_neighbours(ledger: &dyn Ledger) {
    let good = |id: &str| write(ledger, vec![put(document(id, "good"), Expect::Absent)]);
    let bad = write(
        ledger,
        vec![
            put(document("trace", "bad"), Expect::Absent),
            put(imported("other-trace", "wiki", "1"), Expect::Absent),
            delete("nothing", Expect::Present),
        ],
    );
    let (one, refused, two) = tokio::join!(good("one"), bad, good("two"));
    assert!(matches!(refused, Err(LedgerError::Missing { .. })), "{refused:?}");
    assert_eq!((one.unwrap().revision, two.unwrap().revision), (Revision(1), Revision(2)));
    assert_eq!(ledger.get(&key("trace")).await.unwrap(), None);
    assert_eq!(ledger.find_source(RecordKind::Document, &source("wiki", "1")).await.unwrap(), None);
    assert_eq!(journal_of(ledger, 0).await.len(), 2);
    assert_eq!(ledger.status().await.unwrap().documents, 2);
}

async fn a_later_operation_sees_an_earlier_one(ledger: &dyn Ledger) {
    let written = write(
        ledger,
        vec![
            put(document("a", "one"), Expect::Absent),
            put(document("a", "two"), Expect::Revision(Revision(1))),
            put(document("a", "two"), Expect::Present),
            delete("a", Expect::Revision(Revision(2))),
            delete("a", Expect::Any),
            put(document("a", "three"), Expect::Absent),
        ],
    )
    .await
    .unwrap();
    let outcomes: Vec<(u64, bool, bool)> =
        written.outcomes.iter().map(|outcome| (outcome.revision.0, outcome.changed, outcome.existed)).collect();
    assert_eq!(
        outcomes,
        [(1, true, false), (2, true, true), (2, false, true), (3, true, true), (3, false, false), (4, true, false)]
    );
    assert_eq!(ledger.get(&key("a")).await.unwrap().unwrap().revision, Revision(4));
    let changes: Vec<Change> = journal_of(ledger, 0).await.into_iter().map(|entry| entry.2).collect();
    assert_eq!(changes, [Change::Put, Change::Put, Change::Delete, Change::Put]);
    assert_eq!(ledger.tombstone(&key("a")).await.unwrap(), None);
}

async fn what_is_equal_changes_nothing(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("a", "same"), Expect::Any)]).await.unwrap();
    write(ledger, vec![put(document("b", "other"), Expect::Any)]).await.unwrap();
    let again = write(ledger, vec![put(document("a", "same"), Expect::Any)]).await.unwrap();
    // The head, so that a token of it makes both visible; the record keeps its own revision.
    assert_eq!(again.revision, Revision(2));
    assert_eq!(again.outcomes, [Outcome { key: key("a"), revision: Revision(1), changed: false, existed: true }]);
    let never = write(ledger, vec![delete("never", Expect::Any)]).await.unwrap();
    assert_eq!(never.outcomes, [Outcome { key: key("never"), revision: Revision::ZERO, changed: false, existed: false }]);
    let nothing = write(ledger, Vec::new()).await.unwrap();
    assert_eq!(nothing, Written { revision: Revision(2), outcomes: Vec::new(), replayed: false });
    assert_eq!(*ledger.head().borrow(), Revision(2));
    assert_eq!(journal_of(ledger, 0).await.len(), 2);
}

async fn a_request_has_one_effect(ledger: &dyn Ledger) {
    let ask = |record: Record, request: RequestKey| {
        ledger.write(Write { operations: vec![put(record, Expect::Absent)], request: Some(request), at: at(100) })
    };
    assert_eq!(ledger.recall(&request(1, 1)).await.unwrap(), None);
    let first = ask(document("a", "one"), request(1, 1)).await.unwrap();
    let again = ask(document("a", "one"), request(1, 1)).await.unwrap();
    assert_eq!(again, Written { replayed: true, ..first.clone() });
    assert_eq!(ledger.recall(&request(1, 1)).await.unwrap(), Some(again));
    assert_eq!(*ledger.head().borrow(), Revision(1));
    // Known for another content, whatever that is.
    assert!(matches!(ask(document("b", "one"), request(1, 2)).await, Err(LedgerError::RequestReused)));
    assert!(matches!(ledger.recall(&request(1, 2)).await, Err(LedgerError::RequestReused)));
    // A refused write does not use up its id.
    assert!(matches!(ask(document("a", "two"), request(2, 1)).await, Err(LedgerError::Exists { .. })));
    assert_eq!(ledger.recall(&request(2, 1)).await.unwrap(), None);
    assert!(!ask(document("c", "two"), request(2, 1)).await.unwrap().replayed);
    // One that changes nothing does.
    let idle = Write { operations: vec![delete("never", Expect::Any)], request: Some(request(3, 1)), at: at(100) };
    assert!(!ledger.write(idle.clone()).await.unwrap().replayed);
    assert!(ledger.write(idle).await.unwrap().replayed);
}

async fn a_request_that_waits_twice_has_one_effect(ledger: &dyn Ledger) {
    let ask = || {
        let operations = vec![put(document("a", "one"), Expect::Absent)];
        ledger.write(Write { operations, request: Some(request(1, 1)), at: at(100) })
    };
    let (one, two) = tokio::join!(ask(), ask());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!([one.revision, two.revision], [Revision(1), Revision(1)]);
    assert!(one.replayed != two.replayed);
}

async fn deletions_leave_tombstones(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("a", "one"), Expect::Any)]).await.unwrap();
    assert_eq!(ledger.tombstone(&key("a")).await.unwrap(), None);
    let removal = Write { operations: vec![delete("a", Expect::Any)], request: None, at: at(777) };
    let removed = ledger.write(removal).await.unwrap();
    assert_eq!(removed.outcomes, [Outcome { key: key("a"), revision: Revision(2), changed: true, existed: true }]);
    assert_eq!(ledger.get(&key("a")).await.unwrap(), None);
    assert_eq!(ledger.tombstone(&key("a")).await.unwrap(), Some((Revision(2), at(777))));
    // Again: nothing changes, and the deletion's revision is told.
    let again = write(ledger, vec![delete("a", Expect::Any)]).await.unwrap();
    assert_eq!(again.outcomes, [Outcome { key: key("a"), revision: Revision(2), changed: false, existed: false }]);
    assert_eq!(ledger.tombstone(&key("a")).await.unwrap(), Some((Revision(2), at(777))));
    // Another kind's record of the same id is another record.
    assert_eq!(ledger.tombstone(&person("a").key()).await.unwrap(), None);
    write(ledger, vec![put(document("a", "two"), Expect::Absent)]).await.unwrap();
    assert_eq!(ledger.tombstone(&key("a")).await.unwrap(), None);
    assert_eq!(ledger.tombstone(&key("never")).await.unwrap(), None);
}

async fn a_source_id_has_one_holder(ledger: &dyn Ledger) {
    let holder = async |system: &str, id: &str| ledger.find_source(RecordKind::Document, &source(system, id)).await.unwrap();
    write(ledger, vec![put(imported("a", "wiki", "1"), Expect::Any)]).await.unwrap();
    assert_eq!(holder("wiki", "1").await, Some(key("a")));
    let taken = write(ledger, vec![put(imported("b", "wiki", "1"), Expect::Any)]).await;
    assert!(matches!(taken, Err(LedgerError::SourceTaken { by }) if by == key("a")));
    // Unique per kind and system; names do not run into ids.
    write(ledger, vec![put(imported("b", "wik", "i1"), Expect::Any)]).await.unwrap();
    assert_eq!(ledger.find_source(RecordKind::Person, &source("wiki", "1")).await.unwrap(), None);
    let Record::Person(mut ada) = person("ada") else { unreachable!() };
    ada.source = Some(source("wiki", "1"));
    write(ledger, vec![put(Record::Person(ada), Expect::Any)]).await.unwrap();
    // A record takes its source id along, and gives up the former one.
    write(ledger, vec![put(imported("a", "wiki", "2"), Expect::Any)]).await.unwrap();
    assert_eq!((holder("wiki", "1").await, holder("wiki", "2").await), (None, Some(key("a"))));
    write(ledger, vec![put(document("a", "without"), Expect::Any)]).await.unwrap();
    assert_eq!(holder("wiki", "2").await, None);
    write(ledger, vec![delete("b", Expect::Any)]).await.unwrap();
    assert_eq!(holder("wik", "i1").await, None);
    assert!(ledger.find_source(RecordKind::Person, &source("wiki", "1")).await.unwrap().is_some());
}

async fn source_ids_change_hands_within_a_write(ledger: &dyn Ledger) {
    write(ledger, vec![put(imported("a", "wiki", "1"), Expect::Any)]).await.unwrap();
    let handed_over = vec![put(document("a", "without"), Expect::Any), put(imported("b", "wiki", "1"), Expect::Any)];
    write(ledger, handed_over).await.unwrap();
    let taken = vec![
        delete("b", Expect::Any),
        put(imported("c", "wiki", "1"), Expect::Any),
        put(imported("d", "wiki", "1"), Expect::Any),
    ];
    assert!(matches!(write(ledger, taken).await, Err(LedgerError::SourceTaken { by }) if by == key("c")));
    assert_eq!(ledger.find_source(RecordKind::Document, &source("wiki", "1")).await.unwrap(), Some(key("b")));
}

async fn listing_follows_the_bytes_of_ids(ledger: &dyn Ledger) {
    let ids = ["a", "A", "B", "b", "10", "9", "a-b", "a.b", "a:b", "a_b", "a~b", "ab", "~", "-", "J~rgen", "aa"];
    let operations = ids.iter().map(|id| put(document(id, "x"), Expect::Absent)).collect();
    write(ledger, operations).await.unwrap();
    write(ledger, vec![put(person("c"), Expect::Any)]).await.unwrap();
    let mut sorted = ids;
    sorted.sort_unstable_by_key(|id| id.as_bytes());
    for size in [1, 3, ids.len(), ids.len() + 1] {
        let mut listed: Vec<String> = Vec::new();
        loop {
            let page = ledger.list(RecordKind::Document, listed.last().map(String::as_str), size).await.unwrap();
            assert!(page.len() <= size);
            if page.is_empty() {
                break;
            }
            listed.extend(page.iter().map(|stored| stored.record.key().id().to_owned()));
        }
        assert_eq!(listed, sorted, "pages of {size}");
    }
    // The id to start after need not exist.
    let after = ledger.list(RecordKind::Document, Some("a^"), 1).await.unwrap();
    assert_eq!(after[0].record.key(), key("a_b"));
    assert!(ledger.list(RecordKind::Community, None, 10).await.unwrap().is_empty());
    assert!(ledger.list(RecordKind::Document, None, 0).await.unwrap().is_empty());
}

async fn the_journal_has_no_gap(ledger: &dyn Ledger) {
    for id in ["a", "b", "a"] {
        let body = format!("{:?}", ledger.status().await.unwrap().head);
        write(ledger, vec![put(document(id, &body), Expect::Any)]).await.unwrap();
    }
    write(ledger, vec![delete("b", Expect::Any)]).await.unwrap();
    let all = [(1, key("a"), Change::Put), (2, key("b"), Change::Put), (3, key("a"), Change::Put), (4, key("b"), Change::Delete)];
    for after in 0..=4 {
        assert_eq!(journal_of(ledger, after).await, all[usize::try_from(after).unwrap()..]);
    }
    assert!(journal_of(ledger, 99).await.is_empty());
    let two = ledger.journal(Revision(1), 2).await.unwrap();
    assert_eq!(two.iter().map(|entry| (entry.revision.0, entry.at)).collect::<Vec<_>>(), [(2, at(100)), (3, at(100))]);
    assert!(ledger.journal(Revision(1), 0).await.unwrap().is_empty());
}

async fn trimming_takes_the_old_end_only(ledger: &dyn Ledger) {
    let ask = async |id: &str, seconds: i64, request_id: u8| {
        let operations = vec![put(document(id, "x"), Expect::Any)];
        ledger.write(Write { operations, request: Some(request(request_id, 1)), at: at(seconds) }).await.unwrap();
    };
    let known = async |id: u8| ledger.recall(&request(id, 1)).await.unwrap().is_some();
    // The third is older than its place: a clock went back.
    for (id, seconds, request_id) in [("a", 10, 1), ("b", 20, 2), ("c", 5, 3), ("d", 40, 4), ("e", -7, 5)] {
        ask(id, seconds, request_id).await;
    }
    ledger.trim(Revision(4), at(10)).await.unwrap();
    assert_eq!(ledger.status().await.unwrap().journal_first, Revision(1));
    assert_eq!([known(1).await, known(3).await, known(5).await], [true, false, false]);
    ledger.trim(Revision(2), at(30)).await.unwrap();
    assert_eq!(ledger.status().await.unwrap().journal_first, Revision(3));
    assert_eq!([known(1).await, known(2).await, known(4).await], [false, false, true]);
    let trimmed = ledger.journal(Revision(1), 10).await;
    assert!(matches!(trimmed, Err(LedgerError::Trimmed { first: Revision(3) })), "{trimmed:?}");
    assert_eq!(journal_of(ledger, 2).await.len(), 3);
    // Whole, and the numbers go on.
    ledger.trim(Revision(5), at(1_000)).await.unwrap();
    let status = ledger.status().await.unwrap();
    assert_eq!((status.head, status.journal_first), (Revision(5), Revision(6)));
    assert!(journal_of(ledger, 5).await.is_empty());
    assert!(matches!(ledger.journal(Revision(4), 10).await, Err(LedgerError::Trimmed { first: Revision(6) })));
    assert_eq!(ledger.get(&key("a")).await.unwrap().unwrap().revision, Revision(1));
    ask("f", 2_000, 6).await;
    assert_eq!(journal_of(ledger, 5).await, [(6, key("f"), Change::Put)]);
}

async fn tombstones_outlive_trimming(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("a", "x"), Expect::Any), delete("a", Expect::Any)]).await.unwrap();
    ledger.trim(Revision(2), at(1_000)).await.unwrap();
    assert_eq!(ledger.tombstone(&key("a")).await.unwrap(), Some((Revision(2), at(100))));
}

async fn observers_hear_before_the_head_moves(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("early", "unheard"), Expect::Any)]).await.unwrap();
    let notes = Arc::new(Notes { head: ledger.head(), seen: Mutex::default() });
    ledger.observe(notes.clone());
    let operations = vec![
        put(document("a", "one"), Expect::Any),
        put(document("a", "one"), Expect::Any),
        put(document("a", "two"), Expect::Any),
        delete("a", Expect::Any),
    ];
    let mut head = ledger.head();
    let written = write(ledger, operations).await.unwrap();
    assert_eq!(*head.borrow_and_update(), written.revision);
    write(ledger, vec![delete("nothing", Expect::Present)]).await.unwrap_err();
    let (one, two) = (document("a", "one"), document("a", "two"));
    let expected = [(2, None, Some(one.clone())), (3, Some(one), Some(two.clone())), (4, Some(two), None)];
    let expected: Vec<Note> = expected
        .into_iter()
        .map(|(revision, before, now)| Note { revision: Revision(revision), before, now, head: Revision(1) })
        .collect();
    assert_eq!(*notes.seen.lock().unwrap(), expected);
}

async fn a_closed_ledger_takes_no_more(ledger: &dyn Ledger) {
    let mut head = ledger.head();
    write(ledger, vec![put(document("a", "x"), Expect::Any)]).await.unwrap();
    ledger.close().await;
    ledger.close().await;
    assert!(matches!(write(ledger, vec![put(document("b", "x"), Expect::Any)]).await, Err(LedgerError::Closed)));
    assert!(matches!(ledger.get(&key("a")).await, Err(LedgerError::Closed)));
    assert!(matches!(ledger.trim(Revision(1), at(1)).await, Err(LedgerError::Closed)));
    // Whoever waits for revisions learns that none will come; the last one stays readable.
    assert!(head.wait_for(|head| *head > Revision(1)).await.is_err());
    assert_eq!(*ledger.head().borrow(), Revision(1));
}

async fn of_competing_writers_one_wins(ledger: &dyn Ledger) {
    let bodies: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let writes = bodies.iter().map(|body| write(ledger, vec![put(document("a", body), Expect::Absent)]));
    let results = futures::future::join_all(writes).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().filter_map(|result| result.as_ref().err()).all(|error| matches!(error, LedgerError::Exists { .. })));
    // Each adds to what it read; nobody's addition is lost.
    let add = async || loop {
        let stored = ledger.get(&key("a")).await.unwrap().unwrap();
        let Record::Document(mut document) = stored.record else { unreachable!() };
        document.body.push('+');
        match write(ledger, vec![put(Record::Document(document), Expect::Revision(stored.revision))]).await {
            Ok(_) => return,
            Err(LedgerError::Stale { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    };
    futures::future::join_all((0..10).map(|_| add())).await;
    let Record::Document(document) = ledger.get(&key("a")).await.unwrap().unwrap().record else { unreachable!() };
    assert_eq!(document.body.matches('+').count(), 10);
}

/// Runs every test against a ledger that `$fresh` makes.
macro_rules! run {
    ($implementation:ident: $($test:ident)*) => {
        mod $implementation {
            $(
                #[tokio::test]
                async fn $test() {
                    let fresh = super::super::$implementation();
                    super::super::$test(fresh.ledger.as_ref()).await;
                    fresh.ledger.close().await;
                }
            )*
        }
    };
}

macro_rules! suite {
    ($($test:ident)*) => {
        mod on {
            run!(memory: $($test)*);
            run!(redb: $($test)*);
        }
    };
}

suite! {
    a_write_is_read_at_its_revision
    many_are_answered_in_the_keys_order
    preconditions_hold_or_refuse
    a_refused_write_leaves_no_trace_among_its_neighbours
    a_later_operation_sees_an_earlier_one
    what_is_equal_changes_nothing
    a_request_has_one_effect
    a_request_that_waits_twice_has_one_effect
    deletions_leave_tombstones
    a_source_id_has_one_holder
    source_ids_change_hands_within_a_write
    listing_follows_the_bytes_of_ids
    the_journal_has_no_gap
    trimming_takes_the_old_end_only
    tombstones_outlive_trimming
    observers_hear_before_the_head_moves
    live_records_are_counted
    a_closed_ledger_takes_no_more
    of_competing_writers_one_wins
    kinds_stand_beside_one_another
    threads_follow_every_change
    only_those_that_come_count_as_joined
    a_required_state_holds_or_refuses
    a_required_thread_holds_or_refuses
    checks_alone_make_no_revision
    a_closed_ledger_has_no_threads
    rewriting_a_thread_misses_nobody
    a_sync_supersedes_the_one_before
    what_changed_or_is_marked_is_seen
    marks_make_no_revision
    sweeping_takes_what_is_not_seen
    an_ended_sync_does_nothing_more
    a_system_lists_by_its_source_ids
    beginning_again_is_one_sync
    a_closed_ledger_has_no_syncs
}
