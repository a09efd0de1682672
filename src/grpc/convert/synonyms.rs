//! Synonym sets: requests to changes, and sets as they are shown.
//!
//! Proved below: 1. terms are counted, held to their words and told apart; 2. everything wrong is named at once.

use super::{Change, Faults, Mask, bounds, moment, write};
use crate::access::Asker;
use crate::app::{AppError, Limits, Shown, SynonymSetPatch, WriteOptions, words};
use crate::domain::{SynonymSet, SynonymSetName};
use crate::grpc::pb;

/// The fields that a change may name.
const FIELDS: [&str; 3] = ["terms", "one_way", "note"];
/// The fields that name the set, or that only the service writes.
const PASSED_OVER: [&str; 5] = ["name", "create_time", "update_time", "etag", "revision"];
/// Fewest terms of a set.
const FEWEST_TERMS: usize = 2;
/// Most words of a term.
const MOST_WORDS: usize = 8;

/// A request to make or change a synonym set.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn synonym_set_change(
    request: pb::UpdateSynonymSetRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<SynonymSetName, SynonymSetPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "UpdateSynonymSet", &request.request_id, &request, &mut faults);
    let mask = Mask::read(request.update_mask, &FIELDS, &PASSED_OVER, &mut faults);
    let Some(message) = request.synonym_set else {
        faults.add("synonym_set", "is required");
        return faults.finish(None);
    };
    let options = WriteOptions {
        etag: write::etag("synonym_set.etag", &message.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: key,
        validate_only: request.validate_only,
    };
    let name = faults.name("synonym_set.name", &message.name);
    let terms_unsaid = message.terms.is_empty();
    let when_missing = match &mask {
        Mask::Named(_) if request.allow_missing => Some(Box::new(patch(message.clone(), &Mask::Set, limits, &mut faults))),
        _ => None,
    };
    let patch = SynonymSetPatch { when_missing, ..patch(message, &mask, limits, &mut faults) };
    // Told beside other faults, so that a new set is put right in one go; alone, only the ledger knows whether it is new.
    if request.allow_missing && terms_unsaid && !faults.is_empty() {
        faults.add_once("synonym_set.terms", "are required for a new set");
    }
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to delete a synonym set.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn synonym_set_removal(
    request: &pb::DeleteSynonymSetRequest,
    asker: &Asker,
) -> Result<Change<SynonymSetName, ()>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: write::request_key(asker, "DeleteSynonymSet", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
    };
    faults.finish(name.map(|name| Change { name, patch: (), options }))
}

/// The taken fields as a change. A field that is not taken is not looked at.
fn patch(message: pb::SynonymSet, mask: &Mask, limits: &Limits, faults: &mut Faults) -> SynonymSetPatch {
    let mut patch = SynonymSetPatch::default();
    if mask.takes("terms", message.terms.is_empty()) {
        patch.terms = Some(terms(message.terms, limits, faults));
    }
    if mask.takes("one_way", !message.one_way) {
        patch.one_way = Some(message.one_way);
    }
    if mask.takes("note", message.note.is_empty()) {
        patch.note = Some(faults.short_text("synonym_set.note", message.note, bounds::title(limits)));
    }
    patch
}

fn terms(given: Vec<String>, limits: &Limits, faults: &mut Faults) -> Vec<String> {
    const FIELD: &str = "synonym_set.terms";
    if given.len() < FEWEST_TERMS {
        faults.add(FIELD, format!("has {} entries; at least {FEWEST_TERMS} are required", given.len()));
    }
    let terms = faults.short_texts(FIELD, given, bounds::TERMS, bounds::title(limits));
    let of_terms: Vec<Vec<String>> = terms.iter().map(|term| words(term)).collect();
    for (at, words) in of_terms.iter().enumerate() {
        if words.len() > MOST_WORDS {
            faults.add(format_args!("{FIELD}[{at}]"), format!("has {} words; at most {MOST_WORDS} are allowed", words.len()));
        }
    }
    tell_apart(FIELD, &of_terms, faults);
    terms
}

/// Refuses texts without a word, and those that have the same words as an earlier one.
pub(super) fn tell_apart(field: &str, of_texts: &[Vec<String>], faults: &mut Faults) {
    for (at, words) in of_texts.iter().enumerate() {
        if words.is_empty() {
            faults.add(format_args!("{field}[{at}]"), "must hold a word");
        } else if let Some(earlier) = of_texts[..at].iter().position(|earlier| earlier == words) {
            faults.add(format_args!("{field}[{at}]"), format!("has the same words as {field}[{earlier}]"));
        }
    }
}

/// A synonym set as it is shown; `revision` is the sealed token of the write that it answers, empty for a read.
pub(crate) fn synonym_set(shown: Shown<SynonymSet>, revision: String) -> pb::SynonymSet {
    let Shown { value, etag } = shown;
    pb::SynonymSet {
        name: value.name.to_string(),
        terms: value.terms,
        one_way: value.one_way,
        note: value.note,
        create_time: Some(moment::timestamp(value.created)),
        update_time: Some(moment::timestamp(value.updated)),
        etag: etag.as_str().to_owned(),
        revision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::convert::tests::limits;

    fn told(set: pb::SynonymSet) -> Vec<String> {
        let request = pb::UpdateSynonymSetRequest { synonym_set: Some(set), allow_missing: true, ..Default::default() };
        match synonym_set_change(request, &Asker::service(), &limits()) {
            Err(AppError::Invalid(faults)) => {
                faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.description)).collect()
            }
            Ok(_) => Vec::new(),
            other => panic!("{other:?}"),
        }
    }

    fn set(terms: &[&str]) -> pb::SynonymSet {
        let terms = terms.iter().map(ToString::to_string).collect();
        pb::SynonymSet { name: "synonymSets/a".to_owned(), terms, ..Default::default() }
    }

    #[test]
    fn terms_are_counted_held_to_their_words_and_told_apart() {
        for good in [&["pto", "paid time off"][..], &["a b c d e f g h", "x"], &["c++", "c"], &["new york", "york new"]] {
            assert_eq!(told(set(good)), [""; 0], "{good:?}");
        }
        let many: Vec<String> = (0..33).map(|nth| format!("t{nth}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(told(set(&many[..32])), [""; 0]);
        let long = "x".repeat(61);
        let cases: [(&[&str], &str); 7] = [
            (&["alone"], "synonym_set.terms has 1 entries; at least 2 are required"),
            (&many, "synonym_set.terms has 33 entries; at most 32 are allowed"),
            (&["x", "a b c d e f g h i"], "synonym_set.terms[1] has 9 words; at most 8 are allowed"),
            (&["x", "y", "X!"], "synonym_set.terms[2] has the same words as synonym_set.terms[0]"),
            (&["x", "--"], "synonym_set.terms[1] must hold a word"),
            (&["x", "a\u{0}b"], "synonym_set.terms[1] must hold no control characters"),
            (&["x", &long], "synonym_set.terms[1] has 61 bytes; limits.title_bytes allows 60"),
        ];
        for (terms, said) in cases {
            assert_eq!(told(set(terms)), [said], "{terms:?}");
        }
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let bad = pb::SynonymSet {
            name: "synonymSets/a b".to_owned(),
            note: "\u{0}".to_owned(),
            etag: "x".repeat(65),
            ..set(&["x", ""])
        };
        let told = told(bad);
        let fields: Vec<&str> = told.iter().filter_map(|fault| fault.split(' ').next()).collect();
        let named = ["synonym_set.etag", "synonym_set.name", "synonym_set.terms[1]", "synonym_set.terms[1]", "synonym_set.note"];
        assert_eq!(fields, named);
        let unsaid = pb::SynonymSet { note: "\u{0}".to_owned(), ..set(&[]) };
        assert!(self::told(unsaid).contains(&"synonym_set.terms are required for a new set".to_owned()));
    }
}
