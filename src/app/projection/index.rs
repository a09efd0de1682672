//! The journal into the index.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::IndexPace;
use super::feed::{self, Changed};
use crate::domain::{Record, RecordKey, RecordKind, Revision};
use crate::index::{Index, IndexChange, IndexError};
use crate::storage::ledger::{Ledger, LedgerError};

/// How long to wait after a failure before trying again.
const BACK_OFF: Duration = Duration::from_secs(1);
/// A commit's cost may take at most one part in this many of the time.
const COMMIT_SHARE: u32 = 4;

/// Tails the journal into the index, committing on an adaptive timer.
pub(super) struct Projector {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) index: Arc<dyn Index>,
    pub(super) pace: IndexPace,
    pub(super) hurry: Arc<Notify>,
    pub(super) stop: CancellationToken,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Projector {
    /// Runs until stopped. An index ahead of `head` is rebuilt.
    pub(super) async fn run(self, head: Revision) {
        let mut rebuild = *self.index.applied().borrow() > head;
        while !self.stop.is_cancelled() {
            let outcome = if rebuild { self.rebuild().await } else { self.tail().await };
            rebuild = match outcome {
                Ok(()) => false,
                Err(Failure::Ledger(LedgerError::Trimmed { .. })) => true,
                Err(Failure::Ledger(LedgerError::Closed)) => return,
                Err(Failure::Index(IndexError::Unusable { why })) => {
                    tracing::warn!(why, "the index cannot be used and is rebuilt");
                    true
                }
                Err(failure) => {
                    tracing::error!(error = %failure, "feeding the index failed; trying again from its applied revision");
                    tokio::time::sleep(BACK_OFF).await;
                    false
                }
            };
        }
    }

    /// Applies and commits until stopped or failed. What was applied and not committed is applied again after a failure.
    async fn tail(&self) -> Result<(), Failure> {
        let mut head = self.ledger.head();
        let mut taken = *self.index.applied().borrow();
        let mut committed = taken;
        let mut last_commit = Instant::now();
        let mut pause = self.pace.commit_at_least;
        let mut hurried = false;
        loop {
            let due = last_commit + pause;
            let stopping = self.stop.is_cancelled();
            if taken > committed && (stopping || hurried && *head.borrow() <= taken || Instant::now() >= due) {
                let began = Instant::now();
                self.index.commit(taken).await?;
                committed = taken;
                hurried = false;
                last_commit = Instant::now();
                pause = (began.elapsed() * COMMIT_SHARE).clamp(self.pace.commit_at_least, self.pace.commit_at_most);
            }
            if stopping {
                return Ok(());
            }
            if let Some((changes, through)) = feed::next_changes(self.ledger.as_ref(), taken).await? {
                self.index.apply(documents_of(changes)).await?;
                taken = through;
                continue;
            }
            tokio::select! {
                changed = head.wait_for(|head| *head > taken) => {
                    changed.map_err(|_| LedgerError::Closed)?;
                }
                () = self.hurry.notified() => hurried = true,
                () = tokio::time::sleep_until(due.into()), if taken > committed => {}
                () = self.stop.cancelled() => {}
            }
        }
    }

    /// Reads every document beside the live index, then the journal from the revision at which that began, and swaps.
    async fn rebuild(&self) -> Result<(), Failure> {
        let began_at = *self.ledger.head().borrow();
        tracing::info!(revision = began_at.0, "rebuilding the index from the ledger");
        self.index.begin_rebuild().await?;
        let mut after: Option<String> = None;
        loop {
            let page = feed::next_records(self.ledger.as_ref(), RecordKind::Document, after.as_deref()).await?;
            let last = page.len() < feed::BATCH;
            after = page.last().map(|record| record.key().id().to_owned());
            let changes = page.into_iter().map(|record| (record.key(), Some(record))).collect();
            self.index.apply_to_rebuild(documents_of(changes)).await?;
            if last {
                break;
            }
            if self.stop.is_cancelled() {
                return Ok(());
            }
        }
        let mut through = began_at;
        while let Some((changes, reached)) = feed::next_changes(self.ledger.as_ref(), through).await? {
            self.index.apply_to_rebuild(documents_of(changes)).await?;
            through = reached;
        }
        self.index.finish_rebuild(through).await?;
        tracing::info!(revision = through.0, "the index is rebuilt");
        Ok(())
    }
}

fn documents_of(changes: Vec<Changed>) -> Vec<IndexChange> {
    changes
        .into_iter()
        .filter_map(|change| match change {
            (_, Some(Record::Document(document))) => Some(IndexChange::Put(Box::new(document))),
            (RecordKey::Document(name), None) => Some(IndexChange::Delete(name)),
            _ => None,
        })
        .collect()
}
