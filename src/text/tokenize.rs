//! Text to tokens. One pass, linear, nothing dropped but punctuation and symbols that mean nothing by themselves.
//!
//! A run of letters, digits, marks and `_` is a word; hyphens, slashes and everything else separate. What holds more together
//! than that is found by `compounds` and `labels`; scripts without spaces go to `cjk`.

use super::fold::{fold, fold_into, is_invisible, is_mark};
use super::{cjk, compounds, labels};

/// Longest token, in bytes of its folded form. Longer runs are cut into several tokens; compounds that long give their parts.
pub(super) const MAX_TOKEN_BYTES: usize = 255;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenShape {
    /// A word of letters: it may be stemmed.
    Word,
    /// Anything else that survives as it is: identifiers, numbers, `c++`, e-mail addresses, CJK bigrams.
    Symbol,
}

/// One searchable token: folded text, and where it stands in the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded form; 1 to 255 bytes without white space.
    pub text: String,
    /// First byte in the original text; always on a character boundary.
    pub start: usize,
    /// First byte after it; always on a character boundary.
    pub end: usize,
    /// Its place among the tokens; the parts of a compound share places with the compound.
    pub position: u32,
    /// What it is made of.
    pub shape: TokenShape,
}

/// The tokens of a text, in order of appearance: starts ascend, and a compound comes before its parts.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 6);
    for_each_token(text, &mut |token| tokens.push(token.clone()));
    tokens
}

/// The tokens of a text that are no part of another, in order: of a compound the compound alone.
#[must_use]
pub fn whole_tokens(text: &str) -> Vec<Token> {
    let mut covered = 0;
    let mut whole = tokens(text);
    whole.retain(|token| {
        // A compound comes before its parts, which lie inside it.
        let is_part = token.end <= covered;
        covered = covered.max(token.end);
        !is_part
    });
    whole
}

/// The parts of an address by which it is found: its tokens but for those that are made of others, each once, sorted.
#[must_use]
pub fn address_parts(address: &str) -> Vec<String> {
    let tokens = tokens(address);
    let is_made = |at: usize| tokens.get(at + 1).is_some_and(|next| next.end <= tokens[at].end);
    let parts: std::collections::BTreeSet<String> =
        tokens.iter().enumerate().filter(|(at, _)| !is_made(*at)).map(|(_, token)| token.text.clone()).collect();
    parts.into_iter().collect()
}

/// Hands out the tokens that [`tokens`] would give, one after the other, without keeping any: a token is written over by the
/// next one, so that a text costs no allocation per token.
pub(super) fn for_each_token(text: &str, found: &mut dyn FnMut(&Token)) {
    let mut emitter = Emitter::new(text, found);
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at) {
        at = match byte {
            b'#' | b'@' => labels::label(text, at).map_or(at + 1, |label| compounds::label(&mut emitter, at, label)),
            b'.' if compounds::opens_with_dot(text, at) => compounds::word(&mut emitter, at, at + 1),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => match emitter.lone_word(at) {
                Some(end) => end,
                None => compounds::word(&mut emitter, at, at),
            },
            b'_' => compounds::word(&mut emitter, at, at),
            0..0x80 => at + 1,
            _ => match text[at..].chars().next() {
                Some(c) if cjk::is_unspaced(c) => emitter.unspaced(at),
                Some(c) if c.is_alphanumeric() => compounds::word(&mut emitter, at, at),
                Some(c) => at + c.len_utf8(),
                None => text.len(),
            },
        };
    }
}

/// Whether a folded token is a plain word: letters and their marks only.
pub(super) fn is_word(folded: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || is_mark(c);
    if folded.is_ascii() {
        return !folded.is_empty() && folded.bytes().all(|byte| byte.is_ascii_alphabetic());
    }
    folded.starts_with(char::is_alphabetic) && folded.chars().all(letters)
}

/// The first byte after the word that goes on at a byte; the byte itself where none does.
pub(super) fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            at += 1;
        } else if byte < 0x80 {
            break;
        } else {
            match text[at..].chars().next() {
                Some(c) if goes_on(c) => at += c.len_utf8(),
                _ => break,
            }
        }
    }
    at
}

/// Whether a word starts at a byte.
pub(super) fn opens_word(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric() || *byte == b'_',
        Some(_) => text[at..].starts_with(|c: char| c.is_alphanumeric() && !cjk::is_unspaced(c)),
        None => false,
    }
}

fn goes_on(c: char) -> bool {
    (c.is_alphanumeric() && !cjk::is_unspaced(c)) || is_mark(c) || is_invisible(c)
}

/// Hands out tokens and counts their places.
pub(super) struct Emitter<'a> {
    /// The text that is read.
    pub(super) text: &'a str,
    /// Where the next `@` stands, at or after the place it was last asked for.
    next_at_sign: usize,
    /// The token at hand; its position is that of the next one.
    token: Token,
    found: &'a mut dyn FnMut(&Token),
}

impl<'a> Emitter<'a> {
    fn new(text: &'a str, found: &'a mut dyn FnMut(&Token)) -> Self {
        let next_at_sign = text.find('@').unwrap_or(usize::MAX);
        let token = Token { text: String::new(), start: 0, end: 0, position: 0, shape: TokenShape::Symbol };
        Self { text, next_at_sign, token, found }
    }

    /// Bytes from a place to the next `@`; asked with ascending places, so that the whole text is searched once.
    pub(super) fn bytes_to_at_sign(&mut self, at: usize) -> usize {
        if self.next_at_sign < at {
            self.next_at_sign = self.text[at..].find('@').map_or(usize::MAX, |further| at + further);
        }
        self.next_at_sign.saturating_sub(at)
    }

    /// The short way for what most texts are made of: a run of ASCII letters and digits that what follows cannot make part of
    /// anything more. Gives the first byte after it, or nothing where it takes the rules of `compounds` to tell.
    fn lone_word(&mut self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let end = start + length;
        let lone = match bytes.get(end) {
            Some(b'.') => bytes.get(end + 1).is_none_or(u8::is_ascii_whitespace),
            Some(b'_' | b'@' | b'\'' | b'+' | b'-' | b'#' | b'%' | 0x80..) => false,
            None | Some(_) => true,
        };
        if !lone || length > MAX_TOKEN_BYTES {
            return None;
        }
        self.plain(start, end);
        Some(end)
    }

    /// A compound, in the place of its first part, which must follow. One that is too long is left to its parts.
    pub(super) fn compound(&mut self, start: usize, end: usize) {
        self.read(start, end);
        if !self.token.text.is_empty() && self.token.text.len() <= MAX_TOKEN_BYTES {
            self.token.shape = TokenShape::Symbol;
            (self.found)(&self.token);
        }
    }

    /// A token without parts. Takes the next place, or several where it is too long or holds scripts without spaces.
    pub(super) fn leaf(&mut self, start: usize, end: usize) {
        let span = &self.text[start..end];
        if !span.is_ascii() && span.contains(cjk::is_unspaced) {
            let mut from = start;
            while let Some(c) = self.text[from..end].chars().next() {
                let unspaced = cjk::is_unspaced(c);
                let until = if unspaced { cjk::run_end(self.text, from) } else { word_end(self.text, from) }.min(end);
                if unspaced {
                    self.pairs(from, until);
                } else if until > from {
                    self.plain(from, until);
                }
                from = until.max(from + c.len_utf8());
            }
        } else {
            self.plain(start, end);
        }
    }

    /// A run of a script without spaces. Gives the first byte after it.
    fn unspaced(&mut self, start: usize) -> usize {
        let end = cjk::run_end(self.text, start);
        self.pairs(start, end);
        end
    }

    fn pairs(&mut self, start: usize, end: usize) {
        cjk::pairs(self.text, start, end, |from, until| self.take(from, until, Some(TokenShape::Symbol)));
    }

    fn plain(&mut self, start: usize, end: usize) {
        self.take(start, end, None);
    }

    fn take(&mut self, start: usize, end: usize, shape: Option<TokenShape>) {
        self.read(start, end);
        if self.token.text.len() > MAX_TOKEN_BYTES {
            self.pieces(start, end);
        } else {
            self.hand_out(shape);
        }
    }

    /// Makes a span the token at hand.
    fn read(&mut self, start: usize, end: usize) {
        (self.token.start, self.token.end) = (start, end);
        fold_into(&self.text[start..end], &mut self.token.text);
    }

    /// Hands out the token at hand, unless nothing visible is left of it.
    fn hand_out(&mut self, shape: Option<TokenShape>) {
        let token = &mut self.token;
        if !token.text.is_empty() {
            token.shape = shape.unwrap_or_else(|| if is_word(&token.text) { TokenShape::Word } else { TokenShape::Symbol });
            (self.found)(token);
            token.position = token.position.saturating_add(1);
        }
    }

    /// Cuts what is too long for one token into several. The fold of a piece is never longer than those of its characters.
    fn pieces(&mut self, start: usize, end: usize) {
        let (mut from, mut folded) = (start, 0);
        for (at, c) in self.text[start..end].char_indices() {
            let more = fold(c.encode_utf8(&mut [0; 4])).len();
            if folded + more > MAX_TOKEN_BYTES {
                self.piece(from, start + at);
                (from, folded) = (start + at, 0);
            }
            folded += more;
        }
        self.piece(from, end);
    }

    fn piece(&mut self, start: usize, end: usize) {
        self.read(start, end);
        if self.token.text.len() <= MAX_TOKEN_BYTES {
            self.hand_out(None);
        }
    }
}
