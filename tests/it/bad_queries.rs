//! Bad queries, filters and tokens are refused by field, or have a defined result.
//!
//! Proved: 1. queries of 10,000 words or brackets are refused by every search, and odd ones are answered; 2. a page token holds for
//! its asker and its request only; 3. a filter that names nobody finds nothing and warns; 4. unknown words of a filter are refused;
//! 5. a query over a limit is named with everything else that is wrong, by every search.

use rookery::grpc::pb;

use crate::support::{Client, House, document, fields, put};

#[tokio::test(flavor = "multi_thread")]
async fn bad_queries_and_tokens_are_refused_by_field() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut min_revision = String::new();
    for at in 0..30 {
        min_revision = put(&ada, document(&format!("d{at}"), "Tide", "tides", "ada")).await.unwrap().revision;
    }
    let find = |client: &Client, query: String, page_token: String, page_size: i32| {
        let (client, min_revision) = (client.clone(), min_revision.clone());
        async move {
            let request = pb::FindDocumentsRequest { query, page_token, page_size, min_revision, ..Default::default() };
            client.discovery().find_documents(client.request(request)).await.map(tonic::Response::into_inner)
        }
    };
    for query in ["word ".repeat(10_000), "(".repeat(10_000), (0..60).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ")] {
        assert_eq!(fields(&find(&ada, query, String::new(), 0).await.unwrap_err()), ["query"]);
    }
    for query in ["((((((((", "\u{0}\u{1}\u{7f}", "AND OR NOT", "\"unclosed", "😀👩‍👩‍👧‍👦", "\u{202e}tides"] {
        find(&ada, query.to_owned(), String::new(), 0).await.unwrap_or_else(|status| panic!("{query:?}: {status}"));
    }
    for query in ["word ".repeat(10_000), "(".repeat(10_000)] {
        let experts = pb::FindExpertsRequest { query: query.clone(), ..Default::default() };
        assert_eq!(fields(&ada.discovery().find_experts(ada.request(experts)).await.unwrap_err()), ["query"]);
        let everything = pb::SearchRequest { query, ..Default::default() };
        assert_eq!(fields(&ada.discovery().search(ada.request(everything)).await.unwrap_err()), ["query"]);
    }
    let everything = find(&ada, String::new(), String::new(), 100).await.unwrap();
    assert_eq!(everything.documents.len(), 30, "an empty query asks for every document");
    let nobody = ada.discovery().find_experts(ada.request(pb::FindExpertsRequest::default())).await.unwrap_err();
    assert_eq!(fields(&nobody), ["query"], "nobody knows about nothing");
    assert_eq!(fields(&find(&ada, "tides".to_owned(), String::new(), -1).await.unwrap_err()), ["page_size"]);
    let token = loop {
        let page = find(&ada, "tides".to_owned(), String::new(), 3).await.unwrap();
        if !page.next_page_token.is_empty() {
            break page.next_page_token;
        }
    };
    assert!(find(&ada, "tides".to_owned(), token.clone(), 5).await.is_ok());
    let bo = house.client(Some("people/bo"));
    assert_eq!(fields(&find(&bo, "tides".to_owned(), token.clone(), 3).await.unwrap_err()), ["page_token"]);
    assert_eq!(fields(&find(&ada, "tide".to_owned(), token.clone(), 3).await.unwrap_err()), ["page_token"]);
    for spoiled in [token[1..].to_owned(), format!("{token}A"), "x".to_owned(), "\u{0}".to_owned()] {
        assert_eq!(fields(&find(&ada, "tides".to_owned(), spoiled, 3).await.unwrap_err()), ["page_token"]);
    }
    let list = |page_token: String| pb::ListDocumentsRequest { page_token, page_size: 3, ..Default::default() };
    assert_eq!(fields(&ada.content().list_documents(ada.request(list(token))).await.unwrap_err()), ["page_token"]);
    let listed = ada.content().list_documents(ada.request(list(String::new()))).await.unwrap().into_inner().next_page_token;
    assert!(ada.content().list_documents(ada.request(list(listed.clone()))).await.is_ok());
    let stolen = house.client(None);
    assert_eq!(fields(&stolen.content().list_documents(stolen.request(list(listed))).await.unwrap_err()), ["page_token"]);
    let request = pb::FindDocumentsRequest { min_revision: "nonsense".to_owned(), ..Default::default() };
    let status = ada.discovery().find_documents(ada.request(request)).await.unwrap_err();
    assert_eq!(fields(&status), ["min_revision"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_names_nobody_finds_nothing_and_warns() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = put(&ada, document("tide", "Tide", "tides", "ada")).await.unwrap().revision;
    let ask = |filter: pb::DocumentFilter| {
        let request = pb::FindDocumentsRequest {
            query: "tides".to_owned(),
            filter: Some(filter),
            min_revision: revision.clone(),
            ..Default::default()
        };
        let ada = ada.clone();
        async move { ada.discovery().find_documents(ada.request(request)).await.map(tonic::Response::into_inner) }
    };
    let by = |person: &str| pb::DocumentFilter { people: vec![person.to_owned()], ..Default::default() };
    let known = ask(by("people/ada")).await.unwrap();
    assert_eq!((known.documents.len(), known.warnings.len()), (1, 0));
    let unknown = ask(by("people/nobody-of-that-name")).await.unwrap();
    assert!(unknown.documents.is_empty());
    let warned: Vec<(i32, &str)> = unknown.warnings.iter().map(|warning| (warning.code, warning.field.as_str())).collect();
    assert_eq!(warned, [(pb::warning::Code::UnknownFilterValue.into(), "filter.people[0]")]);
    assert_eq!(fields(&ask(by("nobody")).await.unwrap_err()), ["filter.people[0]"]);
    let unknown_kind = pb::DocumentFilter { kinds: vec![1, 77], ..Default::default() };
    assert_eq!(fields(&ask(unknown_kind).await.unwrap_err()), ["filter.kinds[1]"]);
    let far = prost_types::Timestamp { seconds: 253_402_300_800, nanos: 0 };
    let year_10000 = pb::TimeRange { start_time: None, end_time: Some(far) };
    let filter = pb::DocumentFilter { create_time: Some(year_10000), ..Default::default() };
    assert_eq!(fields(&ask(filter).await.unwrap_err()), ["filter.create_time.end_time"]);
    let last = prost_types::Timestamp { seconds: 253_402_300_799, nanos: 0 };
    let year_9999 = pb::TimeRange { start_time: None, end_time: Some(last) };
    let filter = pb::DocumentFilter { create_time: Some(year_9999), ..Default::default() };
    assert_eq!(ask(filter).await.unwrap().documents.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_over_a_limit_is_named_with_everything_else() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let filter = Some(pb::DocumentFilter { people: vec!["ada".to_owned()], ..Default::default() });
    let of_people = Some(pb::PeopleFilter { communities: vec!["tides".to_owned()], ..Default::default() });
    let many_words = (0..60).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    for query in ["x".repeat(10_000), " ".repeat(10_000), many_words] {
        let (query, filter, page_size) = (|| query.clone(), || filter.clone(), -1);
        let experts = pb::FindExpertsRequest { query: query(), filter: filter(), page_size, ..Default::default() };
        let documents = pb::FindDocumentsRequest { query: query(), filter: filter(), page_size, ..Default::default() };
        let discussions = pb::FindDiscussionsRequest { query: query(), filter: filter(), page_size, ..Default::default() };
        let people = pb::FindPeopleRequest { query: query(), filter: of_people.clone(), page_size, ..Default::default() };
        let everything = pb::SearchRequest { query: query(), filter: filter(), documents_wanted: -1, ..Default::default() };
        let mut client = ada.discovery();
        let told = |refused: tonic::Status| {
            let mut told = fields(&refused);
            told.dedup();
            told
        };
        let all = ["query", "filter.people[0]", "page_size"];
        assert_eq!(told(client.find_experts(ada.request(experts)).await.unwrap_err()), all);
        assert_eq!(told(client.find_documents(ada.request(documents)).await.unwrap_err()), all);
        assert_eq!(told(client.find_discussions(ada.request(discussions)).await.unwrap_err()), all);
        let of_people = told(client.find_people(ada.request(people)).await.unwrap_err());
        assert_eq!(of_people, ["query", "filter.communities[0]", "page_size"]);
        let of_search = told(client.search(ada.request(everything)).await.unwrap_err());
        assert_eq!(of_search, ["query", "filter.people[0]", "documents_wanted"]);
    }
}
