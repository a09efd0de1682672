//! A text that others are to be like.

use super::{Faults, bounds};
use crate::app::Limits;
use crate::grpc::pb;

/// Headline and body of a text that stands in a field of this name.
pub(crate) fn text_like(field: &str, given: pb::SimilarText, limits: &Limits, faults: &mut Faults) -> (String, String) {
    let title = faults.short_text(format_args!("{field}.title"), given.title, bounds::title(limits));
    (title, faults.long_text(format_args!("{field}.body"), given.body, bounds::text(limits)))
}
