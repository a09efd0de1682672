//! What the harness finds, and what it does not.
//!
//! Proved: 1. worlds that differ only in what is hidden are answered alike; 2. every method of
//! every service is asked, or excluded with a reason.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_changes_no_answer() {
    let campaign = Campaign { worlds: 30, first_world: 0, seed: 1, stores: Stores::Memory, planted: None };
    let outcome = campaign.run(|_| ()).await.unwrap();
    assert!(outcome.compared.first.is_none(), "{}", outcome.compared.first.unwrap());
    println!("{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_is_asked_or_excluded_with_a_reason() {
    assert_eq!(uncovered_methods().await.unwrap(), Vec::<String>::new());
}
