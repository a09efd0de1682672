//! One item of an import: the whole resource as its source has it.

use super::patch::{DocumentPatch, PersonPatch};
use super::writes::{Presence, WriteOptions};
use super::{App, AppError, Call, SyncRef};
use crate::domain::{DocumentName, PersonName, Revision};

/// What an import did with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportedAs {
    /// It was new.
    Created,
    /// It was another before.
    Updated,
    /// It was there already, the same to the letter: no revision was made.
    Unchanged,
}

/// An imported item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What was done.
    pub outcome: ImportedAs,
    /// Reads at or above this revision see it.
    pub revision: Revision,
}

impl Imported {
    fn of(existed: bool, changed: bool, revision: Revision) -> Self {
        let outcome = match (existed, changed) {
            (false, _) => ImportedAs::Created,
            (true, true) => ImportedAs::Updated,
            (true, false) => ImportedAs::Unchanged,
        };
        Self { outcome, revision }
    }
}

fn upsert() -> WriteOptions {
    WriteOptions { presence: Presence::Optional, ..WriteOptions::default() }
}

impl App {
    /// Makes a document what its source says; every field of the patch should be set. With a sync, what was there already is
    /// marked as seen by it before this is answered.
    ///
    /// # Errors
    /// As [`App::update_document`]; [`AppError::SyncSuperseded`] or [`AppError::SyncCommitted`] where the sync takes no items.
    pub async fn import_document(
        &self,
        call: &Call,
        name: DocumentName,
        patch: DocumentPatch,
        sync: Option<&SyncRef>,
    ) -> Result<Imported, AppError> {
        let done = self.write_document(call, name, patch, &upsert(), sync).await?;
        Ok(Imported::of(done.existed, done.changed, done.revision))
    }

    /// Makes a person what its source says; every field of the patch should be set.
    ///
    /// # Errors
    /// As [`App::update_person`].
    pub async fn import_person(&self, call: &Call, name: PersonName, patch: PersonPatch) -> Result<Imported, AppError> {
        Self::authorise_write(call)?;
        let done = self.update_person(call, name, patch, &upsert()).await?;
        Ok(Imported::of(done.existed, done.changed, done.revision))
    }
}
