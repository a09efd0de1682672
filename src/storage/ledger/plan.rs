//! What a write would do, worked out before anything is touched: preconditions, source ids, threads, revisions.
//!
//! Both implementations plan a write over their present state and apply the plan only where it succeeded, so that a write
//! that is refused leaves no trace. Pure: reads through [`Base`] only.

use std::collections::{BTreeMap, HashMap};

use super::{Change, Expect, LedgerError, Operation, Outcome, RequestKey, SourceSync, Stored, SyncEnd, SyncRef, Written};
use crate::domain::{DocumentName, Moment, Record, RecordKey, RecordKind, Revision, Source};

/// The state that a write meets.
pub(super) trait Base {
    /// The current record.
    fn present(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError>;
    /// Who carries a source id.
    fn source_owner(&self, kind: RecordKind, source: &Source) -> Result<Option<RecordKey>, LedgerError>;
    /// When a deleted record was deleted.
    fn buried(&self, key: &RecordKey) -> Result<Option<(Revision, Moment)>, LedgerError>;
    /// The last change by which a document came into a thread; zero where none ever did.
    fn joined(&self, root: &DocumentName) -> Result<Revision, LedgerError>;
    /// The current sync of a kind and a source system.
    fn current_sync(&self, kind: RecordKind, system: &str) -> Result<Option<SourceSync>, LedgerError>;
    /// The number of the last sync that marked a source id; zero where none did.
    fn marked(&self, kind: RecordKind, source: &Source) -> Result<u64, LedgerError>;
    /// What was answered to a request id.
    fn answered(&self, id: &[u8; 32]) -> Result<Option<Answered>, LedgerError>;
}

/// A request id with what was answered to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    /// A hash of the request's content.
    pub(super) fingerprint: [u8; 32],
    /// When it was asked.
    pub(super) at: Moment,
    /// The answer.
    pub(super) written: Written,
}

/// One change of one record, with its revision.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) revision: Revision,
    pub(super) key: RecordKey,
    pub(super) before: Option<Record>,
    pub(super) now: Option<Box<Record>>,
}

impl Step {
    /// How the record changes.
    pub(super) fn change(&self) -> Change {
        if self.now.is_some() { Change::Put } else { Change::Delete }
    }

    /// The source ids before and after where they differ: the first is given up, the second taken.
    pub(super) fn source_move(&self) -> (Option<&Source>, Option<&Source>) {
        let before = self.before.as_ref().and_then(source_of);
        let now = self.now.as_deref().and_then(source_of);
        if before == now { (None, None) } else { (before, now) }
    }

    /// The roots of the record's thread before and after where they differ: it leaves the first and joins the second.
    pub(super) fn thread_move(&self) -> (Option<&DocumentName>, Option<&DocumentName>) {
        let before = self.before.as_ref().and_then(root_of);
        let now = self.now.as_deref().and_then(root_of);
        if before == now { (None, None) } else { (before, now) }
    }
}

/// A write that may go through.
#[derive(Debug)]
pub(super) struct Planned {
    /// Its changes, in order of their revisions.
    pub(super) steps: Vec<Step>,
    /// Syncs as they are after it.
    pub(super) syncs: Vec<SourceSync>,
    /// Source ids with the number of the sync that marks them.
    pub(super) marks: Vec<(SourceKey, u64)>,
    /// Its answer.
    pub(super) written: Written,
}

impl Planned {
    /// Whether there is anything to make durable.
    pub(super) fn changes_anything(&self) -> bool {
        !(self.steps.is_empty() && self.syncs.is_empty() && self.marks.is_empty())
    }
}

/// Plans operations after the revision `head`, or says why they may not go through.
pub(super) fn plan(base: &impl Base, head: Revision, operations: Vec<Operation>) -> Result<Planned, LedgerError> {
    let (newest, sources, joined) = (HashMap::new(), HashMap::new(), HashMap::new());
    let (syncs, marks) = (BTreeMap::new(), BTreeMap::new());
    let mut draft = Draft { base, head, steps: Vec::new(), newest, sources, joined, syncs, marks };
    let mut outcomes = Vec::with_capacity(operations.len());
    for operation in operations {
        outcomes.extend(draft.operate(operation)?);
    }
    let written = Written { revision: draft.head, outcomes, replayed: false };
    let Draft { steps, syncs, marks, .. } = draft;
    Ok(Planned { steps, syncs: syncs.into_values().collect(), marks: marks.into_iter().collect(), written })
}

/// What was answered to a request, as a replay.
pub(super) fn recall(base: &impl Base, request: &RequestKey) -> Result<Option<Written>, LedgerError> {
    match base.answered(&request.id)? {
        None => Ok(None),
        Some(answered) if answered.fingerprint == request.fingerprint => Ok(Some(Written { replayed: true, ..answered.written })),
        Some(_) => Err(LedgerError::RequestReused),
    }
}

/// A source id within its kind: kind, system, id.
pub(super) type SourceKey = (RecordKind, String, String);

struct Draft<'a, B> {
    base: &'a B,
    head: Revision,
    steps: Vec<Step>,
    /// The newest step of each key that this write changes.
    newest: HashMap<RecordKey, usize>,
    /// The holders of the source ids that this write moves.
    sources: HashMap<SourceKey, Option<RecordKey>>,
    /// When this write last brought a document into a thread, by the thread's root.
    joined: HashMap<DocumentName, Revision>,
    /// The syncs that this write begins, counts for or ends.
    syncs: BTreeMap<(RecordKind, String), SourceSync>,
    /// The marks that this write sets.
    marks: BTreeMap<SourceKey, u64>,
}

impl<B: Base> Draft<'_, B> {
    /// The outcome; nothing for what names no record.
    fn operate(&mut self, operation: Operation) -> Result<Option<Outcome>, LedgerError> {
        let outcome = match operation {
            Operation::Put { record, expect } => self.put(record, expect),
            Operation::Delete { key, expect } => {
                let present = self.present(&key)?;
                check(&key, present.as_ref(), expect)?;
                if present.is_some() { Ok(self.step(key, present, None)) } else { self.unchanged(key, present) }
            }
            Operation::Require { key, expect } => {
                let present = self.present(&key)?;
                check(&key, present.as_ref(), expect)?;
                self.unchanged(key, present)
            }
            Operation::RequireThread { root, joined } => {
                let stays = self.joined(&root)? == joined;
                let key = RecordKey::Document(root);
                if !stays {
                    return Err(LedgerError::Stale { key, expected: joined });
                }
                let present = self.present(&key)?;
                self.unchanged(key, present)
            }
            Operation::Mark { key, sync } => self.mark(key, &sync),
            Operation::Sweep { key, sync } => self.sweep(key, &sync),
            Operation::BeginSync { sync, at, request } => return self.begin_sync(sync, at, request).map(|()| None),
            Operation::EndSync { sync, kept } => return self.end_sync(&sync, kept).map(|()| None),
        };
        outcome.map(Some)
    }

    fn put(&mut self, record: Box<Record>, expect: Expect) -> Result<Outcome, LedgerError> {
        let key = record.key();
        let present = self.present(&key)?;
        check(&key, present.as_ref(), expect)?;
        if present.as_ref().is_some_and(|present| present.record == *record) {
            return self.unchanged(key, present);
        }
        self.check_source(&key, &record)?;
        Ok(self.step(key, present, Some(record)))
    }

    fn begin_sync(&mut self, name: SyncRef, at: Moment, request: Option<[u8; 32]>) -> Result<(), LedgerError> {
        let before = self.present_sync(&name)?.map_or(0, |before| before.name.number);
        if name.number != before.saturating_add(1) {
            return Err(LedgerError::SyncSuperseded { system: name.system });
        }
        self.keep_sync(SourceSync { name, begin: self.head, at, request, swept: 0, end: None });
        Ok(())
    }

    fn end_sync(&mut self, name: &SyncRef, kept: u64) -> Result<(), LedgerError> {
        let sync = self.open_sync(name)?;
        self.keep_sync(SourceSync { end: Some(SyncEnd { kept, revision: self.head }), ..sync });
        Ok(())
    }

    fn mark(&mut self, key: RecordKey, name: &SyncRef) -> Result<Outcome, LedgerError> {
        let sync = self.open_sync(name)?;
        let present = self.present(&key)?;
        if let Some(source) = self.unseen(present.as_ref(), &sync)? {
            self.marks.insert(source_key(name.kind, &source), name.number);
        }
        self.unchanged(key, present)
    }

    fn sweep(&mut self, key: RecordKey, name: &SyncRef) -> Result<Outcome, LedgerError> {
        let sync = self.open_sync(name)?;
        let present = self.present(&key)?;
        if self.unseen(present.as_ref(), &sync)?.is_none() {
            return self.unchanged(key, present);
        }
        self.keep_sync(SourceSync { swept: sync.swept.saturating_add(1), ..sync });
        Ok(self.step(key, present, None))
    }

    /// The source of a record that is of a sync's kind and system and was not seen by it.
    fn unseen(&self, present: Option<&Stored>, sync: &SourceSync) -> Result<Option<Source>, LedgerError> {
        let Some(stored) = present.filter(|stored| stored.record.key().kind() == sync.name.kind) else { return Ok(None) };
        let Some(source) = source_of(&stored.record).filter(|source| source.system == sync.name.system) else {
            return Ok(None);
        };
        let mark = match self.marks.get(&source_key(sync.name.kind, source)) {
            Some(mark) => *mark,
            None => self.base.marked(sync.name.kind, source)?,
        };
        Ok((!sync.saw(stored.revision, mark)).then(|| source.clone()))
    }

    /// A sync that may still do something.
    fn open_sync(&self, name: &SyncRef) -> Result<SourceSync, LedgerError> {
        match self.present_sync(name)? {
            Some(sync) if sync.name == *name && sync.end.is_some() => Err(LedgerError::SyncEnded { system: sync.name.system }),
            Some(sync) if sync.name == *name => Ok(sync),
            _ => Err(LedgerError::SyncSuperseded { system: name.system.clone() }),
        }
    }

    fn present_sync(&self, name: &SyncRef) -> Result<Option<SourceSync>, LedgerError> {
        match self.syncs.get(&(name.kind, name.system.clone())) {
            Some(sync) => Ok(Some(sync.clone())),
            None => self.base.current_sync(name.kind, &name.system),
        }
    }

    fn keep_sync(&mut self, sync: SourceSync) {
        self.syncs.insert((sync.name.kind, sync.name.system.clone()), sync);
    }

    fn unchanged(&self, key: RecordKey, present: Option<Stored>) -> Result<Outcome, LedgerError> {
        let existed = present.is_some();
        let revision = present.map_or_else(|| self.buried(&key), |stored| Ok(stored.revision))?;
        Ok(Outcome { key, revision, changed: false, existed })
    }

    fn step(&mut self, key: RecordKey, present: Option<Stored>, now: Option<Box<Record>>) -> Outcome {
        self.head = self.head.next();
        let existed = present.is_some();
        let step = Step { revision: self.head, key: key.clone(), before: present.map(|stored| stored.record), now };
        let (given_up, taken) = step.source_move();
        if let Some(source) = given_up {
            self.marks.remove(&source_key(key.kind(), source));
        }
        let moved = [(given_up, None), (taken, Some(&key))];
        for (source, holder) in moved {
            if let Some(source) = source {
                self.sources.insert(source_key(key.kind(), source), holder.cloned());
            }
        }
        if let (_, Some(root)) = step.thread_move() {
            self.joined.insert(root.clone(), self.head);
        }
        self.newest.insert(key.clone(), self.steps.len());
        self.steps.push(step);
        Outcome { key, revision: self.head, changed: true, existed }
    }

    fn present(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError> {
        match self.newest.get(key).and_then(|at| self.steps.get(*at)) {
            Some(step) => Ok(step.now.as_deref().map(|record| Stored { record: record.clone(), revision: step.revision })),
            None => self.base.present(key),
        }
    }

    fn buried(&self, key: &RecordKey) -> Result<Revision, LedgerError> {
        match self.newest.get(key).and_then(|at| self.steps.get(*at)) {
            Some(step) => Ok(step.revision),
            None => Ok(self.base.buried(key)?.map_or(Revision::ZERO, |(revision, _)| revision)),
        }
    }

    fn joined(&self, root: &DocumentName) -> Result<Revision, LedgerError> {
        self.joined.get(root).map_or_else(|| self.base.joined(root), |joined| Ok(*joined))
    }

    fn check_source(&self, key: &RecordKey, record: &Record) -> Result<(), LedgerError> {
        let Some(source) = source_of(record) else { return Ok(()) };
        let holder = match self.sources.get(&source_key(key.kind(), source)) {
            Some(holder) => holder.clone(),
            None => self.base.source_owner(key.kind(), source)?,
        };
        match holder {
            Some(by) if by != *key => Err(LedgerError::SourceTaken { by }),
            _ => Ok(()),
        }
    }
}

fn check(key: &RecordKey, present: Option<&Stored>, expect: Expect) -> Result<(), LedgerError> {
    match (expect, present) {
        (Expect::Any, _) | (Expect::Absent, None) | (Expect::Present, Some(_)) => Ok(()),
        (Expect::Absent, Some(_)) => Err(LedgerError::Exists { key: key.clone() }),
        (Expect::Present | Expect::Revision(_), None) => Err(LedgerError::Missing { key: key.clone() }),
        (Expect::Revision(expected), Some(stored)) if stored.revision == expected => Ok(()),
        (Expect::Revision(expected), Some(_)) => Err(LedgerError::Stale { key: key.clone(), expected }),
    }
}

/// A source id within a kind.
pub(super) fn source_key(kind: RecordKind, source: &Source) -> SourceKey {
    (kind, source.system.clone(), source.id.clone())
}

/// Where a record was imported from.
fn source_of(record: &Record) -> Option<&Source> {
    match record {
        Record::Document(document) => document.source.as_ref(),
        Record::Person(person) => person.source.as_ref(),
        Record::Community(community) => community.source.as_ref(),
        Record::SynonymSet(_) | Record::Curation(_) => None,
    }
}

/// The root of the thread that a record is a reply in.
pub(super) fn root_of(record: &Record) -> Option<&DocumentName> {
    match record {
        Record::Document(document) => document.thread.as_ref().map(|place| &place.root),
        Record::Person(_) | Record::Community(_) | Record::SynonymSet(_) | Record::Curation(_) => None,
    }
}
