//! The threads that search: so many at once, so many waiting, and a panic ends one search only.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use super::engine_failed;
use crate::index::{IndexError, Patience};

type Job = Box<dyn FnOnce() + Send>;

/// A bounded pool of threads.
pub(super) struct Pool {
    /// Nothing once closed.
    jobs: Mutex<Option<SyncSender<Job>>>,
    permits: Arc<Semaphore>,
}

impl Pool {
    /// Starts `threads` threads before which at most `permits` jobs run or wait.
    pub(super) fn start(threads: usize, permits: usize) -> Result<Self, IndexError> {
        let permits = permits.max(1);
        let (jobs, waiting) = sync_channel::<Job>(permits);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..threads.max(1) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name(format!("search-{number}")).spawn(move || work(&waiting)).map_err(engine_failed)?;
        }
        Ok(Self { jobs: Mutex::new(Some(jobs)), permits: Arc::new(Semaphore::new(permits)) })
    }

    /// Runs a job on one of the threads and waits for it, at most until the patience is over.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        patience: &Patience,
        job: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().map_err(|_| IndexError::Overloaded)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Held until the job is over, also where its caller has gone.
            let _permit = permit;
            let outcome = catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
            // Nobody waits any more: nothing to be done about it.
            let _gone = answer.send(outcome);
        });
        let sent = {
            let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            // There is a place in the channel for every permit, so a full one cannot be met.
            jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
        };
        if !sent {
            return Err(closed());
        }
        let outcome = match patience.deadline() {
            Some(deadline) => tokio::time::timeout_at(deadline.into(), answered).await.map_err(|_| IndexError::TimedOut)?,
            None => answered.await,
        };
        outcome.unwrap_or_else(|_| Err(closed()))
    }

    /// Lets the threads end once they have done what waits.
    pub(super) fn close(&self) {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

/// The index was closed.
#[derive(Debug, thiserror::Error)]
#[error("the index is closed")]
struct Closed;

/// A search or a write panicked.
#[derive(Debug, thiserror::Error)]
#[error("it panicked: {0}")]
struct Panicked(String);

/// What the caller learns of a closed index.
pub(super) fn closed() -> IndexError {
    engine_failed(Closed)
}

/// What the caller learns of a panic.
pub(super) fn panicked(panic: &(dyn std::any::Any + Send)) -> IndexError {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    engine_failed(Panicked(text.unwrap_or_else(|| "without a message".to_owned())))
}
