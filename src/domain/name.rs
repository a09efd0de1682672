//! Resource names, hashtags and group ids: what may be written, and how it compares.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The collection in front of the `/` is missing or another one.
    #[error("must start with \"{expected}/\"")]
    Collection {
        /// The collection that was asked for.
        expected: &'static str,
    },
    /// The id is empty or longer than the limit.
    #[error("the id must have 1 to {max} characters, not {actual}")]
    Length {
        /// Most characters allowed.
        max: usize,
        /// Characters given.
        actual: usize,
    },
    /// The id holds a character outside the allowed ones.
    #[error("the id may hold letters, digits and - . _ ~ : only")]
    Character,
}

/// Longest id, in bytes (all of them ASCII).
const MAX_ID: usize = 200;
/// Longest hashtag, in characters.
const MAX_HASHTAG: usize = 100;

fn check_id(id: &str) -> Result<(), NameError> {
    if id.is_empty() || id.len() > MAX_ID {
        return Err(NameError::Length { max: MAX_ID, actual: id.chars().count() });
    }
    if id.bytes().all(is_id_byte) { Ok(()) } else { Err(NameError::Character) }
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte)
}

/// Makes an id of a source's own identifier: any byte that an id may not hold becomes `~`, and a short hash of
/// the original is added where something was replaced or cut, so that two originals never share an id by chance.
///
/// # Errors
/// [`NameError::Length`] where the identifier is empty.
pub fn resource_id_from_source(source_id: &str) -> Result<String, NameError> {
    if source_id.is_empty() {
        return Err(NameError::Length { max: MAX_ID, actual: 0 });
    }
    if check_id(source_id).is_ok() {
        return Ok(source_id.to_owned());
    }
    let hash = blake3::hash(source_id.as_bytes()).to_hex();
    let kept: String = source_id.bytes().take(MAX_ID - 13).map(|b| if is_id_byte(b) { char::from(b) } else { '~' }).collect();
    Ok(format!("{kept}~{}", &hash.as_str()[..12]))
}

/// What all kinds of resource names share.
pub trait ResourceName: Sized {
    /// The collection in front of the `/`, such as `documents`.
    const COLLECTION: &'static str;

    /// Makes a name of an id without its collection.
    ///
    /// # Errors
    /// [`NameError`] where the id is malformed.
    fn from_id(id: &str) -> Result<Self, NameError>;

    /// The id without the collection.
    fn id(&self) -> &str;

    /// Reads `collection/ID`.
    ///
    /// # Errors
    /// [`NameError`] where the text is not a name of this collection.
    fn parse(text: &str) -> Result<Self, NameError> {
        text.strip_prefix(Self::COLLECTION)
            .and_then(|rest| rest.strip_prefix('/'))
            .ok_or(NameError::Collection { expected: Self::COLLECTION })
            .and_then(Self::from_id)
    }
}

macro_rules! resource_name {
    ($(#[$doc:meta])* $type:ident, $collection:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(Box<str>);

        impl ResourceName for $type {
            const COLLECTION: &'static str = $collection;

            fn from_id(id: &str) -> Result<Self, NameError> {
                check_id(id)?;
                Ok(Self(id.into()))
            }

            fn id(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", Self::COLLECTION, self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(id: String) -> Result<Self, NameError> {
                Self::from_id(&id)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0.into()
            }
        }
    };
}

resource_name!(
    /// `documents/ID`. Ids compare byte by byte; serialised as the bare id.
    DocumentName,
    "documents"
);
resource_name!(
    /// `people/ID`. Ids compare byte by byte; serialised as the bare id.
    PersonName,
    "people"
);
resource_name!(
    /// `communities/ID`. Ids compare byte by byte; serialised as the bare id.
    CommunityName,
    "communities"
);
resource_name!(
    /// `synonymSets/ID`. Ids compare byte by byte; serialised as the bare id.
    SynonymSetName,
    "synonymSets"
);
resource_name!(
    /// `curations/ID`. Ids compare byte by byte; serialised as the bare id.
    CurationName,
    "curations"
);

/// The id of a group of the directory, such as `board`; groups are named by tokens and audiences, never stored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupId(Box<str>);

impl GroupId {
    /// Reads a group id.
    ///
    /// # Errors
    /// [`NameError`] where the id is malformed.
    pub fn parse(id: &str) -> Result<Self, NameError> {
        check_id(id)?;
        Ok(Self(id.into()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for GroupId {
    type Error = NameError;

    fn try_from(id: String) -> Result<Self, NameError> {
        Self::parse(&id)
    }
}

impl From<GroupId> for String {
    fn from(group: GroupId) -> Self {
        group.0.into()
    }
}

/// A topic label without its `#`, normalised: lower case, letters, digits, `_`, `-`, `+`, `.` and `#` (`c#`, `c++`, `.net`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hashtag(Box<str>);

impl Hashtag {
    /// Normalises a label: leading `#` and outer white space go, inner white space becomes `-`, letters become lower case. A
    /// normalised label stays what it is.
    ///
    /// # Errors
    /// [`NameError`] where nothing is left, too much is left, or a character is not allowed.
    pub fn parse(label: &str) -> Result<Self, NameError> {
        let bare = label.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
        let folded: String = bare.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        let length = folded.chars().count();
        if length == 0 || length > MAX_HASHTAG {
            return Err(NameError::Length { max: MAX_HASHTAG, actual: length });
        }
        let allowed = |c: char| c.is_alphanumeric() || "_-+.#&/:~".contains(c) || is_mark(c);
        if folded.chars().all(allowed) && folded.chars().any(char::is_alphanumeric) {
            Ok(Self(folded.into()))
        } else {
            Err(NameError::Character)
        }
    }

    /// The normalised label, without `#`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Combining marks are part of words in many scripts (Devanagari, Thai, Arabic vowels).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

impl TryFrom<String> for Hashtag {
    type Error = NameError;

    fn try_from(label: String) -> Result<Self, NameError> {
        Self::parse(&label)
    }
}

impl From<Hashtag> for String {
    fn from(tag: Hashtag) -> Self {
        tag.0.into()
    }
}

impl fmt::Display for Hashtag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    //! 1. ids are checked byte by byte; 2. source ids never collide by replacement; 3. hashtags normalise.
    use super::*;

    #[test]
    fn a_name_needs_its_collection_and_a_plain_id() {
        assert!(DocumentName::parse("documents/pep:8").is_ok());
        assert_eq!(DocumentName::parse("people/ada"), Err(NameError::Collection { expected: "documents" }));
        assert_eq!(PersonName::parse("people/"), Err(NameError::Length { max: 200, actual: 0 }));
        assert_eq!(PersonName::parse("people/a b"), Err(NameError::Character));
        assert_eq!(PersonName::parse("people/jürgen"), Err(NameError::Character));
        assert!(PersonName::parse(&format!("people/{}", "x".repeat(201))).is_err());
        assert_ne!(PersonName::parse("people/Ada"), PersonName::parse("people/ada"));
    }

    #[test]
    fn replaced_source_ids_stay_apart() {
        let one = resource_id_from_source("a b").unwrap();
        let two = resource_id_from_source("a/b").unwrap();
        assert_ne!(one, two);
        assert!(one.starts_with("a~b~"));
        assert_eq!(resource_id_from_source("a-b").unwrap(), "a-b");
        assert!(resource_id_from_source(&"ü".repeat(500)).unwrap().len() <= 200);
        assert!(resource_id_from_source("").is_err());
    }

    #[test]
    fn hashtags_normalise() {
        assert_eq!(Hashtag::parse("#GraphQL").unwrap().as_str(), "graphql");
        assert_eq!(Hashtag::parse(" Code of  Conduct ").unwrap().as_str(), "code-of-conduct");
        assert_eq!(Hashtag::parse("C++").unwrap().as_str(), "c++");
        for label in ["##x", "# #x", "# x y", "#a-#"] {
            let once = Hashtag::parse(label).unwrap();
            assert_eq!(Hashtag::parse(once.as_str()).unwrap(), once, "{label}");
        }
        assert!(Hashtag::parse("#").is_err());
        assert!(Hashtag::parse("a\u{0}b").is_err());
    }
}
