//! Whom a tally counts apart: by audience, by all gates of a document, whatever their order, and as they change.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::gates::KnownGates;
use super::samples::{Fresh, behind, document, name, put};
use crate::domain::{Audience, CommunityName, Gates, Hashtag, Principal, ResourceName, Role};

pub(super) async fn audiences_stay_apart(fresh: Fresh) {
    let dock = || Principal::Community(CommunityName::from_id("dock").unwrap());
    let dock_person = || Principal::Person(name("dock"));
    let dock_caretakers = || Principal::Caretakers(CommunityName::from_id("dock").unwrap());
    let audiences = [
        Audience::world(),
        Audience::world().denying([dock_person()]),
        Audience::organization(),
        Audience::organization().denying([dock()]),
        Audience::restricted([dock()]),
        Audience::restricted([dock_person()]),
        Audience::restricted([dock(), dock_person()]),
        Audience::restricted([dock_caretakers()]),
        Audience::restricted([dock(), dock_caretakers()]),
        Audience::organization().denying([dock_caretakers()]),
        Audience::restricted([dock()]).denying([dock_person()]),
    ];
    let written = |(at, audience): (usize, &Audience)| {
        put(document(&format!("d{at}"), &[("ada", Role::Author)], &[], audience.clone(), "2024-06-01T00:00:00Z"))
    };
    fresh.apply(audiences.iter().enumerate().map(written).collect(), 11).await;
    let tallies = fresh.tallies("ada").await;
    assert!(tallies.iter().all(|tally| tally.count == 1));
    let mut ordered = audiences.to_vec();
    ordered.sort_by_key(|audience| KnownGates::new(&Gates::new(audience.clone())).canonical);
    let expected: Vec<Gates> = ordered.into_iter().map(Gates::new).collect();
    assert_eq!(tallies.iter().map(|tally| tally.gates.as_ref().clone()).collect::<Vec<_>>(), expected);
}

pub(super) async fn gates_stay_apart(fresh: Fresh) {
    let june = "2024-06-01T00:00:00Z";
    let community = CommunityName::from_id("dock").unwrap();
    let (world, organization) = (Audience::world(), Audience::organization());
    let members = Audience::restricted([Principal::Community(community.clone())]);
    let ada = Audience::restricted([Principal::Person(name("ada"))]);
    let written = |id: &str, own: &Audience| document(id, &[("ada", Role::Author)], &["rust"], own.clone(), june);
    let mut moderated = written("d8", &organization);
    moderated.community = Some(community.clone());
    moderated.moderation = Some(Audience::restricted([]));
    let documents = [
        written("d1", &organization),
        behind(written("d2", &organization), std::slice::from_ref(&organization)),
        // The same two audiences in either order.
        behind(written("d3", &organization), std::slice::from_ref(&members)),
        behind(written("d4", &members), std::slice::from_ref(&organization)),
        behind(written("d5", &members), &[organization.clone(), ada.clone()]),
        written("d6", &members),
        behind(written("d7", &world), std::slice::from_ref(&organization)),
        moderated,
    ];
    fresh.apply(documents.into_iter().map(put).collect(), 8).await;
    let caretakers = Audience::restricted([Principal::Caretakers(community)]);
    let of = |audiences: &[&Audience]| {
        let gates = Gates::new(audiences[0].clone()).behind(audiences[1..].iter().map(|audience| (*audience).clone()));
        KnownGates::new(&gates)
    };
    let mut expected = [
        (of(&[&organization]), 2),
        (of(&[&organization, &members]), 2),
        (of(&[&members, &organization, &ada]), 1),
        (of(&[&members]), 1),
        (of(&[&world, &organization]), 1),
        (of(&[&organization, &caretakers]), 1),
    ];
    expected.sort();
    let expected: Vec<_> = expected.into_iter().map(|(known, count)| (known.gates, count)).collect();
    let tallies = fresh.tallies("ada").await;
    for topic in [None, Some("rust")] {
        let its = tallies.iter().filter(|tally| tally.topic.as_ref().map(Hashtag::as_str) == topic);
        assert_eq!(its.map(|tally| (Arc::clone(&tally.gates), tally.count)).collect::<Vec<_>>(), expected);
    }
}

pub(super) async fn a_document_moves_with_its_gates(fresh: Fresh) {
    let june = "2024-06-01T00:00:00Z";
    let written = || document("d", &[("ada", Role::Author)], &[], Audience::world(), june);
    let closed = Audience::restricted([Principal::Person(name("bob"))]);
    let gates = async || -> Vec<Vec<Audience>> {
        let tallies = fresh.tallies("ada").await;
        tallies.iter().map(|tally| tally.gates.iter().cloned().collect()).collect()
    };
    fresh.apply(vec![put(written())], 1).await;
    let open = fresh.profiles.checksum().await.unwrap();
    assert_eq!(gates().await, [[Audience::world()]]);
    // The root's audience narrows, a caretaker hides the reply, and both are taken back.
    fresh.apply(vec![put(behind(written(), std::slice::from_ref(&closed)))], 2).await;
    let narrowed = fresh.profiles.checksum().await.unwrap();
    assert_eq!(gates().await, [[Audience::world(), closed.clone()]]);
    let mut hidden = behind(written(), std::slice::from_ref(&closed));
    hidden.moderation = Some(Audience::restricted([]));
    fresh.apply(vec![put(hidden)], 3).await;
    assert_eq!(gates().await, [[Audience::world(), Audience::restricted([]), closed]]);
    assert!(BTreeSet::from([open, narrowed, fresh.profiles.checksum().await.unwrap()]).len() == 3);
    fresh.apply(vec![put(written())], 4).await;
    assert_eq!((gates().await, fresh.profiles.checksum().await.unwrap()), (vec![vec![Audience::world()]], open));
}
