//! What the harness finds, and what it does not.
//!
//! Proved: 1. worlds that differ only in what is hidden are answered alike, in memory and on the embedded stores; 2. every leak
//! that is planted is found; 3. every method of every service is asked, or excluded with a reason.

use super::*;

/// Within so many worlds each leak must be found, and the same worlds must show nothing without one.
const WORLDS: u64 = 40;

fn campaign(worlds: u64, stores: Stores, planted: Option<Leak>) -> Campaign {
    Campaign { worlds, first_world: 0, seed: 1, stores, planted }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_changes_no_answer() {
    let outcome = campaign(WORLDS, Stores::Memory, None).run(|_| ()).await.unwrap();
    assert!(outcome.compared.first.is_none(), "{}", outcome.compared.first.unwrap());
    assert_eq!((outcome.worlds, outcome.compared.differing_bytes), (WORLDS, 0));
    assert!(outcome.compared.questions > 50 * WORLDS, "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_changes_no_answer_of_the_embedded_stores() {
    let outcome = campaign(4, Stores::Disk, None).run(|_| ()).await.unwrap();
    assert!(outcome.compared.first.is_none(), "{}", outcome.compared.first.unwrap());
    assert_eq!(outcome.worlds, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_leak_is_found() {
    for leak in Leak::ALL {
        let outcome = campaign(WORLDS, Stores::Memory, Some(leak)).run(|_| ()).await.unwrap();
        assert!(outcome.compared.first.is_some(), "{} was not found in {WORLDS} worlds", leak.name());
        assert!(outcome.compared.differing_bytes > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_is_asked_or_excluded_with_a_reason() {
    assert_eq!(uncovered_methods().await.unwrap(), Vec::<String>::new());
}
