//! Proved: both implementations answer random histories alike, also when the file was closed and opened again.

use proptest::prelude::*;

use super::*;
use crate::domain::ThreadPlace;
use crate::storage::ledger::contract::{begin, end, mark, name, require, require_thread, sweep, sync};
use crate::storage::ledger::{MemoryLedger, Operation};

fn operations() -> impl Strategy<Value = Operation> {
    let id = prop::sample::select(vec!["a", "b", "c"]);
    let expect = prop_oneof![
        4 => Just(Expect::Any),
        1 => Just(Expect::Absent),
        1 => Just(Expect::Present),
        1 => (1_u64..12).prop_map(|revision| Expect::Revision(Revision(revision))),
    ];
    let number = 1_u64..3;
    let place = (id.clone(), 0..3_u8, prop::option::of(0..2_u8), prop::option::of(id.clone()));
    let puts = (place, expect.clone()).prop_map(|((id, body, from, root), expect)| {
        let Record::Document(mut document) = document(id, &body.to_string()) else { unreachable!() };
        document.source = from.map(|from| source("wiki", &from.to_string()));
        document.thread = root.map(|root| ThreadPlace { root: name(root), parent: name(root) });
        put(Record::Document(document), expect)
    });
    prop_oneof![
        6 => puts,
        2 => (id.clone(), expect.clone()).prop_map(|(id, expect)| delete(id, expect)),
        1 => (id.clone(), expect).prop_map(|(id, expect)| require(id, expect)),
        1 => (id.clone(), 0..12_u64).prop_map(|(root, joined)| require_thread(root, joined)),
        1 => number.clone().prop_map(|number| begin(sync("wiki", number))),
        2 => (id.clone(), number.clone()).prop_map(|(id, number)| mark(id, sync("wiki", number))),
        2 => (id, number.clone()).prop_map(|(id, number)| sweep(id, sync("wiki", number))),
        1 => number.prop_map(|number| end(sync("wiki", number))),
    ]
}

fn writes() -> impl Strategy<Value = Write> {
    let requests = prop::option::weighted(0.3, (0..3_u8, 0..2_u8).prop_map(|(id, fingerprint)| request(id, fingerprint)));
    (prop::collection::vec(operations(), 0..4), requests, 0..50_i64).prop_map(|(operations, request, seconds)| Write {
        operations,
        request,
        at: at(seconds),
    })
}

/// Everything that can be asked of the small world of [`writes`].
async fn view(ledger: &dyn Ledger, trimmed: u64) -> Vec<String> {
    let mut view = vec![
        format!("{:?}", LedgerStatus { disk_bytes: 0, ..ledger.status().await.unwrap() }),
        format!("{:?}", ledger.list(RecordKind::Document, None, 10).await),
        format!("{:?}", ledger.journal(Revision::ZERO, 1_000).await),
        format!("{:?}", ledger.journal(Revision(trimmed), 1_000).await),
    ];
    for id in ["a", "b", "c"] {
        view.push(format!("{:?}", ledger.tombstone(&key(id)).await));
        view.push(format!("{:?}", ledger.replies(&name(id), None, 10).await));
        view.push(format!("{:?}", ledger.thread_joined(&name(id)).await));
    }
    view.push(format!("{:?}", ledger.sync(RecordKind::Document, "wiki").await));
    view.push(format!("{:?}", ledger.sourced(RecordKind::Document, "wiki", None, 10).await));
    for id in 0..3 {
        view.push(format!("{:?}", ledger.find_source(RecordKind::Document, &source("wiki", &id.to_string())).await));
        view.push(format!("{:?}", ledger.recall(&request(id, 0)).await));
    }
    view
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_histories_are_answered_alike(history in prop::collection::vec(writes(), 1..40), trim in 0..40_u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let dir = TempDir::new().unwrap();
            let (memory, redb) = (MemoryLedger::new(identity()), found(&dir));
            for write in history {
                let (one, two) = (memory.write(write.clone()).await, redb.write(write).await);
                assert_eq!(format!("{one:?}"), format!("{two:?}"));
            }
            for ledger in [&memory as &dyn Ledger, &redb] {
                ledger.trim(Revision(trim), at(25)).await.unwrap();
            }
            redb.close().await;
            let redb = open(&dir).unwrap();
            assert_eq!(view(&memory, trim).await, view(&redb, trim).await);
            redb.close().await;
        });
    }
}
