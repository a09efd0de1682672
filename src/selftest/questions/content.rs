//! Questions to `ContentService` for documents that are already known of, and for new ones.

use super::writes::document;
use super::{Inquirer, Requests};
use crate::grpc::pb;

pub(super) fn batch_get_documents(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(3, |inquirer| {
        let mut names = inquirer.random.some(&inquirer.names.documents, 1, 6);
        if inquirer.random.percent(20) {
            names.push(inquirer.random.one(&["", "documents/", "documents/nobody's", "documents/none"]).to_owned());
        }
        if inquirer.random.percent(30) {
            names.extend_from_within(..1);
        }
        pb::BatchGetDocumentsRequest { names, min_revision: inquirer.token(), view: inquirer.number(2) }
    })
}

pub(super) fn lookup_document(inquirer: &mut Inquirer<'_>) -> Requests {
    // The worlds' documents have their names as identifiers in their source.
    inquirer.for_names(&inquirer.names.documents, 10, |inquirer, id| pb::LookupDocumentRequest {
        source: Some(pb::Source { system: inquirer.random.one(&["jsonl", "jsonl", "jsonl", "forum"]).to_owned(), id }),
        min_revision: inquirer.token(),
        view: inquirer.number(2),
    })
}

pub(super) fn create_document(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 3, |inquirer, name| pb::CreateDocumentRequest {
        document: Some(document(String::new())),
        document_id: name.trim_start_matches("documents/").to_owned(),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

/// Checked only, so that the worlds stay as they are: whoever opened a thread may accept.
pub(super) fn accept_answer(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 10, |inquirer, name| pb::AcceptAnswerRequest {
        name,
        withdraw: inquirer.random.percent(30),
        etag: inquirer.etag(),
        request_id: inquirer.request_id(),
        validate_only: true,
    })
}

/// Checked only, so that the worlds stay as they are: everybody signed in may react to what they read.
pub(super) fn react(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 8, |inquirer, name| pb::ReactRequest {
        name,
        reaction: inquirer.random.one(&["like", "like", "thanks", "wow", "", "two words"]).to_owned(),
        withdraw: inquirer.random.percent(30),
        request_id: inquirer.request_id(),
        validate_only: true,
    })
}

/// Checked only, so that the worlds stay as they are: caretakers may review, and name what they read in place of a document.
pub(super) fn review_document(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 10, |inquirer, name| {
        let action = inquirer.number(3);
        let replaced = action == 2 && inquirer.random.percent(60);
        pb::ReviewDocumentRequest {
            name,
            action,
            replacement: if replaced { inquirer.random.one(&inquirer.names.documents) } else { String::new() },
            etag: inquirer.etag(),
            request_id: inquirer.request_id(),
            validate_only: true,
            ..Default::default()
        }
    })
}
