//! Measures what time tells: whether somebody who may not see a thing learns from the clock that it is there.
//!
//! The same question is asked about what is hidden and about what is absent, in turn and in random order, by somebody who gets the
//! same answer to both. Nothing is promised about times; this says how far they are apart.
//!
//! Proved below: 1. equal times tell nothing, times apart tell everything; 2. every question gets the same answer for hidden and absent.

use std::fmt;
use std::time::{Duration, Instant};

use prost::Message;

use super::cast::{Asker, WRITER, audience};
use super::house::{Broken, House, Stores};
use super::mask;
use super::random::Random;
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;

const FIND_DOCUMENTS: &str = "/rookery.v1.DiscoveryService/FindDocuments";
const FIND_EXPERTS: &str = "/rookery.v1.DiscoveryService/FindExperts";

/// Names of each sort that are asked for in turn, so that no single one stays in the caches of the processor.
const NAMES: usize = 64;
/// Calls before anything is measured, in one part of the calls that are.
const WARM_UP: usize = 10;
/// Documents that stand between two looks at what is hidden: each second one is.
const EVERY: usize = 2;

const ANONYMOUS: Asker = Asker { person: "", groups: "" };
const OUTSIDER: Asker = Asker { person: "people/outsider", groups: "" };

/// What is to be measured.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// Documents of the house, half of them hidden.
    pub documents: usize,
    /// Calls for each of hidden and absent, for each question.
    pub calls: usize,
    /// Where everything is kept.
    pub stores: Stores,
}

/// What the clock tells about one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The question.
    pub question: &'static str,
    /// Who asked.
    pub asker: String,
    /// The median time of calls about what is hidden.
    pub hidden: Duration,
    /// The median time of calls about what is absent.
    pub absent: Duration,
    /// How likely one call about something hidden takes longer than one about something absent: 0.5 tells nothing.
    pub auc: f64,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let (hidden, absent) = (micros(self.hidden), micros(self.absent));
        let difference = hidden - absent;
        write!(
            f,
            "| {} | {} | {hidden:.1} µs | {absent:.1} µs | {difference:+.1} µs | {:.3} |",
            self.question, self.asker, self.auc
        )
    }
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum CannotTime {
    /// The house would not open.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A write was refused.
    #[error("{path} was refused: {code} {text}")]
    Refused {
        /// The method.
        path: &'static str,
        /// The status code.
        code: i32,
        /// What was said.
        text: String,
    },
    /// Hidden and absent were answered differently, which is worse than any time.
    #[error("\"{0}\" tells hidden from absent by its answer")]
    Differs(&'static str),
}

/// One question about things that are hidden and about things that are absent.
struct Question {
    name: &'static str,
    asker: Asker,
    path: &'static str,
    /// The request about the thing of a number.
    ask: fn(There, usize) -> Vec<u8>,
}

/// Whether what is asked about is there, hidden, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum There {
    Hidden,
    Absent,
}

impl There {
    /// An id of a thing; those of both sorts look alike.
    fn id(self, at: usize) -> String {
        match self {
            Self::Hidden => format!("t{at:05}h"),
            Self::Absent => format!("t{at:05}n"),
        }
    }

    fn word(self, at: usize) -> String {
        let letters: String = format!("{at:05}").bytes().map(|digit| char::from(b'b' + (digit - b'0'))).collect();
        match self {
            Self::Hidden => format!("wh{letters}"),
            Self::Absent => format!("wn{letters}"),
        }
    }
}

const QUESTIONS: &[Question] = &[
    Question {
        name: "GetDocument",
        asker: ANONYMOUS,
        path: "/rookery.v1.ContentService/GetDocument",
        ask: |there, at| {
            pb::GetDocumentRequest { name: format!("documents/{}", there.id(at)), ..Default::default() }.encode_to_vec()
        },
    },
    Question {
        name: "GetDocument",
        asker: OUTSIDER,
        path: "/rookery.v1.ContentService/GetDocument",
        ask: |there, at| {
            pb::GetDocumentRequest { name: format!("documents/{}", there.id(at)), ..Default::default() }.encode_to_vec()
        },
    },
    Question {
        name: "GetPerson, a stub",
        asker: ANONYMOUS,
        path: "/rookery.v1.PeopleService/GetPerson",
        ask: |there, at| pb::GetPersonRequest { name: format!("people/{}", there.id(at)), ..Default::default() }.encode_to_vec(),
    },
    Question {
        name: "GetPerson, a profile",
        asker: ANONYMOUS,
        path: "/rookery.v1.PeopleService/GetPerson",
        ask: |there, at| pb::GetPersonRequest { name: format!("people/p{}", there.id(at)), ..Default::default() }.encode_to_vec(),
    },
    Question {
        name: "GetCommunity",
        asker: OUTSIDER,
        path: "/rookery.v1.CommunityService/GetCommunity",
        ask: |there, at| {
            pb::GetCommunityRequest { name: format!("communities/{}", there.id(at)), ..Default::default() }.encode_to_vec()
        },
    },
    Question {
        name: "FindDocuments, a word",
        asker: OUTSIDER,
        path: FIND_DOCUMENTS,
        ask: |there, at| pb::FindDocumentsRequest { query: there.word(at), ..Default::default() }.encode_to_vec(),
    },
    Question {
        name: "FindDocuments, a word beside a common one",
        asker: OUTSIDER,
        path: FIND_DOCUMENTS,
        ask: |there, at| {
            pb::FindDocumentsRequest { query: format!("tide {}", there.word(at)), ..Default::default() }.encode_to_vec()
        },
    },
    Question {
        name: "FindDocuments, filter by person",
        asker: OUTSIDER,
        path: FIND_DOCUMENTS,
        ask: |there, at| by_filter(pb::DocumentFilter { people: vec![format!("people/{}", there.id(at))], ..Default::default() }),
    },
    Question {
        name: "FindDocuments, filter by community",
        asker: OUTSIDER,
        path: FIND_DOCUMENTS,
        ask: |there, at| {
            by_filter(pb::DocumentFilter { communities: vec![format!("communities/{}", there.id(at))], ..Default::default() })
        },
    },
    Question {
        name: "FindExperts, a word",
        asker: OUTSIDER,
        path: FIND_EXPERTS,
        ask: |there, at| pb::FindExpertsRequest { query: there.word(at), ..Default::default() }.encode_to_vec(),
    },
    Question {
        name: "FindExperts, filter by person",
        asker: OUTSIDER,
        path: FIND_EXPERTS,
        ask: |there, at| {
            let filter = pb::DocumentFilter { people: vec![format!("people/{}", there.id(at))], ..Default::default() };
            pb::FindExpertsRequest { query: "tide".to_owned(), filter: Some(filter), ..Default::default() }.encode_to_vec()
        },
    },
];

fn by_filter(filter: pb::DocumentFilter) -> Vec<u8> {
    pb::FindDocumentsRequest { query: "tide".to_owned(), filter: Some(filter), ..Default::default() }.encode_to_vec()
}

impl Timing {
    /// Builds a house and measures every question.
    ///
    /// # Errors
    /// [`CannotTime`].
    pub async fn run(self) -> Result<Vec<Told>, CannotTime> {
        let house = House::empty(self.stores, None).await?;
        let told = self.measure(&house).await;
        house.close().await;
        told
    }

    async fn measure(self, house: &House) -> Result<Vec<Told>, CannotTime> {
        self.fill(house).await?;
        let mut told = Vec::new();
        for question in QUESTIONS {
            told.push(self.question(house, question).await?);
        }
        Ok(told)
    }

    async fn question(self, house: &House, question: &Question) -> Result<Told, CannotTime> {
        let mut random = Random::of(&[1]);
        let (mut hidden, mut absent) = (Vec::with_capacity(self.calls), Vec::with_capacity(self.calls));
        for at in 0..self.calls + self.calls / WARM_UP {
            let pair = if random.percent(50) { [There::Hidden, There::Absent] } else { [There::Absent, There::Hidden] };
            let mut codes = Vec::new();
            for there in pair {
                let message = (question.ask)(there, random.below(NAMES));
                let began = Instant::now();
                let answer = house.service.call(&question.asker, question.path, vec![message]).await;
                let took = began.elapsed();
                let results: usize = answer.messages.iter().map(Vec::len).sum();
                codes.push((answer.code, results));
                if at >= self.calls / WARM_UP {
                    if there == There::Hidden { hidden.push(took) } else { absent.push(took) }
                }
            }
            codes.dedup();
            if codes.len() != 1 {
                return Err(CannotTime::Differs(question.name));
            }
        }
        let auc = auc(&hidden, &absent);
        let (hidden, absent) = (median(hidden), median(absent));
        Ok(Told { question: question.name, asker: question.asker.label(), hidden, absent, auc })
    }

    /// Writes a house of which an outsider sees every second document.
    async fn fill(self, house: &House) -> Result<(), CannotTime> {
        let mut newest = String::new();
        let hidden = |denied| audience(Grant::Restricted, vec!["people/insider".to_owned()], denied);
        for at in 0..NAMES {
            let id = There::Hidden.id(at);
            let name = format!("communities/{id}");
            let community = pb::Community {
                audience: Some(hidden(Vec::new())),
                members: vec!["people/insider".to_owned()],
                name,
                ..Default::default()
            };
            let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
            done(house, "/rookery.v1.CommunityService/UpdateCommunity", request.encode_to_vec()).await?;
            let person = pb::Person { name: format!("people/p{id}"), display_name: "Somebody".to_owned(), ..Default::default() };
            let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
            done(house, "/rookery.v1.PeopleService/UpdatePerson", request.encode_to_vec()).await?;
        }
        for at in 0..self.documents {
            let request = pb::UpdateDocumentRequest { document: Some(document(at)), allow_missing: true, ..Default::default() };
            newest = done(house, "/rookery.v1.ContentService/UpdateDocument", request.encode_to_vec()).await?.unwrap_or(newest);
        }
        let settle = pb::ListPeopleRequest { page_size: 1, min_revision: newest, ..Default::default() };
        done(house, "/rookery.v1.PeopleService/ListPeople", settle.encode_to_vec()).await?;
        Ok(())
    }
}

/// A document; every second one is hidden, and holds words, people and a community that only hidden ones hold.
fn document(at: usize) -> pb::Document {
    let secret = at.is_multiple_of(EVERY);
    let of = (at / EVERY) % NAMES;
    let by = |person: String, role: pb::Role| pb::Participation { person, role: role.into() };
    let (id, word) = (There::Hidden.id(of), There::Hidden.word(of));
    let log = "The tide turns at the quay and the pilots write down what they saw of it. ".repeat(2 + at % 5);
    pb::Document {
        name: if secret { format!("documents/{}", There::Hidden.id(at / EVERY)) } else { format!("documents/v{at:05}") },
        kind: pb::DocumentKind::Page.into(),
        title: format!("Log {at}"),
        body: if secret { format!("{log} {word}") } else { log },
        people: if secret {
            vec![by(format!("people/{id}"), pb::Role::Author), by(format!("people/p{id}"), pb::Role::Contributor)]
        } else {
            vec![by(format!("people/v{:03}", at % 200), pb::Role::Author)]
        },
        community: if secret { format!("communities/{id}") } else { "communities/open".to_owned() },
        audience: Some(if secret {
            audience(Grant::Restricted, vec!["people/insider".to_owned()], Vec::new())
        } else {
            audience(Grant::World, Vec::new(), Vec::new())
        }),
        ..Default::default()
    }
}

async fn done(house: &House, path: &'static str, message: Vec<u8>) -> Result<Option<String>, CannotTime> {
    let answer = house.service.call(&WRITER, path, vec![message]).await;
    if answer.code != 0 {
        return Err(CannotTime::Refused { path, code: answer.code, text: answer.text });
    }
    Ok(mask::revision(path, &answer))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The share of pairs of which the first is longer, ties counting half (Mann and Whitney).
#[expect(clippy::cast_precision_loss, reason = "ranks are far below what a float holds exactly")]
fn auc(first: &[Duration], second: &[Duration]) -> f64 {
    let mut sorted = second.to_vec();
    sorted.sort_unstable();
    let longer = |time: &Duration| {
        let (below, up_to) = (sorted.partition_point(|other| other < time), sorted.partition_point(|other| other <= time));
        below + up_to
    };
    let halves: usize = first.iter().map(longer).sum();
    halves as f64 / (2 * first.len().max(1) * second.len().max(1)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(times: &[u64]) -> Vec<Duration> {
        times.iter().copied().map(Duration::from_micros).collect()
    }

    #[test]
    fn equal_times_tell_nothing_and_times_apart_everything() {
        let close = |auc: f64, wanted: f64| assert!((auc - wanted).abs() < 1e-9, "{auc}");
        close(auc(&micros(&[1, 2, 3]), &micros(&[1, 2, 3])), 0.5);
        close(auc(&micros(&[5, 5]), &micros(&[5, 5])), 0.5);
        close(auc(&micros(&[4, 5]), &micros(&[1, 2, 3])), 1.0);
        close(auc(&micros(&[1]), &micros(&[2, 3])), 0.0);
        close(auc(&micros(&[2]), &micros(&[1, 3])), 0.5);
        assert_eq!(median(micros(&[3, 9, 1])), Duration::from_micros(3));
    }

    #[tokio::test]
    async fn hidden_and_absent_are_answered_alike() {
        let told = Timing { documents: 300, calls: 20, stores: Stores::Memory }.run().await.unwrap();
        assert_eq!(told.len(), QUESTIONS.len());
    }
}
