//! What is like something, asked of the real services.
//!
//! Proved: 1. a text finds what shares the words that tell what it is about, in other forms too, the best first, with passages
//! and shares; 2. a document finds others and neither itself nor another message of its thread, and of each thread the best
//! message; 3. what shares next to nothing is not found, and a text without words says so; 4. hidden documents have no part, a
//! hidden given one is not found in the words of a missing one, and what is deleted is gone with the next call; 5. filter, size
//! and view hold, and the same request gives the same answer; 6. what is wrong is named at once.

use rookery::grpc::pb;
use rookery::grpc::pb::DocumentKind;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::find_similar_request::Like;
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, put, restricted};

/// Texts about several things, with enough about other things that words tell something; the revision of the last.
async fn fill(client: &Client) -> String {
    let texts = [
        (
            "renew",
            "Renewing a certificate",
            "How the certificate of the gateway is renewed every month, with the proxy restarted.",
        ),
        ("expired", "Gateway down", "The gateway failed because its certificate had expired. Proxy logs showed nothing."),
        ("ferry", "Ferry timetable", "The ferry leaves at nine and returns with the evening tide."),
        ("turbine", "Turbine noise", "Vibrations of the turbine were measured at the northern dock."),
        ("budget", "Budget", "Numbers of the third quarter, and who has to sign them."),
        ("garden", "Garden", "Tomatoes want sun, water and patience."),
    ];
    for n in 0..20 {
        put(client, document(&format!("filler-{n}"), &format!("filler{n}"), &format!("matter{n}"), "bo"))
            .await
            .expect("a good document");
    }
    let mut revision = String::new();
    for (id, title, body) in texts {
        revision = put(client, document(id, title, body, "bo")).await.expect("a good document").revision;
    }
    revision
}

fn message(id: &str, root: &str, body: &str) -> pb::Document {
    let (kind, thread) = if id == root {
        (DocumentKind::Topic, None)
    } else {
        let root = format!("documents/{root}");
        (DocumentKind::Reply, Some(pb::ThreadPlace { parent: root.clone(), root }))
    };
    let title = if id == root { "Question" } else { "" };
    pb::Document { kind: kind.into(), thread, ..document(id, title, body, "cy") }
}

fn text(title: &str, body: &str) -> Like {
    Like::Text(pb::SimilarText { title: title.to_owned(), body: body.to_owned() })
}

fn named(id: &str) -> Like {
    Like::Document(format!("documents/{id}"))
}

fn like(like: Like, min_revision: &str) -> pb::FindSimilarRequest {
    pb::FindSimilarRequest { like: Some(like), min_revision: min_revision.to_owned(), ..Default::default() }
}

async fn try_find(client: &Client, request: pb::FindSimilarRequest) -> Result<pb::FindSimilarResponse, Status> {
    Ok(client.discovery().find_similar(client.request(request)).await?.into_inner())
}

async fn find(client: &Client, request: pb::FindSimilarRequest) -> pb::FindSimilarResponse {
    try_find(client, request).await.unwrap()
}

fn ids(answer: &pb::FindSimilarResponse) -> Vec<&str> {
    answer.documents.iter().map(|hit| hit.document.as_ref().unwrap().name.trim_start_matches("documents/")).collect()
}

fn words(answer: &pb::FindSimilarResponse) -> Vec<&str> {
    answer.interpreted_query.as_ref().unwrap().words.iter().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_finds_what_is_about_the_same() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = fill(&ada).await;
    let question = text("Certificates", "How do I *renew* the certificates of a gateway, and who restarts the proxies?");
    let answer = find(&ada, like(question, &revision)).await;
    assert_eq!(ids(&answer), ["renew", "expired"]);
    assert_eq!(words(&answer), ["certificates", "renew", "restarts", "gateway", "proxies"]);
    assert!(answer.warnings.is_empty() && !answer.revision.is_empty());
    for hit in &answer.documents {
        let sum: f64 = hit.contributions.iter().map(|share| share.contribution).sum();
        assert!((sum - hit.score).abs() < 1e-6 * hit.score, "{hit:?}");
        let told: Vec<&str> = hit.contributions.iter().map(|share| share.word.as_str()).collect();
        assert_eq!(told, words(&answer));
        assert!(!hit.snippet.as_ref().unwrap().highlights.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_finds_the_best_of_other_threads() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    fill(&ada).await;
    let about = "certificate of the gateway expired, proxy restarted";
    let mut revision = String::new();
    for made in [
        message("own", "own", about),
        message("own-reply", "own", about),
        message("other", "other", "The gateway again: its certificate."),
        message("other-best", "other", about),
        message("other-third", "other", "proxy, gateway"),
    ] {
        revision = put(&ada, made).await.unwrap().revision;
    }
    for (given, own) in [("own", "own"), ("own-reply", "own"), ("other-third", "other"), ("renew", "renew")] {
        let answer = find(&ada, like(named(given), &revision)).await;
        let found = ids(&answer);
        let thread = |id: &&str| id.split('-').next().unwrap().to_owned();
        let threads: Vec<String> = found.iter().map(thread).collect();
        let mut distinct = threads.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), threads.len(), "{given}: one of each thread in {found:?}");
        assert!(!threads.contains(&own.to_owned()), "{given}: {found:?}");
        assert_eq!(found.len(), 3, "{given}: {found:?}");
        if own == "own" {
            assert_eq!(found[0], "other-best", "the best message of the best thread");
        }
        assert!(answer.documents.is_sorted_by(|one, next| one.score >= next.score));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shares_next_to_nothing_is_not_found() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = fill(&ada).await;
    let unlike = find(&ada, like(text("", "Wolves hunt at dawn while the ferry of dreams sails on"), &revision)).await;
    assert_eq!((ids(&unlike), words(&unlike)), (vec![], vec!["ferry"]), "one word of many is not enough");
    let short = find(&ada, like(text("Ferry", "wolves?"), &revision)).await;
    assert_eq!(ids(&short), ["ferry"], "one of two is");
    let strange = find(&ada, like(text("Xylophones", "marimbas"), &revision)).await;
    assert!(strange.documents.is_empty() && strange.warnings.is_empty() && words(&strange).is_empty());
    for (title, body) in [("", ""), ("What is it?", "And why? How could it be, and who would do this?"), ("!!!", "\u{1f600} - a")]
    {
        let nothing = find(&ada, like(text(title, body), &revision)).await;
        let codes: Vec<_> = nothing.warnings.iter().map(pb::Warning::code).collect();
        assert_eq!((nothing.documents.len(), codes), (0, vec![pb::warning::Code::NoSearchableWords]), "{title}");
    }
    assert!(find(&ada, like(named("garden"), &revision)).await.documents.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_or_deleted_has_no_part() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    fill(&ada).await;
    let question = || text("Certificates", "How are certificates of the gateway renewed?");
    let revision = put(&ada, document("last", "", "nothing", "bo")).await.unwrap().revision;
    let bo = house.client(Some("people/bo"));
    let before = find(&bo, like(question(), &revision)).await;
    let hidden = pb::Document {
        audience: Some(restricted(&["people/ada"])),
        ..document("hidden", "Certificates", "How are certificates of the gateway renewed? Certificates!", "ada")
    };
    let revision = put(&ada, hidden).await.unwrap().revision;
    let after = find(&bo, like(question(), &revision)).await;
    assert_eq!((&after.documents, &after.interpreted_query), (&before.documents, &before.interpreted_query));
    assert_eq!(ids(&find(&ada, like(question(), &revision)).await)[0], "hidden");

    let refused = try_find(&bo, like(named("hidden"), "")).await.unwrap_err();
    let missing = try_find(&bo, like(named("absent"), "")).await.unwrap_err();
    assert_eq!((refused.code(), refused.message().replace("hidden", "absent")), (Code::NotFound, missing.message().to_owned()));
    assert!(try_find(&ada, like(named("hidden"), "")).await.is_ok());

    let delete = |id: &str| {
        let request = pb::DeleteDocumentRequest { name: format!("documents/{id}"), ..Default::default() };
        let ada = ada.clone();
        async move { ada.content().delete_document(ada.request(request)).await.unwrap() }
    };
    assert_eq!(ids(&find(&bo, like(named("expired"), "")).await), ["renew"]);
    delete("renew").await;
    assert!(find(&bo, like(named("expired"), "")).await.documents.is_empty(), "gone with the next call");
    assert!(!ids(&find(&bo, like(question(), "")).await).contains(&"renew"));
    delete("expired").await;
    let gone = try_find(&bo, like(named("expired"), "")).await.unwrap_err();
    assert_eq!((gone.code(), gone.message().replace("expired", "absent")), (Code::NotFound, missing.message().to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn filter_size_and_view_hold() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    fill(&ada).await;
    let post = pb::Document {
        kind: DocumentKind::Post.into(),
        audience: Some(audience(Grant::Organization)),
        ..document("post", "Certificate", "gateway certificate", "cy")
    };
    let revision = put(&ada, post).await.unwrap().revision;
    let question = || like(text("Gateway certificate", "proxy"), &revision);
    let all = find(&ada, question()).await;
    assert_eq!(all.documents.len(), 3);
    assert_eq!(find(&ada, question()).await.documents, all.documents, "the same request, the same answer");
    assert!(all.documents.iter().all(|hit| hit.document.as_ref().unwrap().body.is_empty()));
    let one = find(&ada, pb::FindSimilarRequest { page_size: 1, view: pb::DocumentView::Full.into(), ..question() }).await;
    assert_eq!(ids(&one), &ids(&all)[..1]);
    assert!(!one.documents[0].document.as_ref().unwrap().body.is_empty());
    let filter = pb::DocumentFilter { people: vec!["people/cy".to_owned(), "people/nil".to_owned()], ..Default::default() };
    let filtered = find(&ada, pb::FindSimilarRequest { filter: Some(filter), ..question() }).await;
    assert_eq!(ids(&filtered), ["post"]);
    assert_eq!(filtered.warnings[0].field, "filter.people[1]");
    assert_eq!(words(&filtered), words(&all), "a filter changes no score");
    assert_eq!(find(&house.client(None), question()).await.documents.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let wrong = |like| pb::FindSimilarRequest { like, page_size: -1, view: 9, min_revision: "nonsense".to_owned(), filter: None };
    let rest = ["page_size", "view", "min_revision"];
    for (given, named) in [
        (None, &["like"][..]),
        (Some(Like::Document(String::new())), &["document"]),
        (Some(text("\u{0}", &"x".repeat((1 << 20) + 1))), &["text.title", "text.body"]),
    ] {
        let refused = try_find(&ada, wrong(given)).await.unwrap_err();
        assert_eq!(fields(&refused), [named, &rest].concat());
    }
}
