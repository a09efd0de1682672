//! Communities and who belongs to them, asked of the real services.
//!
//! Proved: 1. a community is made once; 2. everybody enters an open community that they see and leaves any, and only caretakers do
//! it for others; 3. what members read comes and goes with the next call; 4. members are listed by pages to who may see them, and
//! a hidden community is not found; 5. caretakers see their community whatever its audience; 6. outsiders of a listed community
//! learn nothing of its people, not even when they changed.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, put, put_community, reads, restricted};

async fn create(client: &Client, id: &str, community: pb::Community) -> Result<pb::Community, Status> {
    let request = pb::CreateCommunityRequest { community: Some(community), community_id: id.to_owned(), ..Default::default() };
    Ok(client.communities().create_community(client.request(request)).await?.into_inner())
}

async fn add(client: &Client, community: &str, person: &str) -> Result<pb::AddMemberResponse, Status> {
    let (parent, person) = (format!("communities/{community}"), format!("people/{person}"));
    let request = pb::AddMemberRequest { parent, person, ..Default::default() };
    Ok(client.communities().add_member(client.request(request)).await?.into_inner())
}

async fn remove(client: &Client, community: &str, person: &str) -> Result<pb::RemoveMemberResponse, Status> {
    let (parent, person) = (format!("communities/{community}"), format!("people/{person}"));
    let request = pb::RemoveMemberRequest { parent, person, ..Default::default() };
    Ok(client.communities().remove_member(client.request(request)).await?.into_inner())
}

async fn members(
    client: &Client,
    community: &str,
    page_size: i32,
    page_token: String,
) -> Result<pb::ListMembersResponse, Status> {
    let parent = format!("communities/{community}");
    let request = pb::ListMembersRequest { parent, page_size, page_token, ..Default::default() };
    Ok(client.communities().list_members(client.request(request)).await?.into_inner())
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Code {
    outcome.unwrap_err().code()
}

fn listed(policy: pb::MembershipPolicy) -> pb::Community {
    pb::Community { audience: Some(restricted(&[])), listed: true, policy: policy.into(), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_community_is_made_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let made = create(&ada, "tides", listed(pb::MembershipPolicy::Open)).await.unwrap();
    assert_eq!((made.name.as_str(), made.display_name.as_str(), made.listed), ("communities/tides", "tides", true));
    assert!(!made.etag.is_empty() && !made.revision.is_empty());
    assert_eq!(code(create(&ada, "tides", listed(pb::MembershipPolicy::Open)).await), Code::AlreadyExists);
    let wrong = pb::Community { name: "communities/x".to_owned(), ..Default::default() };
    assert_eq!(fields(&create(&ada, "a b", wrong).await.unwrap_err()), ["community_id", "community.name", "community.audience"]);
    // Without the scope nobody learns whether it exists.
    let without = ada.without_scopes();
    for id in ["tides", "new"] {
        assert_eq!(code(create(&without, id, listed(pb::MembershipPolicy::Open)).await), Code::PermissionDenied);
        assert_eq!(code(create(&house.client(None), id, listed(pb::MembershipPolicy::Open)).await), Code::Unauthenticated);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_enter_open_communities_and_leave_any() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    create(&writer, "open", listed(pb::MembershipPolicy::Open)).await.unwrap();
    let caretakers = vec!["people/cy".to_owned()];
    let closed = pb::Community { caretakers, ..listed(pb::MembershipPolicy::Closed) };
    create(&writer, "closed", closed).await.unwrap();
    put_community(&writer, "hidden", &[], &[]).await;
    let bo = house.client(Some("people/bo")).without_scopes();
    add(&bo, "open", "bo").await.unwrap();
    add(&bo, "open", "bo").await.expect("being in already is no fault");
    assert_eq!(code(add(&bo, "open", "ada").await), Code::PermissionDenied, "for others, one must take care of it");
    assert_eq!(code(add(&bo, "closed", "bo").await), Code::PermissionDenied);
    assert_eq!(code(add(&bo, "hidden", "bo").await), Code::NotFound);
    assert_eq!(code(add(&bo, "missing", "bo").await), Code::NotFound);
    assert_eq!(code(add(&house.client(None), "open", "bo").await), Code::Unauthenticated);
    let cy = house.client(Some("people/cy")).without_scopes();
    add(&cy, "closed", "bo").await.unwrap();
    assert_eq!(code(add(&cy, "open", "ada").await), Code::PermissionDenied, "a caretaker of another community");
    remove(&bo, "closed", "bo").await.expect("everybody may leave");
    remove(&bo, "closed", "bo").await.expect("being out already is no fault");
    assert_eq!(code(remove(&bo, "closed", "cy").await), Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_members_read_comes_and_goes_with_the_next_call() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    put_community(&writer, "tides", &["ada"], &["cy"]).await;
    let document = pb::Document {
        audience: Some(restricted(&["communities/tides"])),
        ..document("d", "titled", "tides turn turbines", "ada")
    };
    let put = put(&writer, document).await.unwrap();
    let settle = pb::FindDocumentsRequest { min_revision: put.revision, ..Default::default() };
    writer.discovery().find_documents(writer.request(settle)).await.unwrap();
    let bo = house.client(Some("people/bo")).without_scopes();
    let cy = house.client(Some("people/cy")).without_scopes();
    for _ in 0..20 {
        assert!(!reads(&bo, "documents/d").await);
        add(&cy, "tides", "bo").await.unwrap();
        assert!(reads(&bo, "documents/d").await);
        remove(&bo, "tides", "bo").await.unwrap();
    }
    assert!(!reads(&cy, "documents/d").await, "a caretaker is a member only where the members say so");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_to_who_may_see_them() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let ids: Vec<String> = (0..25).map(|at| format!("p{at:02}")).collect();
    put_community(&writer, "tides", &ids.iter().map(String::as_str).collect::<Vec<_>>(), &["p07", "zed"]).await;
    let insider = house.client(Some("people/p03")).without_scopes();
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = members(&insider, "tides", 7, token).await.unwrap();
        seen.extend(page.members);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let names: Vec<&str> = seen.iter().map(|member| member.person.trim_start_matches("people/")).collect();
    assert_eq!(names, ids.iter().map(String::as_str).chain(["zed"]).collect::<Vec<_>>());
    let standing = |id: &str| seen.iter().find(|member| member.person == format!("people/{id}")).map(|m| (m.member, m.caretaker));
    assert_eq!(
        [standing("p07"), standing("zed"), standing("p01")],
        [Some((true, true)), Some((false, true)), Some((true, false))]
    );
    let outsider = house.client(Some("people/out")).without_scopes();
    for community in ["tides", "missing"] {
        assert_eq!(code(members(&outsider, community, 0, String::new()).await), Code::NotFound);
    }
    let zed = house.client(Some("people/zed")).without_scopes();
    assert_eq!(members(&zed, "tides", 0, String::new()).await.unwrap().members.len(), 20, "caretakers see their community");
    create(&writer, "listed", listed(pb::MembershipPolicy::Open)).await.unwrap();
    assert_eq!(code(members(&outsider, "listed", 0, String::new()).await), Code::PermissionDenied);
    let open = pb::Community { audience: Some(audience(Grant::World)), ..listed(pb::MembershipPolicy::Open) };
    create(&writer, "open", open).await.unwrap();
    assert_eq!(code(members(&house.client(None), "open", 0, String::new()).await), Code::Unauthenticated);
    assert!(members(&outsider, "open", 0, String::new()).await.unwrap().members.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn outsiders_learn_nothing_of_who_comes_and_goes() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let created = pb::Community { members: vec!["people/bo".to_owned()], ..listed(pb::MembershipPolicy::Open) };
    create(&writer, "tides", created).await.unwrap();
    let outsider = house.client(Some("people/out")).without_scopes();
    let seen = || async {
        let request = pb::GetCommunityRequest { name: "communities/tides".to_owned(), ..Default::default() };
        outsider.communities().get_community(outsider.request(request)).await.unwrap().into_inner()
    };
    let before = seen().await;
    assert!(before.members.is_empty() && before.listed && before.update_time == before.create_time);
    // The clock counts whole seconds, and a change of members must fall into another one.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    add(&writer, "tides", "cy").await.unwrap();
    assert_eq!(seen().await, before, "nothing shows, the etag included");
    let described = pb::Community { description: "currents".to_owned(), name: before.name.clone(), ..Default::default() };
    let request = pb::UpdateCommunityRequest { community: Some(described), ..Default::default() };
    writer.communities().update_community(writer.request(request)).await.unwrap();
    let after = seen().await;
    assert_eq!(after.description, "currents");
    assert_ne!(after.etag, before.etag, "what is seen moves the etag");
}
