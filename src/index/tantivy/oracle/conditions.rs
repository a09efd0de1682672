//! What conditions admit, and what words stand for, found the slow way: each document is asked, and every other one where it must be.

use std::collections::{BTreeMap, BTreeSet};

use super::super::expansion::MOST_MEANT;
use super::Row;
use crate::domain::{Document, Kind, Moment, ReviewState, Role};
use crate::index::Stretch;
use crate::query::{Condition, Phrase, State, Word};
use crate::text::{self, Speller, Stem, letters};

/// One form of a word.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) field: usize,
    stands: Stands,
}

#[derive(Debug)]
enum Stands {
    As(String),
    /// Any of these words, and any of these phrases, counted together.
    For(Vec<String>, Vec<Phrase>),
}

impl Form {
    pub(super) fn occurrences(&self, row: &Row) -> usize {
        let of = |text: &String| row.fields[self.field].occurrences.get(text).copied().unwrap_or(0);
        match &self.stands {
            Stands::As(text) => of(text),
            Stands::For(words, phrases) => {
                let phrases = phrases.iter().map(|phrase| row.texts.iter().map(|text| begins(text, phrase)).sum::<usize>());
                (words.iter().map(of).sum::<usize>() + phrases.sum::<usize>()).min(usize::from(u8::MAX))
            }
        }
    }
}

/// What is told of a word: why something stands for it, what, and whether there is more.
pub(super) type Told = (Stretch, Vec<String>, bool);

/// The forms of a word among the visible documents, and what stands for it.
pub(super) fn forms(word: &Word, rows: &[&Row], expansions: usize, misspelt: bool) -> (Vec<Form>, Vec<Told>) {
    let own = if word.prefix { Vec::new() } else { as_written(&word.exact, &word.stems) };
    let any = |forms: &[Form]| forms.iter().any(|form| rows.iter().any(|row| form.occurrences(row) > 0));
    let (mut forms, mut told, mut synonyms) = (own, Vec::new(), Vec::new());
    for synonym in word.also.iter().filter(|synonym| synonym.words.len() == 1 && !word.prefix) {
        let of_synonym = as_written(&synonym.words[0], &synonym.stems);
        synonyms.extend(any(&of_synonym).then(|| synonym.words[0].clone()));
        forms.extend(of_synonym);
    }
    let known = any(&forms);
    if !synonyms.is_empty() {
        told.push((Stretch::Synonym, std::mem::take(&mut synonyms), false));
    }
    let mut begun = Vec::new();
    if word.prefix {
        let mut terms = frequencies(rows, |term| term.starts_with(&word.exact));
        let more = terms.len() > expansions;
        terms.truncate(expansions);
        begun.clone_from(&terms);
        told.extend((!terms.is_empty()).then_some((Stretch::Beginning, terms, more)));
    }
    let several = word.also.iter().filter(|synonym| synonym.words.len() > 1);
    let mut phrases: Vec<Phrase> = several.map(|synonym| Phrase { words: synonym.words.clone(), slop: 0 }).collect();
    phrases.retain(|phrase| rows.iter().any(|row| row.texts.iter().any(|text| begins(text, phrase) > 0)));
    if !known && phrases.is_empty() && !word.prefix && !word.literal && misspelt {
        let distance = |term: &str| Speller::of(&word.exact).and_then(|mut speller| speller.distance(term, letters(term)));
        let plain = |term: &str| term.chars().all(char::is_alphabetic) && term != word.exact;
        let near = frequencies(rows, |term| plain(term) && distance(term).is_some());
        let nearest = near.iter().filter_map(|term| distance(term)).min();
        begun = near.into_iter().filter(|term| distance(term) == nearest).take(MOST_MEANT).collect();
        told.extend((!begun.is_empty()).then(|| (Stretch::Misspelt, begun.clone(), false)));
    }
    synonyms.extend(phrases.iter().map(|phrase| phrase.words.join(" ")));
    match told.iter_mut().find(|(by, ..)| *by == Stretch::Synonym) {
        Some((_, terms, _)) => terms.extend(synonyms),
        None if synonyms.is_empty() => {}
        None => told.push((Stretch::Synonym, synonyms, false)),
    }
    forms.push(Form { field: 0, stands: Stands::For(begun, phrases) });
    (forms, told)
}

fn as_written(exact: &str, stems: &[Stem]) -> Vec<Form> {
    let in_field = |field: usize, text: String| Form { field, stands: Stands::As(text) };
    let exact = [in_field(0, exact.to_owned()), in_field(1, exact.to_owned())];
    exact.into_iter().chain(stems.iter().map(|stem| in_field(1, stem.to_string()))).collect()
}

/// The terms as they are written that are wanted, the most frequent first.
fn frequencies(rows: &[&Row], wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut frequencies: BTreeMap<&String, usize> = BTreeMap::new();
    let terms = rows.iter().flat_map(|row| row.fields[0].occurrences.keys());
    terms.filter(|term| wanted(term)).for_each(|term| *frequencies.entry(term).or_default() += 1);
    let mut terms: Vec<(&String, usize)> = frequencies.into_iter().collect();
    terms.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    terms.into_iter().map(|(term, _)| term.clone()).collect()
}

/// How often a phrase begins in a text.
fn begins(text: &[String], phrase: &Phrase) -> usize {
    let reaches = |start: usize| {
        let mut at = start;
        for word in &phrase.words[1..] {
            at = at + 1 + text.get(at + 1..)?.iter().position(|other| other == word)?;
        }
        Some(at - start - (phrase.words.len() - 1))
    };
    let starts = (0..text.len()).filter(|start| text[*start] == phrase.words[0]);
    starts.filter(|start| reaches(*start).is_some_and(|further| further <= phrase.slop as usize)).count()
}

/// Judges documents among the visible ones.
pub(super) struct Conditions<'a> {
    pub(super) rows: &'a [&'a Row],
    pub(super) words: &'a [(Vec<Form>, usize)],
    pub(super) now: Moment,
}

impl Conditions<'_> {
    pub(super) fn admit(&self, row: &Row, condition: &Condition) -> bool {
        let document = &row.document;
        match condition {
            Condition::Everything => true,
            Condition::Nothing => false,
            Condition::Slot(place) => self.words[*place].0.iter().any(|form| form.occurrences(row) > 0),
            Condition::Word(word) => forms(word, self.rows, usize::MAX, false).0.iter().any(|form| form.occurrences(row) > 0),
            Condition::Phrase(phrase) => row.texts.iter().any(|text| begins(text, phrase) > 0),
            Condition::TitlePhrase(phrase) => begins(&row.texts[0], phrase) > 0,
            Condition::Title(word) if word.prefix => row.texts[0].iter().any(|other| other.starts_with(&word.exact)),
            Condition::Title(word) => {
                row.texts[0].contains(&word.exact)
                    || row
                        .title_stems
                        .iter()
                        .any(|own| *own == word.exact || word.stems.iter().any(|stem| stem.to_string() == *own))
            }
            Condition::Kind(kind) => document.kind == *kind,
            Condition::From(people) => document.people.iter().any(|of| {
                people.contains(&of.person) && matches!(of.role, Role::Author | Role::Contributor | Role::Answerer | Role::Asker)
            }),
            Condition::Involves(people) => document.people.iter().any(|of| people.contains(&of.person)),
            Condition::In(communities) => document.community.as_ref().is_some_and(|of| communities.contains(of)),
            Condition::Tag(hashtag) => document.hashtags.contains(hashtag),
            Condition::Language(language) => document.language == *language,
            Condition::Url(parts) => {
                let own: BTreeSet<String> = text::address_parts(&document.url).into_iter().collect();
                parts.iter().all(|part| own.contains(part))
            }
            Condition::Created(range) => range.contains(document.created),
            Condition::Updated(range) => range.contains(document.updated),
            Condition::Is(state) => self.stands(document, *state),
            Condition::All(parts) => parts.iter().all(|part| self.admit(row, part)),
            Condition::Any(parts) => parts.iter().any(|part| self.admit(row, part)),
            Condition::Not(part) => !self.admit(row, part),
        }
    }

    fn stands(&self, document: &Document, state: State) -> bool {
        let thread = || self.rows.iter().map(|row| &row.document).filter(|other| other.thread_root() == document.thread_root());
        let opens = |other: &Document| other.kind == Kind::Topic && other.thread.is_none();
        let answered = || thread().any(|other| other.accepted && other.thread.is_some());
        let review = document.review.as_ref().map(|review| review.state(self.now));
        match state {
            State::Solved => answered(),
            State::Unsolved => thread().any(opens) && !answered(),
            State::Unanswered => opens(document) && !thread().any(|other| other.thread.is_some()),
            State::Accepted => document.accepted && document.thread.is_some(),
            State::Verified => review == Some(ReviewState::Verified),
            State::Deprecated => review == Some(ReviewState::Deprecated),
        }
    }
}
