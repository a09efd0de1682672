//! The contract of profiles: every promise of the trait, proved for every implementation.
//!
//! Proved: 1. what was put is read, in the order asked for; 2. applying again changes nothing; 3. later changes of a batch
//! win, and a read sees a batch whole or not at all; 4. aliases resolve without regard to case and `@`, to all holders in
//! order, and follow changes; 5. tallies come in the promised order and are never zero, and a document counts once for a person,
//! whatever names and roles it gives them; 6. a document replaces and removes exactly what it counted for; 7. audiences stay apart, denies included, and so do gates, whatever their order; 8. months hold at the ends of time; 9. names that
//! begin alike stay apart; 10. what is large works; 11. `clear` forgets everything; 12. the checksum depends on what is
//! read, not on how it came about; 13. random changes give what counting by hand gives, in all implementations; 14. people are found by
//! all that names them, as they are now; 15. filters restrict; 16. an outline has no part of what it does not show; 17. pages of people
//! follow one another; 18. a search that is told to stop gives nothing.

mod finding;
mod gates;
mod random;
mod samples;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::finding::{
    a_search_for_people_stops_when_it_is_told_to, an_account_is_the_person_whose_it_is, an_outline_is_found_by_name_and_id_only,
    filters_restrict_whom_is_found, finding_follows_changes, pages_of_people_follow_one_another,
    people_are_found_by_everything_that_names_them,
};
pub(super) use self::finding::{ids, people_ask};
use self::gates::{a_document_moves_with_its_gates, audiences_stay_apart, gates_stay_apart};
use self::samples::{Fresh, delete, tally};
pub(super) use self::samples::{behind, document, name, person, put, put_person, settings};
use super::{MemoryProfiles, ProfileChange, Profiles};
use crate::domain::{Audience, Gates, Person, PersonName, Principal, ResourceName, Revision, Role};

const JUNE_2024: u32 = 12 * 2023 + 5;

macro_rules! contract {
    ($($fact:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $fact() { super::$fact(super::Fresh::memory()).await; })+
        }
        mod sled {
            $(#[tokio::test] async fn $fact() { super::$fact(super::Fresh::sled()).await; })+
        }
    };
}

contract!(
    what_was_put_is_read_in_the_order_asked_for,
    applying_again_changes_nothing,
    the_applied_revision_is_published_and_never_goes_back,
    a_later_change_of_a_batch_wins,
    a_read_sees_each_batch_whole_or_not_at_all,
    aliases_resolve_without_case_and_at,
    aliases_follow_changes,
    tallies_come_in_the_promised_order,
    a_document_counts_once_in_the_strongest_role,
    a_document_counts_once_under_several_names,
    a_document_replaces_exactly_what_it_counted_for,
    a_deleted_document_counts_no_more,
    audiences_stay_apart,
    gates_stay_apart,
    a_document_moves_with_its_gates,
    months_hold_at_the_ends_of_time,
    names_that_begin_alike_stay_apart,
    a_large_profile_and_a_crowded_document_work,
    clear_forgets_everything,
    the_checksum_depends_on_what_is_read_alone,
    people_are_found_by_everything_that_names_them,
    finding_follows_changes,
    filters_restrict_whom_is_found,
    an_account_is_the_person_whose_it_is,
    an_outline_is_found_by_name_and_id_only,
    pages_of_people_follow_one_another,
    a_search_for_people_stops_when_it_is_told_to,
);

async fn what_was_put_is_read_in_the_order_asked_for(fresh: Fresh) {
    let (ada, bob) = (person("ada", &["Ada"], &[]), person("bob", &[], &[]));
    fresh.apply(vec![put_person(bob.clone()), put_person(ada.clone())], 2).await;
    let asked = [name("bob"), name("nobody"), name("ada"), name("bob")];
    assert_eq!(fresh.profiles.people(&asked).await.unwrap(), [Some(bob.clone()), None, Some(ada), Some(bob)]);
    assert_eq!(fresh.profiles.status().await.unwrap().people, 2);
    fresh.apply(vec![ProfileChange::DeletePerson(name("ada")), ProfileChange::DeletePerson(name("nobody"))], 3).await;
    assert_eq!(fresh.profiles.people(&[name("ada")]).await.unwrap(), [None]);
    let status = fresh.profiles.status().await.unwrap();
    assert_eq!((status.people, status.applied), (1, Revision(3)));
}

async fn applying_again_changes_nothing(fresh: Fresh) {
    let changes = vec![
        put_person(person("ada", &["a"], &["ada@example.org"])),
        put(document("d", &[("ada", Role::Author)], &["rust"], Audience::world(), "2024-06-01T00:00:00Z")),
    ];
    fresh.apply(changes.clone(), 5).await;
    let (sum, tallies) = (fresh.profiles.checksum().await.unwrap(), fresh.tallies("ada").await);
    for through in [5, 6] {
        fresh.apply(changes.clone(), through).await;
        assert_eq!(fresh.profiles.checksum().await.unwrap(), sum);
        assert_eq!(fresh.tallies("ada").await, tallies);
        assert_eq!(fresh.profiles.status().await.unwrap().people, 1);
    }
}

async fn the_applied_revision_is_published_and_never_goes_back(fresh: Fresh) {
    let mut applied = fresh.profiles.applied();
    assert_eq!(*applied.borrow_and_update(), Revision::ZERO);
    fresh.apply(Vec::new(), 7).await;
    assert!(applied.has_changed().unwrap());
    assert_eq!(*applied.borrow_and_update(), Revision(7));
    fresh.apply(vec![put_person(person("ada", &[], &[]))], 3).await;
    assert!(!applied.has_changed().unwrap());
    assert_eq!(fresh.profiles.status().await.unwrap().applied, Revision(7));
}

async fn a_later_change_of_a_batch_wins(fresh: Fresh) {
    let written = |tag: &str| put(document("d", &[("ada", Role::Author)], &[tag], Audience::world(), "2024-06-01T00:00:00Z"));
    let changes = vec![
        put_person(person("ada", &["old"], &[])),
        written("first"),
        ProfileChange::DeletePerson(name("ada")),
        delete("d"),
        put_person(person("ada", &["new"], &[])),
        written("second"),
        written("third"),
    ];
    fresh.apply(changes, 1).await;
    let world = Audience::world();
    let expected = [tally("", &world, JUNE_2024, Role::Author, 1), tally("third", &world, JUNE_2024, Role::Author, 1)];
    assert_eq!(fresh.tallies("ada").await, expected);
    assert_eq!(fresh.resolve("old").await, [""; 0]);
    assert_eq!(fresh.resolve("new").await, ["ada"]);
    assert_eq!(fresh.profiles.status().await.unwrap().people, 1);
}

async fn a_read_sees_each_batch_whole_or_not_at_all(fresh: Fresh) {
    const ROUNDS: u64 = 40;
    let ids: Vec<String> = (0..30).map(|at| format!("p{at}")).collect();
    let names: Vec<PersonName> = ids.iter().map(|id| name(id)).collect();
    let writing = tokio::spawn({
        let profiles = Arc::clone(&fresh.profiles);
        async move {
            for round in 1..=ROUNDS {
                let titled = |id: &String| put_person(Person { title: round.to_string(), ..person(id, &[], &[]) });
                profiles.apply(ids.iter().map(titled).collect(), Revision(round)).await.unwrap();
            }
        }
    });
    let applied = fresh.profiles.applied();
    loop {
        let before = applied.borrow().0;
        let people = fresh.profiles.people(&names).await.unwrap();
        let titles: BTreeSet<Option<String>> = people.into_iter().map(|person| person.map(|person| person.title)).collect();
        assert_eq!(titles.len(), 1, "{titles:?}");
        let seen = titles.into_iter().flatten().next().map_or(0, |title| title.parse().unwrap());
        assert!(seen >= before, "what was published as applied is read");
        if before == ROUNDS {
            break;
        }
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
}

async fn aliases_resolve_without_case_and_at(fresh: Fresh) {
    let people = vec![
        put_person(person("zoe", &["@Captain", "Straße"], &[])),
        put_person(person("Ada.L", &["captain", "ΟΔΥΣΣΕΥΣ"], &["Ada@Example.ORG"])),
        put_person(person("cap", &[], &[])),
    ];
    fresh.apply(people, 1).await;
    for alias in ["captain", "CAPTAIN", "@captain", "@CapTain"] {
        assert_eq!(fresh.resolve(alias).await, ["Ada.L", "zoe"], "{alias}");
    }
    for alias in ["ada@example.org", "ADA@EXAMPLE.ORG", "ada.l", "@ADA.l", "Οδυσσευς", "οδυσσευσ"] {
        assert_eq!(fresh.resolve(alias).await, ["Ada.L"], "{alias}");
    }
    assert_eq!(fresh.resolve("STRASSE").await, ["zoe"]);
    assert_eq!(fresh.resolve("cap").await, ["cap"]);
    for alias in ["", "@", "capt", "@@captain", "example.org"] {
        assert_eq!(fresh.resolve(alias).await, [""; 0], "{alias}");
    }
}

async fn aliases_follow_changes(fresh: Fresh) {
    fresh.apply(vec![put_person(person("ada", &["one", "two", ""], &[])), put_person(person("bob", &["two"], &[]))], 1).await;
    fresh.apply(vec![put_person(person("ada", &["TWO", "three"], &[]))], 2).await;
    assert_eq!(fresh.resolve("one").await, [""; 0]);
    assert_eq!(fresh.resolve("two").await, ["ada", "bob"]);
    assert_eq!(fresh.resolve("three").await, ["ada"]);
    fresh.apply(vec![ProfileChange::DeletePerson(name("ada"))], 3).await;
    assert_eq!(fresh.resolve("two").await, ["bob"]);
    assert_eq!(fresh.resolve("ada").await, [""; 0]);
}

async fn tallies_come_in_the_promised_order(fresh: Fresh) {
    let (world, organization) = (Audience::world(), Audience::organization());
    let june = "2024-06-30T23:59:59Z";
    let changes = vec![
        put(document("d1", &[("ada", Role::Reviewer), ("bob", Role::Author)], &["rust", "go"], organization.clone(), june)),
        put(document("d2", &[("ada", Role::Author), ("bob", Role::Mentioned)], &["rust"], world.clone(), june)),
        put(document("d3", &[("ada", Role::Author)], &["rust"], world.clone(), "2024-07-01T00:00:00Z")),
        put(document("d4", &[("ada", Role::Author)], &[], world.clone(), "2024-06-01T00:00:00Z")),
    ];
    fresh.apply(changes, 4).await;
    let july = JUNE_2024 + 1;
    let expected = [
        tally("", &world, JUNE_2024, Role::Author, 2),
        tally("", &organization, JUNE_2024, Role::Reviewer, 1),
        tally("", &world, july, Role::Author, 1),
        tally("go", &organization, JUNE_2024, Role::Reviewer, 1),
        tally("rust", &world, JUNE_2024, Role::Author, 1),
        tally("rust", &organization, JUNE_2024, Role::Reviewer, 1),
        tally("rust", &world, july, Role::Author, 1),
    ];
    assert_eq!(fresh.tallies("ada").await, expected);
    assert_eq!(fresh.tallies("bob").await.len(), 5);
    assert_eq!(fresh.tallies("nobody").await, []);
}

async fn a_document_counts_once_in_the_strongest_role(fresh: Fresh) {
    let world = Audience::world();
    for weaker in 1..Role::STRONGEST_FIRST.len() {
        let roles = &Role::STRONGEST_FIRST[weaker - 1..];
        let people: Vec<(&str, Role)> = roles.iter().rev().map(|role| ("ada", *role)).collect();
        fresh.apply(vec![put(document("d", &people, &["rust"], world.clone(), "2024-06-01T00:00:00Z"))], weaker as u64).await;
        let expected = [tally("", &world, JUNE_2024, roles[0], 1), tally("rust", &world, JUNE_2024, roles[0], 1)];
        assert_eq!(fresh.tallies("ada").await, expected);
    }
}

async fn a_document_counts_once_under_several_names(fresh: Fresh) {
    let (world, june) = (Audience::world(), "2024-06-01T00:00:00Z");
    let changes = vec![
        put(document("d1", &[("ada", Role::Asker), ("u17", Role::Author)], &["rust"], world.clone(), june)),
        put(document("d2", &[("ada", Role::Contributor), ("u17", Role::Contributor)], &[], world.clone(), june)),
        put(document("d3", &[("u17", Role::Author)], &[], Audience::organization(), june)),
        put(document("d4", &[("ada", Role::Author), ("bob", Role::Answerer)], &[], world.clone(), june)),
    ];
    fresh.apply(changes, 4).await;
    let expected = [
        tally("", &world, JUNE_2024, Role::Author, 2),
        tally("", &world, JUNE_2024, Role::Contributor, 1),
        tally("", &Audience::organization(), JUNE_2024, Role::Author, 1),
        tally("rust", &world, JUNE_2024, Role::Author, 1),
    ];
    for names in [&["ada", "u17"][..], &["u17", "ada"], &["u17", "nobody", "ada", "u17"]] {
        assert_eq!(fresh.tallies_of(names).await, expected, "{names:?}");
    }
    assert_eq!(fresh.tallies_of(&[]).await, []);
}

async fn a_document_replaces_exactly_what_it_counted_for(fresh: Fresh) {
    let (world, closed) = (Audience::world(), Audience::restricted([]));
    let other = put(document("other", &[("ada", Role::Author)], &["rust"], world.clone(), "2024-06-01T00:00:00Z"));
    let before =
        put(document("d", &[("ada", Role::Author), ("bob", Role::Asker)], &["rust"], world.clone(), "2024-06-01T00:00:00Z"));
    let after =
        put(document("d", &[("ada", Role::Answerer), ("eve", Role::Asker)], &["go"], closed.clone(), "2024-08-01T00:00:00Z"));
    fresh.apply(vec![other, before], 2).await;
    fresh.apply(vec![after], 3).await;
    let august = JUNE_2024 + 2;
    let expected = [
        tally("", &world, JUNE_2024, Role::Author, 1),
        tally("", &closed, august, Role::Answerer, 1),
        tally("go", &closed, august, Role::Answerer, 1),
        tally("rust", &world, JUNE_2024, Role::Author, 1),
    ];
    assert_eq!(fresh.tallies("ada").await, expected);
    assert_eq!(fresh.tallies("bob").await, []);
    assert_eq!(fresh.tallies("eve").await.len(), 2);
    fresh.apply(vec![put(document("d", &[], &["go"], closed, "2024-08-01T00:00:00Z"))], 4).await;
    assert_eq!(fresh.tallies("eve").await, []);
}

async fn a_deleted_document_counts_no_more(fresh: Fresh) {
    let written = |id: &str| put(document(id, &[("ada", Role::Author)], &["rust"], Audience::world(), "2024-06-01T00:00:00Z"));
    fresh.apply(vec![written("d1"), written("d2")], 2).await;
    assert!(fresh.tallies("ada").await.iter().all(|tally| tally.count == 2));
    fresh.apply(vec![delete("d1"), delete("missing")], 4).await;
    assert!(fresh.tallies("ada").await.iter().all(|tally| tally.count == 1));
    fresh.apply(vec![delete("d2"), delete("d1")], 6).await;
    assert_eq!(fresh.tallies("ada").await, []);
    assert_eq!(fresh.profiles.checksum().await.unwrap(), MemoryProfiles::new().checksum().await.unwrap());
}

async fn months_hold_at_the_ends_of_time(fresh: Fresh) {
    let moments = [
        ("0001-01-01T00:00:00Z", 0),
        ("0001-02-01T00:00:00Z", 1),
        ("1969-12-31T23:59:59Z", 12 * 1968 + 11),
        ("1970-01-01T00:00:00Z", 12 * 1969),
        ("9999-12-31T23:59:59Z", 12 * 9_998 + 11),
    ];
    let written = |(at, (updated, _)): (usize, &(&str, u32))| {
        put(document(&format!("d{at}"), &[("ada", Role::Author)], &[], Audience::world(), updated))
    };
    fresh.apply(moments.iter().enumerate().map(written).collect(), 5).await;
    let months: Vec<u32> = fresh.tallies("ada").await.iter().map(|tally| tally.month.0).collect();
    assert_eq!(months, moments.map(|(_, month)| month));
}

async fn names_that_begin_alike_stay_apart(fresh: Fresh) {
    let long = "a".repeat(200);
    let ids = ["a", "A", "aa", "a.b", "a:b", &long[..199], &long];
    let mut changes = Vec::new();
    for id in ids {
        changes.push(put_person(person(id, &[], &[])));
        changes.push(put(document(id, &[(id, Role::Author)], &["x"], Audience::world(), "2024-06-01T00:00:00Z")));
    }
    fresh.apply(changes, 1).await;
    fresh.apply(vec![ProfileChange::DeletePerson(name("aa")), delete("a.b")], 2).await;
    for id in ids {
        let found = fresh.profiles.people(&[name(id)]).await.unwrap();
        assert_eq!(found[0].as_ref().map(|person| person.name.id()), (id != "aa").then_some(id));
        assert_eq!(fresh.tallies(id).await.len(), if id == "a.b" { 0 } else { 2 }, "{id}");
    }
    assert_eq!(fresh.resolve("a").await, ["A", "a"]);
}

async fn a_large_profile_and_a_crowded_document_work(fresh: Fresh) {
    let mut large = person("ada", &[], &[]);
    large.bio = "ünïcode ".repeat(40 << 10);
    fresh.apply(vec![put_person(large.clone())], 1).await;
    assert_eq!(fresh.profiles.people(&[name("ada")]).await.unwrap(), [Some(large.clone())]);
    large.bio.truncate(8);
    fresh.apply(vec![put_person(large.clone())], 2).await;
    assert_eq!(fresh.profiles.people(&[name("ada")]).await.unwrap(), [Some(large)]);

    let ids: Vec<String> = (0..256).map(|at| format!("{at:0>200}")).collect();
    let tags: Vec<String> = (0..64).map(|at| format!("{at:0>3}{}", "ü".repeat(97))).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let people: Vec<(&str, Role)> = ids.iter().map(|id| (id.as_str(), Role::Contributor)).collect();
    let readers = ids.iter().map(|id| Principal::Person(name(id)));
    let audience = Audience::restricted(readers);
    fresh.apply(vec![put(document("d", &people, &tags, audience.clone(), "2024-06-01T00:00:00Z"))], 3).await;
    for id in [&ids[0], &ids[255]] {
        let tallies = fresh.tallies(id).await;
        assert_eq!(tallies.len(), 65);
        assert!(tallies.iter().all(|tally| tally.count == 1 && *tally.gates == Gates::new(audience.clone())));
    }
    fresh.apply(vec![put(document("d", &people[1..2], &tags[..1], audience, "2024-06-01T00:00:00Z"))], 4).await;
    assert_eq!((fresh.tallies(&ids[0]).await.len(), fresh.tallies(&ids[1]).await.len()), (0, 2));
}

async fn clear_forgets_everything(fresh: Fresh) {
    let changes = vec![
        put_person(person("ada", &["a"], &[])),
        put(document("d", &[("ada", Role::Author)], &["rust"], Audience::world(), "2024-06-01T00:00:00Z")),
    ];
    fresh.apply(changes.clone(), 9).await;
    let sum = fresh.profiles.checksum().await.unwrap();
    let applied = fresh.profiles.applied();
    fresh.profiles.clear().await.unwrap();
    assert_eq!(*applied.borrow(), Revision::ZERO);
    assert_eq!(fresh.profiles.people(&[name("ada")]).await.unwrap(), [None]);
    assert_eq!(fresh.resolve("a").await, [""; 0]);
    assert_eq!(fresh.tallies("ada").await, []);
    let status = fresh.profiles.status().await.unwrap();
    assert_eq!((status.people, status.applied), (0, Revision::ZERO));
    assert_eq!(fresh.profiles.checksum().await.unwrap(), MemoryProfiles::new().checksum().await.unwrap());
    fresh.apply(changes, 9).await;
    assert_eq!(fresh.profiles.checksum().await.unwrap(), sum);
    fresh.profiles.checkpoint().await.unwrap();
}

async fn the_checksum_depends_on_what_is_read_alone(fresh: Fresh) {
    let june = "2024-06-01T00:00:00Z";
    let changes = [
        put_person(person("ada", &["a", "b"], &[])),
        put_person(person("bob", &["b"], &[])),
        put(document("d1", &[("ada", Role::Author), ("bob", Role::Asker)], &["rust"], Audience::world(), june)),
        put(document("d2", &[("ada", Role::Author)], &["go"], Audience::organization(), june)),
    ];
    fresh.apply(changes.to_vec(), 4).await;
    let sum = fresh.profiles.checksum().await.unwrap();
    let other = MemoryProfiles::new();
    other.apply(changes.iter().rev().cloned().collect(), Revision(99)).await.unwrap();
    assert_eq!(other.checksum().await.unwrap(), sum, "order and revision do not matter");
    let differences = [
        put_person(person("ada", &["a"], &[])),
        put_person(Person { title: "Dock master".to_owned(), ..person("bob", &["b"], &[]) }),
        put(document("d2", &[("ada", Role::Author)], &["go"], Audience::world(), june)),
        put(document("d2", &[("ada", Role::Reviewer)], &["go"], Audience::organization(), june)),
        // Counts for ada as before, and shows beside another name of the same person.
        put(document(
            "d1",
            &[("ada", Role::Author), ("ada", Role::Asker), ("bob", Role::Asker)],
            &["rust"],
            Audience::world(),
            june,
        )),
        put(document("d2", &[("ada", Role::Author)], &["go"], Audience::organization(), "2024-07-01T00:00:00Z")),
        put(document("d3", &[("ada", Role::Author)], &["go"], Audience::organization(), june)),
    ];
    let mut sums = BTreeSet::from([sum]);
    for difference in differences {
        fresh.profiles.clear().await.unwrap();
        fresh.apply(changes.iter().cloned().chain([difference.clone()]).collect(), 5).await;
        assert!(sums.insert(fresh.profiles.checksum().await.unwrap()), "{difference:?}");
    }
}
