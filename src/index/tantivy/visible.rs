//! The documents that a sight admits, as one bit for each document of a segment, with what statistics need of them.
//!
//! Askers whose tokens come to the same among the tokens that the index holds share a set; a segment that a commit leaves
//! as it was keeps its bits. Revocations take bits away in a copy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::tantivy::schema::{Field, IndexRecordOption};
use ::tantivy::{BitSet, DocId, DocSet, TERMINATED, Term};

use super::engine_failed;
use super::revocations::{Revocations, Withdrawn};
use super::schema::{Fields, TEXT_FIELDS};
use super::snapshot::{Segment, SegmentKey, Snapshot};
use crate::access::Sight;
use crate::domain::ResourceName;
use crate::index::{IndexError, Patience};

/// How many documents are walked between two looks at the clock.
const LOOK_EVERY: u32 = 4_096;
/// Most terms whose frequency a segment's set remembers; beyond it, it forgets and starts anew.
const FREQUENCIES: usize = 4_096;

/// Which tokens of an asker the index holds: those that grant, and those that deny.
type TokenKey = (Vec<String>, Vec<String>);
/// A segment and the documents in it that revocations take away.
type PartKey = (SegmentKey, Vec<DocId>);
/// A document in a segment with the versions that withdrew it.
type Located = Vec<Vec<(DocId, Withdrawn)>>;
type Parts = HashMap<PartKey, Arc<VisiblePart>>;

/// What one sight admits of a snapshot.
pub(super) struct VisibleSet {
    /// One part for each segment, in the snapshot's order.
    pub(super) parts: Vec<Arc<VisiblePart>>,
    /// How many documents; statistics clamp it to at least 1.
    pub(super) documents: u64,
    /// The sum of lengths of each text field.
    pub(super) lengths: [u64; TEXT_FIELDS],
}

/// What one sight admits of a segment.
pub(super) struct VisiblePart {
    pub(super) bits: BitSet,
    documents: u64,
    lengths: [u64; TEXT_FIELDS],
    frequencies: Mutex<HashMap<Term, u64>>,
}

/// The sets that searches share.
pub(super) struct VisibleSets {
    capacity: usize,
    kept: Mutex<Kept>,
    located: Mutex<Option<(u64, u64, Arc<Located>)>>,
}

#[derive(Default)]
struct Kept {
    by_tokens: HashMap<TokenKey, (u64, Parts)>,
    uses: u64,
}

/// Counts walked documents and looks at the clock now and then.
pub(super) struct Pace<'a> {
    patience: &'a Patience,
    walked: u32,
}

impl<'a> Pace<'a> {
    pub(super) fn new(patience: &'a Patience) -> Self {
        Self { patience, walked: 0 }
    }

    /// Fails where the patience is over; called once for each document walked.
    pub(super) fn step(&mut self) -> Result<(), IndexError> {
        self.walked += 1;
        if self.walked < LOOK_EVERY {
            return Ok(());
        }
        self.look()
    }

    /// Looks at the clock now.
    pub(super) fn look(&mut self) -> Result<(), IndexError> {
        self.walked = 0;
        if self.patience.is_over() { Err(IndexError::TimedOut) } else { Ok(()) }
    }
}

impl VisibleSets {
    /// Keeps at most `capacity` sets.
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), kept: Mutex::default(), located: Mutex::default() }
    }

    /// What a sight admits of a snapshot, revocations included.
    pub(super) fn of(
        &self,
        snapshot: &Snapshot,
        revocations: &Revocations,
        sight: &Sight,
        patience: &Patience,
    ) -> Result<VisibleSet, IndexError> {
        let tokens = known_tokens(snapshot, sight)?;
        let located = self.locate(snapshot, revocations)?;
        let known = self.parts(&tokens);
        let mut parts = Vec::with_capacity(snapshot.segments.len());
        let mut used = Parts::new();
        let mut pace = Pace::new(patience);
        for (at, segment) in snapshot.segments.iter().enumerate() {
            pace.look()?;
            let whole_key = (segment.key, Vec::new());
            let whole = match known.get(&whole_key) {
                Some(part) => Arc::clone(part),
                None => Arc::new(VisiblePart::build(segment, snapshot.fields, &tokens, &mut pace)?),
            };
            used.insert(whole_key, Arc::clone(&whole));
            let withdrawn: Vec<DocId> = located
                .get(at)
                .into_iter()
                .flatten()
                .filter(|(doc, withdrawn)| whole.bits.contains(*doc) && !withdrawn.admits(sight))
                .map(|(doc, _)| *doc)
                .collect();
            if withdrawn.is_empty() {
                parts.push(whole);
                continue;
            }
            let key = (segment.key, withdrawn);
            let part = match known.get(&key) {
                Some(part) => Arc::clone(part),
                None => Arc::new(whole.without(&key.1, segment, snapshot.fields)?),
            };
            used.insert(key, Arc::clone(&part));
            parts.push(part);
        }
        self.keep(tokens, used);
        let mut lengths = [0; TEXT_FIELDS];
        for (sum, at) in lengths.iter_mut().zip(0..) {
            *sum = parts.iter().filter_map(|part| part.lengths.get::<usize>(at)).sum();
        }
        Ok(VisibleSet { documents: parts.iter().map(|part| part.documents).sum(), lengths, parts })
    }

    fn parts(&self, tokens: &TokenKey) -> Parts {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let now = kept.uses;
        kept.by_tokens.get_mut(tokens).map_or_else(Parts::new, |(used, parts)| {
            *used = now;
            parts.clone()
        })
    }

    /// Keeps exactly the parts of the last search with these tokens, and forgets the tokens that were not used for longest.
    fn keep(&self, tokens: TokenKey, parts: Parts) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = kept.uses;
        kept.by_tokens.insert(tokens, (now, parts));
        while kept.by_tokens.len() > self.capacity {
            let Some(oldest) = kept.by_tokens.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone()) else {
                return;
            };
            kept.by_tokens.remove(&oldest);
        }
    }

    /// Where the revoked documents stand in a snapshot.
    fn locate(&self, snapshot: &Snapshot, revocations: &Revocations) -> Result<Arc<Located>, IndexError> {
        let wanted = (snapshot.number, revocations.version());
        if let Some((number, version, located)) = &*self.located.lock().unwrap_or_else(PoisonError::into_inner)
            && (*number, *version) == wanted
        {
            return Ok(Arc::clone(located));
        }
        let mut located = Located::new();
        for segment in &snapshot.segments {
            let mut found = Vec::new();
            for (name, withdrawn) in revocations.iter() {
                let term = snapshot.fields.name_term(name.id());
                let Some(mut postings) = segment.postings(&term, IndexRecordOption::Basic)? else { continue };
                while postings.doc() != TERMINATED {
                    if segment.is_alive(postings.doc()) {
                        found.push((postings.doc(), withdrawn.clone()));
                    }
                    postings.advance();
                }
            }
            found.sort_unstable_by_key(|(doc, _)| *doc);
            located.push(found);
        }
        let located = Arc::new(located);
        *self.located.lock().unwrap_or_else(PoisonError::into_inner) = Some((wanted.0, wanted.1, Arc::clone(&located)));
        Ok(located)
    }
}

impl VisibleSet {
    /// In how many visible documents a term stands.
    pub(super) fn frequency(&self, snapshot: &Snapshot, term: &Term, pace: &mut Pace<'_>) -> Result<u64, IndexError> {
        let mut sum = 0;
        for (segment, part) in snapshot.segments.iter().zip(&self.parts) {
            sum += part.frequency(segment, term, pace)?;
        }
        Ok(sum)
    }
}

impl VisiblePart {
    fn build(segment: &Segment, fields: Fields, tokens: &TokenKey, pace: &mut Pace<'_>) -> Result<Self, IndexError> {
        let mut bits = BitSet::with_max_value(segment.reader.max_doc());
        for token in &tokens.0 {
            walk(segment, &Term::from_field_text(fields.grant, token), pace, |doc| {
                if segment.is_alive(doc) {
                    bits.insert(doc);
                }
            })?;
        }
        for token in &tokens.1 {
            walk(segment, &Term::from_field_text(fields.deny, token), pace, |doc| bits.remove(doc))?;
        }
        Self::of(bits, segment, fields, pace)
    }

    fn of(bits: BitSet, segment: &Segment, fields: Fields, pace: &mut Pace<'_>) -> Result<Self, IndexError> {
        let mut lengths = [0; TEXT_FIELDS];
        for (length, field) in lengths.iter_mut().zip(fields.text()) {
            let norms = segment.reader.get_fieldnorms_reader(field).map_err(engine_failed)?;
            for doc in ones(&bits) {
                *length += u64::from(norms.fieldnorm(doc));
                pace.step()?;
            }
        }
        Ok(Self { documents: bits.len() as u64, bits, lengths, frequencies: Mutex::default() })
    }

    fn without(&self, withdrawn: &[DocId], segment: &Segment, fields: Fields) -> Result<Self, IndexError> {
        let mut part =
            Self { bits: self.bits.clone(), documents: self.documents, lengths: self.lengths, frequencies: Mutex::default() };
        for (length, field) in part.lengths.iter_mut().zip(fields.text()) {
            let norms = segment.reader.get_fieldnorms_reader(field).map_err(engine_failed)?;
            *length -= withdrawn.iter().map(|doc| u64::from(norms.fieldnorm(*doc))).sum::<u64>();
        }
        for doc in withdrawn {
            part.bits.remove(*doc);
            part.documents -= 1;
        }
        Ok(part)
    }

    fn frequency(&self, segment: &Segment, term: &Term, pace: &mut Pace<'_>) -> Result<u64, IndexError> {
        if let Some(known) = self.frequencies.lock().unwrap_or_else(PoisonError::into_inner).get(term) {
            return Ok(*known);
        }
        let mut count = 0;
        walk(segment, term, pace, |doc| count += u64::from(self.bits.contains(doc)))?;
        let mut known = self.frequencies.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= FREQUENCIES {
            known.clear();
        }
        known.insert(term.clone(), count);
        Ok(count)
    }
}

/// Walks the documents of a segment that have a term, deleted ones included.
pub(super) fn walk(segment: &Segment, term: &Term, pace: &mut Pace<'_>, mut each: impl FnMut(DocId)) -> Result<(), IndexError> {
    let Some(mut postings) = segment.postings(term, IndexRecordOption::Basic)? else { return Ok(()) };
    let mut doc = postings.doc();
    while doc != TERMINATED {
        each(doc);
        pace.step()?;
        doc = postings.advance();
    }
    Ok(())
}

/// The documents of a set, ascending.
pub(super) fn ones(bits: &BitSet) -> impl Iterator<Item = DocId> + '_ {
    let buckets = bits.max_value().div_ceil(64);
    (0..buckets).flat_map(move |bucket| bits.tinyset(bucket).into_iter().map(move |bit| bucket * 64 + bit))
}

/// The tokens of a sight that the snapshot holds; no other can make a difference.
fn known_tokens(snapshot: &Snapshot, sight: &Sight) -> Result<TokenKey, IndexError> {
    let known = |field: Field, tokens: Vec<String>| -> Result<Vec<String>, IndexError> {
        let mut kept = Vec::new();
        for token in tokens {
            if snapshot.knows(&Term::from_field_text(field, &token))? {
                kept.push(token);
            }
        }
        Ok(kept)
    };
    Ok((known(snapshot.fields.grant, sight.granting_tokens())?, known(snapshot.fields.deny, sight.denying_tokens())?))
}
