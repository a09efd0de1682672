//! Finding what is like something: requests, checked whole, and answers.
//!
//! Proved below: everything wrong is named at once, and one thing to be like is needed.

use super::around::warning;
use super::told::document_hit;
use crate::app::{AppError, FindSimilar, Like, Limits, SimilarFound};
use crate::grpc::call::Door;
use crate::grpc::convert::{Faults, View, filter, page_size, text_like};
use crate::grpc::pb;
use crate::grpc::pb::find_similar_request::Like as Given;
use crate::grpc::seal::{Seal, Wanted};
use crate::grpc::status::Refusal;

/// What similar documents are asked for.
pub(super) fn asked(message: pb::FindSimilarRequest, door: &Door) -> Result<(FindSimilar, Wanted, View), AppError> {
    read(message, door.limits(), &door.seal)
}

fn read(message: pb::FindSimilarRequest, limits: &Limits, seal: &Seal) -> Result<(FindSimilar, Wanted, View), AppError> {
    let mut faults = Faults::default();
    let like = like(message.like, limits, &mut faults);
    let filter = filter(message.filter.as_ref(), limits, &mut faults);
    let limit = page_size(message.page_size, limits, &mut faults);
    let view = View::read(message.view, View::Basic, &mut faults);
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    faults.finish(like.map(|like| (FindSimilar { like, filter, limit }, min_revision, view)))
}

fn like(given: Option<Given>, limits: &Limits, faults: &mut Faults) -> Option<Like> {
    match given {
        Some(Given::Document(name)) => faults.name("document", &name).map(Like::Document),
        Some(Given::Text(given)) => {
            let (title, body) = text_like("text", given, limits, faults);
            Some(Like::Text { title, body })
        }
        None => {
            faults.add("like", "is required: document or text");
            None
        }
    }
}

/// Similar documents.
pub(super) fn told(found: SimilarFound, view: View, seal: &Seal) -> Result<pb::FindSimilarResponse, Refusal> {
    let words = found.words;
    Ok(pb::FindSimilarResponse {
        documents: found.documents.into_iter().map(|hit| document_hit(hit, &words, view)).collect(),
        interpreted_query: Some(pb::InterpretedQuery { words, ..Default::default() }),
        warnings: found.warnings.into_iter().map(warning).collect(),
        revision: seal.revision(found.revision)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::discovery::asked::tests::{fields, limits, seal};

    #[test]
    fn everything_wrong_is_named_at_once() {
        let wrong = |like| pb::FindSimilarRequest {
            like,
            filter: Some(pb::DocumentFilter { kinds: vec![77], ..Default::default() }),
            page_size: -1,
            view: 9,
            min_revision: "nonsense".to_owned(),
        };
        let named = |like| fields(read(wrong(like), &limits(), &seal()).map(|_| ()));
        let rest = ["filter.kinds[0]", "page_size", "view", "min_revision"];
        assert_eq!(named(None), [&["like"][..], &rest].concat());
        assert_eq!(named(Some(Given::Document("people/ada".to_owned()))), [&["document"][..], &rest].concat());
        let text = pb::SimilarText { title: "\u{0}".to_owned(), body: "x".repeat((1 << 20) + 1) };
        assert_eq!(named(Some(Given::Text(text))), [&["text.title", "text.body"][..], &rest].concat());
    }
}
