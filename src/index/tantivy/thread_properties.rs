//! Proved here, of discussions: 1. whatever was written, deleted, revoked and committed, every asker gets what an exhaustive fold
//! finds, bit by bit, behind positions too; 2. worlds that differ only in what is hidden answer alike; 3. pages join to the
//! whole; 4. the same holds where terms fill many blocks, and threads are looked up all at once.

use proptest::prelude::*;

use super::properties::{Numbers, Pair, in_memory, run, seed};
use super::samples::{Seed, ask_threads, audience, behind, document, hidden_audience, in_a_thread, sights};
use crate::domain::Revision;
use crate::index::{After, Ask, AskThreads, CountHits, Hit, Index, IndexChange, Order, ThreadsFound};
use crate::query::Filter;

/// Equal down to the bits of every number.
fn same(left: &ThreadsFound, right: &ThreadsFound) -> bool {
    let bits = |found: &ThreadsFound| -> Vec<u64> {
        let hits = found.threads.iter().flat_map(|thread| {
            let more: &[Hit] = thread.details.as_ref().map_or(&[], |details| &details.matches);
            [&thread.first].into_iter().chain(more)
        });
        let of_hits = hits.flat_map(|hit| hit.shares.iter().chain([&hit.score]));
        let of_threads = found.threads.iter().flat_map(|thread| thread.shares.iter().chain([&thread.score]));
        of_hits.chain(of_threads).map(|number| number.to_bits()).collect()
    };
    left == right && bits(left) == bits(right)
}

impl Pair {
    /// The index finds what the exhaustive fold finds, page after page.
    async fn agrees_on_threads(&self, mut ask: AskThreads) {
        for _ in 0..4 {
            let expected = self.oracle.threads(&ask);
            let found = self.index.threads(ask.clone()).await.unwrap();
            assert!(same(&found, &expected), "{ask:?}\nfound    {found:?}\nexpected {expected:?}");
            let Some(last) = found.threads.last() else { return };
            ask.messages.after = Some(After::thread(last, ask.messages.order));
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Put(Seed, usize, usize, usize),
    Delete(usize),
    Commit,
    Ask(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let put = (seed(20, 8), 0..9_usize, 0..35_usize, 0..140_usize);
    prop_oneof![
        9 => put.prop_map(|(seed, audience, gates, thread)| Step::Put(seed, audience, gates, thread)),
        2 => (0..20_usize).prop_map(Step::Delete),
        2 => Just(Step::Commit),
        3 => (0..100_000_usize).prop_map(Step::Ask),
    ]
}

fn message(seed: &Seed, audience_number: usize, gates: usize, thread: usize) -> crate::domain::Document {
    in_a_thread(behind(document(seed, audience(audience_number)), gates), thread)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_asker_gets_what_an_exhaustive_fold_finds(steps in prop::collection::vec(step(), 1..70)) {
        run(async {
            let mut pair = Pair::new();
            let sights = sights();
            for step in steps {
                match step {
                    Step::Put(seed, audience, gates, thread) => pair.put(message(&seed, audience, gates, thread)).await,
                    Step::Delete(id) => pair.delete(id).await,
                    Step::Commit => pair.commit().await,
                    Step::Ask(number) => pair.agrees_on_threads(ask_threads(number, &sights[number % sights.len()])).await,
                }
            }
            pair.commit().await;
            for number in 0..40 {
                pair.agrees_on_threads(ask_threads(number * 37, &sights[number % sights.len()])).await;
            }
        });
    }

    #[test]
    fn worlds_that_differ_in_hidden_messages_answer_alike(
        shown in prop::collection::vec((seed(30, 12), 0..140_usize), 1..20),
        hidden in prop::collection::vec((seed(30, 20), 0..4_usize, 0..140_usize), 0..20),
    ) {
        run(async {
            let (plain, busy) = (in_memory(), in_memory());
            let mut latest = std::collections::BTreeMap::new();
            for (seed, thread) in &shown {
                latest.insert(seed.id, message(seed, 8, 0, *thread));
            }
            let put = |document: crate::domain::Document| vec![IndexChange::Put(Box::new(document))];
            for document in latest.values() {
                plain.apply(put(document.clone())).await.unwrap();
            }
            for (at, document) in latest.values().rev().enumerate() {
                if let Some((seed, number, thread)) = hidden.get(at) {
                    let other = Seed { id: seed.id + 1_000, ..seed.clone() };
                    busy.apply(put(in_a_thread(super::samples::document(&other, hidden_audience(*number)), *thread))).await.unwrap();
                    busy.commit(Revision(1)).await.unwrap();
                }
                busy.apply(put(document.clone())).await.unwrap();
            }
            plain.commit(Revision(100)).await.unwrap();
            busy.commit(Revision(100)).await.unwrap();
            for sight in &sights()[..2] {
                for number in 0..40 {
                    let ask = ask_threads(number * 41, sight);
                    let (left, right) = (plain.threads(ask.clone()).await.unwrap(), busy.threads(ask.clone()).await.unwrap());
                    assert!(same(&left, &right), "{ask:?}\nplain {left:?}\nbusy  {right:?}");
                }
            }
        });
    }

    #[test]
    fn pages_of_discussions_join_to_the_whole(
        seeds in prop::collection::vec((seed(30, 10), 0..140_usize), 1..40),
        number in 0..100_000_usize,
    ) {
        run(async {
            let mut pair = Pair::new();
            for (seed, thread) in &seeds {
                pair.put(message(seed, 8, 0, *thread)).await;
            }
            pair.commit().await;
            for order in [Order::Relevance, Order::Newest, Order::Updated, Order::Reactions] {
                let AskThreads { messages, state, .. } = ask_threads(number, &sights()[1]);
                let messages = Ask { order, limit: 1_000, count: CountHits::UpTo(1_000), ..messages };
                let whole = AskThreads { messages, state, detailed: 1_000, matches: 2, window: 3 };
                let expected = pair.index.threads(whole.clone()).await.unwrap();
                let mut page = whole;
                page.messages.limit = 1 + number % 4;
                let mut threads = Vec::new();
                loop {
                    let found = pair.index.threads(page.clone()).await.unwrap();
                    assert_eq!(found.count, expected.count);
                    threads.extend(found.threads);
                    let Some(last) = threads.last().filter(|_| found.more) else { break };
                    page.messages.after = Some(After::thread(last, order));
                }
                assert_eq!(threads, expected.threads);
            }
        });
    }
}

#[test]
fn pruning_over_many_blocks_finds_what_an_exhaustive_fold_finds() {
    run(async {
        let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
        let mut pair = Pair::new();
        let sights = sights();
        for id in 0..1_200 {
            let seed = numbers.seed(id);
            let mut made = behind(document(&seed, audience(numbers.next(9))), numbers.next(200));
            // Small threads and lone documents, more of these than are looked up one by one.
            if id % 3 > 0 {
                let root = crate::domain::ResourceName::from_id(&format!("d{}", 3 * numbers.next(360))).unwrap();
                made.kind = crate::domain::Kind::Reply;
                made.accepted = numbers.next(9) == 0;
                made.thread = Some(crate::domain::ThreadPlace { root: Clone::clone(&root), parent: root });
            }
            pair.put(made).await;
            if id % 500 == 499 {
                pair.commit().await;
            }
        }
        for _ in 0..60 {
            let id = numbers.next(1_200);
            pair.delete(id).await;
        }
        pair.commit().await;
        for _ in 0..30 {
            let id = numbers.next(1_200);
            pair.delete(id).await;
        }
        for number in 0..25 {
            let mut ask = ask_threads(number * 101 + 1, &sights[number % sights.len()]);
            pair.agrees_on_threads(ask.clone()).await;
            ask.messages.filter = Filter::default();
            ask.messages.limit = 10;
            pair.agrees_on_threads(ask).await;
        }
    });
}
