//! What administrators say about search: words that mean the same, and what stands first or not at all.
//!
//! Proved below: a curation holds until the moment at which it lapses, and no longer.

use serde::{Deserialize, Serialize};

use super::{Audience, CurationName, DocumentName, Moment, SynonymSetName};

/// Terms that mean the same, such as an acronym and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SynonymSet {
    /// Its name, `synonymSets/ID`.
    pub name: SynonymSetName,
    /// As they were written, in the writer's order; no two have the same words.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Whether the first term alone finds the others, and none of these finds anything else.
    #[serde(default)]
    pub one_way: bool,
    /// Why it is there; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

impl SynonymSet {
    /// A set without terms, made and last changed at one moment.
    #[must_use]
    pub fn new(name: SynonymSetName, made: Moment) -> Self {
        Self { name, terms: Vec::new(), one_way: false, note: String::new(), created: made, updated: made }
    }
}

/// What stands first, and what is left out, where somebody searches for certain words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curation {
    /// Its name, `curations/ID`.
    pub name: CurationName,
    /// Queries for which it holds, as people type them; no two have the same words.
    #[serde(default)]
    pub queries: Vec<String>,
    /// What stands first, in this order. They need not exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<DocumentName>,
    /// What is left out. They need not exist; none of them is pinned, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buries: Vec<DocumentName>,
    /// For whom it holds. It gives nobody a right to read anything.
    pub audience: Audience,
    /// From when on it says nothing any more; nothing where it does not lapse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Moment>,
    /// Why it is there; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

impl Curation {
    /// One for the organisation that says nothing yet, made and last changed at one moment.
    #[must_use]
    pub fn new(name: CurationName, made: Moment) -> Self {
        Self {
            name,
            queries: Vec::new(),
            pins: Vec::new(),
            buries: Vec::new(),
            audience: Audience::organization(),
            until: None,
            note: String::new(),
            created: made,
            updated: made,
        }
    }

    /// Whether it has not lapsed at a moment.
    #[must_use]
    pub fn holds(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ResourceName;

    #[test]
    fn a_curation_holds_until_it_lapses() {
        let at = |seconds| Moment::from_unix_seconds(seconds).unwrap();
        let curation = |until| Curation { until, ..Curation::new(CurationName::from_id("a").unwrap(), at(1)) };
        assert!(curation(None).holds(Moment::MAX));
        assert!(curation(Some(at(10))).holds(at(9)));
        assert!(!curation(Some(at(10))).holds(at(10)));
    }
}
