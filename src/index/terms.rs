//! Terms of the documents that an asker may see: what can complete a word that was begun, or was meant by one that was misspelt.

use crate::access::Sight;
use crate::domain::Revision;

use super::{Ask, Patience};

/// Which terms are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermPattern {
    /// Words as they are written that begin so; folded.
    Beginning(String),
    /// Words as they are written that are a few letters away from this one, as [`crate::text::Speller`] counts, without itself; folded.
    Near(String),
    /// Topic labels that begin so, without `#`; in lower case.
    Hashtag(String),
}

/// A question for terms.
#[derive(Clone, Debug)]
pub struct AskTerms {
    /// Which are wanted.
    pub patterns: Vec<TermPattern>,
    /// In documents that this finds, whatever its limit and position; nothing: in any. Its sight is the one below.
    pub among: Option<Box<Ask>>,
    /// How many documents may have a word before it tells nothing of what else stands in them: where `among` asks for nothing but words
    /// of which each has more, in any.
    pub broad: u64,
    /// Who may see what.
    pub sight: Sight,
    /// Most terms for each pattern; at least 1.
    pub limit: usize,
    /// When to stop.
    pub patience: Patience,
}

/// A term that visible documents have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermFound {
    /// The term; a topic label without `#`.
    pub text: String,
    /// How many of the documents have it; 1 or more.
    pub documents: u64,
    /// How many letters it is away from a word that was misspelt; zero otherwise.
    pub distance: usize,
}

/// Terms that were found, from one snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsFound {
    /// For each pattern, in the patterns' order: the nearest first, then those that most documents have, then by themselves.
    pub terms: Vec<Vec<TermFound>>,
    /// The revision that was searched.
    pub revision: Revision,
}
