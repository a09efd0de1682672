//! The journal into the profiles, and the housekeeping of what both read models no longer need.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::feed::{self, Changed};
use super::{Backends, IndexPace, Standing};
use crate::domain::{Clock, Moment, Record, RecordKey, RecordKind, Revision};
use crate::storage::ledger::{Ledger, LedgerError};
use crate::storage::profiles::{ProfileChange, Profiles, ProfilesError};

/// How long to wait after a failure before trying again.
const BACK_OFF: Duration = Duration::from_secs(1);

/// Tails the journal into the profiles.
pub(super) struct Projector {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) profiles: Arc<dyn Profiles>,
    /// Rung when the profiles failed a reader or the housekeeping.
    pub(super) doubt: Arc<Notify>,
    pub(super) standing: Arc<Standing>,
    pub(super) stop: CancellationToken,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Profiles(#[from] ProfilesError),
    #[error("a reader or the housekeeping found them damaged")]
    Doubted,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Projector {
    /// Runs until stopped. Profiles ahead of `head`, or damaged, are rebuilt.
    pub(super) async fn run(self, head: Revision) {
        let mut rebuild = *self.profiles.applied().borrow() > head;
        while !self.stop.is_cancelled() {
            let outcome = if rebuild { self.rebuild().await } else { self.tail().await };
            rebuild = match outcome {
                Ok(()) => false,
                Err(Failure::Ledger(LedgerError::Trimmed { .. })) => true,
                Err(Failure::Ledger(LedgerError::Closed)) => return,
                Err(failure @ (Failure::Profiles(_) | Failure::Doubted)) => {
                    tracing::error!(error = %failure, "the profiles failed and are rebuilt from the ledger");
                    self.standing.fails(format!("they failed and are rebuilt: {failure}"));
                    tokio::time::sleep(BACK_OFF).await;
                    true
                }
                Err(Failure::Ledger(error)) => {
                    tracing::error!(error = %error, "reading the ledger for the profiles failed; trying again");
                    self.standing.fails(format!("reading the ledger for them failed: {error}"));
                    tokio::time::sleep(BACK_OFF).await;
                    false
                }
            };
        }
    }

    async fn tail(&self) -> Result<(), Failure> {
        let mut head = self.ledger.head();
        let mut applied = *self.profiles.applied().borrow();
        while !self.stop.is_cancelled() {
            if self.doubt.notified().now_or_never().is_some() {
                return Err(Failure::Doubted);
            }
            if let Some((changes, through)) = feed::next_changes(self.ledger.as_ref(), applied).await? {
                self.profiles.apply(changes.into_iter().filter_map(profile_change).collect(), through).await?;
                self.standing.is_well();
                applied = through;
                continue;
            }
            tokio::select! {
                changed = head.wait_for(|head| *head > applied) => {
                    changed.map_err(|_| LedgerError::Closed)?;
                }
                () = self.doubt.notified() => return Err(Failure::Doubted),
                () = self.stop.cancelled() => {}
            }
        }
        Ok(())
    }

    async fn rebuild(&self) -> Result<(), Failure> {
        self.standing.set_rebuilding(true);
        let rebuilt = self.start_from_nothing().await;
        self.standing.set_rebuilding(false);
        if rebuilt.is_ok() {
            self.standing.is_well();
        }
        rebuilt
    }

    /// Every person and document as it is now, then the journal from where that began.
    async fn start_from_nothing(&self) -> Result<(), Failure> {
        let began_at = *self.ledger.head().borrow();
        self.profiles.clear().await?;
        // Whoever rang until here met what is gone now.
        let _ = self.doubt.notified().now_or_never();
        for kind in [RecordKind::Person, RecordKind::Document] {
            let mut after: Option<String> = None;
            loop {
                let page = feed::next_records(self.ledger.as_ref(), kind, after.as_deref()).await?;
                let last = page.len() < feed::BATCH;
                after = page.last().map(|record| record.key().id().to_owned());
                let changes = page.into_iter().filter_map(|record| profile_change((record.key(), Some(record)))).collect();
                self.profiles.apply(changes, Revision::ZERO).await?;
                if last {
                    break;
                }
                if self.stop.is_cancelled() {
                    return Ok(());
                }
            }
        }
        self.profiles.apply(Vec::new(), began_at).await?;
        Ok(())
    }
}

fn profile_change(change: Changed) -> Option<ProfileChange> {
    match change {
        (_, Some(Record::Person(person))) => Some(ProfileChange::PutPerson(Box::new(person.profile()))),
        (_, Some(Record::Document(document))) => Some(ProfileChange::PutDocument(Box::new(document))),
        (RecordKey::Person(name), None) => Some(ProfileChange::DeletePerson(name)),
        (RecordKey::Document(name), None) => Some(ProfileChange::DeleteDocument(name)),
        (RecordKey::Community(_) | RecordKey::SynonymSet(_) | RecordKey::Curation(_), _)
        | (_, Some(Record::Community(_) | Record::SynonymSet(_) | Record::Curation(_))) => None,
    }
}

/// Checkpoints the profiles, and trims the journal below what both read models have made safe.
pub(super) struct Housekeeping {
    pub(super) backends: Backends,
    pub(super) pace: IndexPace,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) stop: CancellationToken,
}

impl Housekeeping {
    pub(super) async fn run(self) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.pace.checkpoint_every) => self.round().await,
                () = self.stop.cancelled() => return,
            }
        }
    }

    async fn round(&self) {
        let checkpointed = *self.backends.profiles.applied().borrow();
        if let Err(error) = self.backends.profiles.checkpoint().await {
            // It has rung for the projector, too, which rebuilds them.
            tracing::error!(error = %error, "checkpointing the profiles failed");
            return;
        }
        let through = checkpointed.min(*self.backends.index.applied().borrow());
        let keep = i64::try_from(self.pace.journal_keep.as_secs()).unwrap_or(i64::MAX);
        let before = Moment::from_unix_seconds(self.clock.now().unix_seconds().saturating_sub(keep)).unwrap_or(Moment::MIN);
        if let Err(error) = self.backends.ledger.trim(through, before).await {
            tracing::error!(error = %error, "trimming the journal failed");
        }
    }
}
