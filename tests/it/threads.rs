//! A reply is never open to more than the document that opened its thread, asked of the real services.
//!
//! Proved: 1. a reply is read by who reads both; 2. narrowing, moderating and widening the root works for its replies with the next
//! call, before and after the index has it; 3. the order in which root and replies come makes no difference; 4. replies of a
//! deleted root keep what they had; 5. a reply is no root; 6. replies that join while their root narrows are not left behind.

use futures::future::join_all;
use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;

use crate::support::{Client, House, audience, document, fields, put, put_community, reads, restricted};

fn reply(id: &str, root: &str, audience: pb::Audience) -> pb::Document {
    let place = pb::ThreadPlace { root: format!("documents/{root}"), parent: format!("documents/{root}") };
    pb::Document {
        kind: pb::DocumentKind::Reply.into(),
        audience: Some(audience),
        thread: Some(place),
        ..document(id, &format!("title{id}"), "tides turn turbines", "ada")
    }
}

fn root(id: &str, audience: pb::Audience) -> pb::Document {
    pb::Document {
        kind: pb::DocumentKind::Topic.into(),
        audience: Some(audience),
        ..document(id, &format!("title{id}"), "who knows tides", "bo")
    }
}

fn world() -> pb::Audience {
    audience(Grant::World)
}

async fn set_audience(client: &Client, id: &str, audience: pb::Audience) -> pb::Document {
    let request = pb::UpdateAudienceRequest { name: format!("documents/{id}"), audience: Some(audience), ..Default::default() };
    client.content().update_audience(client.request(request)).await.unwrap().into_inner()
}

/// Lets the index apply everything that was written before.
async fn settle(client: &Client, revision: &str) {
    let request = pb::FindDocumentsRequest { min_revision: revision.to_owned(), ..Default::default() };
    client.discovery().find_documents(client.request(request)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_are_read_by_who_reads_root_and_reply_whatever_comes_first() {
    for root_first in [true, false] {
        let house = House::open().await;
        let (ada, bo) = (house.client(Some("people/ada")), house.client(Some("people/bo")));
        let documents = [
            root("root", restricted(&["people/ada", "people/bo"])),
            reply("wide", "root", world()),
            reply("narrow", "root", restricted(&["people/bo", "people/cy"])),
        ];
        let mut order: Vec<_> = documents.into_iter().collect();
        if !root_first {
            order.reverse();
        }
        let mut last = String::new();
        for document in order {
            last = put(&ada, document).await.unwrap().revision;
        }
        for settled in [false, true] {
            if settled {
                settle(&ada, &last).await;
                assert!(reads(&ada, "documents/wide").await && reads(&bo, "documents/wide").await);
                assert!(reads(&bo, "documents/narrow").await);
            }
            for outsider in [house.client(None), house.client(Some("people/cy"))] {
                let got = pb::GetDocumentRequest { name: "documents/wide".to_owned(), ..Default::default() };
                assert!(outsider.content().get_document(outsider.request(got)).await.is_err());
                assert!(outsider.find_documents("tides").await.documents.is_empty());
            }
            assert!(ada.find_documents("titlenarrow").await.documents.is_empty(), "the reply itself is closed to her");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_takes_its_replies_along() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let anonymous = house.client(None);
    put(&ada, root("root", world())).await.unwrap();
    let mut last = String::new();
    for at in 0..30 {
        last = put(&ada, reply(&format!("r{at}"), "root", world())).await.unwrap().revision;
    }
    settle(&ada, &last).await;
    assert!(reads(&anonymous, "documents/r7").await);
    let narrowed = set_audience(&ada, "root", audience(Grant::Organization)).await;
    for at in 0..30 {
        assert!(!reads(&anonymous, &format!("documents/r{at}")).await, "r{at} is gone with the answer");
    }
    settle(&ada, &narrowed.revision).await;
    assert!(!reads(&anonymous, "documents/r7").await && reads(&ada, "documents/r7").await);
    let shown = pb::GetDocumentRequest { name: "documents/r7".to_owned(), ..Default::default() };
    let shown = ada.content().get_document(ada.request(shown)).await.unwrap().into_inner();
    assert_eq!(shown.thread_audiences, [audience(Grant::Organization)]);
    assert_eq!(shown.audience, Some(world()), "what the writer said stays");
    let widened = set_audience(&ada, "root", world()).await;
    settle(&ada, &widened.revision).await;
    assert!(reads(&anonymous, "documents/r7").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn moderating_a_root_hides_its_replies_from_all_but_caretakers() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put_community(&ada, "tides", &["bo"], &["cy"]).await;
    let of = |document| pb::Document { community: "communities/tides".to_owned(), ..document };
    put(&ada, of(root("root", world()))).await.unwrap();
    let last = put(&ada, reply("reply", "root", world())).await.unwrap().revision;
    settle(&ada, &last).await;
    let hide = pb::ModerateDocumentRequest {
        name: "documents/root".to_owned(),
        action: pb::ModerationAction::Hide.into(),
        ..Default::default()
    };
    let hidden = ada.content().moderate_document(ada.request(hide)).await.unwrap().into_inner();
    for settled in [false, true] {
        if settled {
            settle(&ada, &hidden.revision).await;
        }
        for name in ["documents/root", "documents/reply"] {
            assert!(!reads(&house.client(Some("people/bo")), name).await && !reads(&house.client(None), name).await);
            assert!(reads(&house.client(Some("people/cy")), name).await, "who hides it must find it again");
        }
    }
    // Written again by an import, the document stays hidden.
    let again = put(&ada, of(root("root", world()))).await.unwrap();
    settle(&ada, &again.revision).await;
    assert!(!reads(&house.client(None), "documents/reply").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_of_a_deleted_root_keep_what_they_had() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put(&ada, root("root", audience(Grant::Organization))).await.unwrap();
    put(&ada, reply("reply", "root", world())).await.unwrap();
    let delete = pb::DeleteDocumentRequest { name: "documents/root".to_owned(), ..Default::default() };
    let gone = ada.content().delete_document(ada.request(delete)).await.unwrap().into_inner();
    settle(&ada, &gone.revision).await;
    assert!(reads(&ada, "documents/reply").await && !reads(&house.client(None), "documents/reply").await);
    let changed = put(&ada, pb::Document { body: "changed".to_owned(), ..reply("reply", "root", world()) }).await.unwrap();
    settle(&ada, &changed.revision).await;
    assert!(!reads(&house.client(None), "documents/reply").await, "a change of the reply opens nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_no_root() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put(&ada, root("root", world())).await.unwrap();
    put(&ada, reply("reply", "root", world())).await.unwrap();
    let refused = put(&ada, reply("below", "reply", world())).await.unwrap_err();
    assert_eq!(fields(&refused), ["document.thread.root"]);
    put(&ada, reply("early", "later", world())).await.unwrap();
    let refused = put(&ada, reply("later", "root", world())).await.unwrap_err();
    assert_eq!(fields(&refused), ["document.thread"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_join_while_their_root_narrows_are_not_left_behind() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let anonymous = house.client(None);
    for round in 0..40 {
        let id = format!("root{round}");
        put(&ada, root(&id, world())).await.unwrap();
        let joining = (0..8).map(|at| {
            let (ada, reply) = (ada.clone(), reply(&format!("r{round}-{at}"), &id, world()));
            async move { put(&ada, reply).await.unwrap() }
        });
        let (narrowed, joined) =
            tokio::join!(set_audience(&ada, &id, audience(Grant::Organization)), join_all(joining.collect::<Vec<_>>()));
        assert!(!narrowed.revision.is_empty());
        for reply in joined {
            let request = pb::GetDocumentRequest { name: reply.name.clone(), ..Default::default() };
            assert!(anonymous.content().get_document(anonymous.request(request)).await.is_err(), "{}", reply.name);
        }
    }
    let listed = anonymous.content().list_documents(anonymous.request(pb::ListDocumentsRequest::default())).await.unwrap();
    assert!(listed.into_inner().documents.is_empty());
}
