//! Stems: what the forms of a word share, by the Snowball stemmer of a language.
//!
//! Folded words are stemmed, on both sides of a search alike. Most Snowball stemmers drop accents themselves; where one tells
//! `e` from `é`, a few endings are missed, which costs a match by stem but never a match by the exact form.

use rust_stemmers::{Algorithm, Stemmer};

use super::cjk::is_unspaced;
use super::tokenize::is_word;
use crate::domain::Language;

/// The stem of a folded word in a language; nothing where it has no stemmer or the token is no plain word. A word that is its
/// own stem gives itself, so that forms meet in the field of stems.
#[must_use]
pub fn stem(token: &str, language: Language) -> Option<String> {
    let algorithm = algorithm(language)?;
    if !is_word(token) || token.starts_with(is_unspaced) {
        return None;
    }
    Some(Stemmer::create(algorithm).stem(token).into_owned())
}

/// Whether no word of a language has a stem that begins otherwise than the word itself, so that words are told apart by their
/// first letters without being stemmed. Arabic, Greek and Tamil stemmers also change the beginning of a word.
#[must_use]
pub fn stems_keep_first_letter(language: Language) -> bool {
    !matches!(language.as_str(), "ar" | "el" | "ta")
}

fn algorithm(language: Language) -> Option<Algorithm> {
    Some(match language.as_str() {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    //! 1. forms of a word meet; 2. what is no word has no stem; 3. no word makes a stemmer fail; 4. where
    //!    stems are said to keep the first letter of their word, they do.
    use proptest::prelude::*;

    use super::super::fold::fold;
    use super::*;

    const STEMMED: [&str; 20] =
        ["ar", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nb", "nn", "no", "nl", "pt", "ro", "ru", "sv", "ta", "tr"];

    fn of(word: &str, language: &str) -> Option<String> {
        stem(&fold(word), Language::parse(language).unwrap())
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (language, one, other) in [
            ("en", "tides", "tide"),
            ("en", "Running", "run"),
            ("de", "Gezeiten", "Gezeit"),
            ("de", "Häuser", "Haus"),
            ("de", "Straßen", "STRASSE"),
            ("fr", "marées", "marée"),
            ("ru", "красный", "красные"),
            ("es", "gatos", "gato"),
        ] {
            assert_eq!(of(one, language), of(other, language), "{language}: {one}, {other}");
            assert!(of(one, language).is_some());
        }
    }

    #[test]
    fn a_word_that_is_its_own_stem_gives_itself() {
        assert_eq!(of("moon", "en").as_deref(), Some("moon"));
    }

    #[test]
    fn what_is_no_word_has_no_stem() {
        for token in ["c++", "node.js", "v1", "1.5", "#tides", "@ada", "snake_cases", "東京", ""] {
            assert_eq!(of(token, "en"), None, "{token}");
        }
        assert_eq!(of("tides", "zh"), None);
    }

    proptest! {
        #[test]
        fn no_word_makes_a_stemmer_fail(words in proptest::collection::vec("\\p{L}{1,12}|[a-zäöüéèıışğ]{1,16}|[а-я]{1,16}|[α-ω]{1,16}|[ء-ي]{1,12}|[அ-ஹ][ா-்அ-ஹ]{0,12}", 1..8)) {
            for word in words {
                for language in STEMMED {
                    let stem = of(&word, language);
                    if let Some(stem) = stem && stems_keep_first_letter(Language::parse(language).unwrap()) {
                        prop_assert_eq!(stem.chars().next(), fold(&word).chars().next(), "{}: {}", language, word);
                    }
                }
            }
        }
    }
}
