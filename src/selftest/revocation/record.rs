//! What came of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::questions::QUESTIONS;
use super::ways::Way;

/// Something that showed although it was taken away.
#[derive(Clone, Debug)]
pub struct Shown {
    /// How it was taken away.
    pub way: Option<Way>,
    /// What was asked.
    pub question: &'static str,
    /// Who asked.
    pub asker: String,
    /// The mark of what showed.
    pub mark: String,
    /// The request.
    pub request: String,
    /// The answer.
    pub answer: String,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = self.way.map_or("never given", Way::name);
        writeln!(f, "{} ({way}) showed to {} by \"{}\"", self.mark, self.asker, self.question)?;
        writeln!(f, "    {}", self.request)?;
        write!(f, "    {}", self.answer)
    }
}

/// How often a question was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub question: &'static str,
    /// Calls that lay within a revocation of what was asked about.
    pub judged: u64,
    /// Calls that showed it, while that was allowed: what never shows proves nothing by hiding.
    pub shown: u64,
}

/// What a race came to.
#[derive(Clone, Debug, Default)]
pub struct RaceOutcome {
    /// Revocations.
    pub rounds: u64,
    /// Of each way.
    pub ways: BTreeMap<Way, u64>,
    /// Calls by readers. Each answer is searched for everything that is taken away at its time.
    pub calls: u64,
    /// Of each question.
    pub asked: Vec<Asked>,
    /// What showed although it was taken away; nothing else happened after that.
    pub leak: Option<Shown>,
}

impl RaceOutcome {
    /// Calls that lay within a revocation of what they asked about.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.asked.iter().map(|asked| asked.judged).sum()
    }

    /// Questions that prove nothing, because they were never judged or never showed anything.
    #[must_use]
    pub fn idle(&self) -> Vec<&'static str> {
        self.asked.iter().filter(|asked| asked.judged == 0 || asked.shown == 0).map(|asked| asked.question).collect()
    }
}

/// Counts while it goes on.
pub(super) struct Record {
    calls: AtomicU64,
    asked: Vec<[AtomicU64; 2]>,
    ways: Mutex<BTreeMap<Way, u64>>,
    leak: Mutex<Option<Shown>>,
    failure: Mutex<Option<String>>,
}

impl Record {
    pub(super) fn new() -> Self {
        Self {
            calls: AtomicU64::new(0),
            asked: QUESTIONS.iter().map(|_| Default::default()).collect(),
            ways: Mutex::default(),
            leak: Mutex::default(),
            failure: Mutex::default(),
        }
    }

    /// A call has ended.
    pub(super) fn called(&self, question: usize, judged: bool, shown: bool) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if let Some([of_judged, of_shown]) = self.asked.get(question) {
            of_judged.fetch_add(u64::from(judged), Ordering::Relaxed);
            of_shown.fetch_add(u64::from(shown), Ordering::Relaxed);
        }
    }

    /// A round has ended.
    pub(super) fn round(&self, way: Way) {
        *self.ways.lock().unwrap_or_else(PoisonError::into_inner).entry(way).or_default() += 1;
    }

    /// The first leak is kept.
    pub(super) fn leak(&self, shown: Shown) {
        self.leak.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(shown);
    }

    /// The first failure is kept.
    pub(super) fn fail(&self, what: String) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
    }

    /// Why it could not go on.
    pub(super) fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it came to so far.
    pub(super) fn outcome(&self) -> RaceOutcome {
        let ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = QUESTIONS.iter().zip(&self.asked).map(|(question, [judged, shown])| Asked {
            question: question.name,
            judged: judged.load(Ordering::Relaxed),
            shown: shown.load(Ordering::Relaxed),
        });
        RaceOutcome {
            rounds: ways.values().sum(),
            calls: self.calls.load(Ordering::Relaxed),
            asked: asked.collect(),
            leak: self.leak.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            ways,
        }
    }
}
