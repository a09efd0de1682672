//! Copies, asked of the real services.
//!
//! Proved: 1. copies stand behind the best of their like, counted and named, and in places of their own on request and by time;
//! 2. pages have no gap and no duplicate, whatever their size; 3. a hidden copy changes nothing for who cannot see it, nor does a hidden
//! original; 4. behind the window nothing is folded; 5. totals, people and filters are of all hits; 6. what is pinned is no copy and
//! has none, on pages of any size.

use std::collections::BTreeSet;

use rookery::grpc::pb;
use rookery::grpc::pb::DocumentOrder;

use crate::support::{Client, House, document, import, import_item, names, restricted};

/// Texts of their own with the word `tide`, of which the first is the best; each begins otherwise.
fn text(number: usize) -> String {
    let words = ["lock", "gate", "crane", "mast", "rope", "sail", "anchor", "pilot", "buoy", "chart", "sextant"];
    let own = (0..12 + number).map(|nth| format!("{}{}", words[(number + nth) % words.len()], number * 31 + nth));
    format!("The tide of {}", own.collect::<Vec<_>>().join(" "))
}

fn page(id: &str, body: &str) -> pb::Document {
    document(id, "", body, "ada")
}

fn hidden(document: pb::Document) -> pb::Document {
    pb::Document { audience: Some(restricted(&["people/ada"])), ..document }
}

/// A house with documents, and the revision that holds them.
async fn house(documents: Vec<pb::Document>, variables: &[(&str, &str)]) -> (House, String) {
    let house = House::open_with(variables).await;
    let ada = house.client(Some("people/ada"));
    let items = documents.into_iter().zip(0..).map(|(document, at)| import_item(at, document)).collect::<Vec<_>>();
    let wanted = i64::try_from(items.len()).unwrap();
    let (_, summary) = import(&ada, items).await.unwrap();
    assert_eq!(summary.created, wanted);
    (house, summary.revision)
}

fn about_tides(min_revision: &str) -> pb::FindDocumentsRequest {
    let min_revision = min_revision.to_owned();
    pb::FindDocumentsRequest { query: "tide".to_owned(), include_total: true, min_revision, ..Default::default() }
}

async fn find(client: &Client, request: pb::FindDocumentsRequest) -> pb::FindDocumentsResponse {
    client.discovery().find_documents(client.request(request)).await.expect("documents are found").into_inner()
}

/// The hits of all pages of a size.
async fn pages(client: &Client, request: &pb::FindDocumentsRequest, page_size: i32) -> Vec<pb::DocumentHit> {
    let (mut hits, mut page_token) = (Vec::new(), String::new());
    loop {
        let answer = find(client, pb::FindDocumentsRequest { page_size, page_token, ..request.clone() }).await;
        assert!(!answer.documents.is_empty() || answer.next_page_token.is_empty(), "a page that is not the last holds something");
        hits.extend(answer.documents);
        page_token = answer.next_page_token;
        if page_token.is_empty() {
            return hits;
        }
    }
}

fn name(hit: &pb::DocumentHit) -> &str {
    hit.document.as_ref().map_or("", |document| document.name.trim_start_matches("documents/"))
}

fn told(hits: &[pb::DocumentHit]) -> Vec<(&str, i32, Vec<&str>)> {
    let copies = |hit: &pb::DocumentHit| hit.copies.len();
    assert!(hits.iter().all(|hit| copies(hit) <= 5 && i32::try_from(copies(hit)).unwrap() <= hit.copy_count));
    let copies = |hit: &'_ pb::DocumentHit| hit.copy_count;
    let named = hits.iter().map(|hit| hit.copies.iter().map(|copy| copy.trim_start_matches("documents/")).collect::<Vec<_>>());
    hits.iter().zip(named).map(|(hit, named)| (name(hit), copies(hit), named)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_stand_behind_the_best_of_their_like() {
    let shout = text(1).to_uppercase();
    let documents = vec![
        page("a", &text(1)),
        page("b", &format!("Hello Bo, {shout}!")),
        page("c", &text(2)),
        page("d", &text(1).replace(' ', ", ")),
        page("e", "tide, thanks!"),
        page("f", "tide, thanks!"),
        page("g", &text(2)),
    ];
    let (house, revision) = house(documents, &[]).await;
    let ada = house.client(Some("people/ada"));
    let answer = find(&ada, about_tides(&revision)).await;
    let expected = [("e", 0, vec![]), ("f", 0, vec![]), ("a", 2, vec!["d", "b"]), ("c", 1, vec!["g"])];
    assert_eq!(told(&answer.documents), expected);
    assert_eq!((answer.total.unwrap().count, answer.next_page_token.as_str()), (7, ""));
    let shown = find(&ada, pb::FindDocumentsRequest { show_copies: true, ..about_tides(&revision) }).await;
    assert_eq!((shown.documents.len(), shown.total.unwrap().count), (7, 7));
    assert!(shown.documents.iter().all(|hit| hit.copy_count == 0 && hit.copies.is_empty()));
    let newest = find(&ada, pb::FindDocumentsRequest { order: DocumentOrder::Newest.into(), ..about_tides(&revision) }).await;
    assert_eq!(newest.documents.len(), 7);
    let everything = find(&ada, pb::FindDocumentsRequest { query: String::new(), ..about_tides(&revision) }).await;
    assert_eq!(everything.documents.len(), 7);
    let filter = pb::DocumentFilter { people: vec!["people/ada".to_owned()], ..Default::default() };
    let counted = pb::FindDocumentsRequest { people_wanted: 1, page_size: 1, filter: Some(filter), ..about_tides(&revision) };
    assert_eq!(find(&ada, counted).await.people[0].count, 7);
}

/// Sixty texts of their own, of which one in three was posted seven times more.
fn flood() -> Vec<pb::Document> {
    let mut documents = Vec::new();
    for number in 0..60 {
        documents.push(page(&format!("own-{number:02}"), &text(number)));
        if number % 3 == 0 {
            documents.extend((0..7).map(|copy| page(&format!("own-{number:02}-copy-{copy}"), &format!("{}!", text(number)))));
        }
    }
    documents
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_have_no_gap_and_no_duplicate() {
    let (house, revision) = house(flood(), &[]).await;
    let ada = house.client(Some("people/ada"));
    let whole = pages(&ada, &about_tides(&revision), 100).await;
    let own: BTreeSet<String> = (0..60).map(|number| format!("own-{number:02}")).collect();
    assert_eq!(whole.iter().map(|hit| name(hit).to_owned()).collect::<BTreeSet<_>>(), own);
    assert_eq!((whole.len(), whole.iter().map(|hit| hit.copy_count).sum::<i32>()), (60, 140));
    for page_size in [1, 3, 7, 20, 59, 60, 61] {
        let paged = pages(&ada, &about_tides(&revision), page_size).await;
        assert_eq!(paged.iter().map(name).collect::<Vec<_>>(), whole.iter().map(name).collect::<Vec<_>>(), "by {page_size}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_the_window_nothing_is_folded() {
    for window in [10_usize, 33, 64] {
        let variables = [
            ("ROOKERY__LIMITS__WINDOW", window.to_string()),
            ("ROOKERY__LIMITS__PAGE_SIZE_MAX", "10".to_owned()),
            ("ROOKERY__LIMITS__PAGE_SIZE_DEFAULT", "10".to_owned()),
        ];
        let variables: Vec<(&str, &str)> = variables.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let (house, revision) = house(flood(), &variables).await;
        let ada = house.client(Some("people/ada"));
        let all = pages(&ada, &pb::FindDocumentsRequest { show_copies: true, ..about_tides(&revision) }, 10).await;
        assert_eq!(all.len(), 200);
        let is_copy = |hit: &&pb::DocumentHit| name(hit).contains("copy");
        let expected: Vec<&str> =
            all.iter().enumerate().filter(|(at, hit)| *at >= window || !is_copy(hit)).map(|(_, hit)| name(hit)).collect();
        assert!(expected.len() < 200, "the window {window} holds copies");
        for page_size in [1, 4, 10] {
            let paged = pages(&ada, &about_tides(&revision), page_size).await;
            assert_eq!(paged.iter().map(name).collect::<Vec<_>>(), expected, "window {window}, pages of {page_size}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_folds_nothing_and_is_folded_nowhere() {
    let documents = vec![
        hidden(page("a", &text(1))),
        page("b", &text(1)),
        hidden(page("c", &text(1))),
        page("d", &text(1)),
        page("e", &text(2)),
        hidden(page("f", &text(2))),
    ];
    let visible: Vec<pb::Document> =
        documents.iter().filter(|document| document.audience.as_ref().unwrap().allowed.is_empty()).cloned().collect();
    let (with, revision) = house(documents, &[]).await;
    let (without, other_revision) = house(visible, &[]).await;
    let (bo, nobody) = (with.client(Some("people/bo")), without.client(Some("people/bo")));
    let seen = find(&bo, about_tides(&revision)).await;
    assert_eq!(told(&seen.documents), [("b", 1, vec!["d"]), ("e", 0, vec![])]);
    let alone = find(&nobody, about_tides(&other_revision)).await;
    assert_eq!(told(&alone.documents), told(&seen.documents));
    assert_eq!(names(&alone), names(&seen));
    let ada = with.client(Some("people/ada"));
    let seen = find(&ada, about_tides(&revision)).await;
    assert_eq!(told(&seen.documents), [("a", 3, vec!["b", "c", "d"]), ("e", 1, vec!["f"])]);
    // What is taken away is gone from the copies with the next call.
    let request = pb::DeleteDocumentRequest { name: "documents/c".to_owned(), ..Default::default() };
    ada.content().delete_document(ada.request(request)).await.unwrap();
    assert_eq!(told(&find(&ada, about_tides(&revision)).await.documents)[0], ("a", 2, vec!["b", "d"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pinned_is_folded_behind_nothing_and_folds_nothing() {
    let documents = [("a", 1), ("b", 1), ("c", 1), ("d", 2), ("e", 2), ("f", 2), ("g", 2)];
    let (house, revision) = house(documents.map(|(id, number)| page(id, &text(number))).to_vec(), &[]).await;
    let ada = house.client(Some("people/ada"));
    let request = about_tides(&revision);
    assert_eq!(told(&find(&ada, request.clone()).await.documents), [("a", 2, vec!["b", "c"]), ("d", 3, vec!["e", "f", "g"])]);
    let curation = pb::Curation {
        name: "curations/tides".to_owned(),
        queries: vec!["tide".to_owned()],
        pins: vec!["documents/f".to_owned(), "documents/b".to_owned()],
        ..Default::default()
    };
    let put = pb::UpdateCurationRequest { curation: Some(curation), allow_missing: true, ..Default::default() };
    ada.admin().update_curation(ada.request(put)).await.unwrap();
    let expected = [("f", 0, vec![]), ("b", 0, vec![]), ("a", 1, vec!["c"]), ("d", 2, vec!["e", "g"])];
    for page_size in 1..6 {
        assert_eq!(told(&pages(&ada, &request, page_size).await), expected, "by {page_size}");
    }
    let answer = find(&ada, request).await;
    assert_eq!((answer.total.unwrap().count, answer.documents[0].pinned, answer.documents[2].pinned), (7, true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_five_copies_are_named() {
    let documents = (0..9).map(|number| page(&format!("d{number}"), &text(1))).collect();
    let (house, revision) = house(documents, &[]).await;
    let answer = find(&house.client(None), about_tides(&revision)).await;
    assert_eq!(told(&answer.documents), [("d0", 8, vec!["d1", "d2", "d3", "d4", "d5"])]);
}
