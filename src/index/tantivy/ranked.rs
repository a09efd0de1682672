//! The best so many documents in a total order: by score, moment or count, then by name.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ::tantivy::DocId;

use super::reached::ReachedDocuments;
use super::snapshot::Segment;
use crate::domain::ResourceName;
use crate::index::{After, IndexError, Order};

/// What orders documents before their names do: greater comes first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rank {
    Score(f64),
    /// What an order that is not by relevance goes by: a moment in seconds, or a count.
    Number(i64),
}

impl Rank {
    /// The score, where it is one.
    pub(super) fn score(self) -> Option<f64> {
        match self {
            Self::Score(score) => Some(score),
            Self::Number(_) => None,
        }
    }

    pub(super) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Score(a), Self::Score(b)) => a.total_cmp(&b),
            (Self::Number(a), Self::Number(b)) => a.cmp(&b),
            (Self::Score(_), Self::Number(_)) => Ordering::Less,
            (Self::Number(_), Self::Score(_)) => Ordering::Greater,
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

impl<'a> Ranked<'a> {
    /// A document with its rank, with what orders it among its equals.
    pub(super) fn new(rank: Rank, (at, segment): (usize, &'a Segment), doc: DocId, shares: &[f64]) -> Result<Self, IndexError> {
        let (name_ord, name_head) = (segment.name_ord(doc)?, segment.name_head(doc)?);
        Ok(Self { rank, at, segment, doc, name_ord, name_head, name: OnceCell::new(), shares: shares.to_vec() })
    }

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

/// A place in the order of documents.
pub(super) struct Position {
    rank: Rank,
    /// The id of the document that stands there.
    name: String,
}

impl Position {
    /// The position after which an answer in an order goes on.
    pub(super) fn of(after: &After, order: Order) -> Result<Self, IndexError> {
        match (after, order) {
            (After::Score(score, name), Order::Relevance) => Ok(Self { rank: Rank::Score(*score), name: name.id().to_owned() }),
            (After::Number(number, name), Order::Newest | Order::Updated | Order::Reactions) => {
                Ok(Self { rank: Rank::Number(*number), name: name.id().to_owned() })
            }
            (After::Score(..), Order::Newest | Order::Updated | Order::Reactions) | (After::Number(..), Order::Relevance) => {
                Err(foreign_position())
            }
        }
    }

    /// Whether a document stands there or before.
    pub(super) fn is_at_or_behind(&self, rank: Rank, segment: &Segment, doc: DocId) -> Result<bool, IndexError> {
        match rank.compare(self.rank) {
            Ordering::Greater => Ok(true),
            Ordering::Less => Ok(false),
            Ordering::Equal => Ok(segment.name(segment.name_ord(doc)?)? <= self.name),
        }
    }
}

/// Keeps the best `most` documents behind a position.
pub(super) struct Best<'a> {
    most: usize,
    after: Option<Position>,
    heap: BinaryHeap<Ranked<'a>>,
}

/// The position belongs to another order.
#[derive(Debug, thiserror::Error)]
#[error("the position to go on from belongs to another order")]
struct ForeignPosition;

pub(super) fn foreign_position() -> IndexError {
    super::engine_failed(ForeignPosition)
}

impl<'a> Best<'a> {
    /// Nothing kept yet.
    pub(super) fn new(most: usize, after: Option<&After>, order: Order) -> Result<Self, IndexError> {
        let after = after.map(|after| Position::of(after, order)).transpose()?;
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
        let behind = self.after.as_ref().map_or(Ordering::Less, |after| rank.compare(after.rank));
        if behind.is_gt() {
            return Ok(());
        }
        let full = self.heap.len() >= self.most;
        if full && self.heap.peek().is_some_and(|worst| rank.compare(worst.rank).is_lt()) {
            return Ok(());
        }
        if behind.is_eq()
            && let Some(after) = &self.after
            && after.is_at_or_behind(rank, segment, doc)?
        {
            return Ok(());
        }
        let ranked = Ranked::new(rank, (at, segment), doc, shares)?;
        if full && self.heap.peek().is_some_and(|worst| ranked >= *worst) {
            return Ok(());
        }
        self.heap.push(ranked);
        if self.heap.len() > self.most {
            self.heap.pop();
        }
        Ok(())
    }

    /// The documents, best first.
    pub(super) fn into_sorted(self) -> Vec<Ranked<'a>> {
        self.heap.into_sorted_vec()
    }

    /// The score that a document must reach to be kept; nothing while there is room.
    pub(super) fn enough(&self) -> Option<f64> {
        self.heap.peek().filter(|_| self.heap.len() >= self.most).and_then(|worst| worst.rank.score())
    }

    /// How documents that were not offered yet tell what is enough; nothing behind a position, where what is found need not be
    /// kept.
    pub(super) fn reached(&self) -> Option<ReachedDocuments> {
        self.after.is_none().then(|| ReachedDocuments::new(self.most))
    }
}
