//! Labels in plain text: `#hashtags` and `@handles`.
//!
//! A label stands at the start of a word, never inside a word, an address or a path. It is made of letters, digits and `_`,
//! joined by single `-` or `.`, so that `#code-of-conduct` and `@ada.lovelace` are whole and the dot of a sentence is not part.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use super::compounds::Ending;
use super::fold::is_invisible;
use super::tokenize::{opens_word, word_end};
use super::{cjk, fold};
use crate::domain::Hashtag;

/// The hashtags of a plain text, normalised, in the order of their first appearance. Not `#123`, which counts something.
#[must_use]
pub fn hashtags(plain: &str) -> Vec<Hashtag> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    labels(plain, '#', |at, label| {
        let end = Ending::of(plain, at + 1, label.end).number;
        let shown: String = plain[at + 1..end].chars().filter(|c| !is_invisible(*c)).nfc().collect();
        if let Ok(hashtag) = Hashtag::parse(&shown)
            && seen.insert(hashtag.clone())
        {
            found.push(hashtag);
        }
    });
    found
}

/// The handles that a plain text mentions, as written but without `@`, in the order of their first appearance; case does not
/// make two of one. Not e-mail addresses, addresses on other servers (`@ada@example.org`) or packages (`@types/node`).
#[must_use]
pub fn mentions(plain: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    labels(plain, '@', |at, label| {
        let after = &plain[label.end..];
        let goes_on = after.starts_with('@') || (after.starts_with('/') && opens_word(after, 1));
        let handle = &plain[at + 1..label.end];
        if !goes_on && seen.insert(handle.to_lowercase()) {
            found.push(handle.to_owned());
        }
    });
    found
}

/// A label that was recognised.
#[derive(Clone, Copy)]
pub(super) struct Label {
    /// First byte after its last word.
    pub(super) end: usize,
}

/// The label whose sign, `#` or `@`, stands at a byte.
pub(super) fn label(text: &str, at: usize) -> Option<Label> {
    let before = text[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || fold::is_mark(c) || "_/\\&@#.=?%+-~".contains(c)) {
        return None;
    }
    let mut end = label_word_end(text, at + 1);
    if end == at + 1 || text[at + 1..].starts_with(|c: char| !c.is_alphanumeric() && c != '_') {
        return None;
    }
    while matches!(text.as_bytes().get(end), Some(b'-' | b'.')) {
        let next = label_word_end(text, end + 1);
        if next == end + 1 || text[end + 1..].starts_with(|c: char| !c.is_alphanumeric() && c != '_') {
            break;
        }
        end = next;
    }
    let name = &text[at + 1..end];
    let enough =
        if text[at..].starts_with('#') { name.contains(char::is_alphabetic) } else { name.contains(char::is_alphanumeric) };
    enough.then_some(Label { end })
}

/// Like a word of the tokenizer, but across scripts.
fn label_word_end(text: &str, start: usize) -> usize {
    let mut end = start;
    loop {
        let word = word_end(text, end);
        let next = if text[word..].starts_with(cjk::is_unspaced) { cjk::run_end(text, word) } else { word };
        if next == end {
            return end;
        }
        end = next;
    }
}

/// Hands out labels with where their sign stands, outside web addresses.
fn labels(plain: &str, sign: char, mut found: impl FnMut(usize, Label)) {
    let mut chunk_start = 0;
    for chunk in plain.split_inclusive(char::is_whitespace) {
        let readable = chunk.find("://").unwrap_or(chunk.len());
        for (at, _) in chunk[..readable].match_indices(sign) {
            if let Some(label) = label(plain, chunk_start + at) {
                found(chunk_start + at, label);
            }
        }
        chunk_start += chunk.len();
    }
}

#[cfg(test)]
mod tests {
    //! 1. hashtags are found where they stand and nowhere else; 2. mentions likewise.
    use super::*;

    #[test]
    fn hashtags_are_found_where_they_stand() {
        for (text, expected) in [
            ("#GraphQL and #rust.", vec!["graphql", "rust"]),
            ("(#tides) \"#moon\", #tides #Tides", vec!["tides", "moon"]),
            ("#code-of-conduct #snake_case #node.js #C++ #c#", vec!["code-of-conduct", "snake_case", "node.js", "c++", "c#"]),
            ("#東京 #Käse #Ka\u{308}se #наука", vec!["東京", "käse", "наука"]),
            ("Tags:#a,#b;#c", vec!["a", "b", "c"]),
            ("issue #123, C# and F#, a#b, &#39; ##x # y #", vec![]),
            ("https://example.org/#top https://example.org/a?q=(#b) /#c", vec![]),
            ("#2026wrapped", vec!["2026wrapped"]),
        ] {
            let found: Vec<String> = hashtags(text).iter().map(|tag| tag.as_str().to_owned()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn mentions_are_found_where_they_stand() {
        for (text, expected) in [
            ("@ada, thanks! (@grace) @Ada", vec!["ada", "grace"]),
            ("ask @ada.lovelace. Or @jean-luc: @a_b... @_x", vec!["ada.lovelace", "jean-luc", "a_b", "_x"]),
            ("ada@example.org @ada@example.org @types/node @ @. @-", vec![]),
            ("https://example.org/@ada https://example.org/(@ada)", vec![]),
        ] {
            assert_eq!(mentions(text), expected, "{text}");
        }
    }
}
