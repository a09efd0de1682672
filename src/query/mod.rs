//! From what somebody typed to a tree that retrieval and explanations share. Pure.
//!
//! A text is held against its limits where a request comes in. A query is parsed once; everything later works on `Query`. Structured fields of the request become a `Filter`, which
//! combines with the query by AND. This room must never look anything up. Start reading at `parse`.

mod condition;
mod filter;
mod parse;
#[expect(clippy::module_inception, reason = "the room is named for what it makes")]
mod query;
mod tree;
mod word;

pub use condition::Condition;
pub use filter::{Filter, TimeRange};
pub use parse::{QueryError, QueryLimits, parse};
pub use query::Query;
pub use tree::{Ago, Node, Phrase, State, Test, Text, Tree, Unit, When};
pub use word::{Synonym, Word};
