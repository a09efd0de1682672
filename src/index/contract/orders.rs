//! What every index promises of orders that are not by relevance.
//!
//! Proved here: 1. each goes by its moment or count, and equals go by name, with and without words; 2. a position of an order goes on
//! behind itself, whatever stands there by now; 3. what is hidden has no part; 4. discussions go by the message that brings them.

use std::collections::{BTreeMap, BTreeSet};

use super::{anonymous, ask, document, filled, ids, moment, name, person, run, world};
use crate::domain::{Audience, Document, Kind, ResourceName, ThreadPlace};
use crate::index::{After, Ask, AskThreads, CountHits, Index, Order, ThreadState};

const ORDERS: [Order; 3] = [Order::Newest, Order::Updated, Order::Reactions];

/// A document with moments and reactions of two sorts: counted by its source, and of people here.
fn made(id: &str, body: &str, created: i64, updated: i64, counted: u32, reacted: &[&str]) -> Document {
    let reacted: BTreeSet<_> = reacted.iter().map(|id| person(id)).collect();
    Document {
        created: moment(created),
        updated: moment(updated),
        reactions: BTreeMap::from([("like".to_owned(), counted)]),
        reacted: BTreeMap::from([("like".to_owned(), reacted.clone()), ("thanks".to_owned(), reacted)]),
        ..world(id, body)
    }
}

fn documents() -> Vec<Document> {
    vec![
        made("a", "tide", 1, 30, 0, &[]),
        made("b", "tide dock", 2, 20, 1, &["ada", "bo"]),
        made("c", "dock", 3, 20, 5, &[]),
        made("d", "tide", 3, 10, 2, &["ada"]),
        Document { audience: Audience::organization(), ..made("hidden", "tide", 9, 90, 90, &["ada"]) },
    ]
}

#[test]
fn each_order_goes_by_its_number_and_equals_by_name() {
    run(async |index| {
        filled(&index, documents(), 1).await;
        for (order, all, with_a_word) in [
            (Order::Newest, ["c", "d", "b", "a"], ["d", "b", "a"]),
            (Order::Updated, ["a", "b", "c", "d"], ["a", "b", "d"]),
            (Order::Reactions, ["b", "c", "d", "a"], ["b", "d", "a"]),
        ] {
            let asked = |words| Ask { order, sight: anonymous(), ..ask(words) };
            let found = index.search(asked("")).await.unwrap();
            assert_eq!(ids(&found), all, "{order:?}");
            assert!(found.hits.iter().all(|hit| hit.score == 0.0));
            assert_eq!(ids(&index.search(asked("tide")).await.unwrap()), with_a_word, "{order:?}");
        }
        let most = index.search(Ask { order: Order::Reactions, ..ask("") }).await.unwrap();
        assert_eq!(most.hits.iter().map(|hit| hit.reactions).collect::<Vec<_>>(), [5, 5, 4, 0]);
    });
}

#[test]
fn a_position_goes_on_behind_itself() {
    run(async |index| {
        filled(&index, documents(), 1).await;
        for order in ORDERS {
            let asked = Ask { order, ..ask("") };
            let whole = index.search(asked.clone()).await.unwrap();
            for (at, last) in whole.hits.iter().enumerate() {
                let after = Some(After::hit(last, order));
                let rest = index.search(Ask { after, count: CountHits::UpTo(9), ..asked.clone() }).await.unwrap();
                assert_eq!(rest.hits, whole.hits[at + 1..], "{order:?}");
            }
        }
        let by_reactions = |number, id| Ask { order: Order::Reactions, after: Some(After::Number(number, name(id))), ..ask("") };
        assert_eq!(ids(&index.search(by_reactions(5, "bb")).await.unwrap()), ["c", "d", "a"]);
        // Who was there has more reactions by now: nothing that stands still is met twice or missed.
        filled(&index, [made("d", "tide", 3, 10, 70, &[])], 2).await;
        assert_eq!(ids(&index.search(by_reactions(4, "d")).await.unwrap()), ["a"]);
    });
}

#[test]
fn discussions_go_by_the_message_that_brings_them() {
    run(async |index| {
        let reply = |made: Document, root: &str| {
            let thread = Some(ThreadPlace { root: name(root), parent: name(root) });
            Document { kind: Kind::Reply, thread, ..made }
        };
        let topic = |made: Document| Document { kind: Kind::Topic, ..made };
        let unseen = document("a3", "tide", Audience::organization());
        let documents = [
            topic(made("a", "tide", 1, 1, 1, &[])),
            reply(made("a1", "tide", 2, 2, 8, &[]), "a"),
            reply(made("a2", "dock", 3, 3, 9, &[]), "a"),
            reply(Document { reactions: BTreeMap::from([("like".to_owned(), 99)]), ..unseen }, "a"),
            topic(made("b", "tide", 5, 5, 8, &["ada"])),
            topic(made("c", "tide", 9, 9, 2, &[])),
        ];
        filled(&index, documents, 1).await;
        let asked = |words: &str, after| {
            let messages = Ask { order: Order::Reactions, after, ..ask(words) };
            AskThreads { messages, state: ThreadState::Any, detailed: 9, matches: 3, window: 9 }
        };
        let firsts = async |words, after| {
            let found = index.threads(asked(words, after)).await.unwrap();
            found.threads.iter().map(|thread| thread.first.document.id().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(firsts("tide", None).await, ["b", "a1", "c"]);
        assert_eq!(firsts("dock", None).await, ["a2"]);
        assert_eq!(firsts("", None).await, ["b", "a2", "c"]);
        assert_eq!(firsts("tide", Some(After::Number(10, name("b")))).await, ["a1", "c"]);
        assert_eq!(firsts("tide", Some(After::Number(8, name("a1")))).await, ["c"]);
        let found = index.threads(asked("tide", None)).await.unwrap();
        let of_a = found.threads[1].details.as_ref().unwrap();
        assert_eq!(of_a.matches.iter().map(|hit| hit.document.id()).collect::<Vec<_>>(), ["a"]);
        assert_eq!(of_a.last_activity, moment(3));
    });
}
