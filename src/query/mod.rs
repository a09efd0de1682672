//! From what somebody typed to a tree that retrieval and explanations share. Pure.
//!
//! A text is held against its limits where a request comes in. A query is parsed once; everything later works on `Query`. Structured fields of the request become a `Filter`, which
//! combines with the query by AND. This room must never look anything up. Start reading at `parse`.

mod filter;
mod parse;

pub use filter::{Filter, TimeRange};
pub use parse::{Query, QueryError, QueryLimits, Word, parse};
