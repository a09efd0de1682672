//! From written text to searchable tokens and back to snippets. Pure: the same text always gives the same tokens.
//!
//! Markup becomes plain text (`markdown`, `html`, both write through `readable`), plain text becomes tokens (`tokenize`, which
//! hands identifiers to `compounds` and scripts without spaces to `cjk`; every token is folded by `fold`), tokens have stems
//! (`stem`) in the language of their document (`language`) or of a part of it (`stretches`), and a passage shows why a document was
//! found (`snippet`). A `sketch` tells of two texts how alike they are. `labels` finds hashtags and mentions, `spellings` the ways in
//! which names are written, `misspelling` how far words are from each other. Decisions are in ADR 4.
//! This room must never drop text silently and never look anything up. Start reading at `tokens`.

mod cjk;
mod compounds;
mod fold;
mod function_words;
mod html;
mod labels;
mod language;
mod markdown;
mod misspelling;
mod readable;
mod sketch;
mod snippet;
mod spellings;
mod stem;
mod stretches;
mod telltales;
#[cfg(test)]
mod tests;
mod tokenize;

pub use fold::fold;
pub use function_words::is_function_word;
pub use labels::{hashtags, mentions};
pub use language::detect_language;
pub use misspelling::{Speller, letters};
pub use readable::plain_text;
pub use sketch::Sketch;
pub use snippet::{Row, Snippet, Sought, Verdict, highlights, snippet};
pub use spellings::spellings;
pub use stem::{Stem, stem, stems_keep_first_letter};
pub use stretches::{StretchReader, Stretches};
pub use tokenize::{Token, TokenShape, address_parts, tokens, whole_tokens};
