//! Threads in a file. Proved: 1. they outlive closing; 2. damage in them is named and never answered; 3. a table that is gone is
//! damage; 4. a file of an older format is refused and left alone.

use redb::TableHandle;

use super::*;
use crate::storage::ledger::contract::{name, reply, require_thread};

async fn with_threads() -> TempDir {
    let dir = TempDir::new().unwrap();
    let ledger = found(&dir);
    let replies = [("b", "r"), ("a", "r"), ("a2", "s")].map(|(id, root)| put(reply(id, root, "x"), Expect::Any));
    ledger.write(write_of(replies.into())).await.unwrap();
    ledger.close().await;
    dir
}

/// Does something to the file past the ledger, which must be closed.
fn past_the_ledger(dir: &TempDir, work: impl FnOnce(&redb::WriteTransaction)) {
    let database = Database::open(dir.path().join(FILE)).unwrap();
    let transaction = database.begin_write().unwrap();
    work(&transaction);
    transaction.commit().unwrap();
}

#[tokio::test]
async fn threads_outlive_closing() {
    let dir = with_threads().await;
    let ledger = open(&dir).unwrap();
    let ids = async |root: &str| -> Vec<String> {
        let replies = ledger.replies(&name(root), None, 9).await.unwrap();
        replies.iter().map(|stored| stored.record.key().id().to_owned()).collect()
    };
    assert_eq!((ids("r").await, ids("s").await), (vec!["a".to_owned(), "b".to_owned()], vec!["a2".to_owned()]));
    assert_eq!(ledger.thread_joined(&name("r")).await.unwrap(), Revision(2));
    ledger.write(write_of(vec![require_thread("r", 2), require_thread("s", 3)])).await.unwrap();
    ledger.close().await;
}

#[tokio::test]
async fn a_damaged_thread_is_named_and_never_answered() {
    let what = |error: Result<(), LedgerError>| match error {
        Err(LedgerError::Corrupt { what }) => what,
        other => panic!("{other:?}"),
    };
    let dir = with_threads().await;
    overwrite(&dir, Name::Replies, &codec::encode_reply(&name("r"), "b"), flip_last_bit);
    overwrite(&dir, Name::Threads, b"r", flip_last_bit);
    let ledger = open(&dir).unwrap();
    assert_eq!(what(ledger.replies(&name("r"), None, 9).await.map(drop)), "replies/r\\x00b");
    assert_eq!(ledger.replies(&name("r"), None, 1).await.unwrap().len(), 1);
    assert_eq!(what(ledger.thread_joined(&name("r")).await.map(drop)), "threads/r");
    // A write that rests on damage fails alone.
    assert_eq!(what(ledger.write(write_of(vec![require_thread("r", 2)])).await.map(drop)), "threads/r");
    ledger.write(write_of(vec![require_thread("s", 3), put(reply("c", "s", "x"), Expect::Any)])).await.unwrap();
    ledger.close().await;

    // Entries whose document is gone, or stands in another thread.
    for (record, expected) in [(None, "replies/r\\x00a"), (Some(reply("a", "s", "x")), "replies/r\\x00a")] {
        let dir = with_threads().await;
        past_the_ledger(&dir, |transaction| {
            let mut documents = transaction.open_table(Name::Documents.definition()).unwrap();
            match record {
                None => drop(documents.remove(&b"a"[..]).unwrap().unwrap()),
                Some(record) => {
                    let payload = codec::encode_record(Revision(2), &record).unwrap();
                    let value = codec::seal("documents", b"a", &payload);
                    documents.insert(&b"a"[..], value.as_slice()).unwrap();
                }
            }
        });
        let ledger = open(&dir).unwrap();
        assert_eq!(what(ledger.replies(&name("r"), None, 9).await.map(drop)), expected);
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_table_that_is_gone_is_damage() {
    for table in Name::ALL {
        let dir = with_threads().await;
        past_the_ledger(&dir, |transaction| assert!(transaction.delete_table(table.definition()).unwrap()));
        match open(&dir) {
            Err(LedgerError::Corrupt { what }) => assert!(what.starts_with(table.as_str()), "{what}"),
            other => panic!("without {}: {:?}", table.as_str(), other.err()),
        }
    }
    let dir = with_threads().await;
    past_the_ledger(&dir, |transaction| assert!(transaction.delete_table(tables::REQUEST_AGES).unwrap()));
    assert!(matches!(open(&dir), Err(LedgerError::Corrupt { what }) if what == "request_ages: the table is missing"));
}

#[tokio::test]
async fn a_file_of_an_older_format_is_refused_and_left_alone() {
    let before_syncs = [Name::Syncs, Name::Marks];
    let before_threads = [Name::Replies, Name::Threads, Name::Syncs, Name::Marks];
    for (format, lacks) in [(1, &before_threads[..]), (2, &before_syncs)] {
        let dir = with_threads().await;
        past_the_ledger(&dir, |transaction| {
            for table in lacks {
                transaction.delete_table(table.definition()).unwrap();
            }
        });
        overwrite(&dir, Name::Meta, Single::Format.key(), |_| {
            codec::seal_as(format, "meta", Single::Format.key(), &u32::from(format).to_le_bytes())
        });
        for _ in 0..2 {
            match open(&dir) {
                Err(error @ LedgerError::Format { found, known: 4 }) if found == u32::from(format) => {
                    assert_eq!(error.to_string(), format!("the ledger's format {format} is not known; this build knows 4"));
                }
                other => panic!("{:?}", other.err()),
            }
        }
        let database = Database::open(dir.path().join(FILE)).unwrap();
        let reading = database.begin_read().unwrap();
        let tables: Vec<String> = reading.list_tables().unwrap().map(|table| table.name().to_owned()).collect();
        assert!(!lacks.iter().any(|lacking| tables.iter().any(|table| table == lacking.as_str())), "{tables:?}");
    }
}
