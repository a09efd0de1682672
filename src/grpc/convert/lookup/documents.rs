//! Requests for documents that are already known of: by name, many at once, and by their source.
//!
//! Proved below: 1. names of a batch come once each, in their order, and every malformed one is named; 2. a batch has at least one
//! name and at most so many as its limit says; 3. a source needs both its parts.

use std::collections::HashSet;

use crate::app::Limits;
use crate::domain::{DocumentName, Source};
use crate::grpc::convert::{Faults, bounds, document};
use crate::grpc::pb;

/// The documents of a batch, each once, in the order of the request.
pub(crate) fn batch(names: &[String], limits: &Limits, faults: &mut Faults) -> Vec<DocumentName> {
    if names.is_empty() {
        faults.add("names", "is required: a batch has at least one name");
    }
    let mut seen = HashSet::new();
    let mut names: Vec<DocumentName> = faults.names("names", names, bounds::batch(limits));
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// The source whose document is looked for.
pub(crate) fn source_sought(given: Option<pb::Source>, limits: &Limits, faults: &mut Faults) -> Option<Source> {
    if given.is_none() {
        faults.add("source", "is required");
    }
    given.map(|given| document::source("source", given, limits, faults))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::AppError;
    use crate::grpc::convert::tests::limits;

    fn fields(faults: Faults) -> Vec<String> {
        let Err(AppError::Invalid(faults)) = faults.finish(Some(())) else { panic!("nothing is wrong") };
        faults.into_iter().map(|fault| fault.field).collect()
    }

    fn names(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| format!("documents/{id}")).collect()
    }

    #[test]
    fn names_come_once_each_in_their_order() {
        let mut faults = Faults::default();
        let read = batch(&names(&["b", "a", "b", "B", "a"]), &limits(), &mut faults);
        assert!(faults.is_empty());
        assert_eq!(read.iter().map(ToString::to_string).collect::<Vec<_>>(), names(&["b", "a", "B"]));
    }

    #[test]
    fn every_malformed_name_is_named() {
        let mut faults = Faults::default();
        batch(&["documents/a", "people/a", "", "documents/a b"].map(str::to_owned), &limits(), &mut faults);
        assert_eq!(fields(faults), ["names[1]", "names[2]", "names[3]"]);
    }

    #[test]
    fn a_batch_has_one_name_or_more_and_a_limit() {
        for (count, taken) in [(0, false), (1, true), (10, true), (11, false)] {
            let mut faults = Faults::default();
            batch(&vec!["documents/a".to_owned(); count], &limits(), &mut faults);
            assert_eq!(faults.is_empty(), taken, "{count}");
            if !taken {
                assert_eq!(fields(faults), ["names"]);
            }
        }
    }

    #[test]
    fn a_source_needs_both_its_parts() {
        let read = |source: Option<pb::Source>| {
            let mut faults = Faults::default();
            let source = source_sought(source, &limits(), &mut faults);
            (source.is_some() && faults.is_empty()).then_some(()).ok_or_else(|| fields(faults))
        };
        assert_eq!(read(Some(pb::Source { system: "forum".to_owned(), id: "1/2 é".to_owned() })), Ok(()));
        assert_eq!(read(None), Err(vec!["source".to_owned()]));
        let both = vec!["source.system".to_owned(), "source.id".to_owned()];
        assert_eq!(read(Some(pb::Source::default())), Err(both.clone()));
        assert_eq!(read(Some(pb::Source { system: "x".repeat(201), id: "a\u{0}".to_owned() })), Err(both));
    }
}
