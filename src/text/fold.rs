//! Folding: the form under which spellings of one word meet, such as "Käse", "KÄSE" and "kase".
//!
//! A folded word is compatibility-composed (NFKC), in lower case, without accents and without what is invisible. Marks that
//! make another letter rather than an accent stay: the vowels of Indic and Thai scripts, the voicing of kana, й, ї and ў.
//! Total, deterministic and idempotent; never looks at a locale.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The folded form of one word. It may be longer or shorter than the word, and is empty where nothing visible is left.
#[must_use]
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

/// Writes the folded form of one word over what a string held, so that one string serves many words.
pub(super) fn fold_into(word: &str, folded: &mut String) {
    folded.clear();
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return;
    }
    let mut base = ' ';
    for c in word.nfkd() {
        if is_invisible(c) || c.is_whitespace() {
            continue;
        }
        if is_combining_mark(c) {
            if !is_accent(base, c) {
                folded.push(c);
            }
            continue;
        }
        for lower in c.to_lowercase() {
            base = lower;
            match plain_letters(lower) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(lower),
            }
        }
    }
    if !folded.is_ascii() {
        *folded = folded.nfc().collect();
    }
}

/// Whether a character shows nothing and separates nothing: soft hyphen, joiners, byte order mark, variation selectors.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200c}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character belongs to the letter before it.
pub(super) fn is_mark(c: char) -> bool {
    c >= '\u{300}' && is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}')
}

fn is_accent(base: char, mark: char) -> bool {
    match mark {
        // Cyrillic letters that merely look composed; ё is written as е by half of its users.
        '\u{306}' | '\u{308}' if matches!(base, '\u{400}'..='\u{52f}') => base == 'е',
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}'
        // Hebrew points; Arabic vowels, hamza and madda above or below, Koranic signs.
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' => true,
        _ => false,
    }
}

/// What full case folding and the loss of a stroke or ligature make of a lower-case letter that does not decompose.
fn plain_letters(lower: char) -> Option<&'static str> {
    Some(match lower {
        'ß' => "ss",
        'ς' => "σ",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'þ' => "th",
        'ı' => "i",
        // Arabic lengthening, which only stretches a line.
        '\u{640}' => "",
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => "'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    //! 1. spellings meet; 2. letters that differ stay apart; 3. folding twice changes nothing, for any text.
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_a_word_meet() {
        for (written, folded) in [
            ("Käse", "kase"),
            ("KA\u{308}SE", "kase"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("İstanbul", "istanbul"),
            ("ﬁnd", "find"),
            ("Ｆｕｌｌ", "full"),
            ("x²", "x2"),
            ("Łódź", "lodz"),
            ("Ørsted", "orsted"),
            ("ёж", "еж"),
            ("сло\u{301}во", "слово"),
            ("co\u{ad}operate", "cooperate"),
            ("ﾃﾞｰﾀ", "データ"),
            ("مُحَمَّد", "محمد"),
            ("don’t", "don't"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn letters_that_only_look_alike_stay_apart() {
        for (one, other) in [("й", "и"), ("ї", "і"), ("が", "か"), ("की", "क"), ("น้ำ", "นา"), ("한", "하")]
        {
            assert_ne!(fold(one), fold(other));
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>(), more in "[\\PC\\p{M}]{0,40}") {
            for word in [text, more] {
                let once = fold(&word);
                prop_assert_eq!(fold(&once), once);
            }
        }
    }
}
