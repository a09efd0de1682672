//! Which visible documents of a segment a condition of the query admits.
//!
//! Everything is found among the visible documents from the start, and each part of a condition among those that the parts
//! before left: what is hidden takes no part, and costly parts see few documents.

use std::cell::OnceCell;

use ::tantivy::schema::Field;
use ::tantivy::{DocId, Term};

use super::admission::is_within;
use super::bits::Bits;
use super::dictionary;
use super::judge::threads_with;
use super::pace::Pace;
use super::phrase::with_phrase;
use super::schema::{self, ANSWER, REPLY};
use super::snapshot::{Segment, Snapshot};
use super::statistics::{Terms, forms};
use super::thread::{Place, ThreadSet};
use super::visible::VisibleSet;
use crate::domain::{Kind, Moment, PersonName, ResourceName, ReviewState};
use crate::index::IndexError;
use crate::query::{Condition, Phrase, State, TimeRange, Word};

/// Finds what conditions admit in one snapshot.
pub(super) struct Conditions<'a> {
    snapshot: &'a Snapshot,
    visible: &'a VisibleSet,
    terms: &'a Terms,
    now: Moment,
    threads: Threads,
}

/// Threads by what the visible documents of all segments say of them; read where a condition needs them.
#[derive(Default)]
struct Threads {
    answered: OnceCell<ThreadSet>,
    replied: OnceCell<ThreadSet>,
    topics: OnceCell<ThreadSet>,
}

impl<'a> Conditions<'a> {
    /// For the words of a query, as they stand at a moment.
    pub(super) fn new(snapshot: &'a Snapshot, visible: &'a VisibleSet, terms: &'a Terms, now: Moment) -> Self {
        Self { snapshot, visible, terms, now, threads: Threads::default() }
    }

    /// The visible documents of a segment that a condition admits; nothing where it admits all of them.
    pub(super) fn admitted(&self, condition: &Condition, at: usize, pace: &mut Pace<'_>) -> Result<Option<Bits>, IndexError> {
        if *condition == Condition::Everything {
            return Ok(None);
        }
        let (Some(segment), Some(part)) = (self.snapshot.segments.get(at), self.visible.parts.get(at)) else { return Ok(None) };
        self.within(condition, (at, segment), &Bits::of(&part.bits), pace).map(Some)
    }

    /// Those of some visible documents that a condition admits.
    fn within(
        &self,
        condition: &Condition,
        here: (usize, &Segment),
        among: &Bits,
        pace: &mut Pace<'_>,
    ) -> Result<Bits, IndexError> {
        let (at, segment) = here;
        match condition {
            Condition::Everything => Ok(among.clone()),
            Condition::Nothing => Ok(none(segment)),
            Condition::All(parts) => self.all(parts, here, among, pace),
            Condition::Any(parts) => self.any(parts, here, among, pace),
            Condition::Not(part) => {
                let mut left = among.clone();
                left.subtract(&self.within(part, here, among, pace)?);
                Ok(left)
            }
            Condition::Slot(place) => self.slot(*place, at, segment, among, pace),
            Condition::Word(word) => self.word(word, segment, among, pace),
            Condition::Title(word) => self.title(word, segment, among, pace),
            Condition::Phrase(phrase) => in_a_row(segment, self.snapshot.fields.exact, phrase, among, pace),
            Condition::TitlePhrase(phrase) => in_a_row(segment, self.snapshot.fields.title, phrase, among, pace),
            Condition::Created(range) => within_range(segment, among, *range, Segment::created, pace),
            Condition::Updated(range) => within_range(segment, among, *range, Segment::updated, pace),
            Condition::Is(state) => self.in_state(*state, segment, among, pace),
            Condition::Url(parts) => {
                let mut left = among.clone();
                for part in parts {
                    left = self.labelled(&[schema::address_label(part)], segment, &left, pace)?;
                }
                Ok(left)
            }
            Condition::Kind(_)
            | Condition::From(_)
            | Condition::Involves(_)
            | Condition::In(_)
            | Condition::Tag(_)
            | Condition::Language(_) => self.labelled(&labels(condition), segment, among, pace),
        }
    }

    fn all(&self, parts: &[Condition], here: (usize, &Segment), among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let mut cheap_first: Vec<&Condition> = parts.iter().collect();
        cheap_first.sort_by_key(|part| self.cost(part));
        let mut left = among.clone();
        for part in cheap_first {
            if left.is_empty() {
                break;
            }
            left = self.within(part, here, &left, pace)?;
        }
        Ok(left)
    }

    fn any(&self, parts: &[Condition], here: (usize, &Segment), among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let mut found = none(here.1);
        for part in parts {
            found.unite(&self.within(part, here, among, pace)?);
        }
        Ok(found)
    }

    /// What finding a part costs, as far as order matters: labels, then words, rare before common, then what reads more.
    fn cost(&self, condition: &Condition) -> (u8, u64) {
        match condition {
            Condition::Everything | Condition::Nothing => (0, 0),
            Condition::Kind(_)
            | Condition::From(_)
            | Condition::Involves(_)
            | Condition::In(_)
            | Condition::Tag(_)
            | Condition::Language(_)
            | Condition::Url(_) => (1, 0),
            Condition::Slot(place) => (2, self.terms.basis.frequencies.get(*place).copied().unwrap_or_default()),
            Condition::Word(_) | Condition::Title(_) => (2, u64::MAX),
            Condition::Phrase(_) | Condition::TitlePhrase(_) => (3, 0),
            Condition::Created(_) | Condition::Updated(_) => (4, 0),
            Condition::Is(_) => (5, 0),
            Condition::Not(part) => self.cost(part),
            Condition::All(parts) | Condition::Any(parts) => parts.iter().map(|part| self.cost(part)).max().unwrap_or_default(),
        }
    }

    /// Those with any form of a word of the query.
    fn slot(&self, place: usize, at: usize, segment: &Segment, among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let mut found = none(segment);
        let candidates = among.len();
        for form in self.terms.words.get(place).map_or(&[][..], Vec::as_slice) {
            let Some(term) = self.terms.distinct.get(form.place) else { continue };
            term.find_among(at, segment, (among, candidates), &mut found, pace)?;
        }
        Ok(found)
    }

    /// Those with any form of a word that is no part of the query's.
    fn word(&self, word: &Word, segment: &Segment, among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let fields = self.snapshot.fields;
        if word.prefix {
            return with_beginning(segment, fields.exact, &word.exact, among, pace);
        }
        segment.with_any(&forms(word, fields), pace, |doc| among.contains(doc))
    }

    /// Those with any form of a word in their headline.
    fn title(&self, word: &Word, segment: &Segment, among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let title = self.snapshot.fields.title;
        if word.prefix {
            return with_beginning(segment, title, &word.exact, among, pace);
        }
        let stems = word.stems.iter().map(|stem| schema::title_stem(&stem.to_string()));
        let terms = [word.exact.clone(), schema::title_stem(&word.exact)].into_iter().chain(stems);
        let terms: Vec<Term> = terms.map(|text| Term::from_field_text(title, &text)).collect();
        segment.with_any(&terms, pace, |doc| among.contains(doc))
    }

    /// Those with any of some labels.
    fn labelled(&self, labels: &[String], segment: &Segment, among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let terms: Vec<Term> = labels.iter().map(|label| self.snapshot.fields.label_term(label)).collect();
        segment.with_any(&terms, pace, |doc| among.contains(doc))
    }

    fn in_state(&self, state: State, segment: &Segment, among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let holds = |doc: DocId, pace: &mut Pace<'_>| -> Result<bool, IndexError> {
            Ok(match state {
                State::Accepted => segment.place(doc)? == Place::Answer,
                State::Solved => self.answered(pace)?.contains(&segment.thread(doc)?),
                State::Unsolved => {
                    let thread = segment.thread(doc)?;
                    self.topics(pace)?.contains(&thread) && !self.answered(pace)?.contains(&thread)
                }
                State::Unanswered => segment.place(doc)? == Place::Topic && !self.replied(pace)?.contains(&segment.thread(doc)?),
                State::Verified => segment.standing(doc)?.review(self.now) == Some(ReviewState::Verified),
                State::Deprecated => segment.standing(doc)?.review(self.now) == Some(ReviewState::Deprecated),
            })
        };
        keep(segment, among, pace, holds)
    }

    fn answered(&self, pace: &mut Pace<'_>) -> Result<&ThreadSet, IndexError> {
        self.threads_with(&self.threads.answered, ANSWER, pace)
    }

    fn replied(&self, pace: &mut Pace<'_>) -> Result<&ThreadSet, IndexError> {
        self.threads_with(&self.threads.replied, REPLY, pace)
    }

    fn topics(&self, pace: &mut Pace<'_>) -> Result<&ThreadSet, IndexError> {
        self.threads_with(&self.threads.topics, &schema::kind_label(Kind::Topic), pace)
    }

    /// The threads of all visible documents with a label.
    fn threads_with<'s>(
        &'s self,
        known: &'s OnceCell<ThreadSet>,
        label: &str,
        pace: &mut Pace<'_>,
    ) -> Result<&'s ThreadSet, IndexError> {
        if let Some(threads) = known.get() {
            return Ok(threads);
        }
        let parts = self.snapshot.segments.iter().zip(&self.visible.parts).map(|(segment, part)| (segment, &part.bits));
        let threads = threads_with(parts, &self.snapshot.fields.label_term(label), pace)?;
        Ok(known.get_or_init(|| threads))
    }
}

fn none(segment: &Segment) -> Bits {
    Bits::none(segment.reader.max_doc())
}

/// What an index finds documents of a condition by; any of these.
fn labels(condition: &Condition) -> Vec<String> {
    let each = |people: &[PersonName], label: fn(&str) -> String| -> Vec<String> {
        people.iter().map(|person| label(person.id())).collect()
    };
    match condition {
        Condition::Kind(kind) => vec![schema::kind_label(*kind)],
        Condition::Language(language) => vec![schema::language_label(*language)],
        Condition::Tag(hashtag) => vec![schema::hashtag_label(hashtag)],
        Condition::In(communities) => communities.iter().map(|name| schema::community_label(name.id())).collect(),
        Condition::From(people) => each(people, schema::writer_label),
        Condition::Involves(people) => [each(people, schema::person_label), each(people, schema::mentioned_label)].concat(),
        _ => Vec::new(),
    }
}

/// Those that have any term that begins so.
fn with_beginning(
    segment: &Segment,
    field: Field,
    beginning: &str,
    among: &Bits,
    pace: &mut Pace<'_>,
) -> Result<Bits, IndexError> {
    let mut found = none(segment);
    let mut terms = dictionary::range(segment, field, beginning)?;
    while terms.advance() {
        pace.step()?;
        segment.walk(field, terms.value(), pace, |doc| {
            if among.contains(doc) {
                found.insert(doc);
            }
        })?;
    }
    Ok(found)
}

fn in_a_row(segment: &Segment, field: Field, phrase: &Phrase, among: &Bits, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
    // One word stands in a row wherever it stands: its places need not be read.
    if let [word] = phrase.words.as_slice() {
        return segment.with_any(&[Term::from_field_text(field, word)], pace, |doc| among.contains(doc));
    }
    let mut found = none(segment);
    for (doc, _) in with_phrase(segment, field, phrase, &|doc| among.contains(doc), pace)? {
        found.insert(doc);
    }
    Ok(found)
}

fn within_range(
    segment: &Segment,
    among: &Bits,
    range: TimeRange,
    moment: fn(&Segment, DocId) -> Result<i64, IndexError>,
    pace: &mut Pace<'_>,
) -> Result<Bits, IndexError> {
    keep(segment, among, pace, |doc, _| Ok(is_within(range, moment(segment, doc)?)))
}

/// Those of some documents of which something holds.
fn keep(
    segment: &Segment,
    among: &Bits,
    pace: &mut Pace<'_>,
    mut holds: impl FnMut(DocId, &mut Pace<'_>) -> Result<bool, IndexError>,
) -> Result<Bits, IndexError> {
    let mut kept = none(segment);
    for doc in among.iter() {
        pace.step()?;
        if holds(doc, pace)? {
            kept.insert(doc);
        }
    }
    Ok(kept)
}
