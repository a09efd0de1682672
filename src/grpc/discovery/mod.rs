//! `DiscoveryService`: who knows, what is written, where it is being talked about, and how to find somebody.
//!
//! `asked.rs` reads requests, `told.rs` puts answers together, with what `around.rs` has for all of them; `people.rs` does both for what
//! is found by name, `peers.rs` for who shares interests, `facets.rs` for counts, `similar.rs` for what is like something.
//! `operators.rs` tells the query language, `suggest.rs` what completes one.

mod around;
mod asked;
mod facets;
mod operators;
mod peers;
mod people;
mod similar;
mod suggest;
mod told;

use tonic::{Request, Response, Status};

use super::call::Door;
use super::pb::discovery_service_server::DiscoveryService;
use super::{convert::View, pb};
use crate::app::{App, Call};

/// The service over the use cases.
pub(super) struct Discovery {
    door: Door,
}

impl Discovery {
    pub(super) fn new(door: &Door) -> Self {
        Self { door: door.clone() }
    }

    fn app(&self) -> &App {
        &self.door.app
    }
}

#[tonic::async_trait]
impl DiscoveryService for Discovery {
    async fn search(&self, request: Request<pb::SearchRequest>) -> Result<Response<pb::SearchResponse>, Status> {
        let search = |mut call: Call, message: pb::SearchRequest| async move {
            let (asked, min_revision, view) = asked::search(&message, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().search(&call, asked).await?;
            told::blended(found, view, &self.door.seal)
        };
        self.door.answer(request, search).await
    }

    async fn find_experts(&self, request: Request<pb::FindExpertsRequest>) -> Result<Response<pb::FindExpertsResponse>, Status> {
        let find = |mut call: Call, message: pb::FindExpertsRequest| async move {
            let (asked, min_revision, binding) = asked::experts(message, &call.asker, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().find_experts(&call, asked).await?;
            told::experts(found, &binding, &self.door.seal)
        };
        self.door.answer(request, find).await
    }

    async fn find_documents(
        &self,
        request: Request<pb::FindDocumentsRequest>,
    ) -> Result<Response<pb::FindDocumentsResponse>, Status> {
        let find = |mut call: Call, message: pb::FindDocumentsRequest| async move {
            let (asked, min_revision, binding, view): (_, _, _, View) = asked::documents(message, &call.asker, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().find_documents(&call, asked).await?;
            told::documents(found, view, &binding, &self.door.seal)
        };
        self.door.answer(request, find).await
    }

    async fn find_discussions(
        &self,
        request: Request<pb::FindDiscussionsRequest>,
    ) -> Result<Response<pb::FindDiscussionsResponse>, Status> {
        let find = |mut call: Call, message: pb::FindDiscussionsRequest| async move {
            let (asked, min_revision, binding, view): (_, _, _, View) = asked::discussions(message, &call.asker, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().find_discussions(&call, asked).await?;
            told::discussions(found, view, &binding, &self.door.seal)
        };
        self.door.answer(request, find).await
    }

    async fn find_people(&self, request: Request<pb::FindPeopleRequest>) -> Result<Response<pb::FindPeopleResponse>, Status> {
        let find = |mut call: Call, message: pb::FindPeopleRequest| async move {
            let (asked, min_revision, binding) = people::asked(message, &call.asker, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().find_people(&call, asked).await?;
            people::told(found, &binding, &self.door.seal)
        };
        self.door.answer(request, find).await
    }
    async fn find_peers(&self, request: Request<pb::FindPeersRequest>) -> Result<Response<pb::FindPeersResponse>, Status> {
        let find = |mut call: Call, message: pb::FindPeersRequest| async move {
            let (asked, min_revision, binding) = peers::asked(message, &call.asker, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().find_peers(&call, asked).await?;
            peers::told(found, &binding, &self.door.seal)
        };
        self.door.answer(request, find).await
    }

    async fn find_similar(&self, request: Request<pb::FindSimilarRequest>) -> Result<Response<pb::FindSimilarResponse>, Status> {
        let find = |mut call: Call, message: pb::FindSimilarRequest| async move {
            let (asked, min_revision, view) = similar::asked(message, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let found = self.app().find_similar(&call, asked).await?;
            similar::told(found, view, &self.door.seal)
        };
        self.door.answer(request, find).await
    }

    async fn list_operators(
        &self,
        request: Request<pb::ListOperatorsRequest>,
    ) -> Result<Response<pb::ListOperatorsResponse>, Status> {
        let list = |_: Call, _: pb::ListOperatorsRequest| async { Ok(operators::told()) };
        self.door.answer(request, list).await
    }

    async fn suggest(&self, request: Request<pb::SuggestRequest>) -> Result<Response<pb::SuggestResponse>, Status> {
        let suggest = |mut call: Call, message: pb::SuggestRequest| async move {
            let (asked, min_revision) = suggest::asked(message, &self.door)?;
            call.min_revision = min_revision.revision()?;
            let query = asked.query.clone();
            let found = self.app().suggest(&call, asked).await?;
            suggest::told(&query, found, &self.door.seal)
        };
        self.door.answer(request, suggest).await
    }
}
