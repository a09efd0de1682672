//! What is in a directory: words in fields.

use std::collections::BTreeSet;

use super::words::{without_sign, words};
use crate::text;

/// Longest word of an entry, in bytes, as elsewhere.
const MAX_WORD_BYTES: usize = 255;

/// Where a word of an entry stands. Fields that say more about who or what is meant come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The name that people call it by.
    Name,
    /// A short name used with `@`, or a login.
    Handle,
    /// A topic label.
    Hashtag,
    /// The ID of its resource name.
    Id,
    /// An e-mail address: the whole of it, and the part before the `@`.
    Email,
    /// A declared skill.
    Skill,
    /// A position.
    Title,
    /// An organisational unit.
    Unit,
    /// A place of work.
    Location,
    /// What it is about.
    Description,
}

impl Field {
    /// What an exact word in the field is worth, in thousandths of a point.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Name => 10,
            Self::Handle | Self::Hashtag => 8,
            Self::Id => 7,
            Self::Email => 6,
            Self::Skill | Self::Title => 4,
            Self::Unit | Self::Location => 3,
            Self::Description => 2,
        }
    }

    /// Whether a value is one word that is looked for whole, however it is joined.
    fn is_one_word(self) -> bool {
        matches!(self, Self::Handle | Self::Hashtag | Self::Id | Self::Email)
    }
}

/// Fields that a search looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields(u16);

impl Fields {
    /// Every field.
    pub const ALL: Self = Self(u16::MAX);

    /// These fields only.
    #[must_use]
    pub fn only(fields: &[Field]) -> Self {
        Self(fields.iter().fold(0, |set, field| set | 1 << *field as u16))
    }

    /// Whether a field is among them.
    #[must_use]
    pub fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u16) != 0
    }
}

/// The words of an entry, ready to be put into a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Sorted, without repeats.
    pub(super) words: Vec<(Field, String)>,
    /// How many distinct words its names have, compounds counted as one.
    pub(super) name_words: usize,
}

impl Entry {
    /// The words of texts in fields.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = (Field, &'a str)>) -> Self {
        let (mut found, mut name_words) = (BTreeSet::new(), 0);
        for (field, text) in texts {
            if field == Field::Name {
                name_words += words(text).len();
            }
            let whole = without_sign(text.trim());
            if field.is_one_word() && whole.len() <= MAX_WORD_BYTES && !whole.contains(char::is_whitespace) {
                take(field, whole, &mut found);
            }
            // What stands behind the `@` is the same for everybody of a house.
            let parts = if field == Field::Email { whole.split('@').next().unwrap_or_default() } else { text };
            for token in text::tokens(parts) {
                take(field, without_sign(&parts[token.start..token.end]), &mut found);
            }
        }
        Self { words: found.into_iter().collect(), name_words }
    }
}

fn take(field: Field, word: &str, into: &mut BTreeSet<(Field, String)>) {
    into.extend(text::spellings(word).into_iter().map(|form| (field, form)));
}
