//! Snippets: the passage of a document that shows why it was found. The text comes from the ledger.

use crate::domain::Document;
use crate::index::Patience;
use crate::query::Query;
use crate::text::{self, Snippet, Token};

/// The best passage of each document, in order; empty ones once the patience is over.
pub(super) fn snippets(documents: &[Document], query: &Query, chars: usize, patience: &Patience) -> Vec<Snippet> {
    documents
        .iter()
        .map(|document| {
            if patience.is_over() {
                return Snippet::default();
            }
            let plain = text::plain_text(&document.body, document.format);
            text::snippet(&plain, &|token| wanted(token, document, query), chars)
        })
        .collect()
}

fn wanted(token: &Token, document: &Document, query: &Query) -> bool {
    let exact = query.words.iter().any(|word| word.exact == token.text);
    exact
        || query.words.iter().any(|word| !word.stems.is_empty())
            && text::stem(&token.text, document.language)
                .is_some_and(|stem| query.words.iter().any(|word| word.stems.binary_search(&stem).is_ok()))
}
