//! Stems: what the forms of a word share, by the Snowball stemmer of a language.
//!
//! Folded words are stemmed, on both sides of a search alike. Most Snowball stemmers drop accents themselves; where one tells
//! `e` from `é`, a few endings are missed, which costs a match by stem but never a match by the exact form. A word in letters
//! in which its text's language is not written, such as `clusters` in a Russian text, is stemmed as the language that most
//! likely lent it.

use rust_stemmers::{Algorithm, Stemmer};

use super::cjk::is_unspaced;
use super::fold::fold;
use super::tokenize::is_word;
use crate::domain::Language;

/// The stem of a word. Stems of different languages never meet: `gift` is a present or poison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stem {
    /// The language by which the word was stemmed; Norwegian is one, however it is written.
    pub language: Language,
    /// What the forms of the word share.
    pub text: String,
}

/// The language and the stem, apart by a space, which no token holds.
impl std::fmt::Display for Stem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.language, self.text)
    }
}

/// The stem of a folded word of a text in a language; nothing where no stemmer is meant for it or the token is no plain word. A
/// word that is its own stem gives itself, so that forms meet in the field of stems.
#[must_use]
pub fn stem(token: &str, language: Language) -> Option<Stem> {
    if !is_word(token) || token.starts_with(is_unspaced) {
        return None;
    }
    let script = Script::of(token)?;
    let (code, algorithm) = stemmer(if script.is_of(language.as_str()) { language.as_str() } else { script.likeliest() })?;
    let stemmer = Stemmer::create(algorithm);
    let text = match algorithm {
        Algorithm::Turkish => turkish(&stemmer, token),
        _ => stemmer.stem(token).into_owned(),
    };
    Some(Stem { language: Language::parse(code)?, text })
}

/// The shortest stem of the words that fold into this one. Turkish endings have the vowels of their word, so that an ending is
/// only known for one beside the `ı` of `kızlar` or the `ö` of `gözler`, which folding took. What short words such as `gemi`
/// end in is mostly no ending.
fn turkish(stemmer: &Stemmer, token: &str) -> String {
    let open = |word: &str| word.replace('i', "ı");
    let rounded = |word: &str| word.replace('o', "ö").replace('u', "ü");
    let written = [token.to_owned(), open(token), rounded(token), rounded(&open(token))];
    let fewest = if token.chars().count() <= 4 { 3 } else { 1 };
    let stems = written.iter().map(|word| fold(&stemmer.stem(word))).filter(|stem| stem.chars().count() >= fewest);
    stems.min_by_key(String::len).unwrap_or_else(|| token.to_owned())
}

/// Whether no word has a stem by a language that begins otherwise than the word itself, so that words are told apart by their
/// first letters without being stemmed. Arabic, Greek and Tamil stemmers also change the beginning of a word.
#[must_use]
pub fn stems_keep_first_letter(language: Language) -> bool {
    !matches!(language.as_str(), "ar" | "el" | "ta")
}

/// Letters in which languages that have a stemmer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Arabic,
    Cyrillic,
    Greek,
    Latin,
    Tamil,
}

impl Script {
    /// The script of a word, by its first letter; nothing where no language with a stemmer is written in it.
    fn of(word: &str) -> Option<Self> {
        Some(match word.chars().next()? {
            'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' => Self::Arabic,
            '\u{b80}'..='\u{bff}' => Self::Tamil,
            _ => return None,
        })
    }

    /// Whether a language, by its code, is written in it. Serbian and Uzbek are in two.
    fn is_of(self, code: &str) -> bool {
        match code {
            "ar" | "fa" | "ps" | "sd" | "ug" | "ur" => self == Self::Arabic,
            "be" | "bg" | "kk" | "ky" | "mk" | "mn" | "ru" | "tg" | "tt" | "uk" => self == Self::Cyrillic,
            "sr" | "uz" => matches!(self, Self::Cyrillic | Self::Latin),
            "el" => self == Self::Greek,
            "ta" => self == Self::Tamil,
            "am" | "bn" | "dv" | "dz" | "gu" | "he" | "hi" | "hy" | "ja" | "ka" | "km" | "kn" | "ko" | "lo" | "ml" | "mr"
            | "my" | "ne" | "or" | "pa" | "si" | "te" | "th" | "ti" | "yi" | "zh" => false,
            _ => self == Self::Latin,
        }
    }

    /// The language from which words in it most likely come into texts of other scripts.
    fn likeliest(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Cyrillic => "ru",
            Self::Greek => "el",
            Self::Latin => "en",
            Self::Tamil => "ta",
        }
    }
}

/// The stemmer of a language, and the code by which its stems are told from those of others.
fn stemmer(code: &str) -> Option<(&'static str, Algorithm)> {
    Some(match code {
        "ar" => ("ar", Algorithm::Arabic),
        "da" => ("da", Algorithm::Danish),
        "de" => ("de", Algorithm::German),
        "el" => ("el", Algorithm::Greek),
        "en" => ("en", Algorithm::English),
        "es" => ("es", Algorithm::Spanish),
        "fi" => ("fi", Algorithm::Finnish),
        "fr" => ("fr", Algorithm::French),
        "hu" => ("hu", Algorithm::Hungarian),
        "it" => ("it", Algorithm::Italian),
        "nb" | "nn" | "no" => ("no", Algorithm::Norwegian),
        "nl" => ("nl", Algorithm::Dutch),
        "pt" => ("pt", Algorithm::Portuguese),
        "ro" => ("ro", Algorithm::Romanian),
        "ru" => ("ru", Algorithm::Russian),
        "sv" => ("sv", Algorithm::Swedish),
        "ta" => ("ta", Algorithm::Tamil),
        "tr" => ("tr", Algorithm::Turkish),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    //! Proved: 1. forms of a word meet; 2. what is no word has no stem; 3. words of another script are stemmed as the language that
    //! likely lent them; 4. stems of different languages differ; 5. no word makes a stemmer fail; 6. where stems are said to
    //! keep the first letter of their word, they do.
    use proptest::prelude::*;

    use super::*;

    const STEMMED: [&str; 20] =
        ["ar", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nb", "nn", "no", "nl", "pt", "ro", "ru", "sv", "ta", "tr"];

    fn of(word: &str, language: &str) -> Option<Stem> {
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
            ("tr", "kızlar", "kız"),
            ("tr", "gözlerde", "GÖZ"),
            ("tr", "kitaplar", "kitap"),
            ("tr", "gemiler", "gemi"),
            ("tr", "kıyılar", "kıyı"),
            ("tr", "sularda", "su"),
            ("tr", "İstanbul", "istanbul"),
        ] {
            assert_eq!(of(one, language), of(other, language), "{language}: {one}, {other}");
            assert!(of(one, language).is_some());
        }
    }

    #[test]
    fn a_word_that_is_its_own_stem_gives_itself() {
        assert_eq!(of("moon", "en").unwrap().to_string(), "en moon");
    }

    #[test]
    fn what_is_no_word_has_no_stem() {
        for token in ["c++", "node.js", "v1", "1.5", "#tides", "@ada", "snake_cases", "東京", ""] {
            assert_eq!(of(token, "en"), None, "{token}");
        }
        for (word, language) in [("godziny", "pl"), ("приливи", "uk"), ("موجها", "fa"), ("שעות", "he"), ("घंटे", "en")]
        {
            assert_eq!(of(word, language), None, "{word}");
        }
    }

    #[test]
    fn a_word_of_another_script_is_stemmed_as_the_language_that_likely_lent_it() {
        for (word, language, likely) in [
            ("clusters", "ru", "en"),
            ("clusters", "zh", "en"),
            ("приливы", "en", "ru"),
            ("приливы", "ja", "ru"),
            ("παλίρροιες", "de", "el"),
            ("الكتاب", "fr", "ar"),
            ("நிலவுகள்", "en", "ta"),
        ] {
            assert_eq!(of(word, language), of(word, likely), "{word}");
            assert_eq!(of(word, language).unwrap().language.as_str(), likely);
        }
    }

    #[test]
    fn stems_of_different_languages_differ() {
        assert_ne!(of("gift", "en"), of("gift", "de"));
        assert_eq!(of("gift", "en").unwrap().text, of("gift", "de").unwrap().text);
        assert_eq!(of("hus", "nb"), of("hus", "no"));
        assert_eq!(of("hus", "nn"), of("hus", "no"));
    }

    proptest! {
        #[test]
        fn no_word_makes_a_stemmer_fail(words in proptest::collection::vec("\\p{L}{1,12}|[a-zäöüéèıışğ]{1,16}|[а-я]{1,16}|[α-ω]{1,16}|[ء-ي]{1,12}|[அ-ஹ][ா-்அ-ஹ]{0,12}", 1..8)) {
            for word in words {
                for language in STEMMED {
                    let Some(stem) = of(&word, language) else { continue };
                    prop_assert!(!stem.text.contains(char::is_whitespace));
                    if stems_keep_first_letter(stem.language) {
                        prop_assert_eq!(stem.text.chars().next(), fold(&word).chars().next(), "{}: {}", language, word);
                    }
                }
            }
        }
    }
}
