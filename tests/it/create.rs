//! Making documents, asked of the real services.
//!
//! Proved: 1. a document is made under its id, and a taken id is refused; 2. without an id it gets one that cannot be guessed;
//! 3. a repeated request makes one document, also when its repetitions run at once; 4. checking only makes none; 5. what is wrong
//! is named at once and makes nothing; 6. without the write scope nobody makes anything.

use std::collections::BTreeSet;

use futures::future::join_all;
use rookery::grpc::pb;
use tonic::{Code, Status};

use crate::support::{Client, House, document, fields, head};

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

fn nameless(title: &str) -> pb::Document {
    pb::Document { name: String::new(), ..document("x", title, "tides turn turbines", "ada") }
}

fn request(document_id: &str, request_id: &str) -> pb::CreateDocumentRequest {
    pb::CreateDocumentRequest {
        document: Some(nameless("Tides")),
        document_id: document_id.to_owned(),
        request_id: request_id.to_owned(),
        validate_only: false,
    }
}

async fn create(client: &Client, request: pb::CreateDocumentRequest) -> Result<pb::Document, Status> {
    Ok(client.content().create_document(client.request(request)).await?.into_inner())
}

async fn get(client: &Client, name: &str) -> Result<pb::Document, Status> {
    let request = pb::GetDocumentRequest { name: name.to_owned(), ..Default::default() };
    Ok(client.content().get_document(client.request(request)).await?.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_made_under_its_id_and_a_taken_id_is_refused() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let made = create(&ada, request("tides", "")).await.unwrap();
    assert_eq!((made.name.as_str(), made.title.as_str()), ("documents/tides", "Tides"));
    let got = get(&ada, "documents/tides").await.unwrap();
    assert_eq!(got, pb::Document { revision: String::new(), ..made });
    let before = head(&ada).await;
    let again = pb::CreateDocumentRequest { document: Some(nameless("Other")), ..request("tides", "") };
    assert_eq!(create(&ada, again).await.unwrap_err().code(), Code::AlreadyExists);
    assert_eq!(get(&ada, "documents/tides").await.unwrap(), got, "what is there stays");
    assert_eq!(head(&ada).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_id_it_gets_one_that_cannot_be_guessed() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut names = BTreeSet::new();
    for _ in 0..20 {
        let made = create(&ada, request("", "")).await.unwrap();
        let id = made.name.trim_start_matches("documents/");
        assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
        names.insert(made.name);
    }
    assert_eq!(names.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_makes_one_document() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let first = create(&ada, request("", ID)).await.unwrap();
    let before = head(&ada).await;
    let retry = create(&ada, request("", ID)).await.unwrap();
    assert_eq!((&retry.name, &retry.etag), (&first.name, &first.etag));
    let named = create(&ada, request("tides", &ID.replace('0', "1"))).await.unwrap();
    let retry = create(&ada, request("tides", &ID.replace('0', "1"))).await.unwrap();
    assert_eq!(retry.etag, named.etag, "a retry is not refused for what its first attempt made");
    let other = pb::CreateDocumentRequest { document: Some(nameless("Other")), ..request("", ID) };
    assert_eq!(fields(&create(&ada, other).await.unwrap_err()), ["request_id"]);
    assert_eq!(head(&ada).await, before + 1);
    let once = ID.replace('0', "2");
    let made = join_all((0..16).map(|_| create(&ada, request("", &once)))).await;
    let names: BTreeSet<String> = made.into_iter().map(|made| made.unwrap().name).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(head(&ada).await, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_make_one_name_at_once_one_succeeds() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let made = join_all((0..16).map(|_| create(&ada, request("tides", "")))).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    for refused in made.into_iter().filter_map(Result::err) {
        assert_eq!(refused.code(), Code::AlreadyExists);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_only_makes_none() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let before = head(&ada).await;
    for id in ["", "tides"] {
        let shown = create(&ada, pb::CreateDocumentRequest { validate_only: true, ..request(id, "") }).await.unwrap();
        assert_eq!(shown.title, "Tides");
        assert_eq!(get(&ada, &shown.name).await.unwrap_err().code(), Code::NotFound);
    }
    assert_eq!(head(&ada).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once_and_makes_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let before = head(&ada).await;
    let bad = pb::Document { etag: "0".repeat(32), title: "a\u{0}".to_owned(), ..pb::Document::default() };
    let bad = pb::Document { name: "documents/x".to_owned(), ..bad };
    let everything = pb::CreateDocumentRequest { document: Some(bad), ..request("a b", "nonsense") };
    let mut named = fields(&create(&ada, everything).await.unwrap_err());
    named.sort_unstable();
    let expected =
        ["document.audience", "document.etag", "document.kind", "document.name", "document.title", "document_id", "request_id"];
    assert_eq!(named, expected);
    for id in ["a b", "a/b", "é", &"x".repeat(201)] {
        assert_eq!(fields(&create(&ada, request(id, "")).await.unwrap_err()), ["document_id"], "{id}");
    }
    let nothing = pb::CreateDocumentRequest { document_id: "a b".to_owned(), ..Default::default() };
    assert_eq!(fields(&create(&ada, nothing).await.unwrap_err()), ["document_id", "document"]);
    let reply = pb::Document { kind: pb::DocumentKind::Reply.into(), ..nameless("Tides") };
    let placeless = pb::CreateDocumentRequest { document: Some(reply), ..request("", "") };
    assert_eq!(fields(&create(&ada, placeless).await.unwrap_err()), ["document.thread"]);
    assert_eq!(head(&ada).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_write_scope_nobody_makes_anything() {
    let house = House::open().await;
    create(&house.client(Some("people/ada")), request("taken", "")).await.unwrap();
    for id in ["", "free", "taken"] {
        let code = create(&house.client(None), request(id, "")).await.unwrap_err().code();
        assert_eq!(code, Code::Unauthenticated, "{id}");
        let bo = house.client(Some("people/bo")).without_scopes();
        assert_eq!(create(&bo, request(id, "")).await.unwrap_err().code(), Code::PermissionDenied, "{id}");
    }
}
