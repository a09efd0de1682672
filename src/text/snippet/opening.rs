//! Where a passage begins.

use super::borders::cut_at_or_after;
use super::{LONGEST_CUT_WORD, Line, back, fits, forth};
use crate::text::cjk::is_unspaced;

/// What ends a sentence before a blank.
const STOPS: &str = ".!?…。．！？｡؟۔।॥։።។၊။";
/// What ends a sentence in scripts that write no blank behind it.
const FULL_STOPS: &str = "。！？｡．";
/// What may close between the end of a sentence and the next.
const CLOSERS: &str = "\"'”’»›)]）」』】〉》";
/// How many of those are looked past.
const MOST_CLOSERS: usize = 3;

/// The place at which a passage begins that shows what stands at `core`, with so many characters to `spare` around it. It begins
/// with the sentence where two thirds of them reach back to its beginning, else with a word a third before.
pub(super) fn opening(line: &Line, core: usize, spare: usize, room: usize) -> usize {
    let text = line.text.as_str();
    let sentence = last_sentence(line, back(text, core, spare / 3 * 2), core);
    let start = sentence.unwrap_or_else(|| word_start(text, back(text, core, spare / 3), core));
    if !fits(text, start, room) {
        return start;
    }
    // The text ends before the passage does: what room is left goes before.
    let fullest = back(text, text.len(), room);
    let near = forth(text, fullest, room / 4).min(core);
    first_sentence(line, fullest, near).unwrap_or_else(|| word_start(text, fullest, core)).min(core)
}

/// The last beginning of a sentence from a place to another, both included.
fn last_sentence(line: &Line, from: usize, to: usize) -> Option<usize> {
    let before = line.text[from..to].char_indices().rev().map(|(at, _)| from + at);
    std::iter::once(to).chain(before).find(|at| begins_sentence(line, *at))
}

/// The first one.
fn first_sentence(line: &Line, from: usize, to: usize) -> Option<usize> {
    let before = line.text[from..to].char_indices().map(|(at, _)| from + at);
    before.chain([to]).find(|at| begins_sentence(line, *at))
}

fn begins_sentence(line: &Line, at: usize) -> bool {
    let text = line.text.as_str();
    if at == 0 || line.paragraphs.binary_search(&at).is_ok() {
        return true;
    }
    let Some(next) = text[at..].chars().next() else { return false };
    let bare = text[..at].strip_suffix(' ');
    let mut before = bare.unwrap_or(&text[..at]).chars().rev().peekable();
    for _ in 0..MOST_CLOSERS {
        if before.next_if(|c| CLOSERS.contains(*c)).is_none() {
            break;
        }
    }
    let Some(stop) = before.next() else { return false };
    let stops = if bare.is_some() { STOPS } else { FULL_STOPS };
    stops.contains(stop)
        && !next.is_lowercase()
        && next != ' '
        && !STOPS.contains(next)
        && !CLOSERS.contains(next)
        && cut_at_or_after(text, at) == at
}

/// The next start of a word at or after a place, not behind the limit; the place itself where none is near, and in a script without
/// spaces.
fn word_start(text: &str, at: usize, limit: usize) -> usize {
    if at == 0 || at >= limit || text[..at].ends_with(' ') || text[at..].starts_with(is_unspaced) {
        return at;
    }
    let near = forth(text, at, LONGEST_CUT_WORD).min(limit);
    text[at..near].find(' ').map_or(if near == limit { limit } else { at }, |space| at + space + 1)
}
