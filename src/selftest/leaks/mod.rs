//! Leaks on purpose, each a mistake that a search engine is easily built with, to show that the harness finds it.
//!
//! They stand round the seams, and nothing of them is in the house: what they change is what an index or a service answers.

mod forgetful;
mod places;
mod service;
mod shadow;

use std::sync::Arc;

use super::house::Service;
use crate::index::{Ask, CountHits, Found, Hit, Index, IndexError, Order};
use crate::storage::ledger::Ledger;
use shadow::{Shadow, Shadowed};

/// A leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// Words are weighed among all documents, hidden ones included.
    GlobalStatistics,
    /// Words are weighed among visible documents, deleted ones and former versions included.
    DeletedStatistics,
    /// Everything is retrieved, and what is hidden is taken out of each page afterwards.
    PostFilter,
    /// Equal documents stand in the order of their places in the index.
    TiesByPlace,
    /// Rights taken away work with the next commit only.
    LateRevocation,
    /// Words of hidden documents are suggested, and are near to misspelt ones.
    OpenVocabulary,
    /// Hidden documents are counted in facets.
    OpenFacets,
    /// Writing what is there and hidden is answered otherwise than writing what is not there.
    AlreadyExists,
}

impl Leak {
    /// Every leak.
    pub const ALL: [Self; 8] = [
        Self::GlobalStatistics,
        Self::DeletedStatistics,
        Self::PostFilter,
        Self::TiesByPlace,
        Self::LateRevocation,
        Self::OpenVocabulary,
        Self::OpenFacets,
        Self::AlreadyExists,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GlobalStatistics => "global-statistics",
            Self::DeletedStatistics => "deleted-statistics",
            Self::PostFilter => "post-filter",
            Self::TiesByPlace => "ties-by-place",
            Self::LateRevocation => "late-revocation",
            Self::OpenVocabulary => "open-vocabulary",
            Self::OpenFacets => "open-facets",
            Self::AlreadyExists => "already-exists",
        }
    }

    /// An index that leaks.
    pub(super) fn index(self, index: Arc<dyn Index>) -> Result<Arc<dyn Index>, IndexError> {
        Ok(match self {
            Self::GlobalStatistics => Arc::new(Shadowed::over(index, Shadow::OpenToAll, shadow::Rule::Weigh)?),
            Self::DeletedStatistics => Arc::new(Shadowed::over(index, Shadow::EveryVersion, shadow::Rule::Weigh)?),
            Self::PostFilter => Arc::new(Shadowed::over(index, Shadow::OpenToAll, shadow::Rule::Retrieve)?),
            Self::TiesByPlace => Arc::new(places::TiesByPlace::over(index)),
            Self::LateRevocation => Arc::new(forgetful::LateRevocation::over(index)),
            Self::OpenVocabulary => Arc::new(Shadowed::over(index, Shadow::OpenToAll, shadow::Rule::Spell)?),
            Self::OpenFacets => Arc::new(Shadowed::over(index, Shadow::OpenToAll, shadow::Rule::Count)?),
            Self::AlreadyExists => index,
        })
    }

    /// A service that leaks.
    pub(super) fn service(self, service: Arc<dyn Service>, ledger: Arc<dyn Ledger>) -> Arc<dyn Service> {
        match self {
            Self::AlreadyExists => Arc::new(service::TellsExistence { service, ledger }),
            _ => service,
        }
    }
}

/// More hits than any world has.
const ALL_HITS: usize = 1_000;

/// The same question for everything at once.
fn for_all_hits(ask: &Ask) -> Ask {
    Ask { after: None, limit: ALL_HITS, ..ask.clone() }
}

/// Sorts all hits, ties as `tie` says, and cuts out the page that was asked for. `place` stands for a document that is named.
fn page<K: Ord>(
    ask: &Ask,
    mut found: Found,
    key: impl Fn(&Hit) -> K,
    place: impl Fn(&crate::domain::DocumentName) -> K,
) -> Found {
    use crate::index::After;
    use std::cmp::Ordering;
    let rank = |one: &Hit, two: &Hit| match ask.order {
        Order::Relevance => two.score.total_cmp(&one.score),
        Order::Newest => two.created.cmp(&one.created),
        Order::Updated => two.updated.cmp(&one.updated),
        Order::Reactions => two.reactions.cmp(&one.reactions),
    };
    found.hits.sort_by(|one, two| rank(one, two).then_with(|| key(one).cmp(&key(two))));
    if let Some(after) = &ask.after {
        let behind = |hit: &Hit| {
            let (rank, name) = match after {
                After::Score(score, name) => (score.total_cmp(&hit.score), name),
                After::Number(number, name) => match After::hit(hit, ask.order) {
                    After::Number(of_hit, _) => (number.cmp(&of_hit), name),
                    After::Score(..) => (Ordering::Equal, name),
                },
            };
            rank.then_with(|| key(hit).cmp(&place(name))) == Ordering::Greater
        };
        found.hits.retain(behind);
    }
    found.more = found.hits.len() > ask.limit;
    found.hits.truncate(ask.limit);
    if ask.count == CountHits::No {
        found.count = None;
    }
    found
}
