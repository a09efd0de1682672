//! Who changes who may read, and who is told why, asked of the real services.
//!
//! Proved: 1. caretakers hide and narrow documents of their community, never widen, and lift what they did; 2. nobody else does, and
//! what is hidden stays unknown; 3. an audience is changed alone, and a missing one is refused; 4. access is explained gate by
//! gate to moderators only.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, put, put_community, reads, restricted};

async fn moderate(
    client: &Client,
    id: &str,
    action: pb::ModerationAction,
    audience: Option<pb::Audience>,
) -> Result<pb::Document, Status> {
    let request =
        pb::ModerateDocumentRequest { name: format!("documents/{id}"), action: action.into(), audience, ..Default::default() };
    Ok(client.content().moderate_document(client.request(request)).await?.into_inner())
}

async fn check(client: &Client, id: &str, person: &str, groups: &[&str]) -> Result<pb::CheckAccessResponse, Status> {
    let request = pb::CheckAccessRequest {
        name: format!("documents/{id}"),
        person: person.to_owned(),
        groups: groups.iter().map(ToString::to_string).collect(),
        ..Default::default()
    };
    Ok(client.content().check_access(client.request(request)).await?.into_inner())
}

async fn settled(client: &Client, document: &pb::Document) {
    let request = pb::FindDocumentsRequest { min_revision: document.revision.clone(), ..Default::default() };
    client.discovery().find_documents(client.request(request)).await.unwrap();
}

/// Cy takes care of the community of `d`, which the organisation reads, and of `secret`, which is for bo alone.
async fn house() -> (House, Client) {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    put_community(&writer, "tides", &["bo"], &["cy"]).await;
    for (id, readers) in [("d", audience(Grant::Organization)), ("secret", restricted(&["people/bo"]))] {
        let document = pb::Document {
            community: "communities/tides".to_owned(),
            audience: Some(readers),
            ..document(id, &format!("title{id}"), "tides turn turbines", "ada")
        };
        let put = put(&writer, document).await.unwrap();
        settled(&writer, &put).await;
    }
    (house, writer)
}

#[tokio::test(flavor = "multi_thread")]
async fn caretakers_hide_narrow_and_lift() {
    let (house, writer) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    let (ada, bo) = (house.client(Some("people/ada")), house.client(Some("people/bo")));
    let hidden = moderate(&cy, "d", pb::ModerationAction::Hide, None).await.unwrap();
    assert_eq!(hidden.moderation, Some(restricted(&[])));
    assert!(!reads(&ada, "documents/d").await && !reads(&bo, "documents/d").await && reads(&cy, "documents/d").await);
    let narrowed = moderate(&cy, "d", pb::ModerationAction::Narrow, Some(restricted(&["people/bo"]))).await.unwrap();
    settled(&writer, &narrowed).await;
    assert!(!reads(&ada, "documents/d").await && reads(&bo, "documents/d").await && reads(&cy, "documents/d").await);
    let opened = moderate(&cy, "d", pb::ModerationAction::Narrow, Some(audience(Grant::World))).await.unwrap();
    settled(&writer, &opened).await;
    assert!(reads(&ada, "documents/d").await);
    assert!(!reads(&house.client(None), "documents/d").await, "no caretaker opens more than its writer did");
    let lifted = moderate(&cy, "d", pb::ModerationAction::Lift, None).await.unwrap();
    assert_eq!((lifted.moderation, lifted.audience), (None, Some(audience(Grant::Organization))));
    assert_eq!(lifted.update_time, hidden.update_time, "nothing that is written changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_moderates_and_what_is_hidden_stays_unknown() {
    let (house, _) = house().await;
    let hide = |client: Client, id: &'static str| async move {
        moderate(&client, id, pb::ModerationAction::Hide, None).await.unwrap_err().code()
    };
    assert_eq!(hide(house.client(None), "d").await, Code::Unauthenticated);
    assert_eq!(hide(house.client(None), "secret").await, Code::Unauthenticated);
    assert_eq!(hide(house.client(None), "missing").await, Code::Unauthenticated);
    let ada = || house.client(Some("people/ada")).without_scopes();
    assert_eq!(hide(ada(), "d").await, Code::PermissionDenied);
    assert_eq!(hide(ada(), "secret").await, Code::NotFound);
    assert_eq!(hide(ada(), "missing").await, Code::NotFound);
    let cy = house.client(Some("people/cy")).without_scopes();
    assert_eq!(hide(cy, "secret").await, Code::NotFound, "taking care of a community opens none of its documents");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audience_is_changed_alone() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada"));
    let get = pb::GetDocumentRequest { name: "documents/d".to_owned(), ..Default::default() };
    let before = writer.content().get_document(writer.request(get)).await.unwrap().into_inner();
    let change = |audience: Option<pb::Audience>, etag: &str| pb::UpdateAudienceRequest {
        name: "documents/d".to_owned(),
        audience,
        etag: etag.to_owned(),
        ..Default::default()
    };
    let refused = writer.content().update_audience(writer.request(change(None, ""))).await.unwrap_err();
    assert_eq!(fields(&refused), ["audience"]);
    let stale = change(Some(restricted(&[])), "0123");
    assert_eq!(writer.content().update_audience(writer.request(stale)).await.unwrap_err().code(), Code::Aborted);
    let without = ada.clone().without_scopes();
    let open = change(Some(audience(Grant::World)), "");
    let denied = without.content().update_audience(without.request(open)).await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    let denying = pb::Audience { denied: vec!["people/ada".to_owned()], ..audience(Grant::World) };
    let deny = change(Some(denying.clone()), &before.etag);
    let changed = writer.content().update_audience(writer.request(deny)).await.unwrap().into_inner();
    assert!(!reads(&ada, "documents/d").await, "a deny works from the answer on");
    let expected = pb::Document {
        audience: Some(denying),
        etag: changed.etag.clone(),
        revision: changed.revision.clone(),
        ..before.clone()
    };
    assert_eq!(changed, expected);
    assert_ne!(changed.etag, before.etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_is_explained_to_moderators_only() {
    let (house, writer) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    let told = check(&cy, "d", "people/ada", &[]).await.unwrap();
    assert!(told.allowed && told.checks.len() == 1);
    assert_eq!(told.checks[0].explanation, "the document is open to everybody signed in");
    assert!(!check(&cy, "d", "", &[]).await.unwrap().allowed, "somebody who is not signed in");
    let members = restricted(&["communities/tides", "groups/board"]);
    moderate(&cy, "d", pb::ModerationAction::Narrow, Some(members)).await.unwrap();
    let told = check(&cy, "d", "people/bo", &[]).await.unwrap();
    let limit = &told.checks[1];
    assert_eq!(
        (told.allowed, limit.gate(), &limit.granted_by[..]),
        (true, pb::AccessGate::Moderation, &["communities/tides".to_owned()][..])
    );
    assert!(!check(&cy, "d", "people/ada", &[]).await.unwrap().allowed);
    assert!(check(&cy, "d", "people/ada", &["groups/board"]).await.unwrap().allowed);
    let code = |outcome: Result<pb::CheckAccessResponse, Status>| outcome.unwrap_err().code();
    assert_eq!(code(check(&cy, "secret", "people/bo", &[]).await), Code::NotFound);
    let ada = house.client(Some("people/ada")).without_scopes();
    assert_eq!(code(check(&ada, "secret", "people/bo", &[]).await), Code::NotFound);
    assert_eq!(code(check(&ada, "d", "people/bo", &[]).await), Code::NotFound, "narrowed away from her");
    let bo = house.client(Some("people/bo")).without_scopes();
    assert_eq!(code(check(&bo, "d", "people/bo", &[]).await), Code::PermissionDenied);
    assert_eq!(code(check(&house.client(None), "d", "people/bo", &[]).await), Code::Unauthenticated);
    let told = check(&writer, "secret", "people/ada", &[]).await.unwrap();
    assert!(!told.allowed && told.checks[0].explanation == "the document is open to people/bo only");
}
