//! Documents as an asker sees them: what is theirs alone is told, and what is others' is left out.

use super::writes::{Acknowledged, Etag, Shown};
use super::{App, AppError, Call};
use crate::domain::{Document, DocumentName, PersonName, Reactions, Record};

/// A document as one asker sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenDocument {
    /// The document, without who reacted.
    pub document: Document,
    /// Counts of reactions, its source's and those of everybody who reacted here.
    pub reaction_counts: Reactions,
    /// The kinds with which the asker reacted here, sorted.
    pub own_reactions: Vec<String>,
}

impl Etag {
    /// The etag of a document: of what is written of it. Who reacts does not change it, so that a writer is not turned away for
    /// that, and nobody learns from it who did.
    pub(super) fn of_document(document: &Document) -> Self {
        if document.reacted.is_empty() {
            return Self::of(document);
        }
        let mut written = document.clone();
        written.reacted.clear();
        Self::of(&written)
    }
}

impl App {
    /// A document as the asker sees it, who may read it.
    pub(super) fn seen(call: &Call, document: Document) -> Shown<SeenDocument> {
        seen_by(call.asker.name(), document)
    }

    /// A written document as its writer sees it.
    pub(super) fn seen_written(
        call: &Call,
        done: Acknowledged<Record>,
        name: &DocumentName,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        let Acknowledged { value, revision, existed, changed } = done;
        let document = value.into_document().ok_or_else(|| AppError::not_found(name))?;
        Ok(Acknowledged { value: Self::seen(call, document), revision, existed, changed })
    }
}

fn seen_by(asker: Option<&PersonName>, mut document: Document) -> Shown<SeenDocument> {
    let reaction_counts = document.reaction_counts();
    let reacted = std::mem::take(&mut document.reacted);
    let own = |people: &std::collections::BTreeSet<PersonName>| asker.is_some_and(|asker| people.contains(asker));
    let own_reactions = reacted.into_iter().filter(|(_, people)| own(people)).map(|(kind, _)| kind).collect();
    let etag = Etag::of_document(&document);
    Shown { value: SeenDocument { document, reaction_counts, own_reactions }, etag }
}
