//! The read model of documents: searchable, by exactly what the asker may see.
//!
//! Fed by the journal; holds the revision up to which it was applied inside its own commits, and is always rebuildable from
//! the ledger. Visibility is part of retrieval: hidden documents have no part in scores, statistics, counts or order. This
//! room must never hold the only copy of anything. Start reading at [`Index`]; its promises are proved for every
//! implementation by the contract suite.

mod facets;
mod stretched;
pub mod tantivy;
mod terms;
mod threads;
mod topics;

#[cfg(test)]
mod contract;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use tokio::sync::watch;

pub use facets::{AskFacets, Facet, FacetCounts, FacetsFound};
pub use stretched::{Stretch, Stretched};
pub use terms::{AskTerms, TermFound, TermPattern, TermsFound};
pub use threads::{AskThreads, ThreadDetails, ThreadHit, ThreadState, ThreadsFound};
pub use topics::{AskTopics, NameOwner, PersonOfTopics, TopicsFound};

use crate::access::Sight;
use crate::domain::{CommunityName, Document, DocumentName, Gates, Kind, Language, Moment, Participation, PersonName, Revision};
use crate::query::{Filter, Query};
use crate::ranking::Factor;
use crate::text::Sketch;

/// A change as the projector hands it on: the document as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexChange {
    /// A document was made or replaced.
    Put(Box<Document>),
    /// A document was removed.
    Delete(DocumentName),
}

/// Rights taken away by a commit that the index has not applied yet: from the acknowledgement on, the document is seen only by
/// who may read both the indexed version and this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The document.
    pub document: DocumentName,
    /// Its gates now; nothing where it was deleted.
    pub gates: Option<Gates>,
    /// The revision of the change; at this applied revision the revocation has done its work.
    pub revision: Revision,
}

/// How hits are ordered. Ties go by name, ascending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Best score first. An empty query matches nothing.
    #[default]
    Relevance,
    /// Newest `created` first. An empty query matches every visible document, here and in the orders below.
    Newest,
    /// Newest `updated` first.
    Updated,
    /// Most reactions of all kinds first.
    Reactions,
}

impl Order {
    /// The order of everything, to which nothing is relevant: the newest first where no other order is wanted.
    #[must_use]
    pub fn without_words(self) -> Self {
        if self == Self::Relevance { Self::Newest } else { self }
    }
}

/// A position in the total order of an answer: hits strictly after it are wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum After {
    /// Behind this score, and behind this name among equal scores. Of discussions, behind the one that was opened so.
    Score(f64, DocumentName),
    /// Behind this number of an order that is not by relevance, a moment in seconds or a count, and behind this name among
    /// equals.
    Number(i64, DocumentName),
}

impl After {
    /// The place of a hit in an order.
    #[must_use]
    pub fn hit(hit: &Hit, order: Order) -> Self {
        let name = hit.document.clone();
        match order {
            Order::Relevance => Self::Score(hit.score, name),
            Order::Newest => Self::Number(hit.created.unix_seconds(), name),
            Order::Updated => Self::Number(hit.updated.unix_seconds(), name),
            Order::Reactions => Self::Number(i64::from(hit.reactions), name),
        }
    }

    /// The place of a discussion in an order: that of its first message, or, by relevance, its own.
    #[must_use]
    pub fn thread(hit: &ThreadHit, order: Order) -> Self {
        match order {
            Order::Relevance => Self::Score(hit.score, hit.first.thread_root.clone()),
            Order::Newest | Order::Updated | Order::Reactions => Self::hit(&hit.first, order),
        }
    }
}

/// Whether the number of visible hits is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CountHits {
    /// No: the cheapest way is taken.
    #[default]
    No,
    /// Count up to this many and say whether there are more.
    UpTo(u32),
}

/// When to stop: at a moment, or when nobody waits any more.
#[derive(Clone, Debug, Default)]
pub struct Patience {
    until: Option<Instant>,
    given_up: Arc<AtomicBool>,
}

impl Patience {
    /// Patience until a moment, or for ever.
    #[must_use]
    pub fn until(until: Option<Instant>) -> Self {
        Self { until, given_up: Arc::default() }
    }

    /// The moment at which it ends.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.until
    }

    /// Whether the work should stop now.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.given_up.load(Ordering::Relaxed) || self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// A guard that ends the patience when it is dropped: hold it in the future whose caller may go away.
    #[must_use]
    pub fn end_on_drop(&self) -> PatienceGuard {
        PatienceGuard(Arc::clone(&self.given_up))
    }
}

/// Ends a [`Patience`] when dropped.
#[derive(Debug)]
pub struct PatienceGuard(Arc<AtomicBool>);

impl Drop for PatienceGuard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A search.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What is looked for.
    pub query: Query,
    /// What restricts it.
    pub filter: Filter,
    /// Who may see what.
    pub sight: Sight,
    /// The order.
    pub order: Order,
    /// The position after which to start.
    pub after: Option<After>,
    /// What the first page's scores rested on: on that rest these, so that what stands still keeps its score on every page and
    /// is on one of them. Nothing, or what does not fit the query: on what is visible now.
    pub basis: Option<Basis>,
    /// Most hits; at least 1.
    pub limit: usize,
    /// Whether the number of hits is wanted. Counts every visible hit, whatever `after` says.
    pub count: CountHits,
    /// Below how many hits that have everything the first page is found in the relaxed pass; 0: it never
    /// is; nothing: it always is.
    pub relax_below: Option<u32>,
    /// Most words that a beginning of words stands for, at least 1: those that most visible documents have.
    pub expansions: usize,
    /// For how many words that no visible document has others are found that they may be misspelt for: the nearest by
    /// [`crate::text::Speller`], and of these the few that most visible documents have. Words taken literally are found as they are.
    pub misspelt: usize,
    /// Whether scores are weighed by how documents stand: see [`crate::ranking::Standing::weight`].
    pub by_standing: bool,
    /// The clock; that of the first page where there is one.
    pub now: Moment,
    /// When to stop.
    pub patience: Patience,
}

/// Asks how many documents involve people.
#[derive(Clone, Debug)]
pub struct AskInvolving {
    /// People, each under all their names.
    pub people: Vec<BTreeSet<PersonName>>,
    /// Who may see what.
    pub sight: Sight,
    /// When to stop.
    pub patience: Patience,
}

/// A visible document that was found, with what ranking needs of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The document.
    pub document: DocumentName,
    /// Its score; zero where the order is not by relevance.
    pub score: f64,
    /// One share per query word, in the words' order; they sum to `score`.
    pub shares: Vec<f64>,
    /// By what standing each share was multiplied, where it counts: they multiply to [`crate::ranking::Standing::weight`].
    pub factors: Vec<Factor>,
    /// What it is.
    pub kind: Kind,
    /// People and their roles.
    pub people: Vec<Participation>,
    /// The community that holds it.
    pub community: Option<CommunityName>,
    /// The document that opened its thread; itself where it is none's reply.
    pub thread_root: DocumentName,
    /// Its language.
    pub language: Language,
    /// When it was first written.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
    /// How many reactions of all kinds it has.
    pub reactions: u32,
    /// What tells whether it copies another; nothing of a short text.
    pub sketch: Option<Sketch>,
}

/// How many visible documents match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitCount {
    /// Exactly so many.
    Exact(u32),
    /// So many and perhaps more.
    AtLeast(u32),
}

/// What a hit must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pass {
    /// Everything that the query says, or there is no difference.
    #[default]
    Strict,
    /// What is left where free words are left out.
    Relaxed,
}

/// What scores rest on: statistics, the pass in which hits were found, and the clock. Hidden documents have no part in it, so unlike a
/// revision it may be compared in front of anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// How many documents the sight admits.
    pub documents: u64,
    /// The sum of their lengths in each text field.
    pub lengths: [u64; 2],
    /// How many of them have each word of the query, in its most frequent form.
    pub frequencies: Vec<u64>,
    /// The pass.
    pub pass: Pass,
    /// When the first page was asked for.
    pub now: Moment,
}

impl Basis {
    /// Whether these can be the statistics of a query.
    #[must_use]
    pub fn fits(&self, query: &Query) -> bool {
        self.frequencies.len() == query.words.len()
            && self.frequencies.iter().all(|frequency| *frequency <= self.documents.max(1))
    }
}

/// What a search found, from one snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Hits in order.
    pub hits: Vec<Hit>,
    /// Whether more follow.
    pub more: bool,
    /// The number of hits, where it was wanted.
    pub count: Option<HitCount>,
    /// The inverse document frequency of each query word in the statistics that the scores rest on, in the words' order; of
    /// its most frequent form. A word that no visible document has gets the highest value.
    pub idf: Vec<f64>,
    /// What stood for words of the query beside their own forms, by the words' places.
    pub stretched: Vec<Stretched>,
    /// What no document's score exceeds, however often it has the words of the query; zero for a query without words.
    pub ceiling: f64,
    /// The statistics of what is visible now, whatever the scores rest on: where they differ from the first page's, pages may not
    /// be told apart by rank any more.
    pub basis: Basis,
    /// The revision that was searched.
    pub revision: Revision,
}

/// Figures for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexStatus {
    /// The newest revision applied and searchable.
    pub applied: Revision,
    /// Live documents.
    pub documents: u64,
    /// Deleted documents not merged away yet.
    pub deleted: u64,
    /// Segments.
    pub segments: u64,
    /// Bytes on disk; zero in memory.
    pub disk_bytes: u64,
    /// Revocations that wait for the next commit.
    pub revocations: u64,
}

/// Why the index could not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IndexError {
    /// The patience was over before the answer was complete.
    #[error("the search took longer than its deadline allows")]
    TimedOut,
    /// Too many searches wait already.
    #[error("too many searches at once")]
    Overloaded,
    /// The index on disk cannot be used; it must be rebuilt.
    #[error("the index is damaged or of another version: {why}")]
    Unusable {
        /// What is wrong with it.
        why: String,
    },
    /// The engine below failed. The writer is gone; what was not committed must be applied again.
    #[error("the index engine failed: {0}")]
    Engine(Arc<dyn std::error::Error + Send + Sync>),
}

/// Documents, searchable.
///
/// Statistics (number of documents, document frequency, average length) come from exactly the live, indexed documents that the
/// sight admits, revocations included, whatever the filter says; so answers do not depend on anything hidden.
#[async_trait]
pub trait Index: Send + Sync + 'static {
    /// Takes changes in order; not searchable before the next commit. Applying the same change again changes nothing.
    async fn apply(&self, changes: Vec<IndexChange>) -> Result<(), IndexError>;

    /// Makes everything taken so far searchable and durable, together with the revision it reaches, and moves `applied`.
    async fn commit(&self, through: Revision) -> Result<(), IndexError>;

    /// The newest revision that searches see, and every later one.
    fn applied(&self) -> watch::Receiver<Revision>;

    /// Takes rights away at once, also for searches that start a moment later. Ignored at or below the applied revision.
    fn revoke(&self, revocations: Vec<Revocation>);

    /// Searches one snapshot.
    async fn search(&self, ask: Ask) -> Result<Found, IndexError>;

    /// Searches one snapshot for discussions. A discussion is a thread, as far as the sight admits its messages, whose root is a
    /// topic or in which a visible message replies. It is found once, however many of its messages match query and filter. Where
    /// free words must all be there, they may stand in different ones of these.
    ///
    /// By relevance each word counts in it what it counts in the message that says most of it, and what its replies make of that;
    /// equal scores are ordered by a hash of the roots' names. In other orders it has the place of its first matching message; a
    /// position is that of such a message, and threads with any message at or before it are not found behind it. Everything told
    /// of a discussion comes from visible messages alone.
    async fn threads(&self, ask: AskThreads) -> Result<ThreadsFound, IndexError>;

    /// How many documents that the sight admits have each of some people in any role but mentioned, in the people's order; a
    /// document that has a person under several names counts once.
    async fn involving(&self, ask: AskInvolving) -> Result<Vec<u64>, IndexError>;

    /// Counts, in one snapshot, the people behind topics: who has a part in visible documents with each. Everything told comes from
    /// visible documents alone.
    async fn topics(&self, ask: AskTopics) -> Result<TopicsFound, IndexError>;

    /// Finds terms of visible documents in one snapshot. Everything told comes from these documents alone.
    async fn terms(&self, ask: AskTerms) -> Result<TermsFound, IndexError>;

    /// Counts what a search finds by what it has in common, in one snapshot. Only documents that the sight admits count.
    async fn facets(&self, ask: AskFacets) -> Result<FacetsFound, IndexError>;

    /// Starts an empty index beside this one, to be filled and then swapped in; a previous unfinished one is dropped.
    async fn begin_rebuild(&self) -> Result<(), IndexError>;

    /// Takes changes for the index beside.
    async fn apply_to_rebuild(&self, changes: Vec<IndexChange>) -> Result<(), IndexError>;

    /// Commits the index beside at a revision and swaps it in; searches that run finish on the old one, which is then removed.
    async fn finish_rebuild(&self, through: Revision) -> Result<(), IndexError>;

    /// Rewrites one segment without its deleted documents, whose text is gone from the disk then, while searches and changes go on;
    /// says whether there was one. No answer changes. Asked until it says no, it leaves none that was deleted before.
    async fn vacuum(&self) -> Result<bool, IndexError>;

    /// Figures for operators.
    async fn status(&self) -> Result<IndexStatus, IndexError>;

    /// Waits for merges and closes; what was not committed is applied again after the next start.
    async fn close(&self);
}
