//! Free words: the first form of the query language.

use std::collections::HashSet;

use super::query::Query;
use super::word::Word;
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

impl QueryLimits {
    /// Holds a text against the limits; nothing is ever cut silently.
    ///
    /// # Errors
    /// [`QueryError`] where a limit is passed.
    pub fn check(self, typed: &str) -> Result<(), QueryError> {
        if typed.len() > self.bytes {
            return Err(QueryError::TooLong { limit: self.bytes, actual: typed.len() });
        }
        let words = distinct(typed).len();
        if words > self.words {
            return Err(QueryError::TooManyWords { limit: self.words, actual: words });
        }
        Ok(())
    }
}

/// Reads free words. Punctuation and brackets separate words and mean nothing else yet. What is typed as one compound, label
/// or address (`node.js`, `#tides`, `ada@example.org`) is one word: its parts are not looked for beside it.
#[must_use]
pub fn parse(typed: &str, languages: &[Language]) -> Query {
    Query::any_of(distinct(typed).into_iter().map(|exact| Word::of(exact, languages)).collect())
}

/// The distinct words, folded, in the order of their first appearance.
fn distinct(typed: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut covered = 0;
    let mut distinct = Vec::new();
    for token in text::tokens(typed) {
        // A compound comes before its parts, which lie inside it.
        let is_part = token.end <= covered;
        covered = covered.max(token.end);
        if !is_part && seen.insert(token.text.clone()) {
            distinct.push(token.text);
        }
    }
    distinct
}

#[cfg(test)]
mod tests {
    //! 1. words are folded, distinct and in order; 2. a compound is one word; 3. stems of every configured language, and which words
    //!    tell little;
    //! 4. limits are errors, exactly at their edge; 5. thousands of terms or brackets are no trouble; 6. a text is named by its words,
    //!    their forms and the parts of compounds, not by what tells little.
    use proptest::prelude::*;

    use super::super::query::MINOR_WEIGHT;
    use super::*;

    fn languages() -> Vec<Language> {
        ["en", "de"].into_iter().filter_map(Language::parse).collect()
    }

    fn words(typed: &str) -> Vec<String> {
        parse(typed, &languages()).words.into_iter().map(|word| word.exact).collect()
    }

    #[test]
    fn words_are_folded_and_distinct_in_order() {
        assert_eq!(words("Tides, (the) TIDES \"K\u{e4}se\" the"), ["tides", "the", "kase"]);
        assert_eq!(parse("The  Moon", &[]).interpreted(), "the moon");
        assert_eq!(words("  ()[]\"\" - + "), Vec::<String>::new());
    }

    #[test]
    fn what_is_typed_as_one_is_one_word() {
        for typed in ["node.js", "c++", "c#", ".net", "#tides", "@ada", "ada@example.org", "snake_case", "v1.2.3", "don't"] {
            assert_eq!(words(typed), [typed]);
        }
        assert_eq!(words("node.js node"), ["node.js", "node"]);
        assert_eq!(words("東京都"), ["東京", "京都"]);
    }

    #[test]
    fn a_word_has_its_stems_in_every_language() {
        let query = parse("Gezeiten running c++", &languages());
        assert!(query.words[0].stems.contains(&"gezeit".to_owned()));
        assert!(query.words[1].stems.contains(&"run".to_owned()));
        assert_eq!(query.words[2].stems, Vec::<String>::new());
        assert!(query.words.iter().all(|word| word.stems.is_sorted()));
    }

    #[test]
    fn a_function_word_counts_less_beside_others_only() {
        let weights = |typed: &str| {
            let query = parse(typed, &languages());
            query.words.iter().map(|word| query.weight(word)).collect::<Vec<_>>()
        };
        assert_eq!(weights("Who knows tides"), [MINOR_WEIGHT, MINOR_WEIGHT, 1.0]);
        assert_eq!(weights("who is who"), [1.0, 1.0]);
        assert_eq!(weights("#the tides"), [1.0, 1.0]);
    }

    #[test]
    fn a_text_is_named_by_words_that_tell() {
        let names = |typed: &str, text: &str| parse(typed, &languages()).names(text, &languages());
        let named = [
            ("who knows gRPC?", "grpc"),
            ("tide", "Tide tables"),
            ("measuring the tides", "Tidal waves and the tide"),
            ("Gezeiten", "gezeit"),
            ("kase", "K\u{e4}se"),
            ("c++", "C++ 20"),
            ("node", "node.js"),
            ("what is it", "IT"),
        ];
        for (typed, text) in named {
            assert!(names(typed, text), "{typed} names {text}");
        }
        let others = [
            ("", "grpc"),
            ("!", "!"),
            ("tide", ""),
            ("tide", "tidewater"),
            ("node.js", "node"),
            ("the internet of things", "the art of war"),
            ("c", "C++"),
        ];
        for (typed, text) in others {
            assert!(!names(typed, text), "{typed} does not name {text}");
        }
    }

    #[test]
    fn limits_are_errors_at_their_edge() {
        let limits = QueryLimits { bytes: 7, words: 2 };
        assert_eq!(limits.check("a b a b"), Ok(()));
        assert_eq!(limits.check("a b c"), Err(QueryError::TooManyWords { limit: 2, actual: 3 }));
        assert_eq!(limits.check("a b a b "), Err(QueryError::TooLong { limit: 7, actual: 8 }));
    }

    #[test]
    fn thousands_of_terms_or_brackets_are_no_trouble() {
        let terms = (0..10_000).map(|nth| format!("t{nth} ")).collect::<Vec<_>>().concat();
        assert_eq!(words(&terms).len(), 10_000);
        assert_eq!(words(&format!("{}core{}", "(".repeat(10_000), ")".repeat(10_000))), ["core"]);
        assert_eq!(words(&"a.".repeat(10_000)), ["a"]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_gives_distinct_words(typed in any::<String>()) {
            let mut found = words(&typed);
            let count = found.len();
            found.sort_unstable();
            found.dedup();
            prop_assert_eq!(found.len(), count);
        }
    }
}
