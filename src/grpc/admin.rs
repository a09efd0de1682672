//! `AdminService`: how the service stands, what it holds its callers to, and what administrators say about search.

use std::time::Duration;

use tonic::{Request, Response, Status};

use super::call::Door;
use super::convert::{self, Faults, Listing, timestamp};
use super::pb::admin_service_server::AdminService;
use super::{GrpcOptions, pb};
use crate::app::{self, Call, FruitlessAfter, FruitlessQuery, JobStatus, Limits, ReadModelState};
use crate::domain::{CurationName, SynonymSetName};

/// The service over the use cases.
pub(super) struct Admin {
    door: Door,
}

impl Admin {
    pub(super) fn new(door: &Door) -> Self {
        Self { door: door.clone() }
    }
}

#[tonic::async_trait]
impl AdminService for Admin {
    async fn get_status(&self, request: Request<pb::GetStatusRequest>) -> Result<Response<pb::GetStatusResponse>, Status> {
        let get = |mut call: Call, message: pb::GetStatusRequest| async move {
            let mut faults = Faults::default();
            let wanted = self.door.seal.min_revision(&message.min_revision, &mut faults);
            call.min_revision = faults.finish(Some(wanted))?.revision()?;
            Ok(standing(&self.door.app.status(&call).await?))
        };
        self.door.answer(request, get).await
    }

    async fn rebuild_index(
        &self,
        request: Request<pb::RebuildIndexRequest>,
    ) -> Result<Response<pb::RebuildIndexResponse>, Status> {
        let start = |call: Call, _: pb::RebuildIndexRequest| async move {
            let (status, joined) = self.door.app.rebuild_index(&call)?;
            Ok(pb::RebuildIndexResponse { job: Some(job(&status)), joined })
        };
        self.door.answer(request, start).await
    }

    async fn vacuum(&self, request: Request<pb::VacuumRequest>) -> Result<Response<pb::VacuumResponse>, Status> {
        let start = |call: Call, _: pb::VacuumRequest| async move {
            let (status, joined) = self.door.app.vacuum(&call)?;
            Ok(pb::VacuumResponse { job: Some(job(&status)), joined })
        };
        self.door.answer(request, start).await
    }

    async fn get_limits(&self, request: Request<pb::GetLimitsRequest>) -> Result<Response<pb::GetLimitsResponse>, Status> {
        let get = |_: Call, _: pb::GetLimitsRequest| async { Ok(in_force(self.door.limits(), &self.door.options)) };
        self.door.answer(request, get).await
    }

    async fn get_synonym_set(&self, request: Request<pb::GetSynonymSetRequest>) -> Result<Response<pb::SynonymSet>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::GetSynonymSetRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<SynonymSetName>("name", &request.name);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let name = faults.finish(name)?;
            let shown = app.get_synonym_set(&Call { min_revision: wanted.revision()?, ..call }, &name).await?;
            Ok(convert::synonym_set(shown, String::new()))
        };
        self.door.answer(request, handle).await
    }

    async fn list_synonym_sets(
        &self,
        request: Request<pb::ListSynonymSetsRequest>,
    ) -> Result<Response<pb::ListSynonymSetsResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListSynonymSetsRequest| async move {
            let list = Listing::<SynonymSetName>::read(request, call, seal, self.door.limits(), Faults::default())?;
            let page = app.list_synonym_sets(&list.call, list.after.as_ref(), list.size).await?;
            let next_page_token = list.next_page_token(page.items.last().map(|shown| &shown.value.name), page.more, seal)?;
            let synonym_sets = page.items.into_iter().map(|shown| convert::synonym_set(shown, String::new())).collect();
            Ok(pb::ListSynonymSetsResponse { synonym_sets, next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn update_synonym_set(
        &self,
        request: Request<pb::UpdateSynonymSetRequest>,
    ) -> Result<Response<pb::SynonymSet>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UpdateSynonymSetRequest| async move {
            let change = convert::synonym_set_change(request, &call.asker, self.door.limits())?;
            let done = app.update_synonym_set(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::synonym_set(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn delete_synonym_set(
        &self,
        request: Request<pb::DeleteSynonymSetRequest>,
    ) -> Result<Response<pb::DeleteSynonymSetResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::DeleteSynonymSetRequest| async move {
            let removal = convert::synonym_set_removal(&request, &call.asker)?;
            let revision = app.delete_synonym_set(&call, removal.name, &removal.options).await?;
            Ok(pb::DeleteSynonymSetResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn get_curation(&self, request: Request<pb::GetCurationRequest>) -> Result<Response<pb::Curation>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::GetCurationRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<CurationName>("name", &request.name);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let name = faults.finish(name)?;
            let shown = app.get_curation(&Call { min_revision: wanted.revision()?, ..call }, &name).await?;
            Ok(convert::curation(shown, String::new()))
        };
        self.door.answer(request, handle).await
    }

    async fn list_curations(
        &self,
        request: Request<pb::ListCurationsRequest>,
    ) -> Result<Response<pb::ListCurationsResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListCurationsRequest| async move {
            let list = Listing::<CurationName>::read(request, call, seal, self.door.limits(), Faults::default())?;
            let page = app.list_curations(&list.call, list.after.as_ref(), list.size).await?;
            let next_page_token = list.next_page_token(page.items.last().map(|shown| &shown.value.name), page.more, seal)?;
            let curations = page.items.into_iter().map(|shown| convert::curation(shown, String::new())).collect();
            Ok(pb::ListCurationsResponse { curations, next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn update_curation(&self, request: Request<pb::UpdateCurationRequest>) -> Result<Response<pb::Curation>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UpdateCurationRequest| async move {
            let change = convert::curation_change(request, &call.asker, self.door.limits())?;
            let done = app.update_curation(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::curation(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn delete_curation(
        &self,
        request: Request<pb::DeleteCurationRequest>,
    ) -> Result<Response<pb::DeleteCurationResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::DeleteCurationRequest| async move {
            let removal = convert::curation_removal(&request, &call.asker)?;
            let revision = app.delete_curation(&call, removal.name, &removal.options).await?;
            Ok(pb::DeleteCurationResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn list_fruitless_queries(
        &self,
        request: Request<pb::ListFruitlessQueriesRequest>,
    ) -> Result<Response<pb::ListFruitlessQueriesResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListFruitlessQueriesRequest| async move {
            let list = Listing::<FruitlessAfter>::read(request, call, seal, self.door.limits(), Faults::default())?;
            let page = app.list_fruitless_queries(&list.call, list.after.clone(), list.size).await?;
            let last = page.queries.last().map(FruitlessQuery::place);
            let next_page_token = list.next_page_token(last.as_ref(), page.more, seal)?;
            let queries = page.queries.into_iter().map(convert::fruitless_query).collect();
            Ok(pb::ListFruitlessQueriesResponse { queries, next_page_token })
        };
        self.door.answer(request, handle).await
    }
}

fn standing(status: &app::Status) -> pb::GetStatusResponse {
    let app::Status { ledger, profiles, profiles_follow, index, index_follows, rebuild_index, vacuum } = status;
    pb::GetStatusResponse {
        ledger: Some(pb::LedgerStatus {
            head_revision: figure(ledger.head.0),
            journal_first_revision: figure(ledger.journal_first.0),
            documents: figure(ledger.documents),
            people: figure(ledger.people),
            communities: figure(ledger.communities),
            synonym_sets: figure(ledger.synonym_sets),
            curations: figure(ledger.curations),
            disk_bytes: figure(ledger.disk_bytes),
        }),
        profiles: Some(pb::ProfilesStatus {
            applied_revision: figure(profiles.applied.0),
            people: figure(profiles.people),
            disk_bytes: figure(profiles.disk_bytes),
            lag_revisions: figure(profiles_follow.lag_revisions),
            lag: prost_types::Duration::try_from(profiles_follow.lag).ok(),
            state: state(profiles_follow.state).into(),
            degraded: profiles_follow.degraded.clone(),
        }),
        index: Some(pb::IndexStatus {
            applied_revision: figure(index.applied.0),
            documents: figure(index.documents),
            deleted_documents: figure(index.deleted),
            segments: figure(index.segments),
            disk_bytes: figure(index.disk_bytes),
            pending_revocations: figure(index.revocations),
            lag_revisions: figure(index_follows.lag_revisions),
            lag: prost_types::Duration::try_from(index_follows.lag).ok(),
            state: state(index_follows.state).into(),
            degraded: index_follows.degraded.clone(),
        }),
        rebuild_index: Some(job(rebuild_index)),
        vacuum: Some(job(vacuum)),
    }
}

fn state(state: ReadModelState) -> pb::ReadModelState {
    match state {
        ReadModelState::Serving => pb::ReadModelState::Serving,
        ReadModelState::CatchingUp => pb::ReadModelState::CatchingUp,
        ReadModelState::Rebuilding => pb::ReadModelState::Rebuilding,
    }
}

fn job(status: &JobStatus) -> pb::JobStatus {
    let JobStatus { running, last } = status;
    pb::JobStatus {
        state: if running.is_some() { pb::job_status::State::Running } else { pb::job_status::State::Idle }.into(),
        done: running.map_or(0, |run| figure(run.done)),
        total: running.map_or(0, |run| figure(run.total)),
        start_time: running.map(|run| timestamp(run.began)),
        last: last.as_ref().map(|end| pb::JobOutcome {
            start_time: Some(timestamp(end.began)),
            end_time: Some(timestamp(end.ended)),
            done: figure(end.done),
            error: end.fault.clone().unwrap_or_default(),
        }),
    }
}

fn in_force(limits: &Limits, options: &GrpcOptions) -> pb::GetLimitsResponse {
    pb::GetLimitsResponse {
        query_bytes: size(limits.query_bytes),
        query_terms: number(limits.query_terms),
        query_clauses: number(limits.query_clauses),
        query_depth: number(limits.query_depth),
        page_size_default: number(limits.page_size_default),
        page_size_max: number(limits.page_size_max),
        window: number(limits.window),
        document_text_bytes: size(limits.document_text_bytes),
        title_bytes: size(limits.title_bytes),
        audience_principals: number(limits.audience_principals),
        asker_groups: number(limits.asker_groups),
        hashtags_per_document: number(limits.hashtags_per_document),
        people_per_document: number(limits.people_per_document),
        batch: number(limits.batch),
        filter_values: number(limits.filter_values),
        community_members: number(limits.community_members),
        reactors_per_document: number(limits.reactors_per_document),
        description_words: number(limits.description_words),
        snippet_chars: number(limits.snippet_chars),
        evidence_per_person: number(limits.evidence_per_person),
        endorsements_per_person: number(limits.endorsements_per_person),
        topics_per_person: number(limits.topics_per_person),
        alias_links_per_person: number(limits.alias_links_per_person),
        max_request_bytes: size(options.max_request_bytes),
        max_response_bytes: size(options.max_response_bytes),
        max_import_message_bytes: size(options.max_import_message_bytes),
        unary_timeout: time(options.unary_timeout),
        max_deadline: time(options.max_deadline),
        max_concurrent_streams: rate(options.transport.max_concurrent_streams),
        concurrency_per_connection: number(options.transport.concurrency_per_connection),
        concurrency: number(options.transport.concurrency),
        connection_age: time(options.transport.connection_age),
        connection_age_grace: time(options.transport.connection_age_grace),
        matches_per_discussion: number(limits.matches_per_discussion),
        participants_per_discussion: number(limits.participants_per_discussion),
        prefix_expansions: number(limits.prefix_expansions),
        misspelt_words: number(limits.misspelt_words),
        relax_below: number(limits.relax_below),
        sweep_batch: number(limits.sweep_batch),
        searches_per_second: rate(options.rates.searches_per_second),
        reads_per_second: rate(options.rates.reads_per_second),
        writes_per_second: rate(options.rates.writes_per_second),
        synonym_sets: number(limits.synonym_sets),
        curations: number(limits.curations),
        facet_values: number(limits.facet_values),
    }
}

fn time(time: Duration) -> Option<prost_types::Duration> {
    prost_types::Duration::try_from(time).ok()
}

fn figure(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn rate(rate: u32) -> i32 {
    i32::try_from(rate).unwrap_or(i32::MAX)
}

fn number(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
