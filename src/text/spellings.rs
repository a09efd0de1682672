//! Spellings of one word, for names, which people type in more ways than one.

use unicode_normalization::UnicodeNormalization;

use super::fold::fold;

/// The apostrophe into which all others are folded.
const APOSTROPHE: char = '\'';

/// The folded form of a word, and the other forms under which people write it, without repeats: letters with an umlaut, a ring or
/// a stroke as two (`muller`, `mueller`), and apostrophes left out (`o'neill`, `oneill`). None where nothing visible is left.
#[must_use]
pub fn spellings(word: &str) -> Vec<String> {
    let mut spellings: Vec<String> = Vec::new();
    let long = (!word.is_ascii()).then(|| fold(&in_two_letters(word)));
    for form in [Some(fold(word)), long].into_iter().flatten() {
        let joined = form.contains(APOSTROPHE).then(|| form.replace(APOSTROPHE, ""));
        for form in [Some(form), joined].into_iter().flatten() {
            if !form.is_empty() && !spellings.contains(&form) {
                spellings.push(form);
            }
        }
    }
    spellings
}

fn in_two_letters(word: &str) -> String {
    let mut written = String::with_capacity(word.len());
    for c in word.nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' => written.push_str("ae"),
            'ö' | 'ø' => written.push_str("oe"),
            'ü' => written.push_str("ue"),
            'å' => written.push_str("aa"),
            _ => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    //! 1. every way of writing is there once, the folded form first.
    use super::*;

    #[test]
    fn every_way_of_writing_is_there_once() {
        for (word, expected) in [
            ("Ada", &["ada"][..]),
            ("Müller", &["muller", "mueller"]),
            ("MU\u{308}LLER", &["muller", "mueller"]),
            ("Søren", &["soren", "soeren"]),
            ("Åse", &["ase", "aase"]),
            ("Straße", &["strasse"]),
            ("O’Neill", &["o'neill", "oneill"]),
            ("D'Hän", &["d'han", "dhan", "d'haen", "dhaen"]),
            ("\u{ad}", &[]),
        ] {
            assert_eq!(spellings(word), expected, "{word}");
        }
    }
}
