//! From written text to searchable tokens and back to snippets. Pure: the same text always gives the same tokens.
//!
//! This room must never drop text silently and never look anything up. Start reading at [`tokens`].

use crate::domain::Language;

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
    /// The folded form.
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

/// The tokens of a text, in order of appearance.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            found.push(Token {
                text: text[from..at].to_lowercase(),
                start: from,
                end: at,
                position: u32::try_from(found.len()).unwrap_or(u32::MAX),
                shape: TokenShape::Word,
            });
        }
    }
    found
}

/// The stem of a folded word in a language; nothing where it has no stemmer or the token is no plain word.
#[must_use]
pub fn stem(_token: &str, _language: Language) -> Option<String> {
    None
}

/// A passage of a text and what was found in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The passage.
    pub text: String,
    /// Byte ranges of what was found.
    pub ranges: Vec<std::ops::Range<usize>>,
}

/// A passage.
#[must_use]
pub fn snippet(plain: &str, _wanted: &dyn Fn(&Token) -> bool, max_chars: usize) -> Snippet {
    Snippet { text: plain.chars().take(max_chars).collect(), ranges: Vec::new() }
}

/// Readable text.
#[must_use]
pub fn plain_text(body: &str, _format: crate::domain::MarkupFormat) -> String {
    body.to_owned()
}

/// Labels.
#[must_use]
pub fn hashtags(_text: &str) -> Vec<crate::domain::Hashtag> {
    Vec::new()
}

/// Handles.
#[must_use]
pub fn mentions(_text: &str) -> Vec<String> {
    Vec::new()
}

/// Language.
#[must_use]
pub fn detect_language(_text: &str, default: Language) -> Language {
    default
}
