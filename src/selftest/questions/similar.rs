//! Questions for what is like something.

use super::{Inquirer, NO_NAMES, Requests};
use crate::grpc::pb;
use crate::grpc::pb::find_similar_request::Like;
use crate::selftest::generate::WORDS;

pub(super) fn find_similar(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(24, |inquirer| pb::FindSimilarRequest {
        like: match inquirer.random.below(40) {
            0 => None,
            1 => Some(Like::Document(inquirer.random.one(&NO_NAMES).to_owned())),
            2..20 => Some(Like::Document(inquirer.random.one(&inquirer.names.documents))),
            _ => Some(Like::Text(inquirer.text())),
        },
        filter: if inquirer.random.percent(30) { inquirer.filter() } else { None },
        page_size: inquirer.page_size(),
        view: inquirer.number(2),
        min_revision: inquirer.token(),
    })
}

impl Inquirer<'_> {
    fn text(&mut self) -> pb::SimilarText {
        let title = self.random.some(&WORDS, 0, 3).join(" ");
        let most = if self.random.percent(20) { 40 } else { 8 };
        pb::SimilarText { title, body: self.random.some(&WORDS, 0, most).join(" ") }
    }
}
