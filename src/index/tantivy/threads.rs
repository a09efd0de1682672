//! One search of one snapshot for discussions.
//!
//! Messages are found as `search.rs` finds them, and folded into threads on the way: by relevance with the same pruning, by time
//! or reactions in one walk over what matches.

use std::collections::HashSet;

use ::tantivy::DocId;

use super::admission::Admission;
use super::fold::{BestThreads, Shown};
use super::judge::Judge;
use super::listing::Listing;
use super::pace::Pace;
use super::ranked::{Position, Take};
use super::revocations::Revocations;
use super::search::Search;
use super::snapshot::Snapshot;
use super::statistics::Terms;
use super::visible::VisibleSets;
use crate::index::{AskThreads, Basis, CountHits, HitCount, IndexError, Order, Pass, ThreadHit, ThreadsFound};

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
    let (pass, segments) = search.admissions(&visible, &mut pace)?;
    let mut judge = Judge::new(&segments, snapshot.fields, ask.state, &mut pace)?;
    let fold = Fold { search: &search, pass, segments: &segments };
    let matching = match (messages.order, messages.count) {
        (Order::Relevance, CountHits::No) => Vec::new(),
        _ => fold.matching(&mut pace)?,
    };
    let count = match messages.count {
        CountHits::No => None,
        CountHits::UpTo(most) => Some(count(&matching, most, &mut judge, &mut pace)?),
    };
    let limit = messages.limit.max(1);
    // One more than is wanted tells whether more follow.
    let most = limit.saturating_add(1);
    let mut shown = HashSet::new();
    if let Some(after) = &messages.after {
        let position = Position::of(after, messages.order)?;
        let mut before = Shown::new(&position);
        fold.feed(&matching, &mut before, &mut pace)?;
        shown = before.threads;
    }
    let mut best = BestThreads::new(most, shown, &mut judge);
    fold.feed(&matching, &mut best, &mut pace)?;
    pace.look()?;
    let mut ranked = best.into_sorted();
    let more = ranked.len() > limit;
    ranked.truncate(limit);
    let firsts = search.hits(ranked)?;
    let detailed = firsts.get(..ask.detailed.min(firsts.len())).unwrap_or_default();
    let mut details = super::details::details(ask, (&search, pass), &segments, detailed, &mut pace)?.into_iter();
    let threads = firsts.into_iter().map(|first| ThreadHit { first, details: details.next() }).collect();
    Ok(ThreadsFound {
        threads,
        more,
        count,
        stretched: terms.stretched,
        basis: Basis { pass, ..terms.basis },
        revision: snapshot.revision,
    })
}

/// The documents of a segment that match.
type Matching<'a> = (&'a Admission<'a>, Vec<DocId>);

struct Fold<'a, 's> {
    search: &'s Search<'a>,
    pass: Pass,
    segments: &'a [Admission<'a>],
}

impl<'a> Fold<'a, '_> {
    fn matching(&self, pace: &mut Pace<'_>) -> Result<Vec<Matching<'a>>, IndexError> {
        let terms = self.search.matched_by(self.pass);
        self.segments.iter().map(|segment| Ok((segment, segment.matching(terms, pace)?))).collect()
    }

    /// Offers what matches, as far as it may be taken.
    fn feed(&self, matching: &[Matching<'a>], taker: &mut impl Take<'a>, pace: &mut Pace<'_>) -> Result<(), IndexError> {
        if self.search.ask.order == Order::Relevance {
            Listing::new(self.search.terms).best(self.segments, taker, pace)?;
            return self.search.without_words(self.pass, self.segments, taker, pace);
        }
        let shares = vec![0.0; self.search.terms.words.len()];
        for (segment, docs) in matching {
            // What came later mostly stands later, so that little is kept only to be dropped again.
            for doc in docs.iter().rev() {
                pace.step()?;
                let rank = segment.segment.rank(*doc, self.search.ask.order)?;
                taker.offer(rank, (segment.at, segment.segment), *doc, &shares, pace)?;
            }
        }
        Ok(())
    }
}

fn count(matching: &[Matching<'_>], most: u32, judge: &mut Judge<'_>, pace: &mut Pace<'_>) -> Result<HitCount, IndexError> {
    let mut threads = HashSet::new();
    for (segment, docs) in matching {
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
