//! Which language a text is written in, as far as a glance at its beginning tells.

use whatlang::Lang;

use crate::domain::Language;

/// Most bytes looked at: enough for a sure answer, little enough for imports of many thousands.
const SAMPLE_BYTES: usize = 2048;
/// Fewest bytes of letters that an answer may rest on: 24 Latin letters, 12 Cyrillic ones, 8 ideographs.
const FEWEST_LETTER_BYTES: usize = 24;

/// The language of a text by its first 2 KiB; the default where it is too short or the answer would not be reliable.
#[must_use]
pub fn detect_language(text: &str, default: Language) -> Language {
    let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    let letters: usize = sample.chars().filter(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    if letters < FEWEST_LETTER_BYTES {
        return default;
    }
    whatlang::detect(sample).filter(whatlang::Info::is_reliable).and_then(|info| short_code(info.lang())).unwrap_or(default)
}

/// The language as the detector knows it; nothing where it does not.
pub(super) fn lang(language: Language) -> Option<Lang> {
    match language.as_str() {
        "nb" | "nn" => Some(Lang::Nob),
        _ => Lang::all().iter().copied().find(|known| short_code(*known) == Some(language)),
    }
}

pub(super) fn short_code(language: Lang) -> Option<Language> {
    let code = match language {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
        Lang::Cym => "cy",
    };
    Language::parse(code)
}

#[cfg(test)]
mod tests {
    //! 1. clear texts are told apart; 2. unclear ones get the default; 3. only the beginning counts.
    use super::*;

    const ENGLISH: &str = "The tides rise and fall twice a day because the moon pulls the water of the oceans towards itself, \
                           and everybody who lives at the coast knows when the next high water is due.";
    const GERMAN: &str = "Die Gezeiten entstehen durch die Anziehungskraft des Mondes, und wer an der Küste lebt, der weiß \
                          immer, wann das nächste Hochwasser kommt und wie hoch es ungefähr werden wird.";

    fn of(text: &str) -> String {
        detect_language(text, Language::parse("it").unwrap()).to_string()
    }

    #[test]
    fn clear_texts_are_told_apart() {
        assert_eq!(of(ENGLISH), "en");
        assert_eq!(of(GERMAN), "de");
        assert_eq!(of("東京は日本の首都であり、世界で最も人口の多い都市圏の一つです。"), "ja");
        assert_eq!(of("Приливы и отливы вызываются притяжением Луны, и это знает каждый, кто живёт у моря."), "ru");
    }

    #[test]
    fn unclear_texts_get_the_default() {
        for text in ["", "ok", "12345 67890 12345 67890 12345 67890", "C++ vs C#", "😀😀😀😀😀😀😀😀😀😀"] {
            assert_eq!(of(text), "it", "{text}");
        }
    }

    #[test]
    fn only_the_beginning_counts() {
        let long = format!("{}{}", ENGLISH.repeat(20), GERMAN.repeat(2000));
        assert_eq!(of(&long), "en");
        assert_eq!(of(&"ä".repeat(5000)).len(), 2);
    }

    #[test]
    fn every_language_that_can_be_found_has_a_code() {
        for language in Lang::all() {
            assert!(short_code(*language).is_some(), "{language}");
        }
    }
}
