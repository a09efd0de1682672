//! Snippets: the passage of a text that shows best why it was found.

use std::collections::HashMap;
use std::ops::Range;

use super::stretches::Stretches;
use super::tokenize::{Token, for_each_token};
use crate::domain::Language;

/// Stands where something was left out.
const ELLIPSIS: char = '…';
/// Characters that the two … of a passage may take.
const EDGES: usize = 2;
/// How far from the edge of a passage a word boundary is looked for, in characters.
const LONGEST_CUT_WORD: usize = 30;

/// A passage of a text and what was found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The passage on one line, with … where something was left out.
    pub text: String,
    /// Byte ranges of what was found, ascending, apart from each other, on character boundaries; never over a ….
    pub ranges: Vec<Range<usize>>,
}

/// The passage of at most `max_chars` characters with the most different wanted tokens, among equals with the most of them,
/// then the earliest; the beginning of the text where none is wanted. It is cut between words where there are any.
///
/// `wanted` must judge by a token's text and shape and by the language of the [`Stretches`] that it stands in, in a text that
/// is else in `language`. It is asked for every token, so that whoever cuts many snippets can remember what was judged from one
/// text to the next. Takes time in proportion to the text.
#[must_use]
pub fn snippet(plain: &str, language: Language, wanted: &dyn Fn(&Token, Language) -> bool, max_chars: usize) -> Snippet {
    if max_chars == 0 {
        return Snippet::default();
    }
    let (line, stretches) = on_one_line(plain, Stretches::of(plain, language));
    let found = matches(&line, &stretches, wanted);
    let room = max_chars.saturating_sub(EDGES);
    if room == 0 {
        return cut(&line, &(0..forth(&line, 0, max_chars)), &found, false);
    }
    let passage = if fits(&line, 0, max_chars) { 0..line.len() } else { around(&line, &best(&found, room), room) };
    cut(&line, &passage, &found, true)
}

/// A wanted token.
struct Match {
    range: Range<usize>,
    /// Where it stands, in characters.
    chars: Range<usize>,
    /// Which of the different wanted texts it is.
    word: usize,
}

/// The text without line breaks, and its stretches there.
fn on_one_line(plain: &str, stretches: Stretches) -> (String, Stretches) {
    let mut line = String::with_capacity(plain.len());
    let mut start = 0;
    let mut add = |end: usize| {
        for word in plain[start..end].split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        start = end;
        line.len()
    };
    let stretches = stretches.moved(&mut add);
    add(plain.len());
    (line, stretches)
}

fn matches(line: &str, stretches: &Stretches, wanted: &dyn Fn(&Token, Language) -> bool) -> Vec<Match> {
    let mut languages = stretches.reader();
    let mut words: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<Match> = Vec::new();
    // Characters are counted on from one match to the next: starts ascend.
    let mut counted = (0, 0);
    for_each_token(line, &mut |token| {
        if !wanted(token, languages.at(token.start)) {
            return;
        }
        let next = words.len();
        let word = match words.get(&token.text) {
            Some(&word) => word,
            None => *words.entry(token.text.clone()).or_insert(next),
        };
        let first = counted.1 + line[counted.0..token.start].chars().count();
        counted = (token.start, first);
        let last = first + line[token.start..token.end].chars().count();
        found.push(Match { range: token.start..token.end, chars: first..last, word });
    });
    found
}

/// The matches that fit into so many characters, as a byte range; empty at the beginning where there are none.
fn best(found: &[Match], max_chars: usize) -> Range<usize> {
    // How often each word stands in the passage looked at, and how many do.
    let mut counts = vec![0_usize; found.iter().map(|one| one.word + 1).max().unwrap_or(0)];
    let mut different = 0;
    let mut first = 0;
    let mut best = (0, 0, 0..0);
    let mut reach = 0;
    for (last, end) in found.iter().enumerate() {
        counts[end.word] += 1;
        different += usize::from(counts[end.word] == 1);
        while first < last && end.chars.end.saturating_sub(found[first].chars.start) > max_chars {
            let left = found[first].word;
            counts[left] -= 1;
            different -= usize::from(counts[left] == 0);
            first += 1;
        }
        reach = if first == last { end.range.end } else { end.range.end.max(reach) };
        let this = (different, last + 1 - first);
        if this > (best.0, best.1) {
            best = (this.0, this.1, found[first].range.start..reach);
        }
    }
    best.2
}

/// A passage around what must be shown: a third of the room before it, the rest behind, cut between words.
fn around(line: &str, core: &Range<usize>, room: usize) -> Range<usize> {
    let shown = line[core.clone()].chars().count();
    let spare = room.saturating_sub(shown);
    let mut start = back(line, core.start, spare / 3);
    if fits(line, start, room) {
        start = back(line, line.len(), room);
    }
    if start > 0 && start < core.start {
        start = word_start(line, start, core.start);
    }
    let mut end = forth(line, start, room);
    let least = if core.end > end { end } else { core.end.max(start) };
    if end < line.len() && end > least {
        end = word_stop(line, end, least);
    }
    start..end
}

fn fits(line: &str, from: usize, chars: usize) -> bool {
    line[from..].chars().nth(chars).is_none()
}

fn back(line: &str, from: usize, chars: usize) -> usize {
    if chars == 0 { from } else { line[..from].char_indices().nth_back(chars - 1).map_or(0, |(at, _)| at) }
}

fn forth(line: &str, from: usize, chars: usize) -> usize {
    line[from..].char_indices().nth(chars).map_or(line.len(), |(at, _)| from + at)
}

/// The next start of a word at or after a place, not behind the limit; the place itself where none is near.
fn word_start(line: &str, at: usize, limit: usize) -> usize {
    if line[..at].ends_with(' ') {
        return at;
    }
    let near = forth(line, at, LONGEST_CUT_WORD).min(limit);
    line[at..near].find(' ').map_or(if near == limit { limit } else { at }, |space| at + space + 1)
}

/// The last end of a word at or before a place, not before the limit; the place itself where none is near.
fn word_stop(line: &str, at: usize, limit: usize) -> usize {
    if line[at..].starts_with(' ') {
        return at;
    }
    let near = back(line, at, LONGEST_CUT_WORD).max(limit);
    line[near..at].rfind(' ').map_or(if near == limit && limit > 0 { limit } else { at }, |space| near + space)
}

fn cut(line: &str, passage: &Range<usize>, found: &[Match], marked: bool) -> Snippet {
    let mut text = String::with_capacity(passage.len() + EDGES * ELLIPSIS.len_utf8());
    if marked && passage.start > 0 {
        text.push(ELLIPSIS);
    }
    let shift = text.len();
    text.push_str(line[passage.clone()].trim_end());
    let shown = text.len();
    if marked && passage.end < line.len() {
        text.push(ELLIPSIS);
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for one in found.iter().filter(|one| one.range.end > passage.start && one.range.start < passage.end) {
        let start = one.range.start.max(passage.start) - passage.start + shift;
        let end = (one.range.end.min(passage.end) - passage.start + shift).min(shown);
        match ranges.last_mut() {
            Some(last) if start < last.end => last.end = last.end.max(end),
            _ if start < end => ranges.push(start..end),
            _ => {}
        }
    }
    Snippet { text, ranges }
}
