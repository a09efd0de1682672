//! Proved: a ledger of the format before opens with everything in it, has this build's format from then on, which the build before
//! does not know, and takes the records that it lacked; one that is damaged stays as it was.

use redb::ReadableTable;

use super::*;
use crate::storage::ledger::contract::{curation, imported, one_of_each, reply, synonym_set};

/// The tables that the format before lacks.
const NEW: [Name; 2] = [Name::SynonymSets, Name::Curations];

/// A ledger with a value in nearly every table.
async fn filled() -> (TempDir, Vec<Stored>) {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    let mut operations: Vec<_> = one_of_each("a").into_iter().take(3).map(|record| put(record, Expect::Any)).collect();
    operations.extend([put(reply("r", "a", "x"), Expect::Any), put(imported("i", "wiki", "1"), Expect::Any)]);
    operations.extend([put(document("gone", "x"), Expect::Any), delete("gone", Expect::Any)]);
    ledger.write(Write { operations, request: Some(request(1, 1)), at: at(50) }).await.unwrap();
    let held = everything(&ledger).await;
    ledger.close().await;
    (dir, held)
}

async fn everything(ledger: &RedbLedger) -> Vec<Stored> {
    let mut held = Vec::new();
    for kind in RecordKind::ALL {
        held.extend(ledger.list(kind, None, 100).await.unwrap());
    }
    held
}

/// Makes of a closed ledger what the build before would have written.
fn as_the_format_before(dir: &TempDir) {
    let database = Database::open(dir.path().join(FILE)).unwrap();
    let transaction = database.begin_write().unwrap();
    for name in Name::ALL {
        if NEW.contains(&name) {
            assert!(transaction.delete_table(name.definition()).unwrap());
            continue;
        }
        let mut table = transaction.open_table(name.definition()).unwrap();
        let held: Vec<(Vec<u8>, Vec<u8>)> = table
            .iter()
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|(key, value)| (key.value().to_vec(), value.value().to_vec()))
            .collect();
        for (key, value) in held {
            let payload = codec::unseal(name.as_str(), &key, &value).unwrap().to_vec();
            let payload = if name == Name::Meta && key == Single::Format.key() { 3_u32.to_le_bytes().to_vec() } else { payload };
            table.insert(key.as_slice(), codec::seal_as(3, name.as_str(), &key, &payload).as_slice()).unwrap();
        }
    }
    transaction.commit().unwrap();
}

/// The format byte of the value that says the format: what a build reads first, and by which it refuses.
fn format_byte(dir: &TempDir) -> u8 {
    let mut byte = 0;
    overwrite(dir, Name::Meta, Single::Format.key(), |value| {
        byte = value[0];
        value
    });
    byte
}

#[tokio::test]
async fn a_ledger_of_the_format_before_opens_and_has_this_one_from_then_on() {
    let (dir, held) = filled().await;
    as_the_format_before(&dir);
    assert_eq!(format_byte(&dir), 3);
    let ledger = open(&dir).unwrap();
    assert_eq!((ledger.identity().epoch, ledger.identity().sealing_key), (7, [9; 32]));
    assert_eq!(everything(&ledger).await, held);
    assert_eq!(ledger.journal(Revision::ZERO, 100).await.unwrap().len(), 7);
    assert!(ledger.tombstone(&key("gone")).await.unwrap().is_some());
    assert_eq!(ledger.find_source(RecordKind::Document, &source("wiki", "1")).await.unwrap(), Some(key("i")));
    assert!(ledger.recall(&request(1, 1)).await.unwrap().is_some());
    let status = ledger.status().await.unwrap();
    assert_eq!((status.documents, status.synonym_sets, status.curations), (3, 0, 0));
    let written =
        ledger.write(write_of(vec![put(synonym_set("s"), Expect::Any), put(curation("c"), Expect::Any)])).await.unwrap();
    assert_eq!(written.revision, Revision(9));
    let held = everything(&ledger).await;
    ledger.close().await;
    assert_eq!(format_byte(&dir), codec::FORMAT, "a build that knows none but 3 refuses it");
    let ledger = open(&dir).unwrap();
    assert_eq!(everything(&ledger).await, held);
    ledger.close().await;
}

#[tokio::test]
async fn a_damaged_ledger_of_the_format_before_stays_as_it_was() {
    let (dir, _) = filled().await;
    as_the_format_before(&dir);
    let database = Database::open(dir.path().join(FILE)).unwrap();
    let transaction = database.begin_write().unwrap();
    assert!(transaction.delete_table(Name::Threads.definition()).unwrap());
    transaction.commit().unwrap();
    drop(database);
    for _ in 0..2 {
        assert!(matches!(open(&dir), Err(LedgerError::Corrupt { what }) if what == "threads: the table is missing"));
    }
    assert_eq!(format_byte(&dir), 3);
}
