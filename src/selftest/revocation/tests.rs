//! What the race finds, and what it does not.
//!
//! Proved: 1. what is taken away shows nowhere from the acknowledgement on, in memory and on the embedded stores, and every question
//! was asked of something that had shown before; 2. an index that learns of revocations late and a service that remembers
//! pages are found.

use super::*;

fn race(rounds: u64, stores: Stores, planted: Option<Mistake>) -> Race {
    Race { rounds, seed: 1, stores, planted }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_shows_nowhere() {
    let outcome = race(200, Stores::Memory, None).run(|_| ()).await.unwrap();
    assert!(outcome.leak.is_none(), "{}", outcome.leak.unwrap());
    assert_eq!((outcome.rounds, outcome.ways.len()), (200, Way::ALL.len()));
    assert_eq!(outcome.idle(), Vec::<&str>::new(), "{:?}", outcome.asked);
    assert!(outcome.judged() >= 2 * outcome.rounds);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_shows_nowhere_on_the_embedded_stores() {
    let outcome = race(40, Stores::Disk, None).run(|_| ()).await.unwrap();
    assert!(outcome.leak.is_none(), "{}", outcome.leak.unwrap());
    assert_eq!(outcome.rounds, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn planted_mistakes_are_found() {
    for mistake in Mistake::ALL {
        let outcome = race(200, Stores::Memory, Some(mistake)).run(|_| ()).await.unwrap();
        assert!(outcome.leak.is_some(), "{} was not found in {} rounds", mistake.name(), outcome.rounds);
    }
}
