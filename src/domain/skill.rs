//! Skills as they compare, and who says of somebody that they have them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{Moment, PersonName};

/// A skill in the form in which skills compare: compatible characters as one, single blanks, lower case. A normalised skill stays
/// what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Skill(Box<str>);

/// Nothing is left of a text that should be a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must not be empty")]
pub struct NoSkill;

impl Skill {
    /// Normalises a text.
    ///
    /// # Errors
    /// [`NoSkill`] where nothing is left.
    pub fn parse(text: &str) -> Result<Self, NoSkill> {
        // Letters are raised before they are lowered, so that letters with two lower-case forms meet, and lowered before that, for
        // capitals whose lower case is raised to others.
        let lowered = text.nfkc().flat_map(char::to_lowercase);
        let folded: String = lowered.flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect();
        let skill = folded.split_whitespace().collect::<Vec<_>>().join(" ");
        if skill.is_empty() { Err(NoSkill) } else { Ok(Self(skill.into())) }
    }

    /// The skill as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Skill {
    type Error = NoSkill;

    fn try_from(text: String) -> Result<Self, NoSkill> {
        Self::parse(&text)
    }
}

impl From<Skill> for String {
    fn from(skill: Skill) -> Self {
        skill.0.into()
    }
}

/// Who says of one person that they have which skill, and since when.
pub type Endorsements = BTreeMap<Skill, BTreeMap<PersonName, Moment>>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn skills_compare_without_regard_to_case_blanks_and_form() {
        for (text, skill) in [("Tide  Tables ", "tide tables"), ("C++", "c++"), ("Ｇｏ", "go"), ("STRASSE", "strasse")] {
            assert_eq!(Skill::parse(text).unwrap().as_str(), skill, "{text}");
        }
        assert_eq!(Skill::parse("straße"), Skill::parse("STRASSE"));
        assert_eq!(Skill::parse("STRA\u{1e9e}E"), Skill::parse("STRASSE"), "a capital that stays one when it is raised");
        assert_eq!(Skill::parse(" \t"), Err(NoSkill));
    }

    proptest! {
        #[test]
        fn a_normalised_skill_stays_what_it_is(text in "\\PC{0,20}") {
            if let Ok(once) = Skill::parse(&text) {
                prop_assert_eq!(Skill::parse(once.as_str()), Ok(once));
            }
        }
    }
}
