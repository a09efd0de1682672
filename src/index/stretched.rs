//! What stands for words of a query beside their own forms, as far as visible documents have it.

/// Why something stands for a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stretch {
    /// The word is the beginning of these.
    Beginning,
    /// No visible document has the word, and it may be one of these, misspelt.
    Misspelt,
    /// They are its synonyms.
    Synonym,
}

/// What stands for a word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretched {
    /// The word, by its place in the query.
    pub word: usize,
    /// Why.
    pub by: Stretch,
    /// What visible documents have of it: synonyms in the query's order, otherwise what most documents have first, then by itself.
    pub terms: Vec<String>,
    /// Whether there is more than stands for the word.
    pub more: bool,
}
