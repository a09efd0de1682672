//! One state of the index, opened for searching: segments with their columns, at a revision.

use std::sync::atomic::{AtomicU64, Ordering};

use ::tantivy::columnar::{BytesColumn, Column, StrColumn};
use ::tantivy::index::SegmentId;
use ::tantivy::postings::SegmentPostings;
use ::tantivy::schema::{Field, IndexRecordOption};
use ::tantivy::{DocId, Opstamp, Searcher, SegmentReader, Term};

use super::card::Card;
use super::engine_failed;
use super::schema::{self, Fields};
use crate::domain::{DocumentName, Moment, ResourceName, Revision};
use crate::index::{Hit, IndexError};

/// What tells a segment with its deletions from any other.
pub(super) type SegmentKey = (SegmentId, Option<Opstamp>);

/// One state of the index.
pub(super) struct Snapshot {
    /// Differs between any two snapshots of this process.
    pub(super) number: u64,
    pub(super) revision: Revision,
    pub(super) fields: Fields,
    pub(super) searcher: Searcher,
    pub(super) segments: Vec<Segment>,
}

/// A segment with the columns that hits are read from.
pub(super) struct Segment {
    pub(super) key: SegmentKey,
    pub(super) reader: SegmentReader,
    pub(super) created: Column<i64>,
    updated: Column<i64>,
    names: StrColumn,
    cards: BytesColumn,
}

/// A column that every segment has is missing or holds what it cannot hold.
#[derive(Debug, thiserror::Error)]
#[error("a segment lacks a sound column \"{0}\"")]
struct UnsoundColumn(&'static str);

impl Snapshot {
    /// Opens the columns of everything that a searcher sees.
    pub(super) fn new(searcher: Searcher, fields: Fields, revision: Revision) -> Result<Self, IndexError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let segments = searcher.segment_readers().iter().map(Segment::new).collect::<Result<_, _>>()?;
        Ok(Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), revision, fields, searcher, segments })
    }

    /// Whether any document has a term, deleted ones included.
    pub(super) fn knows(&self, term: &Term) -> Result<bool, IndexError> {
        for segment in &self.segments {
            let dictionary = segment.reader.inverted_index(term.field()).map_err(engine_failed)?;
            if dictionary.get_term_info(term).map_err(engine_failed)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Segment {
    fn new(reader: &SegmentReader) -> Result<Self, IndexError> {
        let columns = reader.fast_fields();
        Ok(Self {
            key: (reader.segment_id(), reader.delete_opstamp()),
            created: columns.i64(schema::CREATED).map_err(engine_failed)?,
            updated: columns.i64(schema::UPDATED).map_err(engine_failed)?,
            names: columns.str(schema::NAME).map_err(engine_failed)?.ok_or_else(|| lacks(schema::NAME))?,
            cards: columns.bytes(schema::CARD).map_err(engine_failed)?.ok_or_else(|| lacks(schema::CARD))?,
            reader: reader.clone(),
        })
    }

    /// The documents with a term, deleted ones included.
    pub(super) fn postings(&self, term: &Term, option: IndexRecordOption) -> Result<Option<SegmentPostings>, IndexError> {
        let inverted = self.reader.inverted_index(term.field()).map_err(engine_failed)?;
        inverted.read_postings(term, option).map_err(engine_failed)
    }

    /// The average length of a field as the segment's block maxima were written under; not finite or zero where unknown.
    #[expect(clippy::cast_precision_loss, reason = "the engine computes it in the same way")]
    pub(super) fn written_average(&self, field: Field) -> Result<f32, IndexError> {
        let inverted = self.reader.inverted_index(field).map_err(engine_failed)?;
        Ok(inverted.total_num_tokens() as f32 / self.reader.max_doc() as f32)
    }

    /// Whether a document is not deleted.
    pub(super) fn is_alive(&self, doc: DocId) -> bool {
        self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
    }

    /// Where a document's id stands among the ids of the segment.
    pub(super) fn name_ord(&self, doc: DocId) -> Result<u64, IndexError> {
        self.names.ords().first(doc).ok_or_else(|| lacks(schema::NAME))
    }

    /// The id that stands there.
    pub(super) fn name(&self, ord: u64) -> Result<String, IndexError> {
        let mut name = String::new();
        if self.names.ord_to_str(ord, &mut name).map_err(engine_failed)? { Ok(name) } else { Err(lacks(schema::NAME)) }
    }

    /// When a document was created, in seconds.
    pub(super) fn created(&self, doc: DocId) -> Result<i64, IndexError> {
        self.created.first(doc).ok_or_else(|| lacks(schema::CREATED))
    }

    /// Documents as hits, in the order given, each with its score and shares. Columns are read in their own order.
    pub(super) fn hits(&self, wanted: Vec<(DocId, f64, Vec<f64>)>) -> Result<Vec<Hit>, IndexError> {
        let docs: Vec<DocId> = wanted.iter().map(|(doc, _, _)| *doc).collect();
        let names = values(&self.names, &docs, schema::NAME)?;
        let cards = values(&self.cards, &docs, schema::CARD)?;
        let whole = wanted.into_iter().zip(names.iter().zip(&cards));
        whole.map(|((doc, score, shares), (name, card))| self.hit(doc, score, shares, name, card)).collect()
    }

    fn hit(&self, doc: DocId, score: f64, shares: Vec<f64>, name: &[u8], card: &[u8]) -> Result<Hit, IndexError> {
        let card = Card::from_bytes(card).ok_or_else(|| lacks(schema::CARD))?;
        let name = std::str::from_utf8(name).map_err(engine_failed)?;
        let document = DocumentName::from_id(name).map_err(engine_failed)?;
        Ok(Hit {
            score,
            shares,
            kind: card.kind,
            people: card.people,
            community: card.community,
            thread_root: card.root.unwrap_or_else(|| document.clone()),
            language: card.language,
            created: moment(self.created(doc)?, schema::CREATED)?,
            updated: moment(self.updated.first(doc).ok_or_else(|| lacks(schema::UPDATED))?, schema::UPDATED)?,
            document,
        })
    }
}

/// The values of a column for some documents, in the documents' order.
fn values(column: &BytesColumn, docs: &[DocId], name: &'static str) -> Result<Vec<Vec<u8>>, IndexError> {
    let mut places = Vec::with_capacity(docs.len());
    for (place, doc) in docs.iter().enumerate() {
        places.push((column.ords().first(*doc).ok_or_else(|| lacks(name))?, place));
    }
    places.sort_unstable();
    let ords: Vec<u64> = places.iter().map(|(ord, _)| *ord).collect();
    let mut values = vec![Vec::new(); docs.len()];
    let mut targets = places.iter();
    let all = column.dictionary().sorted_ords_to_term_cb(&ords, |value| {
        if let Some(target) = targets.next().and_then(|(_, place)| values.get_mut(*place)) {
            target.extend_from_slice(value);
        }
    });
    if all.map_err(engine_failed)? { Ok(values) } else { Err(lacks(name)) }
}

fn moment(seconds: i64, column: &'static str) -> Result<Moment, IndexError> {
    Moment::from_unix_seconds(seconds).ok_or_else(|| lacks(column))
}

fn lacks(column: &'static str) -> IndexError {
    engine_failed(UnsoundColumn(column))
}
