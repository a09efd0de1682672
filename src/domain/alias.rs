//! Names under which a person is known elsewhere: handles, e-mail addresses and accounts, and the journal of linking them.

use serde::{Deserialize, Serialize};

use super::{Moment, NameError, PersonName, ResourceName};

/// A name under which somebody is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alias {
    /// A short name used with `@`, written without it.
    Handle(String),
    /// An e-mail address.
    Email(String),
    /// The name under which a source knows the person, who may have a profile there of their own.
    Account(PersonName),
}

/// Why a text is no alias.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// Nothing is left of it.
    #[error("must not be empty")]
    Empty,
    /// It begins as a person's name, and is none.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl Alias {
    /// Reads `people/ID`, an e-mail address, or a handle with or without its `@`.
    ///
    /// # Errors
    /// [`AliasError`] where the text is none of these.
    pub fn parse(text: &str) -> Result<Self, AliasError> {
        if text.starts_with("people/") {
            return Ok(Self::Account(PersonName::parse(text)?));
        }
        let bare = text.strip_prefix('@').unwrap_or(text).trim();
        match bare {
            "" => Err(AliasError::Empty),
            _ if bare.contains('@') => Ok(Self::Email(bare.to_owned())),
            _ => Ok(Self::Handle(bare.to_owned())),
        }
    }

    /// Whether both are the same name: handles and addresses compare without regard to case.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Account(one), Self::Account(other)) => one == other,
            (Self::Handle(one), Self::Handle(other)) | (Self::Email(one), Self::Email(other)) => {
                folded_alias(one) == folded_alias(other)
            }
            _ => false,
        }
    }
}

impl std::fmt::Display for Alias {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Handle(text) | Self::Email(text) => f.write_str(text),
            Self::Account(name) => name.fmt(f),
        }
    }
}

impl TryFrom<String> for Alias {
    type Error = AliasError;

    fn try_from(text: String) -> Result<Self, AliasError> {
        Self::parse(&text)
    }
}

impl From<Alias> for String {
    fn from(alias: Alias) -> Self {
        alias.to_string()
    }
}

/// A handle or an e-mail address as it is compared: without one leading `@` and without regard to case. Letters are raised before
/// they are lowered, so that letters with two lower-case forms (the Greek sigma, the German sharp s) meet.
#[must_use]
pub fn folded_alias(alias: &str) -> String {
    let bare = alias.strip_prefix('@').unwrap_or(alias);
    bare.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// What was done with an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LinkChange {
    /// It became the person's.
    Linked,
    /// It was taken from the person.
    Unlinked,
}

/// One line of the journal of a person's aliases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasLink {
    /// The alias, as [`Alias`] writes it.
    pub alias: String,
    /// What was done.
    pub change: LinkChange,
    /// By whom; nothing for the service itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonName>,
    /// When.
    pub at: Moment,
    /// Why, in somebody's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_says_itself_what_it_is() {
        let account = PersonName::from_id("forum:12").unwrap();
        for (text, alias) in [
            ("@Ada", Alias::Handle("Ada".to_owned())),
            ("ada", Alias::Handle("ada".to_owned())),
            ("ada@example.org", Alias::Email("ada@example.org".to_owned())),
            ("people/forum:12", Alias::Account(account)),
        ] {
            let read = Alias::parse(text).unwrap();
            assert_eq!(read, alias);
            assert_eq!(Alias::parse(&read.to_string()), Ok(alias));
        }
        for text in ["", "@", "@ ", "people/", "people/a b"] {
            assert!(Alias::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn handles_compare_without_regard_to_case_and_accounts_do_not() {
        let same = |one: &str, other: &str| Alias::parse(one).unwrap().is(&Alias::parse(other).unwrap());
        assert!(same("@ADA", "ada") && same("A@example.org", "a@EXAMPLE.org"));
        assert!(!same("people/Ada", "people/ada") && !same("ada", "people/ada"));
    }
}
