//! What finding people who know costs beyond finding the documents that vote.

use std::time::Instant;

use rookery::access::Sight;
use rookery::expertise::{Settings, Vote, rank};
use rookery::index::{Found, Index};
use rookery::query::Query;

use super::{Bench, at};

/// Documents that vote.
const VOTING: usize = 1_000;

/// Times of one case in microseconds, question by question.
#[derive(Default)]
struct Times {
    /// Plain tantivy's best, of everything, as addresses.
    plain: Vec<f64>,
    /// The same, read.
    read: Vec<f64>,
    /// The best that the asker may see, with people and moments.
    visible: Vec<f64>,
    /// The same, with the people for whom they vote.
    experts: Vec<f64>,
}

/// Measures questions that were asked once before, and prints a line for people and one for programs.
pub(super) async fn measure(bench: &Bench, name: &str, queries: &[Query], sight: &Sight) {
    if !name.contains(&bench.only) {
        return;
    }
    let mut times = Times::default();
    for query in queries {
        votes(bench, query, sight).await;
        let begin = Instant::now();
        let found = votes(bench, query, sight).await;
        times.visible.push(begin.elapsed().as_secs_f64() * 1e6);
        std::hint::black_box(found);
        let begin = Instant::now();
        let found = votes(bench, query, sight).await;
        std::hint::black_box(candidates(found));
        times.experts.push(begin.elapsed().as_secs_f64() * 1e6);
        let plain = bench.plain.engine.search(bench.plain.engine.terms(query), VOTING);
        times.plain.push(plain.bare);
        times.read.push(plain.read);
    }
    times.print(name);
}

async fn votes(bench: &Bench, query: &Query, sight: &Sight) -> Found {
    bench.index.search(Bench::best(query, sight.clone(), VOTING)).await.expect("an answer")
}

fn candidates(found: Found) -> usize {
    let votes: Vec<Vote> = found
        .hits
        .into_iter()
        .map(|hit| Vote {
            document: hit.document,
            root: hit.thread_root,
            score: hit.score,
            shares: hit.shares,
            kind: hit.kind,
            people: hit.people,
            community: hit.community,
            updated: hit.updated,
        })
        .collect();
    rank(&votes, &found.idf, &Settings::default()).len()
}

impl Times {
    fn print(&self, name: &str) {
        let ratio = |over: &[f64], under: &[f64]| {
            let ratios: Vec<f64> = over.iter().zip(under).map(|(over, under)| over / under).collect();
            at(&ratios, 0.5)
        };
        let [plain, read, visible, experts] = [&self.plain, &self.read, &self.visible, &self.experts].map(|times| at(times, 0.5));
        let (voting, beside) = (ratio(&self.experts, &self.visible), ratio(&self.experts, &self.plain));
        println!(
            "{name:36} {:5} | plain {VOTING} best {plain:7.0} | with reading {read:7.0} | visible, read {visible:7.0} | with voting \
             {experts:7.0} | voting to visible {voting:5.2} | to plain {beside:5.2}",
            self.experts.len()
        );
        let json = serde_json::json!({
            "case": name, "n": self.experts.len(), "plain_us": plain, "plain_read_us": read, "visible_us": visible,
            "experts_us": experts, "ratio_to_visible": voting, "ratio_to_plain": beside,
        });
        println!("{json}");
    }
}
