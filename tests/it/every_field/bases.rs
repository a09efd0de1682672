//! A good request of every method. Writes are only validated, so that one trial leaves to the next what it found.

use prost_reflect::{DynamicMessage, MethodDescriptor};

use crate::support::raw::path;
use crate::support::{Client, document, put, put_community};

const GOOD: &[(&str, &str)] = &[
    ("/rookery.v1.DiscoveryService/Search", r#"{"query": "tide"}"#),
    ("/rookery.v1.DiscoveryService/FindExperts", r#"{"query": "tide"}"#),
    ("/rookery.v1.DiscoveryService/FindDocuments", r#"{"query": "tide"}"#),
    ("/rookery.v1.ContentService/GetDocument", r#"{"name": "documents/tide"}"#),
    ("/rookery.v1.ContentService/ListDocuments", "{}"),
    (
        "/rookery.v1.ContentService/UpdateDocument",
        r#"{"document": {"name": "documents/new", "kind": "DOCUMENT_KIND_POST", "audience": {"grant": "GRANT_WORLD"},
            "source": {"system": "forum", "id": "1"}},
            "allowMissing": true, "validateOnly": true}"#,
    ),
    ("/rookery.v1.ContentService/DeleteDocument", r#"{"name": "documents/absent", "allowMissing": true, "validateOnly": true}"#),
    (
        "/rookery.v1.ContentService/UpdateAudience",
        r#"{"name": "documents/tide", "audience": {"grant": "GRANT_WORLD"}, "validateOnly": true}"#,
    ),
    (
        "/rookery.v1.ContentService/ModerateDocument",
        r#"{"name": "documents/kept", "action": "MODERATION_ACTION_NARROW", "audience": {"grant": "GRANT_ORGANIZATION"},
            "validateOnly": true}"#,
    ),
    ("/rookery.v1.ContentService/CheckAccess", r#"{"name": "documents/tide", "person": "people/ada"}"#),
    (
        "/rookery.v1.ContentService/ImportDocuments",
        r#"{"item": {"sequence": "1", "document": {"name": "documents/imported", "kind": "DOCUMENT_KIND_POST",
            "audience": {"grant": "GRANT_WORLD"}, "source": {"system": "forum", "id": "2"}}}}"#,
    ),
    ("/rookery.v1.PeopleService/GetPerson", r#"{"name": "people/ada"}"#),
    ("/rookery.v1.PeopleService/ListPeople", "{}"),
    (
        "/rookery.v1.PeopleService/UpdatePerson",
        r#"{"person": {"name": "people/new", "displayName": "New", "source": {"system": "staff", "id": "1"}}, "allowMissing": true, "validateOnly": true}"#,
    ),
    ("/rookery.v1.PeopleService/DeletePerson", r#"{"name": "people/new", "allowMissing": true, "validateOnly": true}"#),
    (
        "/rookery.v1.PeopleService/ImportPeople",
        r#"{"item": {"sequence": "1", "person": {"name": "people/imported", "source": {"system": "staff", "id": "2"}}}}"#,
    ),
    ("/rookery.v1.CommunityService/GetCommunity", r#"{"name": "communities/tides"}"#),
    ("/rookery.v1.CommunityService/ListCommunities", "{}"),
    (
        "/rookery.v1.CommunityService/CreateCommunity",
        r#"{"communityId": "new", "community": {"audience": {"grant": "GRANT_WORLD"}, "source": {"system": "wiki", "id": "1"}},
            "validateOnly": true}"#,
    ),
    (
        "/rookery.v1.CommunityService/UpdateCommunity",
        r#"{"community": {"name": "communities/new", "audience": {"grant": "GRANT_WORLD"},
            "source": {"system": "wiki", "id": "2"}}, "allowMissing": true,
            "validateOnly": true}"#,
    ),
    (
        "/rookery.v1.CommunityService/DeleteCommunity",
        r#"{"name": "communities/absent", "allowMissing": true, "validateOnly": true}"#,
    ),
    ("/rookery.v1.CommunityService/ListMembers", r#"{"parent": "communities/tides"}"#),
    ("/rookery.v1.CommunityService/AddMember", r#"{"parent": "communities/tides", "person": "people/bo", "validateOnly": true}"#),
    (
        "/rookery.v1.CommunityService/RemoveMember",
        r#"{"parent": "communities/tides", "person": "people/bo", "validateOnly": true}"#,
    ),
    ("/rookery.v1.AdminService/GetStatus", "{}"),
    ("/rookery.v1.AdminService/GetLimits", "{}"),
];

/// A good request of a method; nothing where none is known.
pub(super) fn good_request(method: &MethodDescriptor) -> Option<DynamicMessage> {
    let path = path(method);
    let (_, json) = GOOD.iter().find(|(known, _)| *known == path)?;
    let mut json = serde_json::Deserializer::from_str(json);
    let request = DynamicMessage::deserialize(method.input(), &mut json);
    Some(request.unwrap_or_else(|error| panic!("the good request of {path} is JSON of its message: {error}")))
}

/// Makes what good requests are about.
pub(super) async fn furnish(client: &Client) {
    put_community(client, "tides", &["bo"], &["ada"]).await;
    put(client, document("tide", "Tide", "tide", "ada")).await.expect("a good document");
    let mut kept = document("kept", "Kept", "tide", "ada");
    "communities/tides".clone_into(&mut kept.community);
    put(client, kept).await.expect("a good document");
}
