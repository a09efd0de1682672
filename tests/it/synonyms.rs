//! Synonym sets, asked of the real services.
//!
//! Proved: 1. a set is made, read, listed by pages, changed by its mask and etag, and deleted; 2. bad ones are refused by field, all
//! faults at once, and leave nothing; 3. only administrators may ask; 4. there are no more than may be, however many are made at once;
//! 5. an acknowledged set survives `kill -9`.

use std::collections::BTreeSet;

use rookery::grpc::pb;
use tonic::{Code, Status};

use crate::support::{Client, House, Server, fields, head};

async fn put(client: &Client, set: pb::SynonymSet) -> Result<pb::SynonymSet, Status> {
    let request = pb::UpdateSynonymSetRequest { synonym_set: Some(set), allow_missing: true, ..Default::default() };
    Ok(client.admin().update_synonym_set(client.request(request)).await?.into_inner())
}

async fn get(client: &Client, id: &str) -> Result<pb::SynonymSet, Status> {
    let request = pb::GetSynonymSetRequest { name: format!("synonymSets/{id}"), ..Default::default() };
    Ok(client.admin().get_synonym_set(client.request(request)).await?.into_inner())
}

async fn list(client: &Client, page_size: i32, page_token: String) -> Result<pb::ListSynonymSetsResponse, Status> {
    let request = pb::ListSynonymSetsRequest { page_size, page_token, ..Default::default() };
    Ok(client.admin().list_synonym_sets(client.request(request)).await?.into_inner())
}

async fn delete(client: &Client, id: &str) -> Result<pb::DeleteSynonymSetResponse, Status> {
    let request = pb::DeleteSynonymSetRequest { name: format!("synonymSets/{id}"), ..Default::default() };
    Ok(client.admin().delete_synonym_set(client.request(request)).await?.into_inner())
}

fn set(id: &str, terms: &[&str]) -> pb::SynonymSet {
    let terms = terms.iter().map(ToString::to_string).collect();
    pb::SynonymSet { name: format!("synonymSets/{id}"), terms, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_made_read_listed_changed_and_deleted() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let made = put(&ada, pb::SynonymSet { one_way: true, ..set("pto", &["PTO", "Paid time off"]) }).await.unwrap();
    assert!(!made.revision.is_empty() && !made.etag.is_empty() && made.create_time.is_some());
    assert_eq!((made.terms.as_slice(), made.one_way), (&["PTO".to_owned(), "Paid time off".to_owned()][..], true));
    let read = get(&ada, "pto").await.unwrap();
    assert_eq!(read, pb::SynonymSet { revision: String::new(), ..made.clone() });
    // The mask takes what it names, also where that is empty; the etag keeps writers apart.
    let change = |set: pb::SynonymSet, paths: &[&str]| pb::UpdateSynonymSetRequest {
        synonym_set: Some(set),
        update_mask: Some(prost_types::FieldMask { paths: paths.iter().map(ToString::to_string).collect() }),
        ..Default::default()
    };
    let noted = pb::SynonymSet { note: "asked often".to_owned(), etag: made.etag.clone(), ..set("pto", &[]) };
    let changed = ada.admin().update_synonym_set(ada.request(change(noted, &["note", "one_way"]))).await.unwrap().into_inner();
    assert_eq!((changed.terms, changed.one_way, changed.note.as_str()), (made.terms, false, "asked often"));
    let stale = pb::SynonymSet { etag: made.etag, ..set("pto", &["x", "y"]) };
    assert_eq!(put(&ada, stale).await.unwrap_err().code(), Code::Aborted);
    let missing = change(set("none", &["x", "y"]), &["terms"]);
    assert_eq!(ada.admin().update_synonym_set(ada.request(missing)).await.unwrap_err().code(), Code::NotFound);
    for id in ["a", "b", "c"] {
        put(&ada, set(id, &[id, &format!("{id}{id}")])).await.unwrap();
    }
    let status = ada.admin().get_status(ada.request(pb::GetStatusRequest::default())).await.unwrap().into_inner();
    assert_eq!((status.ledger.unwrap().synonym_sets, status.ledger.unwrap().curations), (4, 0));
    let (mut token, mut names) = (String::new(), Vec::new());
    loop {
        let page = list(&ada, 3, token).await.unwrap();
        names.extend(page.synonym_sets.into_iter().map(|set| set.name));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(names, ["synonymSets/a", "synonymSets/b", "synonymSets/c", "synonymSets/pto"]);
    let deleted = delete(&ada, "pto").await.unwrap();
    assert!(!deleted.revision.is_empty());
    assert_eq!(get(&ada, "pto").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(delete(&ada, "pto").await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_sets_are_refused_by_field_and_leave_nothing() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let before = head(&ada).await;
    let many: Vec<String> = (0..33).map(|nth| format!("t{nth}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let long = "x".repeat(1_025);
    let cases: [(pb::SynonymSet, &[&str]); 9] = [
        (set("a b", &["x", "y"]), &["synonym_set.name"]),
        (set("a", &[]), &["synonym_set.terms"]),
        (set("a", &["x"]), &["synonym_set.terms"]),
        (set("a", &many), &["synonym_set.terms"]),
        (set("a", &["x", "", "a b c d e f g h i"]), &["synonym_set.terms[1]", "synonym_set.terms[2]"]),
        (set("a", &["Käse", "kase"]), &["synonym_set.terms[1]"]),
        (set("a", &["x", &long]), &["synonym_set.terms[1]"]),
        (pb::SynonymSet { note: long.clone(), ..set("a", &["x", "y"]) }, &["synonym_set.note"]),
        (
            pb::SynonymSet { note: "\u{1}".to_owned(), etag: "x".repeat(65), ..set("", &["x", "!"]) },
            &["synonym_set.etag", "synonym_set.name", "synonym_set.terms[1]", "synonym_set.note"],
        ),
    ];
    for (bad, named) in cases {
        let told: BTreeSet<String> = fields(&put(&ada, bad).await.unwrap_err()).into_iter().collect();
        assert_eq!(told, named.iter().map(ToString::to_string).collect());
    }
    let nothing = pb::UpdateSynonymSetRequest::default();
    assert_eq!(fields(&ada.admin().update_synonym_set(ada.request(nothing)).await.unwrap_err()), ["synonym_set"]);
    assert_eq!(fields(&list(&ada, -1, "x".to_owned()).await.unwrap_err()), ["page_size", "page_token"]);
    assert_eq!(head(&ada).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_may_ask() {
    let house = House::open().await;
    put(&house.client(Some("people/ada")), set("a", &["x", "y"])).await.unwrap();
    let writer = Client { scopes: Some("write"), ..house.client(Some("people/ada")) };
    for (client, code) in [(house.client(None), Code::Unauthenticated), (writer, Code::PermissionDenied)] {
        for id in ["a", "none"] {
            assert_eq!(get(&client, id).await.unwrap_err().code(), code);
            assert_eq!(put(&client, set(id, &["x", "z"])).await.unwrap_err().code(), code);
            assert_eq!(delete(&client, id).await.unwrap_err().code(), code);
        }
        assert_eq!(list(&client, 0, String::new()).await.unwrap_err().code(), code);
    }
    let administrator = Client { scopes: Some("administer"), ..house.client(Some("people/bo")) };
    assert_eq!(get(&administrator, "a").await.unwrap().terms, ["x", "y"]);
    put(&administrator, set("a", &["x", "z"])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_no_more_than_may_be_however_many_are_made_at_once() {
    let house = House::open_with(&[("ROOKERY__LIMITS__SYNONYM_SETS", "3")]).await;
    let ada = house.client(Some("people/ada"));
    let ids: Vec<String> = (0..12).map(|nth| format!("s{nth}")).collect();
    let made = futures::future::join_all(ids.iter().map(|id| put(&ada, set(id, &["x", "y"])))).await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 3);
    for refused in made.iter().filter_map(|made| made.as_ref().err()) {
        assert_eq!(fields(refused), ["synonym_set.name"]);
    }
    let held = list(&ada, 100, String::new()).await.unwrap().synonym_sets;
    assert_eq!(held.len(), 3);
    // What is there may be changed, and makes room when it goes.
    let first = held[0].name.trim_start_matches("synonymSets/");
    put(&ada, set(first, &["x", "z"])).await.unwrap();
    delete(&ada, first).await.unwrap();
    put(&ada, set("new", &["x", "y"])).await.unwrap();
    let limits = ada.admin().get_limits(ada.request(pb::GetLimitsRequest {})).await.unwrap().into_inner();
    assert_eq!((limits.synonym_sets, limits.curations), (3, 5_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_set_survives_kill_minus_nine() {
    let folder = tempfile::tempdir().unwrap();
    let mut made: Vec<pb::SynonymSet> = Vec::new();
    for round in 0..5 {
        let server = Server::start(folder.path());
        let ada = server.client(Some("people/ada")).await;
        for earlier in &made {
            let found = get(&ada, earlier.name.trim_start_matches("synonymSets/")).await;
            assert_eq!(found.unwrap_or_else(|status| panic!("{} is lost: {status}", earlier.name)), *earlier);
        }
        let set = put(&ada, set(&format!("s{round}"), &["x", "y"])).await.unwrap();
        server.kill();
        made.push(pb::SynonymSet { revision: String::new(), ..set });
    }
}
