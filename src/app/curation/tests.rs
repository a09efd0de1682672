//! What is kept in memory of synonym sets and curations: what is proved stands in the head of the room.

use super::*;
use crate::access::{Asker, Memberships};
use crate::domain::{Audience, PersonName, ResourceName, Revision};

fn at(seconds: i64) -> Moment {
    Moment::from_unix_seconds(seconds).unwrap()
}

fn set(id: &str, terms: &[&str]) -> Record {
    let terms = terms.iter().map(ToString::to_string).collect();
    Record::SynonymSet(SynonymSet { terms, ..SynonymSet::new(SynonymSetName::from_id(id).unwrap(), at(1)) })
}

fn documents(ids: &[&str]) -> Vec<DocumentName> {
    ids.iter().map(|id| DocumentName::from_id(id).unwrap()).collect()
}

fn curation(id: &str, queries: &[&str], pins: &[&str], buries: &[&str]) -> Curation {
    Curation {
        queries: queries.iter().map(ToString::to_string).collect(),
        pins: documents(pins),
        buries: documents(buries),
        ..Curation::new(CurationName::from_id(id).unwrap(), at(1))
    }
}

fn commit(curations: &Curations, before: Option<&Record>, now: Option<&Record>) {
    curations.committed(&[Committed { revision: Revision(1), before, now }]);
}

fn sight(id: Option<&str>) -> Sight {
    let asker =
        id.map_or_else(Asker::anonymous, |id| Asker::person(PersonName::from_id(id).unwrap(), BTreeSet::new(), BTreeSet::new()));
    Sight::of(&asker, &Memberships::default())
}

fn for_ada(curations: &Curations, typed: &str) -> Option<Curated> {
    curations.curation_for(&distinct_words(typed), &sight(Some("ada")), at(5))
}

fn curated(pins: &[&str], buries: &[&str]) -> Curated {
    Curated { pins: documents(pins), buries: documents(buries) }
}

#[test]
fn groups_follow_every_change_and_else_stay_the_same() {
    let curations = Curations::default();
    let holds = |groups: &[&[&str]]| {
        let group =
            |terms: &&[&str]| SynonymGroup { terms: terms.iter().map(|term| (*term).to_owned()).collect(), one_way: false };
        let expected = Synonyms::of(&groups.iter().map(group).collect::<Vec<_>>(), &[]);
        assert_eq!(*curations.synonyms(&[]), expected, "{groups:?}");
    };
    holds(&[]);
    let (one, other) = (set("b", &["pto", "paid time off"]), set("a", &["ci", "build"]));
    commit(&curations, None, Some(&one));
    commit(&curations, None, Some(&other));
    holds(&[&["ci", "build"], &["pto", "paid time off"]]);
    let before = curations.synonyms(&[]);
    commit(&curations, None, Some(&Record::Curation(curation("c", &["x"], &[], &[]))));
    assert!(Arc::ptr_eq(&before, &curations.synonyms(&[])), "no set changed");
    let changed = set("b", &["pto", "leave"]);
    commit(&curations, Some(&one), Some(&changed));
    holds(&[&["ci", "build"], &["pto", "leave"]]);
    commit(&curations, Some(&other), None);
    holds(&[&["pto", "leave"]]);
    assert_eq!(curations.synonym_sets(), 1);
}

#[test]
fn a_query_meets_what_has_its_words_in_their_order() {
    let curations = Curations::default();
    let one = Record::Curation(curation("a", &["Travel  Expenses!", "node.js"], &["one"], &[]));
    commit(&curations, None, Some(&one));
    for typed in ["travel expenses", "TRAVEL, expenses", "travel expenses travel", "Node.JS"] {
        assert_eq!(for_ada(&curations, typed), Some(curated(&["one"], &[])), "{typed}");
    }
    for typed in ["expenses travel", "travel", "travel expenses 2026", "travel expense", "node js", ""] {
        assert_eq!(for_ada(&curations, typed), None, "{typed}");
    }
    let changed = Record::Curation(curation("a", &["expenses"], &["two"], &[]));
    commit(&curations, Some(&one), Some(&changed));
    assert_eq!(for_ada(&curations, "travel expenses"), None);
    assert_eq!(for_ada(&curations, "expenses"), Some(curated(&["two"], &[])));
    commit(&curations, Some(&changed), None);
    assert_eq!((for_ada(&curations, "expenses"), curations.curations()), (None, 0));
    assert!(curations.held.read().unwrap().by_words.is_empty(), "nothing is left behind");
}

#[test]
fn what_has_lapsed_or_is_for_others_says_nothing() {
    let curations = Curations::default();
    let ends = Curation { until: Some(at(10)), ..curation("a", &["tide"], &["one"], &[]) };
    commit(&curations, None, Some(&Record::Curation(ends)));
    let words = distinct_words("tide");
    assert!(curations.curation_for(&words, &sight(Some("ada")), at(9)).is_some());
    assert_eq!(curations.curation_for(&words, &sight(Some("ada")), at(10)), None);
    assert_eq!(curations.curation_for(&words, &sight(None), at(9)), None, "it is the organisation's");
    let open = Curation { audience: Audience::world(), ..curation("b", &["tide"], &["two"], &[]) };
    commit(&curations, None, Some(&Record::Curation(open)));
    assert_eq!(curations.curation_for(&words, &sight(None), at(9)), Some(curated(&["two"], &[])));
    assert_eq!(curations.curation_for(&words, &sight(Some("ada")), at(9)), Some(curated(&["one", "two"], &[])));
}

#[test]
fn several_are_merged_by_id_a_pin_beats_a_bury_and_a_bound_holds() {
    let curations = Curations::default();
    for one in [curation("b", &["tide"], &["x", "y"], &["p", "z"]), curation("a", &["tide", "ebb"], &["p", "x"], &["y", "q"])] {
        commit(&curations, None, Some(&Record::Curation(one)));
    }
    assert_eq!(for_ada(&curations, "tide"), Some(curated(&["p", "x", "y"], &["q", "z"])));
    let ids = |from: usize, to: usize| (from..to).map(|nth| format!("d{nth}")).collect::<Vec<_>>();
    for (id, from) in [("c", 0), ("d", 15), ("e", 30)] {
        let mut many = curation(id, &["many"], &[], &[]);
        many.pins = ids(from, from + 15).iter().flat_map(|id| documents(&[id])).collect();
        many.buries = ids(1_000 + from * 10, 1_060 + from * 10).iter().flat_map(|id| documents(&[id])).collect();
        commit(&curations, None, Some(&Record::Curation(many)));
    }
    let Curated { pins, buries } = for_ada(&curations, "many").unwrap();
    assert_eq!((pins.len(), buries.len()), (MOST_PINS, MOST_BURIES));
    assert_eq!((pins[0].id(), pins[19].id()), ("d0", "d19"));
}
