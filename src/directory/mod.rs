//! Finding somebody or something by its name, as people type names. Pure.
//!
//! An entry has words in weighted fields; a query's words must each meet one of them: exactly, as its beginning, or misspelt.
//! Case, accents and the spellings of letters such as `ä` make no difference. A score is made of the entry and the query alone,
//! never of other entries, so that nothing about hidden ones shows in it. Decisions are in ADR 14.
//! This room must never look anything up and never decide who may see what. Start reading at [`Directory`].

mod entry;
mod find;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;

pub use entry::{Entry, Field, Fields};
pub use find::{Ask, Directory, Found, Hit, Match};
pub use vocabulary::How;
pub use words::{Word, exact_words, folded, words};
