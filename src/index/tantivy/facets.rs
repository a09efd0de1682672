//! How what a search finds spreads over labels: the most frequent labels of a sort among the documents that match.

use std::collections::BTreeMap;

use ::tantivy::postings::TermInfo;

use super::bits::Bits;
use super::dictionary::{Among, beginning_with, range};
use super::pace::Pace;
use super::revocations::Revocations;
use super::schema;
use super::snapshot::{Segment, Snapshot};
use super::terms::Matching;
use super::visible::{VisibleSet, VisibleSets};
use crate::domain::{PersonName, ResourceName};
use crate::index::{Ask, AskFacets, Facet, FacetCounts, FacetsFound, IndexError, NameOwner};
use crate::query::Filter;

/// Answers from a snapshot.
pub(super) fn count(
    ask: &AskFacets,
    snapshot: &Snapshot,
    revocations: &Revocations,
    sets: &VisibleSets,
) -> Result<FacetsFound, IndexError> {
    let mut pace = Pace::new(&ask.search.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &ask.search.sight, &ask.search.patience)?;
    let matching = Matching::of(&ask.search, snapshot, &visible, &mut pace)?;
    let mut facets = Vec::with_capacity(ask.facets.len());
    for (facet, most) in &ask.facets {
        pace.look()?;
        let wider = wider(&ask.search, *facet, snapshot, &visible, &mut pace)?;
        let among = wider.as_ref().unwrap_or(&matching);
        facets.push(of((*facet, (*most).max(1)), &ask.owner, snapshot, among, &mut pace)?);
    }
    Ok(FacetsFound { facets, revision: snapshot.revision })
}

/// What the search finds without what its filter says of a facet; nothing where it says nothing. In the pass of the search: choosing a
/// value does not change what the others of its facet are counted among.
fn wider(
    search: &Ask,
    facet: Facet,
    snapshot: &Snapshot,
    visible: &VisibleSet,
    pace: &mut Pace<'_>,
) -> Result<Option<Matching>, IndexError> {
    let filter = without(&search.filter, facet);
    if filter == search.filter {
        return Ok(None);
    }
    Matching::of(&Ask { filter, ..search.clone() }, snapshot, visible, pace).map(Some)
}

fn without(filter: &Filter, facet: Facet) -> Filter {
    let mut wider = filter.clone();
    match facet {
        Facet::Kind => wider.kinds.clear(),
        Facet::Person => wider.people.clear(),
        Facet::Community => wider.communities.clear(),
        Facet::Hashtag => wider.hashtags.clear(),
        Facet::Language => wider.languages.clear(),
        Facet::Year => wider.created = crate::query::TimeRange::default(),
    }
    wider
}

/// What the labels of a facet begin with.
fn beginning(facet: Facet) -> &'static str {
    match facet {
        Facet::Kind => schema::KIND_LABEL,
        Facet::Person => schema::PERSON,
        Facet::Community => schema::COMMUNITY,
        Facet::Hashtag => schema::HASHTAG,
        Facet::Language => schema::LANGUAGE,
        Facet::Year => schema::YEAR,
    }
}

fn of(
    (facet, most): (Facet, usize),
    owner: &NameOwner,
    snapshot: &Snapshot,
    among: &Matching,
    pace: &mut Pace<'_>,
) -> Result<FacetCounts, IndexError> {
    if facet == Facet::Person {
        return people(owner, most, snapshot, among, pace);
    }
    let prefix = beginning(facet);
    let frequent = beginning_with(snapshot, (snapshot.fields.filter, prefix), most, among, pace)?;
    let values = frequent.terms.into_iter().map(|term| (term.text[prefix.len()..].to_owned(), term.documents));
    Ok(FacetCounts { facet, values: values.collect(), more: frequent.more })
}

/// People by their own names: a document under two names of one person counts once, which is found out segment by segment.
fn people(
    owner: &NameOwner,
    most: usize,
    snapshot: &Snapshot,
    among: &Matching,
    pace: &mut Pace<'_>,
) -> Result<FacetCounts, IndexError> {
    let field = snapshot.fields.filter;
    let mut counts: BTreeMap<PersonName, u64> = BTreeMap::new();
    for (at, segment) in snapshot.segments.iter().enumerate() {
        let mut names: BTreeMap<PersonName, Vec<TermInfo>> = BTreeMap::new();
        let mut labels = range(segment, field, schema::PERSON)?;
        while labels.advance() {
            pace.step()?;
            let id = std::str::from_utf8(labels.key()).ok().and_then(|label| label.strip_prefix(schema::PERSON));
            let Some(name) = id.and_then(|id| PersonName::from_id(id).ok()) else { continue };
            names.entry(owner(&name)).or_default().push(labels.value().clone());
        }
        for (person, infos) in names {
            let documents = documents((at, segment), &infos, snapshot, among, pace)?;
            if documents > 0 {
                *counts.entry(person).or_default() += documents;
            }
        }
    }
    let more = counts.len() > most;
    let mut values: Vec<(String, u64)> = counts.into_iter().map(|(person, count)| (person.id().to_owned(), count)).collect();
    values.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    values.truncate(most);
    Ok(FacetCounts { facet: Facet::Person, values, more })
}

/// How many documents of a segment have any of some labels.
fn documents(
    (at, segment): (usize, &Segment),
    infos: &[TermInfo],
    snapshot: &Snapshot,
    among: &Matching,
    pace: &mut Pace<'_>,
) -> Result<u64, IndexError> {
    let field = snapshot.fields.filter;
    if let [info] = infos {
        let mut documents = 0;
        segment.walk(field, info, pace, |doc| documents += u64::from(among.has(at, doc)))?;
        return Ok(documents);
    }
    let mut found = Bits::none(segment.reader.max_doc());
    for info in infos {
        segment.walk(field, info, pace, |doc| {
            if among.has(at, doc) {
                found.insert(doc);
            }
        })?;
    }
    Ok(found.len() as u64)
}
