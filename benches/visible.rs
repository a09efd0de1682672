//! What visibility inside retrieval costs: `cargo bench --bench visible -- [--documents N] [--rounds N] [--directory DIR] [--only CASE]`.
//!
//! One index is made of generated documents, and the same files are searched in two ways in turn: by Rookery, whose answer
//! counts and scores only what the asker may see, and by plain tantivy's ten best of the same union of terms, which knows no
//! audience. Every document is open to one of 200 communities and to one of 20,000 groups, and denies three of 60 groups.
//!
//! Askers: `communities`, in 10 of the 200; `keys`, with 200 of the 20,000 groups (1 %); `denied`, in all communities and in
//! half of the denied groups. Measured: 1. warm, questions of one to three words from the middle of the vocabulary; 2. the
//! worst case, a rare word with a common one; 3. cold, a new asker with every question, 1,000 in turn; 4. the first question
//! after a commit. Ratios are medians over pairs measured one after the other, as the machine may be shared. Rookery's times
//! hold the way to its search threads and back, and reading name, people and moments of the ten hits. Plain tantivy's times
//! hold neither; a second figure holds the reading of one column for each of its ten, without which they cannot be shown.
//! Figures come as a table and, for programs, as one line of JSON each.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "figures of a measurement need few digits"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rookery::access::{Asker, Memberships, Sight};
use rookery::domain::{
    Audience, Community, CommunityName, Document, DocumentName, GroupId, Kind, Language, MarkupFormat, MembershipPolicy, Moment,
    Participation, PersonName, Principal, ResourceName, Revision, Role,
};
use rookery::index::tantivy::{TantivyIndex, TantivySettings};
use rookery::index::{Ask, CountHits, Index, IndexChange, Order, Patience};
use rookery::query::{Filter, Query, QueryLimits, parse};
use tantivy::collector::TopDocs;
use tantivy::columnar::BytesColumn;
use tantivy::query::{BooleanQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

const VOCABULARY: usize = 50_000;
const COMMUNITIES: usize = 200;
const MEMBER_OF: usize = 10;
const KEYS: usize = 20_000;
const KEYS_HELD: usize = 200;
const DENIABLE: usize = 60;
const DENIES: usize = 3;
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

    let in_communities = world.asker("ada", &[], &numbers.some(MEMBER_OF, COMMUNITIES));
    let with_keys = world.asker("bo", &numbers.some(KEYS_HELD, KEYS).iter().map(|n| key(*n)).collect::<Vec<_>>(), &[]);
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
    let strangers: Vec<Sight> = (0..ASKERS).map(|_| world.asker("dee", &[], &numbers.some(MEMBER_OF, COMMUNITIES))).collect();
    bench.in_turn("1,000 askers, communities", &queries, &strangers).await.print();
    let strangers: Vec<Sight> = (0..ASKERS)
        .map(|_| world.asker("dee", &numbers.some(KEYS_HELD, KEYS).iter().map(|n| key(*n)).collect::<Vec<_>>(), &[]))
        .collect();
    bench.in_turn("1,000 askers, keys", &queries, &strangers).await.print();
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
        let limits = QueryLimits { bytes: 1_000, words: 32 };
        (0..self.rounds).map(|_| parse(&words(), &[Language::ENGLISH], limits).expect("a query")).collect()
    }

    async fn ask(&self, query: &Query, sight: Sight) -> f64 {
        let ask = Ask {
            query: query.clone(),
            filter: Filter::default(),
            sight,
            order: Order::Relevance,
            after: None,
            limit: MOST,
            count: CountHits::No,
            patience: Patience::default(),
        };
        let begin = Instant::now();
        let found = self.index.search(ask).await.expect("an answer");
        let taken = begin.elapsed();
        std::hint::black_box(found);
        taken.as_secs_f64() * 1e6
    }

    async fn pairs(&self, name: &str, queries: &[Query], sight: impl Fn(usize) -> Sight, warmth: Warmth) -> Row {
        let mut row = Row::new(name);
        if !name.contains(&self.only) {
            return row;
        }
        for (at, query) in queries.iter().enumerate() {
            if warmth == Warmth::Warm {
                self.ask(query, sight(at)).await;
                self.plain.ask(query);
            }
            // Neither is always the second, who finds the postings in the processor's cache.
            let (plain, ours) = if at % 2 == 0 {
                let plain = self.plain.ask(query);
                (plain, self.ask(query, sight(at)).await)
            } else {
                let ours = self.ask(query, sight(at)).await;
                (self.plain.ask(query), ours)
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
            row.push(self.plain.ask(query), ours);
        }
        row
    }
}

/// The same files, searched by the engine alone.
struct Plain {
    searcher: Searcher,
    /// By segment, what Rookery reads its hits from.
    cards: Vec<BytesColumn>,
}

/// What plain tantivy took: for the addresses of its best, and with reading them.
#[derive(Clone, Copy)]
struct Taken {
    bare: f64,
    read: f64,
}

impl Plain {
    fn open(directory: &Path) -> Self {
        let current = std::fs::read_to_string(directory.join("CURRENT")).expect("a current generation");
        let index = tantivy::Index::open_in_dir(directory.join(current.trim())).expect("the engine opens the index");
        let searcher = index.reader().expect("a reader").searcher();
        let cards = searcher.segment_readers().iter().map(|reader| reader.fast_fields().bytes("card"));
        let cards = cards.map(|column| column.expect("a sound column").expect("a column of cards")).collect();
        Self { searcher, cards }
    }

    fn ask(&self, query: &Query) -> Taken {
        let schema = self.searcher.schema();
        let (exact, stem) = (schema.get_field("exact").expect("a field"), schema.get_field("stem").expect("a field"));
        let terms = query.words.iter().flat_map(|word| {
            let written = [Term::from_field_text(exact, &word.exact), Term::from_field_text(stem, &word.exact)];
            let stems = word.stems.iter().filter(|stem| **stem != word.exact).map(|text| Term::from_field_text(stem, text));
            written.into_iter().chain(stems).collect::<Vec<_>>()
        });
        let clauses = terms.map(|term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<_>).collect();
        let begin = Instant::now();
        let union = BooleanQuery::union(clauses);
        let best = self.searcher.search(&union, &TopDocs::with_limit(MOST).order_by_score()).expect("an answer");
        let bare = begin.elapsed().as_secs_f64() * 1e6;
        let mut card = Vec::new();
        for (_, address) in &best {
            let cards = &self.cards[address.segment_ord as usize];
            let place = cards.ords().first(address.doc_id).expect("every document has a card");
            cards.ord_to_bytes(place, &mut card).expect("a card");
            std::hint::black_box(&card);
        }
        Taken { bare, read: begin.elapsed().as_secs_f64() * 1e6 }
    }
}

/// Times of one case, pair by pair.
#[derive(Default)]
struct Row {
    name: String,
    bare: Vec<f64>,
    read: Vec<f64>,
    ours: Vec<f64>,
}

impl Row {
    const HEAD: &'static str =
        "                                           |  plain: ten best |    with reading |         rookery | median of ratios
case                                     N |  median      p95 |  median     p95 |  median     p95 |  to best  to reading";

    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn push(&mut self, plain: Taken, ours: f64) {
        self.bare.push(plain.bare);
        self.read.push(plain.read);
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
        let ((bare, bare_p95), (read, read_p95), (ours, ours_p95)) = (both(&self.bare), both(&self.read), both(&self.ours));
        let (to_bare, to_read, name, n) = (ratio(&self.bare), ratio(&self.read), &self.name, self.ours.len());
        println!(
            "{name:36} {n:5} | {bare:7.0} {bare_p95:8.0} | {read:7.0} {read_p95:7.0} | {ours:7.0} {ours_p95:7.0} | {to_bare:8.2} {to_read:11.2}"
        );
        let json = serde_json::json!({
            "case": name, "n": n, "plain_us": {"median": bare, "p95": bare_p95}, "plain_read_us": {"median": read, "p95": read_p95},
            "rookery_us": {"median": ours, "p95": ours_p95}, "ratio_to_plain": to_bare, "ratio_to_plain_read": to_read,
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

/// Words, their frequencies and the communities.
struct World {
    /// The sum of the frequencies up to each word, by rank.
    cumulated: Vec<f64>,
    communities: Vec<CommunityName>,
}

impl World {
    fn new() -> Self {
        let mut sum = 0.0;
        let cumulated = (1..=VOCABULARY).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        let communities = (0..COMMUNITIES).map(|n| CommunityName::from_id(&format!("community-{n}")).expect("an id"));
        Self { cumulated: cumulated.collect(), communities: communities.collect() }
    }

    fn word(&self, numbers: &mut Numbers) -> usize {
        let drawn = numbers.share() * self.cumulated.last().copied().unwrap_or(1.0);
        self.cumulated.partition_point(|sum| *sum < drawn)
    }

    fn middle(words: usize, numbers: &mut Numbers) -> String {
        (0..words).map(|_| spelled(200 + numbers.below(4_800))).collect::<Vec<_>>().join(" ")
    }

    fn rare(numbers: &mut Numbers) -> String {
        spelled(VOCABULARY / 2 + numbers.below(VOCABULARY / 2))
    }

    fn common(numbers: &mut Numbers) -> String {
        spelled(numbers.below(10))
    }

    fn document(&self, id: usize, numbers: &mut Numbers) -> Document {
        let mut body = String::new();
        for _ in 0..64 + numbers.below(129) {
            body.push_str(&spelled(self.word(numbers)));
            body.push_str(if numbers.below(4) == 0 { "s " } else { " " });
        }
        let community = self.communities[numbers.below(COMMUNITIES)].clone();
        let to = [Principal::Community(community.clone()), Principal::Group(key(numbers.below(KEYS)))];
        let denies: Vec<Principal> = (0..DENIES).map(|_| Principal::Group(denied(numbers.below(DENIABLE)))).collect();
        let author = PersonName::from_id(&format!("person-{}", numbers.below(5_000))).expect("an id");
        let moment = Moment::from_unix_seconds(1_700_000_000 + id as i64).expect("a moment");
        Document {
            body,
            format: MarkupFormat::Plain,
            people: vec![Participation { person: author, role: Role::Author }],
            community: Some(community),
            ..Document::new(
                DocumentName::from_id(&format!("d{id}")).expect("an id"),
                Kind::Post,
                Audience::restricted(to).denying(denies),
                moment,
            )
        }
    }

    fn asker(&self, id: &str, groups: &[GroupId], communities: &[usize]) -> Sight {
        let person = PersonName::from_id(id).expect("an id");
        let memberships = Memberships::default();
        for community in communities {
            memberships.put(&Community {
                name: self.communities[*community].clone(),
                display_name: String::new(),
                description: String::new(),
                members: BTreeSet::from([person.clone()]),
                caretakers: BTreeSet::new(),
                hashtags: Vec::new(),
                audience: Audience::world(),
                policy: MembershipPolicy::Open,
                listed: true,
                source: None,
                created: Moment::default(),
                updated: Moment::default(),
            });
        }
        let groups = groups.iter().cloned().collect();
        Sight::of(&Asker::person(person, groups, BTreeSet::new()), &memberships)
    }
}

fn key(number: usize) -> GroupId {
    GroupId::parse(&format!("key-{number}")).expect("an id")
}

fn denied(number: usize) -> GroupId {
    GroupId::parse(&format!("denied-{number}")).expect("an id")
}

/// The word of a rank: syllables without an ending that stemming takes.
fn spelled(rank: usize) -> String {
    const CONSONANTS: &[u8] = b"bcdfghjklmnprtvz";
    const VOWELS: &[u8] = b"aiou";
    let mut word = String::new();
    let mut rest = rank + 64;
    while rest > 0 {
        word.push(CONSONANTS[rest % 16] as char);
        word.push(VOWELS[rest / 16 % 4] as char);
        rest /= 64;
    }
    word
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() >> 33) as usize % most
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// So many different numbers below another.
    fn some(&mut self, count: usize, below: usize) -> Vec<usize> {
        let mut found = BTreeSet::new();
        while found.len() < count {
            found.insert(self.below(below));
        }
        found.into_iter().collect()
    }
}
