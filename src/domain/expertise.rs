//! What is said of somebody who knows: level, reasons, evidence.

use super::{DocumentName, Moment, Role};

/// How sure the answer is that somebody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Named, with little evidence.
    Low,
    /// Good evidence.
    Medium,
    /// Strong evidence.
    High,
}

/// A visible document in a role that supports a person's expertise in a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The document.
    pub document: DocumentName,
    /// The person's role in it.
    pub role: Role,
    /// When the document was last changed.
    pub updated: Moment,
    /// Its share of the person's score; all shares sum to the score.
    pub contribution: f64,
}

/// One reason in words, with the evidence it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A sentence part in English, such as "answered 3 questions, 2 accepted".
    pub text: String,
}
