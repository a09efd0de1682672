//! Snippets: the passage of a document that shows why it was found. The text comes from the ledger.
//!
//! A long answer needs thousands of passages, so what was judged of a word in one text is remembered for the next.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::domain::{Document, Language};
use crate::index::Patience;
use crate::query::Query;
use crate::text::{self, Snippet, Stem, Token};

/// Most words of a language that are remembered at once: what readers write has far fewer, and more would cost memory.
const MOST_REMEMBERED: usize = 65_536;

/// The best passage of each document, in order; empty ones once the patience is over.
pub(super) fn snippets(documents: &[Document], query: &Query, chars: usize, patience: &Patience) -> Vec<Snippet> {
    let judge = Judge::new(query);
    documents
        .iter()
        .map(|document| {
            if patience.is_over() {
                return Snippet::default();
            }
            let plain = text::plain_text(&document.body, document.format);
            text::snippet(&plain, document.language, &|token, language| judge.wants(token, language), chars)
        })
        .collect()
}

/// Says which tokens of texts a query looks for.
struct Judge<'a> {
    exact: HashSet<&'a str>,
    stems: HashSet<&'a Stem>,
    /// For each byte, whether a wanted token may begin with it.
    begins: [bool; 256],
    /// What was judged of the words of each language.
    judged: RefCell<HashMap<Language, HashMap<String, bool>>>,
}

impl<'a> Judge<'a> {
    fn new(query: &'a Query) -> Self {
        let exact: HashSet<&str> = query.words.iter().map(|word| word.exact.as_str()).collect();
        let stems: HashSet<&Stem> = query.words.iter().flat_map(|word| &word.stems).collect();
        let mut begins = [false; 256];
        let firsts =
            exact.iter().copied().chain(stems.iter().map(|stem| stem.text.as_str())).filter_map(|word| word.bytes().next());
        for first in firsts {
            begins[usize::from(first)] = true;
        }
        if stems.iter().any(|stem| !text::stems_keep_first_letter(stem.language)) {
            begins[0x80..].fill(true);
        }
        Self { exact, stems, begins, judged: RefCell::default() }
    }

    fn wants(&self, token: &Token, language: Language) -> bool {
        if !token.text.bytes().next().is_some_and(|first| self.begins[usize::from(first)]) {
            return false;
        }
        let mut judged = self.judged.borrow_mut();
        let judged = judged.entry(language).or_default();
        if let Some(&verdict) = judged.get(&token.text) {
            return verdict;
        }
        let verdict = self.exact.contains(token.text.as_str()) || self.wants_stem(token, language);
        if judged.len() >= MOST_REMEMBERED {
            judged.clear();
        }
        judged.insert(token.text.clone(), verdict);
        verdict
    }

    fn wants_stem(&self, token: &Token, language: Language) -> bool {
        !self.stems.is_empty() && text::stem(&token.text, language).is_some_and(|stem| self.stems.contains(&stem))
    }
}

#[cfg(test)]
mod tests {
    //! 1. what is marked is what each token by itself matches, by its form or its stem in the language of its document,
    //! whatever was judged before; 2. where a document is in several languages, by its stem in that of its lines; 3. no passage
    //! is cut once the patience is over.
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
        in_languages(typed, &["en", "de", "el", "ar"])
    }

    fn in_languages(typed: &str, codes: &[&str]) -> Query {
        let languages: Vec<Language> = codes.iter().map(|code| language(code)).collect();
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
    fn marks_are_of_stems_in_the_language_of_their_lines() {
        let mixed = "The gifts are for those who live on the islands.\n\nDie Gifte in den Flüssen sind nicht die der Inseln.";
        let documents = [document("en", mixed), document("de", mixed)];
        let of_one = |code: &str| in_languages("gift islands inseln", &[code]);
        let cut = |code: &str| snippets(&documents, &of_one(code), 200, &Patience::default());
        for snippet in cut("en") {
            assert_eq!(marked(&snippet), ["gifts", "islands", "Inseln"]);
        }
        for snippet in cut("de") {
            assert_eq!(marked(&snippet), ["islands", "Gifte", "Inseln"]);
        }
    }

    #[test]
    fn no_passage_is_cut_once_the_patience_is_over() {
        let patience = Patience::until(Some(Instant::now()));
        let cut = snippets(&[document("en", "tide")], &query("tide"), 200, &patience);
        assert_eq!(cut, [Snippet::default()]);
    }
}
