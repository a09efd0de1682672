//! Words that hold a question together and tell little of what it is about: articles, pronouns, question words, auxiliaries.
//!
//! How often a word stands in texts does not tell them all apart: who asks "what must be done" uses words that are rare in what
//! is written about it. Left out are words that name a thing in another of these languages, such as `war`, `hat` and `den`.
//! Other languages have no list here, and all their words count alike.

use crate::domain::Language;

/// Whether a folded word is a function word of a language.
#[must_use]
pub fn is_function_word(folded: &str, language: Language) -> bool {
    let words: &[&str] = match language.as_str() {
        "de" => GERMAN,
        "en" => ENGLISH,
        _ => &[],
    };
    words.binary_search(&folded).is_ok()
}

const ENGLISH: &[&str] = &[
    "a", "about", "above", "after", "again", "all", "also", "am", "an", "and", "any", "anybody", "anyone", "are", "as", "at",
    "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "could", "did", "do", "does",
    "doing", "down", "during", "each", "few", "find", "for", "from", "further", "get", "give", "had", "has", "have", "having",
    "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "know", "knows", "me",
    "more", "most", "must", "my", "no", "nor", "not", "now", "of", "off", "on", "once", "only", "or", "other", "our", "out",
    "over", "own", "same", "she", "should", "show", "so", "some", "somebody", "someone", "such", "tell", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "us",
    "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with",
    "would", "you", "your",
];

const GERMAN: &[&str] = &[
    "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "beim", "bis", "da", "damit", "dann", "das", "dass", "dem", "der",
    "des", "diese", "diesem", "diesen", "dieser", "dieses", "dir", "doch", "du", "durch", "ein", "eine", "einem", "einen",
    "einer", "eines", "er", "es", "etwas", "euch", "fur", "gibt", "habe", "haben", "ich", "ihm", "ihn", "ihnen", "ihr", "ihre",
    "ihrem", "ihren", "ihrer", "im", "in", "ins", "ist", "jemand", "kann", "kein", "keine", "kennt", "konnen", "mein", "meine",
    "mich", "mir", "mit", "muss", "mussen", "nach", "nicht", "noch", "nur", "ob", "oder", "ohne", "sein", "seine", "sich", "sie",
    "sind", "so", "soll", "sollen", "uber", "um", "und", "uns", "unser", "unsere", "unter", "vom", "von", "vor", "wann", "warum",
    "was", "weiss", "welche", "welchem", "welchen", "welcher", "welches", "wem", "wen", "wenn", "wer", "werden", "wie", "wieso",
    "wir", "wird", "wo", "wurde", "zu", "zum", "zur",
];

#[cfg(test)]
mod tests {
    //! 1. lists are sorted, or nothing would be found; 2. their words are folded as those of queries are.
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn lists_are_sorted_and_folded() {
        for list in [ENGLISH, GERMAN] {
            assert!(list.is_sorted_by(|a, b| a < b));
            assert!(list.iter().all(|word| fold(word) == *word));
        }
    }

    #[test]
    fn words_are_looked_up_in_their_language() {
        let [en, de, fr] = ["en", "de", "fr"].map(|tag| Language::parse(tag).unwrap());
        assert!(is_function_word("what", en) && !is_function_word("what", de));
        assert!(is_function_word("fur", de) && !is_function_word("war", de));
        assert!(!is_function_word("tides", en) && !is_function_word("que", fr));
    }
}
