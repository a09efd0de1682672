//! What somebody typed, as a tree. Names in it are as they were typed and times may be relative: nothing was looked up, and no
//! clock was read. Printed, a tree reads back as itself.

use std::collections::HashMap;

use super::normal::normal;
use crate::domain::{Hashtag, Kind, Language};

/// What somebody typed; nothing where nothing was, which asks for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tree(pub Option<Node>);

impl Tree {
    /// Whether it holds free words and nothing else.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let plain = |node: &Node| matches!(node, Node::Text(Text::Word(_)));
        match &self.0 {
            Some(Node::All(nodes)) => nodes.iter().all(plain),
            root => root.as_ref().is_some_and(plain),
        }
    }

    /// The same with other words in the place of free ones that are not negated.
    #[must_use]
    pub fn with_words(&self, others: &HashMap<String, String>) -> Self {
        fn of(node: &Node, others: &HashMap<String, String>) -> Node {
            let each = |nodes: &[Node]| nodes.iter().map(|node| of(node, others)).collect();
            match node {
                Node::Text(Text::Word(word)) => Node::Text(Text::Word(others.get(word).unwrap_or(word).clone())),
                Node::All(nodes) => Node::All(each(nodes)),
                Node::Any(nodes) => Node::Any(each(nodes)),
                other => other.clone(),
            }
        }
        // Two words may have become one.
        Self(self.0.as_ref().and_then(|root| normal(of(root, others))))
    }
}

/// A part of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Text that is looked for.
    Text(Text),
    /// A word or a beginning behind a `+`: never left out where too little has everything, and nothing stands in for it.
    Must(Text),
    /// What an operator says.
    Test(Test),
    /// Each of two or more, none of which is an `All`.
    All(Vec<Node>),
    /// Any of two or more, none of which is an `Any`.
    Any(Vec<Node>),
    /// Whatever does not match; never a `Not` itself.
    Not(Box<Node>),
}

/// Text that is looked for. Words are tokens of `text::tokens`, folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Text {
    /// A word.
    Word(String),
    /// The beginning of a word, as in `kube*`; two characters or more.
    Prefix(String),
    /// What stands in quotes.
    Phrase(Phrase),
}

/// A word as it is written, or several in a row: no stems, no synonyms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// In their order; one or more.
    pub words: Vec<String>,
    /// How many places, all in all, words may stand further behind than right behind the one before; never before it. Of one word 0.
    pub slop: u32,
}

/// What an operator says of a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// `kind:`
    Kind(Kind),
    /// `from:` a person wrote it: author, contributor, answerer or asker. An ID, a handle, an e-mail address, a display name or
    /// `me`.
    From(String),
    /// `@` a person takes part in any role or is mentioned.
    Involves(String),
    /// `in:` a community holds it. An ID or a display name.
    In(String),
    /// `tag:` or `#`
    Tag(Hashtag),
    /// `lang:`
    Language(Language),
    /// `title:`
    Title(Text),
    /// `url:` the parts of an address, all of which its own has.
    Url(Vec<String>),
    /// `before:` it was written before a day, month or year began.
    Before(When),
    /// `after:` it was written after one ended.
    After(When),
    /// `during:` it was written in one.
    During(When),
    /// `active:` it was changed within so long.
    Active(Ago),
    /// `is:` or `has:`
    Is(State),
}

/// A day, month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum When {
    /// `2025`
    Year(i16),
    /// `2025-03`
    Month(i16, i8),
    /// `2025-03-14`
    Day(i16, i8, i8),
    /// The day, in UTC, so long before the clock: `7d`, `today`, `yesterday`.
    Ago(Ago),
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ago {
    /// How many.
    pub count: u16,
    /// Of what.
    pub unit: Unit,
}

/// What lengths of time are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `m`, of 30 days.
    Month,
    /// `y`, of 365 days.
    Year,
}

/// How a document or its thread stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// `is:solved`, `has:accepted`: a visible reply of its thread was accepted as the answer.
    Solved,
    /// `is:unsolved`: a topic opened its thread, and no visible reply was accepted.
    Unsolved,
    /// `is:unanswered`: a topic opened its thread, and nobody replied visibly.
    Unanswered,
    /// `is:accepted`: it is a reply that was accepted as the answer.
    Accepted,
    /// `is:verified`: caretakers say that it is right, and that has not lapsed.
    Verified,
    /// `is:deprecated`: caretakers say that it is no longer to be relied on, and that has not lapsed.
    Deprecated,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [Self::Solved, Self::Unsolved, Self::Unanswered, Self::Accepted, Self::Verified, Self::Deprecated];

    /// The state as one lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Unsolved => "unsolved",
            Self::Unanswered => "unanswered",
            Self::Accepted => "accepted",
            Self::Verified => "verified",
            Self::Deprecated => "deprecated",
        }
    }
}
