//! Accepted answers, asked of the real services.
//!
//! Proved: 1. who opened a thread, caretakers of its community and holders of the write scope accept, and nobody else; 2. whoever
//! wrote the reply is its answerer until that is withdrawn, whatever changes in between; 3. accepting another answer moves it,
//! and of those accepted at once one is left; 4. what is hidden stays unknown, and a hidden answer is accepted for nobody who may
//! not read it; 5. checking only, stale etags and bad requests write nothing, and repeated requests have one effect; 6. what is no
//! reply, and whose root is missing, cannot be accepted.

use futures::future::join_all;
use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{Client, House, Server, audience, document, fields, head, put, put_community, restricted};

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

fn accepting(id: &str) -> pb::AcceptAnswerRequest {
    pb::AcceptAnswerRequest { name: format!("documents/{id}"), ..Default::default() }
}

async fn accept(client: &Client, request: pb::AcceptAnswerRequest) -> Result<pb::Document, Status> {
    Ok(client.content().accept_answer(client.request(request)).await?.into_inner())
}

async fn code(client: &Client, id: &str) -> Code {
    accept(client, accepting(id)).await.map_or_else(|status| status.code(), |_| Code::Ok)
}

async fn get(client: &Client, id: &str) -> pb::Document {
    let request = pb::GetDocumentRequest { name: format!("documents/{id}"), ..Default::default() };
    client.content().get_document(client.request(request)).await.unwrap().into_inner()
}

/// The ids of the accepted replies that somebody sees.
async fn accepted(client: &Client) -> Vec<String> {
    let request = pb::ListDocumentsRequest { page_size: 100, ..Default::default() };
    let listed = client.content().list_documents(client.request(request)).await.unwrap().into_inner();
    let accepted = listed.documents.into_iter().filter(|document| document.accepted);
    accepted.map(|document| document.name.trim_start_matches("documents/").to_owned()).collect()
}

fn reply(id: &str, author: &str, readers: pb::Audience) -> pb::Document {
    let place = pb::ThreadPlace { root: "documents/root".to_owned(), parent: "documents/root".to_owned() };
    pb::Document {
        kind: pb::DocumentKind::Reply.into(),
        audience: Some(readers),
        thread: Some(place),
        ..document(id, "", "at dawn", author)
    }
}

fn role(document: &pb::Document, person: &str) -> Vec<pb::Role> {
    let of = |participation: &&pb::Participation| participation.person == format!("people/{person}");
    document.people.iter().filter(of).map(pb::Participation::role).collect()
}

/// Ada asked in a community of which cy takes care; bo and dee answered for everybody, and zed for bo alone.
async fn fill(writer: &Client) {
    put_community(writer, "tides", &["bo"], &["cy"]).await;
    let asker = vec![pb::Participation { person: "people/ada".to_owned(), role: pb::Role::Asker.into() }];
    let root = pb::Document {
        kind: pb::DocumentKind::Topic.into(),
        people: asker,
        community: "communities/tides".to_owned(),
        ..document("root", "When does the tide turn?", "when", "ada")
    };
    put(writer, root).await.unwrap();
    put(writer, reply("one", "bo", audience(Grant::World))).await.unwrap();
    put(writer, reply("two", "dee", audience(Grant::World))).await.unwrap();
    put(writer, reply("hidden", "zed", restricted(&["people/bo"]))).await.unwrap();
}

async fn house() -> (House, Client) {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    fill(&writer).await;
    (house, writer)
}

#[tokio::test(flavor = "multi_thread")]
async fn openers_caretakers_and_writers_accept_and_nobody_else() {
    let (house, writer) = house().await;
    let of = |id: &str| house.client(Some(&format!("people/{id}"))).without_scopes();
    for somebody in [of("ada"), of("cy"), writer.clone()] {
        assert_eq!(code(&somebody, "one").await, Code::Ok);
        assert_eq!(accepted(&somebody).await, ["one"]);
        let withdrawn = accept(&somebody, pb::AcceptAnswerRequest { withdraw: true, ..accepting("one") }).await.unwrap();
        assert!(!withdrawn.accepted);
    }
    let before = head(&writer).await;
    assert_eq!(code(&of("bo"), "one").await, Code::PermissionDenied, "nobody answers themselves");
    assert_eq!(code(&house.client(None), "one").await, Code::Unauthenticated);
    assert_eq!(code(&house.client(None), "never").await, Code::Unauthenticated);
    for somebody in [of("ada"), of("cy"), of("dee")] {
        for id in ["hidden", "never"] {
            assert_eq!(code(&somebody, id).await, Code::NotFound, "{id}");
        }
    }
    let refused = accept(&of("bo"), accepting("hidden")).await.unwrap_err();
    assert_eq!(refused.get_details_error_info().unwrap().reason, "NOT_ALLOWED", "he may read it, and did not ask");
    assert_eq!(head(&writer).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wrote_it_is_its_answerer_until_that_is_withdrawn() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let before = get(&ada, "one").await;
    let done = accept(&ada, accepting("one")).await.unwrap();
    assert!(done.accepted && role(&done, "bo") == [pb::Role::Answerer]);
    assert_eq!(done.update_time, before.update_time, "nothing that is written changed");
    assert_eq!(get(&ada, "one").await, pb::Document { revision: String::new(), ..done.clone() });
    let text = pb::Document { name: done.name.clone(), body: "at dusk, says @nobody".to_owned(), ..Default::default() };
    let changed = put(&writer, text).await.unwrap();
    assert!(changed.accepted && role(&changed, "bo") == [pb::Role::Answerer], "a change of the text changes no role");
    let experts = pb::FindExpertsRequest {
        query: "dusk".to_owned(),
        min_relevance: Some(0.0),
        min_revision: changed.revision,
        ..Default::default()
    };
    let found = ada.discovery().find_experts(ada.request(experts)).await.unwrap().into_inner();
    assert_eq!(found.experts[0].evidence[0].role(), pb::Role::Answerer);
    let withdrawn = accept(&ada, pb::AcceptAnswerRequest { withdraw: true, ..accepting("one") }).await.unwrap();
    assert!(!withdrawn.accepted && role(&withdrawn, "bo") == [pb::Role::Author]);
    let again = accept(&ada, pb::AcceptAnswerRequest { withdraw: true, ..accepting("one") }).await.unwrap();
    assert_eq!(again.etag, withdrawn.etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn accepting_another_answer_moves_it() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    for id in ["one", "two", "hidden"] {
        let imported = pb::Document { accepted: true, ..get(&writer.with_asker(Some("people/bo")), id).await };
        put(&writer, pb::Document { etag: String::new(), ..imported }).await.unwrap();
    }
    let bo = house.client(Some("people/bo"));
    assert_eq!(accepted(&bo).await, ["hidden", "one", "two"], "sources may bring several");
    accept(&ada, accepting("two")).await.unwrap();
    assert_eq!(accepted(&bo).await, ["two"], "the hidden one goes, too");
    assert_eq!(role(&get(&ada, "two").await, "dee"), [pb::Role::Answerer]);
    let before = head(&writer).await;
    accept(&ada, accepting("two")).await.unwrap();
    assert_eq!(head(&writer).await, before, "accepting what is accepted changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_accepted_at_once_one_is_left() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    for round in 0..20 {
        let joining = format!("joins{round}");
        let late = pb::Document { accepted: true, ..reply(&joining, "cy", audience(Grant::World)) };
        let ids = ["one", "two"].repeat(3);
        let (done, joined) =
            futures::future::join(join_all(ids.iter().map(|id| accept(&ada, accepting(id)))), put(&writer, late)).await;
        for done in done {
            assert!(done.unwrap().accepted);
        }
        joined.unwrap();
        let mut left = accepted(&writer).await;
        left.retain(|id| *id != joining);
        assert_eq!(left.len(), 1, "round {round}: {left:?}");
        accept(&ada, accepting(&joining)).await.unwrap();
        assert_eq!(accepted(&writer).await, [joining]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_answer_is_accepted_for_nobody_who_may_not_read_it() {
    let (house, writer) = house().await;
    let asked = |client: Client, min_revision: String| async move {
        let found = pb::FindDocumentsRequest { include_total: true, min_revision, ..Default::default() };
        let mut found = client.discovery().find_documents(client.request(found)).await.unwrap().into_inner();
        found.revision.clear();
        let list = pb::ListDocumentsRequest::default();
        let listed = client.content().list_documents(client.request(list)).await.unwrap().into_inner();
        (listed.documents, found, get(&client, "root").await)
    };
    let written = put(&writer, document("last", "Last", "last", "ada")).await.unwrap();
    let before = asked(house.client(Some("people/ada")), written.revision).await;
    let done = accept(&writer, accepting("hidden")).await.unwrap();
    assert_eq!(asked(house.client(Some("people/ada")), done.revision).await, before);
    assert_eq!(accepted(&house.client(Some("people/bo"))).await, ["hidden"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_write_nothing_and_repeated_ones_have_one_effect() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let before = head(&writer).await;
    let bad = pb::AcceptAnswerRequest { name: "people/ada".to_owned(), request_id: "1".to_owned(), ..Default::default() };
    assert_eq!(fields(&accept(&ada, bad).await.unwrap_err()), ["name", "request_id"]);
    let stale = pb::AcceptAnswerRequest { etag: "0123".to_owned(), ..accepting("one") };
    assert_eq!(accept(&ada, stale).await.unwrap_err().code(), Code::Aborted);
    let shown = accept(&ada, pb::AcceptAnswerRequest { validate_only: true, ..accepting("one") }).await.unwrap();
    assert!(shown.accepted && accepted(&ada).await.is_empty());
    assert_eq!(head(&writer).await, before);
    let once = || pb::AcceptAnswerRequest { request_id: ID.to_owned(), ..accepting("one") };
    let etag = get(&ada, "one").await.etag;
    accept(&ada, pb::AcceptAnswerRequest { etag: etag.clone(), ..once() }).await.unwrap();
    accept(&ada, accepting("two")).await.unwrap();
    let retry = accept(&ada, pb::AcceptAnswerRequest { etag, ..once() }).await.unwrap();
    assert!(!retry.accepted, "a retry accepts nothing again, and is not refused for its etag");
    assert_eq!(accepted(&ada).await, ["two"]);
    let other = pb::AcceptAnswerRequest { withdraw: true, ..once() };
    assert_eq!(fields(&accept(&ada, other).await.unwrap_err()), ["request_id"]);
    let bo = house.client(Some("people/bo")).without_scopes();
    assert_eq!(accept(&bo, once()).await.unwrap_err().code(), Code::PermissionDenied, "request ids belong to their asker");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_reply_and_what_has_no_root_cannot_be_accepted() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let refused = accept(&ada, accepting("root")).await.unwrap_err();
    let info = refused.get_details_error_info().unwrap();
    assert_eq!((refused.code(), info.reason.as_str()), (Code::FailedPrecondition, "WRONG_KIND"));
    let delete = pb::DeleteDocumentRequest { name: "documents/root".to_owned(), ..Default::default() };
    writer.content().delete_document(writer.request(delete)).await.unwrap();
    let refused = accept(&writer, accepting("one")).await.unwrap_err();
    let info = refused.get_details_error_info().unwrap();
    assert_eq!((refused.code(), info.reason.as_str()), (Code::FailedPrecondition, "ROOT_MISSING"));
    assert_eq!(code(&ada, "one").await, Code::PermissionDenied, "nobody is known to have opened it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_survives_kill_minus_nine() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let writer = server.client(Some("people/writer")).await;
    fill(&writer).await;
    for id in ["one", "two"] {
        accept(&writer, accepting(id)).await.unwrap();
    }
    server.kill();
    let server = Server::start(folder.path());
    let ada = server.client(Some("people/ada")).await;
    assert_eq!(accepted(&ada).await, ["two"]);
    assert_eq!(role(&get(&ada, "one").await, "bo"), [pb::Role::Author]);
    drop(server);
}
