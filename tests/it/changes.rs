//! Reading, changing and deleting by name, asked of the real services over a memory ledger and a RAM index.
//!
//! Proved: 1. a mask narrows a change, and a missing resource is made of everything; 2. lists page by name without gap or
//! duplicate, and their tokens hold for one list and asker; 3. checking only writes nothing; 4. deletes are guarded by etags and
//! repeat as one; 5. people and communities change alike.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::Code;

use crate::support::{Client, House, audience, document};

fn mask(paths: &[&str]) -> prost_types::FieldMask {
    prost_types::FieldMask { paths: paths.iter().map(ToString::to_string).collect() }
}

async fn update(client: &Client, document: pb::Document, paths: &[&str]) -> pb::Document {
    let request = pb::UpdateDocumentRequest {
        document: Some(document),
        update_mask: Some(mask(paths)),
        allow_missing: true,
        ..Default::default()
    };
    client.content().update_document(client.request(request)).await.unwrap().into_inner()
}

async fn list(client: &Client, page_size: i32, page_token: &str) -> Result<pb::ListDocumentsResponse, tonic::Status> {
    let request = pb::ListDocumentsRequest { page_size, page_token: page_token.to_owned(), ..Default::default() };
    client.content().list_documents(client.request(request)).await.map(tonic::Response::into_inner)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mask_narrows_a_change_but_not_what_is_made() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let made = update(&ada, document("d", "First", "first", "ada"), &["title"]).await;
    assert_eq!((made.title.as_str(), made.body.as_str(), made.people.len()), ("First", "first", 1));
    let changed = update(&ada, document("d", "Second", "second", "bo"), &["title"]).await;
    assert_eq!((changed.title.as_str(), changed.body.as_str()), ("Second", "first"));
    assert_eq!(changed.people, made.people);
    let partly = pb::Document { name: made.name.clone(), body: "third".to_owned(), ..Default::default() };
    let changed = update(&ada, partly.clone(), &[]).await;
    assert_eq!((changed.title.as_str(), changed.body.as_str()), ("Second", "third"), "without a mask, what is set changes");
    let cleared = update(&ada, partly, &["title", "people"]).await;
    assert_eq!((cleared.title.as_str(), cleared.people.len(), cleared.body.as_str()), ("", 0, "third"));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_page_by_name() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    for n in 0..25 {
        update(&ada, document(&format!("d{n:02}"), "D", "body", "ada"), &[]).await;
    }
    let (mut names, mut token) = (Vec::new(), String::new());
    loop {
        let page = list(&ada, 7, &token).await.unwrap();
        assert!(page.documents.iter().all(|document| document.body.is_empty()), "lists leave bodies out");
        names.extend(page.documents.into_iter().map(|document| document.name));
        if page.next_page_token.is_empty() {
            break;
        }
        token = page.next_page_token;
    }
    assert!(names.iter().map(String::as_str).eq((0..25).map(|n| format!("documents/d{n:02}")).collect::<Vec<_>>().iter()));
    assert_eq!(list(&ada, 0, "").await.unwrap().documents.len(), 20, "the default");
    let bo = house.client(Some("people/bo"));
    for refused in [list(&bo, 7, &token).await, list(&ada, 7, "nonsense").await, list(&ada, -1, "").await] {
        assert_eq!(refused.unwrap_err().code(), Code::InvalidArgument);
    }
    let people = pb::ListPeopleRequest { page_token: token, ..Default::default() };
    assert_eq!(ada.people().list_people(ada.request(people)).await.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_only_writes_nothing_and_deletes_are_guarded() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let only_checked = pb::UpdateDocumentRequest {
        document: Some(document("d", "D", "body", "ada")),
        allow_missing: true,
        validate_only: true,
        ..Default::default()
    };
    let shown = ada.content().update_document(ada.request(only_checked)).await.unwrap().into_inner();
    assert_eq!(shown.title, "D");
    assert!(list(&ada, 0, "").await.unwrap().documents.is_empty());
    let made = update(&ada, document("d", "D", "body", "ada"), &[]).await;
    let delete = |etag: &str, request_id: &str, allow_missing| {
        let (ada, name) = (ada.clone(), made.name.clone());
        let (etag, request_id) = (etag.to_owned(), request_id.to_owned());
        let request = pb::DeleteDocumentRequest { name, etag, request_id, allow_missing, ..Default::default() };
        async move { ada.content().delete_document(ada.request(request)).await.map(tonic::Response::into_inner) }
    };
    assert_eq!(delete("stale", "", false).await.unwrap_err().code(), Code::Aborted);
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    delete(&made.etag, id, false).await.unwrap();
    delete(&made.etag, id, false).await.expect("a retry is answered by what was done");
    assert_eq!(delete("", "", false).await.unwrap_err().code(), Code::NotFound);
    delete("", "", true).await.expect("what is missing may be deleted where that is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_communities_change_alike() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let person = pb::Person { name: "people/bo".to_owned(), skills: vec!["tides".to_owned()], ..Default::default() };
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    let bo = ada.people().update_person(ada.request(request)).await.unwrap().into_inner();
    assert_eq!((bo.display_name.as_str(), bo.skills.len(), bo.stub), ("bo", 1, false));
    assert!(bo.create_time.is_some() && !bo.etag.is_empty() && !bo.revision.is_empty());
    let cleared = pb::UpdatePersonRequest {
        person: Some(pb::Person { name: bo.name.clone(), etag: bo.etag, ..Default::default() }),
        update_mask: Some(mask(&["skills"])),
        ..Default::default()
    };
    assert!(ada.people().update_person(ada.request(cleared)).await.unwrap().into_inner().skills.is_empty());
    let community = pb::Community {
        name: "communities/tides".to_owned(),
        members: vec!["people/bo".to_owned()],
        audience: Some(audience(Grant::Organization)),
        ..Default::default()
    };
    let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
    let tides = ada.communities().update_community(ada.request(request)).await.unwrap().into_inner();
    assert_eq!((tides.display_name.as_str(), tides.members.len()), ("tides", 1));
    let unsaid = pb::Community { name: "communities/other".to_owned(), ..Default::default() };
    let request = pb::UpdateCommunityRequest { community: Some(unsaid), allow_missing: true, ..Default::default() };
    let refused = ada.communities().update_community(ada.request(request)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let nobody = house.client(None);
    let get = pb::GetCommunityRequest { name: tides.name, ..Default::default() };
    assert_eq!(nobody.communities().get_community(nobody.request(get)).await.unwrap_err().code(), Code::NotFound);
}
