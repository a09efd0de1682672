//! What every index promises of filters.
//!
//! Proved here: 1. a filter changes what is shown, and no score and no statistics; 2. it can leave people out, under the same roles
//! by which it finds them; 3. it can name documents, and leave some out, whoever may read them.

use super::{ask, filled, ids, moment, name, person, run, world};
use crate::domain::{Audience, CommunityName, Document, Hashtag, Kind, Language, Participation, ResourceName, Role};
use crate::index::{Ask, CountHits, HitCount, Index, Order};
use crate::query::{Filter, TimeRange};

/// A document that has something in every field by which one filters, and two that have next to nothing.
fn documents() -> [Document; 3] {
    let full = Document {
        kind: Kind::Page,
        people: vec![
            Participation { person: person("ada"), role: Role::Author },
            Participation { person: person("bo"), role: Role::Mentioned },
        ],
        community: Some(CommunityName::from_id("tides").unwrap()),
        hashtags: vec![Hashtag::parse("c++").unwrap()],
        language: Language::parse("de").unwrap(),
        created: moment(50),
        ..world("full", "tide dock")
    };
    [full, world("bare", "tide"), world("other", "dock")]
}

#[test]
fn filters_change_what_is_shown_and_no_score() {
    run(async |index| {
        filled(&index, documents(), 1).await;
        let whole = index.search(ask("tide")).await.unwrap();
        let filters = [
            Filter { kinds: vec![Kind::Page, Kind::Topic], ..Filter::default() },
            Filter { people: vec![person("ada")], ..Filter::default() },
            Filter { communities: vec![CommunityName::from_id("tides").unwrap()], ..Filter::default() },
            Filter { hashtags: vec![Hashtag::parse("C++").unwrap()], ..Filter::default() },
            Filter { languages: vec![Language::parse("de").unwrap()], ..Filter::default() },
            Filter { created: TimeRange { from: Some(moment(50)), until: Some(moment(51)) }, ..Filter::default() },
        ];
        for filter in filters {
            let found = index.search(Ask { filter, count: CountHits::UpTo(9), ..ask("tide") }).await.unwrap();
            assert_eq!(ids(&found), ["full"]);
            assert_eq!(found.hits[0], *whole.hits.iter().find(|hit| hit.document == name("full")).unwrap());
            assert_eq!((found.idf, found.count), (whole.idf.clone(), Some(HitCount::Exact(1))));
        }
        for filter in [
            Filter { people: vec![person("bo")], ..Filter::default() },
            Filter { people: vec![person("ada")], kinds: vec![Kind::Post], ..Filter::default() },
            Filter { created: TimeRange { from: None, until: Some(moment(0)) }, ..Filter::default() },
        ] {
            assert_eq!(index.search(Ask { filter, ..ask("tide") }).await.unwrap().hits, []);
        }
    });
}

#[test]
fn filters_leave_people_out_and_change_no_score() {
    run(async |index| {
        filled(&index, documents(), 1).await;
        let whole = index.search(ask("tide")).await.unwrap();
        let without = |id: &str| Filter { without_people: vec![person(id), person("nobody")], ..Filter::default() };
        let found = index.search(Ask { filter: without("ada"), count: CountHits::UpTo(9), ..ask("tide") }).await.unwrap();
        assert_eq!((ids(&found), found.count), (vec!["bare"], Some(HitCount::Exact(1))));
        assert_eq!(found.hits[0], *whole.hits.iter().find(|hit| hit.document == name("bare")).unwrap());
        assert_eq!((found.idf, found.basis), (whole.idf, whole.basis));
        let found = index.search(Ask { filter: without("bo"), ..ask("tide") }).await.unwrap();
        assert_eq!(found.hits, whole.hits, "who is mentioned only has no part in a document");
        let both = Filter { people: vec![person("ada")], ..without("ada") };
        assert_eq!(index.search(Ask { filter: both, ..ask("tide") }).await.unwrap().hits, []);
    });
}

#[test]
fn filters_name_documents_and_leave_some_out_and_change_no_score() {
    run(async |index| {
        filled(&index, documents(), 1).await;
        let hidden = Document { audience: Audience::restricted([]), ..world("hidden", "tide") };
        filled(&index, [hidden], 2).await;
        let whole = index.search(ask("tide")).await.unwrap();
        assert_eq!(ids(&whole).len(), 2);
        let names = |ids: &[&str]| ids.iter().map(|id| name(id)).collect::<Vec<_>>();
        let found = async |filter: Filter| {
            let found = index.search(Ask { filter, count: CountHits::UpTo(9), ..ask("tide") }).await.unwrap();
            assert_eq!((&found.idf, &found.basis), (&whole.idf, &whole.basis));
            assert!(found.hits.iter().all(|hit| whole.hits.contains(hit)), "scores stay");
            (ids(&found).into_iter().map(str::to_owned).collect::<Vec<_>>(), found.count)
        };
        let cases: [(&[&str], &[&str], &[&str]); 6] = [
            (&["full"], &[], &["full"]),
            (&["full", "absent", "hidden", "other"], &[], &["full"]),
            (&["hidden"], &[], &[]),
            (&[], &["full"], &["bare"]),
            (&[], &["hidden", "absent"], &["bare", "full"]),
            (&["full", "bare"], &["full"], &["bare"]),
        ];
        for (only, without, expected) in cases {
            let filter = Filter { documents: names(only), without_documents: names(without), ..Filter::default() };
            let (mut told, count) = found(filter).await;
            told.sort_unstable();
            assert_eq!(told, expected, "{only:?} without {without:?}");
            assert_eq!(count, Some(HitCount::Exact(u32::try_from(expected.len()).unwrap())));
        }
        let everything = Ask { order: Order::Newest, ..ask("") };
        let filter = Filter { documents: names(&["other", "hidden"]), ..Filter::default() };
        assert_eq!(ids(&index.search(Ask { filter, ..everything }).await.unwrap()), ["other"]);
    });
}
