//! Completing words: the most frequent visible words that begin with two letters, as a search box asks for while somebody types.

use std::time::Instant;

use rookery::access::Sight;
use rookery::index::{Ask, AskTerms, Index, Order, Patience, TermPattern};
use rookery::query::{Condition, Query};

use super::{Bench, World, at};

/// Words that are asked for, as for five suggestions.
const MOST: usize = 20;

/// Every beginning once as it comes, once more when its frequent words were counted, and then among the documents with a common word.
pub(super) async fn measure(bench: &Bench, asker: &str, sight: &Sight) {
    for (case, among) in [("first", None), ("again", None), ("among", Some(World::most_common()))] {
        let name = format!("beginnings {asker}, {case}");
        if !name.contains(&bench.only) {
            continue;
        }
        let mut times = Vec::new();
        for beginning in World::beginnings() {
            times.push(ask(bench, beginning, among.clone(), sight).await);
        }
        let (n, median, p99) = (times.len(), at(&times, 0.5), at(&times, 0.99));
        println!("{name:36} {n:5} | {median:7.0} median {p99:7.0} p99");
        println!("{}", serde_json::json!({"case": name, "n": n, "rookery_us": {"median": median, "p99": p99}}));
    }
}

async fn ask(bench: &Bench, beginning: String, among: Option<String>, sight: &Sight) -> f64 {
    let having = |word: String| {
        let query = Query { strict: Condition::Slot(0), relaxed: Condition::Slot(0), ..Bench::query(&word) };
        Box::new(Ask { order: Order::Newest, ..Bench::best(&query, sight.clone(), 1) })
    };
    let ask = AskTerms {
        patterns: vec![TermPattern::Beginning(beginning)],
        among: among.map(having),
        broad: u64::MAX,
        sight: sight.clone(),
        limit: MOST,
        patience: Patience::default(),
    };
    let begin = Instant::now();
    let found = bench.index.terms(ask).await.expect("an answer");
    let taken = begin.elapsed();
    assert!(!found.terms.concat().is_empty(), "every beginning has words");
    taken.as_secs_f64() * 1e6
}
