//! The one thread that writes: takes what waits, makes one durable commit of it, tells observers, moves the head, answers.
//!
//! After a failed commit nobody knows what the disk holds, and a second sync may lie: the thread ends, which closes the
//! head's channel, and only a new process that reads the file again may write.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tokio::sync::{mpsc, oneshot, watch};

use super::super::plan::{self, Answered, Planned, Step};
use super::super::{CommitObserver, Committed, LedgerError, Operation, RequestKey, Write, Written};
use super::draft::{self, Draft};
use super::faults::store_fault;
use super::reserve;
use super::store::Store;
use crate::domain::{Audience, Moment, Record, Revision};

/// Observers, shared with the ledger that registers them.
pub(super) type Observers = Arc<RwLock<Vec<Arc<dyn CommitObserver>>>>;

/// How many journal entries and request ids one commit drops.
const TRIM_AT_ONCE: usize = 4_096;

/// What the thread is asked for.
pub(super) enum Job {
    /// A write.
    Write(Write, Reply<Written>),
    /// Dropping some of the oldest journal entries and request ids; answers whether more may be left.
    Trim(Revision, Moment, Reply<bool>),
}

/// Where an answer goes. Who asked may have left.
pub(super) type Reply<T> = oneshot::Sender<Result<T, LedgerError>>;

/// The writer's own. Fields go in this order: whoever sees the head's channel closed knows the store let go.
pub(super) struct Writer {
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) store: Arc<Store>,
    pub(super) observers: Observers,
    pub(super) group_max_writes: usize,
    pub(super) group_max_bytes: usize,
    /// Why the thread ended, for those who come later.
    pub(super) failure: Arc<OnceLock<LedgerError>>,
    pub(super) head: watch::Sender<Revision>,
}

type Waiting = (Write, Reply<Written>);

impl Writer {
    /// Works until nobody can ask any more, or until a commit failed.
    pub(super) fn run(mut self) {
        // Caught to be told of: an observer may have panicked, or the store over a damaged page.
        match panic::catch_unwind(AssertUnwindSafe(|| self.work())) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(error = %error, "the ledger failed and takes no more writes"),
            Err(_) => tracing::error!("the ledger's writer panicked; the ledger takes no more writes"),
        }
    }

    fn work(&mut self) -> Result<(), LedgerError> {
        let mut held_over = None;
        while let Some(job) = held_over.take().or_else(|| self.jobs.blocking_recv()) {
            match job {
                Job::Write(write, reply) => {
                    let group = self.gather((write, reply), &mut held_over);
                    self.commit_group(group)?;
                }
                Job::Trim(through, before, reply) => {
                    let trimmed = self.trim(through, before).inspect_err(|error| self.fail(error));
                    // Who asked may have left.
                    let _ = reply.send(trimmed.clone().and_then(|trimmed| trimmed));
                    trimmed.map(drop)?;
                }
            }
        }
        Ok(())
    }

    /// Adds waiting writes up to the limits; what does not fit is held over.
    fn gather(&mut self, first: Waiting, held_over: &mut Option<Job>) -> Vec<Waiting> {
        let mut bytes = weight(&first.0);
        let mut group = vec![first];
        while group.len() < self.group_max_writes {
            match self.jobs.try_recv() {
                Ok(Job::Write(write, reply)) if bytes.saturating_add(weight(&write)) <= self.group_max_bytes => {
                    bytes = bytes.saturating_add(weight(&write));
                    group.push((write, reply));
                }
                Ok(job) => {
                    *held_over = Some(job);
                    break;
                }
                Err(_) => break,
            }
        }
        group
    }

    /// Commits a group and answers everybody in it; fails where nothing may be written any more.
    fn commit_group(&self, group: Vec<Waiting>) -> Result<(), LedgerError> {
        let (writes, replies): (Vec<Write>, Vec<Reply<Written>>) = group.into_iter().unzip();
        // Who asked may have left: a dropped future does not undo a write.
        match self.commit(writes) {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(answer);
                }
            }
            Err(error) => {
                self.fail(&error);
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Notes why nothing may be written any more, before anybody is answered. The first reason stays.
    fn fail(&self, error: &LedgerError) {
        let _ = self.failure.set(error.clone());
    }

    /// One transaction of many writes. A write that is refused leaves no trace in it.
    fn commit(&self, writes: Vec<Write>) -> Result<Vec<Result<Written, LedgerError>>, LedgerError> {
        let short = reserve::is_short(&self.store.dir);
        let transaction = draft::begin(&self.store.database)?;
        let mut draft = Draft::open(&transaction)?;
        let mut head = *self.head.borrow();
        let mut steps = Vec::new();
        let mut answers = Vec::with_capacity(writes.len());
        let mut touched = false;
        for write in writes {
            let (request, at) = (write.request, write.at);
            let answer = match prepare(&draft, head, write, short) {
                Ok(Prepared::Known(written)) => Ok(written),
                Ok(Prepared::New(planned)) => {
                    draft.apply(&planned, at)?;
                    touched |= planned.changes_anything();
                    if let Some(RequestKey { id, fingerprint }) = request {
                        draft.answer(&id, &Answered { fingerprint, at, written: planned.written.clone() })?;
                        touched = true;
                    }
                    head = planned.written.revision;
                    steps.extend(planned.steps);
                    Ok(planned.written)
                }
                Err(error) if is_fatal(&error) => return Err(error),
                Err(error) => Err(error),
            };
            answers.push(answer);
        }
        drop(draft);
        if touched {
            transaction.commit().map_err(store_fault)?;
            self.announce(&steps, head);
        } else {
            transaction.abort().map_err(store_fault)?;
        }
        Ok(answers)
    }

    fn announce(&self, steps: &[Step], head: Revision) {
        if steps.is_empty() {
            return;
        }
        let committed: Vec<Committed<'_>> = steps
            .iter()
            .map(|step| Committed { revision: step.revision, before: step.before.as_ref(), now: step.now.as_deref() })
            .collect();
        for observer in self.observers.read().unwrap_or_else(PoisonError::into_inner).iter() {
            observer.committed(&committed);
        }
        self.head.send_replace(head);
    }

    /// Drops some of what is old; a damaged entry ends only this, with the inner error, and stays.
    fn trim(&self, through: Revision, before: Moment) -> Result<Result<bool, LedgerError>, LedgerError> {
        let transaction = draft::begin(&self.store.database)?;
        let trimmed = Draft::open(&transaction)?.trim(through, before, TRIM_AT_ONCE);
        match trimmed {
            Ok(0) => transaction.abort().map_err(store_fault)?,
            Ok(_) => transaction.commit().map_err(store_fault)?,
            Err(damage @ LedgerError::Corrupt { .. }) => {
                transaction.abort().map_err(store_fault)?;
                return Ok(Err(damage));
            }
            Err(error) => return Err(error),
        }
        Ok(trimmed.map(|dropped| dropped == TRIM_AT_ONCE))
    }
}

enum Prepared {
    /// The request was answered before.
    Known(Written),
    /// May be applied.
    New(Planned),
}

fn prepare(draft: &Draft<'_>, head: Revision, write: Write, short: bool) -> Result<Prepared, LedgerError> {
    if let Some(request) = &write.request
        && let Some(written) = plan::recall(draft, request)?
    {
        return Ok(Prepared::Known(written));
    }
    // Deleting stays possible: it is how rights and space are taken back, and the reserve is there for it.
    if short && write.operations.iter().any(|operation| matches!(operation, Operation::Put { .. })) {
        return Err(LedgerError::DiskFull);
    }
    plan::plan(draft, head, write.operations).map(Prepared::New)
}

/// Whether an error is the store's, after which nothing more may be written. A damaged value ends the write that met it only.
fn is_fatal(error: &LedgerError) -> bool {
    matches!(error, LedgerError::Store(_) | LedgerError::Closed)
}

/// About how many bytes a write puts; texts count, the rest is rounded.
fn weight(write: &Write) -> usize {
    const RECORD: usize = 512;
    const NAME: usize = 32;
    let record = |record: &Record| match record {
        Record::Document(it) => {
            let audiences = std::iter::once(&it.audience).chain(&it.moderation).chain(&it.inherited);
            let principals: usize = audiences.map(Audience::principal_count).sum();
            let names = it.people.len() + it.hashtags.len() + principals;
            it.title.len() + it.body.len() + it.url.len() + NAME * names
        }
        Record::Person(it) => it.bio.len() + NAME * (it.handles.len() + it.emails.len() + it.skills.len()),
        Record::Community(it) => it.description.len() + NAME * (it.members.len() + it.audience.principal_count()),
        Record::SynonymSet(it) => it.note.len() + it.terms.iter().map(String::len).sum::<usize>(),
        Record::Curation(it) => {
            let names = it.pins.len() + it.buries.len() + it.audience.principal_count();
            it.note.len() + it.queries.iter().map(String::len).sum::<usize>() + NAME * names
        }
    };
    let operation = |operation: &Operation| match operation {
        Operation::Put { record: put, .. } => RECORD + record(put),
        Operation::Delete { .. } | Operation::Sweep { .. } => RECORD,
        Operation::Require { .. }
        | Operation::RequireThread { .. }
        | Operation::Mark { .. }
        | Operation::BeginSync { .. }
        | Operation::EndSync { .. } => NAME,
    };
    write.operations.iter().map(operation).sum()
}
