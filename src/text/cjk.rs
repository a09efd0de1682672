//! Scripts that write no spaces between words: Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese.
//!
//! There is no dictionary here: a run becomes overlapping pairs of characters as a reader counts them, so that any part of it
//! of two characters or more is found. Korean writes spaces, but its particles cling to the words, and pairs see past them.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::{is_invisible, is_mark};

/// Whether a character is a letter or digit of such a script.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1100}'..='\u{11ff}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{2fdf}'
            | '\u{3005}'..='\u{a4cf}'
            | '\u{a960}'..='\u{a97f}'
            | '\u{a9e0}'..='\u{a9ff}'
            | '\u{aa60}'..='\u{aa7f}'
            | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ffdc}'
            | '\u{1b000}'..='\u{1b16f}'
            | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}

/// The first byte after the run that starts at a byte.
pub(super) fn run_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    rest.find(|c| !(is_unspaced(c) || is_mark(c) || is_invisible(c))).map_or(text.len(), |length| start + length)
}

/// Hands out the overlapping pairs of a run as byte ranges, ascending; a single character alone.
pub(super) fn pairs(text: &str, start: usize, end: usize, mut found: impl FnMut(usize, usize)) {
    let mut before: Option<usize> = None;
    let mut starts = text[start..end].grapheme_indices(true).map(|(at, _)| start + at).peekable();
    while let Some(this) = starts.next() {
        let after = starts.peek().copied().unwrap_or(end);
        match before {
            Some(before) => found(before, after),
            None if after == end => found(this, after),
            None => {}
        }
        before = Some(this);
    }
}
