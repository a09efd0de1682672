//! Proved: 1. an import in another order gives the same bytes; 2. so does asking again, after a restart too, and over an index and
//! profiles that were rebuilt.

use std::path::Path;

use prost::Message as _;
use rookery::grpc::pb;

use super::organisation::{Organisation, World};
use super::questions::{ASKERS, all_answers, masked, requests};

async fn bytes(world: &World, asker: &str) -> Vec<Vec<Vec<u8>>> {
    let encoded = |page: pb::FindExpertsResponse| masked(page).encode_to_vec();
    all_answers(world, asker).await.into_iter().map(|pages| pages.into_iter().map(encoded).collect()).collect()
}

/// Tells the first question that is answered otherwise.
async fn assert_same(world: &World, asker: &str, before: &[Vec<Vec<u8>>], what: &str) {
    let decoded = |pages: &[Vec<u8>]| -> Vec<_> {
        pages.iter().map(|page| pb::FindExpertsResponse::decode(page.as_slice()).unwrap()).collect()
    };
    for ((request, old), new) in requests().iter().zip(before).zip(bytes(world, asker).await) {
        assert!(*old == new, "{what}, {asker:?} {request:?}: {:#?} {:#?}", decoded(old), decoded(&new));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_an_import_changes_no_byte() {
    let as_it_is = Organisation::sample().open().await;
    for seed in [1, 2] {
        let shuffled = Organisation::sample().shuffled(seed).open().await;
        for asker in ASKERS {
            let before = bytes(&as_it_is, asker).await;
            assert!(before.iter().any(|pages| pages.len() > 2), "some answers have pages");
            assert_same(&shuffled, asker, &before, "shuffled").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_again_changes_no_byte() {
    let mut world = Organisation::sample().shuffled(3).open().await;
    let mut before = Vec::new();
    for asker in ASKERS {
        before.push((asker, bytes(&world, asker).await));
    }
    for (asker, before) in &before {
        assert_same(&world, asker, before, "again").await;
    }
    for lost in [None, Some("index"), Some("profiles")] {
        let lose = |data: &Path| lost.into_iter().for_each(|part| std::fs::remove_dir_all(data.join(part)).unwrap());
        world = world.restarted(lose).await;
        for (asker, before) in &before {
            assert_same(&world, asker, before, &format!("restarted without {lost:?}")).await;
        }
    }
}
