//! Synonym sets: read, list, change, delete, by those who hold the administer scope.

use crate::app::listing::Page;
use crate::app::patch::SynonymSetPatch;
use crate::app::writes::{Acknowledged, Draft, Shown, WriteOptions};
use crate::app::{App, AppError, Call, FieldFault};
use crate::domain::{Moment, Record, RecordKey, RecordKind, ResourceName, Revision, SynonymSet, SynonymSetName};

impl App {
    /// A synonym set.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`] without the administer scope, [`AppError::NotFound`].
    pub async fn get_synonym_set(&self, call: &Call, name: &SynonymSetName) -> Result<Shown<SynonymSet>, AppError> {
        Self::authorise_upkeep(call)?;
        self.freshen(call).await?;
        let set = self.record(RecordKey::SynonymSet(name.clone()), Record::into_synonym_set).await?;
        set.map(Shown::of).ok_or_else(|| AppError::not_found(name))
    }

    /// The synonym sets, ascending by name.
    ///
    /// # Errors
    /// As [`App::get_synonym_set`], and [`AppError::DeadlineExceeded`].
    pub async fn list_synonym_sets(
        &self,
        call: &Call,
        after: Option<&SynonymSetName>,
        limit: usize,
    ) -> Result<Page<SynonymSet>, AppError> {
        Self::authorise_upkeep(call)?;
        self.list_records(call, RecordKind::SynonymSet, after.map(ResourceName::id), Record::into_synonym_set, limit).await
    }

    /// Makes or changes a synonym set; searches follow it from the acknowledgement on.
    ///
    /// # Errors
    /// As [`App::get_synonym_set`]; [`AppError::Invalid`] where there are as many as may be; and what [`App`]'s writes share.
    pub async fn update_synonym_set(
        &self,
        call: &Call,
        name: SynonymSetName,
        patch: SynonymSetPatch,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SynonymSet>>, AppError> {
        Self::authorise_upkeep(call)?;
        let _alone = self.one_curation_at_a_time().await?;
        let of = name.clone();
        let done = self
            .change(RecordKey::SynonymSet(name.clone()), options, |present, now| {
                std::future::ready(self.changed_set(&of, present, &patch, now))
            })
            .await?;
        done.shown(Record::into_synonym_set, &name)
    }

    /// Deletes a synonym set.
    ///
    /// # Errors
    /// As [`App::get_synonym_set`]; missing ones may be allowed.
    pub async fn delete_synonym_set(
        &self,
        call: &Call,
        name: SynonymSetName,
        options: &WriteOptions,
    ) -> Result<Revision, AppError> {
        Self::authorise_upkeep(call)?;
        self.remove(RecordKey::SynonymSet(name), options).await
    }

    fn changed_set(
        &self,
        name: &SynonymSetName,
        present: Option<Record>,
        patch: &SynonymSetPatch,
        now: Moment,
    ) -> Result<Draft, AppError> {
        let present = present.and_then(Record::into_synonym_set);
        let patch = patch.for_present(present.is_some());
        let mut faults = Vec::new();
        let most = self.settings.limits.synonym_sets;
        if present.is_none() && self.curations.synonym_sets() >= most {
            let told = format!("there are {most} already; limits.synonym_sets allows no more");
            faults.push(FieldFault::new("synonym_set.name", told));
        }
        let mut set = present.clone().unwrap_or_else(|| SynonymSet::new(name.clone(), now));
        patch.apply(&mut set);
        if set.terms.is_empty() {
            faults.push(FieldFault::new("synonym_set.terms", "are required for a new set"));
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        if present.is_some_and(|present| present != set) {
            set.updated = now;
        }
        Ok(Draft::alone(Record::SynonymSet(set)))
    }
}
