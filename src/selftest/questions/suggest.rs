//! Questions for what completes a text: beginnings of words, names, labels and headlines, visible, hidden and nobody's.

use super::{Inquirer, Requests};
use crate::grpc::pb;
use crate::selftest::generate::{HASHTAGS, WORDS};

/// What stands before what is being typed.
const OPENINGS: [&str; 14] = ["", "", "", "@", "#", "from:", "in:", "tag:", "title:", "kind:", "is:", "\"", "from:\"", "-"];

pub(super) fn suggest(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(40, |inquirer| {
        let query = inquirer.box_text();
        let cursor = inquirer.random.percent(15).then(|| inquirer.number(6));
        pb::SuggestRequest {
            cursor,
            query,
            types: if inquirer.random.percent(20) { vec![inquirer.number(6)] } else { Vec::new() },
            per_type: inquirer.random.one(&[0, 0, 1, 2, 20, -1]),
            min_revision: inquirer.token(),
        }
    })
}

impl Inquirer<'_> {
    /// What stands in a box, mostly cut off where somebody is typing.
    fn box_text(&mut self) -> String {
        let before = if self.random.percent(35) { format!("{} ", self.query()) } else { String::new() };
        let opening = self.random.one(&OPENINGS);
        let meant = match self.random.below(6) {
            0 | 1 => self.random.one(&WORDS).to_owned(),
            2 => self.random.one(&HASHTAGS).to_owned(),
            3 => self.random.one(&self.names.people).trim_start_matches("people/").to_owned(),
            4 => self.random.one(&self.names.communities).trim_start_matches("communities/").to_owned(),
            _ => self.name(),
        };
        let typed = if self.random.percent(15) { 40 } else { self.random.between(1, 4) };
        format!("{before}{opening}{}", meant.chars().take(typed).collect::<String>())
    }
}
