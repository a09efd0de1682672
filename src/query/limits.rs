//! Bounds of a query, and what may be wrong with one.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

/// Bounds of a query. What passes one is refused, however leniently a text is read: nothing is ever cut silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLimits {
    /// Most bytes of the text.
    pub bytes: usize,
    /// Most words, those of phrases and of the values of operators counted.
    pub words: usize,
    /// Most clauses: words, phrases, and values of operators.
    pub clauses: usize,
    /// How deep brackets may be nested.
    pub depth: usize,
}

impl QueryLimits {
    /// Holds a text to its limits in which operators mean nothing, such as a name. Words count once.
    ///
    /// # Errors
    /// [`QueryError`] where a limit is passed.
    pub fn check_plain(self, typed: &str) -> Result<(), QueryError> {
        if typed.len() > self.bytes {
            return Err(QueryError::TooLong { limit: self.bytes, actual: typed.len() });
        }
        let words = super::terms::words(typed).into_iter().collect::<HashSet<_>>().len();
        if words > self.words {
            return Err(QueryError::TooManyWords { limit: self.words, actual: words });
        }
        Ok(())
    }
}

/// Why a text is not a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The text is longer than the limit.
    #[error("the query has {actual} bytes, at most {limit} are allowed")]
    TooLong {
        /// Most bytes allowed.
        limit: usize,
        /// Bytes given.
        actual: usize,
    },
    /// The text has more words than the limit.
    #[error("the query has {actual} words, at most {limit} are allowed")]
    TooManyWords {
        /// Most words allowed.
        limit: usize,
        /// Words given.
        actual: usize,
    },
    /// The text has more clauses than the limit.
    #[error("the query has {actual} clauses, at most {limit} are allowed")]
    TooManyClauses {
        /// Most clauses allowed.
        limit: usize,
        /// Clauses given.
        actual: usize,
    },
    /// Brackets are nested deeper than the limit.
    #[error("the query has brackets {actual} deep, at most {limit} are allowed")]
    TooDeep {
        /// Most levels allowed.
        limit: usize,
        /// Levels given.
        actual: usize,
    },
    /// Something cannot be read, and the text was to be read strictly.
    #[error("{}: {}", Place(&.0.range), .0)]
    Syntax(Note),
}

/// Something in a text that was read otherwise than it stands there, or not at all. Its text says so in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which characters it is about, counted in Unicode code points from the start of the text; one or more.
    pub range: Range<usize>,
    /// What is wrong with them.
    pub problem: Problem,
}

/// What may be wrong with a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A quote that no other closes.
    UnclosedQuote,
    /// A bracket that no other closes.
    UnclosedBracket,
    /// A closing bracket that no other opens.
    SurplusBracket,
    /// AND, OR, NOT or a sign with nothing to join or to bear on.
    Dangling(&'static str),
    /// A star anywhere but behind two or more characters of a word.
    Star,
    /// A distance of a phrase beyond what is allowed.
    Slop,
    /// An operator without a value right behind its colon.
    MissingValue(&'static str),
    /// A value that an operator does not have.
    BadValue {
        /// The operator.
        operator: &'static str,
        /// What it takes.
        takes: &'static str,
    },
    /// A name with a colon that is no operator's.
    UnknownOperator {
        /// The name.
        name: String,
        /// The operator that is written nearly so.
        meant: Option<&'static str>,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnclosedQuote => f.write_str("the quote is not closed"),
            Self::UnclosedBracket => f.write_str("the bracket is not closed"),
            Self::SurplusBracket => f.write_str("the bracket was not opened"),
            Self::Dangling(joiner @ ("AND" | "OR")) => {
                write!(f, "{joiner} joins what stands on both sides of it, and something is missing")
            }
            Self::Dangling(sign) => write!(f, "{sign} bears on what stands behind it, and nothing does"),
            Self::Star => f.write_str("a star may only end a word, behind two characters or more"),
            Self::Slop => write!(f, "the distance of a phrase is 0 to {}", super::terms::MOST_SLOP),
            Self::MissingValue(name) => write!(f, "{name}: needs a value right behind its colon"),
            Self::BadValue { operator, takes } => write!(f, "{operator}: takes {takes}"),
            Self::UnknownOperator { name, meant: Some(meant) } => write!(f, "{name}: is no operator; did you mean {meant}:?"),
            Self::UnknownOperator { name, meant: None } => {
                write!(f, "{name}: is no operator; text with a colon stands in quotes")
            }
        }
    }
}

/// A range of characters as people count them.
struct Place<'a>(&'a Range<usize>);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.0.start + 1, self.0.end);
        if first >= last { write!(f, "character {first}") } else { write!(f, "characters {first} to {last}") }
    }
}
