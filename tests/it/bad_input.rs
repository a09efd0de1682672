//! Bad input is a typed error that names the field, or a defined result; never a panic, never a half-applied write.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{Client, House, audience, document};

async fn put(client: &Client, document: pb::Document) -> Result<pb::Document, Status> {
    let request = pb::UpdateDocumentRequest { document: Some(document), allow_missing: true, ..Default::default() };
    Ok(client.content().update_document(client.request(request)).await?.into_inner())
}

/// The fields that a refusal names.
fn fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert!(status.get_details_error_info().is_some(), "every status says its reason");
    let bad = status.get_details_bad_request().expect("field violations");
    bad.field_violations.into_iter().map(|violation| violation.field).collect()
}

/// Makes a good document bad.
type Spoil = Box<dyn Fn(&mut pb::Document)>;

#[tokio::test(flavor = "multi_thread")]
async fn bad_documents_are_refused_by_field_and_leave_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let good = || document("good", "Good", "good", "ada");
    let far = Some(prost_types::Timestamp { seconds: 253_402_300_800, nanos: 0 });
    let cases: Vec<(&str, Spoil)> = vec![
        ("document.name", Box::new(|d| d.name = String::new())),
        ("document.name", Box::new(|d| d.name = "documents/a b".to_owned())),
        ("document.name", Box::new(|d| d.name = format!("documents/{}", "x".repeat(201)))),
        ("document.kind", Box::new(|d| d.kind = 0)),
        ("document.kind", Box::new(|d| d.kind = 77)),
        ("document.audience", Box::new(|d| d.audience = None)),
        ("document.audience.grant", Box::new(|d| d.audience = Some(pb::Audience::default()))),
        ("document.title", Box::new(|d| d.title = "a\u{0}b".to_owned())),
        ("document.title", Box::new(|d| d.title = "x".repeat(1_025))),
        ("document.body", Box::new(|d| d.body = "x".repeat((1 << 20) + 1))),
        ("document.people[0].person", Box::new(|d| d.people[0].person = "ada".to_owned())),
        ("document.people[0].role", Box::new(|d| d.people[0].role = 99)),
        ("document.create_time", Box::new(move |d| d.create_time = far)),
        ("document.thread", Box::new(|d| d.kind = pb::DocumentKind::Reply.into())),
        ("document.hashtags[0]", Box::new(|d| d.hashtags = vec!["#".to_owned()])),
    ];
    for (field, spoil) in cases {
        let mut bad = good();
        spoil(&mut bad);
        let status = put(&ada, bad).await.expect_err(field);
        assert!(fields(&status).contains(&field.to_owned()), "{field}: {:?}", fields(&status));
    }
    let mut reply = good();
    reply.kind = pb::DocumentKind::Reply.into();
    reply.thread = Some(pb::ThreadPlace { root: "documents/good".to_owned(), parent: "documents/good".to_owned() });
    let status = put(&ada, reply).await.unwrap_err();
    assert!(fields(&status).iter().any(|field| field.starts_with("document.thread")), "{status:?}");
    let get = pb::GetDocumentRequest { name: "documents/good".to_owned(), ..Default::default() };
    assert_eq!(ada.content().get_document(ada.request(get)).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_wrong_fields_are_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut bad = document("a b", "t\u{1}", "b", "x y");
    bad.kind = 42;
    bad.audience = None;
    let named = fields(&put(&ada, bad).await.unwrap_err());
    for field in ["document.name", "document.kind", "document.title", "document.people[0].person", "document.audience"] {
        assert!(named.contains(&field.to_owned()), "{field} in {named:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_but_possible_documents_have_a_defined_result() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut last = document("last-day", "Last day", "the year 9999 zyzzyva", "ada");
    last.create_time = Some(prost_types::Timestamp { seconds: 253_402_300_799, nanos: 0 });
    last.update_time = last.create_time;
    let revision = put(&ada, last).await.unwrap().revision;
    let request = pb::FindExpertsRequest { query: "zyzzyva".to_owned(), min_revision: revision, ..Default::default() };
    let answer = ada.discovery().find_experts(ada.request(request)).await.unwrap().into_inner();
    assert_eq!(answer.experts.len(), 1);

    let unknown = put(&ada, document("by-nobody", "By nobody", "xylophone", "never-seen")).await.unwrap();
    let get = pb::GetPersonRequest { name: "people/never-seen".to_owned(), min_revision: unknown.revision };
    let stub = ada.people().get_person(ada.request(get)).await.unwrap().into_inner();
    assert_eq!(stub.display_name, "never-seen");

    let mut revision = String::new();
    for depth in 0..200 {
        let parent = if depth == 0 { "documents/by-nobody".to_owned() } else { format!("documents/reply-{}", depth - 1) };
        let mut reply = document(&format!("reply-{depth}"), "", "a chain of replies", "ada");
        reply.kind = pb::DocumentKind::Reply.into();
        reply.thread = Some(pb::ThreadPlace { root: "documents/by-nobody".to_owned(), parent });
        revision = put(&ada, reply).await.unwrap().revision;
    }
    let request =
        pb::FindDocumentsRequest { query: "chain".to_owned(), include_total: true, min_revision: revision, ..Default::default() };
    let found = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
    assert_eq!(found.total.unwrap().count, 200);

    let again = put(&ada, document("by-nobody", "By nobody", "xylophone", "never-seen")).await.unwrap();
    assert_eq!(
        again.update_time,
        put(&ada, document("by-nobody", "By nobody", "xylophone", "never-seen")).await.unwrap().update_time
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_queries_and_tokens_are_refused_by_field() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    for at in 0..30 {
        put(&ada, document(&format!("d{at}"), "Tide", "tides", "ada")).await.unwrap();
    }
    let find = |client: &Client, query: String, page_token: String, page_size: i32| {
        let client = client.clone();
        async move {
            let request = pb::FindDocumentsRequest { query, page_token, page_size, ..Default::default() };
            client.discovery().find_documents(client.request(request)).await.map(tonic::Response::into_inner)
        }
    };
    for query in ["word ".repeat(10_000), "(".repeat(10_000), (0..60).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ")] {
        assert_eq!(fields(&find(&ada, query, String::new(), 0).await.unwrap_err()), ["query"]);
    }
    for query in ["((((((((", "\u{0}\u{1}\u{7f}", "AND OR NOT", "\"unclosed", "😀👩‍👩‍👧‍👦", "\u{202e}tides"] {
        find(&ada, query.to_owned(), String::new(), 0).await.unwrap_or_else(|status| panic!("{query:?}: {status}"));
    }
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
    let request = pb::FindDocumentsRequest { min_revision: "nonsense".to_owned(), ..Default::default() };
    let status = ada.discovery().find_documents(ada.request(request)).await.unwrap_err();
    assert_eq!(fields(&status), ["min_revision"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_are_guarded() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let nobody = house.client(None);
    assert_eq!(put(&nobody, document("x", "X", "x", "ada")).await.unwrap_err().code(), Code::Unauthenticated);
    let bad_name = ada.with_asker(Some("ada"));
    assert_eq!(put(&bad_name, document("x", "X", "x", "ada")).await.unwrap_err().code(), Code::Unauthenticated);
    let made = put(&ada, document("x", "X", "x", "ada")).await.unwrap();
    let mut stale = document("x", "Y", "y", "ada");
    stale.etag = "0123".to_owned();
    assert_eq!(put(&ada, stale).await.unwrap_err().code(), Code::Aborted);
    let mut fresh = document("x", "Y", "y", "ada");
    fresh.etag = made.etag;
    let request = |document: pb::Document, request_id: &str| pb::UpdateDocumentRequest {
        document: Some(document),
        request_id: request_id.to_owned(),
        ..Default::default()
    };
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    let first = ada.content().update_document(ada.request(request(fresh.clone(), id))).await.unwrap().into_inner();
    let retry = ada.content().update_document(ada.request(request(fresh, id))).await.unwrap().into_inner();
    assert_eq!(first.etag, retry.etag, "a retry has one effect, and is not refused for it");
    let other = ada.content().update_document(ada.request(request(document("x", "Z", "z", "ada"), id))).await.unwrap_err();
    assert_eq!(fields(&other), ["request_id"]);
    let mut narrowed = document("x", "Y", "y", "ada");
    narrowed.audience = Some(pb::Audience { allowed: vec!["people/bo".to_owned()], ..audience(Grant::Restricted) });
    put(&ada, narrowed).await.unwrap();
    let get = pb::GetDocumentRequest { name: "documents/x".to_owned(), ..Default::default() };
    assert_eq!(ada.content().get_document(ada.request(get)).await.unwrap_err().code(), Code::NotFound);
    let found = ada.find_documents("y").await;
    assert!(found.documents.is_empty(), "taking rights away works from the acknowledgement on");
}
