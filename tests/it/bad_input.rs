//! Bad documents are a typed error that names the field, or have a defined result; never a panic, never a half-applied write.
//!
//! Proved: 1. what is empty, huge, unknown, out of range or a control character is refused by field and leaves nothing; 2. all
//! wrong fields are named at once; 3. a message over the limit, and bytes that are no UTF-8, are faults of the request; 4. what is
//! odd but possible has a defined result; 5. writes are guarded. Queries are in `bad_queries`, imports in `bad_imports`.

use http::uri::PathAndQuery;
use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::client::Grpc;
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, names, put};

/// Makes a good document bad.
type Spoil = Box<dyn Fn(&mut pb::Document)>;

#[tokio::test(flavor = "multi_thread")]
async fn bad_documents_are_refused_by_field_and_leave_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let good = || document("good", "Good", "good", "ada");
    let far = Some(prost_types::Timestamp { seconds: 253_402_300_800, nanos: 0 });
    let cases: Vec<(&str, Spoil)> = vec![
        ("document.name", Box::new(|d| *d = pb::Document::default())),
        ("document.kind", Box::new(|d| *d = pb::Document::default())),
        ("document.audience", Box::new(|d| *d = pb::Document::default())),
        ("document.name", Box::new(|d| d.name = String::new())),
        ("document.name", Box::new(|d| d.name = "documents/a b".to_owned())),
        ("document.name", Box::new(|d| d.name = format!("documents/{}", "x".repeat(201)))),
        ("document.kind", Box::new(|d| d.kind = 0)),
        ("document.kind", Box::new(|d| d.kind = 77)),
        ("document.audience", Box::new(|d| d.audience = None)),
        ("document.audience.grant", Box::new(|d| d.audience = Some(pb::Audience::default()))),
        ("document.audience.grant", Box::new(|d| d.audience = Some(pb::Audience { grant: 99, ..pb::Audience::default() }))),
        ("document.format", Box::new(|d| d.format = 99)),
        ("document.title", Box::new(|d| d.title = "a\u{0}b".to_owned())),
        ("document.title", Box::new(|d| d.title = "a\u{1b}[31mb".to_owned())),
        ("document.title", Box::new(|d| d.title = "x".repeat(1_025))),
        ("document.body", Box::new(|d| d.body = "x".repeat((1 << 20) + 1))),
        ("document.people[0].person", Box::new(|d| d.people[0].person = "ada".to_owned())),
        ("document.people[0].role", Box::new(|d| d.people[0].role = 99)),
        ("document.create_time", Box::new(move |d| d.create_time = far)),
        ("document.update_time", Box::new(move |d| d.update_time = far)),
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

const GET: &str = "/rookery.v1.ContentService/GetDocument";

/// A message whose first field is bytes, where the service expects a string.
#[derive(Clone, PartialEq, prost::Message)]
struct Raw {
    #[prost(bytes = "vec", tag = "1")]
    first: Vec<u8>,
}

async fn send_raw(client: &Client, method: &'static str, first: &[u8]) -> Result<(), Status> {
    let mut grpc = Grpc::new(client.channel.clone());
    grpc.ready().await.expect("the house is open");
    let codec = tonic_prost::ProstCodec::<Raw, Raw>::default();
    let request = client.request(Raw { first: first.to_vec() });
    grpc.unary(request, PathAndQuery::from_static(method), codec).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_a_fault_of_the_request() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put(&ada, document("plain", "Plain", "plain", "ada")).await.unwrap();
    send_raw(&ada, GET, b"documents/plain").await.expect("bytes that are UTF-8 are a string");
    for method in [GET, "/rookery.v1.ContentService/UpdateDocument", "/rookery.v1.DiscoveryService/FindDocuments"] {
        for bytes in [b"documents/\xff\xfe".as_slice(), b"\xc0\x80", b"\xed\xa0\x80"] {
            assert_eq!(fields(&send_raw(&ada, method, bytes).await.unwrap_err()), ["request"], "{method} {bytes:?}");
        }
    }
    let over_the_limit = document("huge", "Huge", &"x".repeat(5 << 20), "ada");
    assert_eq!(fields(&put(&ada, over_the_limit).await.unwrap_err()), ["request"]);
    let nothing = pb::UpdateDocumentRequest::default();
    let status = ada.content().update_document(ada.request(nothing)).await.unwrap_err();
    assert!(fields(&status).iter().all(|field| field.starts_with("document")), "{status:?}");
    let get = pb::GetDocumentRequest { name: "documents/huge".to_owned(), ..Default::default() };
    assert_eq!(ada.content().get_document(ada.request(get)).await.unwrap_err().code(), Code::NotFound);
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

    let body = "nul\u{0}byte \u{1b}[31m xenolith \u{202e}";
    let revision = put(&ada, document("controls", "Controls", body, "ada")).await.unwrap().revision;
    let get = pb::GetDocumentRequest { name: "documents/controls".to_owned(), ..Default::default() };
    assert_eq!(ada.content().get_document(ada.request(get)).await.unwrap().into_inner().body, body, "a body is kept as it is");
    let request = pb::FindDocumentsRequest { query: "xenolith".to_owned(), min_revision: revision, ..Default::default() };
    let found = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
    assert_eq!(names(&found), ["documents/controls"]);

    let again = put(&ada, document("by-nobody", "By nobody", "xylophone", "never-seen")).await.unwrap();
    assert_eq!(
        again.update_time,
        put(&ada, document("by-nobody", "By nobody", "xylophone", "never-seen")).await.unwrap().update_time
    );
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
