//! A query as retrieval and explanations share it.

use super::condition::Condition;
use super::word::Word;
use crate::domain::Language;
use crate::text::{self, Stem, Token, TokenShape};

/// What a word counts that tells little, beside words that tell more. Words that stand in nearly every text hardly count anyway;
/// this is for those of questions. See docs/relevance.md.
pub(super) const MINOR_WEIGHT: f64 = 0.3;

/// A query: what is scored, and what a document must have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Query {
    /// The distinct words that are scored, in the order of their first appearance.
    pub words: Vec<Word>,
    /// What a document must have that has everything.
    pub strict: Condition,
    /// What it must have where too little has everything: free words are left out of it.
    pub relaxed: Condition,
    /// The words, by their places, that the strict condition has more than the relaxed one, where these are all it has more: a
    /// discussion may have them in different messages. Nothing where they are fewer than two, or the two differ otherwise.
    pub together: Vec<usize>,
}

impl Query {
    /// Free words, of which a document has any.
    #[must_use]
    pub fn any_of(words: Vec<Word>) -> Self {
        Self { words, ..Self::default() }
    }

    /// The same where nothing is ever left out.
    #[must_use]
    pub fn strictly(self) -> Self {
        Self { relaxed: self.strict.clone(), together: Vec::new(), ..self }
    }

    /// What a document must have: everything, or what is left where too little has it.
    #[must_use]
    pub fn condition(&self, strict: bool) -> &Condition {
        if strict { &self.strict } else { &self.relaxed }
    }

    /// How much one of its words counts: all alike where every one of them is minor.
    #[must_use]
    pub fn weight(&self, word: &Word) -> f64 {
        if self.tells(word) { 1.0 } else { MINOR_WEIGHT }
    }

    /// Whether one of its words tells something of what is asked: every one does where all of them are minor.
    #[must_use]
    pub fn tells(&self, word: &Word) -> bool {
        !word.minor || self.words.iter().all(|other| other.minor)
    }

    /// Whether a text, such as a skill, holds any word that tells something: as it was typed or in a form with a stem in common,
    /// by the languages of the query. A text is read as documents are, so a part of one of its compounds is held, too.
    #[must_use]
    pub fn names(&self, text: &str, languages: &[Language]) -> bool {
        let telling: Vec<&Word> = self.words.iter().filter(|word| self.tells(word)).collect();
        let is_named = |token: &Token| {
            // Most words differ in their first letter already, and stemming them in every language would take long.
            let may_meet = token.shape == TokenShape::Word && telling.iter().any(|word| word.may_share_stem_with(&token.text));
            let stemmed = if may_meet { languages } else { &[] };
            let stems: Vec<Stem> = stemmed.iter().filter_map(|language| text::stem(&token.text, *language)).collect();
            telling.iter().any(|word| word.exact == token.text || word.stems.iter().any(|stem| stems.contains(stem)))
        };
        text::tokens(text).iter().any(is_named)
    }

    /// The words as Rookery understood them, for the answer's interpreted query; the beginning of a word with its star.
    #[must_use]
    pub fn shown_words(&self) -> Vec<String> {
        self.words.iter().map(Word::shown).collect()
    }
}
