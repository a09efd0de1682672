//! The words by which texts are like one another: which a text has, and which of them tell what it is about.
//!
//! A word tells much where it stands often in the text and in few others (tf-idf; Spärck Jones 1972). How many documents have a
//! word is counted outside, among those that the asker may see.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::word::Word;
use crate::domain::Language;
use crate::text::{self, Stem, Token};

/// How often a word of the headline counts.
const OF_HEADLINE: u32 = 3;
/// Most words that are judged by how many documents have them: those that stand most often.
const MOST_JUDGED: usize = 64;
/// Most words that others are searched by: enough for what a text is about, and few enough that a search costs what others cost.
const MOST_TELLING: usize = 25;
/// One of how many documents may have a word that tells something.
const COMMON: u64 = 3;

/// A word of a text, in any of its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextWord {
    /// The form that stands first.
    pub word: Word,
    /// How often it stands there, that of the headline three times.
    pub times: u32,
}

/// The words of a text that stand most often, then those that stand first; at most 64. Left out are function words of the
/// languages, what has one character, and people; of labels and compounds the words count that a query would find them by. The
/// body is plain text.
#[must_use]
pub fn text_words(title: &str, body: &str, languages: &[Language]) -> Vec<TextWord> {
    let mut words = Words { languages, found: Vec::new(), forms: HashMap::new(), stems: HashMap::new() };
    words.count(title, OF_HEADLINE);
    words.count(body, 1);
    let mut found = words.found;
    // Stable: of equals those that stand first.
    found.sort_by_key(|word| Reverse(word.times));
    found.truncate(MOST_JUDGED);
    found
}

/// The words that tell most, at most 25, the most telling first, then by themselves. `having` says of each word how many of so
/// many `documents` have it; what fewer than `least` have leads nowhere. What over a third of them have is left out where others
/// are left.
#[must_use]
pub fn telling_words(words: Vec<TextWord>, having: &[u64], documents: u64, least: u64) -> Vec<Word> {
    let mut known: Vec<(TextWord, u64)> =
        words.into_iter().zip(having.iter().copied()).filter(|(_, having)| *having >= least.max(1)).collect();
    let is_rare = |(_, having): &(TextWord, u64)| having.saturating_mul(COMMON) <= documents;
    if known.iter().any(is_rare) {
        known.retain(is_rare);
    }
    let mut telling: Vec<(f64, Word)> =
        known.into_iter().map(|(found, having)| (f64::from(found.times) * rarity(having, documents), found.word)).collect();
    telling.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.exact.cmp(&other.1.exact)));
    telling.truncate(MOST_TELLING);
    telling.into_iter().map(|(_, word)| word).collect()
}

/// The inverse document frequency, as scores weigh words; above zero.
#[expect(clippy::cast_precision_loss, reason = "numbers of documents are far below the mantissa's end")]
fn rarity(having: u64, documents: u64) -> f64 {
    let having = having.min(documents) as f64;
    ((documents as f64 - having + 0.5) / (having + 0.5)).ln_1p()
}

/// The words of a text so far.
struct Words<'a> {
    languages: &'a [Language],
    found: Vec<TextWord>,
    /// The place of each form that was met; nothing of what does not count.
    forms: HashMap<String, Option<usize>>,
    /// The place of the word that first had a stem.
    stems: HashMap<Stem, usize>,
}

impl Words<'_> {
    fn count(&mut self, text: &str, times: u32) {
        let mut passed = 0;
        for token in text::tokens(text) {
            if token.end <= passed {
                // A part of what counts as a whole, or of what does not count.
                continue;
            }
            if token.text.starts_with('#') {
                // Its parts follow.
                continue;
            }
            passed = token.end;
            if let Some(place) = self.place(&token)
                && let Some(word) = self.found.get_mut(place)
            {
                word.times = word.times.saturating_add(times);
            }
        }
    }

    /// The place of a token's word; nothing where it does not count.
    fn place(&mut self, token: &Token) -> Option<usize> {
        if let Some(known) = self.forms.get(&token.text) {
            return *known;
        }
        let place = self.new_form(token);
        self.forms.insert(token.text.clone(), place);
        place
    }

    fn new_form(&mut self, token: &Token) -> Option<usize> {
        if token.text.starts_with('@') || token.text.chars().nth(1).is_none() {
            return None;
        }
        // Taken as it stands: nobody typed it to be understood.
        let word = Word { literal: true, ..Word::of(token.text.clone(), self.languages) };
        if word.minor {
            return None;
        }
        let new = self.found.len();
        let place = word.stems.iter().find_map(|stem| self.stems.get(stem)).copied().unwrap_or(new);
        for stem in &word.stems {
            self.stems.entry(stem.clone()).or_insert(place);
        }
        if place == new {
            self.found.push(TextWord { word, times: 0 });
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    //! Proved: 1. words are counted with their forms, those of the headline three times; 2. function words, single characters and
    //! people are left out, labels count as their words, compounds as one; 3. there is a limit, and of equals the first stay; 4.
    //! the most telling come first, ties by themselves; 5. what leads nowhere and what is common is left out, the latter where
    //! others are left.
    use super::*;

    fn languages() -> Vec<Language> {
        ["en", "de"].into_iter().filter_map(Language::parse).collect()
    }

    fn counted(title: &str, body: &str) -> Vec<(String, u32)> {
        text_words(title, body, &languages()).into_iter().map(|found| (found.word.exact, found.times)).collect()
    }

    fn expect(found: &[(String, u32)], expected: &[(&str, u32)]) {
        let found: Vec<(&str, u32)> = found.iter().map(|(word, times)| (word.as_str(), *times)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_are_counted_with_their_forms() {
        expect(
            &counted("Tides", "The tide turns; tides turned turbines. Turbines!"),
            &[("tides", 5), ("turns", 2), ("turbines", 2)],
        );
    }

    #[test]
    fn what_tells_nothing_is_left_out() {
        expect(&counted("", "What is the x of @ada, and why? Was ist das"), &[]);
        expect(&counted("", "#Tides and tides in node.js"), &[("tides", 2), ("node.js", 1)]);
        expect(&counted("", ""), &[]);
    }

    #[test]
    fn the_first_of_equals_stay() {
        let many: Vec<String> = (0..1_000).map(|n| format!("w{n:04}")).collect();
        let found = counted("", &format!("{} w0999", many.join(" ")));
        assert_eq!(
            (found.len(), found[0].0.as_str(), found[1].0.as_str(), found[63].0.as_str()),
            (64, "w0999", "w0000", "w0062")
        );
    }

    fn told(having: &[u64], documents: u64, least: u64) -> Vec<String> {
        let words = text_words("", "delta alpha bravo bravo charlie", &languages());
        telling_words(words, having, documents, least).into_iter().map(|word| word.exact).collect()
    }

    #[test]
    fn the_most_telling_come_first() {
        // In the order of the text's words: bravo stands twice.
        assert_eq!(told(&[2, 2, 2, 2], 90, 1), ["bravo", "alpha", "charlie", "delta"]);
        assert_eq!(told(&[20, 1, 2, 3], 90, 1), ["delta", "alpha", "charlie", "bravo"]);
    }

    #[test]
    fn what_leads_nowhere_and_what_is_common_is_left_out() {
        assert_eq!(told(&[31, 1, 30, 0], 90, 1), ["delta", "alpha"]);
        assert_eq!(told(&[31, 1, 30, 0], 90, 2), ["alpha"]);
        assert_eq!(told(&[31, 1, 80, 0], 90, 2), ["bravo", "alpha"], "nothing else is there");
        assert_eq!(told(&[0; 4], 0, 0), Vec::<String>::new());
    }
}
