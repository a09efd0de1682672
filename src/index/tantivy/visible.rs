//! The documents that a sight admits, kept for the next search.
//!
//! A sight that asks again finds its set as it was, as long as nothing was committed or revoked. Otherwise askers whose tokens
//! come to the same among the tokens that the index holds share the parts of segments, and a segment that a commit leaves as
//! it was keeps its part. Revocations take documents away in a copy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, DocSet, TERMINATED};

use super::held::{Held, HeldKey};
use super::pace::Pace;
use super::part::VisiblePart;
use super::revocations::{Revocations, Withdrawn};
use super::schema::TEXT_FIELDS;
use super::snapshot::{SegmentKey, Snapshot};
use crate::access::Sight;
use crate::domain::ResourceName;
use crate::index::{IndexError, Patience};

/// A segment and the documents in it that revocations take away.
type PartKey = (SegmentKey, Vec<DocId>);
/// The revoked documents of each segment with the versions that withdrew them.
type Located = Vec<Vec<(DocId, Withdrawn)>>;
type Parts = HashMap<PartKey, Arc<VisiblePart>>;
/// The numbers of a snapshot and of the revocations on top of it.
type State = (u64, u64);

/// What one sight admits of a snapshot.
pub(super) struct VisibleSet {
    /// One part for each segment, in the snapshot's order.
    pub(super) parts: Vec<Arc<VisiblePart>>,
    /// How many documents; statistics clamp it to at least 1.
    pub(super) documents: u64,
    /// The sum of lengths of each text field.
    pub(super) lengths: [u64; TEXT_FIELDS],
}

/// The sets that searches share.
pub(super) struct VisibleSets {
    /// The last set of each sight. Tokens decide what is visible, but only a sight tells whom a revocation still admits.
    by_sight: Mutex<Recent<Sight, (State, Arc<VisibleSet>)>>,
    by_tokens: Mutex<Recent<HeldKey, Arc<Parts>>>,
    located: Mutex<Option<(State, Arc<Located>)>>,
}

/// Values of which the least recently used leave.
struct Recent<K, V> {
    capacity: usize,
    values: HashMap<K, (u64, V)>,
    uses: u64,
}

impl<K: Clone + Eq + std::hash::Hash, V: Clone> Recent<K, V> {
    fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), values: HashMap::new(), uses: 0 }
    }

    fn get(&mut self, key: &K) -> Option<V> {
        self.uses += 1;
        let (used, value) = self.values.get_mut(key)?;
        *used = self.uses;
        Some(value.clone())
    }

    fn keep(&mut self, key: K, value: V) {
        self.uses += 1;
        self.values.insert(key, (self.uses, value));
        while self.values.len() > self.capacity {
            let Some(oldest) = self.values.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone()) else {
                return;
            };
            self.values.remove(&oldest);
        }
    }
}

impl VisibleSets {
    /// Keeps at most `capacity` sets by sight, and the parts of at most `capacity` sets by tokens.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            by_sight: Mutex::new(Recent::new(capacity)),
            by_tokens: Mutex::new(Recent::new(capacity)),
            located: Mutex::default(),
        }
    }

    /// What a sight admits of a snapshot, revocations included.
    pub(super) fn of(
        &self,
        snapshot: &Snapshot,
        revocations: &Revocations,
        sight: &Sight,
        patience: &Patience,
    ) -> Result<Arc<VisibleSet>, IndexError> {
        let state = (snapshot.number, revocations.version());
        let last = self.by_sight.lock().unwrap_or_else(PoisonError::into_inner).get(sight);
        if let Some((_, set)) = last.filter(|(of, _)| *of == state) {
            return Ok(set);
        }
        let set = Arc::new(self.build(snapshot, revocations, sight, patience)?);
        self.by_sight.lock().unwrap_or_else(PoisonError::into_inner).keep(sight.clone(), (state, Arc::clone(&set)));
        Ok(set)
    }

    fn build(
        &self,
        snapshot: &Snapshot,
        revocations: &Revocations,
        sight: &Sight,
        patience: &Patience,
    ) -> Result<VisibleSet, IndexError> {
        let held = Held::of(snapshot, sight)?;
        let located = self.locate(snapshot, revocations)?;
        let known = self.by_tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&held.key).unwrap_or_default();
        let mut parts = Vec::with_capacity(snapshot.segments.len());
        let mut used = Parts::new();
        let mut pace = Pace::new(patience);
        for (at, (segment, held)) in snapshot.segments.iter().zip(&held.here).enumerate() {
            pace.look()?;
            let whole_key = (segment.key, Vec::new());
            let whole = match known.get(&whole_key) {
                Some(part) => Arc::clone(part),
                None => Arc::new(VisiblePart::build(segment, snapshot.fields, held, &mut pace)?),
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
                None => Arc::new(whole.without(&key.1, segment)),
            };
            used.insert(key, Arc::clone(&part));
            parts.push(part);
        }
        // Exactly the parts of this search: those of older states have no use any more.
        self.by_tokens.lock().unwrap_or_else(PoisonError::into_inner).keep(held.key, Arc::new(used));
        let mut lengths = [0; TEXT_FIELDS];
        for (sum, at) in lengths.iter_mut().zip(0..) {
            *sum = parts.iter().filter_map(|part| part.lengths.get::<usize>(at)).sum();
        }
        Ok(VisibleSet { documents: parts.iter().map(|part| part.documents).sum(), lengths, parts })
    }

    /// Where the revoked documents stand in a snapshot.
    fn locate(&self, snapshot: &Snapshot, revocations: &Revocations) -> Result<Arc<Located>, IndexError> {
        let wanted = (snapshot.number, revocations.version());
        if let Some((of, located)) = &*self.located.lock().unwrap_or_else(PoisonError::into_inner)
            && *of == wanted
        {
            return Ok(Arc::clone(located));
        }
        let mut located = Located::new();
        for segment in &snapshot.segments {
            let mut found = Vec::new();
            for (name, withdrawn) in revocations.iter() {
                let term = snapshot.fields.name_term(name.id());
                let Some(info) = segment.find(&term)? else { continue };
                let mut postings = segment.postings(term.field(), &info, IndexRecordOption::Basic)?;
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
        *self.located.lock().unwrap_or_else(PoisonError::into_inner) = Some((wanted, Arc::clone(&located)));
        Ok(located)
    }
}
