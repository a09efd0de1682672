//! Discussions as an index finds them: threads, folded out of the messages that an asker may see.

use super::{Ask, Basis, Hit, HitCount, Stretched};
use crate::domain::{DocumentName, Moment, PersonName, Revision};
use crate::ranking::Factor;

/// Which discussions are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ThreadState {
    /// Any.
    #[default]
    Any,
    /// Those with a visible accepted reply.
    Solved,
    /// Those without one.
    Unsolved,
}

/// A search for discussions.
#[derive(Clone, Debug)]
pub struct AskThreads {
    /// Which messages are looked for. Its order, position, limit and count are of the discussions in which they stand.
    pub messages: Ask,
    /// Which discussions are wanted.
    pub state: ThreadState,
    /// Of how many of the first discussions more is wanted than the message that brings them.
    pub detailed: usize,
    /// Most matching messages of each of these, without the first.
    pub matches: usize,
    /// In how many of its newest messages the people of a discussion are looked for; at least 1.
    pub window: usize,
}

/// A discussion that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadHit {
    /// Its first matching message in the order of the answer: the best, or the newest. It names the root.
    pub first: Hit,
    /// Its score; zero where the order is not by relevance.
    pub score: f64,
    /// One share per query word, in the words' order; they sum to the score. Each is the best of its visible matching messages.
    pub shares: Vec<f64>,
    /// By what its replies multiplied these.
    pub factor: Option<Factor>,
    /// More of it, where that was wanted.
    pub details: Option<ThreadDetails>,
}

/// What the visible messages of a discussion tell.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadDetails {
    /// The matching messages behind the first, in the order of the answer.
    pub matches: Vec<Hit>,
    /// How many messages match, the first included.
    pub matched: u64,
    /// How many messages there are, whether or not they match.
    pub messages: u64,
    /// Who has any role but mentioned in the newest messages, and in how many: the most first, then by name.
    pub people: Vec<(PersonName, u64)>,
    /// The accepted reply; the newest where there are several, then by name.
    pub answer: Option<DocumentName>,
    /// When the newest message was first written.
    pub last_activity: Moment,
}

/// What a search for discussions found, from one snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadsFound {
    /// Discussions in order.
    pub threads: Vec<ThreadHit>,
    /// Whether more follow.
    pub more: bool,
    /// The number of discussions, where it was wanted.
    pub count: Option<HitCount>,
    /// As [`super::Found::stretched`].
    pub stretched: Vec<Stretched>,
    /// As [`super::Found::basis`].
    pub basis: Basis,
    /// The revision that was searched.
    pub revision: Revision,
}
