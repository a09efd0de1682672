//! The best so many documents in a total order: by score or moment, then by name.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ::tantivy::DocId;

use super::snapshot::Segment;
use crate::domain::ResourceName;
use crate::index::{After, IndexError, Order};

/// What orders documents before their names do: greater comes first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rank {
    Score(f64),
    Created(i64),
}

impl Rank {
    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Score(a), Self::Score(b)) => a.total_cmp(&b),
            (Self::Created(a), Self::Created(b)) => a.cmp(&b),
            (Self::Score(_), Self::Created(_)) => Ordering::Less,
            (Self::Created(_), Self::Score(_)) => Ordering::Greater,
        }
    }
}

/// A document that may be among the best.
pub(super) struct Ranked<'a> {
    pub(super) rank: Rank,
    /// The segment and its place.
    pub(super) at: usize,
    segment: &'a Segment,
    pub(super) doc: DocId,
    /// Orders the names of one segment.
    name_ord: u64,
    /// Orders the names of two segments, unless they begin alike.
    name_head: u64,
    /// Read only where documents of two segments tie whose names begin alike, since that takes longer than all the rest.
    name: OnceCell<String>,
    pub(super) shares: Vec<f64>,
}

impl Ranked<'_> {
    // A name that cannot be read comes first among its equals, so that the answer holds it and fails over it.
    fn name(&self) -> &str {
        self.name.get_or_init(|| self.segment.name(self.name_ord).unwrap_or_default())
    }
}

impl Ord for Ranked<'_> {
    /// The better one is the lesser, so that the heap's greatest is the worst that is kept.
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank.compare(self.rank).then_with(|| {
            if self.at == other.at {
                self.name_ord.cmp(&other.name_ord)
            } else {
                self.name_head.cmp(&other.name_head).then_with(|| self.name().cmp(other.name()))
            }
        })
    }
}

impl PartialOrd for Ranked<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked<'_> {}

/// Keeps the best `most` documents behind a position.
pub(super) struct Best<'a> {
    most: usize,
    after: Option<(Rank, String)>,
    heap: BinaryHeap<Ranked<'a>>,
}

/// The position belongs to another order.
#[derive(Debug, thiserror::Error)]
#[error("the position to go on from belongs to another order")]
struct ForeignPosition;

impl<'a> Best<'a> {
    /// Nothing kept yet.
    pub(super) fn new(most: usize, after: Option<&After>, order: Order) -> Result<Self, IndexError> {
        let after = match (after, order) {
            (None, _) => None,
            (Some(After::Score(score, name)), Order::Relevance) => Some((Rank::Score(*score), name.id().to_owned())),
            (Some(After::Created(created, name)), Order::Newest) => {
                Some((Rank::Created(created.unix_seconds()), name.id().to_owned()))
            }
            (Some(_), _) => return Err(super::engine_failed(ForeignPosition)),
        };
        Ok(Self { most, after, heap: BinaryHeap::new() })
    }

    /// Takes a document where it is among the best; the name is read only where it matters.
    pub(super) fn offer(
        &mut self,
        rank: Rank,
        (at, segment): (usize, &'a Segment),
        doc: DocId,
        shares: &[f64],
    ) -> Result<(), IndexError> {
        let behind = self.after.as_ref().map_or(Ordering::Less, |(after, _)| rank.compare(*after));
        if behind.is_gt() {
            return Ok(());
        }
        let full = self.heap.len() >= self.most;
        if full && self.heap.peek().is_some_and(|worst| rank.compare(worst.rank).is_lt()) {
            return Ok(());
        }
        let name_ord = segment.name_ord(doc)?;
        if behind.is_eq()
            && let Some((_, after)) = &self.after
            && segment.name(name_ord)? <= *after
        {
            return Ok(());
        }
        let name_head = segment.name_head(doc)?;
        let ranked = Ranked { rank, at, segment, doc, name_ord, name_head, name: OnceCell::new(), shares: shares.to_vec() };
        if full && self.heap.peek().is_some_and(|worst| ranked >= *worst) {
            return Ok(());
        }
        self.heap.push(ranked);
        if self.heap.len() > self.most {
            self.heap.pop();
        }
        Ok(())
    }

    /// The score that a document must reach to be kept; nothing while there is room.
    pub(super) fn worst_score(&self) -> Option<f64> {
        match self.heap.peek().map(|worst| worst.rank) {
            Some(Rank::Score(score)) if self.heap.len() >= self.most => Some(score),
            _ => None,
        }
    }

    /// Whether only documents behind a position are kept.
    pub(super) fn has_position(&self) -> bool {
        self.after.is_some()
    }

    /// The documents, best first.
    pub(super) fn into_sorted(self) -> Vec<Ranked<'a>> {
        self.heap.into_sorted_vec()
    }
}
