//! Queries with conditions of every sort, from a number.

use super::{VOCABULARY, community, person};
use crate::domain::{Hashtag, Judgement, Kind, Language, Moment, Review};
use crate::query::{Condition, Phrase, Query, State, Synonym, TimeRange, Word};
use crate::text;

/// A query for words, mostly with a condition.
pub(super) fn query(words: Vec<Word>, number: usize) -> Query {
    let slots = words.len();
    let any = Query::any_of(words);
    match number / 7 % 5 {
        0 => any,
        1 => Query { strict: condition(number, slots, 2), ..any },
        2 => Query { strict: condition(number, slots, 2), relaxed: condition(number / 11 + 1, slots, 1), ..any },
        3 => {
            let together = if number.is_multiple_of(2) && slots > 1 { (0..slots).collect() } else { Vec::new() };
            Query { strict: Condition::All((0..slots).map(Condition::Slot).collect()), together, ..any }
        }
        _ => {
            let relaxed = condition(number / 5, slots, 2);
            Query { strict: relaxed.clone(), relaxed, ..any }
        }
    }
}

/// What else stands for a word; mostly nothing.
pub(super) fn synonyms(number: usize) -> Vec<Synonym> {
    let word = |at: usize| VOCABULARY[at % VOCABULARY.len()].to_owned();
    match number % 7 {
        1 => vec![Synonym { words: vec![word(number / 7)], stems: Vec::new() }],
        2 => vec![Synonym { words: vec![word(number / 7), word(number / 3)], stems: Vec::new() }],
        _ => Vec::new(),
    }
}

fn condition(number: usize, slots: usize, depth: usize) -> Condition {
    let next = number / 3 + 1;
    let several = |next: usize| (0..2 + next % 2).map(|nth| condition(next / 2 + nth * 7 + 1, slots, depth - 1)).collect();
    match number % if depth == 0 { 17 } else { 20 } {
        0 => Condition::Everything,
        1 => Condition::Nothing,
        2..=4 if slots > 0 => Condition::Slot(next % slots),
        5 => Condition::Word(Box::new(word(next))),
        6 => Condition::Phrase(phrase(next)),
        7 => Condition::Title(Box::new(word(next))),
        8 => Condition::TitlePhrase(phrase(next)),
        9 => Condition::Kind(Kind::ALL[next % Kind::ALL.len()]),
        10 => Condition::From(vec![person(if next.is_multiple_of(2) { "ada" } else { "bo" })]),
        11 => Condition::Involves(vec![person("bo"), person("nobody")]),
        12 => Condition::In(vec![community()]),
        13 => Condition::Tag(Hashtag::parse(VOCABULARY[next % VOCABULARY.len()]).unwrap()),
        14 => Condition::Language(Language::ENGLISH),
        15 => Condition::Url(vec!["tides".to_owned(), (next % 4).to_string()]),
        16 => range(next),
        17 => Condition::Is(STATES[next % STATES.len()]),
        18 => Condition::Not(Box::new(condition(next, slots, depth - 1))),
        19 => Condition::All(several(next)),
        _ => Condition::Any((0..2).map(|nth| condition(next + nth, slots, 0)).collect()),
    }
}

const STATES: [State; 6] =
    [State::Solved, State::Unsolved, State::Unanswered, State::Accepted, State::Verified, State::Deprecated];

/// What caretakers say of a document; mostly nothing.
pub(super) fn review(number: usize) -> Option<Box<Review>> {
    let until = [None, Moment::from_unix_seconds(10), Moment::from_unix_seconds(20), Moment::from_unix_seconds(30)][number % 4];
    let judgement = if number.is_multiple_of(3) { Judgement::Verified } else { Judgement::Deprecated };
    let review = Review { judgement, by: None, at: Moment::default(), until, note: String::new(), replacement: None };
    number.is_multiple_of(2).then(|| Box::new(review))
}

fn word(number: usize) -> Word {
    let exact = VOCABULARY[number % VOCABULARY.len()].to_owned();
    let stems = ["en", "de"].map(|code| text::stem(&exact, Language::parse(code).unwrap()).unwrap());
    if number.is_multiple_of(4) {
        return Word { exact: exact.chars().take(2).collect(), prefix: true, ..Word::default() };
    }
    Word { exact, stems: stems.into(), ..Word::default() }
}

fn phrase(number: usize) -> Phrase {
    let words = (0..=number % 3).map(|nth| VOCABULARY[(number / 2 + nth * 3) % VOCABULARY.len()].to_owned());
    Phrase { words: words.collect(), slop: [0, 0, 1, 5][number % 4] }
}

fn range(number: usize) -> Condition {
    let moment = |seconds: usize| Moment::from_unix_seconds(i64::try_from(seconds).unwrap());
    let range =
        TimeRange { from: moment(number % 5), until: (!number.is_multiple_of(3)).then(|| moment(3 + number % 7)).flatten() };
    if number.is_multiple_of(2) { Condition::Created(range) } else { Condition::Updated(range) }
}
