//! What somebody typed as words, and texts as they are compared whole.

use std::collections::HashSet;

use crate::text;

/// One word of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// The word as it was understood: folded, without the sign of a label.
    pub shown: String,
    /// The forms under which it is looked for, the shown one first.
    pub(super) forms: Vec<String>,
    /// Whether it meets itself only: neither longer words nor near ones.
    pub(super) exact: bool,
}

/// The distinct words of a text, in the order of their first appearance. What is typed as one compound, label or address is one
/// word, as in queries for documents; the sign of `#tides` and `@ada` is no part of it.
#[must_use]
pub fn words(typed: &str) -> Vec<Word> {
    let (mut seen, mut words) = (HashSet::new(), Vec::new());
    for token in text::whole_tokens(typed) {
        let forms = text::spellings(without_sign(&typed[token.start..token.end]));
        if let Some(shown) = forms.first().cloned()
            && seen.insert(shown.clone())
        {
            words.push(Word { shown, forms, exact: false });
        }
    }
    words
}

/// The same where each meets itself only, which is found at once.
#[must_use]
pub fn exact_words(typed: &str) -> Vec<Word> {
    words(typed).into_iter().map(|word| Word { exact: true, ..word }).collect()
}

/// A text as it is compared whole, and sorted: folded word by word, with one blank between two.
#[must_use]
pub fn folded(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(text::fold).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A label without the `#` or `@` before it.
pub(super) fn without_sign(label: &str) -> &str {
    label.strip_prefix(['#', '@']).unwrap_or(label)
}
