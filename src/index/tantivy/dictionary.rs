//! The terms of a field that documents of a set have, and the most frequent of them.
//!
//! Terms that only other documents have take part in nothing but the time: how often a term stands in a whole segment bounds how
//! often it stands in the set, so that rare terms need not be counted once enough are more frequent.

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
    let counter = Counter { snapshot, field, among };
    let mut kept = Kept { most, heap: BinaryHeap::new(), more: false };
    merged(streams, pace, |term, infos, pace| kept.take(term, infos, &counter, pace))?;
    Ok(kept.into_frequent())
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
            segment.walk(self.field, info, pace, |doc| documents += u64::from(self.among.has(at, doc)))?;
        }
        Ok(documents)
    }
}

/// The most frequent terms so far.
struct Kept {
    most: usize,
    /// The least frequent on top, of equals the last.
    heap: BinaryHeap<Reverse<(u64, Reverse<String>)>>,
    more: bool,
}

impl Kept {
    fn take(
        &mut self,
        term: &[u8],
        infos: &Infos,
        counter: &Counter<'_, impl Among>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let full = self.heap.len() >= self.most;
        let least = self.heap.peek().filter(|_| full).map_or(0, |Reverse((documents, _))| *documents);
        let bound: u64 = infos.iter().flatten().map(|info| u64::from(info.doc_freq)).sum();
        // Terms come ascending, so that of equals the later one stays out. Whether there are more is all that it could still tell.
        if full && bound <= least && self.more {
            return Ok(());
        }
        let documents = counter.count(infos, pace)?;
        let Some(text) = std::str::from_utf8(term).ok().filter(|_| documents > 0) else { return Ok(()) };
        if full && documents <= least {
            self.more = true;
            return Ok(());
        }
        self.heap.push(Reverse((documents, Reverse(text.to_owned()))));
        if self.heap.len() > self.most {
            self.heap.pop();
            self.more = true;
        }
        Ok(())
    }

    fn into_frequent(self) -> Frequent {
        let mut terms: Vec<TermFound> =
            self.heap.into_iter().map(|Reverse((documents, Reverse(text)))| TermFound { text, documents, distance: 0 }).collect();
        terms.sort_by(|one, other| other.documents.cmp(&one.documents).then_with(|| one.text.cmp(&other.text)));
        Frequent { terms, more: self.more }
    }
}
