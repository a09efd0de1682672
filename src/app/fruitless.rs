//! Queries that find nothing, counted in memory: what administrators look at when they write synonyms and curations.
//!
//! It is counted what was asked, how often, and by how many people; never by whom: a person stands here as a hash under a key that this
//! process drew and nobody else has. Everything is forgotten when the process ends, and whatever is older than the window before.
//! Queries that few people asked are not shown, so that nobody is recognised by a query of their own.
//!
//! Proved in `tests` below: 1. each asking counts, each person once, all who are not signed in as one; 2. what few people asked is not
//! shown; 3. what is older than the window is forgotten; 4. no more queries are kept than may be, and those that most people asked stay;
//! 5. no more people are told apart than may be; 6. pages follow one another.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::curation::distinct_words;
use super::writes::off_thread;
use super::{App, AppError, BlendedFound, Call, DocumentsFound};
use crate::domain::{Moment, PersonName, ResourceName};

/// Longest query that is counted, in bytes of its folded words: nobody types longer ones twice, and a page token must hold one.
const MOST_BYTES: usize = 160;
/// Most people who are told apart for one query.
const MOST_ASKERS: usize = 1_000;
/// The share of the queries that go when there are too many.
const ROUND: usize = 64;
const DAY_SECONDS: i64 = 86_400;

/// How queries without results are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportSettings {
    /// Most queries kept.
    pub queries_kept: usize,
    /// How long they are kept, in whole days, the present one included.
    pub window: Duration,
    /// Fewest people who must have asked a query for it to be shown.
    pub min_askers: usize,
}

/// A query that found nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FruitlessQuery {
    /// Its distinct words, folded, in their order.
    pub text: String,
    /// How often it was asked.
    pub askings: u64,
    /// How many people asked it; at most 1,000 are told apart.
    pub askers: usize,
    /// When it was last asked.
    pub last: Moment,
}

/// A page of queries that found nothing: the most often asked first, then by their text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FruitlessPage {
    /// The queries.
    pub queries: Vec<FruitlessQuery>,
    /// Whether more follow after the last of them.
    pub more: bool,
}

/// A place in the order of queries: behind this one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FruitlessAfter {
    /// How often it was asked.
    pub askings: Reverse<u64>,
    /// Its text.
    pub text: String,
}

/// Days since 1970.
type Day = i64;

/// What is known of one query.
#[derive(Debug, Default)]
struct Kept {
    askings: BTreeMap<Day, u64>,
    /// When each last asked, by a hash.
    askers: HashMap<u64, Day>,
    last: Moment,
}

/// Queries that found nothing.
pub(super) struct Fruitless {
    settings: ReportSettings,
    key: OnceLock<[u8; 32]>,
    held: Mutex<HashMap<String, Kept>>,
}

impl Fruitless {
    pub(super) fn new(settings: ReportSettings) -> Self {
        Self { settings, key: OnceLock::new(), held: Mutex::default() }
    }

    /// Gives it the key of this process; nothing is counted before.
    pub(super) fn begin(&self, key: [u8; 32]) {
        // A second key would count people anew; the first one stays.
        let _ = self.key.set(key);
    }

    /// Counts an asking.
    pub(super) fn note(&self, text: String, asker: Option<&PersonName>, now: Moment) {
        let Some(key) = self.key.get() else { return };
        if text.is_empty() || text.len() > MOST_BYTES {
            return;
        }
        let asker = hashed(key, asker);
        let (today, first) = self.window(now);
        let mut held = self.lock();
        if !held.contains_key(&text) && held.len() >= self.settings.queries_kept {
            make_room(&mut held, first, self.settings.queries_kept);
        }
        held.entry(text).or_default().note(asker, today, first, now);
    }

    /// The queries that enough people asked, behind a place.
    fn list(&self, after: Option<&FruitlessAfter>, limit: usize, now: Moment) -> FruitlessPage {
        let (_, first) = self.window(now);
        let mut held = self.lock();
        held.retain(|_, kept| kept.since(first));
        let enough = held.iter().filter(|(_, kept)| kept.askers.len() >= self.settings.min_askers);
        let told = enough.map(|(text, kept)| FruitlessQuery {
            text: text.clone(),
            askings: kept.askings(),
            askers: kept.askers.len(),
            last: kept.last,
        });
        let mut queries: Vec<FruitlessQuery> = told.filter(|query| after.is_none_or(|after| query.place() > *after)).collect();
        drop(held);
        queries.sort_unstable_by_key(FruitlessQuery::place);
        let more = queries.len() > limit;
        queries.truncate(limit);
        FruitlessPage { queries, more }
    }

    /// Today, and the first day of the window.
    fn window(&self, now: Moment) -> (Day, Day) {
        let today = now.unix_seconds().div_euclid(DAY_SECONDS);
        let seconds = i64::try_from(self.settings.window.as_secs()).unwrap_or(i64::MAX);
        let days = (seconds / DAY_SECONDS).max(1);
        (today, today.saturating_sub(days - 1))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        // Nothing under it panics half-way.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FruitlessQuery {
    /// Its place in the order of queries.
    #[must_use]
    pub fn place(&self) -> FruitlessAfter {
        FruitlessAfter { askings: Reverse(self.askings), text: self.text.clone() }
    }
}

impl Kept {
    fn note(&mut self, asker: u64, today: Day, first: Day, now: Moment) {
        self.since(first);
        *self.askings.entry(today).or_default() += 1;
        if self.askers.len() < MOST_ASKERS || self.askers.contains_key(&asker) {
            self.askers.insert(asker, today);
        }
        self.last = self.last.max(now);
    }

    /// Forgets what was before a day; whether anything is left.
    fn since(&mut self, first: Day) -> bool {
        self.askings.retain(|day, _| *day >= first);
        self.askers.retain(|_, day| *day >= first);
        !self.askings.is_empty()
    }

    fn askings(&self) -> u64 {
        self.askings.values().sum()
    }
}

/// Drops what is older than the window and, where that is not enough, what the fewest people asked, the fewest times, the longest ago.
/// Some go at once, so that a flood of queries does not look through all of them for each.
fn make_room(held: &mut HashMap<String, Kept>, first: Day, most: usize) {
    held.retain(|_, kept| kept.since(first));
    let leave = most.saturating_sub((most / ROUND).max(1));
    if held.len() <= leave {
        return;
    }
    let mut worst: Vec<_> =
        held.iter().map(|(text, kept)| (kept.askers.len(), kept.askings(), kept.last, text.clone())).collect();
    let surplus = held.len() - leave;
    worst.select_nth_unstable(surplus - 1);
    worst.into_iter().take(surplus).for_each(|(_, _, _, text)| drop(held.remove(&text)));
}

/// Who asks, as nobody can read it back. Everybody who is not signed in is one.
fn hashed(key: &[u8; 32], asker: Option<&PersonName>) -> u64 {
    let hash = blake3::keyed_hash(key, asker.map(PersonName::id).unwrap_or_default().as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl App {
    /// Queries that found nothing, as [`FruitlessPage`] orders them.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`] without the administer scope.
    pub async fn list_fruitless_queries(
        &self,
        call: &Call,
        after: Option<FruitlessAfter>,
        limit: usize,
    ) -> Result<FruitlessPage, AppError> {
        Self::authorise_upkeep(call)?;
        let (fruitless, now) = (Arc::clone(&self.fruitless), self.clock.now());
        off_thread(move || fruitless.list(after.as_ref(), limit, now)).await
    }

    /// Counts a search for documents that was answered with nothing at all.
    pub(super) fn note_documents(&self, call: &Call, typed: &str, found: &DocumentsFound) {
        if found.documents.is_empty() && found.next.is_none() {
            self.note_fruitless(call, typed);
        }
    }

    /// Counts a blended search that was answered with nothing at all.
    pub(super) fn note_blended(&self, call: &Call, typed: &str, found: &BlendedFound) {
        let BlendedFound { experts, documents, discussions, people, communities } = found;
        let nothing = experts.experts.is_empty()
            && documents.documents.is_empty()
            && discussions.discussions.is_empty()
            && people.people.is_empty()
            && communities.communities.is_empty();
        if nothing {
            self.note_fruitless(call, typed);
        }
    }

    fn note_fruitless(&self, call: &Call, typed: &str) {
        let asker = call.asker.name().map(|name| self.person_of(name));
        self.fruitless.note(distinct_words(typed).join(" "), asker.as_ref(), self.clock.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = DAY_SECONDS;

    fn fruitless(queries_kept: usize, min_askers: usize) -> Fruitless {
        let window = Duration::from_hours(30 * 24);
        let fruitless = Fruitless::new(ReportSettings { queries_kept, window, min_askers });
        fruitless.begin([7; 32]);
        fruitless
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_unix_seconds(seconds).unwrap()
    }

    fn note(fruitless: &Fruitless, text: &str, asker: &str, seconds: i64) {
        let asker = PersonName::from_id(asker).ok();
        fruitless.note(text.to_owned(), asker.as_ref(), at(seconds));
    }

    fn told(fruitless: &Fruitless, seconds: i64) -> Vec<(String, u64, usize)> {
        let page = fruitless.list(None, 100_000, at(seconds));
        page.queries.into_iter().map(|query| (query.text, query.askings, query.askers)).collect()
    }

    #[test]
    fn each_asking_counts_and_each_person_once() {
        let fruitless = fruitless(10, 3);
        for (asker, seconds) in [("ada", 1), ("ada", 2), ("bo", 9), ("", 4), ("", 5)] {
            note(&fruitless, "zyzzyva", asker, seconds);
        }
        note(&fruitless, "", "ada", 1);
        note(&fruitless, &"x".repeat(MOST_BYTES + 1), "ada", 1);
        let page = fruitless.list(None, 10, at(10));
        let query = FruitlessQuery { text: "zyzzyva".to_owned(), askings: 5, askers: 3, last: at(9) };
        assert_eq!(page, FruitlessPage { queries: vec![query], more: false });
        let unkeyed = Fruitless::new(fruitless.settings);
        note(&unkeyed, "zyzzyva", "ada", 1);
        assert!(unkeyed.lock().is_empty(), "without a key nobody would be hidden");
    }

    #[test]
    fn what_few_people_asked_is_not_shown() {
        let fruitless = fruitless(10, 2);
        for seconds in 0..100 {
            note(&fruitless, "mine alone", "ada", seconds);
        }
        assert_eq!(told(&fruitless, 100), []);
        note(&fruitless, "mine alone", "bo", 100);
        assert_eq!(told(&fruitless, 100), [("mine alone".to_owned(), 101, 2)]);
    }

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let fruitless = fruitless(10, 1);
        note(&fruitless, "old", "ada", 5);
        note(&fruitless, "old", "bo", DAY + 5);
        assert_eq!(told(&fruitless, 30 * DAY - 1), [("old".to_owned(), 2, 2)]);
        assert_eq!(told(&fruitless, 30 * DAY), [("old".to_owned(), 1, 1)]);
        assert_eq!(told(&fruitless, 31 * DAY), []);
        assert!(fruitless.lock().is_empty());
    }

    #[test]
    fn no_more_are_kept_than_may_be_and_what_most_people_asked_stays() {
        let fruitless = fruitless(100, 1);
        for (text, askers) in [("many", 3), ("two", 2)] {
            (0..askers).for_each(|asker| note(&fruitless, text, &format!("p{asker}"), 0));
        }
        (0..9).for_each(|_| note(&fruitless, "again and again", "ada", 0));
        for nth in 0..5_000 {
            note(&fruitless, &format!("once {nth}"), "ada", nth);
            assert!(fruitless.lock().len() <= 100);
        }
        let told = told(&fruitless, 5_000);
        for text in ["many", "two", "again and again", "once 4999"] {
            assert!(told.iter().any(|(told, ..)| told == text), "{text}");
        }
        assert!(!told.iter().any(|(told, ..)| told == "once 0"));
        // One place is enough to begin with.
        let one = self::fruitless(1, 1);
        (0..3).for_each(|nth| note(&one, &nth.to_string(), "ada", nth));
        assert_eq!(self::told(&one, 3), [("2".to_owned(), 1, 1)]);
    }

    #[test]
    fn no_more_people_are_told_apart_than_may_be() {
        let fruitless = fruitless(10, 1);
        (0..1_500).for_each(|asker| note(&fruitless, "popular", &format!("p{asker}"), 0));
        assert_eq!(told(&fruitless, 1), [("popular".to_owned(), 1_500, MOST_ASKERS)]);
    }

    #[test]
    fn pages_follow_one_another() {
        let fruitless = fruitless(10, 1);
        for (text, times) in [("b", 2), ("a", 2), ("c", 5), ("d", 1)] {
            (0..times).for_each(|_| note(&fruitless, text, "ada", 0));
        }
        let (mut after, mut told) = (None, Vec::new());
        loop {
            let page = fruitless.list(after.as_ref(), 1, at(1));
            told.extend(page.queries.iter().map(|query| query.text.clone()));
            after = page.queries.last().map(FruitlessQuery::place);
            if !page.more {
                break;
            }
        }
        assert_eq!(told, ["c", "a", "b", "d"]);
    }
}
