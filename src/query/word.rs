//! Words of a query, and the forms in which they stand in documents.

use crate::domain::Language;
use crate::text::{self, Stem};

/// One word of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Word {
    /// The form that was typed, folded; of a prefix its beginning.
    pub exact: String,
    /// Its stems, sorted, without repeats; empty where no language stems it, and of a prefix.
    pub stems: Vec<Stem>,
    /// Whether it tells little of what is asked: a function word of a configured language.
    pub minor: bool,
    /// Whether it is the beginning of a word.
    pub prefix: bool,
    /// Whether it is taken as it was typed: neither misspelt nor replaced.
    pub literal: bool,
    /// What stands in its place as well: synonyms.
    pub also: Vec<Synonym>,
}

/// What may stand in the place of a word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Synonym {
    /// Its words, folded, in a row; one or more.
    pub words: Vec<String>,
    /// The stems of its only word; empty where it has several.
    pub stems: Vec<Stem>,
}

impl Word {
    /// The word as it was understood; the beginning of a word with its star.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}{}", self.exact, if self.prefix { "*" } else { "" })
    }

    /// A word that was typed, with its stems in some languages.
    #[must_use]
    pub fn of(exact: String, languages: &[Language]) -> Self {
        let stems = stems(&exact, languages);
        let minor = languages.iter().any(|language| text::is_function_word(&exact, *language));
        Self { exact, stems, minor, ..Self::default() }
    }

    /// Whether another word may have a stem in common with it, as far as the first letters tell.
    pub(super) fn may_share_stem_with(&self, folded: &str) -> bool {
        let first = folded.chars().next();
        self.stems.iter().any(|stem| !text::stems_keep_first_letter(stem.language) || stem.text.chars().next() == first)
    }
}

/// The stems of a folded word in some languages, sorted, without repeats.
pub(super) fn stems(word: &str, languages: &[Language]) -> Vec<Stem> {
    let mut stems: Vec<Stem> = languages.iter().filter_map(|language| text::stem(word, *language)).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}
