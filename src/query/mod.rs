//! From what somebody typed to a tree that retrieval and explanations share. Pure.
//!
//! A text is read once, where a request comes in: `lex` finds its pieces, `parse` puts them together within limits, `terms` and
//! `operators` say what they ask for, `normal` makes equal queries equal trees, and `print` writes a tree down again. What names
//! mean is looked up outside; with that, `compile` makes the `Query` that an index answers. Structured fields of the request
//! become a `Filter`, which combines with the query by AND, and `contradiction` tells what no document can have. `caret` says what
//! somebody is typing in a search box, `completion` puts in what completes it, and `similar` reads a text that nobody typed as a query,
//! for others like it. This room must never look anything up. Start reading at `tree`, then `parse`.

mod caret;
mod compile;
mod completion;
mod condition;
mod contradiction;
mod dates;
mod filter;
mod lex;
mod limits;
mod names;
mod normal;
mod operators;
mod parse;
mod print;
#[expect(clippy::module_inception, reason = "the room is named for what it makes")]
mod query;
mod similar;
mod simplify;
mod synonyms;
mod syntax;
mod terms;
#[cfg(test)]
mod tests;
mod tree;
mod word;

pub use caret::{Caret, Typing};
pub use completion::Completion;
pub use condition::Condition;
pub use contradiction::contradicts;
pub use filter::{Filter, TimeRange};
pub use limits::{Note, Problem, QueryError, QueryLimits};
pub use names::Names;
pub use operators::{OPERATORS, Operator, OperatorValue, Takes};
pub use parse::{Mode, Typed, parse};
pub use query::Query;
pub use similar::{TextWord, telling_words, text_words};
pub use synonyms::{SynonymGroup, Synonyms};
pub use syntax::{SYNTAX, Syntax};
pub use tree::{Ago, Node, Phrase, State, Test, Text, Tree, Unit, When};
pub use word::{Synonym, Word};
