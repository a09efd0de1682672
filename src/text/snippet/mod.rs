//! Snippets: the passage of a text that shows best why it was found.
//!
//! `found` says where a text has what is sought, `opening` where a passage begins, `borders` where a text may be cut at all: never
//! inside of what a reader takes for one character. Takes time in proportion to the text. Start reading at [`snippet`].

mod borders;
mod found;
mod opening;
#[cfg(test)]
mod tests;

use std::ops::Range;

use self::borders::{border_at_or_after, border_at_or_before, cut_at_or_after, cut_at_or_before, is_border};
use self::found::Match;
pub use self::found::{Row, Sought, Verdict};
use self::opening::opening;
use super::cjk::is_unspaced;
use super::stretches::Stretches;
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
    /// Byte ranges of what was found, ascending, apart from each other, on borders of grapheme clusters; never over a ….
    pub ranges: Vec<Range<usize>>,
}

/// The passage of at most `max_chars` characters that has the most of what is sought: each phrase that stands in a row outweighs all
/// words together, and each word counts once with its weight. Among equals it is the one with most places, then the earliest; where
/// nothing is found, the beginning of the text. It begins with a sentence where one begins near, else with a word where there are
/// any. A cluster too long for a passage is left out. The text is in `language` but for its [`Stretches`] in others.
#[must_use]
pub fn snippet(plain: &str, language: Language, sought: &Sought<'_>, max_chars: usize) -> Snippet {
    if max_chars == 0 {
        return Snippet::default();
    }
    let (line, stretches) = Line::of(plain, Stretches::of(plain, language));
    let found = found::matches(&line.text, &stretches, sought);
    let room = max_chars.saturating_sub(EDGES);
    if fits(&line.text, 0, max_chars) {
        return line.cut(0..line.text.len(), &found, true);
    }
    if room == 0 {
        return line.cut(0..border_at_or_before(&line.text, forth(&line.text, 0, max_chars)), &found, false);
    }
    line.cut(line.around(&best(&found, &sought.slot_weights(), room), room), &found, true)
}

/// Where a text that is in one language as a whole, such as a headline, has what is sought: byte ranges, ascending, apart from each
/// other, on borders of grapheme clusters.
#[must_use]
pub fn highlights(text: &str, language: Language, sought: &Sought<'_>) -> Vec<Range<usize>> {
    let found = found::matches(text, &Stretches::whole(language), sought);
    marks(text, found.into_iter().filter(|one| one.marked).map(|one| one.range))
}

/// A text on one line.
struct Line {
    text: String,
    /// The first bytes of paragraphs, but for the first one's.
    paragraphs: Vec<usize>,
}

impl Line {
    /// A text without line breaks, and its stretches there.
    fn of(plain: &str, stretches: Stretches) -> (Self, Stretches) {
        let mut line = Self { text: String::with_capacity(plain.len()), paragraphs: Vec::new() };
        let (mut start, mut after_empty) = (0, false);
        // Stretches end with lines.
        let mut read_to = |end: usize| {
            for written in plain[start..end].split_inclusive('\n') {
                let length = line.text.len();
                line.add(written);
                let empty = line.text.len() == length;
                if after_empty && !empty && length > 0 {
                    line.paragraphs.push(length + 1);
                }
                after_empty = empty;
            }
            start = end;
            line.text.len()
        };
        let stretches = stretches.moved(&mut read_to);
        read_to(plain.len());
        (line, stretches)
    }

    fn add(&mut self, written: &str) {
        for word in written.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(word);
        }
    }

    /// A passage around what must be shown: what stands before it, as far as it helps, the rest behind.
    fn around(&self, core: &Range<usize>, room: usize) -> Range<usize> {
        let text = self.text.as_str();
        let spare = room.saturating_sub(text[core.clone()].chars().count());
        let start = opening(self, core.start, spare, room);
        let start = if start == core.start { cut_at_or_before(text, start) } else { cut_at_or_after(text, start) };
        let mut end = forth(text, start, room);
        if end < text.len() {
            let least = if core.end > end { end } else { core.end.max(start) };
            if end > least {
                end = word_stop(text, end, least);
            }
            end = cut_at_or_before(text, end);
        }
        start..end.max(start)
    }

    /// A passage as it is shown.
    fn cut(&self, passage: Range<usize>, found: &[Match], marked: bool) -> Snippet {
        let (start, mut end) = (passage.start, passage.end);
        while end > start && self.text[..end].ends_with(' ') && is_border(&self.text, end - 1) {
            end -= 1;
        }
        let mut text = String::with_capacity(passage.len() + EDGES * ELLIPSIS.len_utf8());
        if marked && start > 0 {
            text.push(ELLIPSIS);
        }
        let shift = text.len();
        text.push_str(&self.text[start..end]);
        let is_empty = text.len() == shift && shift > 0;
        if marked && passage.end < self.text.len() && !is_empty {
            text.push(ELLIPSIS);
        }
        let shown = found.iter().filter(|one| one.marked && one.range.end > start && one.range.start < end);
        let ranges = shown.map(|one| one.range.start.max(start) - start + shift..one.range.end.min(end) - start + shift);
        let ranges = marks(&text, ranges);
        Snippet { text, ranges }
    }
}

/// What fits into so many characters and weighs most, as a byte range; empty at the beginning where nothing was found.
fn best(found: &[Match], weights: &[f64], max_chars: usize) -> Range<usize> {
    let mut counts = vec![0_usize; weights.len()];
    let mut weight = 0.0;
    let mut first = 0;
    let mut best = (0.0, 0, 0..0);
    // The ends of what was looked at, in bytes and characters.
    let mut reach = (0, 0);
    for (last, end) in found.iter().enumerate() {
        counts[end.slot] += 1;
        let mut changed = counts[end.slot] == 1;
        reach = (end.range.end.max(reach.0), end.chars.end.max(reach.1));
        while first < last && reach.1 - found[first].chars.start > max_chars {
            let left = found[first].slot;
            counts[left] -= 1;
            changed |= counts[left] == 0;
            first += 1;
        }
        if first == last {
            reach = (end.range.end, end.chars.end);
        }
        if changed {
            // Added up anew in one order, so that equal words weigh exactly the same.
            weight = counts.iter().zip(weights).filter(|(count, _)| **count > 0).map(|(_, weight)| weight).sum();
        }
        let number = last + 1 - first;
        if weight > best.0 || (weight >= best.0 && number > best.1) {
            best = (weight, number, found[first].range.start..reach.0);
        }
    }
    best.2
}

/// Ascending starts with any ends as marks: widened to borders of clusters, those that meet or overlap as one.
fn marks(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut marks: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let (start, end) = (border_at_or_before(text, range.start), border_at_or_after(text, range.end));
        match marks.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ if start < end => marks.push(start..end),
            _ => {}
        }
    }
    marks
}

fn fits(text: &str, from: usize, chars: usize) -> bool {
    text[from..].chars().nth(chars).is_none()
}

fn back(text: &str, from: usize, chars: usize) -> usize {
    if chars == 0 { from } else { text[..from].char_indices().nth_back(chars - 1).map_or(0, |(at, _)| at) }
}

fn forth(text: &str, from: usize, chars: usize) -> usize {
    text[from..].char_indices().nth(chars).map_or(text.len(), |(at, _)| from + at)
}

/// The last end of a word at or before a place, not before the limit; the place itself where none is near, and in a script without
/// spaces.
fn word_stop(text: &str, at: usize, limit: usize) -> usize {
    if text[at..].starts_with(' ') || text[..at].ends_with(is_unspaced) {
        return at;
    }
    let near = back(text, at, LONGEST_CUT_WORD).max(limit);
    text[near..at].rfind(' ').map_or(if near == limit && limit > 0 { limit } else { at }, |space| near + space)
}
