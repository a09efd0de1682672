//! With all words first, and with some where too few have all.

use rookery::grpc::pb;

use crate::support::{Client, House, document, put};

async fn write(ada: &Client, ids: std::ops::Range<usize>, prefix: &str, body: &str) -> String {
    let mut last = String::new();
    for at in ids {
        last = put(ada, document(&format!("{prefix}{at:02}"), "Log", body, "bo")).await.unwrap().revision;
    }
    last
}

/// Every id, page by page, and the total.
async fn paged(ada: &Client, query: &str, revision: &str, page_size: i32) -> (Vec<String>, i32) {
    let mut request = pb::FindDocumentsRequest {
        query: query.to_owned(),
        page_size,
        min_revision: revision.to_owned(),
        include_total: true,
        ..Default::default()
    };
    let (mut all, mut total) = (Vec::new(), None);
    loop {
        let page = ada.discovery().find_documents(ada.request(request.clone())).await.unwrap().into_inner();
        all.extend(super::ids(&page));
        let count = page.total.unwrap().count;
        assert_eq!(*total.get_or_insert(count), count, "{query}: the total of every page");
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return (all, total.unwrap());
        }
    }
}

/// Asks on pages of several sizes: those with everything come first, then others; each once.
async fn check(ada: &Client, revision: &str, query: &str, everything: usize, others: usize) {
    let (whole, _) = paged(ada, query, revision, 100).await;
    for size in [1, 4, 7] {
        assert_eq!(paged(ada, query, revision, size).await.0, whole, "{query} on pages of {size}");
    }
    let (all, total) = paged(ada, query, revision, 3).await;
    assert_eq!(usize::try_from(total).unwrap(), all.len(), "{query}");
    let (first, rest) = all.split_at(everything.min(all.len()));
    assert!(first.iter().all(|id| id.starts_with("both")), "{query}: {all:?}");
    assert_eq!((first.len(), rest.len()), (everything, others), "{query}: {all:?}");
    let mut distinct = all.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), all.len(), "{query}: {all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_found_only_where_too_few_have_everything() {
    for (variables, enough) in [(&[][..], 10), (&[("ROOKERY__LIMITS__RELAX_BELOW", "3")], 3)] {
        let house = House::open_with(variables).await;
        let ada = house.client(Some("people/ada"));
        let told = ada.admin().get_limits(ada.request(pb::GetLimitsRequest::default())).await.unwrap().into_inner();
        assert_eq!(usize::try_from(told.relax_below).unwrap(), enough);
        write(&ada, 0..enough - 1, "both", "the harbour crane").await;
        write(&ada, 0..6, "harbour", "the harbour").await;
        let revision = write(&ada, 0..5, "crane", "the crane").await;
        let few = enough - 1;
        check(&ada, &revision, "harbour crane", few, 11).await;
        check(&ada, &revision, "harbour AND crane", few, 0).await;
        check(&ada, &revision, "+harbour crane", few, 6).await;
        check(&ada, &revision, "\"harbour crane\"", few, 0).await;
        check(&ada, &revision, "harbour crane -harbour", 0, 5).await;
        check(&ada, &revision, "harbour crane kind:page", few, 11).await;
        check(&ada, &revision, "harbour crane kind:post", 0, 0).await;
        check(&ada, &revision, "harbour cra*", few, 11).await;
        check(&ada, &revision, "harbour crane absent", few, 11).await;
        let revision = write(&ada, few..enough, "both", "the harbour crane").await;
        for query in ["harbour crane", "+harbour crane", "harbour cra*", "the harbour crane"] {
            check(&ada, &revision, query, enough, 0).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn later_pages_keep_to_what_the_first_was_found_in() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    write(&ada, 0..9, "both", "the harbour crane").await;
    let min_revision = write(&ada, 0..6, "harbour", "the harbour").await;
    let query = "harbour crane".to_owned();
    let request = pb::FindDocumentsRequest { query, page_size: 5, min_revision, ..Default::default() };
    let first = ada.discovery().find_documents(ada.request(request.clone())).await.unwrap().into_inner();
    // By now enough have everything; a first page would hold no others.
    let revision = write(&ada, 20..30, "both", "the harbour crane").await;
    let (strict, _) = paged(&ada, &request.query, &revision, 50).await;
    assert!(strict.iter().all(|id| id.starts_with("both")), "{strict:?}");
    let (mut all, mut page_token) = (super::ids(&first), first.next_page_token);
    while !page_token.is_empty() {
        let request = pb::FindDocumentsRequest { page_token, min_revision: revision.clone(), ..request.clone() };
        let page = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
        all.extend(super::ids(&page));
        page_token = page.next_page_token;
    }
    let old = |id: &&String| id.starts_with("harbour") || id.as_str() < "both20";
    let mut kept: Vec<&String> = all.iter().filter(old).collect();
    kept.sort();
    kept.dedup();
    assert_eq!((kept.len(), all.iter().filter(old).count()), (15, 15), "{all:?}");
}
