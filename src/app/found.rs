//! What the answers of all searches are made of.

use std::ops::Range;

use super::{App, Call, SeenDocument, Shown};
use crate::access::Sight;
use crate::domain::{DocumentName, Person};
use crate::index::{Ask, CountHits, Order};
use crate::query::{Filter, Note, Query};
use crate::ranking::Factor;
use crate::text::Snippet;

/// The highest total that is counted exactly; part of what the API promises, so no setting.
pub(super) const EXACT_TOTAL: u32 = 1_000;

/// What an answer says about itself, beside its results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The query has nothing that can be searched, so nothing was found by it.
    NoSearchableWords,
    /// A filter names somebody or something that this asker cannot see; the path of the field.
    UnknownFilterValue {
        /// The path, such as `filter.people[0]`.
        field: String,
    },
    /// Documents that the asker may read changed since the first page, so ranks may have moved.
    IndexMoved,
    /// Administrators arranged the answer: what they pinned stands first, or what they buried is left out.
    Curated,
    /// A part of the query was read otherwise than it stands there, or not at all.
    QuerySyntax(Note),
    /// The query names somebody or something that this asker cannot see, so that it means nobody.
    UnknownQueryName {
        /// The name as it was typed.
        name: String,
    },
    /// The query names several by one name, any of whom will do.
    AmbiguousName {
        /// The name as it was typed.
        name: String,
        /// How many are called so; 2 or more.
        count: usize,
    },
    /// Fewer documents than are enough have everything, so free words were left out.
    Relaxed,
    /// No document that the asker may read has a word, and what is near to it was found.
    Misspelt {
        /// The word.
        word: String,
    },
    /// A beginning of words stands for the most frequent of more than it may stand for.
    TooManyBegin {
        /// The beginning, with its star.
        word: String,
    },
    /// The query contradicts itself or the filter, so that no document can match.
    Contradiction,
}

/// A document that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentFound {
    /// The document, as the asker sees it.
    pub document: Shown<SeenDocument>,
    /// Its score; zero where the order is not by relevance.
    pub score: f64,
    /// Shares of the score, one per query word; they sum to it.
    pub contributions: Vec<f64>,
    /// What each share was multiplied by, and why.
    pub factors: Vec<Factor>,
    /// The passage that shows why.
    pub snippet: Snippet,
    /// What matches in its title, as byte ranges: ascending, apart from each other, on borders of grapheme clusters.
    pub title_highlights: Vec<Range<usize>>,
    /// How many copies of it were found.
    pub copy_count: usize,
    /// The best of them, in order.
    pub copies: Vec<DocumentName>,
    /// Its people as cards, in the order of the document's people, each once.
    pub people: Vec<Person>,
    /// Whether administrators pinned it for what was asked.
    pub pinned: bool,
}

impl App {
    /// A search for the best of what has any word of a query, as many as are looked at where nobody says: to be changed from there.
    pub(super) fn asked(&self, call: &Call, sight: &Sight, query: Query) -> Ask {
        Ask {
            query,
            filter: Filter::default(),
            sight: sight.clone(),
            order: Order::Relevance,
            after: None,
            basis: None,
            limit: self.settings.limits.window,
            count: CountHits::No,
            relax_below: None,
            misspelt: 0,
            expansions: self.settings.limits.prefix_expansions,
            by_standing: true,
            now: self.clock.now(),
            patience: call.patience.clone(),
        }
    }
}
