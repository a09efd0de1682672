//! Proved, as `mod.rs` numbers it: what a sight admits, by rule and by token.

use std::collections::BTreeSet;

use super::*;
use crate::domain::{Community, CommunityName, DocumentName, GroupId, Kind, MarkupFormat, Moment, PersonName};

fn name(id: &str) -> PersonName {
    PersonName::from_id(id).unwrap()
}

pub(in crate::access) fn person(id: &str) -> Principal {
    Principal::Person(name(id))
}

pub(in crate::access) fn group(id: &str) -> Principal {
    Principal::Group(GroupId::parse(id).unwrap())
}

fn tides() -> CommunityName {
    CommunityName::from_id("tides").unwrap()
}

fn community() -> Community {
    Community {
        members: BTreeSet::from([name("bo")]),
        caretakers: BTreeSet::from([name("cy")]),
        ..Community::new(tides(), Audience::world(), Moment::default())
    }
}

/// Ada is in the group `board`, bo is a member of `tides`, cy takes care of it.
pub(in crate::access) fn memberships() -> Memberships {
    let memberships = Memberships::default();
    memberships.put(&community());
    memberships
}

pub(in crate::access) fn askers(memberships: &Memberships) -> [Sight; 4] {
    let of = |id: &str, groups: &[&str]| {
        let groups = groups.iter().map(|id| GroupId::parse(id).unwrap()).collect();
        Sight::of(&Asker::person(name(id), groups, BTreeSet::new()), memberships)
    };
    [Sight::of(&Asker::anonymous(), memberships), of("ada", &["board"]), of("bo", &[]), of("cy", &[])]
}

pub(in crate::access) fn audiences() -> Vec<Audience> {
    let grants = [
        Audience::world(),
        Audience::organization(),
        Audience::restricted([]),
        Audience::restricted([person("ada")]),
        Audience::restricted([group("board"), Principal::Community(tides())]),
        Audience::restricted([person("ada"), Principal::Caretakers(tides())]),
    ];
    let denies =
        [vec![], vec![person("bo")], vec![group("board"), Principal::Caretakers(tides())], vec![Principal::Community(tides())]];
    grants.iter().flat_map(|grant| denies.iter().map(|denied| grant.clone().denying(denied.clone()))).collect()
}

pub(in crate::access) fn document(audience: Audience) -> Document {
    Document {
        body: String::new(),
        format: MarkupFormat::Plain,
        community: Some(tides()),
        ..Document::new(DocumentName::from_id("d").unwrap(), Kind::Reply, audience, Moment::default())
    }
}

#[test]
fn a_deny_beats_every_grant() {
    let [anonymous, ada, bo, _] = &askers(&memberships());
    let audience = Audience::organization().denying([group("board")]);
    assert!(!anonymous.admits(&audience));
    assert!(!ada.admits(&audience));
    assert!(bo.admits(&audience));
    assert!(!ada.admits(&Audience::restricted([person("ada")]).denying([person("ada")])));
    assert!(!ada.admits(&Audience::restricted([])));
}

#[test]
fn tokens_decide_as_the_rule_does() {
    let askers = askers(&memberships());
    let audiences = audiences();
    let pairs = audiences.iter().flat_map(|first| audiences.iter().map(move |second| (first, second)));
    for (at, (first, second)) in pairs.enumerate() {
        let third = audiences[(at * 7) % audiences.len()].clone();
        for gates in [Gates::new(first.clone()), Gates::new(first.clone()).behind([second.clone(), third])] {
            let tokens = gate_tokens(&gates);
            assert!((1..=3).contains(&tokens.grants.len()), "{tokens:?}");
            for sight in &askers {
                let (granting, denying) = (sight.granting_tokens(), sight.denying_tokens());
                let granted = tokens.grants.iter().all(|clause| clause.iter().any(|token| granting.contains(token)));
                let denied = tokens.denies.iter().any(|token| denying.contains(token));
                assert_eq!(granted && !denied, sight.passes(&gates), "{sight:?} {gates:?} {tokens:?}");
            }
        }
    }
}

#[test]
fn a_clause_that_another_implies_is_left_out() {
    let narrow = Audience::restricted([person("ada")]);
    let wide = Audience::restricted([person("ada"), group("board")]);
    let gates = Gates::new(Audience::world()).behind([wide.clone(), Audience::organization(), narrow.clone()]);
    assert_eq!(gate_tokens(&gates).grants, [["p:ada"]]);
    assert_eq!(gate_tokens(&Gates::new(Audience::world()).behind([Audience::organization()])).grants, [["o"]]);
    let apart = Gates::new(narrow).behind([Audience::restricted([group("board")])]);
    assert_eq!(gate_tokens(&apart).grants, [["p:ada"], ["g:board"]]);
}

#[test]
fn a_document_is_read_by_exactly_those_who_pass_its_gates() {
    let askers = askers(&memberships());
    for (at, audience) in audiences().into_iter().enumerate() {
        let others = audiences();
        for step in 0..others.len() {
            let mut document = document(audience.clone());
            document.moderation = (step % 3 > 0).then(|| others[(at + step) % others.len()].clone());
            document.inherited = others.iter().skip(step).step_by(9).cloned().collect();
            if step % 5 == 0 {
                document.community = None;
            }
            for sight in &askers {
                assert_eq!(sight.may_read(&document), sight.passes(&document.gates()), "{sight:?} {document:?}");
            }
        }
    }
}

#[test]
fn caretakers_read_what_they_limited_and_nothing_more() {
    let [anonymous, ada, bo, cy] = &askers(&memberships());
    let mut hidden = document(Audience::world());
    hidden.moderation = Some(Audience::restricted([]));
    assert!(cy.may_read(&hidden));
    assert!(![anonymous, ada, bo].iter().any(|sight| sight.may_read(&hidden)));
    let mut foreign = document(Audience::restricted([person("ada")]));
    foreign.moderation = Some(Audience::organization());
    assert!(ada.may_read(&foreign) && !cy.may_read(&foreign));
    foreign.inherited = vec![Audience::restricted([person("bo")])];
    assert!(!ada.may_read(&foreign));
}

#[test]
fn memberships_follow_what_was_put_last() {
    let memberships = memberships();
    let mut bare = Community { members: BTreeSet::new(), caretakers: BTreeSet::from([name("bo")]), ..community() };
    memberships.put(&bare);
    assert_eq!(memberships.of(&name("bo")), BTreeSet::from([Principal::Caretakers(tides()), person("bo")]));
    assert_eq!(memberships.of(&name("cy")), BTreeSet::from([person("cy")]));
    bare.members.insert(name("cy"));
    memberships.put(&bare);
    assert_eq!(memberships.of(&name("cy")), BTreeSet::from([Principal::Community(tides()), person("cy")]));
    memberships.remove(&tides());
    assert_eq!(memberships.of(&name("cy")), BTreeSet::from([person("cy")]));
}

#[test]
fn what_stands_for_one_name_of_a_person_stands_for_all_of_them() {
    let memberships = memberships();
    let person_record = |accounts: &[&str]| crate::domain::Person {
        accounts: accounts.iter().map(|id| name(id)).collect(),
        ..crate::domain::Person::stub(name("ada"), "Ada".to_owned(), Moment::default())
    };
    memberships.aliases().put(&person_record(&["bo", "forum:1"]));
    for id in ["ada", "bo", "forum:1"] {
        let sight = Sight::of(&Asker::person(name(id), BTreeSet::new(), BTreeSet::new()), &memberships);
        for principal in [person("ada"), person("forum:1"), Principal::Community(tides())] {
            assert!(sight.admits(&Audience::restricted([principal.clone()])), "{id} is {principal}");
            assert!(!sight.admits(&Audience::world().denying([principal])), "{id}");
        }
    }
    memberships.aliases().put(&person_record(&[]));
    let sight = Sight::of(&Asker::person(name("ada"), BTreeSet::new(), BTreeSet::new()), &memberships);
    assert!(!sight.admits(&Audience::restricted([person("bo"), Principal::Community(tides())])));
}
