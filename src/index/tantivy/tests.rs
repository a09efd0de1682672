//! Proved here, on disk: 1. what was committed is there after the next start and the rest is not; 2. damage, another version
//! and leftovers are met with a fresh start. 3. columns tell how a document stands. The pool: 4. too many searches are refused;
//! 5. a panic ends one search only.

use std::path::Path;

use super::pool::Pool;
use super::schema::VERSION;
use super::{TantivyIndex, TantivySettings};
use crate::domain::{Audience, Document, DocumentName, Judgement, Kind, Moment, ResourceName, Review, Revision};
use crate::index::{Index, IndexChange, IndexError, Patience};
use crate::ranking::Standing;

fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

fn open(path: &Path) -> TantivyIndex {
    TantivyIndex::open(TantivySettings { path: Some(path.to_owned()), ..TantivySettings::default() }).unwrap()
}

async fn commit(index: &TantivyIndex, revision: u64) {
    let name = DocumentName::from_id("absent").unwrap();
    index.apply(vec![IndexChange::Delete(name)]).await.unwrap();
    index.commit(Revision(revision)).await.unwrap();
}

fn applied(index: &TantivyIndex) -> Revision {
    *index.applied().borrow()
}

/// The directories of generations.
fn generations(path: &Path) -> Vec<String> {
    let names = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.parse::<u64>().is_ok()).collect();
    names.sort_unstable();
    names
}

#[test]
fn what_was_committed_is_there_after_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    run(async {
        let index = open(directory.path());
        commit(&index, 7).await;
        index.begin_rebuild().await.unwrap();
        assert_eq!(generations(directory.path()), ["1", "2"]);
        index.finish_rebuild(Revision(8)).await.unwrap();
        assert_eq!(generations(directory.path()), ["2"]);
        index.begin_rebuild().await.unwrap();
        drop(index);
        let index = open(directory.path());
        assert_eq!(applied(&index), Revision(8));
        assert_eq!(generations(directory.path()), ["2"]);
        assert!(index.status().await.unwrap().disk_bytes > 0);
        index.close().await;
    });
}

#[test]
fn damage_and_another_version_are_met_with_a_fresh_start() {
    let directory = tempfile::tempdir().unwrap();
    let meta = |generation: &str| directory.path().join(generation).join("meta.json");
    run(async {
        let index = open(directory.path());
        commit(&index, 7).await;
        drop(index);
        let text = std::fs::read_to_string(meta("1")).unwrap();
        std::fs::write(meta("1"), text.replace(&format!("{VERSION} 7"), "999 7")).unwrap();
        let index = open(directory.path());
        assert_eq!((applied(&index), generations(directory.path())), (Revision::ZERO, vec!["2".to_owned()]));
        commit(&index, 8).await;
        drop(index);
        std::fs::write(meta("2"), "{").unwrap();
        let index = open(directory.path());
        assert_eq!((applied(&index), generations(directory.path())), (Revision::ZERO, vec!["3".to_owned()]));
        commit(&index, 9).await;
        drop(index);
        std::fs::write(directory.path().join("CURRENT"), "nonsense").unwrap();
        assert_eq!(applied(&open(directory.path())), Revision::ZERO);
    });
}

#[test]
fn columns_tell_how_a_document_stands() {
    let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
    let reviews = [
        None,
        Some((Judgement::Verified, None)),
        Some((Judgement::Verified, Some(at(90)))),
        Some((Judgement::Deprecated, None)),
        Some((Judgement::Deprecated, Some(at(-5)))),
    ];
    let mut expected = Vec::new();
    let mut changes = Vec::new();
    for (number, (kind, review)) in (0..).zip(Kind::ALL.into_iter().zip(reviews)) {
        let (created, updated) = (at(number), at(1_000 - number));
        let name = DocumentName::from_id(&format!("d{number}")).unwrap();
        let review = review.map(|(judgement, until)| {
            Box::new(Review { judgement, by: None, at: at(1), until, note: String::new(), replacement: None })
        });
        let (judgement, until) = review.as_ref().map(|review| (review.judgement, review.until)).unzip();
        expected.push((name.id().to_owned(), Standing { kind, judgement, until: until.flatten(), updated }));
        let made = Document { review, updated, ..Document::new(name, kind, Audience::world(), created) };
        changes.push(IndexChange::Put(Box::new(made)));
    }
    let index = TantivyIndex::open(TantivySettings::default()).unwrap();
    run(async {
        index.apply(changes).await.unwrap();
        index.commit(Revision(1)).await.unwrap();
    });
    let mut told = Vec::new();
    for segment in &index.shared.published().0.segments {
        for doc in 0..segment.reader.max_doc() {
            told.push((segment.name(segment.name_ord(doc).unwrap()).unwrap(), segment.standing(doc).unwrap()));
        }
    }
    told.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert_eq!(told, expected);
}

#[test]
fn too_many_searches_are_refused() {
    run(async {
        let pool = Pool::start(1, 1).unwrap();
        let (go, wait) = std::sync::mpsc::sync_channel::<()>(1);
        let patience = Patience::default();
        let first = pool.run(&patience, move || {
            wait.recv().unwrap();
            Ok(1)
        });
        tokio::pin!(first);
        // Polled once, so that it holds the only permit.
        assert!(futures::poll!(first.as_mut()).is_pending());
        assert!(matches!(pool.run(&patience, || Ok(2)).await, Err(IndexError::Overloaded)));
        go.send(()).unwrap();
        assert_eq!(first.await.unwrap(), 1);
    });
}

#[test]
fn a_panic_ends_one_search_only() {
    run(async {
        let pool = Pool::start(1, 4).unwrap();
        let patience = Patience::default();
        let outcome: Result<(), _> = pool.run(&patience, || panic!("as a test")).await;
        assert!(matches!(outcome, Err(IndexError::Engine(error)) if error.to_string().contains("as a test")));
        assert_eq!(pool.run(&patience, || Ok(2)).await.unwrap(), 2);
    });
}
