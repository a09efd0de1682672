//! Proved, of everybody who is named on any page for askers of different rights: 1. contributions sum to the score, counts to the
//! number of documents, and these are a part of what involves a person; 2. relevance lies in 0..1, and the level fits it; 3. every
//! document of the evidence, and every title in the reasons, can be read by who asked.

use std::collections::{BTreeMap, BTreeSet};

use rookery::grpc::pb;
use rookery::grpc::pb::expert_hit::Level;

use super::organisation::{Organisation, World};
use super::questions::{ASKERS, all_answers, named};

/// How many of the sample's 409 documents each asker may read: those open to the world; all but 25 restricted ones; all but the two
/// of a group; and for Ingrid those of one closed community, without the one that she is denied.
const READABLE: [usize; 4] = [25, 384, 407, 390];

/// The titles of all documents that somebody may read, by name.
async fn readable(world: &World, asker: &str) -> BTreeMap<String, String> {
    let client = world.client(asker);
    let mut request = pb::ListDocumentsRequest { page_size: 100, ..Default::default() };
    let mut titles = BTreeMap::new();
    loop {
        let page = client.content().list_documents(client.request(request.clone())).await.unwrap().into_inner();
        titles.extend(page.documents.into_iter().map(|document| (document.name, document.title)));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return titles;
        }
    }
}

fn assert_adds_up(hit: &pb::ExpertHit) {
    let shown: f64 = hit.evidence.iter().map(|item| item.contribution).sum();
    let sum = shown + hit.other_contribution;
    assert!(hit.score > 0.0 && (sum - hit.score).abs() <= 1e-6 * hit.score, "{sum} {hit:?}");
    assert!(hit.evidence.is_sorted_by(|a, b| a.contribution >= b.contribution), "{hit:?}");
    assert!(hit.evidence.iter().all(|item| item.contribution >= 0.0) && hit.other_contribution >= 0.0, "{hit:?}");

    let speak = i32::try_from(hit.evidence.len()).unwrap() + hit.other_count;
    assert!(hit.counts.iter().all(|count| count.count > 0), "{hit:?}");
    assert_eq!(hit.counts.iter().map(|count| count.count).sum::<i32>(), speak, "{hit:?}");
    for count in &hit.counts {
        let alike = hit.evidence.iter().filter(|item| (item.kind, item.role) == (count.kind, count.role)).count();
        assert!(i32::try_from(alike).unwrap() <= count.count, "{hit:?}");
    }
    assert!(hit.involved_count >= speak, "{hit:?}");
    assert!(hit.last_evidence_time.is_some(), "{hit:?}");

    let level = match hit.relevance {
        0.0..0.25 => Level::Low,
        0.25..0.65 => Level::Medium,
        0.65..=1.0 => Level::High,
        relevance => panic!("{relevance} lies outside of 0..1"),
    };
    assert_eq!(hit.level(), level, "{hit:?}");
}

/// The title that a reason quotes.
fn quoted(reason: &str) -> Option<&str> {
    let (_, quoted) = reason.split_once('\u{201c}')?;
    quoted.strip_suffix('\u{201d}')
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_people_adds_up() {
    let world = Organisation::sample().open().await;
    let mut levels: BTreeMap<i32, usize> = BTreeMap::new();
    for asker in ASKERS {
        for page in all_answers(&world, asker).await.iter().flatten() {
            page.experts.iter().for_each(assert_adds_up);
            for hit in &page.experts {
                *levels.entry(hit.level).or_default() += 1;
            }
        }
    }
    assert!(levels.len() > 1 && levels.values().all(|count| *count > 10), "not all are of one level: {levels:?}");
}

/// Whether a document, as it is read, is what the evidence tells of it.
fn assert_told_of(document: &pb::Document, item: &pb::Evidence, person: &str) {
    assert_eq!((&document.title, document.kind, document.update_time), (&item.title, item.kind, item.update_time));
    assert!(document.people.iter().any(|part| part.person == person && part.role == item.role), "{document:?} {item:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_and_evidence_can_be_read_by_who_asked() {
    let world = Organisation::sample().open().await;
    let (mut open, mut closed) = (BTreeMap::new(), BTreeSet::new());
    for (asker, count) in ASKERS.into_iter().zip(READABLE) {
        let client = world.client(asker);
        let readable = readable(&world, asker).await;
        assert_eq!(readable.len(), count, "{asker:?}");
        let mut quotes = 0;
        for hit in all_answers(&world, asker).await.iter().flatten().flat_map(|page| &page.experts) {
            for item in &hit.evidence {
                let request = pb::GetDocumentRequest { name: item.document.clone(), ..Default::default() };
                let got = client.content().get_document(client.request(request)).await;
                let got = got.unwrap_or_else(|status| panic!("{asker:?} {}: {status:?}", item.document)).into_inner();
                assert_told_of(&got, item, named(hit));
                closed.insert(item.document.clone());
            }
            for title in hit.reasons.iter().filter_map(|reason| quoted(reason)) {
                if hit.skills.iter().any(|said| said.skill == title) {
                    continue;
                }
                assert!(readable.values().any(|other| other.trim() == title), "{asker:?}: {title} {hit:?}");
                quotes += 1;
            }
        }
        assert!(quotes > 10, "{asker:?}");
        if asker == "ewan" {
            open = readable;
        }
    }
    closed.retain(|name| !open.contains_key(name));
    assert!(closed.len() > 5, "some are shown what others may not read: {closed:?}");
}
