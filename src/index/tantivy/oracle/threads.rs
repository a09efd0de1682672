//! Discussions the slow way: every hit is looked at, and every word of every message.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::super::thread::Thread;
use super::{Oracle, compare, counted, is_after};
use crate::domain::{Document, DocumentName, Kind, PersonName, ResourceName, Role};
use crate::index::{
    After, Ask, AskThreads, Basis, CountHits, Found, Hit, Order, Pass, ThreadDetails, ThreadHit, ThreadState, ThreadsFound,
};
use crate::query::Query;
use crate::ranking::{APPRECIATED, Factor, discussion_factor};

/// A thread with its hits in order and all that is visible of it.
struct Folded<'a> {
    root: DocumentName,
    hits: Vec<Hit>,
    visible: Vec<&'a Document>,
    score: f64,
    shares: Vec<f64>,
    factor: Option<Factor>,
}

impl Oracle {
    /// The answer to a question for discussions.
    pub(in super::super) fn threads(&self, ask: &AskThreads) -> ThreadsFound {
        let messages = &ask.messages;
        let together = &messages.query.together;
        let (mut threads, found) = if together.is_empty() {
            self.folded(ask, messages.clone())
        } else {
            // Messages need not have everything alone.
            let of_messages = Query { strict: messages.query.relaxed.clone(), ..messages.query.clone() };
            self.folded(ask, Ask { query: of_messages, ..messages.clone() })
        };
        let mut pass = found.basis.pass;
        if !together.is_empty() {
            let hits = self.hits_by_words(messages);
            let has_all = |thread: &Folded<'_>| {
                let of_thread: Vec<&Hit> = hits.iter().filter(|hit| hit.thread_root == thread.root).collect();
                together.iter().all(|word| of_thread.iter().any(|hit| hit.shares[*word] > 0.0))
            };
            let strict = threads.iter().filter(|thread| has_all(thread)).count();
            pass = match (messages.basis.as_ref().filter(|first| first.fits(&messages.query)), messages.relax_below) {
                (Some(first), _) => first.pass,
                (None, Some(0)) => Pass::Strict,
                (None, _) if messages.query.strict == messages.query.relaxed => Pass::Strict,
                (None, Some(enough)) if strict >= enough as usize || threads.len() <= strict => Pass::Strict,
                _ => Pass::Relaxed,
            };
            if pass == Pass::Strict {
                threads.retain(|thread| has_all(thread));
            }
        }
        let count = counted(threads.len(), messages.count);
        threads.retain(|thread| messages.after.as_ref().is_none_or(|after| stands_behind(thread, after, messages.order)));
        let more = threads.len() > messages.limit;
        threads.truncate(messages.limit);
        let threads = threads.into_iter().enumerate().map(|(at, thread)| ThreadHit {
            details: (at < ask.detailed).then(|| details(ask, &thread.hits, thread.visible)),
            first: thread.hits[0].clone(),
            score: thread.score,
            shares: thread.shares,
            factor: thread.factor,
        });
        let Found { stretched, basis, revision, .. } = found;
        ThreadsFound { threads: threads.collect(), more, count, stretched, basis: Basis { pass, ..basis }, revision }
    }

    /// Every thread that is wanted, in order.
    fn folded(&self, ask: &AskThreads, messages: Ask) -> (Vec<Folded<'_>>, Found) {
        let found = self.answer(&Ask { after: None, limit: usize::MAX, count: CountHits::No, ..messages });
        let ask_messages = &ask.messages;
        let visible: Vec<&Document> =
            self.rows.iter().map(|row| &row.document).filter(|document| self.shows(document, &ask_messages.sight)).collect();
        let mut of_threads: BTreeMap<&DocumentName, Vec<Hit>> = BTreeMap::new();
        for hit in &found.hits {
            of_threads.entry(&hit.thread_root).or_default().push(hit.clone());
        }
        let weighs = ask_messages.by_standing && ask_messages.order == Order::Relevance;
        let fold = |(root, hits): (&DocumentName, Vec<Hit>)| {
            let visible: Vec<&Document> = visible.iter().copied().filter(|other| other.thread_root() == root).collect();
            let accepted = visible.iter().any(|document| document.accepted);
            let appreciated =
                visible.iter().any(|document| document.thread.is_some() && document.reaction_total() >= APPRECIATED);
            let factor = if weighs { discussion_factor(accepted, appreciated) } else { None };
            let best = |word: usize| hits.iter().map(|hit| hit.shares[word]).fold(0.0, f64::max);
            let by = factor.map_or(1.0, |factor| factor.factor);
            let shares: Vec<f64> = (0..ask_messages.query.words.len()).map(|word| best(word) * by).collect();
            let score = shares.iter().fold(0.0, |sum, share| sum + share);
            Folded { root: root.clone(), hits, visible, score, shares, factor }
        };
        let mut threads: Vec<Folded<'_>> = of_threads.into_iter().map(fold).collect();
        threads.retain(|thread| is_wanted(&thread.visible, ask.state));
        threads.sort_by(|a, b| in_order(a, b, ask_messages.order));
        (threads, found)
    }

    /// The matching messages with what each word says in them, whatever the order is.
    fn hits_by_words(&self, messages: &Ask) -> Vec<Hit> {
        let query = Query { strict: messages.query.relaxed.clone(), ..messages.query.clone() };
        let by_words = Ask { query, order: Order::Relevance, after: None, limit: usize::MAX, ..messages.clone() };
        self.answer(&by_words).hits
    }
}

fn is_wanted(visible: &[&Document], state: ThreadState) -> bool {
    let solved = visible.iter().any(|document| document.accepted);
    visible.iter().any(|document| document.thread.is_some() || document.kind == Kind::Topic)
        && match state {
            ThreadState::Any => true,
            ThreadState::Solved => solved,
            ThreadState::Unsolved => !solved,
        }
}

fn in_order(a: &Folded<'_>, b: &Folded<'_>, order: Order) -> Ordering {
    match order {
        Order::Relevance => b.score.total_cmp(&a.score).then_with(|| Thread::opened_by(&a.root).cmp(&Thread::opened_by(&b.root))),
        _ => compare(&a.hits[0], &b.hits[0], order),
    }
}

fn stands_behind(thread: &Folded<'_>, after: &After, order: Order) -> bool {
    match after {
        After::Score(score, root) => {
            let by_hash = || Thread::opened_by(&thread.root).cmp(&Thread::opened_by(root));
            score.total_cmp(&thread.score).then_with(by_hash).is_gt()
        }
        After::Number(..) => is_after(&thread.hits[0], after, order),
    }
}

/// What the visible messages of a thread tell, of which these match.
fn details(ask: &AskThreads, hits: &[Hit], mut visible: Vec<&Document>) -> ThreadDetails {
    visible.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.name.id().cmp(b.name.id())));
    let mut people: BTreeMap<PersonName, u64> = BTreeMap::new();
    for document in visible.iter().take(ask.window) {
        let taking_part = document.people.iter().filter(|p| p.role != Role::Mentioned).map(|p| p.person.clone());
        for person in taking_part.collect::<BTreeSet<_>>() {
            *people.entry(person).or_default() += 1;
        }
    }
    let mut people: Vec<(PersonName, u64)> = people.into_iter().collect();
    people.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ThreadDetails {
        matches: hits.iter().skip(1).take(ask.matches).cloned().collect(),
        matched: hits.len() as u64,
        messages: visible.len() as u64,
        people,
        answer: visible.iter().find(|document| document.accepted).map(|document| document.name.clone()),
        last_activity: visible[0].created,
    }
}
