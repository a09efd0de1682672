//! Rights taken away that the index has not applied yet.
//!
//! A document is seen only by who may read its indexed version and every version since. Entries leave once the applied
//! revision reaches theirs.

use std::collections::HashMap;

use crate::access::Sight;
use crate::domain::{DocumentName, Gates, Revision};
use crate::index::Revocation;

/// The revocations that wait for a commit.
#[derive(Clone, Debug, Default)]
pub(super) struct Revocations {
    /// Grows with every change, so that what was derived from the revocations can tell whether it still holds.
    version: u64,
    by_document: HashMap<DocumentName, Withdrawn>,
}

/// The versions since the indexed one: each revision with the gates of then; nothing where the document was deleted.
#[derive(Clone, Debug, Default)]
pub(super) struct Withdrawn(Vec<(Revision, Option<Gates>)>);

impl Revocations {
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// How many documents are concerned.
    pub(super) fn len(&self) -> usize {
        self.by_document.len()
    }

    /// The documents concerned.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&DocumentName, &Withdrawn)> {
        self.by_document.iter()
    }

    /// Takes a revocation, unless it is applied already.
    pub(super) fn add(&mut self, revocation: Revocation, applied: Revision) {
        if revocation.revision <= applied {
            return;
        }
        let withdrawn = &mut self.by_document.entry(revocation.document).or_default().0;
        withdrawn.retain(|(_, gates)| *gates != revocation.gates);
        withdrawn.push((revocation.revision, revocation.gates));
        self.version += 1;
    }

    /// Drops what a commit has applied.
    pub(super) fn applied(&mut self, applied: Revision) {
        let before = self.by_document.len();
        let mut changed = false;
        self.by_document.retain(|_, Withdrawn(versions)| {
            let waiting = versions.len();
            versions.retain(|(revision, _)| *revision > applied);
            changed |= versions.len() != waiting;
            !versions.is_empty()
        });
        if changed || self.by_document.len() != before {
            self.version += 1;
        }
    }
}

impl Withdrawn {
    /// Whether a sight admits every version since the indexed one.
    pub(super) fn admits(&self, sight: &Sight) -> bool {
        self.0.iter().all(|(_, gates)| gates.as_ref().is_some_and(|gates| sight.passes(gates)))
    }
}
