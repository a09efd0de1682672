//! What somebody is typing where the caret of a search box stands.
//!
//! A box holds half of a query, so this reads pieces by the rules of `lex` and stops at the one that the caret is in: what stands
//! behind does not matter, and a quote that nobody closed yet is open. What completes it is put in by `completion`.

use std::ops::Range;

use super::lex::{ends_run, is_quote};
use super::operators::{self, Operator};
use super::terms::PUNCTUATION;
use crate::text::whole_tokens;

/// What can stand where somebody is typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// A word of plain text, and whatever is found by one.
    Word,
    /// A word of a phrase.
    Phrase,
    /// The topic label behind a `#`.
    Label,
    /// The person behind an `@`.
    Mention,
    /// A value of an operator.
    Value(&'static Operator),
}

/// What stands at the caret. Places are bytes of the text, on borders of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caret<'a> {
    /// The text in the box.
    pub(super) text: &'a str,
    /// What it can become.
    pub typing: Typing,
    /// What was typed of it up to the caret, without signs and quotes; it may be empty in a value.
    pub typed: &'a str,
    /// What a completion takes the place of; it may reach beyond the caret, to the end of the word.
    pub replaced: Range<usize>,
    /// Where the plain words begin that stand in a row up to the caret: all of them may be one name. Where `replaced` begins if none
    /// stands before it.
    pub row: usize,
    /// Whether it stands alone between blanks, so that something else than a word can stand in its place.
    pub alone: bool,
    /// Where the operator begins whose value it is; where `replaced` begins if it is none.
    pub(super) opens: usize,
    /// What must stand behind a word that completes it: the quote of a phrase that has none.
    pub(super) closing: &'static str,
}

impl<'a> Caret<'a> {
    /// What stands at a caret, which lies on a border of characters; nothing where nothing is being typed.
    #[must_use]
    pub fn at(text: &'a str, caret: usize) -> Option<Self> {
        let mut scan = Scan { text, at: 0, row: None, signed: false };
        while scan.at < caret {
            let here = scan.piece()?;
            if let Some(piece) = here.into_iter().find(|piece| piece.holds(caret)) {
                return scan.caret(&piece, caret);
            }
        }
        None
    }

    /// What stands before what is completed from a byte on, `row` or where `replaced` begins: a query of its own.
    #[must_use]
    pub fn before(&self, from: usize) -> &'a str {
        self.text.get(..from.min(self.opens)).unwrap_or_default()
    }

    /// The words in a row, up to the caret.
    #[must_use]
    pub fn row_typed(&self) -> &'a str {
        let end = self.typed.as_ptr().addr() - self.text.as_ptr().addr() + self.typed.len();
        &self.text[self.row..end]
    }
}

/// A part of the text that a caret can be in.
struct Piece {
    typing: Typing,
    /// Where the operator begins whose value it is.
    opens: Option<usize>,
    /// With its signs and quotes.
    outer: Range<usize>,
    /// Without them.
    inner: Range<usize>,
    quoted: bool,
}

impl Piece {
    fn is_closed(&self) -> bool {
        self.quoted && self.inner.end < self.outer.end
    }

    /// Whether a caret is in it: not before its sign, and not behind the quote that ends it.
    fn holds(&self, caret: usize) -> bool {
        let begins = match self.typing {
            Typing::Word => self.outer.start + 1,
            Typing::Phrase | Typing::Label | Typing::Mention | Typing::Value(_) => self.inner.start,
        };
        begins <= caret && if self.is_closed() { caret <= self.inner.end } else { caret <= self.outer.end }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Where the plain words in a row began.
    row: Option<usize>,
    /// Whether a sign stands right before.
    signed: bool,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Passes over what comes next, and gives the pieces of it; nothing at the end.
    fn piece(&mut self) -> Option<Vec<Piece>> {
        let start = self.at;
        let c = self.rest().chars().next()?;
        if c.is_whitespace() {
            self.at += c.len_utf8();
            self.signed = false;
            return Some(Vec::new());
        }
        let opens = self.text[..start].chars().next_back().is_none_or(|before| before == '(' || before.is_whitespace());
        if matches!(c, '(' | ')') || (opens && matches!(c, '+' | '-')) {
            self.at += 1;
            (self.row, self.signed) = (None, matches!(c, '+' | '-'));
            return Some(Vec::new());
        }
        if is_quote(c) {
            self.row = None;
            return Some(vec![self.quoted(Typing::Phrase, start)]);
        }
        Some(self.run())
    }

    /// Text between the quote at hand and the next one or the end.
    fn quoted(&mut self, typing: Typing, start: usize) -> Piece {
        let opening = self.rest().chars().next().map_or(0, char::len_utf8);
        let begins = self.at + opening;
        let length = self.text[begins..].find(is_quote);
        let ends = length.map_or(self.text.len(), |length| begins + length);
        self.at = ends + self.text[ends..].chars().next().map_or(0, char::len_utf8);
        Piece { typing, opens: None, outer: start..self.at, inner: begins..ends, quoted: true }
    }

    fn run(&mut self) -> Vec<Piece> {
        let start = self.at;
        let run = &self.rest()[..self.rest().find(ends_run).unwrap_or(self.rest().len())];
        let end = start + run.len();
        if let Some(operator) = operator(run) {
            self.row = None;
            return self.values(operator, start, start + run.find(':').map_or(run.len(), |colon| colon + 1));
        }
        self.at = end;
        let (typing, sign) = match run.as_bytes() {
            [b'#', ..] => (Typing::Label, 1),
            [b'@', ..] => (Typing::Mention, 1),
            _ => (Typing::Word, 0),
        };
        if run == "@" && self.rest().starts_with(is_quote) {
            self.row = None;
            return vec![self.quoted(Typing::Mention, start)];
        }
        if typing != Typing::Word || self.signed || matches!(run, "AND" | "OR" | "NOT") {
            self.row = None;
        } else {
            self.row.get_or_insert(start);
        }
        vec![Piece { typing, opens: None, outer: start..end, inner: start + sign..end, quoted: false }]
    }

    /// The values of an operator at one place, the first of which begins at another.
    fn values(&mut self, operator: &'static Operator, opens: usize, begins: usize) -> Vec<Piece> {
        let (typing, opens) = (Typing::Value(operator), Some(opens));
        let mut values = Vec::new();
        self.at = begins;
        loop {
            let start = self.at;
            if self.rest().starts_with(is_quote) {
                values.push(Piece { opens, ..self.quoted(typing, start) });
            } else {
                let ends = |c| ends_run(c) || (c == ',' && operator.lists);
                self.at += self.rest().find(ends).unwrap_or(self.rest().len());
                values.push(Piece { typing, opens, outer: start..self.at, inner: start..self.at, quoted: false });
            }
            if !(operator.lists && self.rest().starts_with(',')) {
                return values;
            }
            self.at += 1;
        }
    }

    /// What a piece holds at a caret in it.
    fn caret(&self, piece: &Piece, caret: usize) -> Option<Caret<'a>> {
        let Piece { typing, outer, inner, .. } = piece;
        let whole = |replaced: Range<usize>| {
            let typed = &self.text[inner.start..caret.max(inner.start)];
            let (row, opens) = (replaced.start, piece.opens.unwrap_or(replaced.start));
            Caret { text: self.text, typing: *typing, typed, row, replaced, alone: true, opens, closing: "" }
        };
        match typing {
            Typing::Word | Typing::Phrase => self.word(piece, caret),
            _ if piece.quoted && !piece.is_closed() => {
                // Everything up to the end may be meant, but only this word was typed for certain.
                let rest = &self.text[caret..];
                Some(whole(outer.start..caret + rest.find(ends_run).unwrap_or(rest.len())))
            }
            Typing::Label | Typing::Mention if !piece.quoted => {
                let said = self.text[inner.clone()].trim_end_matches(PUNCTUATION).len();
                Some(whole(outer.start..(inner.start + said).max(caret)))
            }
            _ => Some(whole(outer.clone())),
        }
    }

    /// The word of plain text or of a phrase at a caret.
    fn word(&self, piece: &Piece, caret: usize) -> Option<Caret<'a>> {
        let text = &self.text[piece.inner.clone()];
        if piece.typing == Typing::Word && matches!(text, "AND" | "OR" | "NOT") {
            return None;
        }
        let at = caret.checked_sub(piece.inner.start)?;
        // Two characters of scripts without blanks overlap with the next two: the last are being typed.
        let token = whole_tokens(text).into_iter().rfind(|token| token.start < at && at <= token.end)?;
        let start = piece.inner.start + token.start;
        let replaced = start..piece.inner.start + token.end;
        let alone = piece.typing == Typing::Word && replaced == piece.outer;
        Some(Caret {
            text: self.text,
            typing: piece.typing,
            typed: &self.text[start..caret],
            row: self.row.filter(|_| alone).unwrap_or(start),
            replaced,
            alone,
            opens: start,
            closing: if piece.quoted && !piece.is_closed() { "\"" } else { "" },
        })
    }
}

/// The operator with whose name a run begins.
fn operator(run: &str) -> Option<&'static Operator> {
    let (name, value) = run.split_once(':')?;
    // `std::io`
    if value.starts_with(':') { None } else { operators::named(name) }
}

#[cfg(test)]
mod tests {
    //! Proved: 1. what is being typed is told wherever the caret stands, and what a completion takes the place of; 2. what stands before it is a
    //! query of its own; 3. where nothing is being typed nothing is told, and no text and no caret is too strange.
    use proptest::prelude::*;

    use super::*;

    /// What stands at `|`: the sort, what was typed, what is replaced, and what stands in a row up to there.
    fn at(marked: &str) -> Option<(String, String, String, String)> {
        let caret = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let found = Caret::at(&text, caret)?;
        let sort = match found.typing {
            Typing::Word if !found.alone => "part".to_owned(),
            Typing::Word => "word".to_owned(),
            Typing::Phrase => format!("phrase{}", found.closing),
            Typing::Label => "#".to_owned(),
            Typing::Mention => "@".to_owned(),
            Typing::Value(operator) => format!("{}:", operator.name),
        };
        Some((sort, found.typed.to_owned(), text[found.replaced.clone()].to_owned(), found.row_typed().to_owned()))
    }

    fn check(table: &[(&str, [&str; 4])]) {
        for (marked, [sort, typed, replaced, row]) in table {
            let expected = Some(((*sort).to_owned(), (*typed).to_owned(), (*replaced).to_owned(), (*row).to_owned()));
            assert_eq!(at(marked), expected, "{marked}");
        }
    }

    #[test]
    fn what_is_being_typed_is_told() {
        check(&[
            ("ti|", ["word", "ti", "ti", "ti"]),
            ("ti|des", ["word", "ti", "tides", "ti"]),
            ("ti|des moon", ["word", "ti", "tides", "ti"]),
            ("ada lo|", ["word", "lo", "lo", "ada lo"]),
            ("kind:page ada lo|", ["word", "lo", "lo", "ada lo"]),
            ("(surge OR ada lo|)", ["word", "lo", "lo", "ada lo"]),
            ("ada +lo|", ["word", "lo", "lo", "lo"]),
            ("ada -lo|", ["word", "lo", "lo", "lo"]),
            ("-ada lo|", ["word", "lo", "lo", "lo"]),
            ("\"ada\" lo|", ["word", "lo", "lo", "lo"]),
            ("foo:ba|", ["part", "ba", "ba", "ba"]),
            ("std::io|", ["part", "io", "io", "io"]),
            ("\u{e4}r\u{df} \u{c4}h|", ["word", "\u{c4}h", "\u{c4}h", "\u{e4}r\u{df} \u{c4}h"]),
            ("\"ga|", ["phrase\"", "ga", "ga", "ga"]),
            ("\"harbour ga|", ["phrase\"", "ga", "ga", "ga"]),
            ("\"harbour ga|u\" tide", ["phrase", "ga", "gau", "ga"]),
            ("#ti|", ["#", "ti", "#ti", "#ti"]),
            ("surge -#ti|de, moon", ["#", "ti", "#tide", "#ti"]),
            ("#|", ["#", "", "#", "#"]),
            ("@ad|", ["@", "ad", "@ad", "@ad"]),
            ("@\"ada lo|", ["@", "ada lo", "@\"ada lo", "@\"ada lo"]),
            ("@\"ada lo|velace\" tide", ["@", "ada lo", "@\"ada lovelace\"", "@\"ada lo"]),
        ]);
    }

    #[test]
    fn values_of_operators_are_told() {
        check(&[
            ("kind:pa|", ["kind:", "pa", "pa", "pa"]),
            ("kind:|", ["kind:", "", "", ""]),
            ("surge -KIND:post,pa|", ["kind:", "pa", "pa", "pa"]),
            ("kind:po|st,page", ["kind:", "po", "post", "po"]),
            ("from:ad|", ["from:", "ad", "ad", "ad"]),
            ("from:\"ada lo|", ["from:", "ada lo", "\"ada lo", "\"ada lo"]),
            ("from:\"ada lo| tide", ["from:", "ada lo", "\"ada lo", "\"ada lo"]),
            ("from:\"ada lo|ve\" tide", ["from:", "ada lo", "\"ada love\"", "\"ada lo"]),
            ("from:mei,\"ada lo|", ["from:", "ada lo", "\"ada lo", "\"ada lo"]),
            ("url:a,b|", ["url:", "a,b", "a,b", "a,b"]),
        ]);
    }

    #[test]
    fn what_stands_before_is_a_query_of_its_own() {
        for (marked, from_row, before) in [
            ("surge tag:ebb,ti|", true, "surge "),
            ("kind:page ada lo|", true, "kind:page "),
            ("kind:page ada lo|", false, "kind:page ada "),
            ("\"harbour ga|", true, "\"harbour "),
            ("surge -#ti|", true, "surge -"),
        ] {
            let text = marked.replacen('|', "", 1);
            let found = Caret::at(&text, marked.find('|').unwrap()).unwrap();
            assert_eq!(found.before(if from_row { found.row } else { found.replaced.start }), before, "{marked}");
        }
    }

    #[test]
    fn where_nothing_is_typed_nothing_is_told() {
        for marked in [
            "|",
            "|tide",
            "tide |",
            "tide | moon",
            "ki|nd:page",
            "tide, |",
            "tide.|",
            "\"tide\"|",
            "(|",
            "-|",
            "\"|",
            "OR|",
            "!!|",
        ] {
            assert_eq!(at(marked), None, "{marked}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in "[a-c \"\u{201e}:,@#()+\\-\u{e4}\u{6f6e}]{0,24}|(kind|from|title|url):[a-c\",: ]{0,12}") {
            for (caret, _) in text.char_indices().chain([(text.len(), ' ')]) {
                if let Some(found) = Caret::at(&text, caret) {
                    prop_assert!(found.replaced.start <= caret && caret <= found.replaced.end);
                    prop_assert!(found.row <= found.replaced.start);
                    prop_assert!(text[found.replaced.clone()].contains(found.typed));
                    prop_assert!(found.row_typed().ends_with(found.typed));
                }
            }
        }
    }
}
