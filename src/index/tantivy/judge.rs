//! Which threads are discussions to an asker, in the state that is wanted. Visible documents alone decide.

use ::tantivy::{BitSet, Term};

use super::admission::{Admission, with_term};
use super::pace::Pace;
use super::schema::{ANSWER, APPRECIATED, Fields, REPLY};
use super::snapshot::Segment;
use super::thread::{Place, Thread, ThreadMap, ThreadSet};
use crate::index::{IndexError, ThreadState};
use crate::ranking::{Factor, discussion_factor};

/// Threads are looked up one by one until they are so many; walking all replies once is cheaper then.
const FEW: usize = 128;

/// Decides for each thread.
pub(super) struct Judge<'a> {
    segments: &'a [Admission<'a>],
    fields: Fields,
    state: ThreadState,
    /// The only ones that are wanted; nothing where others are, too.
    among: Option<ThreadSet>,
    /// The threads with a visible accepted reply, where that matters.
    answered: ThreadSet,
    /// The threads with a visible appreciated reply, where that matters.
    appreciated: ThreadSet,
    /// Whether somebody replied, of the threads that were looked up.
    known: ThreadMap<bool>,
    /// Every thread in which somebody replied, once it was found out.
    replied: Option<ThreadSet>,
}

impl<'a> Judge<'a> {
    /// The judge of a search; `weighs` says whether it matters how threads stand.
    pub(super) fn new(
        segments: &'a [Admission<'a>],
        fields: Fields,
        (state, weighs): (ThreadState, bool),
        pace: &mut Pace<'_>,
    ) -> Result<Self, IndexError> {
        let mut threads = |matters: bool, label: &str| {
            if matters { threads_with(seen(segments), &fields.label_term(label), pace) } else { Ok(ThreadSet::default()) }
        };
        let answered = threads(weighs || state != ThreadState::Any, ANSWER)?;
        let appreciated = threads(weighs, APPRECIATED)?;
        let known = ThreadMap::default();
        Ok(Self { segments, fields, state, among: None, answered, appreciated, known, replied: None })
    }

    /// From now on no other threads than these are wanted, or any; gives back what was before.
    pub(super) fn restrict(&mut self, among: Option<ThreadSet>) -> Option<ThreadSet> {
        std::mem::replace(&mut self.among, among)
    }

    /// What a thread counts by its replies, where that matters.
    pub(super) fn factor(&self, thread: Thread) -> Option<Factor> {
        discussion_factor(self.answered.contains(&thread), self.appreciated.contains(&thread))
    }

    /// Whether a thread is wanted, of which a visible document stands at this place.
    pub(super) fn admits(&mut self, thread: Thread, place: Place, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        Ok(self.may_admit(thread) && (place.makes_discussion() || self.is_replied_to(thread, pace)?))
    }

    /// Whether a thread is wanted if it is a discussion.
    fn may_admit(&self, thread: Thread) -> bool {
        self.is_in_state(thread) && self.among.as_ref().is_none_or(|among| among.contains(&thread))
    }

    fn is_in_state(&self, thread: Thread) -> bool {
        match self.state {
            ThreadState::Any => true,
            ThreadState::Solved => self.answered.contains(&thread),
            ThreadState::Unsolved => !self.answered.contains(&thread),
        }
    }

    fn is_replied_to(&mut self, thread: Thread, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        if let Some(replied) = &self.replied {
            return Ok(replied.contains(&thread));
        }
        if let Some(known) = self.known.get(&thread) {
            return Ok(*known);
        }
        if self.known.len() >= FEW {
            let replied = self.replied.insert(threads_with(seen(self.segments), &self.fields.label_term(REPLY), pace)?);
            return Ok(replied.contains(&thread));
        }
        let known = self.look_up(thread, pace)?;
        self.known.insert(thread, known);
        Ok(known)
    }

    fn look_up(&self, thread: Thread, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        let replies = self.fields.label_term(&thread.label());
        for segment in self.segments {
            if !segment.with_term(&replies, pace)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Segments with what is visible of them.
fn seen<'s>(segments: &'s [Admission<'_>]) -> impl Iterator<Item = (&'s Segment, &'s BitSet)> {
    segments.iter().map(|segment| (segment.segment, segment.visible))
}

/// Every thread of which a visible document has a label.
pub(super) fn threads_with<'s>(
    segments: impl Iterator<Item = (&'s Segment, &'s BitSet)>,
    label: &Term,
    pace: &mut Pace<'_>,
) -> Result<ThreadSet, IndexError> {
    let mut threads = ThreadSet::default();
    for (segment, visible) in segments {
        for doc in with_term(segment, visible, label, pace)? {
            pace.step()?;
            threads.insert(segment.thread(doc)?);
        }
    }
    Ok(threads)
}
