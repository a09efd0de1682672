//! The report of queries that find nothing, asked of the real services.
//!
//! Proved: 1. first pages without a hit count, of documents and of blended searches, once each, and nothing else does; 2. a query is
//! shown once enough people asked it, and names nobody; 3. an asker counts once under all accounts, and who is not signed in as one;
//! 4. pages follow one another, and only administrators may ask.

use rookery::grpc::pb;
use tonic::{Code, Status};

use crate::support::{Client, House, document, fields, put};

async fn report(client: &Client, page_size: i32, page_token: String) -> Result<pb::ListFruitlessQueriesResponse, Status> {
    let request = pb::ListFruitlessQueriesRequest { page_size, page_token };
    Ok(client.admin().list_fruitless_queries(client.request(request)).await?.into_inner())
}

/// Text, askings and askers of every query told.
async fn told(client: &Client) -> Vec<(String, i64, i32)> {
    let page = report(client, 0, String::new()).await.unwrap();
    assert!(page.queries.iter().all(|query| query.last_ask_time.is_some()));
    page.queries.into_iter().map(|query| (query.text, query.asking_count, query.asker_count)).collect()
}

fn query(text: &str, askings: i64, askers: i32) -> (String, i64, i32) {
    (text.to_owned(), askings, askers)
}

async fn blended(client: &Client, query: &str) {
    let request = pb::SearchRequest { query: query.to_owned(), ..Default::default() };
    client.discovery().search(client.request(request)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn first_pages_without_a_hit_count_and_nothing_else() {
    let house = House::open_with(&[("ROOKERY__REPORT__MIN_ASKERS", "1")]).await;
    let ada = house.client(Some("people/ada"));
    let mut min_revision = String::new();
    for nth in 0..3 {
        min_revision = put(&ada, document(&format!("t{nth}"), "", "tide", "ada")).await.unwrap().revision;
    }
    let first = pb::FindDocumentsRequest { query: "tide".to_owned(), page_size: 2, min_revision, ..Default::default() };
    let first = ada.discovery().find_documents(ada.request(first)).await.unwrap().into_inner();
    assert_eq!(first.documents.len(), 2);
    // Later pages, pages with hits, pages without words.
    for nth in 0..3 {
        let request = pb::DeleteDocumentRequest { name: format!("documents/t{nth}"), ..Default::default() };
        ada.content().delete_document(ada.request(request)).await.unwrap();
    }
    let second = pb::FindDocumentsRequest {
        query: "tide".to_owned(),
        page_size: 2,
        page_token: first.next_page_token,
        ..Default::default()
    };
    assert!(ada.discovery().find_documents(ada.request(second)).await.unwrap().into_inner().documents.is_empty());
    ada.find_documents("").await;
    ada.find_documents("?!").await;
    ada.find_experts("zyzzyva").await;
    assert_eq!(told(&ada).await, []);
    ada.find_documents("Zyzzyva, the ZYZZYVA").await;
    ada.find_documents("zyzzyva the").await;
    assert_eq!(told(&ada).await, [query("zyzzyva the", 2, 1)]);
    blended(&ada, "Quux").await;
    assert_eq!(told(&ada).await, [query("zyzzyva the", 2, 1), query("quux", 1, 1)], "a blended search counts once");
    // A person is found by name, so the blended page holds something; the documents alone do not.
    let quux = pb::Person { name: "people/quux".to_owned(), display_name: "Quux".to_owned(), ..Default::default() };
    let request = pb::UpdatePersonRequest { person: Some(quux), allow_missing: true, ..Default::default() };
    let min_revision = ada.people().update_person(ada.request(request)).await.unwrap().into_inner().revision;
    let request = pb::SearchRequest { query: "quux".to_owned(), min_revision, ..Default::default() };
    ada.discovery().search(ada.request(request)).await.unwrap();
    assert_eq!(told(&ada).await, [query("zyzzyva the", 2, 1), query("quux", 1, 1)]);
    ada.find_documents("quux").await;
    assert_eq!(told(&ada).await, [query("quux", 2, 1), query("zyzzyva the", 2, 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_shown_once_enough_people_asked_it() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    for _ in 0..5 {
        ada.find_documents("zyzzyva").await;
    }
    for asker in [Some("people/bo"), None, None] {
        house.client(asker).find_documents("mine alone").await;
    }
    house.client(Some("people/bo")).find_documents("zyzzyva").await;
    assert_eq!(told(&ada).await, [], "two people are too few");
    for _ in 0..2 {
        house.client(None).find_documents("zyzzyva").await;
    }
    let page = report(&ada, 0, String::new()).await.unwrap();
    assert_eq!(told(&ada).await, [query("zyzzyva", 8, 3)]);
    let said = format!("{page:?}");
    assert!(!said.contains("people/") && !said.contains("mine"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asker_counts_once_under_all_accounts() {
    let house = House::open_with(&[("ROOKERY__REPORT__MIN_ASKERS", "1")]).await;
    let ada = house.client(Some("people/ada"));
    let person = pb::Person { name: "people/ada".to_owned(), ..Default::default() };
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    ada.people().update_person(ada.request(request)).await.unwrap();
    let link =
        pb::LinkAliasRequest { person: "people/ada".to_owned(), alias: "people/forum:ada".to_owned(), ..Default::default() };
    ada.people().link_alias(ada.request(link)).await.unwrap();
    for asker in ["people/ada", "people/forum:ada", "people/bo"] {
        house.client(Some(asker)).find_documents("zyzzyva").await;
    }
    assert_eq!(told(&ada).await, [query("zyzzyva", 3, 2)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_and_only_administrators_may_ask() {
    let house = House::open_with(&[("ROOKERY__REPORT__MIN_ASKERS", "1")]).await;
    let ada = house.client(Some("people/ada"));
    for (text, times) in [("zeta", 1), ("eta", 2), ("beta one", 1), ("theta", 3)] {
        for _ in 0..times {
            ada.find_documents(text).await;
        }
    }
    let (mut texts, mut token) = (Vec::new(), String::new());
    loop {
        let page = report(&ada, 1, token).await.unwrap();
        texts.extend(page.queries.into_iter().map(|query| query.text));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(texts, ["theta", "eta", "beta one", "zeta"]);
    assert_eq!(fields(&report(&ada, -1, "x".to_owned()).await.unwrap_err()), ["page_size", "page_token"]);
    let writer = Client { scopes: Some("write"), ..house.client(Some("people/ada")) };
    assert_eq!(report(&writer, 0, String::new()).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(report(&house.client(None), 0, String::new()).await.unwrap_err().code(), Code::Unauthenticated);
}
