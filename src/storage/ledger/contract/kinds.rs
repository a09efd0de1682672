//! What every ledger promises of the kinds of records.
//!
//! Proved: 1. live records are counted by kind; 2. records of all kinds stand beside one another under one id, each read back as it was
//! written, with its own line in the journal and its own tombstone.

use super::*;

pub(super) async fn live_records_are_counted(ledger: &dyn Ledger) {
    let empty = LedgerStatus { journal_first: Revision(1), ..LedgerStatus::default() };
    assert_eq!(LedgerStatus { disk_bytes: 0, ..ledger.status().await.unwrap() }, empty);
    let records = [
        document("a", "x"),
        document("b", "x"),
        document("a", "y"),
        person("a"),
        person("b"),
        person("c"),
        community("a"),
        synonym_set("a"),
        synonym_set("b"),
        curation("a"),
    ];
    for record in records {
        write(ledger, vec![put(record, Expect::Any)]).await.unwrap();
    }
    write(ledger, vec![delete("b", Expect::Any)]).await.unwrap();
    let status = ledger.status().await.unwrap();
    assert_eq!((status.documents, status.people, status.communities, status.head), (1, 3, 1, Revision(11)));
    assert_eq!((status.synonym_sets, status.curations), (2, 1));
}

pub(super) async fn kinds_stand_beside_one_another(ledger: &dyn Ledger) {
    let records = one_of_each("a");
    write(ledger, records.iter().cloned().map(|record| put(record, Expect::Absent)).collect()).await.unwrap();
    let keys = records.each_ref().map(Record::key);
    for (at, (key, record)) in keys.iter().zip(&records).enumerate() {
        let revision = Revision(at as u64 + 1);
        let stored = Stored { record: record.clone(), revision };
        assert_eq!(ledger.get(key).await.unwrap(), Some(stored.clone()));
        assert_eq!(ledger.list(key.kind(), None, 10).await.unwrap(), [stored]);
        assert_eq!(ledger.list(key.kind(), Some("a"), 10).await.unwrap(), []);
        let entry = &ledger.journal(Revision(at as u64), 1).await.unwrap()[0];
        assert_eq!((&entry.key, entry.change), (key, Change::Put));
    }
    for key in &keys {
        write(ledger, vec![Operation::Delete { key: key.clone(), expect: Expect::Present }]).await.unwrap();
        assert_eq!(ledger.get(key).await.unwrap(), None);
        assert!(ledger.tombstone(key).await.unwrap().is_some());
    }
    assert_eq!(ledger.status().await.unwrap().head, Revision(10));
}
