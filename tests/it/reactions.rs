//! Reactions of people, asked of the real services.
//!
//! Proved: 1. everybody signed in reacts to what they read, once in a kind, and every read counts alike; 2. neither times nor etag
//! move, and no write of the document touches reactions, while a search by reactions moves with the next call; 3. nobody
//! learns who else reacted; 4. what is hidden stays unknown; 5. what is full takes no more; 6. bad requests and checking only
//! write nothing, and repeated requests have one effect; 7. those who react at once are all counted, and what is acknowledged
//! survives `kill -9`.

use std::collections::BTreeMap;

use futures::future::join_all;
use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};

use crate::support::{Client, House, Server, audience, document, fields, head, import, import_item, names, put, restricted};

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

fn reaction(id: &str, kind: &str) -> pb::ReactRequest {
    pb::ReactRequest { name: format!("documents/{id}"), reaction: kind.to_owned(), ..Default::default() }
}

async fn react(client: &Client, request: pb::ReactRequest) -> Result<pb::Document, Status> {
    Ok(client.content().react(client.request(request)).await?.into_inner())
}

async fn withdraw(client: &Client, id: &str, kind: &str) -> pb::Document {
    react(client, pb::ReactRequest { withdraw: true, ..reaction(id, kind) }).await.unwrap()
}

async fn get(client: &Client, id: &str) -> pb::Document {
    let request = pb::GetDocumentRequest { name: format!("documents/{id}"), ..Default::default() };
    client.content().get_document(client.request(request)).await.unwrap().into_inner()
}

fn counts(of: &[(&str, i32)]) -> BTreeMap<String, i32> {
    of.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

/// `d` is for everybody and was liked twice where it comes from; `secret` is for bo.
fn documents() -> [pb::Document; 2] {
    let liked = pb::Document { reactions: counts(&[("like", 2)]), ..document("d", "titled", "tides turn turbines", "ada") };
    let secret = pb::Document { audience: Some(restricted(&["people/bo"])), ..document("secret", "Secret", "secret", "bo") };
    [liked, secret]
}

async fn fill(house: &House) -> Client {
    let writer = house.client(Some("people/writer"));
    for document in documents() {
        put(&writer, document).await.unwrap();
    }
    writer
}

async fn house() -> (House, Client) {
    let house = House::open().await;
    let writer = fill(&house).await;
    (house, writer)
}

/// Every read of `d`, which are to show the same.
async fn reads(client: &Client, min_revision: &str) -> pb::Document {
    let full = pb::DocumentView::Full.into();
    let got = get(client, "d").await;
    let list = pb::ListDocumentsRequest { view: full, ..Default::default() };
    let listed = client.content().list_documents(client.request(list)).await.unwrap().into_inner();
    assert_eq!(listed.documents[0], got);
    let find = pb::FindDocumentsRequest {
        query: "titled".to_owned(),
        view: full,
        min_revision: min_revision.to_owned(),
        ..Default::default()
    };
    let found = client.discovery().find_documents(client.request(find)).await.unwrap().into_inner();
    assert_eq!(found.documents[0].document.as_ref(), Some(&got));
    let search = pb::SearchRequest { query: "titled".to_owned(), view: full, ..Default::default() };
    let found = client.discovery().search(client.request(search)).await.unwrap().into_inner();
    assert_eq!(found.documents[0].document.as_ref(), Some(&got));
    let batch = pb::BatchGetDocumentsRequest { names: vec![got.name.clone()], view: full, ..Default::default() };
    let batch = client.content().batch_get_documents(client.request(batch)).await.unwrap().into_inner();
    assert_eq!(batch.documents, std::slice::from_ref(&got));
    got
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reacts_once_in_a_kind_and_every_read_counts_alike() {
    let (house, writer) = house().await;
    let (ada, bo) = (house.client(Some("people/ada")).without_scopes(), house.client(Some("people/bo")).without_scopes());
    let before = get(&ada, "d").await;
    react(&ada, reaction("d", "like")).await.unwrap();
    let once = head(&writer).await;
    react(&ada, reaction("d", "like")).await.unwrap();
    assert_eq!(head(&writer).await, once, "reacting the same way again changes nothing");
    react(&bo, reaction("d", "like")).await.unwrap();
    let done = react(&ada, reaction("d", "👍")).await.unwrap();
    assert_eq!(done.reaction_counts, counts(&[("like", 4), ("👍", 1)]));
    assert_eq!((done.own_reactions.as_slice(), &done.reactions), (&["like".to_owned(), "👍".to_owned()][..], &before.reactions));
    for (client, own) in [(&ada, vec!["like", "👍"]), (&bo, vec!["like"]), (&house.client(None), vec![])] {
        let read = reads(client, &done.revision).await;
        assert_eq!(
            (read.own_reactions, read.reaction_counts),
            (own.into_iter().map(str::to_owned).collect(), done.reaction_counts.clone())
        );
    }
    withdraw(&ada, "d", "👍").await;
    withdraw(&bo, "d", "like").await;
    let left = withdraw(&bo, "d", "never").await;
    assert_eq!((left.reaction_counts, left.own_reactions.len()), (counts(&[("like", 3)]), 0));
    let left = withdraw(&ada, "d", "like").await;
    assert_eq!(pb::Document { revision: String::new(), ..left }, before, "as if nobody had reacted");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_times_nor_etag_move_and_no_write_touches_reactions() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let before = get(&ada, "d").await;
    let done = react(&ada, reaction("d", "like")).await.unwrap();
    assert_eq!((&done.update_time, &done.create_time, &done.etag), (&before.update_time, &before.create_time, &before.etag));
    let (results, _) = import(&writer, vec![import_item(1, documents()[0].clone())]).await.unwrap();
    assert_eq!(results[0].outcome(), pb::import_result::Outcome::Unchanged);
    let whole = pb::UpdateDocumentRequest {
        document: Some(pb::Document { etag: before.etag, body: "changed".to_owned(), ..get(&ada, "d").await }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["*".to_owned()] }),
        ..Default::default()
    };
    let changed =
        writer.content().update_document(writer.request(whole)).await.expect("the etag of before still holds").into_inner();
    assert_eq!(
        (changed.reactions, changed.reaction_counts),
        (counts(&[("like", 2)]), counts(&[("like", 3)])),
        "nothing counts twice"
    );
    assert!(changed.own_reactions.is_empty());
    assert_eq!(get(&ada, "d").await.own_reactions, ["like"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_who_else_reacted() {
    let mut answers = Vec::new();
    for reacts in ["people/ada", "people/bo"] {
        let (house, writer) = house().await;
        let done = react(&house.client(Some(reacts)), reaction("d", "like")).await.unwrap();
        for asker in [None, Some("people/cy"), Some("people/writer")] {
            let mut read = reads(&house.client(asker), &done.revision).await;
            (read.create_time, read.update_time) = (None, None);
            assert!(read.own_reactions.is_empty());
            answers.push((reacts, asker, pb::Document { etag: String::new(), ..read }));
        }
        assert_eq!(get(&writer, "d").await.etag, get(&house.client(None), "d").await.etag);
    }
    let (one, two) = answers.split_at(3);
    for (one, two) in one.iter().zip(two) {
        assert_eq!(one.2, two.2, "{:?}", one.1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_moves_a_document_in_the_order_of_reactions_alone() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let at = |seconds: i64| Some(prost_types::Timestamp { seconds, nanos: 0 });
    for (seconds, id, likes) in [(1, "one", 1), (2, "two", 2), (3, "three", 0)] {
        let made = pb::Document { create_time: at(seconds), update_time: at(10 - seconds), ..document(id, "", "tide", "bo") };
        put(&ada, pb::Document { reactions: counts(&[("like", likes)]), ..made }).await.unwrap();
    }
    let order = async |order: pb::DocumentOrder, query: &str, min_revision: &str| {
        let request = pb::FindDocumentsRequest {
            query: query.to_owned(),
            order: order.into(),
            min_revision: min_revision.to_owned(),
            ..Default::default()
        };
        names(&ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner())
            .join(" ")
            .replace("documents/", "")
    };
    let mut revision = react(&ada, reaction("one", "thanks")).await.unwrap().revision;
    for query in ["", "tide"] {
        assert_eq!(order(pb::DocumentOrder::Reactions, query, &revision).await, "one two three", "equals go by name");
    }
    revision = react(&ada, reaction("three", "like")).await.unwrap().revision;
    for kind in ["thanks", "heart"] {
        revision = react(&ada, reaction("three", kind)).await.unwrap().revision;
    }
    for query in ["", "tide"] {
        assert_eq!(order(pb::DocumentOrder::Reactions, query, &revision).await, "three one two");
        assert_eq!(order(pb::DocumentOrder::LastActivity, query, &revision).await, "one two three");
        assert_eq!(order(pb::DocumentOrder::Newest, query, &revision).await, "three two one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_stays_unknown() {
    let (house, writer) = house().await;
    let before = head(&writer).await;
    let code = |client: Client, id: &'static str| async move { react(&client, reaction(id, "like")).await.unwrap_err().code() };
    for id in ["d", "secret", "never"] {
        assert_eq!(code(house.client(None), id).await, Code::Unauthenticated, "{id}");
    }
    for id in ["secret", "never"] {
        assert_eq!(code(house.client(Some("people/ada")).without_scopes(), id).await, Code::NotFound, "{id}");
        assert_eq!(code(house.client(Some("people/ada")), id).await, Code::NotFound, "writing is no reading: {id}");
    }
    assert_eq!(head(&writer).await, before);
    let bo = house.client(Some("people/bo")).without_scopes();
    let once = || pb::ReactRequest { request_id: ID.to_owned(), ..reaction("secret", "like") };
    react(&bo, once()).await.unwrap();
    let narrowed = pb::Document { audience: Some(restricted(&[])), ..documents()[1].clone() };
    put(&writer, narrowed).await.unwrap();
    assert_eq!(react(&bo, once()).await.unwrap_err().code(), Code::NotFound, "a retry shows nothing that is taken away");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_full_takes_no_more() {
    let house = House::open_with(&[("ROOKERY__LIMITS__REACTORS_PER_DOCUMENT", "3")]).await;
    let writer = fill(&house).await;
    let of = |at: usize| house.client(Some(&format!("people/p{at}"))).without_scopes();
    for at in 0..3 {
        react(&of(at), reaction("d", "like")).await.unwrap();
    }
    let before = head(&writer).await;
    assert_eq!(fields(&react(&of(3), reaction("d", "like")).await.unwrap_err()), ["name"]);
    assert_eq!(fields(&react(&of(1), reaction("d", "wow")).await.unwrap_err()), ["name"], "over all kinds");
    assert_eq!(head(&writer).await, before);
    withdraw(&of(0), "d", "like").await;
    react(&of(3), reaction("d", "like")).await.unwrap();
    let limits = writer.admin().get_limits(writer.request(pb::GetLimitsRequest {})).await.unwrap().into_inner();
    assert_eq!(limits.reactors_per_document, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_write_nothing_and_repeated_ones_have_one_effect() {
    let (house, writer) = house().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let before = head(&writer).await;
    let bad = pb::ReactRequest {
        name: "people/ada".to_owned(),
        reaction: "two words".to_owned(),
        request_id: "1".to_owned(),
        ..Default::default()
    };
    assert_eq!(fields(&react(&ada, bad).await.unwrap_err()), ["name", "reaction", "request_id"]);
    for kind in ["", "a b", "a\u{0}", "\n", &"x".repeat(101)] {
        assert!(fields(&react(&ada, reaction("d", kind)).await.unwrap_err()).contains(&"reaction".to_owned()), "{kind:?}");
    }
    let shown = react(&ada, pb::ReactRequest { validate_only: true, ..reaction("d", "like") }).await.unwrap();
    assert_eq!((shown.own_reactions.len(), get(&ada, "d").await.own_reactions.len()), (1, 0));
    assert_eq!(head(&writer).await, before);
    let once = || pb::ReactRequest { request_id: ID.to_owned(), ..reaction("d", "like") };
    react(&ada, once()).await.unwrap();
    withdraw(&ada, "d", "like").await;
    let retry = react(&ada, once()).await.unwrap();
    assert!(retry.own_reactions.is_empty(), "a retry does nothing again");
    let other = pb::ReactRequest { request_id: ID.to_owned(), ..reaction("d", "wow") };
    assert_eq!(fields(&react(&ada, other).await.unwrap_err()), ["request_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_react_at_once_are_all_counted() {
    let (house, writer) = house().await;
    // No more than a change is prepared anew for.
    let people = (0..16).map(|at| house.client(Some(&format!("people/p{at}"))).without_scopes());
    let done = join_all(people.map(|person| async move { react(&person, reaction("d", "like")).await })).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(get(&writer, "d").await.reaction_counts, counts(&[("like", 18)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_survives_kill_minus_nine() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let writer = server.client(Some("people/writer")).await;
    put(&writer, pb::Document { audience: Some(audience(Grant::World)), ..documents()[0].clone() }).await.unwrap();
    let ada = server.client(Some("people/ada")).await;
    react(&ada, reaction("d", "like")).await.unwrap();
    server.kill();
    let server = Server::start(folder.path());
    let kept = get(&server.client(Some("people/ada")).await, "d").await;
    assert_eq!((kept.own_reactions, kept.reaction_counts), (vec!["like".to_owned()], counts(&[("like", 3)])));
}
