//! Which parts of a text are what was typed. Pure.

use std::ops::Range;

use crate::text::{spellings, tokens};

/// The beginnings of words of a text that are what was typed, in order. Case, accents and the spellings of letters make no difference.
pub(super) fn beginnings(text: &str, typed: &str) -> Vec<Range<usize>> {
    let typed: Vec<String> = tokens(typed).iter().flat_map(|token| spellings(&typed[token.start..token.end])).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for token in tokens(text) {
        let word = &text[token.start..token.end];
        let longest = typed.iter().filter_map(|begun| beginning(word, begun)).max();
        // The parts of a compound lie inside it.
        let covered = found.last().map_or(0, |last| last.end);
        if let Some(length) = longest.filter(|_| token.start >= covered) {
            found.push(token.start..token.start + length);
        }
    }
    found
}

/// How many bytes of a word are what was typed; nothing where it does not begin so.
fn beginning(word: &str, begun: &str) -> Option<usize> {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    // Folded letters may be more or fewer than those that stand there.
    ends.into_iter().find(|end| spellings(&word[..*end]).iter().any(|form| form.starts_with(begun)))
}

#[cfg(test)]
mod tests {
    //! 1. beginnings of words are marked as they stand in the text, however they were typed.
    use super::*;

    #[test]
    fn beginnings_are_marked_as_they_stand() {
        for (text, typed, expected) in [
            ("Ada Lovelace", "lo", &["Lo"][..]),
            ("Ada Lovelace", "ADA lo", &["Ada", "Lo"]),
            ("J\u{fc}rgen M\u{fc}ller", "juer", &["J\u{fc}r"]),
            ("J\u{fc}rgen M\u{fc}ller", "jur mul", &["J\u{fc}r", "M\u{fc}l"]),
            ("Stra\u{df}e", "strass", &["Stra\u{df}"]),
            ("tide tides", "tid", &["tid", "tid"]),
            ("quiet-harbour", "harb", &["harb"]),
            ("Harbour", "gauge", &[]),
            ("Harbour", "", &[]),
        ] {
            let marked: Vec<&str> = beginnings(text, typed).into_iter().map(|range| &text[range]).collect();
            assert_eq!(marked, expected, "{typed:?} in {text:?}");
        }
    }
}
