//! Upkeep: building the index anew and taking out what deleted documents left, both while serving.
//!
//! A call starts the work and returns; one of a sort runs at a time, and who asks while it runs joins it.
//!
//! Proved in `tests` below: a job runs once at a time, tells how far it is, and keeps how its last run ended.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{App, AppError, Call};
use crate::access::Scope;
use crate::domain::{Clock, Moment};

/// A job, as operators see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobStatus {
    /// The run that is under way.
    pub running: Option<JobRun>,
    /// How the last one ended.
    pub last: Option<JobEnd>,
}

/// A run that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// When it began.
    pub began: Moment,
    /// Documents done.
    pub done: u64,
    /// Documents to do, as counted when it began, or more where more were met since.
    pub total: u64,
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobEnd {
    /// When it began.
    pub began: Moment,
    /// When it ended.
    pub ended: Moment,
    /// Documents done.
    pub done: u64,
    /// Why it failed, in words.
    pub fault: Option<String>,
}

/// Work of which one runs at a time.
pub(super) struct Job {
    clock: Arc<dyn Clock>,
    status: Mutex<JobStatus>,
}

impl Job {
    /// A job that never ran.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, status: Mutex::default() }
    }

    /// Begins a run; says no where one is under way.
    pub(super) fn begin(&self) -> bool {
        let mut status = self.lock();
        let idle = status.running.is_none();
        if idle {
            status.running = Some(JobRun { began: self.clock.now(), done: 0, total: 0 });
        }
        idle
    }

    /// Notes how much there is to do.
    pub(super) fn expect(&self, total: u64) {
        if let Some(run) = &mut self.lock().running {
            run.total = total;
        }
    }

    /// Notes how much is done.
    pub(super) fn reached(&self, done: u64) {
        if let Some(run) = &mut self.lock().running {
            run.done = done;
            run.total = run.total.max(done);
        }
    }

    /// Ends the run.
    pub(super) fn end(&self, fault: Option<String>) {
        let mut status = self.lock();
        if let Some(JobRun { began, done, .. }) = status.running.take() {
            status.last = Some(JobEnd { began, ended: self.clock.now(), done, fault });
        }
    }

    /// How it stands.
    pub(super) fn status(&self) -> JobStatus {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, JobStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Starts building the index anew from the ledger, beside the live one, which answers and follows until they are swapped. Says
    /// how the rebuild stands, and whether it was running already.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`] without the administer scope.
    pub fn rebuild_index(&self, call: &Call) -> Result<(JobStatus, bool), AppError> {
        Self::authorise_upkeep(call)?;
        let joined = !self.projection.rebuild_index();
        Ok((self.projection.rebuild_status(), joined))
    }

    /// Starts taking out of the index what deleted documents left in it. Says how the vacuum stands, and whether it was running
    /// already.
    ///
    /// # Errors
    /// As [`App::rebuild_index`].
    pub fn vacuum(&self, call: &Call) -> Result<(JobStatus, bool), AppError> {
        Self::authorise_upkeep(call)?;
        let joined = !self.projection.vacuum();
        Ok((self.projection.vacuum_status(), joined))
    }

    /// Lets only holders of the administer scope through.
    pub(super) fn authorise_upkeep(call: &Call) -> Result<(), AppError> {
        if call.asker.holds(Scope::Administer) {
            Ok(())
        } else if call.asker.name().is_none() {
            Err(AppError::Unauthenticated)
        } else {
            Err(AppError::Forbidden { scope: "administer" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Moment {
            Moment::from_unix_seconds(7).unwrap()
        }
    }

    #[test]
    fn a_job_runs_once_at_a_time_and_keeps_how_it_ended() {
        let job = Job::new(Arc::new(Stopped));
        assert_eq!(job.status(), JobStatus::default());
        job.end(None);
        assert_eq!(job.status(), JobStatus::default(), "nothing ran");
        assert!(job.begin());
        assert!(!job.begin());
        job.expect(9);
        job.reached(4);
        let at = Stopped.now();
        assert_eq!(job.status().running, Some(JobRun { began: at, done: 4, total: 9 }));
        job.reached(10);
        assert_eq!(job.status().running, Some(JobRun { began: at, done: 10, total: 10 }), "more came meanwhile");
        job.end(Some("no room".to_owned()));
        let last = JobEnd { began: at, ended: at, done: 10, fault: Some("no room".to_owned()) };
        assert_eq!(job.status(), JobStatus { running: None, last: Some(last.clone()) });
        assert!(job.begin());
        assert_eq!(job.status().last, Some(last), "until the next one ends");
        job.end(None);
        assert_eq!(job.status().last.unwrap().fault, None);
    }
}
