//! An index whose equal documents stand in the order of their places, as addresses in segments would have it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::{for_all_hits, page};
use crate::domain::{DocumentName, Revision};
use crate::index::{
    Ask, AskFacets, AskInvolving, AskTerms, AskThreads, AskTopics, FacetsFound, Found, Index, IndexChange, IndexError,
    IndexStatus, Revocation, TermsFound, ThreadsFound, TopicsFound,
};

/// Breaks ties by place.
pub(super) struct TiesByPlace {
    index: Arc<dyn Index>,
    places: Mutex<Places>,
}

/// Where documents lie: a new one takes the first place that is free, so what came and went moves what comes after.
#[derive(Debug, Default)]
struct Places {
    of: HashMap<DocumentName, usize>,
    free: BTreeSet<usize>,
}

impl Places {
    fn take(&mut self, change: &IndexChange) {
        match change {
            IndexChange::Put(document) => {
                let end = self.of.len() + self.free.len();
                let free = &mut self.free;
                self.of.entry(document.name.clone()).or_insert_with(|| free.pop_first().unwrap_or(end));
            }
            IndexChange::Delete(name) => {
                self.free.extend(self.of.remove(name));
            }
        }
    }
}

impl TiesByPlace {
    pub(super) fn over(index: Arc<dyn Index>) -> Self {
        Self { index, places: Mutex::default() }
    }

    fn take(&self, changes: &[IndexChange]) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            places.take(change);
        }
    }
}

#[async_trait]
impl Index for TiesByPlace {
    async fn apply(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.take(&changes);
        self.index.apply(changes).await
    }

    async fn commit(&self, through: Revision) -> Result<(), IndexError> {
        self.index.commit(through).await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.index.applied()
    }

    fn revoke(&self, revocations: Vec<Revocation>) {
        self.index.revoke(revocations);
    }

    async fn search(&self, ask: Ask) -> Result<Found, IndexError> {
        let all = self.index.search(for_all_hits(&ask)).await?;
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = |name: &DocumentName| places.of.get(name).copied().unwrap_or(usize::MAX);
        Ok(page(&ask, all, |hit| place(&hit.document), place))
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
        self.index.terms(ask).await
    }

    async fn facets(&self, ask: AskFacets) -> Result<FacetsFound, IndexError> {
        self.index.facets(ask).await
    }

    async fn begin_rebuild(&self) -> Result<(), IndexError> {
        self.index.begin_rebuild().await
    }

    async fn apply_to_rebuild(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.take(&changes);
        self.index.apply_to_rebuild(changes).await
    }

    async fn finish_rebuild(&self, through: Revision) -> Result<(), IndexError> {
        self.index.finish_rebuild(through).await
    }

    async fn vacuum(&self) -> Result<bool, IndexError> {
        self.index.vacuum().await
    }

    async fn status(&self) -> Result<IndexStatus, IndexError> {
        self.index.status().await
    }

    async fn close(&self) {
        self.index.close().await;
    }
}
