//! One state of the index, opened for searching: segments with their columns, at a revision.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::tantivy::columnar::{BytesColumn, Column, StrColumn};
use ::tantivy::fieldnorm::FieldNormReader;
use ::tantivy::index::{InvertedIndexReader, SegmentId};
use ::tantivy::postings::{BlockSegmentPostings, SegmentPostings, TermInfo};
use ::tantivy::schema::{Field, IndexRecordOption};
use ::tantivy::termdict::TermDictionary;
use ::tantivy::{DocId, Opstamp, Searcher, SegmentReader, Term};

use super::bits::Bits;
use super::card::Card;
use super::engine_failed;
use super::pace::Pace;
use super::ranked::Rank;
use super::schema::{self, Fields, TEXT_FIELDS};
use super::thread::{Place, Thread};
use crate::domain::{Judgement, Kind, Moment, Revision};
use crate::index::{Hit, IndexError, Order};
use crate::ranking::Standing;

/// How many cards are read between two looks at how long that takes.
const CARDS_AT_ONCE: usize = 1_024;

/// What tells a segment with its deletions from any other.
pub(super) type SegmentKey = (SegmentId, Option<Opstamp>);

/// One state of the index.
pub(super) struct Snapshot {
    /// Differs between any two snapshots of this process.
    pub(super) number: u64,
    pub(super) revision: Revision,
    pub(super) fields: Fields,
    pub(super) segments: Vec<Segment>,
}

/// A segment with the columns that hits are read from.
pub(super) struct Segment {
    pub(super) key: SegmentKey,
    pub(super) reader: SegmentReader,
    /// The lengths of documents in each text field.
    pub(super) norms: [FieldNormReader; TEXT_FIELDS],
    /// By the fields' numbers, for the engine finds them anew with each call, and makes those that are empty.
    inverted: Vec<Arc<InvertedIndexReader>>,
    created: Column<i64>,
    updated: Column<i64>,
    reactions: Column<u64>,
    kinds: Column<u64>,
    judgements: Column<u64>,
    stands_until: Column<i64>,
    names: StrColumn,
    name_heads: Column<u64>,
    threads: [Column<u64>; 2],
    places: Column<u64>,
    cards: BytesColumn,
}

/// A column that every segment has is missing or holds what it cannot hold.
#[derive(Debug, thiserror::Error)]
#[error("a segment lacks a sound column \"{0}\"")]
struct UnsoundColumn(&'static str);

/// A field was asked for postings that has none.
#[derive(Debug, thiserror::Error)]
#[error("the field is not indexed")]
struct NotIndexed;

impl Snapshot {
    /// Opens the columns of everything that a searcher sees.
    pub(super) fn new(searcher: &Searcher, fields: Fields, revision: Revision) -> Result<Self, IndexError> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let segments = searcher.segment_readers().iter().map(|reader| Segment::new(reader, fields)).collect::<Result<_, _>>()?;
        Ok(Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), revision, fields, segments })
    }
}

impl Segment {
    fn new(reader: &SegmentReader, fields: Fields) -> Result<Self, IndexError> {
        let columns = reader.fast_fields();
        let indexed = reader.schema().fields().take_while(|(_, entry)| entry.is_indexed());
        let inverted =
            indexed.map(|(field, _)| reader.inverted_index(field)).collect::<Result<Vec<_>, _>>().map_err(engine_failed)?;
        let [exact, stem] = fields.text().map(|field| reader.get_fieldnorms_reader(field).map_err(engine_failed));
        let [high, low] = schema::THREAD.map(|half| columns.u64(half).map_err(engine_failed));
        Ok(Self {
            key: (reader.segment_id(), reader.delete_opstamp()),
            norms: [exact?, stem?],
            inverted,
            created: columns.i64(schema::CREATED).map_err(engine_failed)?,
            updated: columns.i64(schema::UPDATED).map_err(engine_failed)?,
            reactions: columns.u64(schema::REACTIONS).map_err(engine_failed)?,
            kinds: columns.u64(schema::KIND).map_err(engine_failed)?,
            judgements: columns.u64(schema::JUDGEMENT).map_err(engine_failed)?,
            stands_until: columns.i64(schema::STANDS_UNTIL).map_err(engine_failed)?,
            name_heads: columns.u64(schema::NAME_HEAD).map_err(engine_failed)?,
            threads: [high?, low?],
            places: columns.u64(schema::PLACE).map_err(engine_failed)?,
            names: columns.str(schema::NAME).map_err(engine_failed)?.ok_or_else(|| lacks(schema::NAME))?,
            cards: columns.bytes(schema::CARD).map_err(engine_failed)?.ok_or_else(|| lacks(schema::CARD))?,
            reader: reader.clone(),
        })
    }

    fn inverted(&self, field: Field) -> Result<&InvertedIndexReader, IndexError> {
        let found = usize::try_from(field.field_id()).ok().and_then(|at| self.inverted.get(at));
        found.map(Arc::as_ref).ok_or_else(|| engine_failed(NotIndexed))
    }

    /// Where the segment keeps the documents with a term; nothing where none has it.
    pub(super) fn find(&self, term: &Term) -> Result<Option<TermInfo>, IndexError> {
        self.inverted(term.field())?.get_term_info(term).map_err(engine_failed)
    }

    /// The terms of a field, those of deleted documents included.
    pub(super) fn terms(&self, field: Field) -> Result<&TermDictionary, IndexError> {
        Ok(self.inverted(field)?.terms())
    }

    /// The documents kept there, one by one, deleted ones included.
    pub(super) fn postings(
        &self,
        field: Field,
        info: &TermInfo,
        option: IndexRecordOption,
    ) -> Result<SegmentPostings, IndexError> {
        self.inverted(field)?.read_postings_from_terminfo(info, option).map_err(engine_failed)
    }

    /// The documents kept there, block by block, deleted ones included.
    pub(super) fn blocks(
        &self,
        field: Field,
        info: &TermInfo,
        option: IndexRecordOption,
    ) -> Result<BlockSegmentPostings, IndexError> {
        self.inverted(field)?.read_block_postings_from_terminfo(info, option).map_err(engine_failed)
    }

    /// Walks the documents kept there, deleted ones included.
    pub(super) fn walk(
        &self,
        field: Field,
        info: &TermInfo,
        pace: &mut Pace<'_>,
        mut each: impl FnMut(DocId),
    ) -> Result<(), IndexError> {
        let mut blocks = self.blocks(field, info, IndexRecordOption::Basic)?;
        loop {
            let docs = blocks.docs();
            if docs.is_empty() {
                return Ok(());
            }
            for doc in docs {
                each(*doc);
            }
            pace.steps(docs.len())?;
            blocks.advance();
        }
    }

    /// The wanted documents that have one of some terms.
    pub(super) fn with_any(
        &self,
        terms: &[Term],
        pace: &mut Pace<'_>,
        wanted: impl Fn(DocId) -> bool,
    ) -> Result<Bits, IndexError> {
        let mut having = Bits::none(self.reader.max_doc());
        for term in terms {
            let Some(info) = self.find(term)? else { continue };
            self.walk(term.field(), &info, pace, |doc| {
                if wanted(doc) {
                    having.insert(doc);
                }
            })?;
        }
        Ok(having)
    }

    /// Whether a document is not deleted.
    pub(super) fn is_alive(&self, doc: DocId) -> bool {
        self.reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc))
    }

    /// Where a document's id stands among the ids of the segment.
    pub(super) fn name_ord(&self, doc: DocId) -> Result<u64, IndexError> {
        self.names.ords().first(doc).ok_or_else(|| lacks(schema::NAME))
    }

    /// The first bytes of a document's id, as [`schema::name_head`] has them.
    pub(super) fn name_head(&self, doc: DocId) -> Result<u64, IndexError> {
        self.name_heads.first(doc).ok_or_else(|| lacks(schema::NAME_HEAD))
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

    /// When a document was last changed, in seconds.
    pub(super) fn updated(&self, doc: DocId) -> Result<i64, IndexError> {
        self.updated.first(doc).ok_or_else(|| lacks(schema::UPDATED))
    }

    /// What an order goes by that is not by relevance; the newest first where it is.
    pub(super) fn rank(&self, doc: DocId, order: Order) -> Result<Rank, IndexError> {
        Ok(Rank::Number(match order {
            Order::Relevance | Order::Newest => self.created(doc)?,
            Order::Updated => self.updated(doc)?,
            Order::Reactions => i64::from(self.reactions(doc)?),
        }))
    }

    fn reactions(&self, doc: DocId) -> Result<u32, IndexError> {
        let total = self.reactions.first(doc).and_then(|total| u32::try_from(total).ok());
        total.ok_or_else(|| lacks(schema::REACTIONS))
    }

    /// What tells how much a document may be relied on, and how fresh it is.
    pub(super) fn standing(&self, doc: DocId) -> Result<Standing, IndexError> {
        let kind = self.kinds.first(doc).and_then(|number| Kind::ALL.get(usize::try_from(number).ok()?).copied());
        let judgement = match self.judgements.first(doc) {
            Some(schema::NO_JUDGEMENT) => None,
            Some(number) => {
                let known = [Judgement::Verified, Judgement::Deprecated];
                let said = known.into_iter().find(|said| schema::judgement_number(*said) == number);
                Some(said.ok_or_else(|| lacks(schema::JUDGEMENT))?)
            }
            None => return Err(lacks(schema::JUDGEMENT)),
        };
        let until = moment(self.stands_until.first(doc).ok_or_else(|| lacks(schema::STANDS_UNTIL))?, schema::STANDS_UNTIL)?;
        Ok(Standing {
            kind: kind.ok_or_else(|| lacks(schema::KIND))?,
            judgement,
            until: (until < Moment::MAX).then_some(until),
            updated: moment(self.updated(doc)?, schema::UPDATED)?,
        })
    }

    /// The thread of a document.
    pub(super) fn thread(&self, doc: DocId) -> Result<Thread, IndexError> {
        let [high, low] = self.threads.each_ref().map(|half| half.first(doc));
        high.zip(low).map(|(high, low)| Thread::from_halves([high, low])).ok_or_else(|| lacks(schema::THREAD[0]))
    }

    /// Where a document stands in its thread.
    pub(super) fn place(&self, doc: DocId) -> Result<Place, IndexError> {
        self.places.first(doc).and_then(Place::from_number).ok_or_else(|| lacks(schema::PLACE))
    }

    /// Documents as hits, in the order given, each with its score and shares. Columns are read in their own order.
    pub(super) fn hits(&self, wanted: Vec<(DocId, f64, Vec<f64>)>) -> Result<Vec<Hit>, IndexError> {
        let docs: Vec<DocId> = wanted.iter().map(|(doc, _, _)| *doc).collect();
        let cards = values(&self.cards, &docs, schema::CARD)?;
        wanted.into_iter().zip(&cards).map(|((doc, score, shares), card)| self.hit(doc, score, shares, card)).collect()
    }

    /// Visits the cards of some documents, each with the place of its document among these, in the order in which they are kept.
    pub(super) fn cards(&self, docs: &[DocId], pace: &mut Pace<'_>, mut each: impl FnMut(usize, Card)) -> Result<(), IndexError> {
        for some in kept(&self.cards, docs, schema::CARD)?.chunks(CARDS_AT_ONCE) {
            pace.steps(some.len())?;
            let mut sound = true;
            visit(&self.cards, some, schema::CARD, |place, card| match Card::from_bytes(card) {
                Some(card) => each(place, card),
                None => sound = false,
            })?;
            if !sound {
                return Err(lacks(schema::CARD));
            }
        }
        Ok(())
    }

    fn hit(&self, doc: DocId, score: f64, shares: Vec<f64>, card: &[u8]) -> Result<Hit, IndexError> {
        let card = Card::from_bytes(card).ok_or_else(|| lacks(schema::CARD))?;
        let standing = self.standing(doc)?;
        Ok(Hit {
            score,
            shares,
            factors: Vec::new(),
            kind: standing.kind,
            people: card.people,
            community: card.community,
            thread_root: card.root.unwrap_or_else(|| card.document.clone()),
            language: card.language,
            created: moment(self.created(doc)?, schema::CREATED)?,
            updated: standing.updated,
            reactions: self.reactions(doc)?,
            document: card.document,
            sketch: card.sketch,
        })
    }
}

/// The values of a column for some documents, in the documents' order.
fn values(column: &BytesColumn, docs: &[DocId], name: &'static str) -> Result<Vec<Vec<u8>>, IndexError> {
    let mut values = vec![Vec::new(); docs.len()];
    visit(column, &kept(column, docs, name)?, name, |place, value| {
        if let Some(target) = values.get_mut(place) {
            target.extend_from_slice(value);
        }
    })?;
    Ok(values)
}

/// Where a column keeps the values of some documents, each with the place of its document among these, in the column's order.
fn kept(column: &BytesColumn, docs: &[DocId], name: &'static str) -> Result<Vec<(u64, usize)>, IndexError> {
    let ords = docs.iter().enumerate().map(|(place, doc)| Some((column.ords().first(*doc)?, place)));
    let mut kept = ords.collect::<Option<Vec<_>>>().ok_or_else(|| lacks(name))?;
    kept.sort_unstable();
    Ok(kept)
}

/// Visits values of a column in its order, each with its document's place.
fn visit(
    column: &BytesColumn,
    kept: &[(u64, usize)],
    name: &'static str,
    mut each: impl FnMut(usize, &[u8]),
) -> Result<(), IndexError> {
    let ords: Vec<u64> = kept.iter().map(|(ord, _)| *ord).collect();
    let mut places = kept.iter();
    let all = column.dictionary().sorted_ords_to_term_cb(&ords, |value| {
        if let Some((_, place)) = places.next() {
            each(*place, value);
        }
    });
    if all.map_err(engine_failed)? { Ok(()) } else { Err(lacks(name)) }
}

fn moment(seconds: i64, column: &'static str) -> Result<Moment, IndexError> {
    Moment::from_unix_seconds(seconds).ok_or_else(|| lacks(column))
}

fn lacks(column: &'static str) -> IndexError {
    engine_failed(UnsoundColumn(column))
}
