//! Random changes of a small world, counted by hand beside every implementation.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::gates::KnownGates;
use super::super::{Month, ProfileChange};
use super::samples::{Fresh, behind, delete, document, name, person, put, put_person};
use crate::domain::{Audience, CommunityName, Document, Hashtag, Person, Principal, ResourceName, Role};

/// Everything that a small world may change.
fn any_change() -> impl Strategy<Value = ProfileChange> {
    let ids = || prop::sample::select(vec!["a", "b", "ab", "c"]);
    let words = || prop::collection::vec(prop::sample::select(vec!["a", "@B", "x", "X", "yz"]), 0..3);
    let roles = prop::collection::vec((ids(), prop::sample::select(Role::ALL.to_vec())), 0..4);
    let tags = prop::collection::vec(prop::sample::select(vec!["t1", "t2", "t3"]), 0..3);
    let audience = || {
        prop::sample::select(vec![
            Audience::world(),
            Audience::organization(),
            Audience::restricted([Principal::Person(name("a"))]),
            Audience::world().denying([Principal::Person(name("a"))]),
            Audience::restricted([Principal::Caretakers(CommunityName::from_id("a").unwrap())]),
        ])
    };
    let gates = (audience(), prop::option::weighted(0.2, audience()), prop::collection::vec(audience(), 0..3));
    let months = prop::sample::select(vec!["2024-06-01T00:00:00Z", "2024-06-30T00:00:00Z", "2024-07-01T00:00:00Z"]);
    prop_oneof![
        3 => (ids(), words(), words()).prop_map(|(id, handles, emails)| put_person(person(id, &handles, &emails))),
        1 => ids().prop_map(|id| ProfileChange::DeletePerson(name(id))),
        6 => (ids(), roles, tags, gates, months).prop_map(|(id, people, tags, (audience, moderation, inherited), updated)| {
            let document = document(id, &people, &tags, audience, updated);
            put(Document { moderation, ..behind(document, &inherited) })
        }),
        2 => ids().prop_map(delete),
    ]
}

/// What counting by hand gives: the tallies of a person under some names, as sets of everything that must be told apart.
fn by_hand(documents: &BTreeMap<String, Document>, names: &[&str]) -> BTreeMap<(Option<Hashtag>, Month, Vec<u8>, Role), u32> {
    let mut counts = BTreeMap::new();
    for document in documents.values() {
        let roles: BTreeSet<Role> =
            document.people.iter().filter(|part| names.contains(&part.person.id())).map(|part| part.role).collect();
        let Some(role) = Role::STRONGEST_FIRST.into_iter().find(|role| roles.contains(role)) else { continue };
        let topics: BTreeSet<Option<Hashtag>> = document.hashtags.iter().cloned().map(Some).chain([None]).collect();
        for topic in topics {
            let gates = KnownGates::new(&document.gates()).canonical;
            *counts.entry((topic, Month::of(document.updated), gates, role)).or_default() += 1;
        }
    }
    counts
}

async fn check(batches: Vec<Vec<ProfileChange>>) -> Result<(), TestCaseError> {
    let all = [Fresh::memory(), Fresh::sled()];
    let (mut people, mut documents) = (BTreeMap::new(), BTreeMap::new());
    for (at, batch) in batches.into_iter().enumerate() {
        for change in &batch {
            match change.clone() {
                ProfileChange::PutPerson(person) => drop(people.insert(person.name.id().to_owned(), *person)),
                ProfileChange::DeletePerson(name) => drop(people.remove(name.id())),
                ProfileChange::PutDocument(document) => drop(documents.insert(document.name.id().to_owned(), *document)),
                ProfileChange::DeleteDocument(name) => drop(documents.remove(name.id())),
            }
        }
        let mut sums = BTreeSet::new();
        for fresh in &all {
            fresh.apply(batch.clone(), at as u64 + 1).await;
            sums.insert(fresh.profiles.checksum().await.unwrap());
            prop_assert_eq!(fresh.profiles.status().await.unwrap().people, people.len() as u64);
            for id in ["a", "b", "ab", "c"] {
                prop_assert_eq!(fresh.profiles.people(&[name(id)]).await.unwrap().remove(0), people.get(id).cloned());
            }
            for names in [&["a"][..], &["b"], &["ab"], &["c"], &["a", "b"], &["c", "b", "ab"]] {
                let tallies = fresh.tallies_of(names).await.into_iter();
                let keyed: Vec<_> =
                    tallies.map(|it| ((it.topic, it.month, KnownGates::new(&it.gates).canonical, it.role), it.count)).collect();
                prop_assert_eq!(keyed, by_hand(&documents, names).into_iter().collect::<Vec<_>>());
            }
            for alias in ["a", "b", "x", "yz", "ab"] {
                let bare = |text: &String| text.trim_start_matches('@').to_lowercase() == alias;
                let holds =
                    |person: &Person| person.handles.iter().chain(&person.emails).any(bare) || bare(&person.name.id().to_owned());
                let holders: Vec<_> =
                    people.values().filter(|person| holds(person)).map(|person| person.name.id().to_owned()).collect();
                prop_assert_eq!(fresh.resolve(alias).await, holders);
            }
        }
        prop_assert_eq!(sums.len(), 1, "the checksums agree");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn random_changes_give_what_counting_by_hand_gives(
        batches in prop::collection::vec(prop::collection::vec(any_change(), 0..8), 1..8)
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(check(batches))?;
    }
}
