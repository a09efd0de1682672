//! Load on the whole program: `cargo bench --bench load -- [--documents N] [--seconds N] [--texts FILE] [--json FILE] [--calls N]
//! [--only METHOD]`.
//!
//! A generated organisation is imported into a server of its own, whose calls are then timed in two ways. Closed: one call after
//! another, for what a call costs. Open: calls come by chance at a given rate whatever becomes of them, and each is timed from when
//! it was due, so that a server that stalls is not asked less for it. Beside them stand the empty call (health's Check) and plain
//! tantivy in this process, over the same texts and questions. Client, server and plain tantivy share the machine's cores, so that
//! only ratios of one run say much. Figures come as a table and, for programs, as JSON.

mod house;
#[path = "../shared/numbers.rs"]
mod numbers;
mod plain;
mod report;
mod world;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use house::{House, Method, Question};
use numbers::Numbers;
use plain::{Filling, Plain};
use report::{Closed, Open, Report};
use tokio::task::JoinSet;
use world::{Asker, World};

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
/// Calls of one method in the closed loop, unless it is said how many, after those that warm it.
const CALLS: usize = 300;
const WARMING: usize = 50;
/// Calls a second of the open loop.
const RATES: [u32; 3] = [50, 200, 800];
/// What a portal asks: of ten calls so many of each.
const MIX: [(usize, Method); 5] = [
    (4, Method::FindDocuments),
    (6, Method::Search),
    (7, Method::FindExperts),
    (8, Method::FindDiscussions),
    (10, Method::GetDocument),
];

struct Arguments {
    documents: usize,
    seconds: u64,
    texts: PathBuf,
    json: Option<PathBuf>,
    /// Calls of each method in the closed loop, after those that warm it.
    calls: usize,
    /// The method that is asked beside the empty call; all of them, and the open loop, where it is not said.
    only: Option<Method>,
}

fn main() {
    let arguments = arguments();
    let folder = tempfile::tempdir().expect("a temporary directory");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let report = runtime.block_on(measure(&arguments, folder.path()));
    print!("{report}");
    if let Some(path) = &arguments.json {
        let json = serde_json::to_string_pretty(&report).expect("figures are JSON");
        std::fs::write(path, json).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

fn arguments() -> Arguments {
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/documents.jsonl");
    let mut found = Arguments { documents: 100_000, seconds: 10, texts, json: None, calls: CALLS, only: None };
    // cargo adds `--bench`.
    let mut typed = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(name) = typed.next() {
        let value = typed.next().unwrap_or_else(|| panic!("{name} wants a value"));
        match name.as_str() {
            "--documents" => found.documents = value.parse().expect("--documents wants a number"),
            "--seconds" => found.seconds = value.parse().expect("--seconds wants a number"),
            "--texts" => found.texts = value.into(),
            "--json" => found.json = Some(value.into()),
            "--calls" => found.calls = value.parse().expect("--calls wants a number"),
            "--only" => {
                let named = |method: &Method| format!("{method:?}").eq_ignore_ascii_case(&value);
                found.only = Some(Method::ALL.into_iter().find(named).expect("--only wants a method"));
            }
            _ => {
                panic!(
                    "--documents N | --seconds N (of each rate) | --texts FILE (JSON lines with title and body) | --json FILE | --calls N (of each method) | --only METHOD"
                )
            }
        }
    }
    found
}

async fn measure(arguments: &Arguments, folder: &Path) -> Report {
    let mut numbers = Numbers(SEED);
    let world = World::new(arguments.documents, &arguments.texts);
    let house = Arc::new(House::start(&folder.join("data")).await);
    let mut filling = Filling::new(&folder.join("plain"));
    let imported = house.import(&world, arguments.documents, &mut filling, &mut numbers).await;
    let (plain, plain_imported) = filling.finish();
    let mut report = Report::new(arguments.documents, imported, plain_imported);
    report.closed = one_after_another(arguments, &world, &house, &plain, &mut numbers).await;
    if arguments.only.is_none() {
        report.open = as_they_come(arguments, &world, &house, &mut numbers).await;
    }
    report.memory_mib = house.memory();
    report
}

async fn one_after_another(
    arguments: &Arguments,
    world: &World,
    house: &House,
    plain: &Plain,
    numbers: &mut Numbers,
) -> Vec<Closed> {
    let mut rows = Vec::new();
    let wanted = |method: &Method| *method == Method::Check || arguments.only.is_none_or(|only| only == *method);
    for method in Method::ALL.into_iter().filter(wanted) {
        let mut draw = || Question::draw(method, world, arguments.documents, numbers);
        let questions: Vec<_> = (0..WARMING + arguments.calls).take(method.most_calls()).map(|_| draw()).collect();
        rows.push(closed(house, &format!("{method:?}"), &questions).await);
        if method == Method::FindDocuments {
            rows.push(closed_plain(plain, &questions));
        }
        // A box is typed into letter by letter, by somebody for whom it is not the first time.
        if method == Method::Suggest {
            for (groups, asker) in world.regulars() {
                let again: Vec<_> =
                    questions.iter().map(|question| Question { asker: asker.clone(), ..question.clone() }).collect();
                rows.push(closed(house, &format!("{method:?}, warm, {groups}"), &again).await);
            }
        }
    }
    rows
}

async fn as_they_come(arguments: &Arguments, world: &World, house: &Arc<House>, numbers: &mut Numbers) -> Vec<Open> {
    let mut rows = Vec::new();
    for rate in RATES {
        let length = Duration::from_secs(arguments.seconds);
        let empty =
            schedule(rate, length, numbers, |_| Question { method: Method::Check, asker: Asker::default(), text: String::new() });
        rows.push(open(house, "Check", rate, empty).await);
        let mixed = schedule(rate, length, numbers, |numbers| {
            let drawn = numbers.below(10);
            let method = MIX.iter().find(|(up_to, _)| drawn < *up_to).map_or(Method::GetDocument, |(_, method)| *method);
            Question::draw(method, world, arguments.documents, numbers)
        });
        rows.push(open(house, "a portal's mix", rate, mixed).await);
    }
    rows
}

async fn closed(house: &House, name: &str, questions: &[Question]) -> Closed {
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let began = Instant::now();
        house.ask(question).await.unwrap_or_else(|status| panic!("{question:?}: {status}"));
        times.push(began.elapsed());
    }
    Closed::of(name, &times[WARMING..])
}

fn closed_plain(plain: &Plain, questions: &[Question]) -> Closed {
    let timed = |question: &Question| {
        let began = Instant::now();
        std::hint::black_box(plain.best(&question.text));
        began.elapsed()
    };
    let times: Vec<_> = questions.iter().map(timed).collect();
    Closed::of("plain tantivy, in process", &times[WARMING..])
}

/// Questions with the moments at which they are due: by chance, at a rate (a Poisson process).
fn schedule(
    rate: u32,
    length: Duration,
    numbers: &mut Numbers,
    draw: impl Fn(&mut Numbers) -> Question,
) -> Vec<(Duration, Question)> {
    let mut due = Duration::ZERO;
    let mut scheduled = Vec::new();
    loop {
        due += Duration::from_secs_f64(-(1.0 - numbers.share()).ln() / f64::from(rate));
        if due > length {
            return scheduled;
        }
        scheduled.push((due, draw(numbers)));
    }
}

async fn open(house: &Arc<House>, name: &str, rate: u32, scheduled: Vec<(Duration, Question)>) -> Open {
    let mut calls = JoinSet::new();
    let began = Instant::now();
    for (due, question) in scheduled {
        let due = began + due;
        tokio::time::sleep_until(due.into()).await;
        let house = Arc::clone(house);
        calls.spawn(async move { house.ask(&question).await.map(|()| due.elapsed()) });
    }
    let (mut times, mut refused) = (Vec::new(), 0);
    while let Some(answered) = calls.join_next().await {
        match answered.expect("a call does not panic") {
            Ok(time) => times.push(time),
            Err(_) => refused += 1,
        }
    }
    Open::of(name, rate, &times, refused, began.elapsed())
}
