//! Suggestions: requests, checked whole, and answers.
//!
//! Proved below: 1. everything wrong is named at once; 2. a caret counts characters, and stands at the end where it is not said; 3. the number of
//! suggestions defaults and is clamped; 4. ranges count characters.

use std::ops::Range;

use super::told::count;
use crate::app::{AppError, Limits, Suggest, SuggestionFound, SuggestionSort, SuggestionsFound};
use crate::grpc::call::Door;
use crate::grpc::convert::{Faults, card};
use crate::grpc::pb;
use crate::grpc::seal::{Seal, Wanted};
use crate::grpc::status::Refusal;

/// Suggestions of each type, where the request does not say.
const PER_TYPE: usize = 5;
/// The most of each type.
const MOST_PER_TYPE: usize = 20;

/// What is to be completed.
pub(super) fn asked(message: pb::SuggestRequest, door: &Door) -> Result<(Suggest, Wanted), AppError> {
    read(message, door.limits(), &door.seal)
}

fn read(message: pb::SuggestRequest, limits: &Limits, seal: &Seal) -> Result<(Suggest, Wanted), AppError> {
    let mut faults = Faults::default();
    let (most, bytes) = (limits.query_bytes, message.query.len());
    if bytes > most {
        faults.add("query", format!("the query has {bytes} bytes, at most {most} are allowed"));
    }
    let caret = caret(&message.query, message.cursor, &mut faults);
    let sorts = sorts(&message.types, &mut faults);
    let limit = match usize::try_from(message.per_type) {
        Ok(0) => PER_TYPE,
        Ok(wanted) => wanted.min(MOST_PER_TYPE),
        Err(_) => {
            faults.add("per_type", "must not be negative");
            PER_TYPE
        }
    };
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    faults.finish(Some((Suggest { query: message.query, caret, sorts, limit }, min_revision)))
}

/// Where the caret stands, in bytes.
fn caret(query: &str, cursor: Option<i32>, faults: &mut Faults) -> usize {
    let Some(cursor) = cursor else { return query.len() };
    let mut places = query.char_indices().map(|(at, _)| at).chain([query.len()]);
    if let Some(place) = usize::try_from(cursor).ok().and_then(|cursor| places.nth(cursor)) {
        place
    } else {
        faults.add("cursor", format!("must lie between 0 and {}, the number of characters of the query", query.chars().count()));
        query.len()
    }
}

fn sorts(numbers: &[i32], faults: &mut Faults) -> Vec<SuggestionSort> {
    let mut sorts = Vec::new();
    // There are only so many, so a longer list repeats some and is cut off by its first repetition.
    for (at, number) in numbers.iter().enumerate() {
        let field = format!("types[{at}]");
        match sort(*number) {
            Some(sort) if sorts.contains(&sort) => {
                faults.add(field, "is listed already");
                break;
            }
            Some(sort) => sorts.push(sort),
            None => faults.add(field, format!("{number} is not a known type")),
        }
    }
    sorts
}

fn sort(number: i32) -> Option<SuggestionSort> {
    match pb::SuggestionType::try_from(number).ok()? {
        pb::SuggestionType::Unspecified => None,
        pb::SuggestionType::Person => Some(SuggestionSort::Person),
        pb::SuggestionType::Hashtag => Some(SuggestionSort::Hashtag),
        pb::SuggestionType::Community => Some(SuggestionSort::Community),
        pb::SuggestionType::Title => Some(SuggestionSort::Title),
        pb::SuggestionType::Term => Some(SuggestionSort::Term),
        pb::SuggestionType::Operator => Some(SuggestionSort::Operator),
    }
}

/// The answer to a box with this text.
pub(super) fn told(query: &str, found: SuggestionsFound, seal: &Seal) -> Result<pb::SuggestResponse, Refusal> {
    Ok(pb::SuggestResponse {
        suggestions: found.suggestions.into_iter().map(|found| suggestion(query, found)).collect(),
        revision: seal.revision(found.revision)?,
    })
}

fn suggestion(query: &str, found: SuggestionFound) -> pb::Suggestion {
    let what = match found.sort {
        SuggestionSort::Person => pb::SuggestionType::Person,
        SuggestionSort::Hashtag => pb::SuggestionType::Hashtag,
        SuggestionSort::Community => pb::SuggestionType::Community,
        SuggestionSort::Title => pb::SuggestionType::Title,
        SuggestionSort::Term => pb::SuggestionType::Term,
        SuggestionSort::Operator => pb::SuggestionType::Operator,
    };
    pb::Suggestion {
        r#type: what.into(),
        highlights: found.highlights.iter().map(|range| characters(&found.text, range)).collect(),
        text: found.text,
        completion: found.completion,
        replaced: Some(characters(query, &found.replaced)),
        name: found.name,
        person: found.person.map(card),
        count: i64::try_from(found.documents).unwrap_or(i64::MAX),
        corrected: found.corrected,
    }
}

/// Bytes of a text as characters of it.
fn characters(text: &str, range: &Range<usize>) -> pb::TextRange {
    let before = |at: usize| count(text.get(..at).unwrap_or(text).chars().count());
    pb::TextRange { start: before(range.start), end: before(range.end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::discovery::asked::tests::{fields, limits, seal};

    fn ask(query: &str, cursor: Option<i32>) -> Result<(Suggest, Wanted), AppError> {
        read(pb::SuggestRequest { query: query.to_owned(), cursor, ..Default::default() }, &limits(), &seal())
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let request = pb::SuggestRequest {
            query: "x".repeat(limits().query_bytes + 1),
            cursor: Some(-1),
            types: vec![1, 0, 77, 1, 99],
            per_type: -1,
            min_revision: "nonsense".to_owned(),
        };
        let named = fields(read(request, &limits(), &seal()).map(|_| ()));
        assert_eq!(named, ["query", "cursor", "types[1]", "types[2]", "types[3]", "per_type", "min_revision"]);
    }

    #[test]
    fn a_caret_counts_characters() {
        for (cursor, bytes) in [(None, 7), (Some(0), 0), (Some(1), 2), (Some(2), 6), (Some(3), 7)] {
            assert_eq!(ask("\u{e4}\u{1f600}a", cursor).unwrap().0.caret, bytes, "{cursor:?}");
        }
        for cursor in [4, i32::MAX, -1] {
            assert_eq!(fields(ask("\u{e4}\u{1f600}a", Some(cursor)).map(|_| ())), ["cursor"]);
        }
        assert_eq!(ask("", None).unwrap().0.caret, 0);
    }

    #[test]
    fn sizes_default_and_clamp() {
        for (per_type, limit) in [(0, 5), (1, 1), (20, 20), (i32::MAX, 20)] {
            let request = pb::SuggestRequest { per_type, ..Default::default() };
            assert_eq!(read(request, &limits(), &seal()).unwrap().0.limit, limit);
        }
    }

    #[test]
    fn ranges_count_characters() {
        let text = "\u{e4}\u{1f600}abc";
        assert_eq!(characters(text, &(6..8)), pb::TextRange { start: 2, end: 4 });
        assert_eq!(characters(text, &(9..9)), pb::TextRange { start: 5, end: 5 });
    }
}
