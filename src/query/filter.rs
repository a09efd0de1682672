//! Structured restrictions of a search. They never change scores or statistics, only what is shown.

use crate::domain::{CommunityName, DocumentName, Hashtag, Kind, Language, Moment, PersonName};

/// A half-open span of time; a missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TimeRange {
    /// The first moment inside.
    pub from: Option<Moment>,
    /// The first moment after it.
    pub until: Option<Moment>,
}

impl TimeRange {
    /// Whether nothing is restricted.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Whether a moment lies inside.
    #[must_use]
    pub fn contains(&self, moment: Moment) -> bool {
        self.from.is_none_or(|from| moment >= from) && self.until.is_none_or(|until| moment < until)
    }
}

/// Within one field any value will do; between fields all must hold. An empty field restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Kinds of documents.
    pub kinds: Vec<Kind>,
    /// People in any role but mentioned.
    pub people: Vec<PersonName>,
    /// People none of whom the document has in any role but mentioned. No request says this; a search of ours does.
    pub without_people: Vec<PersonName>,
    /// The documents themselves. No request says this; what administrators arranged does.
    pub documents: Vec<DocumentName>,
    /// Documents that are left out. Likewise.
    pub without_documents: Vec<DocumentName>,
    /// Communities that hold the document.
    pub communities: Vec<CommunityName>,
    /// Topic labels.
    pub hashtags: Vec<Hashtag>,
    /// Languages.
    pub languages: Vec<Language>,
    /// When the document was created.
    pub created: TimeRange,
}

impl Filter {
    /// Whether nothing is restricted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}
