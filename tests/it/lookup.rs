//! Documents that are already known of, by name and by source, asked of the real services.
//!
//! Proved: 1. a batch has what the asker may see in the order of the request, and names the rest, missing or hidden alike;
//! 2. malformed names are refused at once, and so are none and too many; 3. a document is found by its source, and is not found in
//! the same words where it is missing or hidden; 4. it goes from both with the rights to it.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{Client, House, audience, document, fields, put, restricted};

fn names(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| format!("documents/{id}")).collect()
}

async fn batch(client: &Client, request: pb::BatchGetDocumentsRequest) -> Result<pb::BatchGetDocumentsResponse, Status> {
    Ok(client.content().batch_get_documents(client.request(request)).await?.into_inner())
}

fn of(names: Vec<String>) -> pb::BatchGetDocumentsRequest {
    pb::BatchGetDocumentsRequest { names, ..Default::default() }
}

async fn lookup(client: &Client, system: &str, id: &str) -> Result<pb::Document, Status> {
    let source = Some(pb::Source { system: system.to_owned(), id: id.to_owned() });
    let request = pb::LookupDocumentRequest { source, ..Default::default() };
    Ok(client.content().lookup_document(client.request(request)).await?.into_inner())
}

fn imported(id: &str, readers: pb::Audience) -> pb::Document {
    let source = Some(pb::Source { system: "forum".to_owned(), id: format!("{id}/1 é") });
    pb::Document { audience: Some(readers), source, ..document(id, "Tides", "tides turn turbines", "ada") }
}

/// `open` is for everybody, `signed` for the organisation, `secret` for bo.
async fn house() -> House {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let documents =
        [("open", audience(Grant::World)), ("signed", audience(Grant::Organization)), ("secret", restricted(&["people/bo"]))];
    for (id, readers) in documents {
        put(&writer, imported(id, readers)).await.unwrap();
    }
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_has_what_may_be_seen_and_names_the_rest() {
    let house = house().await;
    let asked = || names(&["secret", "signed", "never", "open", "signed"]);
    for (asker, found, not_found) in [
        (None, &["open"][..], &["secret", "signed", "never"][..]),
        (Some("people/ada"), &["signed", "open"], &["secret", "never"]),
        (Some("people/bo"), &["secret", "signed", "open"], &["never"]),
    ] {
        let client = house.client(asker);
        let answer = batch(&client, of(asked())).await.unwrap();
        let shown: Vec<String> = answer.documents.iter().map(|document| document.name.clone()).collect();
        assert_eq!((shown, answer.not_found), (names(found), names(not_found)), "{asker:?}");
        assert!(answer.documents.iter().all(|document| document.body.is_empty()), "everything but the body");
        let full = pb::BatchGetDocumentsRequest { view: pb::DocumentView::Full.into(), ..of(asked()) };
        for shown in batch(&client, full).await.unwrap().documents {
            let request = pb::GetDocumentRequest { name: shown.name.clone(), ..Default::default() };
            assert_eq!(client.content().get_document(client.request(request)).await.unwrap().into_inner(), shown);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_names_are_refused_at_once() {
    let house = house().await;
    let ada = house.client(Some("people/ada"));
    let mut request = of(vec!["documents/open".to_owned(), "people/ada".to_owned(), String::new(), "documents/a b".to_owned()]);
    request.view = 77;
    request.min_revision = "nonsense".to_owned();
    let refused = batch(&ada, request).await.unwrap_err();
    assert_eq!(fields(&refused), ["names[1]", "names[2]", "names[3]", "view", "min_revision"]);
    assert_eq!(fields(&batch(&ada, of(Vec::new())).await.unwrap_err()), ["names"]);
    let limits = ada.admin().get_limits(ada.request(pb::GetLimitsRequest {})).await.unwrap().into_inner();
    let many = |count: i32| of((0..count).map(|at| format!("documents/{at}")).collect());
    assert_eq!(batch(&ada, many(limits.batch)).await.unwrap().not_found.len(), usize::try_from(limits.batch).unwrap());
    assert_eq!(fields(&batch(&ada, many(limits.batch + 1)).await.unwrap_err()), ["names"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_found_by_its_source() {
    let house = house().await;
    let (ada, bo) = (house.client(Some("people/ada")), house.client(Some("people/bo")));
    let found = lookup(&bo, "forum", "secret/1 é").await.unwrap();
    assert_eq!((found.name.as_str(), found.body.as_str()), ("documents/secret", "tides turn turbines"));
    let hidden = lookup(&ada, "forum", "secret/1 é").await.unwrap_err();
    let missing = lookup(&ada, "forum", "never").await.unwrap_err();
    assert_eq!((hidden.code(), hidden.message()), (Code::NotFound, missing.message()));
    assert_eq!(hidden.details(), missing.details(), "the same bytes");
    assert_eq!(hidden.get_details_resource_info().unwrap().resource_type, "rookery.dev/Document");
    assert_eq!(lookup(&bo, "other", "secret/1 é").await.unwrap_err().code(), Code::NotFound, "identifiers belong to a system");
    let nothing = pb::LookupDocumentRequest { view: 9, min_revision: "nonsense".to_owned(), source: None };
    let refused = ada.content().lookup_document(ada.request(nothing)).await.unwrap_err();
    assert_eq!(fields(&refused), ["source", "view", "min_revision"]);
    assert_eq!(fields(&lookup(&ada, "", "").await.unwrap_err()), ["source.system", "source.id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_goes_with_the_rights_and_with_the_source() {
    let house = house().await;
    let (writer, ada) = (house.client(Some("people/writer")), house.client(Some("people/ada")));
    assert!(lookup(&ada, "forum", "signed/1 é").await.is_ok());
    let narrowed = put(&writer, imported("signed", restricted(&["people/bo"]))).await.unwrap();
    assert_eq!(lookup(&ada, "forum", "signed/1 é").await.unwrap_err().code(), Code::NotFound);
    let fresh = pb::BatchGetDocumentsRequest { min_revision: narrowed.revision, ..of(names(&["signed"])) };
    assert_eq!(batch(&ada, fresh).await.unwrap().not_found, names(&["signed"]));
    let moved = pb::Document {
        source: Some(pb::Source { system: "wiki".to_owned(), id: "1".to_owned() }),
        ..imported("open", audience(Grant::World))
    };
    put(&writer, moved).await.unwrap();
    assert_eq!(lookup(&ada, "forum", "open/1 é").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(lookup(&ada, "wiki", "1").await.unwrap().name, "documents/open");
}
