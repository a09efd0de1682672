//! How much of a document an answer holds.

use super::Faults;
use crate::grpc::pb;

/// How much of a document an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// Everything but the body.
    Basic,
    /// Everything.
    Full,
}

impl View {
    /// Reads a view; `unsaid` is what the call shows where the request does not say.
    pub(crate) fn read(number: i32, unsaid: Self, faults: &mut Faults) -> Self {
        match pb::DocumentView::try_from(number) {
            Ok(pb::DocumentView::Unspecified) => unsaid,
            Ok(pb::DocumentView::Basic) => Self::Basic,
            Ok(pb::DocumentView::Full) => Self::Full,
            Err(_) => {
                faults.add("view", format!("{number} is not a known view"));
                unsaid
            }
        }
    }

    /// A document as far as the view goes.
    pub(crate) fn of(self, document: pb::Document) -> pb::Document {
        match self {
            Self::Full => document,
            Self::Basic => pb::Document { body: String::new(), ..document },
        }
    }
}
