//! Terms of visible documents that complete or correct what was typed.

use ::tantivy::DocId;

use super::bits::Bits;
use super::dictionary::{Among, beginning_with, near};
use super::pace::Pace;
use super::revocations::Revocations;
use super::schema;
use super::search::Search;
use super::snapshot::Snapshot;
use super::statistics::Terms;
use super::visible::{VisibleSet, VisibleSets};
use crate::index::{Ask, AskTerms, IndexError, TermFound, TermPattern, TermsFound};
use crate::query::Condition;

/// Answers from a snapshot.
pub(super) fn find(
    ask: &AskTerms,
    snapshot: &Snapshot,
    revocations: &Revocations,
    sets: &VisibleSets,
) -> Result<TermsFound, IndexError> {
    let mut pace = Pace::new(&ask.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &ask.sight, &ask.patience)?;
    let among = match &ask.among {
        Some(among) => Matching::telling((among, ask.broad), snapshot, &visible, &mut pace)?,
        None => None,
    };
    let mut terms = Vec::with_capacity(ask.patterns.len());
    for pattern in &ask.patterns {
        pace.look()?;
        terms.push(match &among {
            Some(among) => of(pattern, ask.limit, snapshot, among, &mut pace)?,
            None => of(pattern, ask.limit, snapshot, &*visible, &mut pace)?,
        });
    }
    Ok(TermsFound { terms, revision: snapshot.revision })
}

/// The terms of one pattern.
fn of(
    pattern: &TermPattern,
    limit: usize,
    snapshot: &Snapshot,
    among: &impl Among,
    pace: &mut Pace<'_>,
) -> Result<Vec<TermFound>, IndexError> {
    let (fields, limit) = (snapshot.fields, limit.max(1));
    match pattern {
        TermPattern::Near(word) => near(snapshot, (fields.exact, word), limit, among, pace),
        TermPattern::Beginning(beginning) => Ok(beginning_with(snapshot, (fields.exact, beginning), limit, among, pace)?.terms),
        TermPattern::Hashtag(beginning) => {
            let prefix = schema::HASHTAG;
            let mut found = beginning_with(snapshot, (fields.filter, &format!("{prefix}{beginning}")), limit, among, pace)?.terms;
            for term in &mut found {
                term.text.drain(..prefix.len());
            }
            Ok(found)
        }
    }
}

/// Whether a condition asks for nothing but words.
fn only_words(condition: &Condition) -> bool {
    match condition {
        Condition::Everything | Condition::Slot(_) => true,
        Condition::All(parts) => parts.iter().all(only_words),
        _ => false,
    }
}

/// The documents that a search finds, by segment.
pub(super) struct Matching(Vec<Bits>);

impl Matching {
    /// Finds them, all that there are.
    pub(super) fn of(ask: &Ask, snapshot: &Snapshot, visible: &VisibleSet, pace: &mut Pace<'_>) -> Result<Self, IndexError> {
        Self::with(ask, &Terms::of(ask, snapshot, visible, pace)?, snapshot, visible, pace)
    }

    /// The same; nothing where nothing but words is asked for, each of which more documents have than tells anything.
    fn telling(
        (ask, broad): (&Ask, u64),
        snapshot: &Snapshot,
        visible: &VisibleSet,
        pace: &mut Pace<'_>,
    ) -> Result<Option<Self>, IndexError> {
        let terms = Terms::of(ask, snapshot, visible, pace)?;
        let rarest = terms.basis.frequencies.iter().min();
        if only_words(&ask.query.strict) && rarest.is_some_and(|rarest| *rarest > broad) {
            return Ok(None);
        }
        Self::with(ask, &terms, snapshot, visible, pace).map(Some)
    }

    fn with(
        ask: &Ask,
        terms: &Terms,
        snapshot: &Snapshot,
        visible: &VisibleSet,
        pace: &mut Pace<'_>,
    ) -> Result<Self, IndexError> {
        let search = Search { ask, snapshot, terms };
        let (pass, segments) = search.admissions(visible, pace)?;
        let mut found = Vec::with_capacity(segments.len());
        for segment in &segments {
            let mut bits = Bits::none(segment.segment.reader.max_doc());
            segment.matching(search.matched_by(pass), pace)?.into_iter().for_each(|doc| bits.insert(doc));
            found.push(bits);
        }
        Ok(Self(found))
    }
}

impl Among for Matching {
    fn has(&self, segment: usize, doc: DocId) -> bool {
        self.0.get(segment).is_some_and(|bits| bits.contains(doc))
    }
}
