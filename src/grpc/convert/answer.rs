//! Requests to accept an answer.

use super::{Change, Faults, write};
use crate::access::Asker;
use crate::app::{Acceptance, AppError, WriteOptions};
use crate::domain::DocumentName;
use crate::grpc::pb;

/// A request to accept an answer, or to take that back.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn acceptance(request: &pb::AcceptAnswerRequest, asker: &Asker) -> Result<Change<DocumentName, Acceptance>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        request: write::request_key(asker, "AcceptAnswer", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    let patch = if request.withdraw { Acceptance::Withdraw } else { Acceptance::Accept };
    faults.finish(name.map(|name| Change { name, patch, options }))
}
