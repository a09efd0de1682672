//! `CommitSync`: a sweep as a stream of its progress, told step by step. Who leaves stops it between two steps.

use futures::stream;
use tonic::{Request, Response, Status};

use super::call::{Door, at_work};
use super::import::Answers;
use super::places::AtWork;
use super::request_id::RequestId;
use super::status::{Refusal, status};
use super::{convert, limits, pb};
use crate::app::{Call, Sweep, SweepSummary, Swept};
use pb::commit_sync_response::Part;

/// Answers a commit. What is refused, or only checked, is told before anything is deleted.
///
/// # Errors
/// The status of what went wrong.
pub(super) async fn commit(
    door: &Door,
    request: Request<pb::CommitSyncRequest>,
) -> Result<Response<Answers<pb::CommitSyncResponse>>, Status> {
    let id = RequestId::of_call(&request);
    let begun = begin(door, request).await.map_err(|refusal| status(&refusal, &id))?;
    let steps = stream::unfold(Some((door.clone(), begun)), move |state| {
        let id = id.clone();
        async move {
            let (door, mut begun) = state?;
            Some(match begun.step(&door).await {
                Ok(part @ Part::Progress(_)) => (Ok(pb::CommitSyncResponse { part: Some(part) }), Some((door, begun))),
                Ok(part) => (Ok(pb::CommitSyncResponse { part: Some(part) }), None),
                Err(refusal) => (Err(status(&refusal, &id)), None),
            })
        }
    });
    Ok(Response::new(Box::pin(steps)))
}

/// A sweep that may go on.
struct Begun {
    call: Call,
    sweep: Sweep,
    validate_only: bool,
    _at_work: AtWork,
}

async fn begin(door: &Door, request: Request<pb::CommitSyncRequest>) -> Result<Begun, Refusal> {
    let call = door.stream_call(&request)?;
    let at_work = at_work(&request)?;
    let message = request.into_inner();
    limits::check_size(&message, door.options.max_request_bytes, "server.limits.max_request_bytes")?;
    let commit = convert::sync_commit(&message, &door.seal)?;
    let sweep = door.app.plan_sweep(&call, &commit.sync.sync("sync")?, commit.most).await?;
    Ok(Begun { call, sweep, validate_only: commit.validate_only, _at_work: at_work })
}

impl Begun {
    async fn step(&mut self, door: &Door) -> Result<Part, Refusal> {
        if self.validate_only {
            return summary(door, self.sweep.foreseen());
        }
        match door.app.sweep_on(&self.call, &mut self.sweep).await? {
            Swept::Progress { deleted, to_delete } => Ok(Part::Progress(convert::sweep_progress(deleted, to_delete))),
            Swept::Done(done) => summary(door, done),
        }
    }
}

fn summary(door: &Door, summary: SweepSummary) -> Result<Part, Refusal> {
    let revision = summary.revision.map(|revision| door.seal.revision(revision)).transpose()?.unwrap_or_default();
    Ok(Part::Summary(convert::sweep_summary(summary, revision)))
}
