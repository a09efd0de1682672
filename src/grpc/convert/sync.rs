//! Syncs: requests to begin and to commit one, and what is told of them.

use super::{Faults, bounds, moment, write};
use crate::access::Asker;
use crate::app::{AppError, BegunSync, RequestKey, SweepSummary};
use crate::grpc::pb;
use crate::grpc::seal::{NamedSync, Seal};

/// A checked request to commit a sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    /// Which.
    pub(crate) sync: NamedSync,
    /// Most documents that may be deleted; nothing: any number.
    pub(crate) most: Option<u64>,
    /// Whether nothing is deleted.
    pub(crate) validate_only: bool,
}

/// A request to begin a sync: the source system, and the caller's id of the call.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn sync_begin(request: pb::BeginSyncRequest, asker: &Asker) -> Result<(String, Option<RequestKey>), AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "BeginSync", &request.request_id, &request, &mut faults);
    if request.system.is_empty() {
        faults.add("system", "is required");
    }
    let system = faults.short_text("system", request.system, bounds::SYSTEM);
    faults.finish(Some((system, key)))
}

/// A request to commit a sync.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn sync_commit(request: &pb::CommitSyncRequest, seal: &Seal) -> Result<Commit, AppError> {
    let mut faults = Faults::default();
    let sync = seal.sync_token("sync", &request.sync, &mut faults);
    let most = u64::try_from(request.max_deletions).ok();
    if most.is_none() {
        faults.add("max_deletions", "must not be negative");
    }
    let validate_only = request.validate_only;
    faults.finish(sync.map(|sync| Commit { sync, most: most.filter(|most| *most > 0), validate_only }))
}

/// A sync that has begun, with its token.
pub(crate) fn begun_sync(begun: BegunSync, sync: String) -> pb::Sync {
    pb::Sync { sync, system: begun.sync.system, begin_time: Some(moment::timestamp(begun.at)) }
}

/// What a sweep did, with the token of its revision.
pub(crate) fn sweep_summary(summary: SweepSummary, revision: String) -> pb::CommitSyncSummary {
    pb::CommitSyncSummary { deleted: figure(summary.deleted), kept: figure(summary.kept), revision }
}

/// How far a sweep is.
pub(crate) fn sweep_progress(deleted: u64, to_delete: u64) -> pb::CommitSyncProgress {
    pb::CommitSyncProgress { deleted: figure(deleted), to_delete: figure(to_delete) }
}

fn figure(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}
