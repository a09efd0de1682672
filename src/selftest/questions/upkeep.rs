//! Upkeep by those who hold no scope: refused alike.

use super::{Inquirer, Requests};
use crate::grpc::pb;

pub(super) fn rebuild_index(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |_| pb::RebuildIndexRequest {})
}

pub(super) fn vacuum(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |_| pb::VacuumRequest {})
}
