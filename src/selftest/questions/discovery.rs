//! Questions to `DiscoveryService`.

use super::{Inquirer, Requests};
use crate::grpc::pb;
use crate::selftest::cast::{COMMUNITIES, PEOPLE};
use crate::selftest::generate::{HASHTAGS, LANGUAGES, MOMENTS, WORDS, moment};

/// Words that stand in no text, or are no words.
const OTHERS: [&str; 5] = ["absent", "tidal", "C", "!!!", "ISTANBUL"];

pub(super) fn search(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(12, |inquirer| pb::SearchRequest {
        query: if inquirer.random.percent(50) { inquirer.name() } else { inquirer.query() },
        filter: inquirer.filter(),
        experts_wanted: inquirer.random.one(&[0, 1, 2, 10, -1]),
        documents_wanted: inquirer.random.one(&[0, 1, 3, 20]),
        min_revision: inquirer.token(),
        view: inquirer.number(2),
        people_wanted: inquirer.random.one(&[0, 0, 1, 2, 10]),
        communities_wanted: inquirer.random.one(&[0, 0, 1, 2, 10]),
        discussions_wanted: inquirer.random.one(&[0, 0, 1, 2, 10, -1]),
        query_mode: inquirer.number(3),
        exact_spelling: inquirer.random.percent(15),
        facets: inquirer.facets(30),
    })
}

pub(super) fn find_experts(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(12, |inquirer| pb::FindExpertsRequest {
        query: inquirer.query(),
        filter: inquirer.filter(),
        roles: if inquirer.random.percent(30) {
            (0..inquirer.random.between(1, 3)).map(|_| inquirer.number(6)).collect()
        } else {
            Vec::new()
        },
        min_relevance: match inquirer.random.below(4) {
            0 | 1 => Some(0.0),
            2 => Some(inquirer.random.one(&[0.25, 0.5, 0.9, 2.0])),
            _ => None,
        },
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
        people_filter: if inquirer.random.percent(40) { inquirer.people_filter() } else { None },
        active_since: inquirer.random.percent(20).then(|| moment(inquirer.random.between(0, MOMENTS))),
        exclude_asker: inquirer.random.percent(20),
        diversity: if inquirer.random.percent(25) { inquirer.number(1) } else { 0 },
        query_mode: inquirer.number(3),
    })
}

pub(super) fn find_documents(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(24, |inquirer| pb::FindDocumentsRequest {
        query: if inquirer.random.percent(20) { String::new() } else { inquirer.query() },
        filter: inquirer.filter(),
        order: inquirer.number(4),
        include_total: inquirer.random.percent(60),
        view: inquirer.number(2),
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
        people_wanted: inquirer.random.one(&[0, 0, 1, 3, 1_000, -1]),
        query_mode: inquirer.number(3),
        exact_spelling: inquirer.random.percent(15),
        show_copies: inquirer.random.percent(30),
        facets: inquirer.facets(50),
    })
}

pub(super) fn list_operators(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |_| pb::ListOperatorsRequest {})
}

impl Inquirer<'_> {
    /// Facets, in so many of a hundred requests; sometimes one twice.
    fn facets(&mut self, percent: usize) -> Vec<pb::FacetRequest> {
        if !self.random.percent(percent) {
            return Vec::new();
        }
        let mut facets = self.random.some(&[1, 2, 3, 4, 5, 6], 1, 5);
        if self.random.percent(95) {
            facets.sort_unstable();
            facets.dedup();
        }
        self.random.shuffle(&mut facets);
        facets.into_iter().map(|facet| pb::FacetRequest { facet, limit: self.random.one(&[0, 1, 1, 2, 3, 1_000]) }).collect()
    }

    pub(super) fn query(&mut self) -> String {
        if self.random.percent(2) {
            return self.random.one(&["", "   ", &"tide ".repeat(40), &"x".repeat(2_000)]).to_owned();
        }
        let most = if self.random.percent(30) { 1 } else { 4 };
        let mut words = self.random.some(&WORDS, 1, most);
        if self.random.percent(15) {
            words.push(self.random.one(&OTHERS));
        }
        let misspelt = self.random.one(&WORDS);
        if self.random.percent(20)
            && let Some((at, _)) = misspelt.char_indices().nth(2)
        {
            // A letter is missing.
            let (before, rest) = misspelt.split_at(at);
            let missing = format!("{before}{}", rest.chars().skip(1).collect::<String>());
            return format!("{} {missing}", words.join(" "));
        }
        let mut query = words.join(" ");
        if self.random.percent(25) {
            query = format!("{query} {}", self.operator());
        }
        query
    }

    /// A part of a query that is no plain word, such as one that names somebody hidden.
    fn operator(&mut self) -> String {
        let name = match self.random.below(4) {
            0 => self.random.one(&self.names.people),
            1 => self.random.one(&self.names.communities),
            2 => "me".to_owned(),
            _ => self.name(),
        };
        let (one, other) = (self.random.one(&WORDS), self.random.one(&WORDS));
        let operator = match self.random.below(12) {
            0..2 => format!("from:\"{name}\""),
            2 => format!("@\"{name}\""),
            3..5 => format!("in:\"{name}\""),
            5 => format!("tag:{}", self.random.one(&HASHTAGS)),
            6 => format!("\"{one} {other}\"~{}", self.random.below(3)),
            7 => format!("({one} OR title:{other})"),
            8 => format!("+{one}"),
            9 => format!("{}*", one.chars().take(2).collect::<String>()),
            10 => self
                .random
                .one(&["kind:post,reply", "is:solved", "is:unanswered", "lang:de", "active:30d", "before:2024"])
                .to_owned(),
            _ => one.to_owned(),
        };
        if self.random.percent(20) { format!("-{operator}") } else { operator }
    }

    pub(super) fn filter(&mut self) -> Option<pb::DocumentFilter> {
        if self.random.percent(55) {
            return None;
        }
        let random = &mut self.random;
        let mut filter = pb::DocumentFilter::default();
        for _ in 0..random.between(1, 2) {
            match random.below(6) {
                0 => filter.kinds = (0..random.between(1, 3)).map(|_| i32::try_from(random.between(1, 5)).unwrap_or(1)).collect(),
                1 => {
                    let known = PEOPLE.map(str::to_owned);
                    let of = if random.percent(60) { &known[..] } else { &self.names.people };
                    filter.people = random.some(of, 1, 2);
                }
                2 => {
                    let known = COMMUNITIES.map(str::to_owned);
                    let of = if random.percent(40) { &known[..] } else { &self.names.communities };
                    filter.communities = random.some(of, 1, 2);
                }
                3 => filter.hashtags = random.some(&HASHTAGS, 1, 2).into_iter().map(str::to_owned).collect(),
                4 => filter.languages = random.some(&LANGUAGES, 1, 2).into_iter().map(str::to_owned).collect(),
                _ => {
                    let ends = [random.between(0, MOMENTS), random.between(0, MOMENTS)].map(moment);
                    filter.create_time = Some(pb::TimeRange {
                        start_time: random.percent(70).then_some(ends[0]),
                        end_time: random.percent(70).then_some(ends[1]),
                    });
                }
            }
        }
        Some(filter)
    }
}
