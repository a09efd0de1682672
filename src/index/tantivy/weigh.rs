//! What documents count beside their words, read from columns.

use ::tantivy::DocId;

use super::snapshot::Segment;
use crate::domain::Moment;
use crate::index::{Ask, IndexError, Order};
use crate::ranking::{Factor, Standing};

/// Weighs documents by how they stand, or all alike.
#[derive(Clone, Copy)]
pub(super) struct Weigh {
    /// At which moment; nothing where all count alike.
    now: Option<Moment>,
}

impl Weigh {
    /// As a question wants it at a moment. Where the order is not by relevance nothing is scored, so nothing is weighed.
    pub(super) fn new(ask: &Ask, now: Moment) -> Self {
        Self { now: (ask.by_standing && ask.order == Order::Relevance).then_some(now) }
    }

    /// Whether it matters how something stands.
    pub(super) fn counts(self) -> bool {
        self.now.is_some()
    }

    /// What no document counts more than.
    pub(super) fn most(self) -> f64 {
        if self.counts() { Standing::MOST } else { 1.0 }
    }

    /// What a document counts.
    pub(super) fn of(self, segment: &Segment, doc: DocId) -> Result<f64, IndexError> {
        self.now.map_or(Ok(1.0), |now| Ok(segment.standing(doc)?.weight(now)))
    }

    /// The same, told by reasons.
    pub(super) fn factors(self, segment: &Segment, doc: DocId) -> Result<Vec<Factor>, IndexError> {
        self.now.map_or_else(|| Ok(Vec::new()), |now| Ok(segment.standing(doc)?.factors(now)))
    }
}
