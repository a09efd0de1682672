//! The terms of a field that documents of a set have, and the most frequent of them.
//!
//! Terms that only other documents have take part in nothing but the time: how often a term stands in a whole segment bounds how
//! often it stands in the set, so that terms are counted by that bound, the most frequent first, and most never are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ::tantivy::postings::TermInfo;
use ::tantivy::query::{DfaWrapper, FuzzyTermQuery};
use ::tantivy::schema::Field;
use ::tantivy::termdict::TermStreamer;
use ::tantivy::{DocId, Term};

use super::engine_failed;
use super::pace::Pace;
use super::snapshot::{Segment, Snapshot};
use crate::index::{IndexError, TermFound};
use crate::text::{Speller, letters};

/// Says of each document of a snapshot, by its segment's place, whether it counts.
pub(super) trait Among {
    fn has(&self, segment: usize, doc: DocId) -> bool;

    /// How many of the documents kept there count.
    fn count(
        &self,
        (at, segment): (usize, &Segment),
        field: Field,
        info: &TermInfo,
        pace: &mut Pace<'_>,
    ) -> Result<u64, IndexError> {
        let mut documents = 0;
        segment.walk(field, info, pace, |doc| documents += u64::from(self.has(at, doc)))?;
        Ok(documents)
    }
}

/// Terms with how many documents of a set have them.
pub(super) struct Frequent {
    /// The most frequent first, then by themselves.
    pub(super) terms: Vec<TermFound>,
    /// Whether there are more.
    pub(super) more: bool,
}

/// The most frequent terms that begin with some text.
pub(super) fn beginning_with(
    snapshot: &Snapshot,
    (field, beginning): (Field, &str),
    most: usize,
    among: &impl Among,
    pace: &mut Pace<'_>,
) -> Result<Frequent, IndexError> {
    let mut streams: Vec<Box<dyn Terms + '_>> = Vec::with_capacity(snapshot.segments.len());
    for segment in &snapshot.segments {
        streams.push(Box::new(range(segment, field, beginning)?));
    }
    let mut candidates = Candidates::default();
    merged(streams, pace, |term, infos, _| {
        candidates.add(term, infos);
        Ok(())
    })?;
    candidates.most_frequent(most, &Counter { snapshot, field, among }, pace)
}

/// The terms that a misspelt word may have been meant to be: the nearest first, then the most frequent, then by themselves.
pub(super) fn near(
    snapshot: &Snapshot,
    (field, word): (Field, &str),
    most: usize,
    among: &impl Among,
    pace: &mut Pace<'_>,
) -> Result<Vec<TermFound>, IndexError> {
    let Some(mut speller) = Speller::of(word) else { return Ok(Vec::new()) };
    let distance = u8::try_from(speller.tolerance()).unwrap_or(u8::MAX);
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), distance, true);
    let mut streams: Vec<Box<dyn Terms + '_>> = Vec::with_capacity(snapshot.segments.len());
    for segment in &snapshot.segments {
        let automaton = query.automaton().map_err(engine_failed)?;
        streams.push(Box::new(segment.terms(field)?.search(automaton).into_stream().map_err(engine_failed)?));
    }
    let counter = Counter { snapshot, field, among };
    let is_word = |term: &str| term.chars().all(char::is_alphabetic);
    let mut found = Vec::new();
    merged(streams, pace, |term, infos, pace| {
        // Labels, addresses and numbers are no misspelt words.
        let Some(text) = std::str::from_utf8(term).ok().filter(|text| *text != word && is_word(text)) else { return Ok(()) };
        let Some(distance) = speller.distance(text, letters(text)) else { return Ok(()) };
        let documents = counter.count(infos, pace)?;
        if documents > 0 {
            found.push(TermFound { text: text.to_owned(), documents, distance });
        }
        Ok(())
    })?;
    found.sort_by(|one, other| {
        one.distance.cmp(&other.distance).then(other.documents.cmp(&one.documents)).then_with(|| one.text.cmp(&other.text))
    });
    found.truncate(most);
    Ok(found)
}

/// The terms of a segment that begin with some text, ascending.
pub(super) fn range<'a>(segment: &'a Segment, field: Field, beginning: &str) -> Result<TermStreamer<'a>, IndexError> {
    let mut range = segment.terms(field)?.range().ge(beginning);
    if let Some(end) = after(beginning) {
        range = range.lt(end);
    }
    range.into_stream().map_err(engine_failed)
}

/// What no text that begins so reaches; nothing where there is no such end.
fn after(beginning: &str) -> Option<Vec<u8>> {
    let mut end = beginning.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// The terms of one segment, ascending.
trait Terms {
    fn advance(&mut self) -> bool;
    fn key(&self) -> &[u8];
    fn info(&self) -> &TermInfo;
}

impl Terms for TermStreamer<'_> {
    fn advance(&mut self) -> bool {
        Self::advance(self)
    }
    fn key(&self) -> &[u8] {
        Self::key(self)
    }
    fn info(&self) -> &TermInfo {
        self.value()
    }
}

impl Terms for TermStreamer<'_, DfaWrapper> {
    fn advance(&mut self) -> bool {
        Self::advance(self)
    }
    fn key(&self) -> &[u8] {
        Self::key(self)
    }
    fn info(&self) -> &TermInfo {
        self.value()
    }
}

/// Where each segment keeps a term.
type Infos = [Option<TermInfo>];

/// Hands out each term once, ascending.
fn merged(
    mut streams: Vec<Box<dyn Terms + '_>>,
    pace: &mut Pace<'_>,
    mut each: impl FnMut(&[u8], &Infos, &mut Pace<'_>) -> Result<(), IndexError>,
) -> Result<(), IndexError> {
    let mut there: Vec<bool> = streams.iter_mut().map(|stream| stream.advance()).collect();
    let mut infos: Vec<Option<TermInfo>> = vec![None; streams.len()];
    let mut least: Vec<u8> = Vec::new();
    loop {
        let standing = streams.iter().zip(&there).filter(|(_, there)| **there).map(|(stream, _)| stream.key());
        let Some(first) = standing.min() else { return Ok(()) };
        least.clear();
        least.extend_from_slice(first);
        for ((stream, there), info) in streams.iter_mut().zip(&mut there).zip(&mut infos) {
            *info = (*there && stream.key() == least).then(|| stream.info().clone());
            if info.is_some() {
                *there = stream.advance();
            }
        }
        pace.step()?;
        each(&least, &infos, pace)?;
    }
}

/// Counts documents of a set.
struct Counter<'a, A> {
    snapshot: &'a Snapshot,
    field: Field,
    among: &'a A,
}

impl<A: Among> Counter<'_, A> {
    /// How many have a term.
    fn count(&self, infos: &Infos, pace: &mut Pace<'_>) -> Result<u64, IndexError> {
        let mut documents = 0;
        for ((at, segment), info) in self.snapshot.segments.iter().enumerate().zip(infos) {
            let Some(info) = info else { continue };
            documents += self.among.count((at, segment), self.field, info, pace)?;
        }
        Ok(documents)
    }
}

/// Terms that were not counted yet, in their order. Their texts and places stand in one row each, for there are many.
#[derive(Default)]
struct Candidates {
    texts: Vec<u8>,
    infos: Vec<Option<TermInfo>>,
    /// The most documents that can have each, and where its text ends.
    terms: Vec<(u64, usize)>,
}

impl Candidates {
    fn add(&mut self, term: &[u8], infos: &Infos) {
        self.texts.extend_from_slice(term);
        self.infos.extend_from_slice(infos);
        let bound = infos.iter().flatten().map(|info| u64::from(info.doc_freq)).sum();
        self.terms.push((bound, self.texts.len()));
    }

    /// The text of the term at a place; nothing where it is none.
    fn text(&self, at: usize) -> Option<&str> {
        let ends = |at: usize| self.terms.get(at).map(|(_, end)| *end);
        let begin = at.checked_sub(1).map_or(Some(0), ends)?;
        std::str::from_utf8(self.texts.get(begin..ends(at)?)?).ok()
    }

    /// Counts them by their bounds, the highest first, until no other can be among the most frequent.
    fn most_frequent(&self, most: usize, counter: &Counter<'_, impl Among>, pace: &mut Pace<'_>) -> Result<Frequent, IndexError> {
        let segments = counter.snapshot.segments.len();
        let mut waiting: BinaryHeap<(u64, Reverse<usize>)> =
            self.terms.iter().enumerate().map(|(at, (bound, _))| (*bound, Reverse(at))).collect();
        // The least frequent on top, of equals the last.
        let mut kept: BinaryHeap<Reverse<(u64, Reverse<usize>)>> = BinaryHeap::new();
        let mut more = false;
        while let Some((bound, Reverse(at))) = waiting.pop() {
            let full = kept.len() >= most;
            let least = kept.peek().filter(|_| full).map(|Reverse(least)| *least);
            let enters = least.is_none_or(|least| (bound, Reverse(at)) > least);
            if !enters && more {
                // Whoever waits has no higher bound, and of those with the same one comes later.
                break;
            }
            pace.step()?;
            let infos = self.infos.get(at * segments..(at + 1) * segments).unwrap_or_default();
            let documents = counter.count(infos, pace)?;
            if documents == 0 || self.text(at).is_none() {
                continue;
            }
            if least.is_some_and(|least| (documents, Reverse(at)) < least) {
                more = true;
                continue;
            }
            kept.push(Reverse((documents, Reverse(at))));
            if kept.len() > most {
                kept.pop();
                more = true;
            }
        }
        let sorted = kept.into_sorted_vec().into_iter();
        let terms = sorted.filter_map(|Reverse((documents, Reverse(at)))| {
            Some(TermFound { text: self.text(at)?.to_owned(), documents, distance: 0 })
        });
        Ok(Frequent { terms: terms.collect(), more })
    }
}
