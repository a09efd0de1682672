//! What the visible messages of the discussions on a page tell: how many they are, which match, who takes part, what was accepted.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ::tantivy::{DocId, Term};

use super::admission::Admission;
use super::cursors::Cursors;
use super::pace::Pace;
use super::ranked::{Best, Rank};
use super::search::Search;
use super::thread::{Place, Thread};
use crate::domain::{PersonName, ResourceName, Role};
use crate::index::{AskThreads, Hit, IndexError, Order, Pass, ThreadDetails};

/// How much of a thread is told.
#[derive(Clone, Copy)]
pub(super) struct Depth {
    /// Most matching messages behind the first.
    matches: usize,
    /// In how many of its newest messages people are looked for; at least 1.
    window: usize,
}

impl Depth {
    /// How much is told of the thread at a place of an answer: of those of which nothing more is wanted, the first message.
    pub(super) fn of(ask: &AskThreads, place: usize) -> Self {
        if place < ask.detailed {
            Self { matches: ask.matches, window: ask.window.max(1) }
        } else {
            Self { matches: 0, window: 1 }
        }
    }
}

/// What is gathered of one thread.
struct Gathered<'a> {
    messages: u64,
    matched: u64,
    matches: Best<'a>,
    newest: Best<'a>,
    answer: Best<'a>,
}

/// Gathers the first message of each of the threads to which these messages belong, in the order of the answer, and its details.
pub(super) fn details<'a>(
    (search, pass): (&Search<'_>, Pass),
    segments: &'a [Admission<'a>],
    messages: &[Hit],
    depth: impl Fn(usize) -> Depth,
    pace: &mut Pace<'_>,
) -> Result<Vec<(Hit, ThreadDetails)>, IndexError> {
    let fields = search.snapshot.fields;
    // What finds the root, and what finds the replies.
    let threads: Vec<[Term; 2]> = messages
        .iter()
        .map(|Hit { thread_root, .. }| {
            [fields.name_term(thread_root.id()), fields.label_term(&Thread::opened_by(thread_root).label())]
        })
        .collect();
    let mut gathered = Vec::with_capacity(threads.len());
    for place in 0..threads.len() {
        let Depth { matches, window } = depth(place);
        gathered.push(Gathered {
            messages: 0,
            matched: 0,
            matches: Best::new(matches.saturating_add(1), None, search.ask.order)?,
            newest: Best::new(window, None, Order::Newest)?,
            answer: Best::new(1, None, Order::Newest)?,
        });
    }
    for segment in segments {
        gather((search, pass), segment, &threads, &mut gathered, pace)?;
    }
    gathered.into_iter().zip(messages).map(|(gathered, message)| told(gathered, message, search, pace)).collect()
}

/// Gathers the messages of a segment.
fn gather<'a>(
    (search, pass): (&Search<'_>, Pass),
    segment: &'a Admission<'a>,
    threads: &[[Term; 2]],
    gathered: &mut [Gathered<'a>],
    pace: &mut Pace<'_>,
) -> Result<(), IndexError> {
    // Cursors go forward only, so that the messages of all threads are looked at together.
    let mut docs: Vec<(DocId, usize)> = Vec::new();
    for (place, thread) in threads.iter().enumerate() {
        for term in thread {
            docs.extend(segment.with_term(term, pace)?.into_iter().map(|doc| (doc, place)));
        }
    }
    docs.sort_unstable();
    let at = (segment.at, segment.segment);
    let mut cursors = Cursors::new(segment.at, segment.segment, search.terms, |_| true)?;
    for (doc, place) in docs {
        pace.step()?;
        let Some(gathered) = gathered.get_mut(place) else { continue };
        let created = segment.segment.rank(doc, Order::Newest)?;
        gathered.messages += 1;
        gathered.newest.offer(created, at, doc, &[])?;
        if segment.segment.place(doc)? == Place::Answer {
            gathered.answer.offer(created, at, doc, &[])?;
        }
        if !segment.admits(doc)? {
            continue;
        }
        let shares: Vec<Option<f64>> = search.terms.words.iter().map(|word| cursors.find(doc, word)).collect();
        if search.matched_by(pass).is_some() && shares.iter().all(Option::is_none) {
            continue;
        }
        gathered.matched += 1;
        let by_relevance = search.ask.order == Order::Relevance;
        let weight = search.terms.weigh.of(segment.segment, doc)?;
        let shares: Vec<f64> = shares.into_iter().map(|share| share.filter(|_| by_relevance).unwrap_or(0.0) * weight).collect();
        let score = || Rank::Score(shares.iter().fold(0.0, |sum, share| sum + share));
        let rank = if by_relevance { score() } else { segment.segment.rank(doc, search.ask.order)? };
        gathered.matches.offer(rank, at, doc, &shares)?;
    }
    Ok(())
}

fn told(
    gathered: Gathered<'_>,
    message: &Hit,
    search: &Search<'_>,
    pace: &mut Pace<'_>,
) -> Result<(Hit, ThreadDetails), IndexError> {
    pace.look()?;
    let newest = search.hits(gathered.newest.into_sorted())?;
    let answer = search.hits(gathered.answer.into_sorted())?.into_iter().next();
    let mut matches = search.hits(gathered.matches.into_sorted())?.into_iter();
    // It matches, or its thread would not have been found.
    let first = matches.next().unwrap_or_else(|| message.clone());
    let details = ThreadDetails {
        matches: matches.collect(),
        matched: gathered.matched,
        messages: gathered.messages,
        people: people(&newest),
        answer: answer.map(|answer| answer.document),
        last_activity: newest.first().map_or(first.created, |newest| newest.created),
    };
    Ok((first, details))
}

/// Who takes part in messages, and in how many.
fn people(messages: &[Hit]) -> Vec<(PersonName, u64)> {
    let mut counts: BTreeMap<PersonName, u64> = BTreeMap::new();
    for message in messages {
        let taking_part = message.people.iter().filter(|participation| participation.role != Role::Mentioned);
        let mut people: Vec<&PersonName> = taking_part.map(|participation| &participation.person).collect();
        people.sort_unstable();
        people.dedup();
        for person in people {
            *counts.entry(person.clone()).or_default() += 1;
        }
    }
    let mut people: Vec<(PersonName, u64)> = counts.into_iter().collect();
    // Stable: equal numbers stay by name.
    people.sort_by_key(|(_, messages)| Reverse(*messages));
    people
}
