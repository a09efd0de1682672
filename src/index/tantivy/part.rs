//! What one sight admits of one segment: one bit for each document, with what statistics need of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ::tantivy::postings::TermInfo;
use ::tantivy::schema::Field;
use ::tantivy::{BitSet, DocId, Term};

use super::held::HeldHere;
use super::pace::Pace;
use super::schema::{Fields, TEXT_FIELDS};
use super::snapshot::Segment;
use crate::index::IndexError;

/// Most terms that a part remembers; beyond it, it forgets and starts anew.
const TERMS: usize = 4_096;
/// How many documents of a segment must have a term for its count to be worth remembering.
const FREQUENT: u32 = 1_024;

/// What one sight admits of a segment.
pub(super) struct VisiblePart {
    pub(super) bits: BitSet,
    /// How many documents.
    pub(super) documents: u64,
    /// The sum of their lengths in each text field.
    pub(super) lengths: [u64; TEXT_FIELDS],
    seen: Mutex<HashMap<Term, Option<Seen>>>,
    /// How many of the documents have frequent terms, by where the segment keeps these.
    counted: Mutex<HashMap<(Field, usize), u64>>,
}

/// A term that visible documents of a segment have.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// How many of them have it.
    pub(super) documents: u64,
    /// Where the segment keeps its postings, hidden documents included.
    pub(super) info: TermInfo,
}

impl VisiblePart {
    /// Reads what the tokens that an asker holds come to in a segment.
    pub(super) fn build(segment: &Segment, fields: Fields, held: &HeldHere, pace: &mut Pace<'_>) -> Result<Self, IndexError> {
        let mut bits = BitSet::with_max_value(segment.reader.max_doc());
        for info in &held.grants {
            segment.walk(fields.grant, info, pace, |doc| {
                bits.insert(doc);
            })?;
        }
        for clause in &held.further {
            let mut passed = BitSet::with_max_value(segment.reader.max_doc());
            for info in &clause.grants {
                segment.walk(fields.also, info, pace, |doc| {
                    passed.insert(doc);
                })?;
            }
            segment.walk(fields.also, &clause.marker, pace, |doc| {
                if !passed.contains(doc) {
                    bits.remove(doc);
                }
            })?;
        }
        for info in &held.denies {
            segment.walk(fields.deny, info, pace, |doc| bits.remove(doc))?;
        }
        if let Some(alive) = segment.reader.alive_bitset() {
            bits.intersect_update(alive.bitset());
        }
        let mut lengths = [0; TEXT_FIELDS];
        for (length, norms) in lengths.iter_mut().zip(&segment.norms) {
            for doc in ones(&bits) {
                *length += u64::from(norms.fieldnorm(doc));
                pace.step()?;
            }
        }
        Ok(Self { documents: bits.len() as u64, bits, lengths, seen: Mutex::default(), counted: Mutex::default() })
    }

    /// The same without some of its documents.
    pub(super) fn without(&self, withdrawn: &[DocId], segment: &Segment) -> Self {
        let mut part = Self {
            bits: self.bits.clone(),
            documents: self.documents,
            lengths: self.lengths,
            seen: Mutex::default(),
            counted: Mutex::default(),
        };
        for (length, norms) in part.lengths.iter_mut().zip(&segment.norms) {
            *length -= withdrawn.iter().map(|doc| u64::from(norms.fieldnorm(*doc))).sum::<u64>();
        }
        for doc in withdrawn {
            part.bits.remove(*doc);
            part.documents -= 1;
        }
        part
    }

    /// How many of the documents have the term that a segment keeps there. Of a frequent one walked once, then remembered.
    pub(super) fn count(&self, segment: &Segment, field: Field, info: &TermInfo, pace: &mut Pace<'_>) -> Result<u64, IndexError> {
        if self.documents == u64::from(segment.reader.max_doc()) {
            return Ok(u64::from(info.doc_freq));
        }
        let key = (field, info.postings_range.start);
        if info.doc_freq >= FREQUENT
            && let Some(documents) = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
        {
            return Ok(*documents);
        }
        let mut documents = 0;
        segment.walk(field, info, pace, |doc| documents += u64::from(self.bits.contains(doc)))?;
        if info.doc_freq >= FREQUENT {
            let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
            if counted.len() >= TERMS {
                counted.clear();
            }
            counted.insert(key, documents);
        }
        Ok(documents)
    }

    /// A term as these documents have it; nothing where none of them does. Walked once, then remembered.
    pub(super) fn seen(&self, segment: &Segment, term: &Term, pace: &mut Pace<'_>) -> Result<Option<Seen>, IndexError> {
        if let Some(seen) = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(term) {
            return Ok(seen.clone());
        }
        let mut seen = None;
        if let Some(info) = segment.find(term)? {
            let mut documents = 0;
            segment.walk(term.field(), &info, pace, |doc| documents += u64::from(self.bits.contains(doc)))?;
            seen = (documents > 0).then_some(Seen { documents, info });
        }
        let mut known = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= TERMS {
            known.clear();
        }
        known.insert(term.clone(), seen.clone());
        Ok(seen)
    }
}

/// The documents of a set, ascending.
pub(super) fn ones(bits: &BitSet) -> impl Iterator<Item = DocId> + '_ {
    let buckets = bits.max_value().div_ceil(64);
    (0..buckets).flat_map(move |bucket| bits.tinyset(bucket).into_iter().map(move |bit| bucket * 64 + bit))
}
