//! Which documents of a segment may be shown: visible, and inside the filter. Filters never touch statistics.

use ::tantivy::{BitSet, DocId, Term};

use super::bits::Bits;
use super::pace::Pace;
use super::part::{VisiblePart, ones};
use super::schema::{self, Fields};
use super::snapshot::Segment;
use super::statistics::Terms;
use crate::domain::{DocumentName, PersonName, ResourceName};
use crate::index::IndexError;
use crate::query::{Filter, TimeRange};

/// Decides for each document of one segment.
pub(super) struct Admission<'a> {
    /// The segment's place in the snapshot.
    pub(super) at: usize,
    pub(super) segment: &'a Segment,
    pub(super) visible: &'a BitSet,
    /// What the query's condition admits; nothing where it admits everything.
    condition: Option<Bits>,
    /// What every filter by label admits; nothing where there is none.
    labelled: Option<Bits>,
    /// What the filter leaves out whatever else it admits; nothing where it leaves out nothing.
    left_out: Option<Bits>,
    created: TimeRange,
}

impl<'a> Admission<'a> {
    /// Reads the filter's labels in a segment, of which a condition admits these documents, or all.
    pub(super) fn new(
        (at, segment): (usize, &'a Segment),
        (visible, condition): (&'a VisiblePart, Option<Bits>),
        filter: &Filter,
        fields: Fields,
        pace: &mut Pace<'_>,
    ) -> Result<Self, IndexError> {
        let mut labelled: Option<Bits> = None;
        for terms in admitting(filter, fields) {
            let among = |doc| labelled.as_ref().is_none_or(|labelled| labelled.contains(doc));
            labelled = Some(segment.with_any(&terms, pace, among)?);
        }
        let left_out = match leaving_out(filter, fields) {
            terms if terms.is_empty() => None,
            terms => Some(segment.with_any(&terms, pace, |_| true)?),
        };
        Ok(Self { at, segment, visible: &visible.bits, condition, labelled, left_out, created: filter.created })
    }

    /// Whether a document is visible, whatever the filter says: what most fail, and all that the innermost loop can afford.
    #[inline]
    pub(super) fn sees(&self, doc: DocId) -> bool {
        self.visible.contains(doc)
    }

    /// Whether a document may be shown.
    pub(super) fn admits(&self, doc: DocId) -> Result<bool, IndexError> {
        if !self.sees(doc) || self.labelled.as_ref().is_some_and(|labelled| !labelled.contains(doc)) {
            return Ok(false);
        }
        if self.condition.as_ref().is_some_and(|condition| !condition.contains(doc)) {
            return Ok(false);
        }
        if self.left_out.as_ref().is_some_and(|left_out| left_out.contains(doc)) {
            return Ok(false);
        }
        if self.created.is_open() {
            return Ok(true);
        }
        Ok(is_within(self.created, self.segment.created(doc)?))
    }

    /// The visible documents with a term, whatever the filter says.
    pub(super) fn with_term(&self, term: &Term, pace: &mut Pace<'_>) -> Result<Vec<DocId>, IndexError> {
        with_term(self.segment, self.visible, term, pace)
    }

    /// Lets another condition decide; gives back the one before.
    pub(super) fn replace_condition(&mut self, condition: Option<Bits>) -> Option<Bits> {
        std::mem::replace(&mut self.condition, condition)
    }

    /// Every document that may be shown and has one of the terms, or every document that may be shown where no terms are
    /// given.
    pub(super) fn matching(&self, terms: Option<&Terms>, pace: &mut Pace<'_>) -> Result<Vec<DocId>, IndexError> {
        let candidates = match terms {
            Some(terms) => Some(self.with_terms(terms, pace)?),
            None => None,
        };
        match &candidates {
            Some(bits) => self.shown(bits.iter(), usize::MAX, pace),
            None => self.shown_of_all(usize::MAX, pace),
        }
    }

    /// How many documents may be shown, counted up to so many.
    pub(super) fn count_up_to(&self, most: usize, pace: &mut Pace<'_>) -> Result<usize, IndexError> {
        Ok(self.shown_of_all(most, pace)?.len())
    }

    /// Walks what a condition or a filter admits, which is far less than all that is visible.
    fn shown_of_all(&self, most: usize, pace: &mut Pace<'_>) -> Result<Vec<DocId>, IndexError> {
        match self.condition.as_ref().or(self.labelled.as_ref()) {
            Some(bits) => self.shown(bits.iter(), most, pace),
            None => self.shown(ones(self.visible), most, pace),
        }
    }

    /// The documents that have one of the terms; hidden ones may be among them.
    pub(super) fn with_terms(&self, terms: &Terms, pace: &mut Pace<'_>) -> Result<Bits, IndexError> {
        let mut bits = Bits::none(self.segment.reader.max_doc());
        for term in &terms.distinct {
            term.each(self.at, self.segment, pace, |doc, _| {
                bits.insert(doc);
                Ok(())
            })?;
        }
        Ok(bits)
    }

    /// Those that may be shown, up to so many.
    fn shown(&self, docs: impl Iterator<Item = DocId>, most: usize, pace: &mut Pace<'_>) -> Result<Vec<DocId>, IndexError> {
        let mut shown = Vec::new();
        for doc in docs {
            pace.step()?;
            if shown.len() == most {
                break;
            }
            if self.admits(doc)? {
                shown.push(doc);
            }
        }
        Ok(shown)
    }
}

/// The visible documents of a segment with a term.
pub(super) fn with_term(segment: &Segment, visible: &BitSet, term: &Term, pace: &mut Pace<'_>) -> Result<Vec<DocId>, IndexError> {
    let mut with_term = Vec::new();
    if let Some(info) = segment.find(term)? {
        segment.walk(term.field(), &info, pace, |doc| {
            if visible.contains(doc) {
                with_term.push(doc);
            }
        })?;
    }
    Ok(with_term)
}

/// Whether a moment, in seconds, lies inside a span of time.
pub(super) fn is_within(range: TimeRange, moment: i64) -> bool {
    range.from.is_none_or(|from| moment >= from.unix_seconds()) && range.until.is_none_or(|until| moment < until.unix_seconds())
}

/// What finds people in any role but mentioned.
fn people(names: &[PersonName], fields: Fields) -> Vec<Term> {
    names.iter().map(|person| fields.label_term(&schema::person_label(person.id()))).collect()
}

/// What finds documents by their names.
fn named(names: &[DocumentName], fields: Fields) -> Vec<Term> {
    names.iter().map(|document| fields.name_term(document.id())).collect()
}

/// The terms of each restricting field: one of each is wanted.
fn admitting(filter: &Filter, fields: Fields) -> Vec<Vec<Term>> {
    let label = |text: String| fields.label_term(&text);
    let of_fields = [
        named(&filter.documents, fields),
        filter.kinds.iter().map(|kind| label(schema::kind_label(*kind))).collect(),
        people(&filter.people, fields),
        filter.communities.iter().map(|community| label(schema::community_label(community.id()))).collect(),
        filter.hashtags.iter().map(|tag| label(schema::hashtag_label(tag))).collect(),
        filter.languages.iter().map(|language| label(schema::language_label(*language))).collect(),
    ];
    of_fields.into_iter().filter(|terms| !terms.is_empty()).collect()
}

/// The terms of which a document must have none.
fn leaving_out(filter: &Filter, fields: Fields) -> Vec<Term> {
    let mut terms = people(&filter.without_people, fields);
    terms.extend(named(&filter.without_documents, fields));
    terms
}
