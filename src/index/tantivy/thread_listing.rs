//! The best discussions by what their messages say together.
//!
//! A word counts in a discussion what it counts in the message that says most of it: an answer that names the remedy and a question
//! that names the trouble speak for one another, and who says one word a hundred times gains nothing. This is the best passage for
//! each word, cautious as the selective methods of Elsas and Carbonell ("It Pays to be Picky: An Evaluation of Thread Retrieval in Online
//! Forums", SIGIR 2009), and shares still add up. Words are walked and bounded as in `listing.rs`, but over all segments at once,
//! since a discussion lies in several. What is no discussion is left out as it is met, for most documents are none. Equal scores are
//! ordered by the threads' hashes: not every root is there to have a name.

use ::tantivy::DocId;

use super::admission::Admission;
use super::judge::Judge;
use super::pace::Pace;
use super::reached::ReachedThreads;
use super::statistics::{Form, Terms};
use super::steps::{ROUNDING, Step, each_share, steps};
use super::thread::{Thread, ThreadMap, ThreadSet};
use crate::index::{IndexError, Patience};
use crate::ranking::{Factor, MOST_OF_DISCUSSION};

/// Lists the discussions of some segments.
pub(super) struct ThreadListing<'s, 'j> {
    terms: &'s Terms,
    segments: &'s [Admission<'s>],
    judge: &'j mut Judge<'s>,
    steps: Vec<Step>,
    /// How often a share counts at most.
    most: f64,
    /// Whether messages are found that have no word of the query.
    everything: bool,
    /// For what is looked up while a form is walked.
    pace: Pace<'s>,
}

/// A discussion that was found.
pub(super) struct RankedThread {
    pub(super) score: f64,
    /// One for each word; they sum to the score.
    pub(super) shares: Vec<f64>,
    /// What its messages' shares were multiplied by.
    pub(super) factor: Option<Factor>,
    /// One of its matching messages, by segment.
    pub(super) message: (usize, DocId),
}

/// A discussion that is wanted, and may be among the best.
struct Entry {
    thread: Thread,
    message: (usize, DocId),
    factor: Option<Factor>,
}

/// What is found.
struct Findings {
    places: ThreadMap<usize>,
    entries: Vec<Entry>,
    /// What each word counts in each, before the discussion's factor.
    shares: Vec<f64>,
    words: usize,
    /// Which are left out.
    skipped: ThreadSet,
    /// A score that so many as are wanted reach; nothing while that is not known.
    enough: Option<f64>,
    /// What so many reach by the form that is walked; nothing where that is not wanted.
    reached: Option<ReachedThreads>,
}

impl Entry {
    fn factor(&self) -> f64 {
        self.factor.map_or(1.0, |factor| factor.factor)
    }
}

impl Findings {
    fn new(words: usize, skipped: ThreadSet, enough: Option<f64>, most: Option<usize>) -> Self {
        let reached = most.map(ReachedThreads::new);
        Self { places: ThreadMap::default(), entries: Vec::new(), shares: Vec::new(), words, skipped, enough, reached }
    }

    fn shares(&self, place: usize) -> &[f64] {
        self.shares.get(place * self.words..(place + 1) * self.words).unwrap_or_default()
    }

    fn score(&self, place: usize, entry: &Entry) -> f64 {
        self.shares(place).iter().fold(0.0, |sum, share| sum + share * entry.factor())
    }

    fn push(&mut self, entry: Entry) -> usize {
        self.places.insert(entry.thread, self.entries.len());
        self.entries.push(entry);
        self.shares.resize(self.entries.len() * self.words, 0.0);
        self.entries.len() - 1
    }

    /// What is enough by all words so far: scores only grow.
    fn look_back(&mut self) {
        let Some(most) = self.reached.as_ref().map(ReachedThreads::most) else { return };
        let entries = self.entries.iter().enumerate();
        let mut scores: Vec<f64> = entries.map(|(place, entry)| self.score(place, entry)).collect();
        if scores.len() >= most {
            let (_, worst, _) = scores.select_nth_unstable_by(most - 1, |a, b| b.total_cmp(a));
            self.enough = self.enough.into_iter().chain([*worst]).reduce(f64::max);
        }
    }
}

impl<'s, 'j> ThreadListing<'s, 'j> {
    /// The listing of a query; `everything` says that messages match that have no word of it.
    pub(super) fn new(
        (terms, segments): (&'s Terms, &'s [Admission<'s>]),
        judge: &'j mut Judge<'s>,
        everything: bool,
        patience: &'s Patience,
    ) -> Self {
        let pace = Pace::new(patience);
        let of_discussion = if terms.weigh.counts() { MOST_OF_DISCUSSION } else { 1.0 };
        let most = terms.weigh.most() * of_discussion;
        Self { terms, segments, judge, steps: steps(terms, most), most: most * (1.0 + ROUNDING), everything, pace }
    }

    /// The best so many, at least one, of those that are not skipped, best first.
    pub(super) fn best(&mut self, most: usize, skipped: ThreadSet, pace: &mut Pace<'_>) -> Result<Vec<RankedThread>, IndexError> {
        let found = self.found(Findings::new(self.terms.words.len(), skipped, None, Some(most)), pace)?;
        let told = |(score, _, place): (f64, Thread, usize)| {
            let entry = found.entries.get(place)?;
            let shares = found.shares(place).iter().map(|share| share * entry.factor()).collect();
            Some(RankedThread { score, shares, factor: entry.factor, message: entry.message })
        };
        Ok(ranked(&found).into_iter().take(most).filter_map(told).collect())
    }

    /// Those that stand at a position or before.
    pub(super) fn shown(&mut self, (score, thread): (f64, Thread), pace: &mut Pace<'_>) -> Result<ThreadSet, IndexError> {
        let found = self.found(Findings::new(self.terms.words.len(), ThreadSet::default(), Some(score), None), pace)?;
        let is_before = |its: f64, other: Thread| its.total_cmp(&score).reverse().then_with(|| other.cmp(&thread)).is_le();
        Ok(ranked(&found).into_iter().filter(|(its, other, _)| is_before(*its, *other)).map(|(_, thread, _)| thread).collect())
    }

    fn found(&mut self, mut found: Findings, pace: &mut Pace<'_>) -> Result<Findings, IndexError> {
        let steps = std::mem::take(&mut self.steps);
        for step in &steps {
            for form in self.terms.words.get(step.word).map_or(&[][..], Vec::as_slice) {
                if let Some(reached) = &mut found.reached {
                    reached.clear();
                }
                for segment in self.segments {
                    pace.look()?;
                    self.gather(step, form, segment, &mut found, pace)?;
                }
            }
            found.look_back();
        }
        self.steps = steps;
        if self.everything && found.enough.is_none_or(|enough| enough <= 0.0) {
            self.gather_without_words(&mut found, pace)?;
        }
        Ok(found)
    }

    /// Takes what a form of a word says in discussions that may be among the best.
    fn gather(
        &mut self,
        step: &Step,
        form: &Form,
        segment: &Admission<'_>,
        found: &mut Findings,
        pace: &mut Pace<'_>,
    ) -> Result<(), IndexError> {
        let terms = self.terms;
        each_share(terms, form, segment, pace, |doc, share| {
            let share = f64::from(share);
            let thread = segment.segment.thread(doc)?;
            let known = found.places.get(&thread).copied();
            // A discussion that is not known yet has none of the words before, or too little of them.
            if known.is_none() && found.enough.is_some_and(|enough| share * self.most + step.after < enough) {
                return Ok(());
            }
            let Some(place) = known.map_or_else(|| self.entry(thread, segment, doc, found), |place| Ok(Some(place)))? else {
                return Ok(());
            };
            self.count((share, step.word), (segment, doc), place, found)
        })
    }

    /// A place for a discussion, where it is wanted.
    fn entry(
        &mut self,
        thread: Thread,
        segment: &Admission<'_>,
        doc: DocId,
        found: &mut Findings,
    ) -> Result<Option<usize>, IndexError> {
        let place = segment.segment.place(doc)?;
        if found.skipped.contains(&thread) || !self.judge.admits(thread, place, &mut self.pace)? {
            return Ok(None);
        }
        let factor = self.terms.weigh.counts().then(|| self.judge.factor(thread)).flatten();
        Ok(Some(found.push(Entry { thread, message: (segment.at, doc), factor })))
    }

    /// A word counts in a discussion what it counts in this message, where it counts less so far.
    fn count(
        &self,
        (share, word): (f64, usize),
        (segment, doc): (&Admission<'_>, DocId),
        place: usize,
        found: &mut Findings,
    ) -> Result<(), IndexError> {
        let Some(entry) = found.entries.get(place) else { return Ok(()) };
        let Some(best) = found.shares.get_mut(place * found.words + word) else { return Ok(()) };
        // Columns are read only where that may change something.
        if share * self.terms.weigh.most() <= *best {
            return Ok(());
        }
        let share = share * self.terms.weigh.of(segment.segment, doc)?;
        *best = best.max(share);
        if let Some(reached) = &mut found.reached
            && reached.reach(share * entry.factor(), entry.thread)
        {
            found.enough = found.enough.into_iter().chain(reached.enough()).reduce(f64::max);
        }
        Ok(())
    }

    /// Takes discussions whose messages match although they have no word of the query.
    fn gather_without_words(&mut self, found: &mut Findings, pace: &mut Pace<'_>) -> Result<(), IndexError> {
        for segment in self.segments {
            for doc in segment.matching(None, pace)? {
                pace.step()?;
                let thread = segment.segment.thread(doc)?;
                if !found.places.contains_key(&thread) {
                    self.entry(thread, segment, doc, found)?;
                }
            }
        }
        Ok(())
    }
}

/// What was found, as far as it may be among the best, best first.
fn ranked(found: &Findings) -> Vec<(f64, Thread, usize)> {
    let entries = found.entries.iter().enumerate();
    let mut ranked: Vec<_> = entries.map(|(place, entry)| (found.score(place, entry), entry.thread, place)).collect();
    // Whose sums were rounded up in another order reaches it no less.
    ranked.retain(|(score, ..)| found.enough.is_none_or(|enough| score * (1.0 + ROUNDING) >= enough));
    ranked.sort_unstable_by(|(a, one, _), (b, other, _)| b.total_cmp(a).then_with(|| one.cmp(other)));
    ranked
}
