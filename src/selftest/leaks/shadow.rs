//! A second index that sees more than it should, and answers that rest on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::{for_all_hits, page};
use crate::access::{Asker, Memberships, Sight};
use crate::domain::{Audience, DocumentName, ResourceName, Revision};
use crate::index::tantivy::{TantivyIndex, TantivySettings};
use crate::index::{
    Ask, AskFacets, AskInvolving, AskTerms, AskThreads, AskTopics, FacetsFound, Found, Hit, Index, IndexChange, IndexError,
    IndexStatus, Order, Revocation, TermsFound, ThreadsFound, TopicsFound,
};

/// What the second index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shadow {
    /// Every live document, open to everybody.
    OpenToAll,
    /// Every version of every document that ever was, with the audience that it had.
    EveryVersion,
}

/// What is taken from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The weight of words.
    Weigh,
    /// The hits of a page, from which those that are hidden are taken out.
    Retrieve,
    /// The words that there are, for beginnings of words, misspelt ones and suggestions.
    Spell,
    /// The counts of facets.
    Count,
}

/// An index that answers with the help of another.
pub(super) struct Shadowed {
    index: Arc<dyn Index>,
    shadow: TantivyIndex,
    holds: Shadow,
    rule: Rule,
    /// How many versions there were, and under which name the newest of a document is held.
    newest: Mutex<(usize, HashMap<DocumentName, DocumentName>)>,
}

impl Shadowed {
    pub(super) fn over(index: Arc<dyn Index>, holds: Shadow, rule: Rule) -> Result<Self, IndexError> {
        let settings = TantivySettings { writer_memory_bytes: 16 << 20, search_threads: 1, ..TantivySettings::default() };
        Ok(Self { index, shadow: TantivyIndex::open(settings)?, holds, rule, newest: Mutex::default() })
    }

    fn cast(&self, changes: &[IndexChange]) -> Vec<IndexChange> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let shadow_of = |change: &IndexChange| match (change, self.holds) {
            (IndexChange::Put(document), Shadow::OpenToAll) => {
                let mut open = document.clone();
                open.audience = Audience::world();
                Some(IndexChange::Put(open))
            }
            (IndexChange::Put(document), Shadow::EveryVersion) => {
                newest.0 += 1;
                let name = DocumentName::from_id(&format!("{}~{}", document.name.id(), newest.0)).ok()?;
                newest.1.insert(document.name.clone(), name.clone());
                let mut version = document.clone();
                version.name = name;
                Some(IndexChange::Put(version))
            }
            (IndexChange::Delete(name), Shadow::OpenToAll) => Some(IndexChange::Delete(name.clone())),
            (IndexChange::Delete(_), Shadow::EveryVersion) => None,
        };
        changes.iter().filter_map(shadow_of).collect()
    }

    /// The sight with which the second index is asked.
    fn sight(&self, own: &Sight) -> Sight {
        match self.holds {
            Shadow::OpenToAll => Sight::of(&Asker::anonymous(), &Memberships::default()),
            Shadow::EveryVersion => own.clone(),
        }
    }

    /// Under which name the second index holds a document.
    fn held_as(&self, name: &DocumentName) -> DocumentName {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.1.get(name).unwrap_or(name).clone()
    }

    /// The asker's own hits, with scores from the second index.
    async fn weighed(&self, ask: Ask) -> Result<Found, IndexError> {
        if ask.order != Order::Relevance {
            return self.index.search(ask).await;
        }
        let mut own = self.index.search(for_all_hits(&ask)).await?;
        let seen = self.shadow.search(Ask { sight: self.sight(&ask.sight), ..for_all_hits(&ask) }).await?;
        let scores: HashMap<DocumentName, (f64, Vec<f64>)> =
            seen.hits.into_iter().map(|hit| (hit.document, (hit.score, hit.shares))).collect();
        for hit in &mut own.hits {
            if let Some((score, shares)) = scores.get(&self.held_as(&hit.document)) {
                (hit.score, hit.shares) = (*score, shares.clone());
            }
        }
        (own.idf, own.basis) = (seen.idf, seen.basis);
        Ok(page(&ask, own, |hit| hit.document.clone(), Clone::clone))
    }

    /// The hits of a page of everything, without those that are hidden.
    async fn retrieved(&self, ask: Ask) -> Result<Found, IndexError> {
        let own = self.index.search(for_all_hits(&ask)).await?;
        let mut all = self.shadow.search(Ask { sight: self.sight(&ask.sight), ..ask }).await?;
        let mut visible: HashMap<DocumentName, Hit> = own.hits.into_iter().map(|hit| (hit.document.clone(), hit)).collect();
        all.hits = all.hits.into_iter().filter_map(|hit| visible.remove(&hit.document)).collect();
        Ok(Found { idf: own.idf, ceiling: own.ceiling, basis: own.basis, ..all })
    }
}

#[async_trait]
impl Index for Shadowed {
    async fn apply(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.shadow.apply(self.cast(&changes)).await?;
        self.index.apply(changes).await
    }

    async fn commit(&self, through: Revision) -> Result<(), IndexError> {
        self.shadow.commit(through).await?;
        self.index.commit(through).await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.index.applied()
    }

    fn revoke(&self, revocations: Vec<Revocation>) {
        self.index.revoke(revocations);
    }

    async fn search(&self, ask: Ask) -> Result<Found, IndexError> {
        match self.rule {
            Rule::Weigh => self.weighed(ask).await,
            Rule::Retrieve => self.retrieved(ask).await,
            Rule::Spell | Rule::Count => self.index.search(ask).await,
        }
    }

    async fn threads(&self, ask: AskThreads) -> Result<ThreadsFound, IndexError> {
        self.index.threads(ask).await
    }

    async fn involving(&self, ask: AskInvolving) -> Result<Vec<u64>, IndexError> {
        self.index.involving(ask).await
    }

    async fn topics(&self, ask: AskTopics) -> Result<TopicsFound, IndexError> {
        self.index.topics(ask).await
    }

    async fn terms(&self, ask: AskTerms) -> Result<TermsFound, IndexError> {
        match self.rule {
            Rule::Spell => self.shadow.terms(AskTerms { sight: self.sight(&ask.sight), ..ask }).await,
            _ => self.index.terms(ask).await,
        }
    }

    async fn facets(&self, ask: AskFacets) -> Result<FacetsFound, IndexError> {
        match self.rule {
            Rule::Count => {
                let search = Ask { sight: self.sight(&ask.search.sight), ..ask.search };
                self.shadow.facets(AskFacets { search, ..ask }).await
            }
            _ => self.index.facets(ask).await,
        }
    }

    async fn begin_rebuild(&self) -> Result<(), IndexError> {
        self.shadow.begin_rebuild().await?;
        self.index.begin_rebuild().await
    }

    async fn apply_to_rebuild(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.shadow.apply_to_rebuild(self.cast(&changes)).await?;
        self.index.apply_to_rebuild(changes).await
    }

    async fn finish_rebuild(&self, through: Revision) -> Result<(), IndexError> {
        self.shadow.finish_rebuild(through).await?;
        self.index.finish_rebuild(through).await
    }

    async fn vacuum(&self) -> Result<bool, IndexError> {
        self.index.vacuum().await
    }

    async fn status(&self) -> Result<IndexStatus, IndexError> {
        self.index.status().await
    }

    async fn close(&self) {
        self.shadow.close().await;
        self.index.close().await;
    }
}
