//! What visibility inside retrieval costs: `cargo bench --bench visible -- [--documents N] [--rounds N] [--directory DIR] [--only CASE]`.
//!
//! One index is made of generated documents, and the same files are searched in two ways in turn: by Rookery, whose answer
//! counts and scores only what the asker may see, and by plain tantivy's ten best of the same union of terms, which knows no
//! audience. Every document is open to one of 200 communities and to one of 20,000 groups, and denies three of 60 groups.
//!
//! Askers: `communities`, in 10 of the 200; `keys`, with 200 of the 20,000 groups (1 %); `denied`, in all communities and in
//! half of the denied groups. Measured: 1. warm, questions of one to three words from the middle of the vocabulary; 2. the
//! worst case, a rare word with a common one; 3. cold, a new asker with every question, 1,000 in turn; 4. the first question
//! after a commit; 5. people who know: the thousand best that vote, and the voting, beside plain tantivy's thousand best; 6. words
//! that begin with two letters, for a search box. Ratios are medians over pairs measured one after the other, as the machine may be shared. Rookery's times
//! hold the way to its search threads and back, and reading name, people and moments of the ten hits. Plain tantivy is timed
//! three times: for the addresses of its ten best alone; with the reading of one column for each, without which they cannot be
//! shown; and the same on a thread of its own, whose answer is awaited as Rookery's is: that one is like for like.
//! Figures come as a table and, for programs, as one line of JSON each.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "figures of a measurement need few digits"
)]

mod beginnings;
mod experts;
#[path = "../shared/numbers.rs"]
mod numbers;
mod world;

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use numbers::Numbers;
use rookery::access::Sight;
use rookery::domain::{GroupId, Language, Moment, Revision};
use rookery::index::tantivy::{TantivyIndex, TantivySettings};
use rookery::index::{Ask, CountHits, Index, IndexChange, Order, Patience};
use rookery::query::{Filter, Query, Word};
use tantivy::collector::TopDocs;
use tantivy::columnar::BytesColumn;
use tantivy::query::{BooleanQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};
use world::{COMMUNITIES, DENIABLE, KEYS, World, denied, key, some};

const MEMBER_OF: usize = 10;
const KEYS_HELD: usize = 200;
/// Askers that come in turn, each with other rights.
const ASKERS: usize = 1_000;
/// Documents of one change, and changes of one commit.
const BATCH: usize = 500;
const BATCHES: usize = 40;
const MOST: usize = 10;

struct Arguments {
    documents: usize,
    rounds: usize,
    directory: Option<PathBuf>,
    only: String,
}

fn main() {
    let arguments = arguments();
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let directory = arguments.directory.clone().unwrap_or_else(|| temporary.path().to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure(&arguments, &directory));
}

fn arguments() -> Arguments {
    let mut found = Arguments { documents: 300_000, rounds: 400, directory: None, only: String::new() };
    // cargo adds `--bench`.
    let mut typed = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(name) = typed.next() {
        let value = typed.next().unwrap_or_else(|| panic!("{name} wants a value"));
        match name.as_str() {
            "--documents" => found.documents = value.parse().expect("--documents wants a number"),
            "--rounds" => found.rounds = value.parse().expect("--rounds wants a number"),
            "--directory" => found.directory = Some(value.into()),
            "--only" => found.only = value,
            _ => panic!("--documents N | --rounds N | --directory DIR (kept, and used again) | --only CASE (a part of its name)"),
        }
    }
    found
}

async fn measure(arguments: &Arguments, directory: &Path) {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let world = World::new();
    let index = open(directory);
    if *index.applied().borrow() == Revision::ZERO {
        fill(&index, &world, arguments.documents, &mut numbers).await;
        // Merges end, so that both searchers see the same segments for the rest of the run.
        index.close().await;
    }
    drop(index);
    let index = open(directory);
    let status = index.status().await.expect("figures");
    println!("{} documents, {} segments, {} rounds, times in microseconds", status.documents, status.segments, arguments.rounds);
    let bench = Bench { plain: Plain::open(directory), index, rounds: arguments.rounds, only: arguments.only.clone() };

    let in_communities = world.asker("ada", &[], &some(&mut numbers, MEMBER_OF, COMMUNITIES));
    let with_keys = world.asker("bo", &some(&mut numbers, KEYS_HELD, KEYS).iter().map(|n| key(*n)).collect::<Vec<_>>(), &[]);
    let half: Vec<GroupId> = (0..DENIABLE / 2).map(|n| denied(n * 2)).collect();
    let shut_out = world.asker("cy", &half, &(0..COMMUNITIES).collect::<Vec<_>>());
    let askers = [("communities", &in_communities), ("keys", &with_keys), ("denied", &shut_out)];

    println!("{}", Row::HEAD);
    for (name, sight) in askers {
        for words in 1..=3 {
            let queries = bench.queries(|| World::middle(words, &mut numbers));
            bench.pairs(&format!("warm {name}, {words} words"), &queries, |_| sight.clone(), Warmth::Warm).await.print();
        }
        let queries = bench.queries(|| format!("{} {}", World::rare(&mut numbers), World::common(&mut numbers)));
        bench.pairs(&format!("warm {name}, rare and common"), &queries, |_| sight.clone(), Warmth::Warm).await.print();
    }
    let queries = bench.queries(|| World::middle(2, &mut numbers));
    let strangers: Vec<Sight> =
        (0..ASKERS).map(|_| world.asker("dee", &[], &some(&mut numbers, MEMBER_OF, COMMUNITIES))).collect();
    bench.in_turn("1,000 askers, communities", &queries, &strangers).await.print();
    let strangers: Vec<Sight> = (0..ASKERS)
        .map(|_| world.asker("dee", &some(&mut numbers, KEYS_HELD, KEYS).iter().map(|n| key(*n)).collect::<Vec<_>>(), &[]))
        .collect();
    bench.in_turn("1,000 askers, keys", &queries, &strangers).await.print();
    for words in 1..=3 {
        let queries = bench.queries(|| World::middle(words, &mut numbers));
        experts::measure(&bench, &format!("experts, {words} words"), &queries, &in_communities).await;
    }
    for (name, sight) in askers {
        beginnings::measure(&bench, name, sight).await;
    }
    for (name, sight) in askers {
        bench.after_commits(&format!("after a commit, {name}"), &queries, sight, &world, &mut numbers).await.print();
    }
}

fn open(directory: &Path) -> TantivyIndex {
    TantivyIndex::open(TantivySettings { path: Some(directory.to_owned()), ..TantivySettings::default() })
        .expect("the index opens")
}

async fn fill(index: &TantivyIndex, world: &World, documents: usize, numbers: &mut Numbers) {
    let begin = Instant::now();
    let mut revision = 0;
    for first in (0..documents).step_by(BATCH) {
        let batch = (first..documents.min(first + BATCH)).map(|id| IndexChange::Put(Box::new(world.document(id, numbers))));
        index.apply(batch.collect()).await.expect("changes are taken");
        revision += 1;
        if revision % BATCHES as u64 == 0 {
            index.commit(Revision(revision)).await.expect("a commit");
        }
    }
    index.commit(Revision(revision + 1)).await.expect("a commit");
    eprintln!("indexed {documents} documents in {:.1?}", begin.elapsed());
}

#[derive(Clone, Copy, PartialEq)]
enum Warmth {
    /// Each question is asked once before it is measured.
    Warm,
    /// As it comes.
    Cold,
}

struct Bench {
    index: TantivyIndex,
    plain: Plain,
    rounds: usize,
    only: String,
}

impl Bench {
    fn queries(&self, mut words: impl FnMut() -> String) -> Vec<Query> {
        (0..self.rounds).map(|_| Self::query(&words())).collect()
    }

    fn query(words: &str) -> Query {
        let word = |word: &str| Word::of(word.to_owned(), &[Language::ENGLISH]);
        Query::any_of(words.split_whitespace().map(word).collect())
    }

    async fn ask(&self, query: &Query, sight: Sight) -> f64 {
        let begin = Instant::now();
        let found = self.index.search(Self::best(query, sight, MOST)).await.expect("an answer");
        let taken = begin.elapsed();
        std::hint::black_box(found);
        taken.as_secs_f64() * 1e6
    }

    /// Asks for so many of the best.
    fn best(query: &Query, sight: Sight, limit: usize) -> Ask {
        Ask {
            query: query.clone(),
            filter: Filter::default(),
            sight,
            order: Order::Relevance,
            after: None,
            basis: None,
            limit,
            count: CountHits::No,
            relax_below: None,
            misspelt: 0,
            expansions: 128,
            by_standing: true,
            now: Moment::default(),
            patience: Patience::default(),
        }
    }

    async fn pairs(&self, name: &str, queries: &[Query], sight: impl Fn(usize) -> Sight, warmth: Warmth) -> Row {
        let mut row = Row::new(name);
        if !name.contains(&self.only) {
            return row;
        }
        for (at, query) in queries.iter().enumerate() {
            if warmth == Warmth::Warm {
                self.ask(query, sight(at)).await;
                self.plain.ask(query).await;
            }
            // Neither is always the second, who finds the postings in the processor's cache.
            let (plain, ours) = if at % 2 == 0 {
                let plain = self.plain.ask(query).await;
                (plain, self.ask(query, sight(at)).await)
            } else {
                let ours = self.ask(query, sight(at)).await;
                (self.plain.ask(query).await, ours)
            };
            row.push(plain, ours);
        }
        row
    }

    async fn in_turn(&self, name: &str, queries: &[Query], askers: &[Sight]) -> Row {
        let queries: Vec<Query> = queries.iter().cycle().take(askers.len()).cloned().collect();
        self.pairs(name, &queries, |at| askers[at].clone(), Warmth::Cold).await
    }

    /// Each question follows a commit of one document; the segments that stood before keep their sets.
    async fn after_commits(&self, name: &str, queries: &[Query], sight: &Sight, world: &World, numbers: &mut Numbers) -> Row {
        let mut row = Row::new(name);
        if !name.contains(&self.only) {
            return row;
        }
        let revision = self.index.applied().borrow().0;
        for (at, query) in queries.iter().take(100).enumerate() {
            self.ask(query, sight.clone()).await;
            let change = IndexChange::Put(Box::new(world.document(at, numbers)));
            self.index.apply(vec![change]).await.expect("a change is taken");
            self.index.commit(Revision(revision + 1 + at as u64)).await.expect("a commit");
            let ours = self.ask(query, sight.clone()).await;
            row.push(self.plain.ask(query).await, ours);
        }
        row
    }
}

/// The same files, searched by the engine alone, here or on a thread of its own.
struct Plain {
    engine: Arc<Engine>,
    thread: mpsc::SyncSender<(Vec<Term>, tokio::sync::oneshot::Sender<Taken>)>,
}

struct Engine {
    searcher: Searcher,
    /// By segment, what Rookery reads its hits from.
    cards: Vec<BytesColumn>,
}

/// What plain tantivy took: for the addresses of its best, with reading them, and with both asked of another thread.
#[derive(Clone, Copy)]
struct Taken {
    bare: f64,
    read: f64,
    away: f64,
}

impl Plain {
    fn open(directory: &Path) -> Self {
        let current = std::fs::read_to_string(directory.join("CURRENT")).expect("a current generation");
        let index = tantivy::Index::open_in_dir(directory.join(current.trim())).expect("the engine opens the index");
        let searcher = index.reader().expect("a reader").searcher();
        let cards = searcher.segment_readers().iter().map(|reader| reader.fast_fields().bytes("card"));
        let cards = cards.map(|column| column.expect("a sound column").expect("a column of cards")).collect();
        let engine = Arc::new(Engine { searcher, cards });
        let (thread, asked) = mpsc::sync_channel::<(Vec<Term>, tokio::sync::oneshot::Sender<Taken>)>(1);
        let away = Arc::clone(&engine);
        std::thread::spawn(move || {
            for (terms, answer) in asked {
                answer.send(away.search(terms, MOST)).ok();
            }
        });
        Self { engine, thread }
    }

    async fn ask(&self, query: &Query) -> Taken {
        let terms = self.engine.terms(query);
        let here = self.engine.search(terms.clone(), MOST);
        let (answer, answered) = tokio::sync::oneshot::channel();
        let begin = Instant::now();
        self.thread.send((terms, answer)).expect("the thread runs");
        std::hint::black_box(answered.await.expect("an answer"));
        Taken { away: begin.elapsed().as_secs_f64() * 1e6, ..here }
    }
}

impl Engine {
    fn terms(&self, query: &Query) -> Vec<Term> {
        let schema = self.searcher.schema();
        let (exact, stem) = (schema.get_field("exact").expect("a field"), schema.get_field("stem").expect("a field"));
        let forms = query.words.iter().flat_map(|word| {
            let written = [Term::from_field_text(exact, &word.exact), Term::from_field_text(stem, &word.exact)];
            let stems = word.stems.iter().map(|text| Term::from_field_text(stem, &text.to_string()));
            written.into_iter().chain(stems).collect::<Vec<_>>()
        });
        forms.collect()
    }

    fn search(&self, terms: Vec<Term>, limit: usize) -> Taken {
        let begin = Instant::now();
        let clause = |term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<_>;
        let clauses = terms.into_iter().map(clause).collect();
        let union = BooleanQuery::union(clauses);
        let best = self.searcher.search(&union, &TopDocs::with_limit(limit).order_by_score()).expect("an answer");
        let bare = begin.elapsed().as_secs_f64() * 1e6;
        let mut card = Vec::new();
        for (_, address) in &best {
            let cards = &self.cards[address.segment_ord as usize];
            let place = cards.ords().first(address.doc_id).expect("every document has a card");
            cards.ord_to_bytes(place, &mut card).expect("a card");
            std::hint::black_box(&card);
        }
        Taken { bare, read: begin.elapsed().as_secs_f64() * 1e6, away: f64::NAN }
    }
}

/// Times of one case, pair by pair.
#[derive(Default)]
struct Row {
    name: String,
    bare: Vec<f64>,
    read: Vec<f64>,
    away: Vec<f64>,
    ours: Vec<f64>,
}

impl Row {
    const HEAD: &'static str =
        "                                           |  plain: ten best |    with reading |   on its thread |         rookery | median of ratios
case                                     N |  median      p95 |  median     p95 |  median     p95 |  median     p95 | to best  reading  thread";

    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn push(&mut self, plain: Taken, ours: f64) {
        self.bare.push(plain.bare);
        self.read.push(plain.read);
        self.away.push(plain.away);
        self.ours.push(ours);
    }

    fn print(&self) {
        if self.ours.is_empty() {
            return;
        }
        let ratio = |plain: &[f64]| {
            let ratios: Vec<f64> = self.ours.iter().zip(plain).map(|(ours, plain)| ours / plain).collect();
            at(&ratios, 0.5)
        };
        let both = |times: &[f64]| (at(times, 0.5), at(times, 0.95));
        let ((bare, bare_p95), (read, read_p95)) = (both(&self.bare), both(&self.read));
        let ((away, away_p95), (ours, ours_p95)) = (both(&self.away), both(&self.ours));
        let (to_bare, to_read, to_away) = (ratio(&self.bare), ratio(&self.read), ratio(&self.away));
        let (name, n) = (&self.name, self.ours.len());
        println!(
            "{name:36} {n:5} | {bare:7.0} {bare_p95:8.0} | {read:7.0} {read_p95:7.0} | {away:7.0} {away_p95:7.0} | {ours:7.0} {ours_p95:7.0} \
             | {to_bare:7.2} {to_read:8.2} {to_away:7.2}"
        );
        let json = serde_json::json!({
            "case": name, "n": n, "plain_us": {"median": bare, "p95": bare_p95}, "plain_read_us": {"median": read, "p95": read_p95},
            "plain_thread_us": {"median": away, "p95": away_p95}, "rookery_us": {"median": ours, "p95": ours_p95},
            "ratio_to_plain": to_bare, "ratio_to_plain_read": to_read, "ratio_to_plain_thread": to_away,
        });
        println!("{json}");
    }
}

fn at(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (share * (sorted.len().saturating_sub(1)) as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}
