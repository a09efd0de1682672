//! Questions for discussions.

use super::{Inquirer, Requests};
use crate::grpc::pb;

pub(super) fn find_discussions(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(24, |inquirer| pb::FindDiscussionsRequest {
        query: if inquirer.random.percent(30) { String::new() } else { inquirer.query() },
        filter: if inquirer.random.percent(50) { inquirer.filter() } else { None },
        order: inquirer.number(3),
        state: inquirer.number(2),
        include_total: inquirer.random.percent(60),
        people_wanted: inquirer.random.one(&[0, 0, 1, 3, 1_000, -1]),
        view: inquirer.number(2),
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
        query_mode: inquirer.number(3),
        exact_spelling: inquirer.random.percent(15),
    })
}
