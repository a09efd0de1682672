//! What every ledger promises of syncs of a source.
//!
//! Proved: 1. a sync is numbered within its kind and system, and supersedes the one before; 2. what is changed after it began, or
//! marked, is seen, whatever happens meanwhile, and nothing else is; 3. marks make no revision and no journal entry, and only the
//! current open sync sets them; 4. sweeping deletes what is not seen, counts it and is told to observers, in the order of commits;
//! 5. an ended sync is kept with its figures and does nothing more; 6. a system is listed by the bytes of its source ids; 7. a
//! request that begins a sync has one effect; 8. a closed ledger has no syncs.

use super::*;

fn wiki(number: u64) -> SyncRef {
    sync("wiki", number)
}

async fn listed(ledger: &dyn Ledger, system: &str) -> Vec<(String, String, u64, u64)> {
    let listed = ledger.sourced(RecordKind::Document, system, None, 99).await.unwrap();
    listed.into_iter().map(|it| (it.id, it.key.id().to_owned(), it.revision.0, it.mark)).collect()
}

/// The ids of the system's records that its current sync did not see.
async fn unseen(ledger: &dyn Ledger, system: &str) -> Vec<String> {
    let current = ledger.sync(RecordKind::Document, system).await.unwrap().unwrap();
    let listed = ledger.sourced(RecordKind::Document, system, None, 99).await.unwrap();
    listed.into_iter().filter(|it| !it.is_seen_by(&current)).map(|it| it.key.id().to_owned()).collect()
}

pub(super) async fn a_sync_supersedes_the_one_before(ledger: &dyn Ledger) {
    assert_eq!(ledger.sync(RecordKind::Document, "wiki").await.unwrap(), None);
    write(ledger, vec![put(imported("a", "wiki", "1"), Expect::Any)]).await.unwrap();
    for refused in [0, 2, u64::MAX] {
        let refused = write(ledger, vec![begin(wiki(refused))]).await;
        assert!(matches!(refused, Err(LedgerError::SyncSuperseded { system }) if system == "wiki"));
    }
    let begun = write(ledger, vec![begin(wiki(1))]).await.unwrap();
    assert_eq!(begun, Written { revision: Revision(1), outcomes: Vec::new(), replayed: false });
    let kept = SourceSync { name: wiki(1), begin: Revision(1), at: at(100), request: Some([4; 32]), swept: 0, end: None };
    assert_eq!(ledger.sync(RecordKind::Document, "wiki").await.unwrap(), Some(kept));
    // Another system, and another kind, count for themselves.
    let of_people = SyncRef { kind: RecordKind::Person, ..wiki(1) };
    write(ledger, vec![begin(sync("wik", 1)), begin(of_people)]).await.unwrap();
    write(ledger, vec![put(imported("b", "wiki", "2"), Expect::Any), begin(wiki(2))]).await.unwrap();
    let current = ledger.sync(RecordKind::Document, "wiki").await.unwrap().unwrap();
    assert_eq!((current.name, current.begin), (wiki(2), Revision(2)));
    for old in [mark("a", wiki(1)), sweep("a", wiki(1)), end(wiki(1)), mark("a", sync("wi", 1))] {
        let refused = write(ledger, vec![put(document("trace", "x"), Expect::Any), old]).await;
        assert!(matches!(refused, Err(LedgerError::SyncSuperseded { .. })), "{refused:?}");
    }
    assert_eq!(ledger.get(&key("trace")).await.unwrap(), None);
    assert_eq!(*ledger.head().borrow(), Revision(2));
}

pub(super) async fn what_changed_or_is_marked_is_seen(ledger: &dyn Ledger) {
    let records = ["a", "b", "c", "d"].map(|id| put(imported(id, "wiki", id), Expect::Any));
    write(ledger, records.into()).await.unwrap();
    write(ledger, vec![put(imported("other", "forum", "a"), Expect::Any), put(document("none", "x"), Expect::Any)])
        .await
        .unwrap();
    write(ledger, vec![begin(wiki(1))]).await.unwrap();
    assert_eq!(unseen(ledger, "wiki").await, ["a", "b", "c", "d"]);
    // As an import does it: the record as its source has it, and the mark.
    let same = write(ledger, vec![put(imported("a", "wiki", "a"), Expect::Any), mark("a", wiki(1))]).await.unwrap();
    assert_eq!(same.outcomes, [(); 2].map(|()| Outcome { key: key("a"), revision: Revision(1), changed: false, existed: true }));
    let mut changed = imported("b", "wiki", "b");
    if let Record::Document(document) = &mut changed {
        document.body.push('!');
    }
    write(ledger, vec![put(changed, Expect::Any), mark("b", wiki(1))]).await.unwrap();
    write(ledger, vec![put(imported("new", "wiki", "e"), Expect::Any)]).await.unwrap();
    assert_eq!(unseen(ledger, "wiki").await, ["c", "d"]);
    // A mark stands only where nothing else tells.
    let marks: Vec<u64> = listed(ledger, "wiki").await.into_iter().map(|(.., mark)| mark).collect();
    assert_eq!(marks, [1, 0, 0, 0, 0]);
    // Of another system, of none, and missing: nothing to mark.
    write(ledger, ["other", "none", "missing"].map(|id| mark(id, wiki(1))).into()).await.unwrap();
    assert_eq!(listed(ledger, "forum").await, [("a".to_owned(), "other".to_owned(), 5, 0)]);
    // A source id that changes hands takes no mark along.
    write(ledger, vec![put(document("a", "without"), Expect::Any), put(imported("c", "wiki", "a"), Expect::Any)]).await.unwrap();
    assert_eq!(listed(ledger, "wiki").await[0], ("a".to_owned(), "c".to_owned(), 10, 0));
    write(ledger, vec![mark("d", wiki(1)), begin(wiki(2))]).await.unwrap();
    assert_eq!(unseen(ledger, "wiki").await, ["c", "b", "d", "new"]);
}

pub(super) async fn marks_make_no_revision(ledger: &dyn Ledger) {
    write(ledger, vec![put(imported("a", "wiki", "1"), Expect::Any), begin(wiki(1))]).await.unwrap();
    let notes = Arc::new(Notes { head: ledger.head(), seen: Mutex::default() });
    ledger.observe(notes.clone());
    let asked = Write { operations: vec![mark("a", wiki(1))], request: Some(request(1, 1)), at: at(100) };
    let marked = ledger.write(asked.clone()).await.unwrap();
    assert_eq!(marked.revision, Revision(1));
    assert_eq!(ledger.write(asked).await.unwrap(), Written { replayed: true, ..marked });
    assert_eq!(listed(ledger, "wiki").await, [("1".to_owned(), "a".to_owned(), 1, 1)]);
    assert_eq!(*ledger.head().borrow(), Revision(1));
    assert_eq!(journal_of(ledger, 0).await.len(), 1);
    assert!(notes.seen.lock().unwrap().is_empty());
    // One of a refused write is none, and one of a write that takes its record away.
    write(ledger, vec![begin(wiki(2))]).await.unwrap();
    write(ledger, vec![mark("a", wiki(2)), delete("nothing", Expect::Present)]).await.unwrap_err();
    assert_eq!(unseen(ledger, "wiki").await, ["a"]);
    write(ledger, vec![mark("a", wiki(2)), delete("a", Expect::Any)]).await.unwrap();
    write(ledger, vec![put(imported("b", "wiki", "1"), Expect::Any)]).await.unwrap();
    assert_eq!(listed(ledger, "wiki").await, [("1".to_owned(), "b".to_owned(), 3, 0)]);
}

pub(super) async fn sweeping_takes_what_is_not_seen(ledger: &dyn Ledger) {
    let records = ["a", "b", "c"].map(|id| put(imported(id, "wiki", id), Expect::Any));
    write(ledger, records.into()).await.unwrap();
    write(ledger, vec![put(imported("other", "forum", "a"), Expect::Any), put(document("none", "x"), Expect::Any)])
        .await
        .unwrap();
    write(ledger, vec![begin(wiki(1))]).await.unwrap();
    let notes = Arc::new(Notes { head: ledger.head(), seen: Mutex::default() });
    ledger.observe(notes.clone());
    // A mark in the same write comes first, as one in an earlier commit does.
    let operations = vec![
        mark("a", wiki(1)),
        sweep("a", wiki(1)),
        sweep("b", wiki(1)),
        sweep("b", wiki(1)),
        sweep("other", wiki(1)),
        sweep("none", wiki(1)),
        sweep("missing", wiki(1)),
    ];
    let swept = write(ledger, operations).await.unwrap();
    let changed: Vec<bool> = swept.outcomes.iter().map(|outcome| outcome.changed).collect();
    assert_eq!(changed, [false, false, true, false, false, false, false]);
    assert_eq!(swept.outcomes[2], Outcome { key: key("b"), revision: Revision(6), changed: true, existed: true });
    assert_eq!(ledger.tombstone(&key("b")).await.unwrap(), Some((Revision(6), at(100))));
    assert_eq!(journal_of(ledger, 5).await, [(6, key("b"), Change::Delete)]);
    let told = notes.seen.lock().unwrap().iter().map(|note| (note.revision, note.now.is_none())).collect::<Vec<_>>();
    assert_eq!(told, [(Revision(6), true)]);
    assert_eq!(ledger.sync(RecordKind::Document, "wiki").await.unwrap().unwrap().swept, 1);
    // Seen by a change since.
    write(ledger, vec![put(document("c", "without"), Expect::Any), put(imported("c", "wiki", "c"), Expect::Any)]).await.unwrap();
    assert!(!write(ledger, vec![sweep("c", wiki(1))]).await.unwrap().outcomes[0].changed);
    assert_eq!(unseen(ledger, "wiki").await, Vec::<String>::new());
    assert_eq!(ledger.status().await.unwrap().documents, 4);
}

pub(super) async fn an_ended_sync_does_nothing_more(ledger: &dyn Ledger) {
    let records = ["a", "b", "c"].map(|id| put(imported(id, "wiki", id), Expect::Any));
    write(ledger, records.into()).await.unwrap();
    write(ledger, vec![begin(wiki(1)), mark("a", wiki(1))]).await.unwrap();
    write(ledger, vec![sweep("b", wiki(1))]).await.unwrap();
    write(ledger, vec![sweep("c", wiki(1)), end(wiki(1))]).await.unwrap();
    let ended = ledger.sync(RecordKind::Document, "wiki").await.unwrap().unwrap();
    assert_eq!((ended.swept, ended.end), (2, Some(SyncEnd { kept: 9, revision: Revision(5) })));
    for late in [mark("a", wiki(1)), sweep("a", wiki(1)), end(wiki(1))] {
        let refused = write(ledger, vec![late]).await;
        assert!(matches!(refused, Err(LedgerError::SyncEnded { ref system }) if system == "wiki"), "{refused:?}");
    }
    // What a reader of the file's bytes might take for the same sync is another one.
    write(ledger, vec![begin(wiki(2))]).await.unwrap();
    assert_eq!(unseen(ledger, "wiki").await, ["a"]);
}

pub(super) async fn a_system_lists_by_its_source_ids(ledger: &dyn Ledger) {
    let ids = ["a", "A", "10", "9", "a/b", "a b", "ab", "\u{e4}", "~", "aa"];
    let records = ids.iter().enumerate().map(|(at, id)| put(imported(&format!("d{at}"), "wiki", id), Expect::Any));
    write(ledger, records.collect()).await.unwrap();
    // Names that begin alike, and another kind, are apart.
    let others = [imported("x", "wik", "ia"), imported("y", "wikia", ""), imported("z", "w", "a")];
    write(ledger, others.map(|record| put(record, Expect::Any)).into()).await.unwrap();
    let Record::Person(mut ada) = person("ada") else { unreachable!() };
    ada.source = Some(source("wiki", "a"));
    write(ledger, vec![put(Record::Person(ada), Expect::Any)]).await.unwrap();
    let mut sorted = ids;
    sorted.sort_unstable_by_key(|id| id.as_bytes());
    for size in [1, 3, ids.len(), ids.len() + 1] {
        let mut listed: Vec<String> = Vec::new();
        loop {
            let after = listed.last().map(String::as_str);
            let page = ledger.sourced(RecordKind::Document, "wiki", after, size).await.unwrap();
            assert!(page.len() <= size);
            if page.is_empty() {
                break;
            }
            listed.extend(page.into_iter().map(|sourced| sourced.id));
        }
        assert_eq!(listed, sorted, "pages of {size}");
    }
    let after = ledger.sourced(RecordKind::Document, "wiki", Some("a!"), 1).await.unwrap();
    assert_eq!(after[0].id, "a/b", "the id to start after need not exist");
    assert_eq!(ledger.sourced(RecordKind::Person, "wiki", None, 9).await.unwrap().len(), 1);
    assert!(ledger.sourced(RecordKind::Document, "never", None, 9).await.unwrap().is_empty());
    assert!(ledger.sourced(RecordKind::Document, "wiki", None, 0).await.unwrap().is_empty());
}

pub(super) async fn beginning_again_is_one_sync(ledger: &dyn Ledger) {
    let ask = || Write { operations: vec![begin(wiki(1))], request: Some(request(4, 1)), at: at(100) };
    assert!(!ledger.write(ask()).await.unwrap().replayed);
    assert!(ledger.write(ask()).await.unwrap().replayed);
    assert_eq!(ledger.sync(RecordKind::Document, "wiki").await.unwrap().unwrap().name.number, 1);
}

pub(super) async fn a_closed_ledger_has_no_syncs(ledger: &dyn Ledger) {
    write(ledger, vec![begin(wiki(1))]).await.unwrap();
    ledger.close().await;
    assert!(matches!(ledger.sync(RecordKind::Document, "wiki").await, Err(LedgerError::Closed)));
    assert!(matches!(ledger.sourced(RecordKind::Document, "wiki", None, 9).await, Err(LedgerError::Closed)));
}
