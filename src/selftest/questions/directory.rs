//! Questions for people by name.

use super::{Inquirer, Requests};
use crate::grpc::pb;
use crate::selftest::cast::owned;
use crate::selftest::generate::{LANGUAGES, WORDS};

/// What people and communities are called, wholly, in part, and nearly.
const NAMES: [&str; 18] = [
    "ada",
    "Bo",
    "strom",
    "Ström",
    "潮",
    "zed",
    "stub0",
    "h0",
    "hstub",
    "Eve.1",
    "eve",
    "Tides",
    "Docks",
    "dokcs",
    "#tides",
    "quiet-harbour",
    "Kiel",
    "engineer",
];

pub(super) fn find_people(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(14, |inquirer| pb::FindPeopleRequest {
        query: if inquirer.random.percent(35) { String::new() } else { inquirer.name() },
        filter: inquirer.people_filter(),
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
        include_total: inquirer.random.percent(50),
    })
}

impl Inquirer<'_> {
    /// A name as somebody may type it, or what else may stand in a profile.
    pub(super) fn name(&mut self) -> String {
        let random = &mut self.random;
        match random.below(10) {
            0..6 => random.one(&NAMES).to_owned(),
            6 => random.some(&NAMES, 2, 2).join(" "),
            7 => random.one(&NAMES).chars().take(2).collect(),
            8 => random.one(&WORDS).to_owned(),
            _ => random.one(&["", "a", "p", "example.org", "a@example.org", "nobody", "!!!"]).to_owned(),
        }
    }

    pub(super) fn people_filter(&mut self) -> Option<pb::PeopleFilter> {
        if self.random.percent(50) {
            return None;
        }
        let random = &mut self.random;
        let number = |random: &mut crate::selftest::random::Random, most| i32::try_from(random.between(1, most)).unwrap_or(1);
        let mut filter = pb::PeopleFilter::default();
        for _ in 0..random.between(1, 2) {
            match random.below(7) {
                0 => filter.kinds = vec![number(random, 3)],
                1 => filter.states = vec![number(random, 2)],
                2 => filter.units = owned(&[random.one(&["docks", "Docks", "Elsewhere"])]),
                3 => filter.locations = owned(&["KIEL"]),
                4 => filter.skills = owned(&random.some(&WORDS, 1, 2)),
                5 => filter.languages = owned(&random.some(&LANGUAGES, 1, 2)),
                _ => filter.communities = random.some(&self.names.communities, 1, 2),
            }
        }
        Some(filter)
    }
}
