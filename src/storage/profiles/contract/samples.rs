//! People, documents and new implementations for the contract.

use std::sync::Arc;

use tempfile::TempDir;

use super::super::{MemoryProfiles, Month, ProfileChange, Profiles, SledProfiles, SledSettings, Tally};
use crate::domain::{
    Audience, Document, DocumentName, Gates, Hashtag, Kind, MarkupFormat, Moment, Participation, Person, PersonName,
    ResourceName, Revision, Role,
};

/// A new implementation, and the directory that lives as long.
pub(super) struct Fresh {
    pub(super) profiles: Arc<dyn Profiles>,
    _dir: Option<TempDir>,
}

impl Fresh {
    pub(super) fn memory() -> Self {
        Self { profiles: Arc::new(MemoryProfiles::new()), _dir: None }
    }

    pub(super) fn sled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { profiles: Arc::new(SledProfiles::open(settings(dir.path())).unwrap()), _dir: Some(dir) }
    }

    pub(super) async fn apply(&self, changes: Vec<ProfileChange>, through: u64) {
        self.profiles.apply(changes, Revision(through)).await.unwrap();
    }

    pub(super) async fn tallies(&self, person: &str) -> Vec<Tally> {
        self.tallies_of(&[person]).await
    }

    pub(super) async fn tallies_of(&self, names: &[&str]) -> Vec<Tally> {
        let names: Vec<PersonName> = names.iter().map(|id| name(id)).collect();
        self.profiles.tallies(&names).await.unwrap()
    }

    pub(super) async fn resolve(&self, alias: &str) -> Vec<String> {
        self.profiles.resolve(alias).await.unwrap().iter().map(|name| name.id().to_owned()).collect()
    }
}

pub(in super::super) fn settings(dir: &std::path::Path) -> SledSettings {
    SledSettings { path: dir.join("profiles"), cache_bytes: 8 << 20 }
}

pub(in super::super) fn name(id: &str) -> PersonName {
    PersonName::from_id(id).unwrap()
}

pub(in super::super) fn person(id: &str, handles: &[&str], emails: &[&str]) -> Person {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let stub = Person::stub(name(id), id.to_owned(), Moment::default());
    Person { handles: owned(handles), emails: owned(emails), stub: false, ..stub }
}

pub(in super::super) fn document(
    id: &str,
    people: &[(&str, Role)],
    hashtags: &[&str],
    audience: Audience,
    updated: &str,
) -> Document {
    Document {
        body: "text".to_owned(),
        format: MarkupFormat::Plain,
        people: people.iter().map(|(person, role)| Participation { person: name(person), role: *role }).collect(),
        hashtags: hashtags.iter().map(|tag| Hashtag::parse(tag).unwrap()).collect(),
        updated: Moment::parse(updated).unwrap(),
        ..Document::new(DocumentName::from_id(id).unwrap(), Kind::Post, audience, Moment::default())
    }
}

/// The same document behind the audiences of the one that opened its thread.
pub(in super::super) fn behind(document: Document, inherited: &[Audience]) -> Document {
    Document { inherited: inherited.to_vec(), ..document }
}

pub(in super::super) fn put_person(person: Person) -> ProfileChange {
    ProfileChange::PutPerson(Box::new(person))
}

pub(in super::super) fn put(document: Document) -> ProfileChange {
    ProfileChange::PutDocument(Box::new(document))
}

pub(super) fn delete(id: &str) -> ProfileChange {
    ProfileChange::DeleteDocument(DocumentName::from_id(id).unwrap())
}

pub(super) fn tally(topic: &str, audience: &Audience, month: u32, role: Role, count: u32) -> Tally {
    let topic = (!topic.is_empty()).then(|| Hashtag::parse(topic).unwrap());
    Tally { topic, gates: Arc::new(Gates::new(audience.clone())), month: Month(month), role, count }
}
