//! Small records, operations and settings for the tests of ledgers.

use tempfile::TempDir;

use super::super::{Expect, Identity, Operation, RedbSettings, RequestKey, SyncRef, Write};
use crate::domain::{
    Audience, Community, CommunityName, Curation, CurationName, Document, DocumentName, Kind, Moment, Person, PersonName, Record,
    RecordKey, RecordKind, ResourceName, Revision, Source, SynonymSet, SynonymSetName, ThreadPlace,
};

pub(in crate::storage::ledger) fn settings(dir: &TempDir) -> RedbSettings {
    RedbSettings {
        path: dir.path().to_owned(),
        cache_bytes: 4 << 20,
        group_max_writes: 512,
        group_max_bytes: 8 << 20,
        queue: 1024,
    }
}

pub(in crate::storage::ledger) fn identity() -> Identity {
    Identity { epoch: 7, sealing_key: [9; 32] }
}

pub(in crate::storage::ledger) fn at(seconds: i64) -> Moment {
    Moment::from_unix_seconds(seconds).unwrap()
}

pub(in crate::storage::ledger) fn document(id: &str, body: &str) -> Record {
    Record::Document(Document {
        title: "Mooring".to_owned(),
        body: body.to_owned(),
        reactions: [("like".to_owned(), 3)].into(),
        updated: at(2),
        ..Document::new(name(id), Kind::Page, Audience::organization(), at(1))
    })
}

pub(in crate::storage::ledger) fn reply(id: &str, root: &str, body: &str) -> Record {
    let mut record = document(id, body);
    if let Record::Document(document) = &mut record {
        document.kind = Kind::Reply;
        document.thread = Some(ThreadPlace { root: name(root), parent: name(root) });
    }
    record
}

pub(in crate::storage::ledger) fn imported(id: &str, system: &str, source_id: &str) -> Record {
    let mut record = document(id, "imported");
    if let Record::Document(document) = &mut record {
        document.source = Some(source(system, source_id));
    }
    record
}

pub(in crate::storage::ledger) fn person(id: &str) -> Record {
    Record::Person(Person::stub(PersonName::from_id(id).unwrap(), "Ada".to_owned(), at(1)))
}

pub(in crate::storage::ledger) fn community(id: &str) -> Record {
    Record::Community(Community {
        display_name: "Dock".to_owned(),
        members: [PersonName::from_id("ada").unwrap()].into(),
        listed: true,
        ..Community::new(CommunityName::from_id(id).unwrap(), Audience::world(), at(1))
    })
}

pub(in crate::storage::ledger) fn synonym_set(id: &str) -> Record {
    Record::SynonymSet(SynonymSet {
        terms: vec!["pto".to_owned(), "paid time off".to_owned()],
        one_way: true,
        note: "asked often".to_owned(),
        ..SynonymSet::new(SynonymSetName::from_id(id).unwrap(), at(1))
    })
}

pub(in crate::storage::ledger) fn curation(id: &str) -> Record {
    Record::Curation(Curation {
        queries: vec!["Travel expenses".to_owned()],
        pins: vec![name("b"), name("a")],
        buries: vec![name("c")],
        audience: Audience::organization(),
        until: Some(at(1_000)),
        ..Curation::new(CurationName::from_id(id).unwrap(), at(1))
    })
}

/// A record of each kind under one id.
pub(in crate::storage::ledger) fn one_of_each(id: &str) -> [Record; RecordKind::ALL.len()] {
    [document(id, "x"), person(id), community(id), synonym_set(id), curation(id)]
}

pub(in crate::storage::ledger) fn source(system: &str, id: &str) -> Source {
    Source { system: system.to_owned(), id: id.to_owned() }
}

pub(in crate::storage::ledger) fn key(id: &str) -> RecordKey {
    RecordKey::new(RecordKind::Document, id).unwrap()
}

pub(in crate::storage::ledger) fn name(id: &str) -> DocumentName {
    DocumentName::from_id(id).unwrap()
}

pub(in crate::storage::ledger) fn put(record: Record, expect: Expect) -> Operation {
    Operation::Put { record: Box::new(record), expect }
}

pub(in crate::storage::ledger) fn delete(id: &str, expect: Expect) -> Operation {
    Operation::Delete { key: key(id), expect }
}

pub(in crate::storage::ledger) fn require(id: &str, expect: Expect) -> Operation {
    Operation::Require { key: key(id), expect }
}

pub(in crate::storage::ledger) fn require_thread(root: &str, joined: u64) -> Operation {
    Operation::RequireThread { root: name(root), joined: Revision(joined) }
}

pub(in crate::storage::ledger) fn sync(system: &str, number: u64) -> SyncRef {
    SyncRef { kind: RecordKind::Document, system: system.to_owned(), number }
}

pub(in crate::storage::ledger) fn begin(sync: SyncRef) -> Operation {
    Operation::BeginSync { sync, at: at(100), request: Some([4; 32]) }
}

pub(in crate::storage::ledger) fn mark(id: &str, sync: SyncRef) -> Operation {
    Operation::Mark { key: key(id), sync }
}

pub(in crate::storage::ledger) fn sweep(id: &str, sync: SyncRef) -> Operation {
    Operation::Sweep { key: key(id), sync }
}

pub(in crate::storage::ledger) fn end(sync: SyncRef) -> Operation {
    Operation::EndSync { sync, kept: 9 }
}

pub(in crate::storage::ledger) fn write_of(operations: Vec<Operation>) -> Write {
    Write { operations, request: None, at: at(100) }
}

pub(in crate::storage::ledger) fn request(id: u8, fingerprint: u8) -> RequestKey {
    RequestKey { id: [id; 32], fingerprint: [fingerprint; 32] }
}
