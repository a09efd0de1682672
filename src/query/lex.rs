//! From text to lexemes: brackets, joiners, signs, phrases, operators with their values, and runs of plain text.
//!
//! One pass, linear, over text that was held against its limit of bytes. Nothing fails here: what cannot be read is noted, and
//! becomes plain text or nothing. Places are bytes of the text, on borders of characters.

use std::ops::Range;

use super::limits::Problem;
use super::operators::{self, Operator};
use super::terms::{self, MOST_SLOP};

/// What a text is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lexeme<'a> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `AND`
    And,
    /// `OR`
    Or,
    /// `NOT`, or `-` at the beginning of something.
    Not(&'static str),
    /// `+` at the beginning of something.
    Plus,
    /// Text between quotes.
    Phrase(Quoted<'a>),
    /// A person behind an `@`.
    Mention(&'a str),
    /// An operator with one value or more.
    Operator(&'static Operator, Vec<(Value<'a>, Range<usize>)>),
    /// Text without blanks, brackets and quotes.
    Run(&'a str),
}

/// Text between quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quoted<'a> {
    /// The text, without the quotes.
    pub(super) text: &'a str,
    /// How far its words may stand apart.
    pub(super) slop: u32,
}

/// A value of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// As it stands.
    Bare(&'a str),
    /// Between quotes.
    Quoted(Quoted<'a>),
}

/// A text's lexemes and faults, each with the bytes where it stands, in order.
#[derive(Debug, Default)]
pub(super) struct Lexed<'a> {
    pub(super) lexemes: Vec<(Lexeme<'a>, Range<usize>)>,
    pub(super) faults: Vec<(Problem, Range<usize>)>,
}

/// Reads a text.
pub(super) fn lex(text: &str) -> Lexed<'_> {
    let mut lexer = Lexer { text, at: 0, found: Lexed::default() };
    while let Some(c) = lexer.next() {
        let start = lexer.at;
        match c {
            '(' => lexer.push(Lexeme::Open, start + 1),
            ')' => lexer.push(Lexeme::Close, start + 1),
            '+' if lexer.is_sign() => lexer.push(Lexeme::Plus, start + 1),
            '-' if lexer.is_sign() => lexer.push(Lexeme::Not("-"), start + 1),
            c if c.is_whitespace() => lexer.at += c.len_utf8(),
            c if is_quote(c) => {
                if let Some(quoted) = lexer.quoted() {
                    lexer.push_from(start, Lexeme::Phrase(quoted));
                }
            }
            _ => lexer.run(),
        }
    }
    lexer.found
}

/// Whether a character opens and closes phrases: straight or typographic, of any language.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}')
}

/// Whether a character ends a run of plain text.
pub(super) fn ends_run(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    found: Lexed<'a>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, lexeme: Lexeme<'a>, end: usize) {
        self.found.lexemes.push((lexeme, self.at..end));
        self.at = end;
    }

    /// Adds what was read up to here.
    fn push_from(&mut self, start: usize, lexeme: Lexeme<'a>) {
        self.found.lexemes.push((lexeme, start..self.at));
    }

    fn fault(&mut self, problem: Problem, range: Range<usize>) {
        self.found.faults.push((problem, range));
    }

    /// Whether the `+` or `-` at hand stands at the beginning of a run and right before something that it can bear on.
    fn is_sign(&self) -> bool {
        let begins = self.text[..self.at].chars().next_back().is_none_or(|before| before == '(' || before.is_whitespace());
        let opens_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut behind = self.text[self.at + 1..].chars();
        begins
            && match behind.next() {
                Some('#' | '.') => behind.next().is_some_and(opens_word),
                Some('@') => behind.next().is_some_and(|c| opens_word(c) || is_quote(c)),
                Some(c) => opens_word(c) || c == '(' || is_quote(c),
                None => false,
            }
    }

    /// Whether what stands at hand belongs to the sign right before it.
    fn is_signed(&self) -> bool {
        let last = self.found.lexemes.last();
        last.is_some_and(|(lexeme, range)| range.end == self.at && matches!(lexeme, Lexeme::Plus | Lexeme::Not("-")))
    }

    /// Text between the quote at hand and the next one. Where there is none, the quote is passed over.
    fn quoted(&mut self) -> Option<Quoted<'a>> {
        let start = self.at;
        self.at += self.next().map_or(0, char::len_utf8);
        let text = self.rest();
        let Some(length) = text.find(is_quote) else {
            self.fault(Problem::UnclosedQuote, start..self.text.len());
            return None;
        };
        self.at += length;
        self.at += self.next().map_or(0, char::len_utf8);
        let slop = self.slop();
        Some(Quoted { text: &text[..length], slop })
    }

    /// How far the words of the phrase that was just read may stand apart, as in `~2`.
    fn slop(&mut self) -> u32 {
        let Some(digits) = self.rest().strip_prefix('~') else { return 0 };
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return 0;
        }
        let start = self.at;
        self.at += 1 + length;
        let slop = digits[..length].parse().ok().filter(|slop| *slop <= MOST_SLOP);
        if slop.is_none() {
            self.fault(Problem::Slop, start..self.at);
        }
        slop.unwrap_or(0)
    }

    /// What begins with no sign, bracket or quote.
    fn run(&mut self) {
        let start = self.at;
        let rest = self.rest();
        let run = &rest[..rest.find(ends_run).unwrap_or(rest.len())];
        let end = start + run.len();
        let keyword = match run {
            "AND" => Some(Lexeme::And),
            "OR" => Some(Lexeme::Or),
            "NOT" => Some(Lexeme::Not("NOT")),
            _ => None,
        };
        if let Some(keyword) = keyword.filter(|_| !self.is_signed()) {
            self.push(keyword, end);
        } else if run == "@" && rest[1..].starts_with(is_quote) {
            self.at = end;
            if let Some(Quoted { text, .. }) = self.quoted() {
                self.push_from(start, Lexeme::Mention(text));
            }
        } else if let Some(name) = run.strip_prefix('@').and_then(terms::handle) {
            self.push(Lexeme::Mention(name), end);
        } else if !self.operator(run) {
            self.at = start;
            self.push(Lexeme::Run(run), end);
        }
    }

    /// Reads an operator with its values, where the run at hand begins with one.
    fn operator(&mut self, run: &'a str) -> bool {
        let Some((name, value)) = run.split_once(':') else { return false };
        let range = self.at..self.at + run.len();
        let quoted = value.is_empty() && self.text[range.end..].starts_with(is_quote);
        // `12:30`, `std::io`
        if name.is_empty() || !name.chars().all(char::is_alphabetic) || value.starts_with(':') {
            return false;
        }
        let Some(operator) = operators::named(name) else {
            let is_address = value.starts_with("//");
            if !is_address && (!value.is_empty() || quoted) {
                self.fault(Problem::UnknownOperator { name: name.to_owned(), meant: operators::nearly(name) }, range);
            }
            return false;
        };
        let start = self.at;
        self.at += name.len() + 1;
        let values = self.values(operator);
        if values.is_empty() {
            self.fault(Problem::MissingValue(operator.name), start..self.at);
            // A lone `kind:` is plain text.
            return self.at > range.end;
        }
        self.push_from(start, Lexeme::Operator(operator, values));
        true
    }

    fn values(&mut self, operator: &Operator) -> Vec<(Value<'a>, Range<usize>)> {
        let mut values = Vec::new();
        loop {
            let start = self.at;
            let value = if self.rest().starts_with(is_quote) { self.quoted().map(Value::Quoted) } else { None };
            let value = value.or_else(|| self.bare_value(operator).map(Value::Bare));
            values.extend(value.map(|value| (value, start..self.at)));
            if !(operator.lists && self.rest().starts_with(',')) {
                return values;
            }
            self.at += 1;
        }
    }

    fn bare_value(&mut self, operator: &Operator) -> Option<&'a str> {
        let rest = self.rest();
        let value = &rest[..rest.find(|c| ends_run(c) || (c == ',' && operator.lists)).unwrap_or(rest.len())];
        self.at += value.len();
        Some(value).filter(|value| !value.is_empty())
    }
}
