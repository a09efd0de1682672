//! The journal into the index.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::feed::{self, Changed};
use super::{IndexPace, Standing};
use crate::app::upkeep::Job;
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
    /// Rung when somebody wants it built anew; the job has begun then.
    pub(super) rebuild_asked: Arc<Notify>,
    /// Building it anew, whoever wants that.
    pub(super) job: Arc<Job>,
    pub(super) standing: Arc<Standing>,
    pub(super) stop: CancellationToken,
}

/// What the projector does next.
enum Next {
    /// It follows the journal.
    Tail,
    /// It builds the index anew; the live one is of no use.
    Rebuild,
    /// It does so while the live one follows the journal.
    RebuildBeside,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("somebody wants it built anew")]
    Asked,
}

impl Projector {
    /// Runs until stopped. An index ahead of `head` is rebuilt.
    pub(super) async fn run(self, head: Revision) {
        let mut next = if *self.index.applied().borrow() > head { Next::Rebuild } else { Next::Tail };
        while !self.stop.is_cancelled() {
            let outcome = match next {
                Next::Tail => self.tail(&self.stop).await,
                Next::Rebuild | Next::RebuildBeside => self.rebuild(&next).await,
            };
            next = match outcome {
                Ok(()) => Next::Tail,
                Err(Failure::Asked) => Next::RebuildBeside,
                Err(Failure::Ledger(LedgerError::Trimmed { .. })) => Next::Rebuild,
                Err(Failure::Ledger(LedgerError::Closed)) => return,
                Err(Failure::Index(IndexError::Unusable { why })) => {
                    tracing::warn!(why, "the index cannot be used and is rebuilt");
                    self.standing.fails(format!("it could not be used and is rebuilt: {why}"));
                    Next::Rebuild
                }
                Err(failure) => {
                    tracing::error!(error = %failure, "feeding the index failed; trying again from its applied revision");
                    self.standing.fails(format!("feeding it failed: {failure}"));
                    tokio::time::sleep(BACK_OFF).await;
                    Next::Tail
                }
            };
        }
    }

    /// Applies and commits until stopped or failed. What was applied and not committed is applied again after a failure.
    async fn tail(&self, stop: &CancellationToken) -> Result<(), Failure> {
        let mut head = self.ledger.head();
        let mut taken = *self.index.applied().borrow();
        let mut committed = taken;
        let mut last_commit = Instant::now();
        let mut pause = self.pace.commit_at_least;
        let mut hurried = false;
        loop {
            let due = last_commit + pause;
            let stopping = stop.is_cancelled();
            if taken > committed && (stopping || hurried && *head.borrow() <= taken || Instant::now() >= due) {
                let began = Instant::now();
                self.index.commit(taken).await?;
                self.standing.is_well();
                committed = taken;
                hurried = false;
                last_commit = Instant::now();
                pause = (began.elapsed() * COMMIT_SHARE).clamp(self.pace.commit_at_least, self.pace.commit_at_most);
            }
            if stopping {
                return Ok(());
            }
            if self.rebuild_asked.notified().now_or_never().is_some() {
                return Err(Failure::Asked);
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
                () = self.rebuild_asked.notified() => return Err(Failure::Asked),
                () = tokio::time::sleep_until(due.into()), if taken > committed => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// One rebuild, told as a job.
    async fn rebuild(&self, how: &Next) -> Result<(), Failure> {
        // Begun already where somebody asked; whoever did so until here is served by this one.
        self.job.begin();
        let _ = self.rebuild_asked.notified().now_or_never();
        self.standing.set_rebuilding(true);
        let rebuilt = match how {
            Next::RebuildBeside => self.rebuild_beside().await,
            Next::Tail | Next::Rebuild => self.rebuild_alone().await,
        };
        self.standing.set_rebuilding(false);
        if rebuilt.is_ok() {
            self.standing.is_well();
        }
        self.job.end(rebuilt.as_ref().err().map(ToString::to_string));
        rebuilt
    }

    async fn rebuild_alone(&self) -> Result<(), Failure> {
        match self.fill().await? {
            Some(through) => self.swap(through).await,
            None => Ok(()),
        }
    }

    /// The live index follows the journal meanwhile, so that nobody who waits for a revision waits for the rebuild. It has stopped, with
    /// a last commit, before the other one is swapped in: revisions never go back.
    async fn rebuild_beside(&self) -> Result<(), Failure> {
        let pause = self.stop.child_token();
        let filling = async {
            let filled = self.fill().await;
            pause.cancel();
            filled
        };
        let (filled, tailed) = tokio::join!(filling, self.tail(&pause));
        if let Err(failure) = tailed {
            tracing::warn!(error = %failure, "feeding the index failed beside its rebuild, which replaces it");
        }
        match filled? {
            Some(through) => self.swap(through).await,
            None => Ok(()),
        }
    }

    /// Reads every document into an index beside the live one, then the journal from the revision at which that began; the revision
    /// that it reaches, or nothing where it was stopped.
    async fn fill(&self) -> Result<Option<Revision>, Failure> {
        let began_at = *self.ledger.head().borrow();
        tracing::info!(revision = began_at.0, "rebuilding the index from the ledger");
        self.job.expect(self.ledger.status().await?.documents);
        self.index.begin_rebuild().await?;
        let (mut after, mut done) = (None::<String>, 0);
        loop {
            let page = feed::next_records(self.ledger.as_ref(), RecordKind::Document, after.as_deref()).await?;
            let read = page.len();
            after = page.last().map(|record| record.key().id().to_owned());
            let changes = page.into_iter().map(|record| (record.key(), Some(record))).collect();
            self.index.apply_to_rebuild(documents_of(changes)).await?;
            done += read as u64;
            self.job.reached(done);
            if read < feed::BATCH {
                break;
            }
            if self.stop.is_cancelled() {
                return Ok(None);
            }
        }
        self.follow(began_at).await.map(Some)
    }

    /// Takes the journal after a revision into the index beside; the revision that it reaches.
    async fn follow(&self, mut through: Revision) -> Result<Revision, Failure> {
        while let Some((changes, reached)) = feed::next_changes(self.ledger.as_ref(), through).await? {
            self.index.apply_to_rebuild(documents_of(changes)).await?;
            through = reached;
        }
        Ok(through)
    }

    async fn swap(&self, through: Revision) -> Result<(), Failure> {
        let through = self.follow(through).await?;
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
