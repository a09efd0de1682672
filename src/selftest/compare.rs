//! Builds both worlds of a pair, asks in both, and compares the answers byte by byte.

use std::fmt;

use prost_reflect::{DynamicMessage, Value};

use super::cast::Asker;
use super::generate::{self, NotHidden, Pair};
use super::house::{Broken, House, Stores};
use super::leaks::Leak;
use super::mask;
use super::questions::{self, Question};
use super::random::Random;
use super::script::Script;
use super::wire::{self, Answer};

/// Most pages that are followed; no world has more.
const MOST_PAGES: usize = 60;

/// Why a pair could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompare {
    /// The generator made no pair whose difference is hidden.
    #[error("no pair of worlds: {0}")]
    Unfair(String),
    /// Reflection does not tell what there is to be asked.
    #[error("reflection does not tell {0}")]
    Unreflected(String),
    /// Comparing panicked.
    #[error("comparing was cut off: {0}")]
    Died(#[from] tokio::task::JoinError),
    /// A world could not be built.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The service failed, which says nothing about what it hides.
    #[error("{path} failed with code {code}, {text}, for {request}")]
    Failed {
        /// The method.
        path: &'static str,
        /// The status code.
        code: i32,
        /// What was said.
        text: String,
        /// What was asked.
        request: String,
    },
}

impl From<NotHidden> for CannotCompare {
    fn from(fault: NotHidden) -> Self {
        Self::Unfair(fault.to_string())
    }
}

/// What was compared, and what differed.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Questions to each of two worlds by askers from whom their difference is hidden.
    pub questions: u64,
    /// Answers compared, the pages of one question counted apart.
    pub answers: u64,
    /// Bytes of them, in one world.
    pub bytes: u64,
    /// Bytes that differ.
    pub differing_bytes: u64,
    /// The first difference.
    pub first: Option<Difference>,
}

/// Two answers that should be one.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The pair's number.
    pub world: u64,
    /// The seed.
    pub seed: u64,
    asker: Asker,
    asked: Question,
    answers: [Option<Answer>; 2],
    scripts: String,
}

/// One call that was made, and its answer without tokens.
struct Said {
    asked: Question,
    answer: Answer,
}

/// Compares the pair of a seed and a number.
///
/// # Errors
/// [`CannotCompare`].
pub(super) async fn pair(seed: u64, world: u64, stores: Stores, leak: Option<Leak>) -> Result<Compared, CannotCompare> {
    let pair = generate::pair(seed, world)?;
    let [one, two] = &pair.scripts;
    let first = answers(&pair, one, &[seed, world, 10], stores, leak).await?;
    let second = answers(&pair, two, &[seed, world, 11], stores, leak).await?;
    let mut compared = Compared::default();
    for (asker, (one, two)) in pair.blind.iter().zip(first.iter().zip(&second)) {
        compared.questions += one.0;
        compared.take(&one.1, &two.1, |asked, answers| Difference {
            world,
            seed,
            asker: asker.clone(),
            asked,
            answers,
            scripts: format!("  the first world:\n{}  the second world:\n{}", pair.scripts[0], pair.scripts[1]),
        });
    }
    Ok(compared)
}

impl Compared {
    /// Adds what was compared in another pair.
    pub(super) fn add(&mut self, other: Self) {
        self.questions += other.questions;
        self.answers += other.answers;
        self.bytes += other.bytes;
        self.differing_bytes += other.differing_bytes;
        self.first = self.first.take().or(other.first);
    }

    fn take(&mut self, one: &[Said], two: &[Said], tell: impl Fn(Question, [Option<Answer>; 2]) -> Difference) {
        for at in 0..one.len().max(two.len()) {
            let both = [one.get(at), two.get(at)];
            let [first, second] = both.map(|said| said.map(|said| said.answer.bytes()).unwrap_or_default());
            self.answers += 1;
            self.bytes += first.len() as u64;
            if first == second && both.iter().all(Option::is_some) {
                continue;
            }
            let apart = first.iter().zip(&second).filter(|(one, two)| one != two).count() + first.len().abs_diff(second.len());
            self.differing_bytes += apart.max(1) as u64;
            if let (None, Some(said)) = (&self.first, both.into_iter().flatten().next()) {
                self.first = Some(tell(said.asked.clone(), both.map(|said| said.map(|said| said.answer.clone()))));
            }
        }
    }
}

/// Builds one world of a pair and has everybody ask. Of those from whom the difference is hidden, in the pair's order, the
/// number of questions and everything said; the others only ask in between, so that caches are warm for them, in one world
/// more than in the other.
async fn answers(
    pair: &Pair,
    script: &Script,
    path: &[u64; 3],
    stores: Stores,
    leak: Option<Leak>,
) -> Result<Vec<(u64, Vec<Said>)>, CannotCompare> {
    let house = House::built(script, stores, leak).await?;
    house.set_clock(pair.now);
    // The order of askers is this world's own, their questions are those of the pair.
    let mut random = Random::of(path);
    let [seed, number, _] = *path;
    let mut turns: Vec<(&Asker, Option<usize>)> = pair.blind.iter().enumerate().map(|(at, asker)| (asker, Some(at))).collect();
    turns.extend(pair.others.iter().map(|asker| (asker, None)));
    random.shuffle(&mut turns);
    let mut all: Vec<(u64, Vec<Said>)> = pair.blind.iter().map(|_| (0, Vec::new())).collect();
    let mut failure = None;
    for (asker, place) in turns {
        let seeded = Random::of(&[seed, number, 20, place.map_or(99, |place| place as u64)]);
        let mut questions = questions::questions(&pair.names, seeded);
        if place.is_none() {
            questions.truncate(random.below(20));
        }
        let count = questions.len() as u64;
        match interview(&house, asker, questions).await {
            Ok(said) => {
                if let Some(slot) = place.and_then(|place| all.get_mut(place)) {
                    *slot = (count, said);
                }
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    house.close().await;
    failure.map_or(Ok(all), Err)
}

/// Asks everything, and follows pages to their end.
async fn interview(house: &House, asker: &Asker, questions: Vec<Question>) -> Result<Vec<Said>, CannotCompare> {
    let mut said: Vec<Said> = Vec::new();
    // The newest token of another request, which must be refused.
    let mut foreign: Option<String> = None;
    for (at, question) in questions.into_iter().enumerate() {
        if let Some(token) = foreign.take_if(|_| at % 5 == 0)
            && let Some(asked) = on_page(&question, &token, "")
        {
            said.push(ask(house, asker, asked).await?.0);
        }
        let mut next = Some(question);
        let mut pages = 0;
        while let Some(asked) = next.take() {
            let (answered, token, revision) = ask(house, asker, asked).await?;
            pages += 1;
            if let Some(token) = token.filter(|_| pages < MOST_PAGES) {
                next = on_page(&answered.asked, &token, &revision);
                foreign = Some(token);
            }
            said.push(answered);
        }
    }
    Ok(said)
}

async fn ask(house: &House, asker: &Asker, asked: Question) -> Result<(Said, Option<String>, String), CannotCompare> {
    let answer = house.service.call(asker, asked.path, vec![asked.message.clone()]).await;
    if answer.is_failure() {
        let request = wire::request_text(asked.path, &asked.message);
        return Err(CannotCompare::Failed { path: asked.path, code: answer.code, text: answer.text, request });
    }
    let revision = mask::revision(asked.path, &answer).unwrap_or_default();
    let (answer, next) = mask::masked(asked.path, answer);
    Ok((Said { asked, answer }, next, revision))
}

/// The same question for another page, from a revision on; nothing where it has no pages.
fn on_page(question: &Question, token: &str, min_revision: &str) -> Option<Question> {
    let descriptor = wire::method(question.path)?.input();
    let pages = descriptor.get_field_by_name("page_token")?;
    let mut message: DynamicMessage = wire::message(descriptor.clone(), &question.message)?;
    message.set_field(&pages, Value::String(token.to_owned()));
    if let Some(field) = descriptor.get_field_by_name("min_revision").filter(|_| !min_revision.is_empty()) {
        message.set_field(&field, Value::String(min_revision.to_owned()));
    }
    Some(Question { path: question.path, message: prost::Message::encode_to_vec(&message) })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Question { path, message } = &self.asked;
        writeln!(f, "seed {}, world {}: {} as {}", self.seed, self.world, path, self.asker.label())?;
        writeln!(f, "  asked: {}", wire::request_text(path, message))?;
        for (which, answer) in ["first", "second"].iter().zip(&self.answers) {
            match answer {
                None => writeln!(f, "  the {which} world has no such page")?,
                Some(answer) if answer.code != 0 => {
                    let details = String::from_utf8_lossy(&answer.details);
                    writeln!(f, "  the {which} world: code {}, {}, {details:?}", answer.code, answer.text)?;
                }
                Some(answer) => {
                    let texts: Vec<String> = answer.messages.iter().map(|message| wire::response_text(path, message)).collect();
                    writeln!(f, "  the {which} world: {}", texts.join("\n"))?;
                }
            }
        }
        write!(f, "{}", self.scripts)
    }
}
