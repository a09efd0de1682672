//! What stands for the words of a query, as callers meet it: near words, synonyms, beginnings, and fewer words than were typed.
//!
//! Proved: 1. a word that no visible document has finds near words, which is told, unless the request wants what it typed; 2. synonyms
//! find each other, in a row too, never inside a phrase; 3. too little with every word brings documents with some; 4. what may have been
//! meant is offered; 5. people are not named for near words, but these are offered; 6. what only hidden documents have is never told.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::warning::Code;
use rookery::grpc::pb::word_expansion::Kind;

use crate::support::{Client, House, audience, document, put, restricted};

async fn world(writer: &Client, id: &str, body: &str) -> String {
    let document = pb::Document { audience: Some(audience(Grant::World)), ..document(id, "", body, "ada") };
    put(writer, document).await.unwrap().revision
}

async fn find(client: &Client, query: &str, exact_spelling: bool, revision: &str) -> pb::FindDocumentsResponse {
    let request = pb::FindDocumentsRequest {
        query: query.to_owned(),
        exact_spelling,
        min_revision: revision.to_owned(),
        ..Default::default()
    };
    client.discovery().find_documents(client.request(request)).await.unwrap().into_inner()
}

fn ids(answer: &pb::FindDocumentsResponse) -> Vec<&str> {
    let mut ids: Vec<&str> =
        answer.documents.iter().filter_map(|hit| hit.document.as_ref()?.name.strip_prefix("documents/")).collect();
    ids.sort_unstable();
    ids
}

fn told(answer: &pb::FindDocumentsResponse) -> Vec<(String, Kind, Vec<String>)> {
    let query = answer.interpreted_query.as_ref().unwrap();
    query.expansions.iter().map(|one| (one.word.clone(), one.kind(), one.terms.clone())).collect()
}

fn codes(answer: &pb::FindDocumentsResponse) -> Vec<Code> {
    answer.warnings.iter().map(pb::Warning::code).collect()
}

fn terms(terms: &[&str]) -> Vec<String> {
    terms.iter().map(|term| (*term).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_nothing_has_finds_near_words() {
    let house = House::open().await;
    let (ada, anybody) = (house.client(Some("people/ada")), house.client(None));
    world(&ada, "one", "harbour gauges").await;
    let hidden = pb::Document { audience: Some(restricted(&["people/ada"])), ..document("two", "", "gaugez harbour", "ada") };
    let revision = put(&ada, hidden).await.unwrap().revision;
    let answer = find(&anybody, "harbour gagues", false, &revision).await;
    assert_eq!((ids(&answer), codes(&answer)), (vec!["one"], vec![Code::Misspelt]));
    assert_eq!(told(&answer), [("gagues".to_owned(), Kind::Misspelt, terms(&["gauges"]))]);
    assert_eq!(answer.interpreted_query.as_ref().unwrap().did_you_mean, "harbour gauges");
    let highlighted = answer.documents[0].snippet.clone().unwrap();
    assert_eq!(highlighted.text, "harbour gauges");
    let exactly = find(&anybody, "gagues", true, &revision).await;
    assert_eq!((ids(&exactly), told(&exactly)), (vec![], vec![]));
    assert_eq!(exactly.interpreted_query.unwrap().did_you_mean, "gauges", "what it may have been is offered all the same");
    // Literally: neither in quotes nor behind a plus.
    for query in ["\"harbour gagues\"", "\"gagues\"", "+gagues"] {
        let answer = find(&anybody, query, false, &revision).await;
        assert_eq!((ids(&answer), told(&answer)), (vec![], vec![]), "{query}");
    }
    // Who sees the hidden document is told its word, others are not.
    let near = [("gaugev".to_owned(), Kind::Misspelt, terms(&["gauges", "gaugez"]))];
    assert_eq!(told(&find(&ada, "gaugev", false, &revision).await), near);
    assert_eq!(
        told(&find(&anybody, "gaugev", false, &revision).await),
        [(near[0].0.clone(), Kind::Misspelt, terms(&["gauges"]))]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn synonyms_find_each_other() {
    let house = House::open().await;
    let (ada, anybody) = (house.client(Some("people/ada")), house.client(None));
    world(&ada, "short", "reset your sso here").await;
    world(&ada, "long", "how the single sign-on works").await;
    let hidden = pb::Document { audience: Some(restricted(&["people/ada"])), ..document("code", "", "project keyhole", "ada") };
    let revision = put(&ada, hidden).await.unwrap().revision;
    let set = pb::SynonymSet {
        name: "synonymSets/sso".to_owned(),
        terms: terms(&["SSO", "single sign-on", "keyhole"]),
        ..Default::default()
    };
    let request = pb::UpdateSynonymSetRequest { synonym_set: Some(set), allow_missing: true, ..Default::default() };
    ada.admin().update_synonym_set(ada.request(request)).await.unwrap();
    let answer = find(&anybody, "sso", false, &revision).await;
    assert_eq!((ids(&answer), codes(&answer)), (vec!["long", "short"], vec![]));
    assert_eq!(told(&answer), [("sso".to_owned(), Kind::Synonym, terms(&["single sign on"]))], "nobody is told of a hidden word");
    assert_eq!(ids(&find(&anybody, "single sign-on", false, &revision).await), ["long", "short"]);
    assert_eq!(ids(&find(&anybody, "\"single sign-on\"", false, &revision).await), ["long"], "a phrase stands as it is");
    assert_eq!(ids(&find(&anybody, "+sso", false, &revision).await), ["short"]);
    assert_eq!(ids(&find(&anybody, "\"sso\"", false, &revision).await), ["short"]);
    let inside = find(&ada, "sso", false, &revision).await;
    assert_eq!(ids(&inside), ["code", "long", "short"]);
    assert_eq!(told(&inside), [("sso".to_owned(), Kind::Synonym, terms(&["keyhole", "single sign on"]))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_with_every_word_brings_documents_with_some() {
    let house = House::open().await;
    let (ada, anybody) = (house.client(Some("people/ada")), house.client(None));
    let mut revision = String::new();
    for at in 0..10 {
        revision = world(&ada, &format!("both{at}"), "ebb and flood").await;
    }
    world(&ada, "one", "ebb alone").await;
    revision = world(&ada, "three", "ebb, flood and neap").await.max(revision);
    let enough = find(&anybody, "ebb flood", false, &revision).await;
    assert_eq!((enough.documents.len(), codes(&enough)), (11, vec![]));
    assert!(!enough.interpreted_query.unwrap().relaxed);
    let relaxed = find(&anybody, "ebb neap", false, &revision).await;
    assert_eq!((relaxed.documents.len(), codes(&relaxed)), (12, vec![Code::Relaxed]));
    assert_eq!(relaxed.documents[0].document.as_ref().unwrap().name, "documents/three", "what has all of them comes first");
    assert!(relaxed.interpreted_query.unwrap().relaxed);
    let must = find(&anybody, "ebb +neap", false, &revision).await;
    assert_eq!(ids(&must), ["three"], "what must be there is never left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_named_for_a_near_word() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = world(&ada, "one", "harbour gauges and their readings").await;
    let request = pb::FindExpertsRequest { query: "gagues".to_owned(), min_revision: revision, ..Default::default() };
    let answer = ada.discovery().find_experts(ada.request(request)).await.unwrap().into_inner();
    assert!(answer.experts.is_empty() && answer.abstained);
    assert_eq!(answer.interpreted_query.unwrap().did_you_mean, "gauges");
}
