//! A good request of every method. Writes are only validated, so that one trial leaves to the next what it found.

use prost_reflect::{DynamicMessage, MethodDescriptor};
use rookery::grpc::pb;

use crate::support::raw::path;
use crate::support::{Client, document, put, put_community};

const GOOD: &[(&str, &str)] = &[
    ("/rookery.v1.DiscoveryService/Search", r#"{"query": "tide", "facets": [{"facet": "FACET_KIND"}]}"#),
    ("/rookery.v1.DiscoveryService/FindExperts", r#"{"query": "tide"}"#),
    ("/rookery.v1.DiscoveryService/FindDocuments", r#"{"query": "tide", "facets": [{"facet": "FACET_KIND"}]}"#),
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
    ("/rookery.v1.DiscoveryService/FindDiscussions", r#"{"query": "tide"}"#),
    ("/rookery.v1.DiscoveryService/FindPeople", r#"{"query": "ada"}"#),
    ("/rookery.v1.DiscoveryService/FindPeers", r#"{"person": "people/bo"}"#),
    ("/rookery.v1.DiscoveryService/FindSimilar", r#"{"document": "documents/tide"}"#),
    ("/rookery.v1.DiscoveryService/ListOperators", "{}"),
    ("/rookery.v1.DiscoveryService/Suggest", r#"{"query": "tide an"}"#),
    ("/rookery.v1.ContentService/BatchGetDocuments", r#"{"names": ["documents/tide"]}"#),
    ("/rookery.v1.ContentService/LookupDocument", r#"{"source": {"system": "wiki", "id": "1"}}"#),
    (
        "/rookery.v1.ContentService/CreateDocument",
        r#"{"document": {"kind": "DOCUMENT_KIND_POST", "audience": {"grant": "GRANT_WORLD"},
            "source": {"system": "forum", "id": "3"}}, "documentId": "made", "validateOnly": true}"#,
    ),
    ("/rookery.v1.ContentService/AcceptAnswer", r#"{"name": "documents/answer", "validateOnly": true}"#),
    ("/rookery.v1.ContentService/React", r#"{"name": "documents/tide", "reaction": "like", "validateOnly": true}"#),
    (
        "/rookery.v1.ContentService/ReviewDocument",
        r#"{"name": "documents/tide", "action": "REVIEW_ACTION_DEPRECATE", "note": "old", "replacement": "documents/kept",
            "expireTime": "2999-01-01T00:00:00Z", "validateOnly": true}"#,
    ),
    ("/rookery.v1.ContentService/BeginSync", r#"{"system": "blog"}"#),
    ("/rookery.v1.ContentService/CommitSync", r#"{"sync": "$SYNC", "validateOnly": true}"#),
    (
        "/rookery.v1.PeopleService/CreatePerson",
        r#"{"person": {"displayName": "Made", "source": {"system": "staff", "id": "3"}}, "personId": "made",
            "validateOnly": true}"#,
    ),
    ("/rookery.v1.PeopleService/BatchGetPeople", r#"{"names": ["people/ada"]}"#),
    ("/rookery.v1.PeopleService/LookupPerson", r#"{"source": {"system": "staff", "id": "bo"}}"#),
    ("/rookery.v1.PeopleService/GetExpertise", r#"{"name": "people/bo"}"#),
    ("/rookery.v1.PeopleService/EndorseSkill", r#"{"name": "people/bo", "skill": "knots", "validateOnly": true}"#),
    ("/rookery.v1.PeopleService/WithdrawEndorsement", r#"{"name": "people/bo", "skill": "knots", "validateOnly": true}"#),
    (
        "/rookery.v1.PeopleService/LinkAlias",
        r#"{"person": "people/bo", "alias": "people/forum:bo", "note": "said so", "validateOnly": true}"#,
    ),
    ("/rookery.v1.PeopleService/UnlinkAlias", r#"{"person": "people/bo", "alias": "bobby", "validateOnly": true}"#),
    ("/rookery.v1.PeopleService/ListAliasLinks", r#"{"parent": "people/bo"}"#),
    ("/rookery.v1.AdminService/RebuildIndex", "{}"),
    ("/rookery.v1.AdminService/Vacuum", "{}"),
    ("/rookery.v1.AdminService/GetStatus", "{}"),
    ("/rookery.v1.AdminService/GetLimits", "{}"),
    ("/rookery.v1.AdminService/GetSynonymSet", r#"{"name": "synonymSets/tides"}"#),
    ("/rookery.v1.AdminService/ListSynonymSets", "{}"),
    (
        "/rookery.v1.AdminService/UpdateSynonymSet",
        r#"{"synonymSet": {"name": "synonymSets/new", "terms": ["pto", "paid time off"]}, "allowMissing": true, "validateOnly": true}"#,
    ),
    (
        "/rookery.v1.AdminService/DeleteSynonymSet",
        r#"{"name": "synonymSets/absent", "allowMissing": true, "validateOnly": true}"#,
    ),
    ("/rookery.v1.AdminService/GetCuration", r#"{"name": "curations/tides"}"#),
    ("/rookery.v1.AdminService/ListCurations", "{}"),
    (
        "/rookery.v1.AdminService/UpdateCuration",
        r#"{"curation": {"name": "curations/new", "queries": ["tide table"], "pins": ["documents/tide"],
            "audience": {"grant": "GRANT_WORLD"}, "expireTime": "2999-01-01T00:00:00Z"},
            "allowMissing": true, "validateOnly": true}"#,
    ),
    ("/rookery.v1.AdminService/DeleteCuration", r#"{"name": "curations/absent", "allowMissing": true, "validateOnly": true}"#),
    ("/rookery.v1.AdminService/ListFruitlessQueries", "{}"),
];

/// What good requests need that no table can hold.
pub(super) struct Furniture {
    sync: String,
}

impl Furniture {
    /// A good request of a method; nothing where none is known.
    pub(super) fn good_request(&self, method: &MethodDescriptor) -> Option<DynamicMessage> {
        let path = path(method);
        let (_, json) = GOOD.iter().find(|(known, _)| *known == path)?;
        let json = json.replace("$SYNC", &self.sync);
        let request = DynamicMessage::deserialize(method.input(), &mut serde_json::Deserializer::from_str(&json));
        Some(request.unwrap_or_else(|error| panic!("the good request of {path} is JSON of its message: {error}")))
    }

    /// Makes what good requests are about.
    pub(super) async fn bring(client: &Client) -> Self {
        put_community(client, "tides", &["bo"], &["ada"]).await;
        let source = |id: &str| Some(pb::Source { system: "wiki".to_owned(), id: id.to_owned() });
        let tide = pb::Document { source: source("1"), ..document("tide", "Tide", "tide", "ada") };
        let kept = pb::Document { community: "communities/tides".to_owned(), ..document("kept", "Kept", "tide", "ada") };
        let place = pb::ThreadPlace { root: "documents/tide".to_owned(), parent: "documents/tide".to_owned() };
        let answer = pb::Document {
            kind: pb::DocumentKind::Reply.into(),
            thread: Some(place),
            ..document("answer", "", "an answer", "bo")
        };
        for good in [tide, kept, answer] {
            put(client, good).await.expect("a good document");
        }
        for id in ["ada", "bo"] {
            let person = pb::Person {
                name: format!("people/{id}"),
                display_name: id.to_owned(),
                source: Some(pb::Source { system: "staff".to_owned(), id: id.to_owned() }),
                ..Default::default()
            };
            let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
            client.people().update_person(client.request(request)).await.expect("a good person");
        }
        let link = pb::LinkAliasRequest { person: "people/bo".to_owned(), alias: "bobby".to_owned(), ..Default::default() };
        client.people().link_alias(client.request(link)).await.expect("a good alias");
        let set = pb::SynonymSet {
            name: "synonymSets/tides".to_owned(),
            terms: vec!["tide".to_owned(), "ebb and flow".to_owned()],
            ..Default::default()
        };
        let request = pb::UpdateSynonymSetRequest { synonym_set: Some(set), allow_missing: true, ..Default::default() };
        client.admin().update_synonym_set(client.request(request)).await.expect("a good synonym set");
        let queries = vec!["harbour".to_owned()];
        let curation = pb::Curation { name: "curations/tides".to_owned(), queries, ..Default::default() };
        let request = pb::UpdateCurationRequest { curation: Some(curation), allow_missing: true, ..Default::default() };
        client.admin().update_curation(client.request(request)).await.expect("a good curation");
        let begin = pb::BeginSyncRequest { system: "chat".to_owned(), ..Default::default() };
        let sync = client.content().begin_sync(client.request(begin)).await.expect("a sync").into_inner().sync;
        Self { sync }
    }
}
