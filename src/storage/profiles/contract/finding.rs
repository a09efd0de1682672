//! People are found by what they are called, what they do, and how they are spelt, in every implementation alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::{PeopleAfter, PeopleAsk, PeopleFilter, PeopleMet, ProfileChange, Seen};
use super::samples::{Fresh, name, person, put_person};
use crate::directory::{Field, How, words};
use crate::domain::{Language, Person, PersonKind, PersonName, PersonState, ResourceName};

/// A search for words; for everybody where there is none.
pub(in super::super) fn people_ask(typed: &str) -> PeopleAsk {
    PeopleAsk {
        words: (!typed.is_empty()).then(|| words(typed)),
        seen: Seen::Whole,
        filter: PeopleFilter::default(),
        owner: Arc::new(|_| None),
        after: None,
        limit: 100,
        is_over: Arc::new(|| false),
    }
}

/// The ids of those who were found.
pub(in super::super) fn ids(met: &PeopleMet) -> Vec<&str> {
    met.people.iter().map(|met| met.person.id()).collect()
}

impl Fresh {
    async fn met(&self, ask: PeopleAsk) -> PeopleMet {
        self.profiles.find(ask).await.unwrap().expect("nobody stops it")
    }

    async fn found(&self, typed: &str) -> Vec<String> {
        ids(&self.met(people_ask(typed)).await).into_iter().map(str::to_owned).collect()
    }
}

fn ada() -> Person {
    Person {
        display_name: "Ada Lovelace".to_owned(),
        title: "Harbour engineer".to_owned(),
        unit: "Docks & Quays".to_owned(),
        location: "Kiel".to_owned(),
        skills: vec!["Sail making".to_owned(), "C++".to_owned()],
        languages: vec![Language::parse("de").unwrap(), Language::ENGLISH],
        ..person("a1", &["@countess"], &["ada.l@example.org"])
    }
}

fn bo() -> Person {
    let left = Person { kind: PersonKind::Bot, state: PersonState::Left, ..person("b2", &[], &[]) };
    Person { display_name: "Bo Ström".to_owned(), unit: "Lovelace".to_owned(), ..left }
}

pub(super) async fn people_are_found_by_everything_that_names_them(fresh: Fresh) {
    fresh.apply(vec![put_person(ada()), put_person(person("nobody", &[], &[]))], 1).await;
    for typed in
        ["ada", "LOVELACE", "lovelcae", "love", "a1", "countess", "@countess", "ada.l@example.org", "ada.l", "harbour", "docks"]
    {
        assert_eq!(fresh.found(typed).await, ["a1"], "{typed}");
    }
    for typed in ["kiel", "sail making", "c++", "ada engineer kiel"] {
        assert_eq!(fresh.found(typed).await, ["a1"], "{typed}");
    }
    for typed in ["example", "ada nobody", "!!!"] {
        assert_eq!(fresh.found(typed).await, [""; 0], "{typed}");
    }
    let matches = fresh.met(people_ask("ada kie")).await.people.remove(0).matches;
    assert_eq!((matches[0].field, matches[0].how), (Field::Name, How::Exact));
    assert_eq!((matches[1].field, matches[1].how, matches[1].met.as_str()), (Field::Location, How::Prefix, "kiel"));
}

pub(super) async fn finding_follows_changes(fresh: Fresh) {
    let renamed = Person { display_name: "Ada Byron".to_owned(), ..ada() };
    fresh.apply(vec![put_person(ada()), put_person(renamed.clone()), put_person(bo())], 1).await;
    assert_eq!(fresh.found("lovelace").await, [""; 0], "the last name of a batch counts, and who left is asked for only");
    assert_eq!(fresh.found("byron").await, ["a1"]);
    fresh.apply(vec![ProfileChange::DeletePerson(name("a1")), put_person(ada())], 2).await;
    assert_eq!(fresh.found("lovelace").await, ["a1"]);
    fresh.apply(vec![ProfileChange::DeletePerson(name("a1"))], 3).await;
    assert_eq!(fresh.found("").await, [""; 0]);
    fresh.apply(vec![put_person(renamed)], 4).await;
    fresh.profiles.clear().await.unwrap();
    assert_eq!(fresh.found("byron").await, [""; 0]);
}

pub(super) async fn filters_restrict_whom_is_found(fresh: Fresh) {
    fresh.apply(vec![put_person(ada()), put_person(bo()), put_person(person("cy", &[], &[]))], 1).await;
    let owned = |text: &str| vec![text.to_owned()];
    let spoken = |tags: &[&str]| tags.iter().filter_map(|tag| Language::parse(tag)).collect();
    let all = || PeopleFilter { states: vec![PersonState::Active, PersonState::Left], ..PeopleFilter::default() };
    for (filter, expected) in [
        (PeopleFilter::default(), &["a1", "cy"][..]),
        (all(), &["a1", "b2", "cy"]),
        (PeopleFilter { states: vec![PersonState::Left], ..PeopleFilter::default() }, &["b2"]),
        (PeopleFilter { kinds: vec![PersonKind::Bot], ..all() }, &["b2"]),
        (PeopleFilter { kinds: vec![PersonKind::Bot], ..PeopleFilter::default() }, &[]),
        (PeopleFilter { units: owned("docks &  QUAYS"), ..all() }, &["a1"]),
        (PeopleFilter { units: owned("docks"), ..all() }, &[]),
        (PeopleFilter { locations: owned("KIEL"), skills: owned("c++"), ..all() }, &["a1"]),
        (PeopleFilter { locations: owned("Kiel"), skills: owned("rust"), ..all() }, &[]),
        (PeopleFilter { languages: spoken(&["fr", "de"]), ..all() }, &["a1"]),
        (PeopleFilter { languages: spoken(&["en"]), skills: owned("c++"), ..all() }, &["a1"]),
        (PeopleFilter { languages: spoken(&["fr"]), ..all() }, &[]),
        (PeopleFilter { among: Some(BTreeSet::from([name("b2"), name("cy")])), ..all() }, &["b2", "cy"]),
        (PeopleFilter { among: Some(BTreeSet::new()), ..all() }, &[]),
    ] {
        let met = fresh.met(PeopleAsk { filter: filter.clone(), ..people_ask("") }).await;
        assert_eq!((ids(&met), met.count), (expected.to_vec(), expected.len()), "{filter:?}");
    }
}

pub(super) async fn an_outline_is_found_by_name_and_id_only(fresh: Fresh) {
    let other = Person { unit: "Elsewhere".to_owned(), ..person("ada", &["lovelace"], &[]) };
    fresh
        .apply(
            vec![put_person(ada()), put_person(Person { display_name: "Ada Lovelace".to_owned(), ..other }), put_person(bo())],
            1,
        )
        .await;
    let outline = |typed: &str, filter| PeopleAsk { seen: Seen::Outline, filter, ..people_ask(typed) };
    let found = fresh.met(outline("lovelace", PeopleFilter::default())).await.people;
    let told: Vec<_> = found.iter().map(|met| (met.person.id(), met.score, &met.matches)).collect();
    assert_eq!((told[0].0, told[1].0), ("a1", "ada"), "a handle says nothing, and ties are by name");
    assert_eq!((told[0].1, told[0].2), (told[1].1, told[1].2));
    for typed in ["kiel", "countess", "engineer", "sail", "elsewhere"] {
        assert_eq!(fresh.met(outline(typed, PeopleFilter::default())).await.count, 0, "{typed}");
    }
    let private = PeopleFilter { units: vec!["Elsewhere".to_owned()], ..PeopleFilter::default() };
    let left = PeopleFilter { states: vec![PersonState::Left], ..PeopleFilter::default() };
    let spoken = PeopleFilter { languages: vec![Language::ENGLISH], ..PeopleFilter::default() };
    for filter in [private, left, spoken] {
        assert_eq!(fresh.met(outline("", filter)).await.count, 0);
    }
}

pub(super) async fn an_account_is_the_person_whose_it_is(fresh: Fresh) {
    let account =
        |id: &str, display_name: &str| Person { display_name: display_name.to_owned(), ..person(id, &["tidefan"], &[]) };
    let mine = Person { state: PersonState::Left, unit: "Forum".to_owned(), ..account("f1", "Tide Reader") };
    fresh.apply(vec![put_person(ada()), put_person(mine), put_person(bo()), put_person(account("f2", "Aaron"))], 1).await;
    let owner = |account: &PersonName| match account.id() {
        "f1" => Some(name("a1")),
        "f2" => Some(name("b2")),
        _ => None,
    };
    let linked = |typed: &str| PeopleAsk { owner: Arc::new(owner), ..people_ask(typed) };
    for typed in ["", "lovelace", "tide reader", "tidefan", "f1"] {
        let met = fresh.met(linked(typed)).await;
        assert_eq!((ids(&met), met.count, met.more), (vec!["a1"], 1, false), "{typed:?}");
    }
    let units = PeopleFilter { units: vec!["Forum".to_owned()], ..PeopleFilter::default() };
    let left = PeopleFilter { states: vec![PersonState::Left], ..PeopleFilter::default() };
    let among = PeopleFilter { among: Some(BTreeSet::from([name("f1")])), ..PeopleFilter::default() };
    for (filter, typed, expected) in
        [(&units, "tide", &[][..]), (&left, "", &["b2"]), (&left, "aaron", &["b2"]), (&among, "", &[])]
    {
        let met = fresh.met(PeopleAsk { filter: filter.clone(), ..linked(typed) }).await;
        assert_eq!((ids(&met), met.count), (expected.to_vec(), expected.len()), "{filter:?}: the person's own profile counts");
    }
    let outline = |typed: &str| PeopleAsk { seen: Seen::Outline, ..linked(typed) };
    assert_eq!(ids(&fresh.met(outline("lovelace")).await), ["a1"]);
    assert_eq!(fresh.met(outline("tide reader")).await.count, 0, "what names an account is no part of an outline");
    assert_eq!(ids(&fresh.met(people_ask("aaron")).await), ["f2"], "an account of nobody is somebody");
}

pub(super) async fn pages_of_people_follow_one_another(fresh: Fresh) {
    let called = |at: usize, display_name: &str| Person {
        display_name: display_name.to_owned(),
        ..person(&format!("p{at:02}"), &[], &[])
    };
    let names = ["Zoë", "ada", "Ada", "Ähre", "Bo", "bo berg", ""];
    let long = "ünïcode ".repeat(100);
    let mut changes: Vec<_> = names.iter().enumerate().map(|(at, name)| put_person(called(at, name))).collect();
    changes.extend((10..40).map(|at| put_person(called(at, &format!("Berg {at:02}")))));
    changes.extend([put_person(called(50, &long)), put_person(called(51, &long))]);
    fresh.apply(changes, 1).await;
    let everybody = fresh.found("").await;
    assert_eq!(everybody[..5], ["p06", "p01", "p02", "p03", "p10"]);
    assert_eq!(everybody[everybody.len() - 3..], ["p50", "p51", "p00"]);
    for typed in ["", "berg", "be"] {
        let whole = fresh.met(people_ask(typed)).await;
        let (mut paged, mut after): (Vec<String>, Option<PeopleAfter>) = (Vec::new(), None);
        loop {
            let page = fresh.met(PeopleAsk { after, limit: 4, ..people_ask(typed) }).await;
            assert_eq!(page.count, whole.count);
            paged.extend(page.people.iter().map(|met| met.person.id().to_owned()));
            after = page.people.last().map(|met| met.place.clone());
            if !page.more {
                break;
            }
        }
        assert_eq!(paged, ids(&whole), "{typed:?}");
    }
}

pub(super) async fn a_search_for_people_stops_when_it_is_told_to(fresh: Fresh) {
    let many = (0..3_000).map(|at| put_person(person(&format!("p{at}"), &[], &[]))).collect();
    fresh.apply(many, 1).await;
    for typed in ["", "p"] {
        let ask = PeopleAsk { is_over: Arc::new(|| true), ..people_ask(typed) };
        assert_eq!(fresh.profiles.find(ask).await.unwrap(), None);
    }
}
