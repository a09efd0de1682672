//! What every index promises, proved for each implementation: in memory and on disk.
//!
//! Proved here: 1. changes show with the commit, and the applied revision moves; 2. the same change twice changes nothing; 3. a sight
//! sees what it admits, deny beats grant, and hidden changes do not move the basis of scores; 4. shares add up to scores, one per
//! word; 5. ties go by name; 6. newest first, also without words; 7. counts are exact up to the limit; 8. rights are taken away at
//! once, in statistics too, until the commit that says so; 9. a hit carries what ranking needs; 10. patience ends a search; 11. a
//! rebuild shows nothing until it is swapped in; 12. figures are right; 13. a closed index says so; 14. whoever sees a document
//! passes each of its gates, and those of every revocation; 15. a vacuum leaves nothing deleted and every answer; 16. what stands
//! still keeps its score on the basis of a first page.

mod facets;
mod filters;
mod involving;
mod orders;
mod terms;
mod threads;
mod topics;

use std::collections::BTreeSet;

use super::tantivy::{TantivyIndex, TantivySettings};
use super::{Ask, Basis, CountHits, Found, HitCount, Index, IndexChange, IndexError, Order, Patience, Revocation};
use crate::access::{Asker, Memberships, Sight};
use crate::domain::{
    Audience, CommunityName, Document, DocumentName, Gates, GroupId, Kind, Language, MarkupFormat, Moment, Participation,
    PersonName, Principal, ResourceName, Revision, Role, ThreadPlace,
};
use crate::query::{Filter, Query, Word};
use crate::text::Stem;

/// An index to be tried; the directory lives as long as it does.
struct Bench {
    index: TantivyIndex,
    _directory: Option<tempfile::TempDir>,
}

type Make = fn() -> Bench;

fn in_memory() -> Bench {
    Bench { index: TantivyIndex::open(TantivySettings::default()).unwrap(), _directory: None }
}

fn on_disk() -> Bench {
    let directory = tempfile::tempdir().unwrap();
    let settings = TantivySettings { path: Some(directory.path().join("index")), ..TantivySettings::default() };
    Bench { index: TantivyIndex::open(settings).unwrap(), _directory: Some(directory) }
}

fn run(test: impl AsyncFn(TantivyIndex)) {
    for make in [in_memory as Make, on_disk] {
        let bench = make();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(test(bench.index));
    }
}

fn name(id: &str) -> DocumentName {
    DocumentName::from_id(id).unwrap()
}

fn person(id: &str) -> PersonName {
    PersonName::from_id(id).unwrap()
}

fn english(stem: &str) -> Stem {
    Stem { language: Language::ENGLISH, text: stem.to_owned() }
}

fn moment(seconds: i64) -> Moment {
    Moment::from_unix_seconds(seconds).unwrap()
}

fn anonymous() -> Sight {
    Sight::of(&Asker::anonymous(), &Memberships::default())
}

fn signed_in(id: &str) -> Sight {
    Sight::of(&Asker::person(person(id), BTreeSet::new(), BTreeSet::new()), &Memberships::default())
}

fn document(id: &str, body: &str, audience: Audience) -> Document {
    Document { body: body.to_owned(), format: MarkupFormat::Plain, ..Document::new(name(id), Kind::Post, audience, moment(0)) }
}

fn world(id: &str, body: &str) -> Document {
    document(id, body, Audience::world())
}

fn ask(words: &str) -> Ask {
    let words = words.split_whitespace().map(|word| Word { exact: word.to_owned(), ..Word::default() }).collect();
    Ask {
        query: Query::any_of(words),
        filter: Filter::default(),
        sight: anonymous(),
        order: Order::Relevance,
        after: None,
        basis: None,
        limit: 10,
        count: CountHits::No,
        relax_below: None,
        misspelt: 0,
        expansions: 128,
        by_standing: false,
        now: Moment::default(),
        patience: Patience::default(),
    }
}

fn ids(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.document.id()).collect()
}

async fn put(index: &TantivyIndex, documents: impl IntoIterator<Item = Document>) {
    let changes = documents.into_iter().map(|document| IndexChange::Put(Box::new(document))).collect();
    index.apply(changes).await.unwrap();
}

async fn filled(index: &TantivyIndex, documents: impl IntoIterator<Item = Document>, through: u64) {
    put(index, documents).await;
    index.commit(Revision(through)).await.unwrap();
}

#[test]
fn changes_show_with_the_commit() {
    run(async |index| {
        let applied = index.applied();
        put(&index, [world("a", "tide")]).await;
        assert_eq!(ids(&index.search(ask("tide")).await.unwrap()), Vec::<&str>::new());
        index.commit(Revision(3)).await.unwrap();
        let found = index.search(ask("tide")).await.unwrap();
        assert_eq!((ids(&found), found.revision, *applied.borrow()), (vec!["a"], Revision(3), Revision(3)));
        index.apply(vec![IndexChange::Delete(name("a"))]).await.unwrap();
        filled(&index, [world("b", "tide")], 5).await;
        assert_eq!(ids(&index.search(ask("tide")).await.unwrap()), ["b"]);
        filled(&index, [world("b", "dock")], 6).await;
        assert_eq!(ids(&index.search(ask("tide")).await.unwrap()), Vec::<&str>::new());
        index.commit(Revision(9)).await.unwrap();
        assert_eq!(*applied.borrow(), Revision(9));
    });
}

#[test]
fn the_same_change_twice_changes_nothing() {
    run(async |index| {
        let documents = || [world("a", "tide dock"), world("b", "tide tide"), world("c", "dock")];
        filled(&index, documents(), 1).await;
        let before = index.search(ask("tide dock")).await.unwrap();
        put(&index, documents()).await;
        index.apply(vec![IndexChange::Delete(name("never"))]).await.unwrap();
        filled(&index, documents(), 1).await;
        assert_eq!(index.search(ask("tide dock")).await.unwrap(), before);
    });
}

#[test]
fn a_sight_sees_what_it_admits() {
    run(async |index| {
        let ada = Principal::Person(person("ada"));
        let documents = [
            document("w", "tide", Audience::world()),
            document("o", "tide", Audience::organization()),
            document("r", "tide", Audience::restricted([ada.clone()])),
            document("n", "tide", Audience::restricted([])),
            document("x", "tide", Audience::world().denying([ada])),
        ];
        filled(&index, documents, 1).await;
        for (sight, expected) in
            [(anonymous(), vec!["w", "x"]), (signed_in("ada"), vec!["o", "r", "w"]), (signed_in("bo"), vec!["o", "w", "x"])]
        {
            let found = index.search(Ask { sight, count: CountHits::UpTo(9), ..ask("tide") }).await.unwrap();
            assert_eq!(ids(&found), expected);
            assert_eq!(found.count, Some(HitCount::Exact(u32::try_from(expected.len()).unwrap())));
        }
    });
}

#[test]
fn the_basis_moves_with_what_is_visible_and_with_nothing_else() {
    run(async |index| {
        filled(&index, [world("a", "tide"), world("b", "dock")], 1).await;
        let basis = async |sight| index.search(Ask { sight, ..ask("tide") }).await.unwrap().basis;
        let before = basis(anonymous()).await;
        filled(&index, [document("o", "tide", Audience::organization())], 2).await;
        assert_eq!(basis(anonymous()).await, before);
        assert_ne!(basis(signed_in("ada")).await, before);
        filled(&index, [world("b", "tide")], 3).await;
        assert_ne!(basis(anonymous()).await, before);
    });
}

#[test]
fn a_form_that_few_write_counts_no_more_than_its_word() {
    run(async |index| {
        let word = Word { exact: "tides".to_owned(), stems: vec![english("tide")], ..Word::default() };
        let documents =
            [world("a", "the tides turn"), world("b", "the tide turns"), world("c", "one tide more"), world("d", "dock")];
        filled(&index, documents, 1).await;
        let found = index.search(Ask { query: Query::any_of(vec![word]), ..ask("") }).await.unwrap();
        assert_eq!(ids(&found), ["a", "b", "c"]);
        let scores: Vec<u64> = found.hits.iter().map(|hit| hit.score.to_bits()).collect();
        assert!(scores.windows(2).all(|pair| pair[0] == pair[1]), "{found:?}");
    });
}

#[test]
fn shares_add_up_and_ties_go_by_name() {
    run(async |index| {
        let documents = [
            world("c", "tide dock"),
            world("a", "tide dock"),
            world("b", "dock dock tide"),
            world("z", "crane"),
            world("y", "sail"),
        ];
        filled(&index, documents, 1).await;
        let mut asked = ask("tide dock absent");
        asked.query.words.push(Word { exact: "cranes".to_owned(), stems: vec![english("crane")], ..Word::default() });
        let found = index.search(asked).await.unwrap();
        assert_eq!(found.hits.len(), 4);
        assert_eq!(found.idf.len(), 4);
        assert!(found.idf[2] > found.idf[3] && found.idf[3] > found.idf[0]);
        for hit in &found.hits {
            assert_eq!(hit.shares.len(), 4);
            assert_eq!(hit.shares.iter().sum::<f64>().to_bits(), hit.score.to_bits());
        }
        let tied: Vec<&str> = ids(&found).into_iter().filter(|id| ["a", "c"].contains(id)).collect();
        assert_eq!(tied, ["a", "c"]);
        assert!(found.hits.windows(2).all(|pair| pair[0].score >= pair[1].score));
    });
}

#[test]
fn newest_come_first_also_without_words() {
    run(async |index| {
        let at = |id: &str, seconds| Document { created: moment(seconds), ..world(id, "tide") };
        let documents = [at("b", 5), at("a", 5), at("c", 9), Document { created: moment(-7), ..world("d", "dock") }];
        filled(&index, documents, 1).await;
        let newest = Ask { order: Order::Newest, ..ask("") };
        let found = index.search(newest.clone()).await.unwrap();
        assert_eq!(ids(&found), ["c", "a", "b", "d"]);
        assert!(found.hits.iter().all(|hit| hit.score == 0.0 && hit.shares.is_empty()));
        let found = index.search(Ask { order: Order::Newest, limit: 2, ..ask("tide") }).await.unwrap();
        assert_eq!((ids(&found), found.more), (vec!["c", "a"], true));
        assert_eq!(index.search(ask("")).await.unwrap().hits, []);
        let after = Some(super::After::Score(1.0, name("a")));
        assert!(matches!(index.search(Ask { after, ..newest }).await, Err(IndexError::Engine(_))));
    });
}

#[test]
fn counts_are_exact_up_to_the_limit() {
    run(async |index| {
        filled(&index, (0..7).map(|number| world(&format!("d{number}"), "tide")), 1).await;
        let mut asked = Ask { limit: 2, ..ask("tide") };
        for (most, expected) in [(6, HitCount::AtLeast(6)), (7, HitCount::Exact(7)), (8, HitCount::Exact(7))] {
            asked.count = CountHits::UpTo(most);
            let found = index.search(asked.clone()).await.unwrap();
            assert_eq!((found.count, found.more, found.hits.len()), (Some(expected), true, 2));
        }
        let score = index.search(asked.clone()).await.unwrap().hits[0].score;
        asked.after = Some(super::After::Score(score, name("d4")));
        let found = index.search(asked.clone()).await.unwrap();
        assert_eq!((ids(&found), found.more, found.count), (vec!["d5", "d6"], false, Some(HitCount::Exact(7))));
        asked.count = CountHits::No;
        assert_eq!(index.search(asked).await.unwrap().count, None);
    });
}

#[test]
fn what_stands_still_keeps_its_score_on_the_basis_of_the_first_page() {
    run(async |index| {
        filled(&index, (0..4).map(|number| world(&format!("d{number}"), &format!("tide{}", " dock".repeat(number)))), 1).await;
        let whole = index.search(Ask { limit: 9, ..ask("tide dock") }).await.unwrap();
        let first = index.search(Ask { limit: 2, ..ask("tide dock") }).await.unwrap();
        assert_eq!(first.basis, whole.basis);
        let last = first.hits.last().unwrap();
        let after = Some(super::After::Score(last.score, last.document.clone()));
        filled(&index, (0..9).map(|number| world(&format!("new{number}"), "dock crane crane crane crane")), 2).await;
        let later = Ask { limit: 99, after, basis: Some(first.basis.clone()), ..ask("tide dock") };
        let found = index.search(later.clone()).await.unwrap();
        let still: Vec<_> = found.hits.iter().filter(|hit| hit.document.id().starts_with('d')).cloned().collect();
        assert_eq!(still, whole.hits[2..], "scores and shares, to the bit");
        assert_ne!(found.basis, first.basis, "and the answer tells what is visible now");
        let unfit = Some(Basis { frequencies: vec![1], ..first.basis.clone() });
        let now = index.search(Ask { basis: None, ..later.clone() }).await.unwrap();
        assert_eq!(index.search(Ask { basis: unfit, ..later }).await.unwrap(), now, "what does not fit the query is passed over");
        assert_ne!(now.hits, found.hits);
    });
}

#[test]
fn rights_are_taken_away_at_once() {
    run(async |index| {
        let documents = [world("a", "tide"), world("b", "tide dock"), world("c", "dock"), world("d", "crane")];
        filled(&index, documents, 5).await;
        let before = index.search(ask("tide")).await.unwrap();
        let revocation = |id, audience: Option<Audience>, revision| Revocation {
            document: name(id),
            gates: audience.map(Gates::new),
            revision: Revision(revision),
        };
        index.revoke(vec![revocation("a", None, 5), revocation("unknown", None, 9)]);
        assert_eq!(index.search(ask("tide")).await.unwrap(), before);
        index.revoke(vec![revocation("a", None, 6), revocation("b", Some(Audience::organization()), 7)]);
        let found = index.search(ask("tide")).await.unwrap();
        assert_eq!(found.hits, []);
        assert!(found.idf[0] > index.search(ask("dock")).await.unwrap().idf[0]);
        let seen = Ask { sight: signed_in("ada"), ..ask("tide") };
        assert_eq!(ids(&index.search(seen.clone()).await.unwrap()), ["b"]);
        // Narrowed, then opened again: both versions count until the index has them.
        index.revoke(vec![revocation("b", Some(Audience::restricted([])), 8), revocation("b", Some(Audience::world()), 10)]);
        assert_eq!(index.search(seen.clone()).await.unwrap().hits, []);
        index.commit(Revision(8)).await.unwrap();
        assert_eq!(index.status().await.unwrap().revocations, 2);
        assert_eq!(ids(&index.search(seen).await.unwrap()), ["a", "b"]);
        index.commit(Revision(10)).await.unwrap();
        assert_eq!(index.status().await.unwrap().revocations, 0);
    });
}

/// Somebody in directory groups.
fn in_groups(id: &str, groups: &[&str]) -> Sight {
    let groups = groups.iter().map(|id| GroupId::parse(id).unwrap()).collect();
    Sight::of(&Asker::person(person(id), groups, BTreeSet::new()), &Memberships::default())
}

#[test]
fn whoever_sees_a_document_passes_each_of_its_gates() {
    run(async |index| {
        let groups = |ids: &[&str]| Audience::restricted(ids.iter().map(|id| Principal::Group(GroupId::parse(id).unwrap())));
        let mut two = document("two", "tide", groups(&["red", "blue"]));
        two.inherited = vec![groups(&["green", "gold"])];
        let mut three = Document { inherited: two.inherited.clone(), ..document("three", "tide", groups(&["red", "blue"])) };
        three.moderation = Some(groups(&["iron"]).denying([Principal::Person(person("bo"))]));
        filled(&index, [two.clone(), three, document("one", "tide", groups(&["red"]))], 1).await;
        let sees = async |id: &str, groups: &[&str]| {
            let found = index.search(Ask { sight: in_groups(id, groups), ..ask("tide") }).await.unwrap();
            let ids: Vec<String> = found.hits.iter().map(|hit| hit.document.id().to_owned()).collect();
            ids.join(" ")
        };
        assert_eq!(sees("ada", &["red"]).await, "one");
        assert_eq!(sees("ada", &["gold", "iron"]).await, "");
        assert_eq!(sees("ada", &["blue", "gold"]).await, "two");
        assert_eq!(sees("ada", &["red", "green"]).await, "one two");
        assert_eq!(sees("ada", &["red", "green", "iron"]).await, "one three two");
        assert_eq!(sees("bo", &["red", "green", "iron"]).await, "one two");
        // The indexed gates and those of every version since.
        let mut narrower = two.clone();
        narrower.inherited = vec![groups(&["green"]), groups(&["iron", "lead"])];
        index.revoke(vec![Revocation { document: name("two"), gates: Some(narrower.gates()), revision: Revision(2) }]);
        assert_eq!(sees("ada", &["blue", "green"]).await, "");
        assert_eq!(sees("ada", &["blue", "gold", "lead"]).await, "");
        assert_eq!(sees("ada", &["blue", "green", "lead"]).await, "two");
        filled(&index, [narrower], 2).await;
        assert_eq!(sees("ada", &["blue", "green"]).await, "");
        assert_eq!(sees("ada", &["blue", "green", "lead"]).await, "two");
    });
}

#[test]
fn a_hit_carries_what_ranking_needs() {
    run(async |index| {
        let people = vec![
            Participation { person: person("ada"), role: Role::Answerer },
            Participation { person: person("bo"), role: Role::Mentioned },
        ];
        let reply = Document {
            kind: Kind::Reply,
            people: people.clone(),
            community: Some(CommunityName::from_id("tides").unwrap()),
            thread: Some(ThreadPlace { root: name("root"), parent: name("parent") }),
            language: Language::parse("fr").unwrap(),
            created: moment(-5),
            updated: moment(7),
            ..world("reply", "tide")
        };
        filled(&index, [reply, world("root", "dock")], 1).await;
        let found = index.search(ask("tide")).await.unwrap();
        let hit = &found.hits[0];
        assert_eq!((hit.kind, &hit.people, hit.language.as_str()), (Kind::Reply, &people, "fr"));
        assert_eq!(hit.community.as_ref().map(ResourceName::id), Some("tides"));
        assert_eq!((&hit.thread_root, hit.created, hit.updated), (&name("root"), moment(-5), moment(7)));
        assert_eq!(index.search(ask("dock")).await.unwrap().hits[0].thread_root, name("root"));
    });
}

#[test]
fn patience_ends_a_search() {
    run(async |index| {
        filled(&index, [world("a", "tide")], 1).await;
        let patience = Patience::until(Some(std::time::Instant::now()));
        let outcome = index.search(Ask { patience, ..ask("tide") }).await;
        assert!(matches!(outcome, Err(IndexError::TimedOut)), "{outcome:?}");
        let patience = Patience::default();
        drop(patience.end_on_drop());
        let outcome = index.search(Ask { patience, ..ask("tide") }).await;
        assert!(matches!(outcome, Err(IndexError::TimedOut)), "{outcome:?}");
    });
}

#[test]
fn a_rebuild_shows_nothing_until_it_is_swapped_in() {
    run(async |index| {
        filled(&index, [world("old", "tide")], 5).await;
        let put = |id: &str| vec![IndexChange::Put(Box::new(world(id, "tide")))];
        assert!(index.apply_to_rebuild(put("x")).await.is_err());
        index.begin_rebuild().await.unwrap();
        index.apply_to_rebuild(put("dropped")).await.unwrap();
        index.begin_rebuild().await.unwrap();
        index.apply_to_rebuild(put("new")).await.unwrap();
        assert_eq!(ids(&index.search(ask("tide")).await.unwrap()), ["old"]);
        index.revoke(vec![Revocation { document: name("new"), gates: None, revision: Revision(8) }]);
        index.finish_rebuild(Revision(7)).await.unwrap();
        assert_eq!(*index.applied().borrow(), Revision(7));
        assert_eq!(index.search(ask("tide")).await.unwrap().hits, []);
        filled(&index, [world("more", "tide")], 8).await;
        assert_eq!(ids(&index.search(ask("tide")).await.unwrap()), ["more", "new"]);
        assert!(index.finish_rebuild(Revision(9)).await.is_err());
    });
}

#[test]
fn a_vacuum_leaves_nothing_deleted_and_every_answer() {
    run(async |index| {
        for (through, part) in (1..).zip([0..40, 40..45, 45..60]) {
            filled(&index, part.map(|n| world(&format!("d{n}"), &format!("tide mole{n} {}", "dock ".repeat(n)))), through).await;
        }
        let deleted = [3, 7, 41, 50].map(|n| IndexChange::Delete(name(&format!("d{n}"))));
        index.apply(deleted.into()).await.unwrap();
        index.commit(Revision(4)).await.unwrap();
        // A whole segment, and changes that nobody has committed yet.
        index.apply((42..45).chain([40]).map(|n| IndexChange::Delete(name(&format!("d{n}")))).collect()).await.unwrap();
        index.commit(Revision(5)).await.unwrap();
        put(&index, [world("later", "tide")]).await;
        index.revoke(vec![Revocation { document: name("d8"), gates: None, revision: Revision(9) }]);
        let all = || Ask { limit: 100, count: CountHits::UpTo(1_000), ..ask("tide dock mole9") };
        let before = index.search(all()).await.unwrap();
        assert!(index.status().await.unwrap().deleted > 0);
        let mut steps = 0;
        while index.vacuum().await.unwrap() {
            assert_eq!(index.search(all()).await.unwrap(), before);
            steps += 1;
        }
        assert!((1..10).contains(&steps), "{steps}");
        let status = index.status().await.unwrap();
        assert_eq!((status.deleted, status.documents, status.applied, status.revocations), (0, 52, Revision(5), 1));
        index.commit(Revision(6)).await.unwrap();
        let after = index.search(all()).await.unwrap();
        assert_eq!(after.hits.len(), before.hits.len() + 1, "what was taken before is there with its commit");
    });
}

#[test]
fn figures_are_right_and_a_closed_index_says_so() {
    run(async |index| {
        assert_eq!(index.status().await.unwrap().documents, 0);
        filled(&index, [world("a", "tide"), world("b", "tide"), world("c", "tide")], 4).await;
        index.apply(vec![IndexChange::Delete(name("a"))]).await.unwrap();
        index.commit(Revision(5)).await.unwrap();
        let status = index.status().await.unwrap();
        assert_eq!((status.documents, status.applied, status.revocations), (2, Revision(5), 0));
        index.close().await;
        index.close().await;
        assert!(matches!(index.commit(Revision(6)).await, Err(IndexError::Engine(_))));
        assert!(matches!(index.search(ask("tide")).await, Err(IndexError::Engine(_))));
    });
}
