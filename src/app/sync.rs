//! Syncs: an import of all that a source has, after which what it no longer has is deleted.
//!
//! The ledger knows what a sync saw, decides it in the order of its commits, and keeps how far a sweep is; so a sweep that was cut
//! off, by its caller or by a kill, is begun again and goes on, and never takes what an import was told about.

use super::{App, AppError, Call};
use crate::domain::{Moment, RecordKind, Revision};
use crate::storage::ledger::{LedgerError, Operation, RequestKey, SourceSync, SyncRef, Write, Written};

/// How often beginning is tried anew because somebody else began a sync of the same system in between.
const ATTEMPTS: usize = 16;

/// A sync that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunSync {
    /// Which.
    pub sync: SyncRef,
    /// When.
    pub at: Moment,
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swept {
    /// Not at its end.
    Progress {
        /// Documents deleted so far.
        deleted: u64,
        /// Documents to delete in all, as counted when the sweep began.
        to_delete: u64,
    },
    /// At its end.
    Done(SweepSummary),
}

/// What a sweep did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepSummary {
    /// Documents deleted.
    pub deleted: u64,
    /// Documents of the source that stay.
    pub kept: u64,
    /// Reads at or above this revision see nothing that was deleted; nothing where nothing is deleted yet.
    pub revision: Option<Revision>,
}

/// A sweep that is allowed.
#[derive(Debug)]
pub struct Sweep {
    sync: SourceSync,
    after: Option<String>,
    to_delete: u64,
    to_keep: u64,
    kept: u64,
}

impl Sweep {
    /// What it would come to; what it came to where it is over.
    #[must_use]
    pub fn foreseen(&self) -> SweepSummary {
        ended(&self.sync).unwrap_or(SweepSummary { deleted: self.to_delete, kept: self.to_keep, revision: None })
    }
}

impl App {
    /// Begins a sync of a source system, which supersedes the one before.
    ///
    /// # Errors
    /// [`AppError::SyncSuperseded`] where a repeated request began one that is not the current one any more; and what [`App`]'s
    /// writes share.
    pub async fn begin_sync(&self, call: &Call, system: &str, request: Option<RequestKey>) -> Result<BegunSync, AppError> {
        Self::authorise_write(call)?;
        let ledger = &self.backends.ledger;
        let (at, id) = (self.clock.now(), request.map(|request| request.id));
        for _ in 0..ATTEMPTS {
            let answered = match &request {
                Some(request) => ledger.recall(request).await?.is_some(),
                None => false,
            };
            let current = ledger.sync(RecordKind::Document, system).await?;
            if answered {
                let own = current.filter(|current| current.request == id);
                let begun = own.map(|own| BegunSync { sync: own.name, at: own.at });
                return begun.ok_or_else(|| AppError::SyncSuperseded { system: system.to_owned() });
            }
            let number = current.map_or(1, |current| current.name.number.saturating_add(1));
            let sync = SyncRef { kind: RecordKind::Document, system: system.to_owned(), number };
            let operations = vec![Operation::BeginSync { sync: sync.clone(), at, request: id }];
            match ledger.write(Write { operations, request, at }).await {
                Ok(Written { replayed: false, .. }) => return Ok(BegunSync { sync, at }),
                Ok(_) | Err(LedgerError::SyncSuperseded { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Overloaded)
    }

    /// Makes sure that a sync takes items.
    ///
    /// # Errors
    /// [`AppError::SyncSuperseded`], [`AppError::SyncCommitted`], or as [`App::authorise_write`].
    pub async fn check_sync(&self, call: &Call, sync: &SyncRef) -> Result<(), AppError> {
        match self.current_sync(call, sync).await?.end {
            None => Ok(()),
            Some(_) => Err(AppError::SyncCommitted { system: sync.system.clone() }),
        }
    }

    /// Counts what a sync did not see, and allows it to be swept; nothing is deleted yet.
    ///
    /// # Errors
    /// [`AppError::SyncSuperseded`]; [`AppError::TooManyDeletions`] where there is more of it than `most`;
    /// [`AppError::DeadlineExceeded`]; or as [`App::authorise_write`].
    pub async fn plan_sweep(&self, call: &Call, sync: &SyncRef, most: Option<u64>) -> Result<Sweep, AppError> {
        let sync = self.current_sync(call, sync).await?;
        let mut sweep = Sweep { after: None, to_delete: sync.swept, to_keep: 0, kept: 0, sync };
        if sweep.sync.end.is_some() {
            return Ok(sweep);
        }
        let SyncRef { kind, system, .. } = &sweep.sync.name;
        let mut after: Option<String> = None;
        loop {
            if call.patience.is_over() {
                return Err(AppError::DeadlineExceeded);
            }
            let page = self.backends.ledger.sourced(*kind, system, after.as_deref(), self.sweep_batch()).await?;
            let seen = page.iter().filter(|sourced| sourced.is_seen_by(&sweep.sync)).count();
            sweep.to_keep += seen as u64;
            sweep.to_delete += (page.len() - seen) as u64;
            match page.into_iter().last() {
                Some(last) => after = Some(last.id),
                None => break,
            }
        }
        match most {
            Some(most) if sweep.to_delete > most => {
                Err(AppError::TooManyDeletions { system: system.clone(), deletions: sweep.to_delete, most })
            }
            _ => Ok(sweep),
        }
    }

    /// Sweeps on: one write of deletions, or the end.
    ///
    /// # Errors
    /// [`AppError::SyncSuperseded`] or [`AppError::SyncCommitted`] where somebody else came between;
    /// [`AppError::DeadlineExceeded`]; and what [`App`]'s writes share.
    pub async fn sweep_on(&self, call: &Call, sweep: &mut Sweep) -> Result<Swept, AppError> {
        Self::authorise_write(call)?;
        if let Some(summary) = ended(&sweep.sync) {
            return Ok(Swept::Done(summary));
        }
        let name = sweep.sync.name.clone();
        loop {
            if call.patience.is_over() {
                return Err(AppError::DeadlineExceeded);
            }
            let ledger = &self.backends.ledger;
            let page = ledger.sourced(name.kind, &name.system, sweep.after.as_deref(), self.sweep_batch()).await?;
            let Some(last) = page.last().map(|last| last.id.clone()) else { break };
            let (seen, gone): (Vec<_>, Vec<_>) = page.into_iter().partition(|sourced| sourced.is_seen_by(&sweep.sync));
            sweep.after = Some(last);
            sweep.kept += seen.len() as u64;
            if gone.is_empty() {
                continue;
            }
            // An import may see one of them until the very moment: the ledger looks again, in the order of its commits.
            let operations = gone.into_iter().map(|sourced| Operation::Sweep { key: sourced.key, sync: name.clone() });
            let written = ledger.write(Write { operations: operations.collect(), request: None, at: self.clock.now() }).await?;
            let swept = written.outcomes.iter().filter(|outcome| outcome.changed).count();
            sweep.kept += (written.outcomes.len() - swept) as u64;
            sweep.sync.swept += swept as u64;
            return Ok(Swept::Progress { deleted: sweep.sync.swept, to_delete: sweep.to_delete.max(sweep.sync.swept) });
        }
        let operations = vec![Operation::EndSync { sync: name.clone(), kept: sweep.kept }];
        let ended_now = self.backends.ledger.write(Write { operations, request: None, at: self.clock.now() }).await;
        match ended_now {
            // The same sync, committed by somebody else: its summary is the truth.
            Ok(_) | Err(LedgerError::SyncEnded { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        sweep.sync = self.current_sync(call, &name).await?;
        let lost = || AppError::SyncSuperseded { system: name.system.clone() };
        ended(&sweep.sync).map(Swept::Done).ok_or_else(lost)
    }

    /// What the ledger keeps of a sync that is the current one of its system.
    async fn current_sync(&self, call: &Call, sync: &SyncRef) -> Result<SourceSync, AppError> {
        Self::authorise_write(call)?;
        let current = self.backends.ledger.sync(sync.kind, &sync.system).await?;
        let current = current.filter(|current| current.name == *sync);
        current.ok_or_else(|| AppError::SyncSuperseded { system: sync.system.clone() })
    }

    fn sweep_batch(&self) -> usize {
        self.settings.limits.sweep_batch
    }
}

fn ended(sync: &SourceSync) -> Option<SweepSummary> {
    sync.end.map(|end| SweepSummary { deleted: sync.swept, kept: end.kept, revision: Some(end.revision) })
}
