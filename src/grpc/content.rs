//! Documents: what is written, over gRPC. Every call is converted, answered by one use case, and converted back.

use tonic::{Request, Response, Status, Streaming};

use super::call::Door;
use super::convert::{self, Faults, Listing, View};
use super::import::{self, Answers};
use super::{pb, sweep};
use crate::app::Call;
use crate::domain::DocumentName;

/// The adapter of `ContentService`.
pub(super) struct Content {
    door: Door,
}

impl Content {
    /// The adapter behind a door.
    pub(super) fn new(door: &Door) -> Self {
        Self { door: door.clone() }
    }
}

#[tonic::async_trait]
impl pb::content_service_server::ContentService for Content {
    type ImportDocumentsStream = Answers<pb::ImportDocumentsResponse>;
    type CommitSyncStream = Answers<pb::CommitSyncResponse>;

    async fn get_document(&self, request: Request<pb::GetDocumentRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::GetDocumentRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<DocumentName>("name", &request.name);
            let view = View::read(request.view, View::Full, &mut faults);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let name = faults.finish(name)?;
            let shown = app.get_document(&Call { min_revision: wanted.revision()?, ..call }, &name).await?;
            Ok(view.of(convert::document(shown, String::new())))
        };
        self.door.answer(request, handle).await
    }

    async fn batch_get_documents(
        &self,
        request: Request<pb::BatchGetDocumentsRequest>,
    ) -> Result<Response<pb::BatchGetDocumentsResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::BatchGetDocumentsRequest| async move {
            let mut faults = Faults::default();
            let names = convert::batch(&request.names, self.door.limits(), &mut faults);
            let view = View::read(request.view, View::Basic, &mut faults);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let names = faults.finish(Some(names))?;
            let batch = app.batch_get_documents(&Call { min_revision: wanted.revision()?, ..call }, names).await?;
            let documents = batch.documents.into_iter().map(|shown| view.of(convert::document(shown, String::new()))).collect();
            let not_found = batch.not_found.iter().map(ToString::to_string).collect();
            Ok(pb::BatchGetDocumentsResponse { documents, not_found })
        };
        self.door.answer(request, handle).await
    }

    async fn lookup_document(&self, request: Request<pb::LookupDocumentRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::LookupDocumentRequest| async move {
            let mut faults = Faults::default();
            let source = convert::source_sought(request.source, self.door.limits(), &mut faults);
            let view = View::read(request.view, View::Full, &mut faults);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let source = faults.finish(source)?;
            let shown = app.lookup_document(&Call { min_revision: wanted.revision()?, ..call }, &source).await?;
            Ok(view.of(convert::document(shown, String::new())))
        };
        self.door.answer(request, handle).await
    }

    async fn list_documents(
        &self,
        request: Request<pb::ListDocumentsRequest>,
    ) -> Result<Response<pb::ListDocumentsResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListDocumentsRequest| async move {
            let mut faults = Faults::default();
            let view = View::read(request.view, View::Basic, &mut faults);
            let list = Listing::<DocumentName>::read(request, call, seal, self.door.limits(), faults)?;
            let page = app.list_documents(&list.call, list.after.as_ref(), list.size).await?;
            let last = page.items.last().map(|shown| &shown.value.document.name);
            let next_page_token = list.next_page_token(last, page.more, seal)?;
            let documents = page.items.into_iter().map(|shown| view.of(convert::document(shown, String::new()))).collect();
            Ok(pb::ListDocumentsResponse { documents, next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn create_document(&self, request: Request<pb::CreateDocumentRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::CreateDocumentRequest| async move {
            let change = convert::document_creation(request, &call.asker, self.door.limits())?;
            let done = app.create_document(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn update_document(&self, request: Request<pb::UpdateDocumentRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UpdateDocumentRequest| async move {
            let change = convert::document_change(request, &call.asker, self.door.limits())?;
            let done = app.update_document(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn delete_document(
        &self,
        request: Request<pb::DeleteDocumentRequest>,
    ) -> Result<Response<pb::DeleteDocumentResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::DeleteDocumentRequest| async move {
            let removal = convert::document_removal(&request, &call.asker)?;
            let revision = app.delete_document(&call, removal.name, &removal.options).await?;
            Ok(pb::DeleteDocumentResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn update_audience(&self, request: Request<pb::UpdateAudienceRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UpdateAudienceRequest| async move {
            let change = convert::audience_change(&request, &call.asker, self.door.limits())?;
            let done = app.update_audience(&call, &change.name, &change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn moderate_document(&self, request: Request<pb::ModerateDocumentRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ModerateDocumentRequest| async move {
            let change = convert::moderation(&request, &call.asker, self.door.limits())?;
            let done = app.moderate_document(&call, &change.name, &change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn accept_answer(&self, request: Request<pb::AcceptAnswerRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::AcceptAnswerRequest| async move {
            let change = convert::acceptance(&request, &call.asker)?;
            let done = app.accept_answer(&call, &change.name, change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn react(&self, request: Request<pb::ReactRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ReactRequest| async move {
            let change = convert::reaction(&request, &call.asker)?;
            let done = app.react(&call, &change.name, &change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn review_document(&self, request: Request<pb::ReviewDocumentRequest>) -> Result<Response<pb::Document>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ReviewDocumentRequest| async move {
            let change = convert::review(&request, &call.asker, self.door.limits())?;
            let done = app.review_document(&call, &change.name, &change.patch, &change.options).await?;
            Ok(convert::document(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn check_access(&self, request: Request<pb::CheckAccessRequest>) -> Result<Response<pb::CheckAccessResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::CheckAccessRequest| async move {
            let mut faults = Faults::default();
            let reader = convert::reader(&request, self.door.limits(), &mut faults);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let (name, person, groups) = faults.finish(reader)?;
            let call = Call { min_revision: wanted.revision()?, ..call };
            Ok(convert::access_told(&app.check_access(&call, &name, person, groups).await?))
        };
        self.door.answer(request, handle).await
    }

    async fn import_documents(
        &self,
        request: Request<Streaming<pb::ImportDocumentsRequest>>,
    ) -> Result<Response<Self::ImportDocumentsStream>, Status> {
        import::import::<import::Documents>(&self.door, request)
    }

    async fn begin_sync(&self, request: Request<pb::BeginSyncRequest>) -> Result<Response<pb::Sync>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::BeginSyncRequest| async move {
            let (system, key) = convert::sync_begin(request, &call.asker)?;
            let begun = app.begin_sync(&call, &system, key).await?;
            let token = seal.sync(&begun.sync)?;
            Ok(convert::begun_sync(begun, token))
        };
        self.door.answer(request, handle).await
    }

    async fn commit_sync(&self, request: Request<pb::CommitSyncRequest>) -> Result<Response<Self::CommitSyncStream>, Status> {
        sweep::commit(&self.door, request).await
    }
}
