//! Curations: requests to changes, and curations as they are shown; queries that found nothing.
//!
//! Proved below: 1. queries are held to their limits and told apart, documents counted and listed once; 2. an audience that is cleared is
//! the organisation's, and a lapse that is cleared is none; 3. a place among fruitless queries reads back as it was written.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::page::Place;
use super::synonyms::tell_apart;
use super::{Change, Faults, Mask, audience, bounds, moment, write};
use crate::access::Asker;
use crate::app::{AppError, CurationPatch, FruitlessAfter, FruitlessQuery, Limits, Shown, WriteOptions, distinct_words};
use crate::domain::{Audience, Curation, CurationName, DocumentName};
use crate::grpc::convert::faults::Bound;
use crate::grpc::pb;

/// The fields that a change may name.
const FIELDS: [&str; 6] = ["queries", "pins", "buries", "audience", "expire_time", "note"];
/// The fields that name the curation, or that only the service writes.
const PASSED_OVER: [&str; 5] = ["name", "create_time", "update_time", "etag", "revision"];

/// A request to make or change a curation.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn curation_change(
    request: pb::UpdateCurationRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<CurationName, CurationPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "UpdateCuration", &request.request_id, &request, &mut faults);
    let mask = Mask::read(request.update_mask, &FIELDS, &PASSED_OVER, &mut faults);
    let Some(message) = request.curation else {
        faults.add("curation", "is required");
        return faults.finish(None);
    };
    let options = WriteOptions {
        etag: write::etag("curation.etag", &message.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: key,
        validate_only: request.validate_only,
    };
    let name = faults.name("curation.name", &message.name);
    let queries_unsaid = message.queries.is_empty();
    let when_missing = match &mask {
        Mask::Named(_) if request.allow_missing => Some(Box::new(patch(message.clone(), &Mask::Set, limits, &mut faults))),
        _ => None,
    };
    let patch = CurationPatch { when_missing, ..patch(message, &mask, limits, &mut faults) };
    // Told beside other faults, so that a new curation is put right in one go; alone, only the ledger knows whether it is new.
    if request.allow_missing && queries_unsaid && !faults.is_empty() {
        faults.add_once("curation.queries", "are required for a new curation");
    }
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to delete a curation.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn curation_removal(request: &pb::DeleteCurationRequest, asker: &Asker) -> Result<Change<CurationName, ()>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: write::request_key(asker, "DeleteCuration", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
    };
    faults.finish(name.map(|name| Change { name, patch: (), options }))
}

/// The taken fields as a change. A field that is not taken is not looked at.
fn patch(message: pb::Curation, mask: &Mask, limits: &Limits, faults: &mut Faults) -> CurationPatch {
    let mut patch = CurationPatch::default();
    if mask.takes("queries", message.queries.is_empty()) {
        patch.queries = Some(queries(message.queries, limits, faults));
    }
    if mask.takes("pins", message.pins.is_empty()) {
        patch.pins = Some(documents("curation.pins", &message.pins, bounds::PINS, faults));
    }
    if mask.takes("buries", message.buries.is_empty()) {
        patch.buries = Some(documents("curation.buries", &message.buries, bounds::BURIES, faults));
    }
    if mask.takes("audience", message.audience.is_none()) {
        patch.audience = match message.audience {
            Some(given) => audience::read("curation.audience", &given, limits, faults),
            None => Some(Audience::organization()),
        };
    }
    if mask.takes("expire_time", message.expire_time.is_none()) {
        let given = message.expire_time.as_ref();
        patch.until = Some(given.and_then(|given| moment::moment("curation.expire_time", given, faults)));
    }
    if mask.takes("note", message.note.is_empty()) {
        patch.note = Some(faults.short_text("curation.note", message.note, bounds::title(limits)));
    }
    patch
}

fn queries(given: Vec<String>, limits: &Limits, faults: &mut Faults) -> Vec<String> {
    const FIELD: &str = "curation.queries";
    if given.is_empty() {
        faults.add(FIELD, "must hold a query");
    }
    let queries = faults.short_texts(FIELD, given, bounds::TERMS, bounds::query(limits));
    let mut of_queries = Vec::with_capacity(queries.len());
    for (at, query) in queries.iter().enumerate() {
        if query.len() <= limits.query_bytes
            && let Err(error) = limits.query().check_plain(query)
        {
            faults.add(format_args!("{FIELD}[{at}]"), error.to_string());
        }
        of_queries.push(distinct_words(query));
    }
    tell_apart(FIELD, &of_queries, faults);
    queries
}

fn documents(field: &str, names: &[String], bound: Bound, faults: &mut Faults) -> Vec<DocumentName> {
    let documents = faults.names(field, names, bound);
    let mut seen = HashSet::new();
    // Too long a list has said so, and is not looked through.
    for (at, name) in names.iter().enumerate().take(if documents.is_empty() { 0 } else { names.len() }) {
        if !seen.insert(name) {
            faults.add(format_args!("{field}[{at}]"), "is listed already");
        }
    }
    documents
}

/// A curation as it is shown; `revision` is the sealed token of the write that it answers, empty for a read.
pub(crate) fn curation(shown: Shown<Curation>, revision: String) -> pb::Curation {
    let Shown { value, etag } = shown;
    pb::Curation {
        name: value.name.to_string(),
        queries: value.queries,
        pins: value.pins.iter().map(ToString::to_string).collect(),
        buries: value.buries.iter().map(ToString::to_string).collect(),
        audience: Some(audience::write(&value.audience)),
        expire_time: value.until.map(moment::timestamp),
        note: value.note,
        create_time: Some(moment::timestamp(value.created)),
        update_time: Some(moment::timestamp(value.updated)),
        etag: etag.as_str().to_owned(),
        revision,
    }
}

/// A query that found nothing, as it is shown.
pub(crate) fn fruitless_query(query: FruitlessQuery) -> pb::FruitlessQuery {
    pb::FruitlessQuery {
        text: query.text,
        asking_count: i64::try_from(query.askings).unwrap_or(i64::MAX),
        asker_count: i32::try_from(query.askers).unwrap_or(i32::MAX),
        last_ask_time: Some(moment::timestamp(query.last)),
    }
}

impl Place for FruitlessAfter {
    fn read(text: &str) -> Result<Self, String> {
        let read = text.split_once(' ').and_then(|(askings, text)| Some((askings.parse().ok()?, text)));
        let (askings, text) = read.ok_or("is no page token of a list")?;
        Ok(Self { askings: Reverse(askings), text: text.to_owned() })
    }

    fn text(&self) -> String {
        format!("{} {}", self.askings.0, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::convert::tests::limits;

    fn read(curation: pb::Curation, paths: &[&str]) -> Result<CurationPatch, Vec<String>> {
        let paths = paths.iter().map(ToString::to_string).collect();
        let request = pb::UpdateCurationRequest {
            curation: Some(pb::Curation { name: "curations/a".to_owned(), ..curation }),
            update_mask: Some(prost_types::FieldMask { paths }),
            ..Default::default()
        };
        match curation_change(request, &Asker::service(), &limits()) {
            Ok(change) => Ok(change.patch),
            Err(AppError::Invalid(faults)) => {
                Err(faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.description)).collect())
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn queries_are_held_to_their_limits_and_documents_are_listed_once() {
        let names = |count: usize| (0..count).map(|nth| format!("documents/d{nth}")).collect::<Vec<_>>();
        let good =
            pb::Curation { queries: texts(&["tide table", "tides"]), pins: names(20), buries: names(100), ..Default::default() };
        let patch = read(good, &[]).unwrap();
        assert_eq!((patch.pins.unwrap().len(), patch.buries.unwrap().len()), (20, 100));
        let queries = |queries: &[&str]| pb::Curation { queries: texts(queries), ..Default::default() };
        let many: Vec<String> = (0..33).map(|nth| format!("q{nth}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let long = "x".repeat(101);
        let cases = [
            (queries(&many), "curation.queries has 33 entries; at most 32 are allowed"),
            (queries(&["x", "??"]), "curation.queries[1] must hold a word"),
            (queries(&["tide table", "Tide, table tide"]), "curation.queries[1] has the same words as curation.queries[0]"),
            (queries(&[&long]), "curation.queries[0] has 101 bytes; limits.query_bytes allows 100"),
            (queries(&["a b c d e f g h i j"]), "curation.queries[0] the query has 10 words, at most 9 are allowed"),
            (pb::Curation { pins: names(21), ..Default::default() }, "curation.pins has 21 entries; at most 20 are allowed"),
            (
                pb::Curation { buries: names(101), ..Default::default() },
                "curation.buries has 101 entries; at most 100 are allowed",
            ),
            (
                pb::Curation { pins: texts(&["documents/a", "documents/b", "documents/a"]), ..Default::default() },
                "curation.pins[2] is listed already",
            ),
        ];
        for (curation, said) in cases {
            assert_eq!(read(curation, &[]), Err(vec![said.to_owned()]), "{said}");
        }
        let bad = pb::Curation {
            queries: texts(&[""]),
            pins: texts(&["people/ada"]),
            buries: texts(&[""]),
            audience: Some(pb::Audience::default()),
            expire_time: Some(prost_types::Timestamp { seconds: 0, nanos: -1 }),
            note: "\u{0}".to_owned(),
            ..Default::default()
        };
        let told = read(bad, &[]).unwrap_err();
        for field in ["queries[0]", "pins[0]", "buries[0]", "audience.grant", "expire_time", "note"] {
            assert!(told.iter().any(|fault| fault.starts_with(&format!("curation.{field} "))), "{field} in {told:?}");
        }
    }

    #[test]
    fn what_is_cleared_takes_its_default() {
        let cleared = read(pb::Curation::default(), &["audience", "expire_time"]).unwrap();
        assert_eq!((cleared.audience, cleared.until), (Some(Audience::organization()), Some(None)));
        let untouched = read(pb::Curation::default(), &["note"]).unwrap();
        assert_eq!((untouched.audience, untouched.until), (None, None));
    }

    #[test]
    fn a_place_reads_back_as_it_was_written() {
        for text in ["tide", "two words", "", "7"] {
            let place = FruitlessAfter { askings: Reverse(u64::MAX), text: text.to_owned() };
            assert_eq!(FruitlessAfter::read(&place.text()), Ok(place));
        }
        assert!(FruitlessAfter::read("tide").is_err() && FruitlessAfter::read("x y").is_err());
    }
}
