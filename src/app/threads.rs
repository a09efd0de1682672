//! Threads keep together: a reply is never open to more than the document that opened its thread.
//!
//! Each reply carries the audiences of its root. A write of a reply takes them from the root and holds only while the root stays as
//! it was; a write of a root that changes them rewrites its replies in the same commit, and holds only while no other reply
//! joined. So whatever runs at the same time, no commit leaves a reply behind. Where the root is deleted, replies keep what
//! they had; where it never was, they have their own audience only.

use super::writes::Draft;
use super::{App, AppError, FieldFault};
use crate::domain::{Audience, Document, DocumentName, Record, RecordKey, Revision, ThreadPlace};
use crate::storage::ledger::{Expect, Operation, Stored};

/// How many replies are read at a time.
const BATCH: usize = 500;

impl App {
    /// A changed document with what its thread asks of it, and what must take effect or hold together with it.
    pub(super) async fn in_its_thread(&self, document: Document, present: Option<Document>) -> Result<Draft, AppError> {
        match document.thread.clone() {
            Some(place) => self.as_reply(document, &place, present).await,
            None => self.as_root(document, present).await,
        }
    }

    async fn as_reply(&self, mut document: Document, place: &ThreadPlace, present: Option<Document>) -> Result<Draft, AppError> {
        let key = RecordKey::Document(place.root.clone());
        let root = self.backends.ledger.get(&key).await?;
        let expect = root.as_ref().map_or(Expect::Absent, |stored| Expect::Revision(stored.revision));
        match root.map(|stored| stored.record) {
            Some(Record::Document(root)) if root.thread.is_some() => {
                let told = format!("is a reply itself; its thread was opened by {}", root.thread_root());
                return Err(AppError::Invalid(vec![FieldFault::new("document.thread.root", told)]));
            }
            Some(Record::Document(root)) => document.inherited = gates(&root),
            // Gone: a reply that stood in this thread keeps what it had.
            _ => document.inherited = present.map_or_else(Vec::new, |present| left_behind(present, &place.root)),
        }
        let joined = self.backends.ledger.thread_joined(&document.name).await?;
        if !self.backends.ledger.replies(&document.name, None, 1).await?.is_empty() {
            let told = "is for documents that opened no thread; replies name this one as their root";
            return Err(AppError::Invalid(vec![FieldFault::new("document.thread", told)]));
        }
        let root_stays = Operation::Require { key, expect };
        let stays_alone = Operation::RequireThread { root: document.name.clone(), joined };
        Ok(Draft { record: Record::Document(document), beside: vec![root_stays, stays_alone] })
    }

    async fn as_root(&self, mut document: Document, present: Option<Document>) -> Result<Draft, AppError> {
        document.inherited = Vec::new();
        let gates = gates(&document);
        if present.is_some_and(|present| present.thread.is_none() && self::gates(&present) == gates) {
            return Ok(Draft::alone(Record::Document(document)));
        }
        let ledger = &self.backends.ledger;
        let joined = ledger.thread_joined(&document.name).await?;
        let mut beside = vec![Operation::RequireThread { root: document.name.clone(), joined }];
        if joined == Revision::ZERO {
            return Ok(Draft { record: Record::Document(document), beside });
        }
        let mut after: Option<String> = None;
        loop {
            let page = ledger.replies(&document.name, after.as_deref(), BATCH).await?;
            after = page.last().map(|stored| stored.record.key().id().to_owned());
            let last = page.len() < BATCH;
            beside.extend(page.into_iter().filter_map(|stored| regated(stored, &gates)));
            if last {
                return Ok(Draft { record: Record::Document(document), beside });
            }
        }
    }
}

/// What a thread's replies inherit from the document that opened it.
fn gates(root: &Document) -> Vec<Audience> {
    root.own_gates().iter().cloned().collect()
}

/// What a reply keeps where the root of its thread is gone.
fn left_behind(present: Document, root: &DocumentName) -> Vec<Audience> {
    let stayed = present.thread.as_ref().is_some_and(|place| place.root == *root);
    if stayed { present.inherited } else { Vec::new() }
}

/// A reply behind its root's gates, where it does not stand there yet.
fn regated(stored: Stored, gates: &[Audience]) -> Option<Operation> {
    let Record::Document(mut reply) = stored.record else { return None };
    if reply.inherited == gates {
        return None;
    }
    reply.inherited = gates.to_vec();
    Some(Operation::Put { record: Box::new(Record::Document(reply)), expect: Expect::Revision(stored.revision) })
}
