//! What holds on disk, beside the contract that every implementation keeps.
//!
//! Proved: 1. reopening keeps everything, and the newest store is the only one left; 2. what a kill leaves behind does not
//! hinder opening; 3. damage of any sort gives the store from before or an empty one, never a panic and never half a batch;
//! 4. a flipped value is reported, stops further writing, and `clear` heals it; 5. after a write that failed or was cut off
//! nothing is served or written until `clear`; 6. nothing is stored outside sled's log; 7. gates go with their last
//! document; 8. a second holder of the directory is refused; 9. profiles of another format are dropped; 10. people are
//! found after reopening as before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::contract::{behind, document, ids, name, people_ask, person, put, put_person, settings};
use super::super::gates::Digest;
use super::super::{ProfileChange, Profiles, ProfilesError};
use super::{SledProfiles, Store, keys};
use crate::domain::{Audience, DocumentName, ResourceName, Revision, Role};

fn open(dir: &Path) -> SledProfiles {
    SledProfiles::open(settings(dir)).unwrap()
}

/// The directory of the store that is there.
fn store(dir: &Path) -> PathBuf {
    let mut stores = fs::read_dir(dir.join("profiles")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let store = stores.next().unwrap();
    assert_eq!(stores.next(), None, "one store is left");
    store
}

/// A batch of people and documents whose names begin with `round`.
fn batch(round: u64, size: u64) -> Vec<ProfileChange> {
    let audience = if round.is_multiple_of(2) { Audience::world() } else { Audience::organization() };
    (0..size)
        .flat_map(|at| {
            let (writer, other) = (format!("p{at}"), format!("p{}", at / 2));
            let people = [(writer.as_str(), Role::Author), (other.as_str(), Role::Mentioned)];
            let written = document(&format!("r{round}-{at}"), &people, &["rust", "go"], audience.clone(), "2024-06-01T00:00:00Z");
            [put_person(person(&writer, &[&format!("h{round}")], &[])), put(written)]
        })
        .collect()
}

/// Some rounds of changes, and the checksum after each.
async fn filled(profiles: &SledProfiles, rounds: u64, size: u64) -> BTreeMap<Revision, [u8; 32]> {
    let mut sums = BTreeMap::from([(Revision::ZERO, profiles.checksum().await.unwrap())]);
    for round in 1..=rounds {
        profiles.apply(batch(round, size), Revision(round)).await.unwrap();
        sums.insert(Revision(round), profiles.checksum().await.unwrap());
    }
    sums
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test]
async fn reopening_keeps_everything() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let sums = filled(&profiles, 3, 20).await;
    profiles.checkpoint().await.unwrap();
    drop(profiles);
    let again = open(dir.path());
    assert_eq!(*again.applied().borrow(), Revision(3));
    assert_eq!(again.checksum().await.unwrap(), sums[&Revision(3)]);
    let status = again.status().await.unwrap();
    assert_eq!((status.applied, status.people), (Revision(3), 20));
    assert!(status.disk_bytes > 0);
    again.apply(batch(4, 20), Revision(4)).await.unwrap();
    assert_eq!(again.resolve("H4").await.unwrap().len(), 20);
}

#[tokio::test]
async fn after_clear_the_old_store_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let sums = filled(&profiles, 2, 5).await;
    let old = store(dir.path());
    profiles.clear().await.unwrap();
    assert_ne!(store(dir.path()), old);
    assert_eq!(filled(&profiles, 2, 5).await, sums);
    drop(profiles);
    assert_eq!(*open(dir.path()).applied().borrow(), Revision(2));
}

#[tokio::test]
async fn what_a_kill_leaves_behind_does_not_hinder() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let sums = filled(&profiles, 2, 20).await;
    drop(profiles);
    fs::write(store(dir.path()).join("snap.00000000000000FF.generating"), b"torn").unwrap();
    for conf in [&b""[..], b"segm", b"segment_size: 524288\nuse_compression: true\nversion: 0.34\n1234", &[0xff; 64]] {
        fs::write(store(dir.path()).join("conf"), conf).unwrap();
        fs::create_dir(dir.path().join("profiles/v2.0")).unwrap();
        fs::create_dir(dir.path().join("profiles/v0.7")).unwrap();
        let again = open(dir.path());
        assert_eq!(again.checksum().await.unwrap(), sums[&Revision(2)]);
        assert_eq!(store(dir.path()).file_name().unwrap(), "v2.1");
    }
}

#[tokio::test]
async fn damage_gives_an_earlier_store_or_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let sums = filled(&profiles, 6, 60).await;
    let killed = tempfile::tempdir().unwrap();
    copy(&dir.path().join("profiles"), &killed.path().join("profiles"));
    profiles.checkpoint().await.unwrap();
    let whole = tempfile::tempdir().unwrap();
    copy(&dir.path().join("profiles"), &whole.path().join("profiles"));
    let length = fs::metadata(store(whole.path()).join("db")).unwrap().len();
    assert!(length > 300_000, "there is enough to cut: {length}");

    let mut seen = Vec::new();
    let mut reopened = async |from: &Path, harm: &dyn Fn(&Path)| {
        let harmed = tempfile::tempdir().unwrap();
        copy(from, harmed.path());
        harm(&store(harmed.path()));
        let profiles = open(harmed.path());
        let applied = *profiles.applied().borrow();
        assert_eq!(profiles.checksum().await.unwrap(), sums[&applied], "at {applied}");
        profiles.apply(batch(7, 60), Revision(7)).await.unwrap();
        seen.push(applied);
    };
    reopened(whole.path(), &|_| {}).await;
    reopened(killed.path(), &|_| {}).await;
    for part in 0..16 {
        let at = length * part / 16;
        let cut = |store: &Path| fs::OpenOptions::new().write(true).open(store.join("db")).unwrap().set_len(at).unwrap();
        reopened(whole.path(), &cut).await;
        let garble = |store: &Path| {
            let mut bytes = fs::read(store.join("db")).unwrap();
            let from = usize::try_from(at).unwrap();
            let to = bytes.len().min(from + 4_096);
            bytes[from..to].fill(0x5a);
            fs::write(store.join("db"), bytes).unwrap();
        };
        reopened(whole.path(), &garble).await;
    }
    reopened(whole.path(), &|store| fs::write(store.join("db"), b"garbage").unwrap()).await;
    reopened(whole.path(), &|store| fs::remove_file(store.join("db")).unwrap()).await;
    assert_eq!(seen[0], Revision(6), "nothing was wrong");
    assert!(seen.contains(&Revision::ZERO), "some damage was beyond repair: {seen:?}");
    assert!(seen.iter().any(|applied| (1..6).contains(&applied.0)), "some left an earlier store: {seen:?}");
}

#[tokio::test]
async fn a_flipped_value_is_reported_and_healed_by_clear() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    profiles.apply(batch(1, 5), Revision(1)).await.unwrap();
    let key = keys::chunk(keys::PERSON, Digest::of_name(&name("p1")), 0);
    {
        let guard = profiles.store.instance.read().unwrap();
        let db = &guard.as_ref().unwrap().db;
        let mut flipped = db.get(&key).unwrap().unwrap().to_vec();
        flipped[9] ^= 1;
        db.insert(&key, flipped).unwrap();
    }
    assert!(matches!(profiles.people(&[name("p1")]).await, Err(ProfilesError::Corrupt { .. })));
    assert!(profiles.people(&[name("p2")]).await.unwrap()[0].is_some(), "sound values are still served");
    assert!(matches!(profiles.apply(Vec::new(), Revision(2)).await, Err(ProfilesError::Corrupt { .. })));
    assert!(profiles.checkpoint().await.is_err());
    profiles.clear().await.unwrap();
    profiles.apply(batch(1, 5), Revision(1)).await.unwrap();
    assert!(profiles.people(&[name("p1")]).await.unwrap()[0].is_some());
}

#[tokio::test]
async fn after_a_failed_write_nothing_is_served_until_clear() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let failed = |store: &Arc<Store>| *store.instance.write().unwrap() = None;
    let cut_off = |store: &Arc<Store>| {
        let store = Arc::clone(store);
        let writer = std::thread::spawn(move || {
            let _guard = store.instance.write().unwrap();
            panic!("in the middle of a batch");
        });
        assert!(writer.join().is_err());
    };
    for harm in [&failed as &dyn Fn(&Arc<Store>), &cut_off] {
        profiles.apply(batch(1, 5), Revision(1)).await.unwrap();
        harm(&profiles.store);
        assert!(matches!(profiles.people(&[name("p1")]).await, Err(ProfilesError::Store(_))));
        assert!(matches!(profiles.apply(batch(2, 5), Revision(2)).await, Err(ProfilesError::Store(_))));
        assert!(profiles.status().await.is_err() && profiles.checkpoint().await.is_err());
        profiles.clear().await.unwrap();
        assert_eq!(*profiles.applied().borrow(), Revision::ZERO);
        assert_eq!(profiles.people(&[name("p1")]).await.unwrap(), [None]);
    }
}

#[tokio::test]
async fn a_flipped_or_lost_value_is_found_when_opening() {
    for flip in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let profiles = open(dir.path());
        profiles.apply(batch(1, 5), Revision(1)).await.unwrap();
        {
            let guard = profiles.store.instance.read().unwrap();
            let db = &guard.as_ref().unwrap().db;
            let key = db.scan_prefix([keys::SPEAKS.0]).next().unwrap().unwrap().0;
            let before = if flip { db.insert(key, b"12345").unwrap() } else { db.remove(key).unwrap() };
            assert!(before.is_some());
        }
        drop(profiles);
        assert_eq!(*open(dir.path()).applied().borrow(), Revision::ZERO);
    }
}

#[tokio::test]
async fn nothing_is_stored_outside_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let mut large: Vec<_> = (0..40).map(|at| person(&format!("p{at}"), &[], &[])).collect();
    for person in &mut large {
        person.bio = "x".repeat(300 << 10);
    }
    profiles.apply(large.into_iter().map(put_person).collect(), Revision(1)).await.unwrap();
    profiles.checkpoint().await.unwrap();
    assert_eq!(fs::read_dir(store(dir.path()).join("blobs")).unwrap().count(), 0);
    drop(profiles);
    assert_eq!(open(dir.path()).status().await.unwrap().people, 40);
}

#[tokio::test]
async fn gates_go_with_their_last_document() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let written = |id: &str, audience| document(id, &[("ada", Role::Author)], &[], audience, "2024-06-01T00:00:00Z");
    let kept = || {
        let guard = profiles.store.instance.read().unwrap();
        let db = &guard.as_ref().unwrap().db;
        (db.scan_prefix([keys::GATES.0]).count(), db.scan_prefix([keys::GATES_USES.0]).count())
    };
    profiles.apply(vec![put(written("a", Audience::world())), put(written("b", Audience::world()))], Revision(1)).await.unwrap();
    assert_eq!(kept(), (1, 1));
    profiles.apply(vec![put(written("a", Audience::organization()))], Revision(2)).await.unwrap();
    assert_eq!(kept(), (2, 2));
    let reply = behind(written("b", Audience::world()), &[Audience::organization()]);
    profiles.apply(vec![put(reply)], Revision(3)).await.unwrap();
    assert_eq!(kept(), (2, 2));
    let gone = ["a", "b"].map(|id| ProfileChange::DeleteDocument(DocumentName::from_id(id).unwrap()));
    profiles.apply(gone.to_vec(), Revision(4)).await.unwrap();
    assert_eq!(kept(), (0, 0));
}

#[tokio::test]
async fn a_second_holder_is_refused_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let sums = filled(&profiles, 1, 5).await;
    assert!(matches!(SledProfiles::open(settings(dir.path())), Err(ProfilesError::Store(_))));
    assert_eq!(profiles.checksum().await.unwrap(), sums[&Revision(1)]);
}

#[tokio::test]
async fn profiles_of_another_format_are_dropped() {
    for other in ["v1.9", "v3.9"] {
        let dir = tempfile::tempdir().unwrap();
        let profiles = open(dir.path());
        let sums = filled(&profiles, 2, 5).await;
        profiles.checkpoint().await.unwrap();
        drop(profiles);
        fs::rename(store(dir.path()), dir.path().join("profiles").join(other)).unwrap();
        let again = open(dir.path());
        assert_eq!((*again.applied().borrow(), again.status().await.unwrap().people), (Revision::ZERO, 0));
        assert_eq!(store(dir.path()).file_name().unwrap(), "v2.1");
        assert_eq!(filled(&again, 2, 5).await, sums);
    }
}

#[tokio::test]
async fn people_are_found_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let profiles = open(dir.path());
    let mut large = person("ada", &["countess"], &[]);
    large.bio = "ünïcode ".repeat(2 << 10);
    profiles.apply(vec![put_person(large), put_person(person("bo", &[], &[]))], Revision(1)).await.unwrap();
    for typed in ["countess", "contess", ""] {
        let before = profiles.find(people_ask(typed)).await.unwrap().unwrap();
        assert!(ids(&before).contains(&"ada"), "{typed}");
    }
    let before = profiles.find(people_ask("")).await.unwrap();
    profiles.checkpoint().await.unwrap();
    drop(profiles);
    assert_eq!(open(dir.path()).find(people_ask("")).await.unwrap(), before);
}
