//! The contract of profiles: every promise of the trait, proved for every implementation.
//!
//! Proved: 1. what was put is read, in the order asked for; 2. applying again changes nothing; 3. later changes of a batch
//! win; 4. aliases resolve without regard to case and `@`, to all holders in order, and follow changes; 5. tallies come in
//! the promised order and are never zero; 6. a document replaces and removes exactly what it counted for; 7. audiences stay
//! apart, denies included; 8. months hold at the ends of time; 9. names that begin alike stay apart; 10. what is large
//! works; 11. `clear` forgets everything; 12. the checksum depends on what is read, not on how it came about; 13. random
//! changes give what counting by hand gives, in all implementations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use tempfile::TempDir;

use super::audience::KnownAudience;
use super::{MemoryProfiles, Month, ProfileChange, Profiles, SledProfiles, SledSettings, Tally};
use crate::domain::{
    Audience, CommunityName, Document, DocumentName, Given, Hashtag, Kind, Language, MarkupFormat, Moment, Participation, Person,
    PersonName, Principal, Reactions, ResourceName, Revision, Role,
};

/// A new implementation, and the directory that lives as long.
struct Fresh {
    profiles: Arc<dyn Profiles>,
    _dir: Option<TempDir>,
}

impl Fresh {
    fn memory() -> Self {
        Self { profiles: Arc::new(MemoryProfiles::new()), _dir: None }
    }

    fn sled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { profiles: Arc::new(SledProfiles::open(settings(dir.path())).unwrap()), _dir: Some(dir) }
    }

    async fn apply(&self, changes: Vec<ProfileChange>, through: u64) {
        self.profiles.apply(changes, Revision(through)).await.unwrap();
    }

    async fn tallies(&self, person: &str) -> Vec<Tally> {
        self.profiles.tallies(&name(person)).await.unwrap()
    }

    async fn resolve(&self, alias: &str) -> Vec<String> {
        self.profiles.resolve(alias).await.unwrap().iter().map(|name| name.id().to_owned()).collect()
    }
}

pub(super) fn settings(dir: &std::path::Path) -> SledSettings {
    SledSettings { path: dir.join("profiles"), cache_bytes: 8 << 20 }
}

pub(super) fn name(id: &str) -> PersonName {
    PersonName::from_id(id).unwrap()
}

pub(super) fn person(id: &str, handles: &[&str], emails: &[&str]) -> Person {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let stub = Person::stub(name(id), id.to_owned(), Moment::default());
    Person { handles: owned(handles), emails: owned(emails), stub: false, ..stub }
}

pub(super) fn document(id: &str, people: &[(&str, Role)], hashtags: &[&str], audience: Audience, updated: &str) -> Document {
    Document {
        name: DocumentName::from_id(id).unwrap(),
        kind: Kind::Post,
        title: String::new(),
        body: "text".to_owned(),
        format: MarkupFormat::Plain,
        people: people.iter().map(|(person, role)| Participation { person: name(person), role: *role }).collect(),
        community: None,
        audience,
        thread: None,
        hashtags: hashtags.iter().map(|tag| Hashtag::parse(tag).unwrap()).collect(),
        language: Language::ENGLISH,
        given: Given::default(),
        accepted: false,
        reactions: Reactions::new(),
        url: String::new(),
        source: None,
        created: Moment::default(),
        updated: Moment::parse(updated).unwrap(),
    }
}

pub(super) fn put_person(person: Person) -> ProfileChange {
    ProfileChange::PutPerson(Box::new(person))
}

pub(super) fn put(document: Document) -> ProfileChange {
    ProfileChange::PutDocument(Box::new(document))
}

fn delete(id: &str) -> ProfileChange {
    ProfileChange::DeleteDocument(DocumentName::from_id(id).unwrap())
}

fn tally(topic: &str, audience: &Audience, month: u32, role: Role, count: u32) -> Tally {
    let topic = (!topic.is_empty()).then(|| Hashtag::parse(topic).unwrap());
    Tally { topic, audience: Arc::new(audience.clone()), month: Month(month), role, count }
}

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
    aliases_resolve_without_case_and_at,
    aliases_follow_changes,
    tallies_come_in_the_promised_order,
    a_document_replaces_exactly_what_it_counted_for,
    a_deleted_document_counts_no_more,
    audiences_stay_apart,
    months_hold_at_the_ends_of_time,
    names_that_begin_alike_stay_apart,
    a_large_profile_and_a_crowded_document_work,
    clear_forgets_everything,
    the_checksum_depends_on_what_is_read_alone,
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
        put(document("d1", &[("ada", Role::Reviewer), ("ada", Role::Author)], &["rust", "go"], organization.clone(), june)),
        put(document("d2", &[("ada", Role::Author), ("bob", Role::Mentioned)], &["rust"], world.clone(), june)),
        put(document("d3", &[("ada", Role::Author)], &["rust"], world.clone(), "2024-07-01T00:00:00Z")),
        put(document("d4", &[("ada", Role::Author)], &[], world.clone(), "2024-06-01T00:00:00Z")),
    ];
    fresh.apply(changes, 4).await;
    let july = JUNE_2024 + 1;
    let expected = [
        tally("", &world, JUNE_2024, Role::Author, 2),
        tally("", &organization, JUNE_2024, Role::Author, 1),
        tally("", &organization, JUNE_2024, Role::Reviewer, 1),
        tally("", &world, july, Role::Author, 1),
        tally("go", &organization, JUNE_2024, Role::Author, 1),
        tally("go", &organization, JUNE_2024, Role::Reviewer, 1),
        tally("rust", &world, JUNE_2024, Role::Author, 1),
        tally("rust", &organization, JUNE_2024, Role::Author, 1),
        tally("rust", &organization, JUNE_2024, Role::Reviewer, 1),
        tally("rust", &world, july, Role::Author, 1),
    ];
    assert_eq!(fresh.tallies("ada").await, expected);
    assert_eq!(fresh.tallies("bob").await.len(), 2);
    assert_eq!(fresh.tallies("nobody").await, []);
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

async fn audiences_stay_apart(fresh: Fresh) {
    let dock = || Principal::Community(CommunityName::from_id("dock").unwrap());
    let dock_person = || Principal::Person(name("dock"));
    let audiences = [
        Audience::world(),
        Audience::world().denying([dock_person()]),
        Audience::organization(),
        Audience::organization().denying([dock()]),
        Audience::restricted([dock()]),
        Audience::restricted([dock_person()]),
        Audience::restricted([dock(), dock_person()]),
        Audience::restricted([dock()]).denying([dock_person()]),
    ];
    let written = |(at, audience): (usize, &Audience)| {
        put(document(&format!("d{at}"), &[("ada", Role::Author)], &[], audience.clone(), "2024-06-01T00:00:00Z"))
    };
    fresh.apply(audiences.iter().enumerate().map(written).collect(), 8).await;
    let tallies = fresh.tallies("ada").await;
    assert!(tallies.iter().all(|tally| tally.count == 1));
    let mut ordered = audiences.to_vec();
    ordered.sort_by_key(|audience| KnownAudience::new(audience).canonical);
    assert_eq!(tallies.iter().map(|tally| tally.audience.as_ref().clone()).collect::<Vec<_>>(), ordered);
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
        assert!(tallies.iter().all(|tally| tally.count == 1 && *tally.audience == audience));
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

/// Everything that a small world may change.
fn any_change() -> impl Strategy<Value = ProfileChange> {
    let ids = || prop::sample::select(vec!["a", "b", "ab", "c"]);
    let words = || prop::collection::vec(prop::sample::select(vec!["a", "@B", "x", "X", "yz"]), 0..3);
    let roles = prop::collection::vec((ids(), prop::sample::select(Role::ALL.to_vec())), 0..4);
    let tags = prop::collection::vec(prop::sample::select(vec!["t1", "t2", "t3"]), 0..3);
    let audiences = prop::sample::select(vec![
        Audience::world(),
        Audience::organization(),
        Audience::restricted([Principal::Person(name("a"))]),
        Audience::world().denying([Principal::Person(name("a"))]),
    ]);
    let months = prop::sample::select(vec!["2024-06-01T00:00:00Z", "2024-06-30T00:00:00Z", "2024-07-01T00:00:00Z"]);
    prop_oneof![
        3 => (ids(), words(), words()).prop_map(|(id, handles, emails)| put_person(person(id, &handles, &emails))),
        1 => ids().prop_map(|id| ProfileChange::DeletePerson(name(id))),
        6 => (ids(), roles, tags, audiences, months)
            .prop_map(|(id, people, tags, audience, updated)| put(document(id, &people, &tags, audience, updated))),
        2 => ids().prop_map(delete),
    ]
}

/// What counting by hand gives: the tallies of each person, as sets of everything that must be told apart.
fn by_hand(documents: &BTreeMap<String, Document>, person: &str) -> BTreeMap<(Option<Hashtag>, Month, Vec<u8>, Role), u32> {
    let mut counts = BTreeMap::new();
    for document in documents.values() {
        let roles: BTreeSet<Role> =
            document.people.iter().filter(|part| part.person.id() == person).map(|part| part.role).collect();
        let topics: BTreeSet<Option<Hashtag>> = document.hashtags.iter().cloned().map(Some).chain([None]).collect();
        for role in roles {
            for topic in &topics {
                let audience = KnownAudience::new(&document.audience).canonical;
                *counts.entry((topic.clone(), Month::of(document.updated), audience, role)).or_default() += 1;
            }
        }
    }
    counts
}

async fn check(batches: Vec<Vec<ProfileChange>>) -> Result<(), TestCaseError> {
    let all = [Fresh::memory(), Fresh::sled()];
    let (mut people, mut documents) = (BTreeMap::new(), BTreeMap::new());
    for (at, batch) in batches.into_iter().enumerate() {
        for change in &batch {
            match change.clone() {
                ProfileChange::PutPerson(person) => drop(people.insert(person.name.id().to_owned(), *person)),
                ProfileChange::DeletePerson(name) => drop(people.remove(name.id())),
                ProfileChange::PutDocument(document) => drop(documents.insert(document.name.id().to_owned(), *document)),
                ProfileChange::DeleteDocument(name) => drop(documents.remove(name.id())),
            }
        }
        let mut sums = BTreeSet::new();
        for fresh in &all {
            fresh.apply(batch.clone(), at as u64 + 1).await;
            sums.insert(fresh.profiles.checksum().await.unwrap());
            prop_assert_eq!(fresh.profiles.status().await.unwrap().people, people.len() as u64);
            for id in ["a", "b", "ab", "c"] {
                prop_assert_eq!(fresh.profiles.people(&[name(id)]).await.unwrap().remove(0), people.get(id).cloned());
                let tallies = fresh.tallies(id).await.into_iter();
                let keyed: Vec<_> = tallies
                    .map(|it| ((it.topic, it.month, KnownAudience::new(&it.audience).canonical, it.role), it.count))
                    .collect();
                prop_assert_eq!(keyed, by_hand(&documents, id).into_iter().collect::<Vec<_>>());
            }
            for alias in ["a", "b", "x", "yz", "ab"] {
                let bare = |text: &String| text.trim_start_matches('@').to_lowercase() == alias;
                let holds =
                    |person: &Person| person.handles.iter().chain(&person.emails).any(bare) || bare(&person.name.id().to_owned());
                let holders: Vec<_> =
                    people.values().filter(|person| holds(person)).map(|person| person.name.id().to_owned()).collect();
                prop_assert_eq!(fresh.resolve(alias).await, holders);
            }
        }
        prop_assert_eq!(sums.len(), 1, "the checksums agree");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn random_changes_give_what_counting_by_hand_gives(
        batches in prop::collection::vec(prop::collection::vec(any_change(), 0..8), 1..8)
    ) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(check(batches))?;
    }
}
