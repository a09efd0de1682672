//! What every index promises of facets.
//!
//! Proved here: 1. every facet counts what is found and may be seen, the most first, then by value, and tells whether there are more;
//! 2. what the filter says of a facet does not restrict its own counts, but those of the others; 3. a person counts once in a
//! document, under whatever names.

use std::sync::Arc;

use super::{anonymous, ask, document, filled, name, person, run, signed_in, world};
use crate::domain::{
    Audience, CommunityName, Document, Hashtag, Kind, Language, Moment, Participation, ResourceName, Revision, Role,
};
use crate::index::tantivy::TantivyIndex;
use crate::index::{Ask, AskFacets, Facet, FacetCounts, Index, Revocation};
use crate::query::Filter;

const ALL: [Facet; 6] = [Facet::Kind, Facet::Person, Facet::Community, Facet::Hashtag, Facet::Language, Facet::Year];

fn made(kind: Kind, people: &[&str], made: Document) -> Document {
    let year = if kind == Kind::Page { "2024-05-01T00:00:00Z" } else { "2025-05-01T00:00:00Z" };
    Document {
        kind,
        people: people.iter().map(|id| Participation { person: person(id), role: Role::Author }).collect(),
        community: (kind == Kind::Page).then(|| CommunityName::from_id("tides").unwrap()),
        hashtags: vec![Hashtag::parse(kind.as_str()).unwrap(), Hashtag::parse("sea").unwrap()],
        language: Language::parse(if kind == Kind::Page { "de" } else { "en" }).unwrap(),
        created: Moment::parse(year).unwrap(),
        ..made
    }
}

fn asked(search: Ask, facets: &[Facet], values: usize) -> AskFacets {
    AskFacets { search, facets: facets.iter().map(|facet| (*facet, values)).collect(), owner: Arc::new(Clone::clone) }
}

async fn counts(index: &impl Index, ask: AskFacets) -> Vec<Vec<(String, u64)>> {
    index.facets(ask).await.unwrap().facets.into_iter().map(|counts| counts.values).collect()
}

fn values(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
}

async fn three(index: &TantivyIndex) {
    let (page, post) = (made(Kind::Page, &["bo"], world("a", "tide")), made(Kind::Post, &["ada", "bo"], world("b", "tide")));
    filled(index, [page, post, made(Kind::Post, &["cy"], world("c", "ebb"))], 1).await;
    filled(index, [made(Kind::Reply, &["di"], document("d", "tide", Audience::organization()))], 2).await;
}

#[test]
fn facets_count_what_is_found_and_may_be_seen() {
    run(async |index| {
        three(&index).await;
        let expected = [
            values(&[("page", 1), ("post", 1)]),
            values(&[("bo", 2), ("ada", 1)]),
            values(&[("tides", 1)]),
            values(&[("sea", 2), ("page", 1), ("post", 1)]),
            values(&[("de", 1), ("en", 1)]),
            values(&[("2024", 1), ("2025", 1)]),
        ];
        assert_eq!(counts(&index, asked(ask("tide"), &ALL, 10)).await, expected);
        let inside = Ask { sight: signed_in("zoe"), ..ask("tide") };
        assert_eq!(counts(&index, asked(inside, &[Facet::Kind], 10)).await, [values(&[("page", 1), ("post", 1), ("reply", 1)])]);
        let one = index.facets(asked(ask("tide"), &[Facet::Person, Facet::Hashtag, Facet::Community], 1)).await.unwrap();
        let expected = [
            FacetCounts { facet: Facet::Person, values: values(&[("bo", 2)]), more: true },
            FacetCounts { facet: Facet::Hashtag, values: values(&[("sea", 2)]), more: true },
            FacetCounts { facet: Facet::Community, values: values(&[("tides", 1)]), more: false },
        ];
        assert_eq!(one.facets, expected);
        index.revoke(vec![Revocation { document: name("a"), gates: None, revision: Revision(3) }]);
        assert_eq!(counts(&index, asked(ask("tide"), &[Facet::Kind], 10)).await, [values(&[("post", 1)])]);
    });
}

#[test]
fn a_chosen_value_restricts_the_other_facets_only() {
    run(async |index| {
        three(&index).await;
        let filter = Filter { kinds: vec![Kind::Page], ..Filter::default() };
        let search = Ask { filter, sight: anonymous(), ..ask("tide") };
        let found = counts(&index, asked(search, &[Facet::Kind, Facet::Person, Facet::Year], 10)).await;
        let expected = [values(&[("page", 1), ("post", 1)]), values(&[("bo", 1)]), values(&[("2024", 1)])];
        assert_eq!(found, expected);
    });
}

#[test]
fn a_person_counts_once_in_a_document() {
    run(async |index| {
        three(&index).await;
        let owner = |name: &crate::domain::PersonName| if name.id() == "ada" { person("bo") } else { name.clone() };
        let ask = AskFacets { owner: Arc::new(owner), ..asked(ask("tide ebb"), &[Facet::Person], 10) };
        assert_eq!(counts(&index, ask).await, [values(&[("bo", 2), ("cy", 1)])]);
    });
}
