//! Queries that were made to cost much or to break something, each sent to every search in both modes.
//!
//! Proved, on a real server with thousands of documents: 1. what passes a limit is refused with that limit's name and number,
//! by every search and in both modes; 2. everything else is answered leniently, and strictly answered or refused with its
//! characters; 3. pages are never larger than the largest, however many are wished for; 4. all of that leaves nothing in the log
//! that a person must look at, and the server with at most 64 MiB more than before.

mod cases;
mod texts;

use std::path::Path;
use std::process::Stdio;

use rookery::grpc::pb;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use self::cases::{Case, Limit, cases};
use crate::support::{Client, Server, document, import, import_item};

/// What a server may hold more than before, after any query.
const MOST_BYTES: u64 = 64 << 20;
const DOCUMENTS: usize = 3_000;
const SEARCHES: [&str; 4] = ["FindDocuments", "FindDiscussions", "FindExperts", "Search"];
const MODES: [pb::QueryMode; 2] = [pb::QueryMode::Lenient, pb::QueryMode::Strict];

/// A document of words that few or many others have, none of which is long.
fn made(at: usize) -> pb::Document {
    let letters: Vec<char> = ('a'..='z').collect();
    let mut words = Vec::new();
    let mut seed = at;
    for _ in 0..60 {
        // A linear congruential generator: the same words in every run.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let letter = |shift: usize| letters[(seed >> shift) % letters.len()];
        let length = 2 + (seed >> 57) % 4;
        words.push((0..length).map(|place| letter(20 + 6 * place)).collect::<String>());
    }
    let body = format!("the tide and the moon a b a b {} \u{6771}\u{4eac}\u{90fd} node.js #tides", words.join(" "));
    let author = format!("author{}", at % 40);
    let made = document(&format!("d{at}"), &words[..3].join(" "), &body, &author);
    let root = at - at % 10;
    if at.is_multiple_of(10) {
        return pb::Document { kind: pb::DocumentKind::Topic.into(), ..made };
    }
    let place = pb::ThreadPlace { root: format!("documents/d{root}"), parent: format!("documents/d{root}") };
    match at % 3 {
        0 => made,
        _ => pb::Document { kind: pb::DocumentKind::Reply.into(), thread: Some(place), accepted: at % 10 == 1, ..made },
    }
}

struct House {
    server: Server,
    ada: Client,
    folder: tempfile::TempDir,
}

impl House {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        // Slow machines are no bugs.
        let patient = [("ROOKERY__SERVER__LIMITS__UNARY_TIMEOUT", "30s")];
        let server = Server::start_logging(&folder.path().join("data"), &patient, Stdio::from(log));
        let ada = server.client(Some("people/ada")).await;
        let items = (1..).zip(0..DOCUMENTS).map(|(sequence, at)| import_item(sequence, made(at))).collect();
        let (_, summary) = import(&ada, items).await.unwrap();
        let min_revision = summary.revision;
        let settled = pb::FindDocumentsRequest { query: "tide".to_owned(), min_revision, ..Default::default() };
        let found = ada.discovery().find_documents(ada.request(settled)).await.unwrap().into_inner();
        assert_eq!(found.documents.len(), 20);
        Self { server, ada, folder }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(Path::new(self.folder.path()).join("log")).unwrap()
    }
}

/// Asks every one of `SEARCHES`, each with how many hits came back.
async fn ask(ada: &Client, query: &str, mode: pb::QueryMode) -> [Result<usize, Status>; 4] {
    let (text, query_mode) = (|| query.to_owned(), mode.into());
    let mut client = ada.discovery();
    let documents = pb::FindDocumentsRequest { query: text(), query_mode, include_total: true, ..Default::default() };
    let documents = client.find_documents(ada.request(documents)).await.map(|found| found.into_inner().documents.len());
    let discussions = pb::FindDiscussionsRequest { query: text(), query_mode, include_total: true, ..Default::default() };
    let discussions = client.find_discussions(ada.request(discussions)).await.map(|found| found.into_inner().discussions.len());
    let experts = pb::FindExpertsRequest { query: text(), query_mode, ..Default::default() };
    let experts = client.find_experts(ada.request(experts)).await.map(|found| found.into_inner().experts.len());
    let blended = pb::SearchRequest { query: text(), query_mode, ..Default::default() };
    let blended = client.search(ada.request(blended)).await.map(|found| found.into_inner().documents.len());
    [documents, discussions, experts, blended]
}

/// What a refusal says of the query.
fn told(status: &Status) -> String {
    let violations = status.get_details_bad_request().expect("field violations").field_violations;
    assert!(violations.iter().all(|violation| violation.field == "query"), "{violations:?}");
    violations.into_iter().map(|violation| violation.description).collect::<Vec<_>>().join("; ")
}

/// What is wrong with an answer.
fn fault(case: &Case, search: &str, mode: pb::QueryMode, answer: Result<usize, Status>) -> Option<String> {
    // Nobody knows about nothing, and a page about nothing is empty.
    let nothing = case.query.trim().is_empty() && matches!(search, "FindExperts" | "Search");
    match (answer, case.passes) {
        (Ok(hits), None) => (hits > 20).then(|| format!("{hits} hits")),
        (Ok(_), Some(limit)) => Some(format!("answered, beyond {limit:?}")),
        (Err(refused), _) if refused.code() != Code::InvalidArgument => Some(format!("{refused:?}")),
        (Err(refused), Some(limit)) => (!told(&refused).contains(limit.told())).then(|| told(&refused)),
        (Err(_), None) if nothing => None,
        (Err(refused), None) if mode == pb::QueryMode::Lenient => Some(format!("refused: {}", told(&refused))),
        (Err(refused), None) => (!told(&refused).contains("character")).then(|| told(&refused)),
    }
}

fn begin(query: &str) -> String {
    query.chars().take(60).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_queries_are_refused_by_their_limit_or_answered_within_bounds() {
    let house = House::open().await;
    let cases = cases();
    assert!(cases.len() >= 200, "{} cases", cases.len());
    for warm in ["tide moon", "a* OR b*", "\"the tide\"", "is:solved"] {
        assert!(ask(&house.ada, warm, pb::QueryMode::Lenient).await.iter().all(Result::is_ok), "{warm}");
    }
    let before = house.server.held();
    let mut wrong = Vec::new();
    for case in &cases {
        for mode in MODES {
            for (search, answer) in SEARCHES.iter().zip(ask(&house.ada, &case.query, mode).await) {
                if let Some(fault) = fault(case, search, mode, answer) {
                    wrong.push(format!("{search}, {mode:?}, {} bytes: {:?}: {fault}", case.query.len(), begin(&case.query)));
                }
            }
        }
        let more = house.server.held().saturating_sub(before);
        assert!(more <= MOST_BYTES, "{} MiB more after {:?}", more >> 20, begin(&case.query));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let log = house.log();
    let alarms: Vec<&str> = log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
    assert_eq!(house.server.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_larger_than_the_largest() {
    let house = House::open().await;
    let ada = &house.ada;
    for (page_size, expected) in
        [(0, Some(20)), (1, Some(1)), (100, Some(100)), (101, Some(100)), (i32::MAX, Some(100)), (-1, None)]
    {
        for query in ["tide", "", "-absent"] {
            let request = pb::FindDocumentsRequest { query: query.to_owned(), page_size, ..Default::default() };
            let found = ada.discovery().find_documents(ada.request(request)).await;
            assert_eq!(found.ok().map(|found| found.into_inner().documents.len()), expected, "{query} by {page_size}");
        }
    }
    assert_eq!(Limit::Bytes.told(), "at most 1024");
    assert_eq!(house.server.terminate(), Some(0));
}
