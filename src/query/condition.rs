//! What a document must have to match, in terms of an index: names are resolved, times are moments.

use super::filter::TimeRange;
use super::tree::{Phrase, State};
use super::word::Word;
use crate::domain::{CommunityName, Hashtag, Kind, Language, PersonName};

/// What a document must have. A word of a query is named by its place there, so that an index looks it up once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Condition {
    /// Nothing: every document matches.
    #[default]
    Everything,
    /// What no document has.
    Nothing,
    /// The word at this place of the query, in any of its forms.
    Slot(usize),
    /// A word that is no part of the query's, since it must not stand there.
    Word(Box<Word>),
    /// A word as it is written, or several in a row.
    Phrase(Phrase),
    /// A word of the headline, in any of its forms.
    Title(Box<Word>),
    /// The same of the headline.
    TitlePhrase(Phrase),
    /// Its kind.
    Kind(Kind),
    /// One of these wrote it: author, contributor, answerer or asker.
    From(Vec<PersonName>),
    /// One of these takes part in any role, or is mentioned.
    Involves(Vec<PersonName>),
    /// One of these holds it.
    In(Vec<CommunityName>),
    /// It has the topic label.
    Tag(Hashtag),
    /// Its language.
    Language(Language),
    /// Its address has all of these parts.
    Url(Vec<String>),
    /// It was created then.
    Created(TimeRange),
    /// It was last changed then.
    Updated(TimeRange),
    /// How it or its thread stands.
    Is(State),
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
    /// None of this.
    Not(Box<Condition>),
}

impl Condition {
    /// Whether every document that it admits has a scored word of the query.
    #[must_use]
    pub fn needs_words(&self) -> bool {
        match self {
            Self::Nothing | Self::Slot(_) | Self::Phrase(_) | Self::Title(_) | Self::TitlePhrase(_) => true,
            Self::All(parts) => parts.iter().any(Self::needs_words),
            Self::Any(parts) => parts.iter().all(Self::needs_words),
            _ => false,
        }
    }
}
