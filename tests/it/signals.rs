//! What an answer says of people who know beside what they are ranked by, asked of the real services.
//!
//! Proved: 1. communities are counted over the visible documents that speak, also behind those that are listed, and are told as the
//! documents themselves tell them: hidden ones too, by name alone.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::Code;

use crate::support::{Client, House, audience, document, put, put_community, restricted};

/// Everybody who knows, by name.
async fn find(client: &Client, query: &str, min_revision: &str) -> Vec<pb::ExpertHit> {
    let (query, min_revision) = (query.to_owned(), min_revision.to_owned());
    let request = pb::FindExpertsRequest { query, min_revision, min_relevance: Some(0.0), ..Default::default() };
    client.discovery().find_experts(client.request(request)).await.unwrap().into_inner().experts
}

fn held(hit: &pb::ExpertHit) -> Vec<(&str, i32)> {
    hit.communities.iter().map(|held| (held.community.as_str(), held.count)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn communities_are_told_as_documents_tell_them() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    put_community(&writer, "pilots", &["ada"], &["ada"]).await;
    let held_by = |community: &str, document: pb::Document| {
        let community = if community.is_empty() { String::new() } else { format!("communities/{community}") };
        pb::Document { community, ..document }
    };
    let mut last = String::new();
    let communities = ["docks", "pilots", "", "pilots", "sails", "pilots", "a", "b", "c", "docks", "a", "b", "c"];
    for (n, community) in communities.into_iter().enumerate() {
        let made = held_by(community, document(&format!("d{n}"), "Log", &format!("tide {}", "calm ".repeat(n)), "ada"));
        last = put(&writer, made).await.unwrap().revision;
    }
    let asker = house.client(Some("people/asker")).without_scopes();
    let anonymous = house.client(None);
    let told =
        [("communities/pilots", 3), ("communities/a", 2), ("communities/b", 2), ("communities/c", 2), ("communities/docks", 2)];
    for client in [&asker, &anonymous] {
        let get = pb::GetCommunityRequest { name: "communities/pilots".to_owned(), ..Default::default() };
        assert_eq!(client.communities().get_community(client.request(get)).await.unwrap_err().code(), Code::NotFound);
        let get = pb::GetDocumentRequest { name: "documents/d1".to_owned(), ..Default::default() };
        let shown = client.content().get_document(client.request(get)).await.unwrap().into_inner();
        assert_eq!(shown.community, "communities/pilots", "a document names the community that holds it to all its readers");
        let found = find(client, "tide", &last).await;
        assert_eq!(held(&found[0]), told);
        let documents: i32 = found[0].counts.iter().map(|counted| counted.count).sum();
        assert_eq!(documents, 13);
        assert!(found[0].other_count > 0, "those that are not listed are counted, too");
    }

    let hidden = held_by("docks", document("hidden", "Log", "tide", "ada"));
    put(&writer, pb::Document { audience: Some(restricted(&["people/ada"])), ..hidden }).await.unwrap();
    let inside = held_by("docks", document("inside", "Log", "tide tide", "ada"));
    last = put(&writer, pb::Document { audience: Some(audience(Grant::Organization)), ..inside }).await.unwrap().revision;
    let docks = |count| [("communities/docks", count), ("communities/pilots", 3)];
    assert_eq!(held(&find(&anonymous, "tide", &last).await[0]), told);
    assert_eq!(held(&find(&asker, "tide", &last).await[0])[..2], docks(3));
    assert_eq!(held(&find(&house.client(Some("people/ada")), "tide", &last).await[0])[..2], docks(4));
}
