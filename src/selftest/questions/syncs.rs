//! Syncs of a source by those who hold no scope: refused alike, whatever the source has.

use super::{Inquirer, Requests};
use crate::grpc::pb;

pub(super) fn begin_sync(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::BeginSyncRequest {
        system: inquirer.random.one(&["jsonl", "wiki", ""]).to_owned(),
        request_id: inquirer.random.one(&["", "0190163d-8694-739b-aea5-966c26f8ad91", "nonsense"]).to_owned(),
    })
}

pub(super) fn commit_sync(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::CommitSyncRequest {
        sync: inquirer.random.one(&["nonsense".to_owned(), "0".repeat(516), String::new()]),
        max_deletions: i64::from(inquirer.number(2)) - 1,
        validate_only: inquirer.random.percent(50),
    })
}
