//! Curations: read, list, change, delete, by those who hold the administer scope.

use tokio::sync::SemaphorePermit;

use crate::app::listing::Page;
use crate::app::patch::CurationPatch;
use crate::app::writes::{Acknowledged, Draft, Shown, WriteOptions};
use crate::app::{App, AppError, Call, FieldFault};
use crate::domain::{Curation, CurationName, Moment, Record, RecordKey, RecordKind, ResourceName, Revision};

impl App {
    /// A curation.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`] without the administer scope, [`AppError::NotFound`].
    pub async fn get_curation(&self, call: &Call, name: &CurationName) -> Result<Shown<Curation>, AppError> {
        Self::authorise_upkeep(call)?;
        self.freshen(call).await?;
        let curation = self.record(RecordKey::Curation(name.clone()), Record::into_curation).await?;
        curation.map(Shown::of).ok_or_else(|| AppError::not_found(name))
    }

    /// The curations, ascending by name, lapsed ones included.
    ///
    /// # Errors
    /// As [`App::get_curation`], and [`AppError::DeadlineExceeded`].
    pub async fn list_curations(
        &self,
        call: &Call,
        after: Option<&CurationName>,
        limit: usize,
    ) -> Result<Page<Curation>, AppError> {
        Self::authorise_upkeep(call)?;
        self.list_records(call, RecordKind::Curation, after.map(ResourceName::id), Record::into_curation, limit).await
    }

    /// Makes or changes a curation; searches follow it from the acknowledgement on. What it names need not exist.
    ///
    /// # Errors
    /// As [`App::get_curation`]; [`AppError::Invalid`] where there are as many as may be, where a document is both pinned and buried,
    /// or where it would lapse at once; and what [`App`]'s writes share.
    pub async fn update_curation(
        &self,
        call: &Call,
        name: CurationName,
        patch: CurationPatch,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<Curation>>, AppError> {
        Self::authorise_upkeep(call)?;
        let _alone = self.one_curation_at_a_time().await?;
        let of = name.clone();
        let done = self
            .change(RecordKey::Curation(name.clone()), options, |present, now| {
                std::future::ready(self.changed_curation(&of, present, &patch, now))
            })
            .await?;
        done.shown(Record::into_curation, &name)
    }

    /// Deletes a curation.
    ///
    /// # Errors
    /// As [`App::get_curation`]; missing ones may be allowed.
    pub async fn delete_curation(&self, call: &Call, name: CurationName, options: &WriteOptions) -> Result<Revision, AppError> {
        Self::authorise_upkeep(call)?;
        self.remove(RecordKey::Curation(name), options).await
    }

    /// Lets one change of synonym sets and curations through at a time, so that no two of them together pass a limit of their number.
    pub(super) async fn one_curation_at_a_time(&self) -> Result<SemaphorePermit<'_>, AppError> {
        self.curation_writes.acquire().await.map_err(|_| AppError::Closing)
    }

    fn changed_curation(
        &self,
        name: &CurationName,
        present: Option<Record>,
        patch: &CurationPatch,
        now: Moment,
    ) -> Result<Draft, AppError> {
        let present = present.and_then(Record::into_curation);
        let patch = patch.for_present(present.is_some());
        let mut faults = Vec::new();
        let most = self.settings.limits.curations;
        if present.is_none() && self.curations.curations() >= most {
            let told = format!("there are {most} already; limits.curations allows no more");
            faults.push(FieldFault::new("curation.name", told));
        }
        if patch.until.flatten().is_some_and(|until| until <= now) {
            faults.push(FieldFault::new("curation.expire_time", "must lie after now"));
        }
        let mut curation = present.clone().unwrap_or_else(|| Curation::new(name.clone(), now));
        patch.apply(&mut curation);
        faults.extend(broken_rules(&curation));
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        if present.is_some_and(|present| present != curation) {
            curation.updated = now;
        }
        Ok(Draft::alone(Record::Curation(curation)))
    }
}

/// What must hold of a whole curation, whichever of its fields a change names.
fn broken_rules(curation: &Curation) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if curation.queries.is_empty() {
        faults.push(FieldFault::new("curation.queries", "are required for a new curation"));
    }
    for (at, bury) in curation.buries.iter().enumerate() {
        if curation.pins.contains(bury) {
            faults.push(FieldFault::new(format!("curation.buries[{at}]"), "is pinned, too"));
        }
    }
    faults
}
