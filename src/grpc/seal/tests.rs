//! What is promised of tokens.
//!
//! Proved: 1. what was sealed is opened as it was; 2. a spoiled, cut, lengthened or made-up token is a fault of its field; 3. a
//! revision of another history is told apart from one that is spoiled; 4. a page token holds for its asker, its method and its
//! request only; 5. all tokens of a kind have one length, and no two are equal; 6. without randomness nothing is sealed;
//! 7. a sync is opened as it was, told apart from one of another history, and from every other token.

use std::collections::BTreeSet;

use super::*;
use crate::access::Asker;
use crate::app::{Basis, FieldFault, Pass, SyncRef};
use crate::domain::{GroupId, Moment, PersonName, RecordKind, ResourceName, Revision};
use crate::grpc::convert::Faults;
use crate::grpc::pb;

fn identity(epoch: u64) -> Identity {
    Identity { epoch, sealing_key: [7; 32] }
}

fn seal() -> Seal {
    Seal::new(&identity(1), getrandom::fill)
}

fn asker(person: &str, groups: &[&str]) -> Asker {
    let groups: BTreeSet<GroupId> = groups.iter().map(|group| GroupId::parse(group).unwrap()).collect();
    Asker::person(PersonName::from_id(person).unwrap(), groups, BTreeSet::new())
}

fn request(query: &str) -> pb::FindDocumentsRequest {
    pb::FindDocumentsRequest { query: query.to_owned(), ..Default::default() }
}

fn binding() -> Binding {
    Binding::new("FindDocuments", &asker("ada", &["board"]), &request("tides"))
}

/// The faults of reading a revision.
fn revision_faults(seal: &Seal, token: &str) -> Vec<FieldFault> {
    let mut faults = Faults::default();
    assert_eq!(seal.min_revision(token, &mut faults), Wanted::Anything);
    listed(faults)
}

/// The faults of reading a position.
fn page_faults(seal: &Seal, binding: &Binding, token: &str) -> Vec<FieldFault> {
    let mut faults = Faults::default();
    assert_eq!(seal.page_token(binding, token, &mut faults), None);
    listed(faults)
}

fn listed(faults: Faults) -> Vec<FieldFault> {
    match faults.finish(Some(())) {
        Err(AppError::Invalid(faults)) => faults,
        other => panic!("a spoiled token was taken: {other:?}"),
    }
}

/// Every way to spoil a token a little: each digit changed, one cut off, one added, another case.
fn spoiled(token: &str) -> Vec<String> {
    let mut all =
        vec![token[1..].to_owned(), token[2..].to_owned(), format!("{token}0"), format!("{token}00"), token.to_uppercase()];
    all.extend(["x", "\u{0}", "0", "é"].map(str::to_owned));
    for at in 0..token.len() {
        let digit = if &token[at..=at] == "0" { "1" } else { "0" };
        all.push(format!("{}{digit}{}", &token[..at], &token[at + 1..]));
    }
    all
}

#[test]
fn revisions_come_back_and_have_one_length() {
    let tokens: Vec<String> = [0, 1, 255, u64::MAX].map(|number| seal().revision(Revision(number)).unwrap()).to_vec();
    for (token, number) in tokens.iter().zip([0, 1, 255, u64::MAX]) {
        let mut faults = Faults::default();
        assert_eq!(seal().min_revision(token, &mut faults), Wanted::Revision(Revision(number)));
        assert!(faults.is_empty());
        assert_eq!(token.len(), tokens[0].len());
    }
    assert_ne!(seal().revision(Revision(1)).unwrap(), seal().revision(Revision(1)).unwrap());
    assert_eq!(seal().min_revision("", &mut Faults::default()).revision().unwrap(), None);
}

#[test]
fn a_spoiled_revision_is_a_fault_of_its_field() {
    let token = seal().revision(Revision(42)).unwrap();
    for spoiled in spoiled(&token) {
        assert_eq!(revision_faults(&seal(), &spoiled)[0].field, "min_revision", "{spoiled}");
    }
    let stranger = Seal::new(&Identity { epoch: 1, sealing_key: [8; 32] }, getrandom::fill);
    assert_eq!(revision_faults(&stranger, &token)[0].field, "min_revision");
    let page = seal().page(&binding(), &Position::Id("a".to_owned())).unwrap();
    assert_eq!(revision_faults(&seal(), &page)[0].field, "min_revision");
}

#[test]
fn a_revision_of_another_history_is_told_apart() {
    let token = seal().revision(Revision(42)).unwrap();
    let mut faults = Faults::default();
    let wanted = Seal::new(&identity(2), getrandom::fill).min_revision(&token, &mut faults);
    assert!(faults.is_empty(), "the request itself is right");
    assert!(matches!(wanted.revision(), Err(Refusal::OtherEpoch { field: "min_revision" })));
}

/// Statistics of a query of so many words.
fn basis(words: u64) -> Basis {
    Basis {
        documents: u64::MAX,
        lengths: [1, u64::MAX],
        frequencies: (0..words).map(|word| word * 1_000_003).collect(),
        pass: Pass::Relaxed,
        now: Moment::MAX,
    }
}

#[test]
fn positions_come_back_and_have_one_length() {
    let long = "x".repeat(200);
    let positions = [
        Position::Score(1.5, "a".to_owned(), basis(3)),
        Position::Turn(u32::MAX, 1.5, "a".to_owned(), basis(3)),
        Position::Score(f64::MIN_POSITIVE, long.clone(), basis(64)),
        Position::Number(i64::MIN, long.clone(), basis(0)),
        Position::Number(i64::MAX, "a".to_owned(), Basis::default()),
        Position::Id(long.clone()),
        Position::Id("a".to_owned()),
        Position::Called("å".repeat(32), long.clone()),
        Position::Called(String::new(), "a".to_owned()),
    ];
    let mut lengths = BTreeSet::new();
    for position in positions {
        let token = seal().page(&binding(), &position).unwrap();
        assert_eq!(seal().page_token(&binding(), &token, &mut Faults::default()), Some(position));
        lengths.insert(token.len());
    }
    assert_eq!(lengths.len(), 1, "the length tells nothing of the position");
    assert_eq!(seal().page_token(&binding(), "", &mut Faults::default()), None);
}

#[test]
fn a_page_token_holds_for_its_asker_and_request_only() {
    let token = seal().page(&binding(), &Position::Score(1.0, "a".to_owned(), basis(1))).unwrap();
    let (ada, tides) = (asker("ada", &["board"]), request("tides"));
    let filtered = pb::FindDocumentsRequest { filter: Some(pb::DocumentFilter::default()), ..request("tides") };
    let foreign = [
        Binding::new("FindDocuments", &asker("bo", &["board"]), &tides),
        Binding::new("FindDocuments", &asker("ada", &[]), &tides),
        Binding::new("FindDocuments", &Asker::anonymous(), &tides),
        Binding::new("FindExperts", &ada, &tides),
        Binding::new("FindDocuments", &ada, &request("tide")),
        Binding::new("FindDocuments", &ada, &filtered),
    ];
    for binding in foreign {
        assert_eq!(page_faults(&seal(), &binding, &token)[0].field, "page_token");
    }
    let later = Seal::new(&identity(2), getrandom::fill);
    assert_eq!(page_faults(&later, &binding(), &token)[0].field, "page_token");
    for spoiled in spoiled(&token) {
        assert_eq!(page_faults(&seal(), &binding(), &spoiled)[0].field, "page_token", "{spoiled}");
    }
}

#[test]
fn without_randomness_nothing_is_sealed() {
    let dry = Seal::new(&identity(1), |_| Err(getrandom::Error::UNSUPPORTED));
    assert!(matches!(dry.revision(Revision(1)), Err(Refusal::App(AppError::Internal(_)))));
    assert!(matches!(dry.fresh_id(), Err(Refusal::App(AppError::Internal(_)))));
}

fn wiki() -> SyncRef {
    sync_of("wiki")
}

fn sync_of(system: &str) -> SyncRef {
    SyncRef { kind: RecordKind::Document, system: system.to_owned(), number: 7 }
}

#[test]
fn a_sync_opens_as_it_was_and_tells_another_history_apart() {
    for system in ["w", "wiki", &"\u{fc}".repeat(100)] {
        let token = seal().sync(&sync_of(system)).unwrap();
        assert_eq!(token.len(), 516, "all have one length");
        let mut faults = Faults::default();
        assert_eq!(seal().sync_token("sync", &token, &mut faults), Some(NamedSync::Sync(sync_of(system))));
        assert!(faults.is_empty());
    }
    let other = Seal::new(&identity(2), getrandom::fill).sync(&wiki()).unwrap();
    let named = seal().sync_token("sync", &other, &mut Faults::default());
    assert!(matches!(named.unwrap().sync("sync"), Err(Refusal::OtherEpoch { field: "sync" })));
}

#[test]
fn what_is_no_token_of_a_sync_is_a_fault() {
    let token = seal().sync(&wiki()).unwrap();
    let page = seal().page(&binding(), &Position::Id("a".to_owned())).unwrap();
    for wrong in spoiled(&token).into_iter().chain([String::new(), page, seal().revision(Revision(7)).unwrap()]) {
        let mut faults = Faults::default();
        assert_eq!(seal().sync_token("start.sync", &wrong, &mut faults), None);
        assert_eq!(listed(faults)[0].field, "start.sync");
    }
}
