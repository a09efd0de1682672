//! Pages of a house that does not stand still.
//!
//! Proved, over ten thousand documents while a hundred writes a second land: 1. by time, unchanged documents are each on exactly one
//! page, in order; 2. by relevance, none is on two pages and, what is more, unchanged ones keep their scores, so that none is
//! missing either; 3. a list by name has no gap and no duplicate.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rookery::grpc::pb;
use tokio::time::{MissedTickBehavior, interval};

use crate::support::{Client, House, document, import, import_item, put};

/// Documents that nobody touches, and as many that are written over, deleted and made again.
const UNCHANGED: usize = 9_000;
const RESTLESS: usize = 1_000;
const PAGE: i32 = 100;

fn unchanged(number: usize) -> pb::Document {
    let mut unchanged = document(&format!("still-{number}"), "Still", &format!("tide {}", "harbour ".repeat(number % 17)), "ada");
    let seconds = 1_600_000_000 + i64::try_from(number * 7_919 % UNCHANGED).unwrap();
    unchanged.create_time = Some(prost_types::Timestamp { seconds, nanos: 0 });
    unchanged.update_time = unchanged.create_time;
    unchanged
}

fn restless(number: usize, round: usize) -> pb::Document {
    let body = format!("tide {} {}", "mast ".repeat(round % 11), "harbour ".repeat(round % 5));
    let mut restless = document(&format!("restless-{number}"), "Restless", &body, "bo");
    restless.create_time = Some(prost_types::Timestamp { seconds: 1_600_000_000 + i64::try_from(round).unwrap(), nanos: 0 });
    restless
}

/// A house of ten thousand documents in which somebody writes until the house is left.
struct Restless {
    ada: Client,
    left: Arc<AtomicBool>,
    writing: tokio::task::JoinHandle<usize>,
    _house: House,
}

impl Restless {
    async fn open() -> Self {
        let house = House::open().await;
        let ada = house.client(Some("people/ada"));
        let documents = (0..UNCHANGED).map(unchanged).chain((0..RESTLESS).map(|number| restless(number, 0)));
        let (_, summary) = import(&ada, documents.map(|document| import_item(0, document)).collect()).await.unwrap();
        assert_eq!(summary.created, i64::try_from(UNCHANGED + RESTLESS).unwrap());
        let all = pb::FindDocumentsRequest { min_revision: summary.revision, ..Default::default() };
        ada.discovery().find_documents(ada.request(all)).await.unwrap();
        let left = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn(write(house.client(Some("people/bo")), Arc::clone(&left)));
        Self { ada, left, writing, _house: house }
    }

    async fn leave(self) {
        self.left.store(true, Ordering::Relaxed);
        let written = self.writing.await.expect("every write is acknowledged");
        assert!(written > 0, "somebody wrote meanwhile");
    }
}

/// A hundred writes a second, one in ten a deletion.
async fn write(bo: Client, left: Arc<AtomicBool>) -> usize {
    let mut ticks = interval(Duration::from_millis(10));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut round = 0;
    while !left.load(Ordering::Relaxed) {
        ticks.tick().await;
        round += 1;
        let number = round * 31 % RESTLESS;
        if round % 10 == 0 {
            let name = format!("documents/restless-{number}");
            let request = pb::DeleteDocumentRequest { name, allow_missing: true, ..Default::default() };
            bo.content().delete_document(bo.request(request)).await.expect("a deletion");
        } else {
            put(&bo, restless(number, round)).await.expect("a write");
        }
    }
    round
}

/// The names on all pages of a search, one page after another.
async fn pages(ada: &Client, request: pb::FindDocumentsRequest) -> Vec<(String, f64)> {
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::FindDocumentsRequest { page_size: PAGE, page_token, ..request.clone() };
        let page = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
        seen.extend(page.documents.into_iter().map(|hit| (hit.document.unwrap_or_default().name, hit.score)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return seen;
        }
        // A reader reads; writes land between the pages.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn still(seen: &[(String, f64)]) -> Vec<&str> {
    seen.iter().map(|(name, _)| name.as_str()).filter(|name| name.contains("still")).collect()
}

fn expected() -> BTreeSet<String> {
    (0..UNCHANGED).map(|number| format!("documents/still-{number}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_by_time_have_no_gap_and_no_duplicate() {
    let restless = Restless::open().await;
    for query in ["", "tide"] {
        let request =
            pb::FindDocumentsRequest { query: query.to_owned(), order: pb::DocumentOrder::Newest.into(), ..Default::default() };
        let seen = pages(&restless.ada, request).await;
        let mut newest_first: Vec<usize> = (0..UNCHANGED).collect();
        newest_first.sort_by_key(|number| (std::cmp::Reverse(number * 7_919 % UNCHANGED), format!("documents/still-{number}")));
        let newest_first: Vec<String> = newest_first.iter().map(|number| format!("documents/still-{number}")).collect();
        assert_eq!(still(&seen), newest_first, "{query:?}");
    }
    restless.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_by_relevance_have_no_duplicate() {
    let restless = Restless::open().await;
    let query = "tide harbour mast".to_owned();
    let request = pb::FindDocumentsRequest { query, show_copies: true, ..Default::default() };
    let seen = pages(&restless.ada, request).await;
    let still = still(&seen);
    let distinct: BTreeSet<String> = still.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), still.len(), "no document that stood still is on two pages");
    assert_eq!(distinct, expected(), "and none is missing");
    assert!(seen.windows(2).all(|pair| pair[0].1 >= pair[1].1), "scores descend over all pages");
    restless.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_by_name_have_no_gap_and_no_duplicate() {
    let restless = Restless::open().await;
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListDocumentsRequest { page_size: PAGE, page_token, ..Default::default() };
        let page = restless.ada.content().list_documents(restless.ada.request(request)).await.unwrap().into_inner();
        seen.extend(page.documents.into_iter().map(|document| document.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let still: Vec<String> = seen.into_iter().filter(|name| name.contains("still")).collect();
    assert_eq!(still, expected().into_iter().collect::<Vec<_>>());
    restless.leave().await;
}
