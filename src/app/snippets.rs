//! Snippets: the passage of a document that shows why it was found. The text comes from the ledger.
//!
//! A long answer needs thousands of passages, so what was judged of a word in one text is remembered for the next.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::domain::{Document, Language};
use crate::index::Patience;
use crate::query::Query;
use crate::text::{self, Snippet, Token};

/// Most words of a language that are remembered at once: what readers write has far fewer, and more would cost memory.
const MOST_REMEMBERED: usize = 65_536;

/// The best passage of each document, in order; empty ones once the patience is over.
pub(super) fn snippets(documents: &[Document], query: &Query, chars: usize, patience: &Patience) -> Vec<Snippet> {
    let mut judges: HashMap<Language, Judge<'_>> = HashMap::new();
    documents
        .iter()
        .map(|document| {
            if patience.is_over() {
                return Snippet::default();
            }
            let plain = text::plain_text(&document.body, document.format);
            let judge = judges.entry(document.language).or_insert_with(|| Judge::new(query, document.language));
            text::snippet(&plain, &|token| judge.wants(token), chars)
        })
        .collect()
}

/// Says which tokens of texts in one language a query looks for.
struct Judge<'a> {
    language: Language,
    exact: HashSet<&'a str>,
    stems: HashSet<&'a str>,
    /// For each byte, whether a wanted token may begin with it.
    begins: [bool; 256],
    judged: RefCell<HashMap<String, bool>>,
}

impl<'a> Judge<'a> {
    fn new(query: &'a Query, language: Language) -> Self {
        let exact: HashSet<&str> = query.words.iter().map(|word| word.exact.as_str()).collect();
        let stems: HashSet<&str> = query.words.iter().flat_map(|word| &word.stems).map(String::as_str).collect();
        let mut begins = [!stems.is_empty() && !text::stems_keep_first_letter(language); 256];
        for first in exact.iter().chain(&stems).filter_map(|word| word.bytes().next()) {
            begins[usize::from(first)] = true;
        }
        Self { language, exact, stems, begins, judged: RefCell::default() }
    }

    fn wants(&self, token: &Token) -> bool {
        if !token.text.bytes().next().is_some_and(|first| self.begins[usize::from(first)]) {
            return false;
        }
        let mut judged = self.judged.borrow_mut();
        if let Some(&verdict) = judged.get(&token.text) {
            return verdict;
        }
        let verdict = self.exact.contains(token.text.as_str()) || self.wants_stem(token);
        if judged.len() >= MOST_REMEMBERED {
            judged.clear();
        }
        judged.insert(token.text.clone(), verdict);
        verdict
    }

    fn wants_stem(&self, token: &Token) -> bool {
        !self.stems.is_empty() && text::stem(&token.text, self.language).is_some_and(|stem| self.stems.contains(stem.as_str()))
    }
}

#[cfg(test)]
mod tests {
    //! 1. what is marked is what each token by itself matches, by its form or its stem in the language of its document,
    //!    whatever was judged before; 2. no passage is cut once the patience is over.
    use std::time::Instant;

    use super::*;
    use crate::domain::{Audience, DocumentName, Kind, MarkupFormat, Moment, ResourceName};
    use crate::query::Word;

    fn language(code: &str) -> Language {
        Language::parse(code).unwrap()
    }

    fn document(code: &str, body: &str) -> Document {
        Document {
            body: body.to_owned(),
            format: MarkupFormat::Plain,
            language: language(code),
            ..Document::new(DocumentName::from_id("d").unwrap(), Kind::Page, Audience::world(), Moment::default())
        }
    }

    fn query(typed: &str) -> Query {
        let languages = ["en", "de", "el", "ar"].map(language);
        Query::any_of(typed.split(' ').map(|word| Word::of(text::fold(word), &languages)).collect())
    }

    fn marked(snippet: &Snippet) -> Vec<&str> {
        snippet.ranges.iter().map(|range| &snippet.text[range.clone()]).collect()
    }

    #[test]
    fn marks_are_of_forms_and_stems_in_the_language_of_the_document() {
        let documents = [
            document("en", "Tide after tides: tidal, C++, Häuser."),
            document("de", "Tides, die Häuser am Haus, C++ und C."),
            document("en", "The tides again, and tides."),
            document("zh", "tides tide"),
            document("ar", "الكتاب tide"),
        ];
        let query = query("tide C++ Haus كتاب");
        let cut = snippets(&documents, &query, 200, &Patience::default());
        for (document, snippet) in documents.iter().zip(&cut) {
            let by_itself: Vec<&str> = text::tokens(&document.body)
                .iter()
                .filter(|token| {
                    let stem = text::stem(&token.text, document.language);
                    query
                        .words
                        .iter()
                        .any(|word| word.exact == token.text || stem.as_ref().is_some_and(|stem| word.stems.contains(stem)))
                })
                .map(|token| &document.body[token.start..token.end])
                .collect();
            assert_eq!(marked(snippet), by_itself, "{}", document.body);
        }
        assert_eq!(marked(&cut[0]), ["Tide", "tides", "C++"]);
        assert!(marked(&cut[1]).contains(&"Häuser"));
        assert_eq!(marked(&cut[4]), ["الكتاب", "tide"]);
    }

    #[test]
    fn no_passage_is_cut_once_the_patience_is_over() {
        let patience = Patience::until(Some(Instant::now()));
        let cut = snippets(&[document("en", "tide")], &query("tide"), 200, &patience);
        assert_eq!(cut, [Snippet::default()]);
    }
}
