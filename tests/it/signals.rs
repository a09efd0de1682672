//! What an answer says of people who know beside what they are ranked by, asked of the real services.
//!
//! Proved: 1. communities are counted over the visible documents that speak, also behind those that are listed, and are told as the
//! documents themselves tell them: hidden ones too, by name alone; 2. skills are told of the people of the page as the query names
//! them, with who else says so counted as `GetExpertise` does, and move no score, no rank and nobody onto the page; 3. anonymous askers get
//! none; 4. what is taken back, changed or deleted is gone with the next call.

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

async fn profile(client: &Client, id: &str, skills: &[&str]) {
    let skills = skills.iter().map(ToString::to_string).collect();
    let person = Some(pb::Person { name: format!("people/{id}"), skills, ..Default::default() });
    let update_mask = Some(prost_types::FieldMask { paths: vec!["skills".to_owned()] });
    let request = pb::UpdatePersonRequest { person, update_mask, allow_missing: true, ..Default::default() };
    client.people().update_person(client.request(request)).await.expect("a profile is put");
}

async fn delete(client: &Client, id: &str) {
    let request = pb::DeletePersonRequest { name: format!("people/{id}"), ..Default::default() };
    client.people().delete_person(client.request(request)).await.expect("a profile is deleted");
}

async fn endorse(house: &House, endorser: &str, id: &str, skill: &str) {
    let client = house.client(Some(&format!("people/{endorser}"))).without_scopes();
    let request = pb::EndorseSkillRequest { name: format!("people/{id}"), skill: skill.to_owned(), ..Default::default() };
    client.people().endorse_skill(client.request(request)).await.expect("a skill is endorsed");
}

fn skills(hit: &pb::ExpertHit) -> Vec<(&str, bool, i32)> {
    hit.skills.iter().map(|signal| (signal.skill.as_str(), signal.declared, signal.endorsement_count)).collect()
}

fn id(hit: &pb::ExpertHit) -> &str {
    hit.person.as_ref().map_or("", |person| person.name.trim_start_matches("people/"))
}

/// Ada writes most about tides, then a stub, then bo; cy and dee write nothing. Ada is endorsed by the three others, for more or less
/// of them.
async fn harbour() -> (House, String) {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, "ada", &["Tide Tables", "Sluices", "Tidal power"]).await;
    profile(&writer, "bo", &["Knots"]).await;
    profile(&writer, "cy", &["tides"]).await;
    profile(&writer, "dee", &[]).await;
    for (endorser, skill) in [("bo", "tide  tables"), ("cy", "TIDE TABLES"), ("dee", "neap tides"), ("bo", "Sluices")] {
        endorse(&house, endorser, "ada", skill).await;
    }
    let mut last = String::new();
    for (author, count) in [("ada", 3), ("stub", 2), ("bo", 1)] {
        for n in 0..count {
            let text = format!("tides {}", "calm ".repeat(n));
            last = put(&writer, document(&format!("{author}{n}"), "Log", &text, author)).await.unwrap().revision;
        }
    }
    (house, last)
}

#[tokio::test(flavor = "multi_thread")]
async fn skills_are_told_as_the_query_names_them() {
    let (house, last) = harbour().await;
    let asker = house.client(Some("people/asker")).without_scopes();
    let found = find(&asker, "who knows the tide?", &last).await;
    assert_eq!(found.iter().map(id).collect::<Vec<_>>(), ["ada", "stub", "bo"], "nobody is named for what people say");
    let of_ada = [("Tide Tables", true, 2), ("neap tides", false, 1)];
    assert_eq!(skills(&found[0]), of_ada);
    assert!(found[1..].iter().all(|hit| hit.skills.is_empty()), "a stub has none, and of knots nobody asked");
    let reasons = &found[0].reasons;
    let said = ["declares \u{201c}Tide Tables\u{201d}, endorsed by 2", "endorsed for \u{201c}neap tides\u{201d} by 1"];
    assert_eq!(reasons[1..3], said, "{reasons:?}");
    assert!(reasons[0].starts_with("wrote ") && reasons[3].starts_with("last active "), "{reasons:?}");
    assert_eq!(skills(&find(&asker, "tides behind the sluice", &last).await[0]), [of_ada[0], of_ada[1], ("Sluices", true, 1)]);
    assert_eq!(skills(&find(&asker, "who knows calm", &last).await[0]), [], "of skills nobody asked");

    let request = pb::GetExpertiseRequest { name: "people/ada".to_owned(), ..Default::default() };
    let known = asker.people().get_expertise(asker.request(request)).await.unwrap().into_inner();
    let endorsed: Vec<(&str, i32)> = known.endorsed.iter().map(|skill| (skill.skill.as_str(), skill.count)).collect();
    assert_eq!(endorsed, [("Tide Tables", 2), ("neap tides", 1), ("Sluices", 1)]);
    let request = pb::SearchRequest { query: "tide".to_owned(), experts_wanted: 1, ..Default::default() };
    let blended = asker.discovery().search(asker.request(request)).await.unwrap().into_inner();
    assert_eq!(skills(&blended.experts[0]), of_ada);

    let public = find(&house.client(None), "who knows the tide?", &last).await;
    for (hit, signed_in) in public.iter().zip(&found) {
        assert!(
            hit.skills.is_empty() && !hit.reasons.iter().any(|reason| reason.contains("endorsed") || reason.contains("declares"))
        );
        let rank = |hit: &pb::ExpertHit| (id(hit).to_owned(), hit.score.to_bits(), hit.relevance.to_bits(), hit.level);
        assert_eq!(rank(hit), rank(signed_in), "what people say counts in nothing");
    }
    assert_eq!(public.len(), found.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_is_gone_with_the_next_call() {
    let (house, last) = harbour().await;
    let writer = house.client(Some("people/writer"));
    let asker = house.client(Some("people/asker")).without_scopes();
    let told = || async { find(&asker, "tide", &last).await[0].clone() };
    assert_eq!(skills(&told().await), [("Tide Tables", true, 2), ("neap tides", false, 1)]);
    let bo = house.client(Some("people/bo")).without_scopes();
    let (name, skill) = ("people/ada".to_owned(), "Tide tables".to_owned());
    let withdrawal = pb::WithdrawEndorsementRequest { name, skill, ..Default::default() };
    bo.people().withdraw_endorsement(bo.request(withdrawal)).await.unwrap();
    assert_eq!(skills(&told().await), [("neap tides", false, 1), ("Tide Tables", true, 1)], "what bo said is taken back");
    delete(&writer, "dee").await;
    assert_eq!(skills(&told().await), [("Tide Tables", true, 1)], "dee has no profile any more");
    profile(&writer, "ada", &["Sluices"]).await;
    let hit = told().await;
    assert_eq!(skills(&hit), [("tide tables", false, 1)], "ada declares it no more");
    assert!(hit.reasons.contains(&"endorsed for \u{201c}tide tables\u{201d} by 1".to_owned()), "{:?}", hit.reasons);
    delete(&writer, "ada").await;
    let hit = told().await;
    assert_eq!((id(&hit), skills(&hit)), ("ada", vec![]), "without a profile nothing is said of ada");
    assert!(!hit.reasons.iter().any(|reason| reason.contains("endorsed")), "{:?}", hit.reasons);
}
