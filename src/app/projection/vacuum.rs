//! Taking out of the index what deleted documents left in it, a segment at a time, while it is searched and fed.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::upkeep::Job;
use crate::index::{Index, IndexError};

/// Steps that may fail, such as where the engine merges the same segment by itself.
const FAILURES: u64 = 3;

/// One run; the job has begun already.
pub(super) struct Vacuum {
    pub(super) index: Arc<dyn Index>,
    pub(super) job: Arc<Job>,
    pub(super) stop: CancellationToken,
}

impl Vacuum {
    pub(super) async fn run(self) {
        let fault = match self.sweep().await {
            Ok(()) => None,
            Err(error) => {
                tracing::error!(error = %error, "the vacuum of the index failed");
                Some(error.to_string())
            }
        };
        self.job.end(fault);
    }

    /// As many steps as there are segments: what is deleted meanwhile waits for the next run.
    async fn sweep(&self) -> Result<(), IndexError> {
        let before = self.index.status().await?;
        self.job.expect(before.deleted);
        let mut failures = 0;
        let mut steps = 0;
        while steps < before.segments && !self.stop.is_cancelled() {
            match self.index.vacuum().await {
                Ok(true) => steps += 1,
                Ok(false) => break,
                Err(error) if failures == FAILURES => return Err(error),
                Err(_) => failures += 1,
            }
            let left = self.index.status().await?.deleted;
            self.job.reached(before.deleted.saturating_sub(left));
        }
        Ok(())
    }
}
