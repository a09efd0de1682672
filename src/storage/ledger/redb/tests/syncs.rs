//! Syncs in a file. Proved: 1. they and their marks outlive closing, and a process that ends without it; 2. damage in them is named
//! and never answered.

use super::*;
use crate::storage::ledger::contract::{begin, end, imported, mark, sync};
use crate::storage::ledger::{SyncEnd, SyncRef};

fn wiki() -> SyncRef {
    sync("wiki", 1)
}

async fn with_a_sync(ledger: &RedbLedger) {
    let records = ["a", "b"].map(|id| put(imported(id, "wiki", id), Expect::Any));
    ledger.write(write_of(records.into())).await.unwrap();
    ledger.write(write_of(vec![begin(wiki())])).await.unwrap();
    ledger.write(write_of(vec![mark("a", wiki())])).await.unwrap();
}

#[tokio::test]
async fn syncs_and_marks_outlive_closing() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    with_a_sync(&ledger).await;
    let copy = TempDir::new().unwrap();
    // What a process that is killed now leaves behind.
    fs::copy(dir.path().join(FILE), copy.path().join(FILE)).unwrap();
    let as_it_was = (
        ledger.sync(RecordKind::Document, "wiki").await.unwrap(),
        ledger.sourced(RecordKind::Document, "wiki", None, 9).await.unwrap(),
    );
    assert_eq!(as_it_was.1.iter().map(|sourced| sourced.mark).collect::<Vec<_>>(), [1, 0]);
    ledger.close().await;
    for dir in [&dir, &copy] {
        let ledger = open(dir).unwrap();
        assert_eq!(ledger.sync(RecordKind::Document, "wiki").await.unwrap(), as_it_was.0);
        assert_eq!(ledger.sourced(RecordKind::Document, "wiki", None, 9).await.unwrap(), as_it_was.1);
        ledger.write(write_of(vec![end(wiki())])).await.unwrap();
        ledger.close().await;
        let ledger = open(dir).unwrap();
        let ended = ledger.sync(RecordKind::Document, "wiki").await.unwrap().unwrap().end;
        assert_eq!(ended, Some(SyncEnd { kept: 9, revision: Revision(2) }));
        ledger.close().await;
    }
}

#[tokio::test]
async fn damage_in_syncs_is_named_and_never_answered() {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    with_a_sync(&ledger).await;
    ledger.close().await;
    let place = codec::encode_source(RecordKind::Document, &source("wiki", "a"));
    for (table, place) in [
        (Name::Marks, place.clone()),
        (Name::Documents, b"a".to_vec()),
        (Name::Sources, place),
        (Name::Syncs, codec::encode_system(RecordKind::Document, "wiki")),
    ] {
        overwrite(&dir, table, &place, flip_last_bit);
        let ledger = open(&dir).unwrap();
        let answers = [
            ledger.sync(RecordKind::Document, "wiki").await.map(drop),
            ledger.sourced(RecordKind::Document, "wiki", None, 9).await.map(drop),
        ];
        let damage = answers.into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(&damage[..], [LedgerError::Corrupt { what }] if what.starts_with(table.as_str())), "{damage:?}");
        ledger.close().await;
        overwrite(&dir, table, &place, flip_last_bit);
    }
}
