//! Reviews of pages and articles, asked of the real services.
//!
//! Proved: 1. caretakers and holders of the write scope verify, deprecate and clear, and nobody else; every read shows it alike;
//! 2. a verification goes with its text, a deprecation stays, and imports of the same touch neither; 3. what lapses is expired by
//! the server's clock; 4. a replacement is shown to those who may read it, and its etag tells nobody of it; 5. what is wrong is
//! named at once, and neither that nor checking only writes anything; 6. other kinds are not reviewed; 7. repeated requests have
//! one effect, and what is acknowledged survives `kill -9`.

use std::sync::Arc;

use rookery::domain::Clock;
use rookery::grpc::pb;
use rookery::grpc::pb::ReviewAction::{Clear, Deprecate, Verify};
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{
    Client, HandClock, House, Server, audience, document, fields, head, import, import_item, put, put_community, restricted,
};

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";
const NOW: i64 = 1_700_000_000;

fn reviewing(id: &str, action: pb::ReviewAction) -> pb::ReviewDocumentRequest {
    pb::ReviewDocumentRequest { name: format!("documents/{id}"), action: action.into(), ..Default::default() }
}

async fn review(client: &Client, request: pb::ReviewDocumentRequest) -> Result<pb::Document, Status> {
    Ok(client.content().review_document(client.request(request)).await?.into_inner())
}

async fn get(client: &Client, id: &str) -> pb::Document {
    let request = pb::GetDocumentRequest { name: format!("documents/{id}"), ..Default::default() };
    client.content().get_document(client.request(request)).await.unwrap().into_inner()
}

fn state(document: &pb::Document) -> pb::ReviewState {
    document.review.as_ref().map_or(pb::ReviewState::Unspecified, pb::Review::state)
}

fn time(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

fn page(id: &str, readers: pb::Audience) -> pb::Document {
    let community = "communities/tides".to_owned();
    pb::Document { audience: Some(readers), community, ..document(id, &format!("title{id}"), "tides turn turbines", "ada") }
}

/// Cy takes care of the community of `d`, which everybody reads, of `new`, which the organisation reads, and of `secret`, which is
/// for bo.
async fn fill(writer: &Client) {
    put_community(writer, "tides", &["bo"], &["cy"]).await;
    put(writer, page("d", audience(Grant::World))).await.unwrap();
    put(writer, page("new", audience(Grant::Organization))).await.unwrap();
    put(writer, page("secret", restricted(&["people/bo"]))).await.unwrap();
}

async fn house() -> (House, Client, Arc<HandClock>) {
    let clock = Arc::new(HandClock::at(NOW));
    let house = House::open_by(Arc::clone(&clock) as Arc<dyn Clock>).await;
    let writer = house.client(Some("people/writer"));
    fill(&writer).await;
    (house, writer, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn caretakers_and_writers_review_and_nobody_else() {
    let (house, writer, _) = house().await;
    let of = |id: &str| house.client(Some(&format!("people/{id}"))).without_scopes();
    let before = get(&of("ada"), "d").await;
    for (somebody, name) in [(of("cy"), "people/cy"), (writer.clone(), "people/writer")] {
        let request = pb::ReviewDocumentRequest { note: "read it all".to_owned(), ..reviewing("d", Verify) };
        let done = review(&somebody, request).await.unwrap();
        let expected = pb::Review {
            state: pb::ReviewState::Verified.into(),
            action: Verify.into(),
            reviewer: name.to_owned(),
            review_time: Some(time(NOW)),
            note: "read it all".to_owned(),
            ..Default::default()
        };
        assert_eq!(done.review, Some(expected));
        assert_eq!(done.update_time, before.update_time, "nothing that is written changed");
        assert_ne!(done.etag, before.etag);
        for reader in [of("ada"), house.client(None)] {
            let got = get(&reader, "d").await;
            assert_eq!(got, pb::Document { revision: String::new(), ..done.clone() });
            let find = pb::FindDocumentsRequest {
                query: "titled".to_owned(),
                view: pb::DocumentView::Full.into(),
                min_revision: done.revision.clone(),
                ..Default::default()
            };
            let found = reader.discovery().find_documents(reader.request(find)).await.unwrap().into_inner();
            assert_eq!(found.documents[0].document.as_ref(), Some(&got));
            let list = pb::ListDocumentsRequest { view: pb::DocumentView::Full.into(), ..Default::default() };
            let listed = reader.content().list_documents(reader.request(list)).await.unwrap().into_inner();
            assert_eq!(listed.documents[0], got);
        }
    }
    assert_eq!(review(&of("cy"), reviewing("d", Clear)).await.unwrap().review, None);
    assert_eq!(get(&of("ada"), "d").await, before);
    let head_before = head(&writer).await;
    let code = |client: Client, id: &'static str| async move { review(&client, reviewing(id, Verify)).await.unwrap_err().code() };
    assert_eq!(code(house.client(None), "d").await, Code::Unauthenticated);
    assert_eq!(code(house.client(None), "never").await, Code::Unauthenticated);
    assert_eq!(code(of("ada"), "d").await, Code::PermissionDenied, "who wrote it does not verify it");
    for id in ["secret", "never"] {
        assert_eq!(code(of("ada"), id).await, Code::NotFound);
        assert_eq!(code(of("cy"), id).await, Code::NotFound, "taking care of a community opens none of its documents");
    }
    assert_eq!(head(&writer).await, head_before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_goes_with_its_text_and_a_deprecation_stays() {
    let (house, writer, _) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    let same = || page("d", audience(Grant::World));
    let tagged = || pb::Document { hashtags: vec!["tides".to_owned()], ..same() };
    let changes: [fn(pb::Document) -> pb::Document; 3] = [
        |document| pb::Document { body: "turbines turn tides".to_owned(), ..document },
        |document| pb::Document { title: "another".to_owned(), ..document },
        |document| pb::Document { format: pb::MarkupFormat::Plain.into(), ..document },
    ];
    for (at, change) in changes.into_iter().enumerate() {
        put(&writer, pb::Document { format: pb::MarkupFormat::Markdown.into(), ..same() }).await.unwrap();
        review(&cy, reviewing("d", Verify)).await.unwrap();
        assert_eq!(state(&put(&writer, tagged()).await.unwrap()), pb::ReviewState::Verified, "labels are no text");
        let (results, _) = import(&writer, vec![import_item(1, tagged())]).await.unwrap();
        assert_eq!(results[0].outcome(), pb::import_result::Outcome::Unchanged);
        assert_eq!(put(&writer, change(tagged())).await.unwrap().review, None, "{at}");
        review(&cy, reviewing("d", Deprecate)).await.unwrap();
        let other = pb::Document { body: format!("other {at}"), ..tagged() };
        assert_eq!(state(&put(&writer, other).await.unwrap()), pb::ReviewState::Deprecated);
    }
    let post = pb::Document { kind: pb::DocumentKind::Post.into(), ..same() };
    assert_eq!(put(&writer, post).await.unwrap().review, None, "what is not reviewed has no review");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lapses_is_expired_by_the_servers_clock() {
    let (house, writer, clock) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    for (action, standing) in [(Verify, pb::ReviewState::Verified), (Deprecate, pb::ReviewState::Deprecated)] {
        clock.set(NOW);
        let until = pb::ReviewDocumentRequest { expire_time: Some(time(NOW + 10)), ..reviewing("d", action) };
        let done = review(&cy, until.clone()).await.unwrap();
        let before = head(&writer).await;
        for (now, expected) in [(NOW + 9, standing), (NOW + 10, pb::ReviewState::Expired)] {
            clock.set(now);
            let got = get(&house.client(None), "d").await;
            let told = got.review.clone().unwrap();
            assert_eq!((state(&got), told.action(), told.expire_time), (expected, action, Some(time(NOW + 10))));
            assert_eq!(got.etag, done.etag, "time writes nothing");
        }
        for past in [NOW + 10, NOW, 0] {
            let late = pb::ReviewDocumentRequest { expire_time: Some(time(past)), ..until.clone() };
            assert_eq!(fields(&review(&cy, late).await.unwrap_err()), ["expire_time"]);
        }
        assert_eq!(head(&writer).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_is_shown_to_those_who_may_read_it() {
    let (house, writer, _) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    let replaced = |by: &str| pb::ReviewDocumentRequest { replacement: format!("documents/{by}"), ..reviewing("d", Deprecate) };
    let without = review(&cy, reviewing("d", Deprecate)).await.unwrap();
    let done = review(&cy, replaced("new")).await.unwrap();
    assert_eq!(done.review.as_ref().unwrap().replacement, "documents/new");
    let outsider = get(&house.client(None), "d").await;
    assert_eq!(outsider, pb::Document { revision: String::new(), ..without.clone() }, "as if there were none, to the etag");
    assert_eq!(get(&house.client(Some("people/ada")), "d").await.etag, outsider.etag);
    let closed = pb::UpdateAudienceRequest {
        name: "documents/new".to_owned(),
        audience: Some(restricted(&["people/bo"])),
        ..Default::default()
    };
    writer.content().update_audience(writer.request(closed)).await.unwrap();
    for (asker, shown) in [("people/ada", ""), ("people/cy", ""), ("people/bo", "documents/new")] {
        let told = get(&house.client(Some(asker)), "d").await.review.unwrap();
        assert_eq!((told.state(), told.replacement.as_str()), (pb::ReviewState::Deprecated, shown), "{asker}");
    }
    let before = head(&writer).await;
    for unknown in ["secret", "never", "new"] {
        assert_eq!(fields(&review(&cy, replaced(unknown)).await.unwrap_err()), ["replacement"], "{unknown}");
    }
    assert_eq!(head(&writer).await, before);
    let fresh = pb::ReviewDocumentRequest { etag: outsider.etag, ..replaced("d2") };
    put(&writer, page("d2", audience(Grant::World))).await.unwrap();
    review(&cy, fresh).await.expect("the etag holds, whoever read it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once_and_writes_nothing() {
    let (house, writer, _) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    let before = head(&writer).await;
    let bad = pb::ReviewDocumentRequest {
        name: "people/cy".to_owned(),
        action: 77,
        note: "x".repeat(1_025),
        replacement: "d".to_owned(),
        expire_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
        request_id: "1".to_owned(),
        ..Default::default()
    };
    let mut named = fields(&review(&cy, bad).await.unwrap_err());
    named.sort_unstable();
    named.dedup();
    assert_eq!(named, ["action", "expire_time", "name", "note", "replacement", "request_id"]);
    let both = pb::ReviewDocumentRequest {
        expire_time: Some(time(NOW)),
        replacement: "documents/never".to_owned(),
        ..reviewing("d", Deprecate)
    };
    assert_eq!(fields(&review(&cy, both).await.unwrap_err()), ["expire_time", "replacement"]);
    let stale = pb::ReviewDocumentRequest { etag: "0123".to_owned(), ..reviewing("d", Verify) };
    assert_eq!(review(&cy, stale).await.unwrap_err().code(), Code::Aborted);
    let shown = review(&cy, pb::ReviewDocumentRequest { validate_only: true, ..reviewing("d", Verify) }).await.unwrap();
    assert_eq!((state(&shown), get(&cy, "d").await.review), (pb::ReviewState::Verified, None));
    assert_eq!(head(&writer).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_kinds_are_not_reviewed() {
    let (house, writer, _) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    for kind in [pb::DocumentKind::Post, pb::DocumentKind::Topic] {
        put(&writer, pb::Document { kind: kind.into(), ..page("other", audience(Grant::World)) }).await.unwrap();
        for action in [Verify, Deprecate, Clear] {
            let refused = review(&cy, reviewing("other", action)).await.unwrap_err();
            let info = refused.get_details_error_info().unwrap();
            assert_eq!((refused.code(), info.reason.as_str()), (Code::FailedPrecondition, "WRONG_KIND"));
        }
    }
    put(&writer, pb::Document { kind: pb::DocumentKind::Article.into(), ..page("other", audience(Grant::World)) }).await.unwrap();
    assert_eq!(state(&review(&cy, reviewing("other", Verify)).await.unwrap()), pb::ReviewState::Verified);
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_requests_have_one_effect() {
    let (house, _, clock) = house().await;
    let cy = house.client(Some("people/cy")).without_scopes();
    let once =
        || pb::ReviewDocumentRequest { request_id: ID.to_owned(), expire_time: Some(time(NOW + 10)), ..reviewing("d", Verify) };
    review(&cy, once()).await.unwrap();
    review(&cy, reviewing("d", Clear)).await.unwrap();
    clock.set(NOW + 20);
    assert_eq!(review(&cy, once()).await.expect("a retry is not refused for its time").review, None);
    let other = pb::ReviewDocumentRequest { note: "other".to_owned(), ..once() };
    assert_eq!(fields(&review(&cy, other).await.unwrap_err()), ["request_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_survives_kill_minus_nine() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let writer = server.client(Some("people/writer")).await;
    fill(&writer).await;
    let done =
        review(&writer, pb::ReviewDocumentRequest { replacement: "documents/new".to_owned(), ..reviewing("d", Deprecate) }).await;
    let done = pb::Document { revision: String::new(), ..done.unwrap() };
    server.kill();
    let server = Server::start(folder.path());
    assert_eq!(get(&server.client(Some("people/writer")).await, "d").await, done);
}
