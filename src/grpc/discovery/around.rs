//! What stands around the results of every answer: the next page's token and how it is read back, the total and the warnings.

use super::told::count;
use crate::app::{HitCount, Warning};
use crate::grpc::convert::Faults;
use crate::grpc::pb;
use crate::grpc::seal::{Binding, Position, Seal};
use crate::grpc::status::Refusal;

/// The token of the next page; empty where there is none.
pub(super) fn page_token(next: Option<&Position>, binding: &Binding, seal: &Seal) -> Result<String, Refusal> {
    next.map_or_else(|| Ok(String::new()), |position| seal.page(binding, position))
}

/// A total.
pub(super) fn total(total: HitCount) -> pb::Total {
    let (number, relation) = match total {
        HitCount::Exact(number) => (number, pb::total::Relation::Exact),
        HitCount::AtLeast(number) => (number, pb::total::Relation::AtLeast),
    };
    pb::Total { count: i32::try_from(number).unwrap_or(i32::MAX), relation: relation.into() }
}

/// A warning with its sentence.
pub(super) fn warning(warning: Warning) -> pb::Warning {
    let query = || "query".to_owned();
    let mut range = None;
    let (code, field, message) = match warning {
        Warning::NoSearchableWords => {
            (pb::warning::Code::NoSearchableWords, String::new(), "the query holds nothing that can be searched".to_owned())
        }
        Warning::UnknownFilterValue { field } => {
            let message = format!("{field} is missing, or you may not see it");
            (pb::warning::Code::UnknownFilterValue, field, message)
        }
        Warning::IndexMoved => (
            pb::warning::Code::IndexMoved,
            String::new(),
            "documents changed since the first page, on whose statistics this one rests".to_owned(),
        ),
        Warning::Curated => (pb::warning::Code::Curated, String::new(), "this answer was arranged by administrators".to_owned()),
        Warning::QuerySyntax(note) => {
            range = Some(pb::TextRange { start: count(note.range.start), end: count(note.range.end) });
            (pb::warning::Code::QuerySyntax, query(), note.to_string())
        }
        Warning::UnknownQueryName { name } => {
            (pb::warning::Code::UnknownQueryName, query(), format!("{name:?} is missing, or you may not see it"))
        }
        Warning::AmbiguousName { name, count } => {
            (pb::warning::Code::AmbiguousName, query(), format!("{count} are called {name:?}; any of them will do"))
        }
        Warning::Relaxed => (
            pb::warning::Code::Relaxed,
            query(),
            "too little has every word, so documents with some of them were found as well".to_owned(),
        ),
        Warning::Misspelt { word } => {
            (pb::warning::Code::Misspelt, query(), format!("nothing has {word:?}, so near words were found in its place"))
        }
        Warning::TooManyBegin { word } => {
            (pb::warning::Code::TooManyExpansions, query(), format!("more words begin with {word:?} than are looked for"))
        }
        Warning::Contradiction => {
            (pb::warning::Code::Contradiction, query(), "nothing can have all that is asked for".to_owned())
        }
    };
    pb::Warning { code: code.into(), field, message, range }
}

/// A sealed position is one of this service's own making; should it be none all the same, that is told and not passed over.
pub(super) fn sound<T>(read: Option<T>, faults: &mut Faults) -> Option<T> {
    if read.is_none() {
        faults.add("page_token", "holds no position in this order");
    }
    read
}
