//! What administrators pin and bury, asked of the real services.
//!
//! Proved: 1. pins come first in their order, on the first page only, with their own scores, and buries on none; 2. pages go on between
//! pins, none is lost and none comes twice; 3. the total counts what is on the pages; 4. a pin or bury of what the asker may not read, or
//! that is missing, changes not one byte of an answer; 5. a filter holds for pins, and another order is not arranged; 6. an audience
//! and a lapse hold, and a change works from its acknowledgement on; 7. the blended page is arranged alike; 8. a curation is read,
//! listed, changed and deleted, bad ones are refused by field, only administrators may ask, and an acknowledged one survives `kill -9`.

use std::sync::Arc;

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tonic::{Code, Status};

use crate::support::{
    Client, HandClock, House, Server, audience, document, fields, head, names, put as put_document, restricted,
};

const CURATED: pb::warning::Code = pb::warning::Code::Curated;

fn curation(id: &str, queries: &[&str], pins: &[&str], buries: &[&str]) -> pb::Curation {
    let documents = |ids: &[&str]| ids.iter().map(|id| format!("documents/{id}")).collect();
    pb::Curation {
        name: format!("curations/{id}"),
        queries: queries.iter().map(ToString::to_string).collect(),
        pins: documents(pins),
        buries: documents(buries),
        ..Default::default()
    }
}

async fn put(client: &Client, curation: pb::Curation) -> Result<pb::Curation, Status> {
    let request = pb::UpdateCurationRequest { curation: Some(curation), allow_missing: true, ..Default::default() };
    Ok(client.admin().update_curation(client.request(request)).await?.into_inner())
}

/// Makes or replaces a curation, whatever it said before.
async fn replace(client: &Client, curation: pb::Curation) {
    let request = pb::UpdateCurationRequest {
        curation: Some(curation),
        update_mask: Some(prost_types::FieldMask { paths: vec!["*".to_owned()] }),
        allow_missing: true,
        ..Default::default()
    };
    client.admin().update_curation(client.request(request)).await.expect("a good curation");
}

async fn get(client: &Client, id: &str) -> Result<pb::Curation, Status> {
    let request = pb::GetCurationRequest { name: format!("curations/{id}"), ..Default::default() };
    Ok(client.admin().get_curation(client.request(request)).await?.into_inner())
}

async fn list(client: &Client) -> Result<Vec<String>, Status> {
    let request = pb::ListCurationsRequest::default();
    let page = client.admin().list_curations(client.request(request)).await?.into_inner();
    Ok(page.curations.into_iter().map(|curation| curation.name).collect())
}

async fn delete(client: &Client, id: &str) -> Result<(), Status> {
    let request = pb::DeleteCurationRequest { name: format!("curations/{id}"), ..Default::default() };
    client.admin().delete_curation(client.request(request)).await.map(drop)
}

async fn ask(client: &Client, request: pb::FindDocumentsRequest) -> pb::FindDocumentsResponse {
    client.discovery().find_documents(client.request(request)).await.expect("an answer").into_inner()
}

async fn find(client: &Client, query: &str) -> pb::FindDocumentsResponse {
    ask(client, pb::FindDocumentsRequest { query: query.to_owned(), ..Default::default() }).await
}

fn ids(answer: &pb::FindDocumentsResponse) -> Vec<String> {
    names(answer).iter().map(|name| name.trim_start_matches("documents/").to_owned()).collect()
}

fn pinned(answer: &pb::FindDocumentsResponse) -> Vec<bool> {
    answer.documents.iter().map(|hit| hit.pinned).collect()
}

fn is_arranged(answer: &pb::FindDocumentsResponse) -> bool {
    answer.warnings.iter().any(|warning| warning.code() == CURATED)
}

/// A house with ten documents about tides, the first of them the best, one about sails, and one that only bo reads.
async fn filled() -> (House, Client) {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    fill(&ada).await;
    (house, ada)
}

async fn fill(ada: &Client) {
    let mut last = String::new();
    for nth in 0..10 {
        // No two of them are copies.
        let water = (0..10 * nth).map(|drop| format!("water{nth}x{drop}")).collect::<Vec<_>>().join(" ");
        let body = format!("tide {water}");
        last = put_document(ada, document(&format!("t{nth}"), "", &body, "ada")).await.unwrap().revision;
    }
    let hidden = pb::Document { audience: Some(restricted(&["people/bo"])), ..document("hidden", "", "tide", "bo") };
    for more in [document("sail", "", "sail", "ada"), hidden] {
        last = put_document(ada, more).await.unwrap().revision;
    }
    ask(ada, pb::FindDocumentsRequest { min_revision: last, ..Default::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_come_first_and_buries_on_no_page() {
    let (_house, ada) = filled().await;
    let before = find(&ada, "tide").await;
    assert_eq!(ids(&before), ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9"]);
    assert!(!is_arranged(&before) && before.documents.iter().all(|hit| !hit.pinned));
    put(&ada, curation("a", &["Tide!"], &["sail", "t7"], &["t0", "t3"])).await.unwrap();
    let after = find(&ada, "TIDE").await;
    assert_eq!(ids(&after), ["sail", "t7", "t1", "t2", "t4", "t5", "t6", "t8", "t9"]);
    assert_eq!(pinned(&after)[..3], [true, true, false]);
    assert!(is_arranged(&after));
    let [sail, t7] = [&after.documents[0], &after.documents[1]];
    assert_eq!((sail.score, sail.contributions.len()), (0.0, 0), "it does not match");
    let scored = |answer: &pb::FindDocumentsResponse, id: &str| {
        let hit = answer.documents.iter().find(|hit| hit.document.as_ref().unwrap().name == format!("documents/{id}"));
        hit.map(|hit| (hit.score, hit.contributions.clone())).unwrap()
    };
    assert_eq!((t7.score, t7.contributions.clone()), scored(&before, "t7"), "it keeps its own score");
    for id in ["t1", "t2", "t4", "t9"] {
        assert_eq!(scored(&after, id), scored(&before, id), "others keep theirs");
    }
    for other in ["tide water", "water", "tides"] {
        assert!(!is_arranged(&find(&ada, other).await), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_on_between_pins_and_the_total_counts_them() {
    let (_house, ada) = filled().await;
    put(&ada, curation("a", &["tide"], &["sail", "hidden", "t7", "t2", "absent"], &["t0", "missing"])).await.unwrap();
    let whole = ids(&find(&ada, "tide").await);
    assert_eq!(whole, ["sail", "t7", "t2", "t1", "t3", "t4", "t5", "t6", "t8", "t9"]);
    for page_size in [1, 2, 3, 4, 9, 10, 11] {
        let (mut told, mut flags, mut page_token) = (Vec::new(), Vec::new(), String::new());
        loop {
            let request = pb::FindDocumentsRequest {
                query: "tide".to_owned(),
                page_size,
                page_token,
                include_total: true,
                ..Default::default()
            };
            let page = ask(&ada, request).await;
            assert!(page.documents.len() <= usize::try_from(page_size).unwrap() && !page.documents.is_empty());
            assert_eq!(page.total.unwrap().count, 10, "pages of {page_size}");
            assert!(is_arranged(&page), "every page says so");
            told.extend(ids(&page));
            flags.extend(pinned(&page));
            assert!(told.len() <= whole.len(), "no page comes twice: {told:?}");
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(told, whole, "pages of {page_size}");
        assert_eq!(flags, [true, true, true, false, false, false, false, false, false, false]);
    }
    let counted = pb::FindDocumentsRequest { query: "tide".to_owned(), people_wanted: 5, page_size: 2, ..Default::default() };
    let people = ask(&ada, counted).await.people;
    assert_eq!(people.iter().map(|person| person.count).collect::<Vec<_>>(), [10], "all hits but the buried one, pins included");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_behind_a_pin_that_is_gone_goes_on_with_the_rest() {
    let (_house, ada) = filled().await;
    put(&ada, curation("a", &["tide"], &["t9", "t8"], &[])).await.unwrap();
    let first = ask(&ada, pb::FindDocumentsRequest { query: "tide".to_owned(), page_size: 1, ..Default::default() }).await;
    assert_eq!(ids(&first), ["t9"]);
    delete(&ada, "a").await.unwrap();
    let next = pb::FindDocumentsRequest {
        query: "tide".to_owned(),
        page_size: 3,
        page_token: first.next_page_token,
        ..Default::default()
    };
    let next = ask(&ada, next).await;
    assert_eq!((ids(&next), is_arranged(&next)), (vec!["t0".to_owned(), "t1".to_owned(), "t2".to_owned()], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_asker_may_not_read_changes_nothing_at_all() {
    let (house, ada) = filled().await;
    let told = async |client: &Client| {
        let mut told = Vec::new();
        for (page_size, people_wanted) in [(0, 0), (3, 5)] {
            let request = pb::FindDocumentsRequest {
                query: "tide".to_owned(),
                include_total: true,
                page_size,
                people_wanted,
                ..Default::default()
            };
            let mut answer = ask(client, request).await;
            answer.next_page_token.clear();
            answer.revision.clear();
            told.push(answer);
        }
        told
    };
    let bo = house.client(Some("people/bo"));
    let before = (told(&ada).await, told(&bo).await);
    for (pins, buries) in [(&["hidden", "absent"][..], &[][..]), (&[], &["hidden", "absent"]), (&["absent"], &["hidden"])] {
        replace(&ada, curation("a", &["tide"], pins, buries)).await;
        assert_eq!(told(&ada).await, before.0, "{pins:?} {buries:?}");
        assert_ne!(told(&bo).await, before.1, "whoever reads it is told");
    }
    // What does not match is not missed where it is buried.
    replace(&ada, curation("a", &["tide"], &[], &["sail"])).await;
    assert_eq!((told(&ada).await, told(&bo).await), before);
    replace(&ada, curation("a", &["tide"], &["hidden"], &[])).await;
    let answer = find(&bo, "tide").await;
    assert_eq!((ids(&answer)[0].as_str(), is_arranged(&answer)), ("hidden", true));
    // What is taken away is no pin from the acknowledgement on.
    let narrowed = pb::Document { audience: Some(restricted(&["people/di"])), ..document("hidden", "", "tide", "bo") };
    put_document(&ada, narrowed).await.unwrap();
    let answer = find(&bo, "tide").await;
    assert!(!is_arranged(&answer) && !ids(&answer).contains(&"hidden".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_holds_for_pins_and_another_order_is_not_arranged() {
    let (_house, ada) = filled().await;
    let min_revision = put_document(&ada, document("by-cy", "", "tide", "cy")).await.unwrap().revision;
    put(&ada, curation("a", &["tide"], &["t9", "by-cy"], &["t0"])).await.unwrap();
    let by = |person: &str| pb::DocumentFilter { people: vec![format!("people/{person}")], ..Default::default() };
    let request = |filter: pb::DocumentFilter| pb::FindDocumentsRequest {
        query: "tide".to_owned(),
        filter: Some(filter),
        min_revision: min_revision.clone(),
        ..Default::default()
    };
    assert_eq!(ids(&ask(&ada, request(by("cy"))).await), ["by-cy"]);
    let nobody = ask(&ada, request(by("nobody"))).await;
    assert_eq!((nobody.documents.len(), is_arranged(&nobody)), (0, false), "nothing of it is arranged");
    let newest = pb::FindDocumentsRequest { order: pb::DocumentOrder::Newest.into(), ..request(by("ada")) };
    let newest = ask(&ada, newest).await;
    assert!(!is_arranged(&newest) && newest.documents.len() == 10 && pinned(&newest) == [false; 10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn audiences_and_lapses_hold_and_changes_work_at_once() {
    let clock = Arc::new(HandClock::at(1_000));
    let house = House::open_by(clock.clone()).await;
    let (ada, bo, nobody) = (house.client(Some("people/ada")), house.client(Some("people/bo")), house.client(None));
    fill(&ada).await;
    let first = async |client: &Client| ids(&find(client, "tide").await).swap_remove(0);
    let firsts = async || (first(&ada).await, first(&bo).await, first(&nobody).await);
    let expected = |ada: &str, bo: &str, nobody: &str| (ada.to_owned(), bo.to_owned(), nobody.to_owned());
    let until = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    put(&ada, pb::Curation { expire_time: until(2_000), ..curation("b", &["tide"], &["t5"], &[]) }).await.unwrap();
    assert_eq!(firsts().await, expected("t5", "t5", "t0"), "unsaid, it is the organisation's");
    let of_bo = pb::Curation { audience: Some(restricted(&["people/bo"])), ..curation("a", &["tide"], &["t6"], &[]) };
    put(&ada, of_bo).await.unwrap();
    assert_eq!(firsts().await, expected("t5", "t6", "t0"));
    assert_eq!(ids(&find(&bo, "tide").await)[..2], ["t6", "t5"], "merged by their names");
    put(&ada, pb::Curation { audience: Some(audience(Grant::World)), ..curation("c", &["tide"], &["t7"], &[]) }).await.unwrap();
    assert_eq!(firsts().await, expected("t5", "t6", "t7"));
    clock.set(1_999);
    assert_eq!(first(&ada).await, "t5");
    clock.set(2_000);
    assert_eq!(firsts().await, expected("t7", "t6", "t7"), "it has lapsed");
    // It can be changed all the same, and is not made to hold again by that.
    put(&ada, pb::Curation { note: "old".to_owned(), ..curation("b", &[], &[], &[]) }).await.unwrap();
    assert_eq!(first(&ada).await, "t7");
    let lapsed = pb::Curation { expire_time: until(2_000), ..curation("d", &["tide"], &["t1"], &["t1"]) };
    assert_eq!(fields(&put(&ada, lapsed).await.unwrap_err()), ["curation.expire_time", "curation.buries[0]"]);
    let clear = pb::UpdateCurationRequest {
        curation: Some(curation("b", &[], &[], &[])),
        update_mask: Some(prost_types::FieldMask { paths: vec!["expire_time".to_owned()] }),
        ..Default::default()
    };
    ada.admin().update_curation(ada.request(clear)).await.unwrap();
    assert_eq!(first(&ada).await, "t5");
    delete(&ada, "b").await.unwrap();
    assert_eq!(first(&ada).await, "t7");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blended_page_is_arranged_alike() {
    let (_house, ada) = filled().await;
    put(&ada, curation("a", &["tide"], &["sail", "t7"], &["t0"])).await.unwrap();
    let request = pb::SearchRequest { query: "tide".to_owned(), documents_wanted: 4, ..Default::default() };
    let page = ada.discovery().search(ada.request(request)).await.unwrap().into_inner();
    let told: Vec<(&str, bool)> =
        page.documents.iter().map(|hit| (hit.document.as_ref().unwrap().name.as_str(), hit.pinned)).take(4).collect();
    let expected = [("documents/sail", true), ("documents/t7", true), ("documents/t1", false), ("documents/t2", false)];
    assert_eq!(told, expected);
    assert_eq!(page.warnings.iter().filter(|warning| warning.code() == CURATED).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_curation_is_read_listed_changed_and_deleted() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let made = put(&ada, curation("b", &["Travel expenses"], &["z", "a"], &["c"])).await.unwrap();
    assert_eq!(made.audience, Some(audience(Grant::Organization)));
    assert_eq!((&made.pins[0], &made.queries[0]), (&"documents/z".to_owned(), &"Travel expenses".to_owned()));
    assert_eq!(get(&ada, "b").await.unwrap(), pb::Curation { revision: String::new(), ..made.clone() });
    let again = put(&ada, curation("b", &[], &["z"], &[])).await.unwrap();
    assert_eq!((again.pins.len(), again.buries.len()), (1, 1), "what is empty stays");
    let stale = pb::Curation { etag: made.etag, ..curation("b", &[], &["y"], &[]) };
    assert_eq!(put(&ada, stale).await.unwrap_err().code(), Code::Aborted);
    // A rule between fields holds whichever of them changes.
    assert_eq!(fields(&put(&ada, curation("b", &[], &["c"], &[])).await.unwrap_err()), ["curation.buries[0]"]);
    put(&ada, curation("a", &["x"], &[], &[])).await.unwrap();
    assert_eq!(list(&ada).await.unwrap(), ["curations/a", "curations/b"]);
    delete(&ada, "b").await.unwrap();
    assert_eq!(get(&ada, "b").await.unwrap_err().code(), Code::NotFound);
    let writer = Client { scopes: Some("write"), ..house.client(Some("people/ada")) };
    for (client, code) in [(house.client(None), Code::Unauthenticated), (writer, Code::PermissionDenied)] {
        for id in ["a", "none"] {
            assert_eq!(get(&client, id).await.unwrap_err().code(), code);
            assert_eq!(put(&client, curation(id, &["x"], &[], &[])).await.unwrap_err().code(), code);
            assert_eq!(delete(&client, id).await.unwrap_err().code(), code);
        }
        assert_eq!(list(&client).await.unwrap_err().code(), code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_curations_are_refused_by_field_and_leave_nothing() {
    let house = House::open_with(&[("ROOKERY__LIMITS__CURATIONS", "1")]).await;
    let ada = house.client(Some("people/ada"));
    put(&ada, curation("there", &["x"], &[], &[])).await.unwrap();
    let before = head(&ada).await;
    let past = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    let many: Vec<String> = (0..101).map(|nth| format!("d{nth}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let cases: [(pb::Curation, &[&str]); 9] = [
        (curation("new", &["x"], &[], &[]), &["curation.name"]),
        (curation("there", &["x", "X", "?"], &[], &[]), &["curation.queries[1]", "curation.queries[2]"]),
        (curation("there", &[&"w ".repeat(600)], &[], &[]), &["curation.queries[0]"]),
        (curation("there", &["x"], &many[..21], &many), &["curation.pins", "curation.buries"]),
        (curation("there", &["x"], &["a", "a"], &["b", "b"]), &["curation.pins[1]", "curation.buries[1]"]),
        (curation("there", &["x"], &["a", "b"], &["c", "b"]), &["curation.buries[1]"]),
        (pb::Curation { expire_time: past, ..curation("there", &["x"], &[], &[]) }, &["curation.expire_time"]),
        (
            pb::Curation { audience: Some(pb::Audience::default()), ..curation("there", &["x"], &[], &[]) },
            &["curation.audience.grant"],
        ),
        (
            pb::Curation { pins: vec!["people/ada".to_owned()], ..curation("", &[""], &[], &[]) },
            &["curation.name", "curation.queries[0]", "curation.pins[0]"],
        ),
    ];
    for (bad, named) in cases {
        let mut told = fields(&put(&ada, bad).await.unwrap_err());
        told.dedup();
        assert_eq!(told, named);
    }
    let unsaid = curation("there", &[], &[], &[]);
    let clear = pb::UpdateCurationRequest {
        curation: Some(unsaid),
        update_mask: Some(prost_types::FieldMask { paths: vec!["queries".to_owned()] }),
        ..Default::default()
    };
    assert_eq!(fields(&ada.admin().update_curation(ada.request(clear)).await.unwrap_err()), ["curation.queries"]);
    assert_eq!(head(&ada).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_curation_survives_kill_minus_nine_and_works_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let ada = server.client(Some("people/ada")).await;
    fill(&ada).await;
    put(&ada, curation("a", &["tide"], &["t7"], &["t0"])).await.unwrap();
    server.kill();
    let server = Server::start(folder.path());
    let ada = server.client(Some("people/ada")).await;
    assert_eq!(ids(&find(&ada, "tide").await)[..2], ["t7", "t1"]);
}
