//! What every index promises of the people behind topics.
//!
//! Proved here: 1. people count once for each visible document with a topic, in any role but mentioned, whose name soever stands there;
//! 2. hidden, deleted and replaced documents have no part, rights that are taken away none at once; 3. what nobody has, nobody is
//! behind; 4. patience ends it.

use std::sync::Arc;

use super::{anonymous, document, filled, name, person, put, run, signed_in, world};
use crate::access::Sight;
use crate::domain::{Audience, Document, Gates, Hashtag, Participation, ResourceName, Revision, Role};
use crate::index::{AskTopics, Index, IndexChange, IndexError, Patience, Revocation, TopicsFound};

fn topic(label: &str) -> Hashtag {
    Hashtag::parse(label).unwrap()
}

fn tagged(made: Document, labels: &[&str], people: &[(&str, Role)]) -> Document {
    let participation = |(id, role): &(&str, Role)| Participation { person: person(id), role: *role };
    Document {
        hashtags: labels.iter().map(|label| topic(label)).collect(),
        people: people.iter().map(participation).collect(),
        ..made
    }
}

fn by(author: &str, made: Document, label: &str) -> Document {
    tagged(made, &[label], &[(author, Role::Author)])
}

/// Whoever is called `forum:ID` is `ID`.
fn ask(labels: &[&str], sight: Sight) -> AskTopics {
    AskTopics {
        topics: labels.iter().map(|label| topic(label)).collect(),
        sight,
        owner: Arc::new(|name| name.id().strip_prefix("forum:").map_or_else(|| name.clone(), person)),
        patience: Patience::default(),
    }
}

/// Everybody with their counts, by ID.
fn people(found: &TopicsFound) -> Vec<(&str, Vec<u32>)> {
    found.people.iter().map(|one| (one.person.id(), one.counts.clone())).collect()
}

#[test]
fn people_count_once_for_each_document() {
    run(async |index| {
        let (author, asker) = (Role::Author, Role::Asker);
        filled(
            &index,
            [
                tagged(world("a", "x"), &["tides", "docks"], &[("cy", author), ("cy", asker), ("bo", Role::Mentioned)]),
                tagged(world("b", "x"), &["tides"], &[("cy", asker), ("ada", Role::Contributor), ("forum:ada", Role::Reviewer)]),
            ],
            1,
        )
        .await;
        // Another segment.
        let more = [
            tagged(world("c", "x"), &["docks", "cranes"], &[("forum:ada", Role::Answerer)]),
            tagged(world("d", "x"), &["cranes"], &[("bo", author)]),
            tagged(world("e", "x"), &[], &[("bo", author)]),
        ];
        filled(&index, more, 2).await;
        let found = index.topics(ask(&["docks", "tides"], anonymous())).await.unwrap();
        assert_eq!((found.documents, &found.frequencies, found.revision), (5, &vec![2, 2], Revision(2)));
        assert_eq!(people(&found), [("ada", vec![1, 1]), ("cy", vec![1, 2])]);
    });
}

#[test]
fn what_is_hidden_or_gone_has_no_part() {
    run(async |index| {
        filled(&index, [by("ada", world("a", "x"), "tides"), by("bo", world("b", "x"), "tides")], 1).await;
        let before = index.topics(ask(&["tides"], anonymous())).await.unwrap();
        assert_eq!((before.documents, people(&before)), (2, vec![("ada", vec![1]), ("bo", vec![1])]));
        let hidden = document("h", "x", Audience::organization());
        put(&index, [by("cy", hidden, "tides"), by("bo", world("gone", "x"), "tides"), by("bo", world("r", "x"), "tides")]).await;
        put(&index, [by("bo", world("r", "x"), "docks")]).await;
        index.apply(vec![IndexChange::Delete(name("gone")), IndexChange::Delete(name("b"))]).await.unwrap();
        index.commit(Revision(2)).await.unwrap();
        let found = index.topics(ask(&["tides"], anonymous())).await.unwrap();
        assert_eq!((found.documents, &found.frequencies, people(&found)), (2, &vec![1], vec![("ada", vec![1])]));
        let inside = index.topics(ask(&["tides"], signed_in("ada"))).await.unwrap();
        assert_eq!((inside.documents, people(&inside)), (3, vec![("ada", vec![1]), ("cy", vec![1])]));
        let gates = Some(Gates::new(Audience::restricted([])));
        index.revoke(vec![Revocation { document: name("h"), gates, revision: Revision(3) }]);
        let after = index.topics(ask(&["tides"], signed_in("ada"))).await.unwrap();
        assert_eq!((after.documents, after.frequencies, after.people), (found.documents, found.frequencies, found.people));
    });
}

#[test]
fn nobody_is_behind_what_nobody_has() {
    run(async |index| {
        let none = index.topics(ask(&["tides"], anonymous())).await.unwrap();
        assert_eq!((none.documents, none.frequencies, none.people), (0, vec![0], vec![]));
        filled(&index, [by("ada", world("a", "x"), "tides")], 1).await;
        let other = index.topics(ask(&["docks", "tide"], anonymous())).await.unwrap();
        assert_eq!((other.documents, other.frequencies, other.people), (1, vec![0, 0], vec![]));
        let unasked = index.topics(ask(&[], anonymous())).await.unwrap();
        assert_eq!((unasked.documents, unasked.frequencies, unasked.people), (1, vec![], vec![]));
    });
}

#[test]
fn patience_ends_counting() {
    run(async |index| {
        filled(&index, [by("ada", world("a", "x"), "tides")], 1).await;
        let patience = Patience::until(Some(std::time::Instant::now()));
        let outcome = index.topics(AskTopics { patience, ..ask(&["tides"], anonymous()) }).await;
        assert!(matches!(outcome, Err(IndexError::TimedOut)), "{outcome:?}");
    });
}
