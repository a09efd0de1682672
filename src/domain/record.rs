//! What the ledger keeps: one current record by key.

use serde::{Deserialize, Serialize};

use super::{
    Community, CommunityName, Curation, CurationName, Document, DocumentName, Person, PersonName, ResourceName, SynonymSet,
    SynonymSetName,
};

/// Which collection a record belongs to. The byte values are part of the on-disk format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RecordKind {
    /// `documents/`
    Document = 1,
    /// `people/`
    Person = 2,
    /// `communities/`
    Community = 3,
    /// `synonymSets/`
    SynonymSet = 4,
    /// `curations/`
    Curation = 5,
}

impl RecordKind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Document, Self::Person, Self::Community, Self::SynonymSet, Self::Curation];
}

/// The name of any record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKey {
    /// A document's.
    Document(DocumentName),
    /// A person's.
    Person(PersonName),
    /// A community's.
    Community(CommunityName),
    /// A synonym set's.
    SynonymSet(SynonymSetName),
    /// A curation's.
    Curation(CurationName),
}

impl RecordKey {
    /// Which collection it belongs to.
    #[must_use]
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Document(_) => RecordKind::Document,
            Self::Person(_) => RecordKind::Person,
            Self::Community(_) => RecordKind::Community,
            Self::SynonymSet(_) => RecordKind::SynonymSet,
            Self::Curation(_) => RecordKind::Curation,
        }
    }

    /// The id without its collection.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Document(name) => name.id(),
            Self::Person(name) => name.id(),
            Self::Community(name) => name.id(),
            Self::SynonymSet(name) => name.id(),
            Self::Curation(name) => name.id(),
        }
    }

    /// The key of `id` in a collection, or nothing where the id is malformed.
    #[must_use]
    pub fn new(kind: RecordKind, id: &str) -> Option<Self> {
        match kind {
            RecordKind::Document => DocumentName::from_id(id).ok().map(Self::Document),
            RecordKind::Person => PersonName::from_id(id).ok().map(Self::Person),
            RecordKind::Community => CommunityName::from_id(id).ok().map(Self::Community),
            RecordKind::SynonymSet => SynonymSetName::from_id(id).ok().map(Self::SynonymSet),
            RecordKind::Curation => CurationName::from_id(id).ok().map(Self::Curation),
        }
    }
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Document(name) => name.fmt(f),
            Self::Person(name) => name.fmt(f),
            Self::Community(name) => name.fmt(f),
            Self::SynonymSet(name) => name.fmt(f),
            Self::Curation(name) => name.fmt(f),
        }
    }
}

/// Anything the ledger keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// A document.
    Document(Document),
    /// A person.
    Person(Person),
    /// A community.
    Community(Community),
    /// A synonym set.
    SynonymSet(SynonymSet),
    /// A curation.
    Curation(Curation),
}

impl Record {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        match self {
            Self::Document(document) => RecordKey::Document(document.name.clone()),
            Self::Person(person) => RecordKey::Person(person.name.clone()),
            Self::Community(community) => RecordKey::Community(community.name.clone()),
            Self::SynonymSet(set) => RecordKey::SynonymSet(set.name.clone()),
            Self::Curation(curation) => RecordKey::Curation(curation.name.clone()),
        }
    }

    /// The document, where it is one.
    #[must_use]
    pub fn into_document(self) -> Option<Document> {
        match self {
            Self::Document(document) => Some(document),
            Self::Person(_) | Self::Community(_) | Self::SynonymSet(_) | Self::Curation(_) => None,
        }
    }

    /// The person, where it is one.
    #[must_use]
    pub fn into_person(self) -> Option<Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Document(_) | Self::Community(_) | Self::SynonymSet(_) | Self::Curation(_) => None,
        }
    }

    /// The community, where it is one.
    #[must_use]
    pub fn into_community(self) -> Option<Community> {
        match self {
            Self::Community(community) => Some(community),
            Self::Document(_) | Self::Person(_) | Self::SynonymSet(_) | Self::Curation(_) => None,
        }
    }

    /// The synonym set, where it is one.
    #[must_use]
    pub fn into_synonym_set(self) -> Option<SynonymSet> {
        match self {
            Self::SynonymSet(set) => Some(set),
            Self::Document(_) | Self::Person(_) | Self::Community(_) | Self::Curation(_) => None,
        }
    }

    /// The curation, where it is one.
    #[must_use]
    pub fn into_curation(self) -> Option<Curation> {
        match self {
            Self::Curation(curation) => Some(curation),
            Self::Document(_) | Self::Person(_) | Self::Community(_) | Self::SynonymSet(_) => None,
        }
    }
}
