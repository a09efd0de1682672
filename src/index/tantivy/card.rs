//! What a hit needs of a document beside its moments, as one short value of a column: reading a second column would take as
//! long again.
//!
//! Ids and codes hold no control characters, so a line feed separates them, and a zero byte what is no text. Proved below: 1. a card
//! reads back as it was written; 2. what is no card is refused.

use crate::domain::{
    CommunityName, Document, DocumentName, Kind, Language, NameError, Participation, PersonName, ResourceName, Role,
};
use crate::text::Sketch;

/// What stands between the text of a card and its sketch.
const NO_TEXT: u8 = 0;

/// Name, kind, language, community, thread, people and sketch of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) document: DocumentName,
    pub(super) kind: Kind,
    pub(super) language: Language,
    pub(super) community: Option<CommunityName>,
    /// The document that opened the thread, where that is another one.
    pub(super) root: Option<DocumentName>,
    pub(super) people: Vec<Participation>,
    pub(super) sketch: Option<Sketch>,
}

impl Card {
    /// The card of a document with a sketch of its text.
    pub(super) fn of(document: &Document, sketch: Option<Sketch>) -> Self {
        Self {
            document: document.name.clone(),
            kind: document.kind,
            language: document.language,
            community: document.community.clone(),
            root: Some(document.thread_root()).filter(|root| **root != document.name).cloned(),
            people: document.people.clone(),
            sketch,
        }
    }

    /// The card as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let community = self.community.as_ref().map_or("", ResourceName::id);
        let root = self.root.as_ref().map_or("", ResourceName::id);
        let (document, kind, language) = (self.document.id(), self.kind.as_str(), self.language);
        let mut text = format!("{document}\n{kind}\n{language}\n{community}\n{root}");
        for participation in &self.people {
            text.push('\n');
            text.push(role_code(participation.role));
            text.push_str(participation.person.id());
        }
        let mut bytes = text.into_bytes();
        if let Some(sketch) = self.sketch {
            bytes.push(NO_TEXT);
            bytes.extend(sketch.to_bytes());
        }
        bytes
    }

    /// Reads a card; nothing where the bytes are none.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == NO_TEXT);
        let (text, sketch) = match end {
            Some(end) => (bytes.get(..end)?, Some(Sketch::from_bytes(bytes.get(end + 1..)?)?)),
            None => (bytes, None),
        };
        let mut lines = std::str::from_utf8(text).ok()?.split('\n');
        let document = DocumentName::from_id(lines.next()?).ok()?;
        let kind = lines.next()?;
        let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        let language = Language::parse(lines.next()?)?;
        let community = optional(lines.next()?).ok()?;
        let root = optional(lines.next()?).ok()?;
        let people = lines.map(participation).collect::<Option<Vec<_>>>()?;
        Some(Self { document, kind, language, community, root, people, sketch })
    }
}

fn optional<N: ResourceName>(id: &str) -> Result<Option<N>, NameError> {
    if id.is_empty() { Ok(None) } else { N::from_id(id).map(Some) }
}

fn participation(line: &str) -> Option<Participation> {
    let mut characters = line.chars();
    let code = characters.next()?;
    let role = Role::ALL.into_iter().find(|role| role_code(*role) == code)?;
    Some(Participation { person: PersonName::from_id(characters.as_str()).ok()?, role })
}

fn role_code(role: Role) -> char {
    match role {
        Role::Author => 'a',
        Role::Contributor => 'c',
        Role::Answerer => 's',
        Role::Asker => 'q',
        Role::Mentioned => 'm',
        Role::Reviewer => 'r',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_reads_back_as_it_was_written() {
        let people = Role::ALL.map(|role| Participation { person: PersonName::from_id("ada.b~c:d").unwrap(), role });
        let full = Card {
            document: DocumentName::from_id("d-1").unwrap(),
            kind: Kind::Reply,
            language: Language::ENGLISH,
            community: Some(CommunityName::from_id("tides").unwrap()),
            root: Some(DocumentName::from_id("root-1").unwrap()),
            people: people.to_vec(),
            sketch: Sketch::of(&[], &crate::text::tokens("one two three four five six seven eight")),
        };
        assert!(full.sketch.is_some());
        let bare = Card { community: None, root: None, people: Vec::new(), sketch: None, kind: Kind::Post, ..full.clone() };
        for card in [full, bare] {
            assert_eq!(Card::from_bytes(&card.to_bytes()), Some(card));
        }
    }

    #[test]
    fn what_is_no_card_is_refused() {
        for bytes in [
            &b""[..],
            b"d",
            b"d\npost",
            b"d\npost\nen\n\n\nxada",
            b"d\npost\nen\n \n",
            b"d\nsong\nen\n\n",
            b"\npost\nen\n\n",
            b"\xff\n",
            b"d\npost\nen\n\n\0",
            b"d\npost\nen\n\n\0short",
        ] {
            assert_eq!(Card::from_bytes(bytes), None);
        }
    }
}
