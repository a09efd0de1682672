//! Requests to review a document, and reviews as they are shown.
//!
//! Proved below: 1. an action is required, and what goes with another one is refused; 2. everything wrong is named at once.

use super::{Change, Faults, bounds, moment, write};
use crate::access::Asker;
use crate::app::{AppError, Limits, Remark, ReviewAction, WriteOptions};
use crate::domain::{DocumentName, Judgement, Review, ReviewState};
use crate::grpc::pb;

/// A request to review a document, or to take that back.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn review(
    request: &pb::ReviewDocumentRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<DocumentName, ReviewAction>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name::<DocumentName>("name", &request.name);
    let remark = remark(request, limits, &mut faults);
    if remark.replacement.is_some() && remark.replacement == name {
        faults.add("replacement", "must not be the document itself");
    }
    if !request.replacement.is_empty() && request.action() != pb::ReviewAction::Deprecate {
        faults.add("replacement", "goes with REVIEW_ACTION_DEPRECATE only");
    }
    for (field, given) in [("note", !request.note.is_empty()), ("expire_time", request.expire_time.is_some())] {
        if given && request.action() == pb::ReviewAction::Clear {
            faults.add(field, "does not go with REVIEW_ACTION_CLEAR");
        }
    }
    let action = action(request.action, remark, &mut faults);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        request: write::request_key(asker, "ReviewDocument", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.zip(action).map(|(name, patch)| Change { name, patch, options }))
}

fn action(number: i32, remark: Remark, faults: &mut Faults) -> Option<ReviewAction> {
    match pb::ReviewAction::try_from(number) {
        Ok(pb::ReviewAction::Verify) => Some(ReviewAction::Judge(Judgement::Verified, remark)),
        Ok(pb::ReviewAction::Deprecate) => Some(ReviewAction::Judge(Judgement::Deprecated, remark)),
        Ok(pb::ReviewAction::Clear) => Some(ReviewAction::Clear),
        Ok(pb::ReviewAction::Unspecified) => {
            faults.add("action", "is required");
            None
        }
        Err(_) => {
            faults.add("action", format!("{number} is not a known action"));
            None
        }
    }
}

fn remark(request: &pb::ReviewDocumentRequest, limits: &Limits, faults: &mut Faults) -> Remark {
    let replacement = Some(&request.replacement).filter(|name| !name.is_empty());
    Remark {
        note: faults.short_text("note", request.note.clone(), bounds::title(limits)),
        until: request.expire_time.as_ref().and_then(|given| moment::moment("expire_time", given, faults)),
        replacement: replacement.and_then(|name| faults.name("replacement", name)),
    }
}

/// A review as it is shown.
pub(super) fn shown(review: Review, state: ReviewState) -> pb::Review {
    pb::Review {
        state: match state {
            ReviewState::Verified => pb::ReviewState::Verified,
            ReviewState::Deprecated => pb::ReviewState::Deprecated,
            ReviewState::Expired => pb::ReviewState::Expired,
        }
        .into(),
        action: match review.judgement {
            Judgement::Verified => pb::ReviewAction::Verify,
            Judgement::Deprecated => pb::ReviewAction::Deprecate,
        }
        .into(),
        reviewer: review.by.map(|name| name.to_string()).unwrap_or_default(),
        review_time: Some(moment::timestamp(review.at)),
        expire_time: review.until.map(moment::timestamp),
        note: review.note,
        replacement: review.replacement.map(|name| name.to_string()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use pb::ReviewAction::{Clear, Deprecate, Unspecified, Verify};

    use super::*;
    use crate::grpc::convert::tests::limits;

    fn read(action: i32, request: pb::ReviewDocumentRequest) -> Result<ReviewAction, Vec<String>> {
        let request = pb::ReviewDocumentRequest { name: "documents/a".to_owned(), action, ..request };
        match review(&request, &Asker::service(), &limits()) {
            Ok(change) => Ok(change.patch),
            Err(AppError::Invalid(faults)) => Err(faults.into_iter().map(|fault| fault.field).collect()),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn full() -> pb::ReviewDocumentRequest {
        pb::ReviewDocumentRequest {
            note: "why".to_owned(),
            replacement: "documents/b".to_owned(),
            expire_time: Some(prost_types::Timestamp { seconds: 5, nanos: 0 }),
            ..Default::default()
        }
    }

    #[test]
    fn what_goes_with_another_action_is_refused() {
        let blank = pb::ReviewDocumentRequest::default;
        assert_eq!(read(Verify.into(), blank()), Ok(ReviewAction::Judge(Judgement::Verified, Remark::default())));
        assert_eq!(read(Clear.into(), blank()), Ok(ReviewAction::Clear));
        let Ok(ReviewAction::Judge(Judgement::Deprecated, remark)) = read(Deprecate.into(), full()) else { panic!("refused") };
        assert!(remark.note == "why" && remark.until.is_some() && remark.replacement.is_some());
        assert_eq!(read(Verify.into(), full()), Err(vec!["replacement".to_owned()]));
        assert_eq!(read(Clear.into(), full()).unwrap_err(), ["replacement", "note", "expire_time"]);
        assert_eq!(read(Unspecified.into(), blank()).unwrap_err(), ["action"]);
        assert_eq!(read(77, blank()).unwrap_err(), ["action"]);
        let itself = pb::ReviewDocumentRequest { replacement: "documents/a".to_owned(), ..blank() };
        assert_eq!(read(Deprecate.into(), itself).unwrap_err(), ["replacement"]);
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let bad = pb::ReviewDocumentRequest {
            note: "a\u{0}".to_owned(),
            replacement: "people/b".to_owned(),
            expire_time: Some(prost_types::Timestamp { seconds: 5, nanos: -1 }),
            request_id: "1".to_owned(),
            ..Default::default()
        };
        assert_eq!(read(Deprecate.into(), bad).unwrap_err(), ["note", "expire_time", "replacement", "request_id"]);
    }
}
