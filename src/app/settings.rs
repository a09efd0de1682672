//! What can be set of the use cases.

use super::ReportSettings;
use crate::domain::Language;
use crate::expertise;
use crate::query::QueryLimits;

/// Bounds of requests and resources; served by `GetLimits`, checked where a request is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a query.
    pub query_bytes: usize,
    /// Most words of a query.
    pub query_terms: usize,
    /// Most clauses of a query.
    pub query_clauses: usize,
    /// How deep brackets of a query may be nested.
    pub query_depth: usize,
    /// Results of a page where the request does not say.
    pub page_size_default: usize,
    /// Most results of a page; more is clamped.
    pub page_size_max: usize,
    /// The best visible documents that vote for people in one search; also the best hits, and the newest messages of a discussion, of
    /// which people are counted.
    pub window: usize,
    /// Most bytes of a document's body.
    pub document_text_bytes: usize,
    /// Most bytes of a title, a display name or another short text.
    pub title_bytes: usize,
    /// Most principals of an audience, granted and denied together.
    pub audience_principals: usize,
    /// Most directory groups of an asker.
    pub asker_groups: usize,
    /// Most topic labels of a document, given and found.
    pub hashtags_per_document: usize,
    /// Most people of a document, given and found.
    pub people_per_document: usize,
    /// Most items of a batch, and of an import that wait for their answer.
    pub batch: usize,
    /// Documents that one step of a sweep deletes.
    pub sweep_batch: usize,
    /// Most values of one filter field.
    pub filter_values: usize,
    /// Most members of a community.
    pub community_members: usize,
    /// Most reactions of people that a document keeps.
    pub reactors_per_document: usize,
    /// Words at the beginning of a community's description by which it is found.
    pub description_words: usize,
    /// About how many characters a snippet has.
    pub snippet_chars: usize,
    /// Documents shown as evidence of one person.
    pub evidence_per_person: usize,
    /// Most endorsements of a person, of all skills together.
    pub endorsements_per_person: usize,
    /// Topics, and likewise endorsed skills, shown of one person.
    pub topics_per_person: usize,
    /// Most lines in the journal of a person's aliases.
    pub alias_links_per_person: usize,
    /// Matching messages shown of one discussion, beside its best.
    pub matches_per_discussion: usize,
    /// People shown as taking part in one discussion.
    pub participants_per_discussion: usize,
    /// Words that nothing has and for which near ones are found.
    pub misspelt_words: usize,
    /// Words for which a beginning of words stands.
    pub prefix_expansions: usize,
    /// Fewer hits with every word of a query than this bring documents with some of them.
    pub relax_below: usize,
    /// Most synonym sets.
    pub synonym_sets: usize,
    /// Most curations.
    pub curations: usize,
    /// Most values told of one facet, beside chosen ones.
    pub facet_values: usize,
}

impl Limits {
    /// Bounds of a query.
    #[must_use]
    pub fn query(&self) -> QueryLimits {
        QueryLimits { bytes: self.query_bytes, words: self.query_terms, clauses: self.query_clauses, depth: self.query_depth }
    }
}

/// What can be set of the use cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Bounds.
    pub limits: Limits,
    /// Languages in which queries are stemmed.
    pub query_languages: Vec<Language>,
    /// The language of texts of which nothing better is known.
    pub default_language: Language,
    /// How queries without results are counted.
    pub report: ReportSettings,
    /// How documents vote for people.
    pub experts: expertise::Settings,
    /// Relevance below which nobody is named, unless the request says otherwise.
    pub abstain_below: f64,
}
