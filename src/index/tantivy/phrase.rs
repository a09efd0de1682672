//! Words in a row, by the places where a field holds them.

use ::tantivy::postings::{Postings, SegmentPostings};
use ::tantivy::schema::{Field, IndexRecordOption};
use ::tantivy::{DocId, DocSet, TERMINATED, Term};

use super::pace::Pace;
use super::snapshot::Segment;
use crate::index::IndexError;
use crate::query::Phrase;

/// The documents of a segment that have a phrase and are wanted, ascending, each with how often it begins there.
pub(super) fn with_phrase(
    segment: &Segment,
    field: Field,
    phrase: &Phrase,
    wanted: &impl Fn(DocId) -> bool,
    pace: &mut Pace<'_>,
) -> Result<Vec<(DocId, u32)>, IndexError> {
    let Some(mut words) = open(segment, field, phrase)? else { return Ok(Vec::new()) };
    // The rarest leads: every document of the phrase is one of its.
    let rarest = words.iter().enumerate().min_by_key(|(_, postings)| postings.size_hint()).map_or(0, |(at, _)| at);
    let mut found = Vec::new();
    let mut places = Places::new(words.len());
    let mut doc = words.get(rarest).map_or(TERMINATED, DocSet::doc);
    while doc != TERMINATED {
        pace.step()?;
        if wanted(doc) && words.iter_mut().all(|word| is_in(word, doc)) {
            pace.steps(places.read(&mut words))?;
            let times = places.count(phrase.slop);
            if times > 0 {
                found.push((doc, times));
            }
        }
        doc = words.get_mut(rarest).map_or(TERMINATED, DocSet::advance);
    }
    Ok(found)
}

/// The postings of each word, in the phrase's order; nothing where the segment lacks one.
fn open(segment: &Segment, field: Field, phrase: &Phrase) -> Result<Option<Vec<SegmentPostings>>, IndexError> {
    let mut words = Vec::with_capacity(phrase.words.len());
    for word in &phrase.words {
        let Some(info) = segment.find(&Term::from_field_text(field, word))? else { return Ok(None) };
        words.push(segment.postings(field, &info, IndexRecordOption::WithFreqsAndPositions)?);
    }
    Ok(Some(words).filter(|words| !words.is_empty()))
}

/// Whether a word is in a document; documents come ascending.
fn is_in(word: &mut SegmentPostings, doc: DocId) -> bool {
    if word.doc() < doc { word.seek(doc) == doc } else { word.doc() == doc }
}

/// The places of a phrase's words in one document.
struct Places(Vec<Vec<u32>>);

impl Places {
    fn new(words: usize) -> Self {
        Self(vec![Vec::new(); words])
    }

    /// Reads the places in the document at which all stand; says how many they are.
    fn read(&mut self, words: &mut [SegmentPostings]) -> usize {
        for (places, word) in self.0.iter_mut().zip(words) {
            word.positions(places);
        }
        self.0.iter().map(Vec::len).sum()
    }

    /// At how many places the phrase begins.
    fn count(&self, slop: u32) -> u32 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        let mut times = 0;
        // Where the search for each further word goes on: places only move forward.
        let mut from = vec![0; rest.len()];
        for start in first {
            let longest = u32::try_from(rest.len()).unwrap_or(u32::MAX).saturating_add(slop);
            if last(*start, rest, &mut from).is_some_and(|last| last - start <= longest) {
                times += 1;
            }
        }
        times
    }
}

/// Where the last word stands at the earliest, each behind the one before.
fn last(start: u32, rest: &[Vec<u32>], from: &mut [usize]) -> Option<u32> {
    let mut before = start;
    for (places, from) in rest.iter().zip(from) {
        *from += places.get(*from..)?.partition_point(|place| *place <= before);
        before = *places.get(*from)?;
    }
    Some(before)
}

#[cfg(test)]
mod tests {
    //! A phrase begins where its words follow in order, within its slop, each behind the one before.
    use super::*;

    #[test]
    fn a_phrase_begins_where_its_words_follow_within_the_slop() {
        let count = |words: &[&[u32]], slop| Places(words.iter().map(|places| places.to_vec()).collect()).count(slop);
        assert_eq!(count(&[&[1, 5, 9], &[2, 7, 8]], 0), 1);
        assert_eq!(count(&[&[1, 5, 9], &[2, 7, 8]], 1), 2);
        assert_eq!(count(&[&[1, 5, 9], &[0, 4]], 20), 1);
        assert_eq!(count(&[&[3], &[2]], 20), 0);
        assert_eq!(count(&[&[1, 2, 4], &[1, 2, 4]], 0), 1);
        assert_eq!(count(&[&[1], &[3], &[6]], 3), 1);
        assert_eq!(count(&[&[1], &[3], &[6]], 2), 0);
        assert_eq!(count(&[&[1, 3], &[4], &[5]], 0), 1);
        assert_eq!(count(&[&[1, 5, 9]], 0), 3);
        assert_eq!(count(&[], 0), 0);
    }
}
