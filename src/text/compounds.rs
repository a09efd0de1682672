//! What holds together although it is no plain word: `node.js`, `com.example.Foo`, `snake_case`, `ada@example.org`, `v1.2.3`,
//! `C++17`, `C#`, `.NET`, `don't`.
//!
//! A compound is a token of its own, followed by its parts in the same places, so that `node.js` is found by `node` as well.
//! Marks of programming languages (`c++`, `f#`) have no parts, or `c` would find them all. `camelCase` stays one word.

use super::labels::Label;
use super::tokenize::{Emitter, opens_word, word_end};

/// What joins the parts of a compound, from the loosest to the closest.
const JOINERS: [&[char]; 5] = [&['@'], &['+', '-'], &['.'], &['\'', '\u{2019}'], &['_']];
/// Where [`JOINERS`] holds the apostrophes.
const APOSTROPHES: usize = 3;
/// Ends of English contractions, which are one word: `don't`, `we're`.
const CONTRACTED: [&str; 6] = ["t", "re", "ll", "ve", "d", "m"];
/// Words that French and Italian shorten before a vowel: they are cut off like an article before a space.
const ELIDED: [&str; 19] =
    ["c", "d", "j", "l", "m", "n", "s", "t", "qu", "un", "gl", "all", "dall", "dell", "nell", "sull", "quell", "jusqu", "lorsqu"];
/// Longest part of an e-mail address before its `@`, in bytes (RFC 5321).
const MAX_LOCAL_PART: usize = 64;
/// Longest domain of an e-mail address, in bytes.
const MAX_DOMAIN: usize = 255;

/// A word or compound whose first word starts at `first`; `start` is there too, or at the dot before it. Gives the first byte
/// after it.
pub(super) fn word(emitter: &mut Emitter<'_>, start: usize, first: usize) -> usize {
    if let Some(end) = email_end(emitter, first) {
        if start < first {
            emitter.compound(start, end);
        }
        parts(emitter, first, end, 0);
        return end;
    }
    let text = emitter.text;
    let mut end = word_end(text, first);
    let (mut joined, mut apostrophes) = (false, false);
    loop {
        let (joiner, apostrophe) = match text.as_bytes().get(end) {
            Some(b'.' | b'@') => (1, false),
            Some(b'\'') => (1, true),
            Some(0xe2) if text[end..].starts_with('\u{2019}') => ('\u{2019}'.len_utf8(), true),
            _ => break,
        };
        if !opens_word(text, end + joiner) {
            break;
        }
        joined = true;
        apostrophes |= apostrophe;
        end = word_end(text, end + joiner);
    }
    let (mut first, mut last) = (first, end);
    if apostrophes {
        (first, last) = without_elision(text, first, end);
    }
    if !text[first..last].contains(char::is_alphanumeric) {
        return end;
    }
    let ending = if last == end { Ending::of(text, first, end) } else { Ending { mark: last, number: last } };
    if start < first && text[start..].starts_with('.') {
        emitter.compound(start, ending.number);
    }
    let level = if joined || text.as_bytes()[first..last].contains(&b'_') { 0 } else { JOINERS.len() };
    with_ending(emitter, first, last, ending, level);
    end.max(ending.number)
}

/// A hashtag or handle that starts at a byte: the form with its sign, then what it is made of. Gives the first byte after it.
pub(super) fn label(emitter: &mut Emitter<'_>, start: usize, label: Label) -> usize {
    let ending = if emitter.text[start..].starts_with('#') {
        Ending::of(emitter.text, start + 1, label.end)
    } else {
        Ending { mark: label.end, number: label.end }
    };
    emitter.compound(start, ending.number);
    with_ending(emitter, start + 1, label.end, ending, 0);
    ending.number
}

/// Whether a dot at a byte opens a name, as in `.NET` and `.gitignore`.
pub(super) fn opens_with_dot(text: &str, at: usize) -> bool {
    let opens = match text[..at].chars().next_back() {
        None => true,
        Some(before) => before.is_whitespace() || "([{<\"'`,;:/".contains(before),
    };
    opens && text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphabetic)
}

/// What may follow the last word of a compound.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    /// First byte after the mark of a language, as in `C++` and `F#`.
    mark: usize,
    /// First byte after the number of its version, as in `C++17`.
    pub(super) number: usize,
}

impl Ending {
    /// The ending of what was read from a byte to another; empty where there is none.
    pub(super) fn of(text: &str, start: usize, end: usize) -> Self {
        let bytes = text.as_bytes();
        let none = Self { mark: end, number: end };
        let signs = match bytes.get(end) {
            Some(b'+') if bytes.get(end + 1) != Some(&b'+') => 1,
            Some(b'+') if bytes.get(end + 2) != Some(&b'+') => 2,
            Some(b'#') if is_short_name(&text[start..end]) => 1,
            _ => return none,
        };
        let mark = end + signs;
        let numbered = signs == 2 || bytes[end] == b'#';
        let number = mark + bytes[mark..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if word_end(text, number) > number || bytes.get(number) == Some(&b'=') || (number > mark && !numbered) {
            return none;
        }
        Self { mark, number }
    }
}

fn with_ending(emitter: &mut Emitter<'_>, start: usize, end: usize, ending: Ending, level: usize) {
    if ending.number > ending.mark {
        emitter.compound(start, ending.number);
    }
    if ending.mark == end {
        parts(emitter, start, end, level);
    } else if is_short_name(&emitter.text[start..end]) {
        emitter.leaf(start, ending.mark);
    } else {
        emitter.compound(start, ending.mark);
        parts(emitter, start, end, level);
    }
    if ending.number > ending.mark {
        emitter.leaf(ending.mark, ending.number);
    }
}

/// Names such as the `C` of `C++`, which say nothing without what follows.
fn is_short_name(name: &str) -> bool {
    name.len() <= 2 && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Hands out a compound and its parts, joiner by joiner: as deep as there are sorts of joiners, whatever the text.
fn parts(emitter: &mut Emitter<'_>, start: usize, end: usize, level: usize) {
    let text = emitter.text;
    let span = &text[start..end];
    let Some((level, joiners)) = JOINERS.iter().enumerate().skip(level).find(|(_, joiners)| span.contains(**joiners)) else {
        return emitter.leaf(start, end);
    };
    if level == APOSTROPHES && is_contraction(span) {
        return emitter.leaf(start, end);
    }
    emitter.compound(start, end);
    let mut from = start;
    for (at, joiner) in span.match_indices(*joiners).chain([(span.len(), "")]) {
        let until = start + at;
        if text[from..until].contains(char::is_alphanumeric) {
            parts(emitter, from, until, level + 1);
        }
        from = until + joiner.len();
    }
}

fn is_contraction(span: &str) -> bool {
    span.split_once(JOINERS[APOSTROPHES])
        .is_some_and(|(_, ending)| CONTRACTED.iter().any(|contracted| ending.eq_ignore_ascii_case(contracted)))
}

/// Leaves away an English possessive `'s` and a French or Italian elision such as `l'`.
fn without_elision(text: &str, start: usize, end: usize) -> (usize, usize) {
    let span = &text[start..end];
    let Some((article, rest)) = span.split_once(JOINERS[APOSTROPHES]) else { return (start, end) };
    let elided = ELIDED.iter().any(|elided| article.eq_ignore_ascii_case(elided))
        && super::fold::fold(rest).starts_with(['a', 'e', 'h', 'i', 'o', 'u', 'y']);
    let start = if elided { end - rest.len() } else { start };
    let span = &text[start..end];
    let owner = span.strip_suffix(['s', 'S']).and_then(|owner| owner.strip_suffix(JOINERS[APOSTROPHES]));
    (start, owner.map_or(end, |owner| start + owner.len()))
}

/// The end of an ASCII e-mail address that starts at a byte; unlike other compounds it may hold `-` and `+`.
fn email_end(emitter: &mut Emitter<'_>, start: usize) -> Option<usize> {
    if emitter.bytes_to_at_sign(start) > MAX_LOCAL_PART {
        return None;
    }
    let rest = &emitter.text.as_bytes()[start..];
    let local = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte)).count();
    if rest.get(local) != Some(&b'@') {
        return None;
    }
    let domain = &rest[local + 1..];
    let length = domain.iter().take(MAX_DOMAIN).take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
    let length = domain[..length].iter().rposition(u8::is_ascii_alphanumeric)? + 1;
    let domain = &domain[..length];
    let whole = domain.contains(&b'.') && !domain.starts_with(b".") && !domain.windows(2).any(|two| two == b"..");
    let end = start + local + 1 + length;
    (whole && word_end(emitter.text, end) == end).then_some(end)
}
