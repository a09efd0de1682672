//! One search of one snapshot.
//!
//! By relevance the engine's block-max pruning proposes documents, and only visible ones are scored, with cursors and
//! weights of our own in the order of the query: nothing of the score comes from what is hidden. The engine's sum over all
//! forms of all words bounds our sum over the words' best forms, since it weighs with the same statistics.

use ::tantivy::fieldnorm::FieldNormReader;
use ::tantivy::postings::{Postings, SegmentPostings};
use ::tantivy::query::{BooleanQuery, EnableScoring, Occur, Query as EngineQuery, TermQuery, Weight};
use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, DocSet, Score};

use super::admission::Admission;
use super::engine_failed;
use super::ranked::{Best, Rank, Ranked};
use super::revocations::Revocations;
use super::snapshot::{Segment, Snapshot};
use super::statistics::{Form, Terms};
use super::visible::{Pace, VisibleSet, VisibleSets};
use crate::index::{Ask, CountHits, Found, Hit, HitCount, IndexError, Order};

/// Sums of 32-bit floats in another order differ by less than this share.
const ROUNDING: f64 = 1e-5;

/// Answers a question from a snapshot.
pub(super) fn search(ask: &Ask, snapshot: &Snapshot, revocations: &Revocations, sets: &VisibleSets) -> Result<Found, IndexError> {
    let mut pace = Pace::new(&ask.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &ask.sight, &ask.patience)?;
    let terms = Terms::of(&ask.query, snapshot, &visible, &mut pace)?;
    let limit = ask.limit.max(1);
    let search = Search { ask, snapshot, visible: &visible, terms: &terms };
    // One more than is wanted tells whether more follow.
    let mut best = Best::new(limit.saturating_add(1), ask.after.as_ref(), ask.order)?;
    let mut counted = match ask.count {
        CountHits::No => None,
        CountHits::UpTo(most) => Some(Counted { most, hits: 0 }),
    };
    for at in 0..snapshot.segments.len() {
        search.segment(at, &mut best, counted.as_mut(), &mut pace)?;
    }
    pace.look()?;
    let mut ranked = best.into_sorted();
    let more = ranked.len() > limit;
    ranked.truncate(limit);
    let hits = search.hits(ranked)?;
    let count = counted.map(|counted| counted.result());
    Ok(Found { hits, more, count, idf: terms.idf, basis: terms.basis, revision: snapshot.revision })
}

struct Search<'a> {
    ask: &'a Ask,
    snapshot: &'a Snapshot,
    visible: &'a VisibleSet,
    terms: &'a Terms,
}

/// Counts up to a number.
struct Counted {
    most: u32,
    hits: u64,
}

impl Counted {
    fn add(&mut self, hits: usize) {
        self.hits = self.hits.saturating_add(hits as u64);
    }

    fn is_full(&self) -> bool {
        self.hits > u64::from(self.most)
    }

    fn result(&self) -> HitCount {
        match u32::try_from(self.hits) {
            Ok(hits) if hits <= self.most => HitCount::Exact(hits),
            _ => HitCount::AtLeast(self.most),
        }
    }
}

impl<'a> Search<'a> {
    fn segment(
        &self,
        at: usize,
        best: &mut Best<'a>,
        counted: Option<&mut Counted>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        pace.look()?;
        let (Some(segment), Some(part)) = (self.snapshot.segments.get(at), self.visible.parts.get(at)) else {
            return Ok(());
        };
        let admission = Admission::new(segment, part, &self.ask.filter, self.snapshot.fields, pace)?;
        let counted = counted.filter(|counted| !counted.is_full());
        let newest = self.ask.order == Order::Newest;
        if newest || counted.is_some() {
            let every = newest && self.ask.query.words.is_empty();
            let matching = admission.matching((!every).then_some(self.terms.distinct.as_slice()), pace)?;
            if let Some(counted) = counted {
                counted.add(matching.len());
            }
            if newest {
                let shares = vec![0.0; self.terms.words.len()];
                for doc in matching {
                    pace.step()?;
                    best.offer(Rank::Created(segment.created(doc)?), (at, segment), doc, &shares)?;
                }
                return Ok(());
            }
        }
        if self.terms.distinct.is_empty() { Ok(()) } else { self.relevant(at, segment, &admission, best, pace) }
    }

    fn relevant(
        &self,
        at: usize,
        segment: &'a Segment,
        admission: &Admission<'_>,
        best: &mut Best<'a>,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let mut cursors = Cursors::new(segment, self.terms)?;
        let slack = f64::from(self.terms.slack(segment)?);
        // A score of zero bounds nothing: what ties with it must still be proposed.
        let worst = |best: &Best<'_>| best.worst_score().filter(|worst| *worst > 0.0);
        let threshold = |best: &Best<'_>| worst(best).map_or(Score::MIN, |worst| below(worst * (1.0 - ROUNDING) / slack));
        let mut failure = None;
        let mut shares = Vec::with_capacity(self.terms.words.len());
        let first = threshold(best);
        let mut held = first;
        let mut propose = |doc: DocId, _: Score| -> Score {
            let mut judge = || -> Result<(), IndexError> {
                pace.step()?;
                if admission.admits(doc)? {
                    let score = cursors.score(doc, self.terms, &mut shares);
                    best.offer(Rank::Score(score), (at, segment), doc, &shares)?;
                    held = threshold(best);
                }
                Ok(())
            };
            match judge() {
                Ok(()) => held,
                Err(error) => {
                    failure = Some(error);
                    // Nothing passes it, so that the engine comes to its end.
                    Score::INFINITY
                }
            }
        };
        self.weight()?.for_each_pruning(first, &segment.reader, &mut propose).map_err(engine_failed)?;
        failure.map_or(Ok(()), Err)
    }

    /// The engine's weight: one flat union with a clause for every form of every word. A term that is the best form of two
    /// words counts twice in our sum and so stands twice here.
    fn weight(&self) -> Result<Box<dyn Weight>, IndexError> {
        let clause = |form: &Form| -> Option<Box<dyn EngineQuery>> {
            let term = self.terms.distinct.get(form.place)?;
            Some(Box::new(TermQuery::new(term.clone(), IndexRecordOption::WithFreqs)))
        };
        let mut clauses: Vec<Box<dyn EngineQuery>> = self.terms.words.iter().flatten().filter_map(clause).collect();
        let query: Box<dyn EngineQuery> = match (clauses.pop(), clauses.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                Box::new(BooleanQuery::new(clauses.into_iter().chain(last).map(|clause| (Occur::Should, clause)).collect()))
            }
        };
        let scoring = EnableScoring::enabled_from_statistics_provider(self.terms.statistics(), &self.snapshot.searcher);
        query.weight(scoring).map_err(engine_failed)
    }

    /// Reads the hits segment by segment and puts them back in order.
    fn hits(&self, ranked: Vec<Ranked<'_>>) -> Result<Vec<Hit>, IndexError> {
        let mut wanted: Vec<(Vec<usize>, Vec<_>)> = vec![Default::default(); self.snapshot.segments.len()];
        for (place, ranked) in ranked.into_iter().enumerate() {
            let score = match ranked.rank {
                Rank::Score(score) => score,
                Rank::Created(_) => 0.0,
            };
            if let Some((places, of_segment)) = wanted.get_mut(ranked.at) {
                places.push(place);
                of_segment.push((ranked.doc, score, ranked.shares));
            }
        }
        let mut placed = Vec::new();
        for (segment, (places, of_segment)) in self.snapshot.segments.iter().zip(wanted) {
            placed.extend(places.into_iter().zip(segment.hits(of_segment)?));
        }
        placed.sort_unstable_by_key(|(place, _)| *place);
        Ok(placed.into_iter().map(|(_, hit)| hit).collect())
    }
}

/// The greatest 32-bit float that is not above a positive number, or less.
#[expect(clippy::cast_possible_truncation, reason = "a lower threshold only proposes more")]
fn below(number: f64) -> Score {
    let near = number as Score;
    if f64::from(near) > number { near.next_down() } else { near }
}

/// Our own cursors over the terms of a query in a segment.
struct Cursors {
    cursors: Vec<Option<Cursor>>,
}

struct Cursor {
    postings: SegmentPostings,
    norms: FieldNormReader,
}

impl Cursors {
    fn new(segment: &Segment, terms: &Terms) -> Result<Self, IndexError> {
        let mut cursors = Vec::with_capacity(terms.distinct.len());
        for term in &terms.distinct {
            let Some(postings) = segment.postings(term, IndexRecordOption::WithFreqs)? else {
                cursors.push(None);
                continue;
            };
            let norms = segment.reader.get_fieldnorms_reader(term.field()).map_err(engine_failed)?;
            cursors.push(Some(Cursor { postings, norms }));
        }
        Ok(Self { cursors })
    }

    /// The score of a document, and in `shares` the score of each word: its best form's. Documents come ascending.
    fn score(&mut self, doc: DocId, terms: &Terms, shares: &mut Vec<f64>) -> f64 {
        shares.clear();
        for word in &terms.words {
            let mut share = 0.0_f64;
            for form in word {
                let Some(Some(cursor)) = self.cursors.get_mut(form.place) else { continue };
                if cursor.postings.doc() < doc {
                    cursor.postings.seek(doc);
                }
                if cursor.postings.doc() == doc {
                    let score = form.weight.score(cursor.norms.fieldnorm_id(doc), cursor.postings.term_freq());
                    share = share.max(f64::from(score));
                }
            }
            shares.push(share);
        }
        shares.iter().sum()
    }
}
