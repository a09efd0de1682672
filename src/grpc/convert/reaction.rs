//! Requests to react to a document.
//!
//! Proved below: a kind of reaction is one word of 1 to 100 bytes.

use super::{Change, Faults, bounds, write};
use crate::access::Asker;
use crate::app::{AppError, Reaction, WriteOptions};
use crate::domain::DocumentName;
use crate::grpc::pb;

/// A request to react, or to take that back.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn reaction(request: &pb::ReactRequest, asker: &Asker) -> Result<Change<DocumentName, Reaction>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let kind = kind(&request.reaction, &mut faults);
    let options = WriteOptions {
        request: write::request_key(asker, "React", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    let patch = if request.withdraw { Reaction::Withdraw(kind) } else { Reaction::Give(kind) };
    faults.finish(name.map(|name| Change { name, patch, options }))
}

fn kind(given: &str, faults: &mut Faults) -> String {
    if given.is_empty() {
        faults.add("reaction", "is required: one word, such as \"like\"");
    }
    let kind = faults.short_text("reaction", given.to_owned(), bounds::REACTION);
    if kind.contains(char::is_whitespace) {
        faults.add("reaction", "must be one word, without white space");
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_one_word() {
        let read = |kind: &str| {
            let request = pb::ReactRequest { name: "documents/a".to_owned(), reaction: kind.to_owned(), ..Default::default() };
            reaction(&request, &Asker::service())
        };
        for kind in ["like", "+1", "👍🏽", "thank-you", "ё", &"x".repeat(100)] {
            assert_eq!(read(kind).unwrap().patch, Reaction::Give(kind.to_owned()));
        }
        for kind in ["", " ", "thank you", "like\n", "\tlike", "a\u{0}b", "\u{7f}", "a\u{a0}b", &"x".repeat(101)] {
            let Err(AppError::Invalid(faults)) = read(kind) else { panic!("{kind:?} is taken") };
            assert!(faults.iter().all(|fault| fault.field == "reaction"), "{faults:?}");
        }
    }
}
