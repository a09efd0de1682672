//! How what a search finds spreads over kinds, people, communities, topics, languages and years.

use super::{Ask, NameOwner};
use crate::domain::Revision;

/// What hits are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// Kinds of documents.
    Kind,
    /// People in any role but mentioned.
    Person,
    /// Communities that hold them.
    Community,
    /// Topic labels.
    Hashtag,
    /// Languages.
    Language,
    /// Years, in UTC, in which they were created.
    Year,
}

/// A question for counts.
#[derive(Clone)]
pub struct AskFacets {
    /// The search, whatever its limit and position. What its filter says of a facet does not restrict the counts of that facet.
    pub search: Ask,
    /// The facets, each once, with the most values of it that are wanted; at least 1.
    pub facets: Vec<(Facet, usize)>,
    /// Under which name people count.
    pub owner: NameOwner,
}

/// The counts of one facet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCounts {
    /// The facet.
    pub facet: Facet,
    /// Values with the number of documents that have each, a document once: the most first, then by value. A value is the word of a kind,
    /// the ID of a person or community, a label without `#`, the code of a language, or four digits.
    pub values: Vec<(String, u64)>,
    /// Whether there are more values.
    pub more: bool,
}

/// Counts, from one snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetsFound {
    /// In the order asked for.
    pub facets: Vec<FacetCounts>,
    /// The revision that was searched.
    pub revision: Revision,
}
