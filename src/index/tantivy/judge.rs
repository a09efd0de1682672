//! Which threads are discussions to an asker, in the state that is wanted. Visible documents alone decide.

use std::collections::{HashMap, HashSet};

use ::tantivy::DocId;

use super::admission::Admission;
use super::pace::Pace;
use super::schema::{ANSWER, Fields};
use super::snapshot::Segment;
use super::thread::{Place, Thread};
use crate::index::{IndexError, ThreadState};

/// Threads are looked up one by one until they are so many; walking all that is visible once is cheaper then.
const FEW: usize = 128;

/// Decides for each thread.
pub(super) struct Judge<'a> {
    segments: &'a [Admission<'a>],
    fields: Fields,
    state: ThreadState,
    /// The threads with a visible accepted reply, where the state that is wanted needs them.
    answered: HashSet<Thread>,
    /// Whether somebody replied, of the threads that were looked up.
    known: HashMap<Thread, bool>,
    /// Every thread in which somebody replied, once it was found out.
    replied: Option<HashSet<Thread>>,
}

impl<'a> Judge<'a> {
    /// The judge of a search.
    pub(super) fn new(
        segments: &'a [Admission<'a>],
        fields: Fields,
        state: ThreadState,
        pace: &mut Pace<'_>,
    ) -> Result<Self, IndexError> {
        let mut answered = HashSet::new();
        if state != ThreadState::Any {
            for segment in segments {
                for doc in segment.with_term(&fields.label_term(ANSWER), pace)? {
                    answered.insert(segment.segment.thread(doc)?);
                }
            }
        }
        Ok(Self { segments, fields, state, answered, known: HashMap::new(), replied: None })
    }

    /// Whether a thread is wanted, of which a visible document stands at this place.
    pub(super) fn admits(&mut self, thread: Thread, place: Place, pace: &mut Pace<'_>) -> Result<bool, IndexError> {
        Ok(self.is_in_state(thread) && (place.makes_discussion() || self.is_replied_to(thread, pace)?))
    }

    /// The thread of a visible document where it is wanted for certain; nothing where that would have to be found out.
    pub(super) fn certain(&self, segment: &Segment, doc: DocId) -> Result<Option<Thread>, IndexError> {
        if !segment.place(doc)?.makes_discussion() {
            return Ok(None);
        }
        let thread = segment.thread(doc)?;
        Ok(self.is_in_state(thread).then_some(thread))
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
            let replied = self.replied.insert(replied_to(self.segments, pace)?);
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

/// Every thread with a visible reply.
fn replied_to(segments: &[Admission<'_>], pace: &mut Pace<'_>) -> Result<HashSet<Thread>, IndexError> {
    let mut replied = HashSet::new();
    for segment in segments {
        for doc in segment.visible() {
            pace.step()?;
            if segment.segment.place(doc)?.replies() {
                replied.insert(segment.segment.thread(doc)?);
            }
        }
    }
    Ok(replied)
}
