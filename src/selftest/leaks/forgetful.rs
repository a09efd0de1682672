//! An index to which rights taken away are news until its next commit.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::domain::Revision;
use crate::index::{
    Ask, AskFacets, AskInvolving, AskTerms, AskThreads, AskTopics, FacetsFound, Found, Index, IndexChange, IndexError,
    IndexStatus, Revocation, TermsFound, ThreadsFound, TopicsFound,
};

/// Does not hear of revocations.
pub(super) struct LateRevocation {
    index: Arc<dyn Index>,
}

impl LateRevocation {
    pub(super) fn over(index: Arc<dyn Index>) -> Self {
        Self { index }
    }
}

#[async_trait]
impl Index for LateRevocation {
    async fn apply(&self, changes: Vec<IndexChange>) -> Result<(), IndexError> {
        self.index.apply(changes).await
    }

    async fn commit(&self, through: Revision) -> Result<(), IndexError> {
        self.index.commit(through).await
    }

    fn applied(&self) -> watch::Receiver<Revision> {
        self.index.applied()
    }

    fn revoke(&self, _: Vec<Revocation>) {}

    async fn search(&self, ask: Ask) -> Result<Found, IndexError> {
        self.index.search(ask).await
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
