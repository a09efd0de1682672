//! The ledger in memory, for tests: it keeps every promise but that of surviving the process.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use tokio::sync::watch;

use super::plan::{self, Answered, Base, Planned, Step};
use super::{
    CommitObserver, Committed, Identity, JournalEntry, Ledger, LedgerError, LedgerStatus, RequestKey, SourceSync, Sourced,
    Stored, Write, Written,
};
use crate::domain::{DocumentName, Moment, RecordKey, RecordKind, Revision, Source};

/// A ledger that lives as long as its process.
pub struct MemoryLedger {
    identity: Identity,
    head: watch::Receiver<Revision>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By id, so that each kind lists in the order of the ids' bytes.
    records: HashMap<RecordKind, BTreeMap<String, Stored>>,
    journal: BTreeMap<Revision, JournalEntry>,
    requests: HashMap<[u8; 32], Answered>,
    tombstones: HashMap<RecordKey, (Revision, Moment)>,
    /// By kind, system and id, so that each system lists in the order of the ids' bytes.
    sources: BTreeMap<plan::SourceKey, RecordKey>,
    /// The last sync that marked each source id.
    marks: HashMap<plan::SourceKey, u64>,
    /// The current sync of each kind and system.
    syncs: HashMap<(RecordKind, String), SourceSync>,
    /// The ids of a thread's replies, by its root.
    replies: HashMap<DocumentName, BTreeSet<String>>,
    /// When a document last came into a thread, by its root.
    joined: HashMap<DocumentName, Revision>,
    observers: Vec<Arc<dyn CommitObserver>>,
    /// Gone once the ledger is closed.
    head: Option<watch::Sender<Revision>>,
}

impl MemoryLedger {
    /// An empty ledger.
    #[must_use]
    pub fn new(identity: Identity) -> Self {
        let (sender, head) = watch::channel(Revision::ZERO);
        Self { identity, head, state: Mutex::new(State { head: Some(sender), ..State::default() }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state for a read; a closed ledger has none, like a closed file.
    fn open(&self) -> Result<MutexGuard<'_, State>, LedgerError> {
        let state = self.state();
        if state.head.is_some() { Ok(state) } else { Err(LedgerError::Closed) }
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn write(&self, write: Write) -> Result<Written, LedgerError> {
        let mut state = self.open()?;
        if let Some(request) = &write.request
            && let Some(written) = plan::recall(&*state, request)?
        {
            return Ok(written);
        }
        let Planned { steps, syncs, marks, written } = plan::plan(&*state, *self.head.borrow(), write.operations)?;
        for step in &steps {
            state.apply(step, write.at);
        }
        state.syncs.extend(syncs.into_iter().map(|sync| ((sync.name.kind, sync.name.system.clone()), sync)));
        state.marks.extend(marks);
        if let Some(RequestKey { id, fingerprint }) = write.request {
            state.requests.insert(id, Answered { fingerprint, at: write.at, written: written.clone() });
        }
        let committed: Vec<Committed<'_>> = steps
            .iter()
            .map(|step| Committed { revision: step.revision, before: step.before.as_ref(), now: step.now.as_deref() })
            .collect();
        if !committed.is_empty() {
            // Under the lock, so that observers hear of commits in their order.
            for observer in &state.observers {
                observer.committed(&committed);
            }
            if let Some(head) = &state.head {
                head.send_replace(written.revision);
            }
        }
        Ok(written)
    }

    async fn recall(&self, request: &RequestKey) -> Result<Option<Written>, LedgerError> {
        plan::recall(&*self.open()?, request)
    }

    async fn get(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError> {
        self.open()?.present(key)
    }

    async fn get_many(&self, keys: &[RecordKey]) -> Result<Vec<Option<Stored>>, LedgerError> {
        let state = self.open()?;
        keys.iter().map(|key| state.present(key)).collect()
    }

    async fn list(&self, kind: RecordKind, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.open()?;
        let Some(records) = state.records.get(&kind) else { return Ok(Vec::new()) };
        Ok(records.range::<str, _>((from, Bound::Unbounded)).take(limit).map(|(_, stored)| stored.clone()).collect())
    }

    async fn replies(&self, root: &DocumentName, after: Option<&str>, limit: usize) -> Result<Vec<Stored>, LedgerError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let state = self.open()?;
        let records = state.records.get(&RecordKind::Document);
        let (Some(ids), Some(records)) = (state.replies.get(root), records) else { return Ok(Vec::new()) };
        let ids = ids.range::<str, _>((from, Bound::Unbounded)).take(limit);
        Ok(ids.filter_map(|id| records.get(id)).cloned().collect())
    }

    async fn thread_joined(&self, root: &DocumentName) -> Result<Revision, LedgerError> {
        self.open()?.joined(root)
    }

    async fn find_source(&self, kind: RecordKind, source: &Source) -> Result<Option<RecordKey>, LedgerError> {
        self.open()?.source_owner(kind, source)
    }

    async fn sync(&self, kind: RecordKind, system: &str) -> Result<Option<SourceSync>, LedgerError> {
        self.open()?.current_sync(kind, system)
    }

    async fn sourced(
        &self,
        kind: RecordKind,
        system: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Sourced>, LedgerError> {
        let state = self.open()?;
        let key = |id: &str| (kind, system.to_owned(), id.to_owned());
        let from = after.map_or_else(|| Bound::Included(key("")), |after| Bound::Excluded(key(after)));
        let of_system =
            state.sources.range((from, Bound::Unbounded)).take_while(|((its, of, _), _)| *its == kind && of == system);
        let mut listed = Vec::new();
        for (source, key) in of_system.take(limit) {
            let Some(stored) = state.present(key)? else { continue };
            let mark = state.marks.get(source).copied().unwrap_or_default();
            listed.push(Sourced { id: source.2.clone(), key: key.clone(), revision: stored.revision, mark });
        }
        Ok(listed)
    }

    async fn tombstone(&self, key: &RecordKey) -> Result<Option<(Revision, Moment)>, LedgerError> {
        self.open()?.buried(key)
    }

    async fn journal(&self, after: Revision, limit: usize) -> Result<Vec<JournalEntry>, LedgerError> {
        let state = self.open()?;
        if after >= *self.head.borrow() {
            return Ok(Vec::new());
        }
        let first = state.journal_first(*self.head.borrow());
        if after.next() < first {
            return Err(LedgerError::Trimmed { first });
        }
        Ok(state.journal.range(after.next()..).take(limit).map(|(_, entry)| entry.clone()).collect())
    }

    async fn trim(&self, through: Revision, before: Moment) -> Result<(), LedgerError> {
        let mut state = self.open()?;
        while let Some(first) = state.journal.first_entry() {
            if *first.key() > through || first.get().at >= before {
                break;
            }
            first.remove();
        }
        state.requests.retain(|_, answered| answered.at >= before);
        Ok(())
    }

    fn head(&self) -> watch::Receiver<Revision> {
        self.head.clone()
    }

    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        self.state().observers.push(observer);
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }

    async fn status(&self) -> Result<LedgerStatus, LedgerError> {
        let state = self.open()?;
        let head = *self.head.borrow();
        let count = |kind| state.records.get(&kind).map_or(0, |records| records.len() as u64);
        Ok(LedgerStatus {
            head,
            journal_first: state.journal_first(head),
            documents: count(RecordKind::Document),
            people: count(RecordKind::Person),
            communities: count(RecordKind::Community),
            synonym_sets: count(RecordKind::SynonymSet),
            curations: count(RecordKind::Curation),
            disk_bytes: 0,
        })
    }

    async fn close(&self) {
        self.state().head = None;
    }
}

impl State {
    fn apply(&mut self, step: &Step, at: Moment) {
        let (key, revision) = (&step.key, step.revision);
        let records = self.records.entry(key.kind()).or_default();
        if let Some(record) = step.now.as_deref() {
            records.insert(key.id().to_owned(), Stored { record: record.clone(), revision });
            self.tombstones.remove(key);
        } else {
            records.remove(key.id());
            self.tombstones.insert(key.clone(), (revision, at));
        }
        let (given_up, taken) = step.source_move();
        if let Some(source) = given_up {
            let source = plan::source_key(key.kind(), source);
            self.sources.remove(&source);
            self.marks.remove(&source);
        }
        if let Some(source) = taken {
            self.sources.insert(plan::source_key(key.kind(), source), key.clone());
        }
        let (left, joined) = step.thread_move();
        if let Some(replies) = left.and_then(|root| self.replies.get_mut(root)) {
            replies.remove(key.id());
        }
        if let Some(root) = joined {
            self.replies.entry(root.clone()).or_default().insert(key.id().to_owned());
            self.joined.insert(root.clone(), revision);
        }
        self.journal.insert(revision, JournalEntry { revision, key: key.clone(), change: step.change(), at });
    }

    fn journal_first(&self, head: Revision) -> Revision {
        self.journal.first_key_value().map_or(head.next(), |(revision, _)| *revision)
    }
}

impl Base for State {
    fn present(&self, key: &RecordKey) -> Result<Option<Stored>, LedgerError> {
        Ok(self.records.get(&key.kind()).and_then(|records| records.get(key.id())).cloned())
    }

    fn source_owner(&self, kind: RecordKind, source: &Source) -> Result<Option<RecordKey>, LedgerError> {
        Ok(self.sources.get(&plan::source_key(kind, source)).cloned())
    }

    fn buried(&self, key: &RecordKey) -> Result<Option<(Revision, Moment)>, LedgerError> {
        Ok(self.tombstones.get(key).copied())
    }

    fn joined(&self, root: &DocumentName) -> Result<Revision, LedgerError> {
        Ok(self.joined.get(root).copied().unwrap_or_default())
    }

    fn current_sync(&self, kind: RecordKind, system: &str) -> Result<Option<SourceSync>, LedgerError> {
        Ok(self.syncs.get(&(kind, system.to_owned())).cloned())
    }

    fn marked(&self, kind: RecordKind, source: &Source) -> Result<u64, LedgerError> {
        Ok(self.marks.get(&plan::source_key(kind, source)).copied().unwrap_or_default())
    }

    fn answered(&self, id: &[u8; 32]) -> Result<Option<Answered>, LedgerError> {
        Ok(self.requests.get(id).cloned())
    }
}
