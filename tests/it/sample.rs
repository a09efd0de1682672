//! The promises of `sample/README.md`, by reading the files alone; no server is started.
//!
//! Proved: 1. people and communities are as many and of as many sorts as told; 2. every kind, both languages, the three
//! audiences and the deny occur; 3. whoever is named is known, but for one stub; 4. ids are unique, threads are in order, and at
//! most one reply is accepted; 5. the one who asks about deadlines answers nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::sample;

const STUB: &str = "olof.bergstroem";

fn records(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(sample().join(file)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}: {error}: {line}"))).collect()
}

/// The documents, and the replies that are written inside of them as documents of their own.
fn documents() -> Vec<Value> {
    let mut all = Vec::new();
    for document in records("documents.jsonl") {
        for (at, reply) in document["replies"].as_array().into_iter().flatten().enumerate() {
            let mut reply = reply.clone();
            reply["id"] = format!("{}:r{}", text(&document, "id"), at + 1).into();
            reply["kind"] = "reply".into();
            reply["authors"] = vec![reply["author"].clone()].into();
            reply["audience"] = document["audience"].clone();
            reply["thread"] = document["id"].clone();
            all.push(reply);
        }
        all.push(document);
    }
    all
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn ids(records: &[Value]) -> BTreeSet<&str> {
    let found: BTreeSet<&str> = records.iter().map(|record| text(record, "id")).collect();
    assert_eq!(found.len(), records.len(), "an id occurs twice");
    found
}

fn root(reply: &Value) -> &str {
    reply["thread"].as_str().unwrap_or_else(|| text(&reply["thread"], "root"))
}

#[test]
fn people_and_communities_are_as_told() {
    let (people, communities) = (records("people.jsonl"), records("communities.jsonl"));
    assert_eq!((ids(&people).len(), ids(&communities).len()), (41, 8));
    let with = |field: &str, word: &str| people.iter().filter(|person| text(person, field) == word).count();
    assert_eq!((with("kind", "bot"), with("kind", "shared"), with("state", "left")), (1, 1, 2));
    let handles: Vec<&str> = people.iter().flat_map(|person| texts(&person["handles"])).collect();
    assert_eq!(handles.iter().collect::<BTreeSet<_>>().len(), handles.len(), "a handle names two people");
    assert!(people.iter().flat_map(|person| texts(&person["emails"])).all(|address| address.ends_with(".example")));
    assert_eq!(communities.iter().filter(|community| text(community, "policy") == "closed").count(), 2);
    assert!(communities.iter().all(|community| texts(&community["caretakers"]).next().is_some()));
}

#[test]
fn every_kind_language_and_audience_occurs() {
    let documents = documents();
    let (mut kinds, mut audiences) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new());
    for document in &documents {
        *kinds.entry(text(document, "kind")).or_default() += 1;
        let grant = document["audience"].as_str().or_else(|| document["audience"]["grant"].as_str());
        *audiences.entry(grant.unwrap_or("restricted")).or_default() += 1;
    }
    assert_eq!(ids(&documents).len(), 409);
    assert_eq!(kinds, BTreeMap::from([("blog", 51), ("discussion", 61), ("post", 81), ("reply", 138), ("wiki", 78)]));
    assert_eq!(audiences, BTreeMap::from([("organization", 359), ("restricted", 25), ("world", 25)]));
    let languages: BTreeSet<&str> = documents.iter().map(|document| text(document, "language")).collect();
    assert!(languages.is_superset(&BTreeSet::from(["de", "en"])), "{languages:?}");
    let formats: BTreeSet<&str> = documents.iter().map(|document| text(document, "format")).collect();
    assert_eq!(formats, BTreeSet::from(["", "html", "plain"]));
    let denied: Vec<&str> = documents.iter().flat_map(|document| texts(&document["audience"]["deny"]["people"])).collect();
    assert_eq!(denied, ["ingrid"]);
    assert!(documents.iter().all(|document| ("2023-03".."2026-11").contains(&text(document, "created"))));
}

#[test]
fn whoever_is_named_is_known_but_for_one_stub() {
    let (people, communities, documents) = (records("people.jsonl"), records("communities.jsonl"), documents());
    let (people, community_ids) = (ids(&people), ids(&communities));
    let mut named: BTreeSet<&str> = BTreeSet::new();
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for document in &documents {
        assert!(!text(document, "body").is_empty(), "{document}");
        for list in ["authors", "contributors"] {
            named.extend(texts(&document[list]));
        }
        named.extend(document["roles"].as_array().into_iter().flatten().map(|role| text(role, "person")));
        for side in ["grant", "deny"] {
            named.extend(texts(&document["audience"][side]["people"]));
            held.extend(texts(&document["audience"][side]["communities"]));
        }
        held.extend(document["community"].as_str());
    }
    assert!(people.iter().all(|person| named.contains(person)), "everybody with a profile has written something");
    for community in &communities {
        named.extend(texts(&community["members"]).chain(texts(&community["caretakers"])));
    }
    assert_eq!(named.difference(&people).copied().collect::<Vec<_>>(), [STUB]);
    assert_eq!(held, community_ids);
}

#[test]
fn threads_are_in_order_and_have_one_accepted_answer_at_most() {
    let documents = documents();
    let by_id: BTreeMap<&str, &Value> = documents.iter().map(|document| (text(document, "id"), document)).collect();
    let mut accepted: BTreeMap<&str, usize> = BTreeMap::new();
    for reply in documents.iter().filter(|document| text(document, "kind") == "reply") {
        let parent = reply["thread"]["parent"].as_str().unwrap_or_else(|| root(reply));
        assert!(text(by_id[parent], "created") < text(reply, "created"), "{reply}");
        assert_eq!(by_id[root(reply)]["audience"], reply["audience"]);
        *accepted.entry(root(reply)).or_default() += usize::from(reply["accepted"] == true);
    }
    assert!(accepted.values().all(|count| *count <= 1), "{accepted:?}");
    assert!(documents.iter().any(|reply| reply["thread"]["parent"].as_str().is_some_and(|parent| parent != root(reply))));
}

#[test]
fn the_one_who_asks_about_deadlines_answers_nothing() {
    let documents = documents();
    let hers = documents.iter().filter(|document| texts(&document["authors"]).any(|author| author == "zanele"));
    let (asked, written): (Vec<&Value>, Vec<&Value>) = hers.partition(|document| text(document, "kind") == "discussion");
    assert!(asked.iter().filter(|document| text(document, "body").contains("deadline")).count() >= 4);
    assert!(written.iter().all(|document| !text(document, "body").contains("deadline") && document["accepted"] != true));
}
