//! One search of one snapshot for discussions.
//!
//! By relevance, discussions are ranked by what their messages say together; by time or reactions, messages are folded into threads in
//! one walk over what matches. Free words that must all be there may stand in different messages of a discussion.

use std::cell::OnceCell;

use ::tantivy::DocId;

use super::admission::Admission;
use super::details::{Depth, details};
use super::fold::{BestThreads, Shown, Take};
use super::judge::Judge;
use super::pace::Pace;
use super::ranked::{Position, Rank, Ranked};
use super::revocations::Revocations;
use super::search::{Passes, Search};
use super::snapshot::Snapshot;
use super::statistics::Terms;
use super::thread::{Thread, ThreadSet};
use super::thread_listing::ThreadListing;
use super::together::threads_with_all;
use super::visible::{VisibleSet, VisibleSets};
use crate::index::{After, AskThreads, Basis, CountHits, Hit, HitCount, IndexError, Order, Pass, ThreadHit, ThreadsFound};

/// Answers a question for discussions from a snapshot.
pub(super) fn search(
    ask: &AskThreads,
    snapshot: &Snapshot,
    revocations: &Revocations,
    sets: &VisibleSets,
) -> Result<ThreadsFound, IndexError> {
    let messages = &ask.messages;
    let mut pace = Pace::new(&messages.patience);
    pace.look()?;
    let visible = sets.of(snapshot, revocations, &messages.sight, &messages.patience)?;
    let terms = Terms::of(messages, snapshot, &visible, &mut pace)?;
    let search = Search { ask: messages, snapshot, terms: &terms };
    let (mut pass, segments) = admissions(&search, &visible, &mut pace)?;
    let mut judge = Judge::new(&segments, snapshot.fields, (ask.state, terms.weigh.counts()), &mut pace)?;
    let mut fold = Fold { search: &search, pass, segments: &segments, matching: OnceCell::new() };
    if is_spread(&search) {
        // Messages need not have everything; whether discussions do is found out next.
        fold.pass = Pass::Relaxed;
        pass = fold.together(&mut judge, &mut pace)?;
    }
    let count = match messages.count {
        CountHits::No => None,
        CountHits::UpTo(most) => Some(fold.count(most, &mut judge, &mut pace)?),
    };
    let limit = messages.limit.max(1);
    // One more than is wanted tells whether more follow.
    let most = limit.saturating_add(1);
    let (threads, more) = match messages.order {
        Order::Relevance => fold.by_relevance(ask, most, &mut judge, &mut pace)?,
        Order::Newest | Order::Updated | Order::Reactions => fold.by_number(ask, most, &mut judge, &mut pace)?,
    };
    let basis = Basis { pass, ..terms.basis };
    Ok(ThreadsFound { threads, more, count, stretched: terms.stretched, basis, revision: snapshot.revision })
}

/// Whether what must all be there may stand in different messages.
fn is_spread(search: &Search<'_>) -> bool {
    !search.ask.query.together.is_empty()
}

/// Which messages may be shown, and in which pass as far as single messages decide.
fn admissions<'a>(
    search: &Search<'a>,
    visible: &'a VisibleSet,
    pace: &mut Pace<'_>,
) -> Result<(Pass, Vec<Admission<'a>>), IndexError> {
    if is_spread(search) {
        let segments = search.admit(Pass::Relaxed, &search.conditions(visible), visible, pace)?;
        return Ok((Pass::Relaxed, segments));
    }
    search.admissions(visible, pace)
}

/// The documents of a segment that match.
type Matching<'a> = (&'a Admission<'a>, Vec<DocId>);

/// Discussions in order, and whether more follow.
type Page = (Vec<ThreadHit>, bool);

struct Fold<'a, 's> {
    search: &'s Search<'a>,
    /// In which messages are found.
    pass: Pass,
    segments: &'a [Admission<'a>],
    /// What matches, once it was found.
    matching: OnceCell<Vec<Matching<'a>>>,
}

impl<'a> Fold<'a, '_> {
    /// In which pass discussions are found whose messages need not have everything alone. In the strict one, no others are wanted.
    fn together(&self, judge: &mut Judge<'a>, pace: &mut Pace<'_>) -> Result<Pass, IndexError> {
        let pass = self.search.pass();
        if matches!(pass, Passes::Is(Pass::Relaxed)) {
            return Ok(Pass::Relaxed);
        }
        let together = threads_with_all(&self.search.ask.query.together, self.segments, self.search.terms, pace)?;
        judge.restrict(Some(together));
        if let Passes::StrictFrom(enough) = pass
            && let too_few = u32::try_from(enough.saturating_sub(1)).unwrap_or(u32::MAX)
            && let HitCount::Exact(found) = self.count(too_few, judge, pace)?
        {
            let together = judge.restrict(None);
            if self.count(found, judge, pace)? == HitCount::AtLeast(found) {
                return Ok(Pass::Relaxed);
            }
            judge.restrict(together);
        }
        Ok(Pass::Strict)
    }

    /// What matches, found once.
    fn matching(&self, pace: &mut Pace<'_>) -> Result<&[Matching<'a>], IndexError> {
        if let Some(matching) = self.matching.get() {
            return Ok(matching);
        }
        let terms = self.search.matched_by(self.pass);
        let matching = self.segments.iter().map(|segment| Ok((segment, segment.matching(terms, pace)?)));
        let matching = matching.collect::<Result<_, IndexError>>()?;
        Ok(self.matching.get_or_init(|| matching))
    }

    /// How many discussions are wanted, counted up to so many.
    fn count(&self, most: u32, judge: &mut Judge<'a>, pace: &mut Pace<'_>) -> Result<HitCount, IndexError> {
        let mut threads = ThreadSet::default();
        for (segment, docs) in self.matching(pace)? {
            for doc in docs {
                pace.step()?;
                let thread = segment.segment.thread(*doc)?;
                if threads.contains(&thread) || !judge.admits(thread, segment.segment.place(*doc)?, pace)? {
                    continue;
                }
                threads.insert(thread);
                if threads.len() as u64 > u64::from(most) {
                    return Ok(HitCount::AtLeast(most));
                }
            }
        }
        Ok(u32::try_from(threads.len()).map_or(HitCount::AtLeast(most), HitCount::Exact))
    }

    fn by_relevance(
        &self,
        ask: &AskThreads,
        most: usize,
        judge: &mut Judge<'a>,
        pace: &mut Pace<'_>,
    ) -> Result<Page, IndexError> {
        let everything = self.search.matched_by(self.pass).is_none();
        let lists = (self.search.terms, self.segments);
        let mut listing = ThreadListing::new(lists, judge, everything, &self.search.ask.patience);
        let shown = match &ask.messages.after {
            Some(After::Score(score, root)) => listing.shown((*score, Thread::opened_by(root)), pace)?,
            Some(After::Number(..)) => return Err(super::ranked::foreign_position()),
            None => ThreadSet::default(),
        };
        let mut threads = listing.best(most, shown, pace)?;
        let more = threads.len() == most;
        threads.truncate(most - 1);
        pace.look()?;
        // Any message tells which document opened its discussion.
        let messages = threads.iter().map(|found| self.ranked(found.message)).collect::<Result<Vec<_>, _>>()?;
        let depth = |place: usize| Depth::of(ask, place);
        let told = details((self.search, self.pass), self.segments, &self.search.hits(messages)?, depth, pace)?;
        let hits = threads.into_iter().zip(told).enumerate().map(|(place, (found, (first, details)))| ThreadHit {
            first,
            score: found.score,
            shares: found.shares,
            factor: found.factor,
            details: (place < ask.detailed).then_some(details),
        });
        Ok((hits.collect(), more))
    }

    fn ranked(&self, (at, doc): (usize, DocId)) -> Result<Ranked<'a>, IndexError> {
        let segment = self.segments.get(at).ok_or_else(super::ranked::foreign_position)?;
        Ranked::new(Rank::Score(0.0), (at, segment.segment), doc, &[])
    }

    fn by_number(&self, ask: &AskThreads, most: usize, judge: &mut Judge<'a>, pace: &mut Pace<'_>) -> Result<Page, IndexError> {
        let matching = self.matching(pace)?;
        let mut shown = ThreadSet::default();
        if let Some(after) = &ask.messages.after {
            let position = Position::of(after, ask.messages.order)?;
            let mut before = Shown::new(&position);
            self.feed(matching, &mut before, pace)?;
            shown = before.threads;
        }
        let mut best = BestThreads::new(most, shown, judge);
        self.feed(matching, &mut best, pace)?;
        pace.look()?;
        let mut ranked = best.into_sorted();
        let more = ranked.len() == most;
        ranked.truncate(most - 1);
        let shares = vec![0.0; self.search.terms.words.len()];
        let hit = |hit: Hit| Hit { shares: shares.clone(), ..hit };
        let firsts: Vec<Hit> = self.search.hits(ranked)?.into_iter().map(hit).collect();
        let detailed = firsts.get(..ask.detailed.min(firsts.len())).unwrap_or_default();
        let depth = |place: usize| Depth::of(ask, place);
        let told = details((self.search, self.pass), self.segments, detailed, depth, pace)?;
        let mut told = told.into_iter().map(|(_, details)| details);
        let hits = firsts.into_iter().map(|first| ThreadHit {
            first,
            score: 0.0,
            shares: shares.clone(),
            factor: None,
            details: told.next(),
        });
        Ok((hits.collect(), more))
    }

    /// Offers what matches, as far as it may be taken.
    fn feed(&self, matching: &[Matching<'a>], taker: &mut impl Take<'a>, pace: &mut Pace<'_>) -> Result<(), IndexError> {
        for (segment, docs) in matching {
            // What came later mostly stands later, so that little is kept only to be dropped again.
            for doc in docs.iter().rev() {
                pace.step()?;
                let rank = segment.segment.rank(*doc, self.search.ask.order)?;
                taker.offer(rank, (segment.at, segment.segment), *doc, pace)?;
            }
        }
        Ok(())
    }
}
