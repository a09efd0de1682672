//! A small organisation in which each operator finds something else: every kind of document, threads that are solved, answered
//! and left alone, reviews that hold and one that has lapsed, two languages beside English, and people with every sort of name.

use std::sync::Arc;

use rookery::domain::{Clock, Moment};
use rookery::grpc::pb;
use rookery::grpc::pb::DocumentKind::{Article, Page, Post, Reply, Topic};
use rookery::grpc::pb::audience::Grant;

use crate::support::{Client, HandClock, House, audience, document, put, put_community, restricted};

/// Noon of 15 June 2026.
const NOW: i64 = 1_781_524_800;

/// Every id but those of hidden documents, sorted.
pub(super) const ALL: &[&str] =
    &["answer", "ask", "blog", "contrib", "guess", "guide", "lapsed", "lonely", "node", "oldpage", "open", "post", "tokyo"];

/// The organisation, asked by Ada at noon of 15 June 2026.
pub(super) struct Organisation {
    pub(super) ada: Client,
    /// The revision of the last write.
    pub(super) revision: String,
    house: House,
}

/// What else stands in the house that Ada does not see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    Nothing,
    Documents,
}

impl Organisation {
    pub(super) async fn open(hidden: Hidden, variables: &[(&str, &str)]) -> Self {
        let clock = Arc::new(HandClock::at(NOW));
        let house = House::in_process(Arc::clone(&clock) as Arc<dyn Clock>, variables).await;
        let writer = house.client(Some("people/writer"));
        Box::pin(fill(&writer)).await;
        review(&writer, "guide", pb::ReviewAction::Verify, None).await;
        review(&writer, "oldpage", pb::ReviewAction::Deprecate, None).await;
        let mut revision = review(&writer, "lapsed", pb::ReviewAction::Verify, Some(NOW + 60)).await;
        if hidden == Hidden::Documents {
            revision = Box::pin(hide(&writer)).await;
        }
        clock.set(NOW + 120);
        Self { ada: house.client(Some("people/ada")), revision, house }
    }

    /// Clients that ask as somebody else.
    pub(super) fn asked_by(&self, id: &str) -> Client {
        self.house.client(Some(&format!("people/{id}")))
    }

    /// The ids of what is found, sorted.
    pub(super) async fn documents(&self, request: pb::FindDocumentsRequest) -> Vec<String> {
        let mut found = ids(&self.answer(request).await);
        found.sort();
        found
    }

    pub(super) async fn answer(&self, request: pb::FindDocumentsRequest) -> pb::FindDocumentsResponse {
        let query = request.query.clone();
        let min_revision = self.revision.clone();
        let request = pb::FindDocumentsRequest { min_revision, include_total: true, ..request };
        let answer = self.ada.discovery().find_documents(self.ada.request(request)).await;
        answer.unwrap_or_else(|status| panic!("{query}: {status}")).into_inner()
    }
}

/// The ids of hits, in order.
pub(super) fn ids(answer: &pb::FindDocumentsResponse) -> Vec<String> {
    let id =
        |hit: &pb::DocumentHit| hit.document.as_ref().map(|document| document.name.trim_start_matches("documents/").to_owned());
    answer.documents.iter().filter_map(id).collect()
}

/// A document that was written at a moment and not changed since.
fn made(id: &str, kind: pb::DocumentKind, texts: [&str; 2], author: &str, seconds: i64) -> pb::Document {
    let time = Some(prost_types::Timestamp { seconds, nanos: 0 });
    pb::Document {
        kind: kind.into(),
        create_time: time,
        update_time: time,
        language: "en".to_owned(),
        ..document(id, texts[0], texts[1], author)
    }
}

/// A moment: the morning of a day, or its end.
fn on(text: &str) -> i64 {
    Moment::parse(text).unwrap().unix_seconds()
}

fn reply(id: &str, root: &str, body: &str, author: &str, seconds: i64) -> pb::Document {
    let place = pb::ThreadPlace { root: format!("documents/{root}"), parent: format!("documents/{root}") };
    pb::Document { thread: Some(place), ..made(id, Reply, ["", body], author, seconds) }
}

fn part(person: &str, role: pb::Role) -> pb::Participation {
    pb::Participation { person: format!("people/{person}"), role: role.into() }
}

async fn fill(writer: &Client) {
    people(writer).await;
    let harbour = || "communities/harbour".to_owned();
    let address = |path: &str| format!("https://wiki.marram.example/{path}");
    let tags = |tag: &str| vec![tag.to_owned()];
    let mut guide = made("guide", Page, ["Tide guide", "The spring tide follows the moon."], "ada", on("2025-03-14T08:00:00Z"));
    (guide.community, guide.hashtags, guide.url) = (harbour(), tags("tides"), address("tides/guide"));
    let mut old =
        made("oldpage", Page, ["Harbour lights", "Lamps of the harbour burn paraffin."], "bo", on("2024-12-31T23:59:59Z"));
    (old.community, old.hashtags, old.url) = (harbour(), tags("lamps"), address("lamps"));
    old.update_time = Some(prost_types::Timestamp { seconds: NOW - 1_800, nanos: 0 });
    let mut lapsed = made("lapsed", Page, ["Harbour pilots", "Pilots board beyond the bar."], "bo", on("2025-01-01T00:00:00Z"));
    lapsed.community = harbour();
    let text = "Der Leuchtturm steht auf der Insel und leuchtet jede Nacht.";
    let mut blog = made("blog", Article, ["Leuchtturm", text], "cy", on("2026-06-10T08:00:00Z"));
    "de".clone_into(&mut blog.language);
    let text = "kubernetes and a node.js server run on board";
    let mut post = made("post", Post, ["", text], "ada", on("2026-06-14T08:00:00Z"));
    post.people.push(part("bo", pb::Role::Mentioned));
    let mut ask = made("ask", Topic, ["Why twice?", "why do tides come twice a day"], "bo", on("2025-03-20T08:00:00Z"));
    (ask.people, ask.hashtags) = (vec![part("bo", pb::Role::Asker)], tags("tides"));
    let answer = reply("answer", "ask", "the moon pulls on both sides", "ada", on("2025-03-21T08:00:00Z"));
    let mut tokyo =
        made("tokyo", Page, ["\u{6771}\u{4eac}\u{90fd}", "\u{6771}\u{4eac}\u{90fd}\u{306e}\u{6f6e}\u{6c50}"], "cy", 0);
    (tokyo.language, tokyo.create_time) =
        ("ja".to_owned(), Some(prost_types::Timestamp { seconds: on("2023-05-05T08:00:00Z"), nanos: 0 }));
    tokyo.update_time = tokyo.create_time;
    let mut contrib = made("contrib", Page, ["Chain locker", "the chain and its locker"], "cy", on("2022-07-01T08:00:00Z"));
    contrib.people.extend([part("bo", pb::Role::Contributor), part("ada", pb::Role::Reviewer)]);
    let all = [
        guide,
        old,
        lapsed,
        blog,
        post,
        ask,
        pb::Document { accepted: true, ..answer },
        made("open", Topic, ["Which anchor?", "which anchor holds in sand"], "cy", on("2026-06-01T08:00:00Z")),
        reply("guess", "open", "perhaps a plough anchor", "bo", on("2026-06-02T08:00:00Z")),
        made("lonely", Topic, ["Who paints?", "who paints the buoys"], "ada", on("2026-06-15T08:00:00Z")),
        tokyo,
        contrib,
        made("node", Page, ["Upgrade node.js clusters", "one by one"], "bo", on("2021-01-01T08:00:00Z")),
    ];
    for document in all {
        put(writer, document).await.unwrap();
    }
}

async fn people(writer: &Client) {
    let person = |id: &str, display_name: &str| pb::Person {
        name: format!("people/{id}"),
        display_name: display_name.to_owned(),
        ..Default::default()
    };
    let handles = vec!["countess".to_owned()];
    let emails = vec!["ada@marram.example".to_owned()];
    let ada = pb::Person { handles, emails, ..person("ada", "Ada Lovelace") };
    for person in [ada, person("bo", "Bo Str\u{f6}m"), person("cy", "Cy Dee"), person("writer", "Writer")] {
        let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
        writer.people().update_person(writer.request(request)).await.unwrap();
    }
    let community = pb::Community {
        name: "communities/harbour".to_owned(),
        display_name: "Harbour Watch".to_owned(),
        audience: Some(audience(Grant::World)),
        ..Default::default()
    };
    let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
    writer.communities().update_community(writer.request(request)).await.unwrap();
    put_community(writer, "shut", &["cy"], &[]).await;
}

async fn review(writer: &Client, id: &str, action: pb::ReviewAction, until: Option<i64>) -> String {
    let request = pb::ReviewDocumentRequest {
        name: format!("documents/{id}"),
        action: action.into(),
        expire_time: until.map(|seconds| prost_types::Timestamp { seconds, nanos: 0 }),
        ..Default::default()
    };
    writer.content().review_document(writer.request(request)).await.expect("who writes may review").into_inner().revision
}

/// Documents for Cy alone that have what every query asks for; the revision of the last.
async fn hide(writer: &Client) -> String {
    let shut = |document: pb::Document| pb::Document { audience: Some(restricted(&["people/cy"])), ..document };
    let words = "spring tide moon harbour lamps node.js server anchor kubernetes kubelet kubectl moonlight moor chain \
                 \u{6771}\u{4eac}\u{90fd} twice";
    let mut last = String::new();
    for at in 0..20 {
        let id = format!("secret{at}");
        let mut secret = made(&id, Page, ["Harbour lights of the tide", words], "ada", on("2025-03-14T08:00:00Z") + at);
        (secret.community, secret.url) = ("communities/harbour".to_owned(), "https://wiki.marram.example/lamps".to_owned());
        secret.hashtags = vec!["tides".to_owned()];
        last = put(writer, shut(secret)).await.unwrap().revision;
    }
    review(writer, "secret0", pb::ReviewAction::Verify, None).await;
    let accepted = reply("secret-answer", "open", "the anchor of sand and moon", "cy", on("2026-06-03T08:00:00Z"));
    put(writer, shut(pb::Document { accepted: true, ..accepted })).await.unwrap();
    let whispered = reply("secret-reply", "lonely", "buoys paint themselves", "cy", on("2026-06-15T09:00:00Z"));
    put(writer, shut(whispered)).await.map_or(last, |document| document.revision)
}
