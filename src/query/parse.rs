//! Free words: the first form of the query language.

use crate::domain::Language;
use crate::text;

/// Bounds of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryLimits {
    /// Most bytes of the text.
    pub bytes: usize,
    /// Most words.
    pub words: usize,
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
}

/// One word of a query: the form that was typed, folded, and its stems in the configured languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// The folded form.
    pub exact: String,
    /// Its stems, sorted, without repeats; empty where no language stems it.
    pub stems: Vec<String>,
}

/// A parsed query: its distinct words in the order of their first appearance. No word at all matches nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// The words; a document matches with any of them.
    pub words: Vec<Word>,
}

impl Query {
    /// The words as Rookery understood them, for the answer's interpreted query.
    #[must_use]
    pub fn interpreted(&self) -> String {
        self.words.iter().map(|word| word.exact.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Reads free words. Punctuation and brackets separate words and mean nothing else yet.
///
/// # Errors
/// [`QueryError`] where a limit is passed; nothing is ever cut silently.
pub fn parse(typed: &str, languages: &[Language], limits: QueryLimits) -> Result<Query, QueryError> {
    if typed.len() > limits.bytes {
        return Err(QueryError::TooLong { limit: limits.bytes, actual: typed.len() });
    }
    let mut query = Query::default();
    for token in text::tokens(typed) {
        if query.words.iter().any(|word| word.exact == token.text) {
            continue;
        }
        let mut stems: Vec<String> = languages.iter().filter_map(|language| text::stem(&token.text, *language)).collect();
        stems.sort_unstable();
        stems.dedup();
        query.words.push(Word { exact: token.text, stems });
    }
    if query.words.len() > limits.words {
        return Err(QueryError::TooManyWords { limit: limits.words, actual: query.words.len() });
    }
    Ok(query)
}
