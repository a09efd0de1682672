//! From plain text to words, phrases, beginnings of words, labels and people.
//!
//! Words are tokens of `text::tokens`; a compound is one word, and its parts are not looked for beside it. Only words that read
//! back as themselves stand in a tree, so that it can be printed: the few that do not, such as `½`, are read again.

use super::lex::{Quoted, Value};
use super::tree::{Node, Phrase, Test, Text};
use crate::text::{self, whole_tokens};

/// How far the words of a phrase may stand apart.
pub(super) const MOST_SLOP: u32 = 20;
/// How many characters must stand before a star.
const SHORTEST_PREFIX: usize = 2;
/// How often words are read again before they are given up; every reading makes them shorter.
const READINGS: usize = 8;
/// Marks that end what is said rather than a word.
pub(super) const PUNCTUATION: [char; 6] = ['.', ',', ';', ':', '!', '?'];
/// What stands before labels and people.
const SIGNS: [char; 2] = ['#', '@'];

/// What a run of plain text asks for, and whether a star in it stands in the wrong place.
pub(super) fn run(typed: &str) -> (Vec<Node>, bool) {
    let mut nodes = of_tokens(typed);
    match prefix(typed) {
        Some(prefix) => {
            nodes.pop();
            nodes.push(Node::Text(Text::Prefix(prefix)));
            (nodes, false)
        }
        None => (nodes, typed.contains('*')),
    }
}

/// What text between quotes asks for: a word as it is written, or whole words in a row, since an index keeps one place for a
/// compound and none for its parts.
pub(super) fn phrase(quoted: Quoted<'_>) -> Option<Text> {
    let words = words(quoted.text);
    let slop = if words.len() > 1 { quoted.slop } else { 0 };
    (!words.is_empty()).then_some(Text::Phrase(Phrase { words, slop }))
}

/// What a value asks of a headline, and whether a star in it stands in the wrong place.
pub(super) fn of_title(value: Value<'_>) -> (Option<Text>, bool) {
    match value {
        Value::Quoted(quoted) => (phrase(quoted), false),
        Value::Bare(typed) => match (prefix(typed), words(typed).as_slice()) {
            (Some(prefix), [_]) => (Some(Text::Prefix(prefix)), false),
            (_, [word]) => (Some(Text::Word(word.clone())), typed.contains('*')),
            _ => (phrase(Quoted { text: typed, slop: 0 }), typed.contains('*')),
        },
    }
}

/// The person of an `@`, where what stands behind it looks like one: an ID, a handle or an e-mail address.
pub(super) fn handle(typed: &str) -> Option<&str> {
    let name = typed.trim_end_matches(PUNCTUATION);
    let id = name.strip_prefix("people/").unwrap_or(name);
    let opens = id.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let allowed = |c: char| c.is_alphanumeric() || "._-~:@+%".contains(c);
    (opens && id.chars().all(allowed) && id.contains(char::is_alphanumeric)).then_some(name)
}

/// A name as it is kept: without its `@`, single blanks. Nothing where no letter or digit is in it.
pub(super) fn name(typed: &str) -> Option<String> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_start_matches(|c: char| c == '@' || c.is_whitespace());
    match name {
        name if !name.contains(char::is_alphanumeric) => None,
        me if me.eq_ignore_ascii_case("me") => Some("me".to_owned()),
        name => Some(name.to_owned()),
    }
}

/// The words of a text, folded, in order. Each reads back as itself.
pub(super) fn words(typed: &str) -> Vec<String> {
    settled(typed, |text| whole_tokens(text).into_iter().map(|token| token.text).collect())
}

/// The same without the signs of labels and people, which would be read as such where they stand alone.
fn bare_words(typed: &str) -> Vec<String> {
    settled(typed, |text| whole_tokens(text).into_iter().map(|token| token.text.trim_start_matches(SIGNS).to_owned()).collect())
}

/// The words of a text in which no sign means anything.
pub(super) fn plain(typed: &str) -> Vec<Node> {
    let words = whole_tokens(typed).into_iter().flat_map(|token| bare_words(&token.text));
    words.map(|word| Node::Text(Text::Word(word))).collect()
}

/// The parts of an address, sorted, each once.
pub(super) fn address_parts(typed: &str) -> Vec<String> {
    settled(typed, text::address_parts)
}

/// Reads a text until its words read back as themselves.
fn settled(typed: &str, read: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    let mut words = read(typed);
    for _ in 0..READINGS {
        let again = read(&words.join(" "));
        if again == words {
            return words;
        }
        words = again;
    }
    Vec::new()
}

/// The last word of a run, where the only star of it stands right behind that.
fn prefix(typed: &str) -> Option<String> {
    let typed = typed.trim_end_matches(PUNCTUATION).strip_suffix('*')?;
    let last = whole_tokens(typed).pop().filter(|last| last.end == typed.len() && !typed.contains('*'))?;
    let is_label = last.text.starts_with(SIGNS);
    let whole = words(&last.text) == [last.text.as_str()];
    let long = last.text.chars().count() >= SHORTEST_PREFIX;
    (!is_label && whole && long).then_some(last.text)
}

/// Words, labels and people.
fn of_tokens(typed: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    for token in whole_tokens(typed) {
        let written = &typed[token.start..token.end];
        let goes_on = typed[token.end..].starts_with(['@', '/']);
        let test = match token.text.as_bytes() {
            [b'#', ..] => text::hashtags(written).pop().map(Test::Tag),
            [b'@', ..] if !goes_on => handle(&written[1..]).and_then(name).map(Test::Involves),
            _ => None,
        };
        match test {
            Some(test) => nodes.push(Node::Test(test)),
            None => {
                nodes.extend(bare_words(&token.text).into_iter().map(|word| Node::Text(Text::Word(word))));
            }
        }
    }
    nodes
}
