//! Reviews: what caretakers say of a page or an article, beside what its writer says.
//!
//! Proved below: a review stands until the moment at which it lapses, and no longer.

use serde::{Deserialize, Serialize};

use super::{DocumentName, Moment, PersonName};

/// What is said of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judgement {
    /// It is right.
    Verified,
    /// It is no longer to be relied on.
    Deprecated,
}

/// What a caretaker said of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// What.
    pub judgement: Judgement,
    /// Who said it; nothing where it was no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonName>,
    /// When.
    pub at: Moment,
    /// From when on it says nothing any more; nothing where it does not lapse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The document to read in its place. Not everybody who reads this one may know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<DocumentName>,
}

/// How a review stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// The text is right.
    Verified,
    /// The text is no longer to be relied on.
    Deprecated,
    /// What was said has lapsed.
    Expired,
}

impl Review {
    /// How it stands at a moment.
    #[must_use]
    pub fn state(&self, now: Moment) -> ReviewState {
        ReviewState::of(self.judgement, self.until, now)
    }
}

impl ReviewState {
    /// How a judgement that lapses then, or never, stands at a moment.
    #[must_use]
    pub fn of(judgement: Judgement, until: Option<Moment>, now: Moment) -> Self {
        match judgement {
            _ if until.is_some_and(|until| until <= now) => Self::Expired,
            Judgement::Verified => Self::Verified,
            Judgement::Deprecated => Self::Deprecated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_stands_until_it_lapses() {
        let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
        for (judgement, standing) in
            [(Judgement::Verified, ReviewState::Verified), (Judgement::Deprecated, ReviewState::Deprecated)]
        {
            let review = |until| Review { judgement, by: None, at: at(1), until, note: String::new(), replacement: None };
            assert_eq!(review(None).state(Moment::MAX), standing);
            assert_eq!(review(Some(at(10))).state(at(9)), standing);
            assert_eq!(review(Some(at(10))).state(at(10)), ReviewState::Expired);
        }
    }
}
