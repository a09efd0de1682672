//! Documents as an asker sees them: what is theirs alone is told, and what is others' is left out.

use std::collections::{BTreeSet, HashSet};

use super::writes::{Acknowledged, Etag, Shown};
use super::{App, AppError, Call};
use crate::domain::{Document, DocumentName, Moment, PersonName, Reactions, Record, RecordKey, ReviewState};

/// A document as one asker sees it at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenDocument {
    /// The document, without who reacted, and without a replacement that the asker may not read.
    pub document: Document,
    /// Counts of reactions, its source's and those of everybody who reacted here.
    pub reaction_counts: Reactions,
    /// The kinds with which the asker reacted here, sorted.
    pub own_reactions: Vec<String>,
    /// How its review stands, where it has one.
    pub review_state: Option<ReviewState>,
}

impl Etag {
    /// The etag of a document: of what is written of it. Who reacts does not change it, so that a writer is not turned away for
    /// that; and neither does what replaces it, which not everybody sees who sees the document. So it tells nobody of either.
    pub(super) fn of_document(document: &Document) -> Self {
        let replaced = document.review.as_ref().is_some_and(|review| review.replacement.is_some());
        if document.reacted.is_empty() && !replaced {
            return Self::of(document);
        }
        let mut written = document.clone();
        written.reacted.clear();
        if let Some(review) = &mut written.review {
            review.replacement = None;
        }
        Self::of(&written)
    }
}

impl App {
    /// Documents as the asker sees them, who may read them, in their order.
    pub(super) async fn seen(&self, call: &Call, documents: Vec<Document>) -> Result<Vec<Shown<SeenDocument>>, AppError> {
        let replacement = |document: &Document| document.review.as_ref().and_then(|review| review.replacement.clone());
        let keys: Vec<RecordKey> = documents.iter().filter_map(replacement).map(RecordKey::Document).collect();
        let records = if keys.is_empty() { Vec::new() } else { self.backends.ledger.get_many(&keys).await? };
        let sight = self.sight(call);
        let readable: HashSet<DocumentName> = records
            .into_iter()
            .filter_map(|stored| stored?.record.into_document())
            .filter(|document| sight.may_read(document))
            .map(|document| document.name)
            .collect();
        let now = self.clock.now();
        let asker = call.asker.name().map(|asker| self.memberships.aliases().names_of(asker)).unwrap_or_default();
        Ok(documents.into_iter().map(|document| seen_by(&asker, document, &readable, now)).collect())
    }

    /// A document as the asker sees it, who may read it; nothing stays nothing, and is told by its name.
    pub(super) async fn seen_one(
        &self,
        call: &Call,
        document: Option<Document>,
        name: &(impl std::fmt::Display + Sync),
    ) -> Result<Shown<SeenDocument>, AppError> {
        let seen = self.seen(call, document.into_iter().collect()).await?.pop();
        seen.ok_or_else(|| AppError::not_found(name))
    }

    /// A written document as its writer sees it.
    pub(super) async fn seen_written(
        &self,
        call: &Call,
        done: Acknowledged<Record>,
        name: &DocumentName,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        let Acknowledged { value, revision, existed, changed } = done;
        let value = self.seen_one(call, value.into_document(), name).await?;
        Ok(Acknowledged { value, revision, existed, changed })
    }
}

fn seen_by(
    asker: &BTreeSet<PersonName>,
    mut document: Document,
    readable: &HashSet<DocumentName>,
    now: Moment,
) -> Shown<SeenDocument> {
    let reaction_counts = document.reaction_counts();
    let own = |people: &BTreeSet<PersonName>| !asker.is_disjoint(people);
    let reacted = std::mem::take(&mut document.reacted);
    let etag = Etag::of_document(&document);
    let own_reactions = reacted.into_iter().filter(|(_, people)| own(people)).map(|(kind, _)| kind).collect();
    let review_state = document.review.as_ref().map(|review| review.state(now));
    if let Some(review) = &mut document.review {
        review.replacement.take_if(|replacement| !readable.contains(replacement));
    }
    Shown { value: SeenDocument { document, reaction_counts, own_reactions, review_state }, etag }
}
