//! What every write shares: authority, etags, request ids, and the loop of read, change, commit.

use std::sync::Arc;

use serde::Serialize;

use super::{App, AppError, Call};
use crate::access::Scope;
use crate::domain::{Moment, Record, RecordKey, Revision};
use crate::storage::ledger::{Expect, LedgerError, Operation, RequestKey, Stored, Write, Written};

/// How often a change is prepared anew because somebody else changed the record in between.
const ATTEMPTS: usize = 16;

/// A hash of a resource as it is shown; equal resources have equal etags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Etag(String);

impl Etag {
    /// The etag of what is shown.
    #[must_use]
    pub fn of<T: Serialize>(shown: &T) -> Self {
        // Records serialise by derive, with string keys only: there is no way for that to fail.
        let bytes = serde_json::to_vec(shown).unwrap_or_default();
        Self(blake3::hash(&bytes).to_hex()[..32].to_owned())
    }

    /// The etag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A resource as an asker may see it, with its etag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<T> {
    /// The resource.
    pub value: T,
    /// Its etag.
    pub etag: Etag,
}

impl<T: Serialize> Shown<T> {
    pub(super) fn of(value: T) -> Self {
        let etag = Etag::of(&value);
        Self { value, etag }
    }
}

/// Whether a resource must be there before a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// It must; a missing one is not found.
    #[default]
    Required,
    /// A missing one is made; deleting a missing one succeeds.
    Optional,
    /// It must not: this write makes it.
    Refused,
}

/// How a write is to be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// The resource must have this etag now.
    pub etag: Option<String>,
    /// Whether the resource must be there.
    pub presence: Presence,
    /// The caller's id of this write and a hash of its content.
    pub request: Option<RequestKey>,
    /// Everything is checked and nothing is written.
    pub validate_only: bool,
}

/// A write that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged<T> {
    /// The resource as it is now.
    pub value: T,
    /// Reads at or above this revision see it.
    pub revision: Revision,
    /// Whether it existed before.
    pub existed: bool,
    /// Whether anything changed.
    pub changed: bool,
}

impl Acknowledged<Record> {
    /// The same of a kind of record, as it is shown.
    pub(super) fn shown<T: Serialize>(
        self,
        kind: fn(Record) -> Option<T>,
        name: &impl std::fmt::Display,
    ) -> Result<Acknowledged<Shown<T>>, AppError> {
        let Self { value, revision, existed, changed } = self;
        let value = kind(value).map(Shown::of).ok_or_else(|| AppError::not_found(name))?;
        Ok(Acknowledged { value, revision, existed, changed })
    }
}

/// What a change comes to.
pub(super) struct Draft {
    /// The record to put.
    pub(super) record: Record,
    /// What must take effect or hold together with it.
    pub(super) beside: Vec<Operation>,
}

impl Draft {
    /// A record that nothing else goes with.
    pub(super) fn alone(record: Record) -> Self {
        Self { record, beside: Vec::new() }
    }
}

impl App {
    /// Lets only holders of the write scope through.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`].
    pub fn authorise_write(call: &Call) -> Result<(), AppError> {
        if call.asker.holds(Scope::Write) {
            Ok(())
        } else if call.asker.name().is_none() {
            Err(AppError::Unauthenticated)
        } else {
            Err(AppError::Forbidden { scope: "write" })
        }
    }

    /// Reads the record, has it changed, and commits it; begins anew where somebody else came between, unless an etag forbids.
    pub(super) async fn change<F>(
        &self,
        key: RecordKey,
        options: &WriteOptions,
        prepare: impl Fn(Option<Record>, Moment) -> F + Send,
    ) -> Result<Acknowledged<Record>, AppError>
    where
        F: Future<Output = Result<Draft, AppError>> + Send,
    {
        if let Some(written) = self.recall(options).await? {
            return self.acknowledge_again(key, &written).await;
        }
        let now = self.clock.now();
        for _ in 0..ATTEMPTS {
            let stored = self.backends.ledger.get(&key).await?;
            check_expectations(&key, stored.as_ref(), options)?;
            let expect = stored.as_ref().map_or(Expect::Absent, |stored| Expect::Revision(stored.revision));
            let Draft { record, beside } = prepare(stored.as_ref().map(|stored| stored.record.clone()), now).await?;
            if options.validate_only {
                return Ok(unchanged(record, stored.as_ref()));
            }
            let put = Operation::Put { record: Box::new(record.clone()), expect };
            match self.commit([put].into_iter().chain(beside).collect(), options, now).await {
                Ok(written) if written.replayed => return self.acknowledge_again(key, &written).await,
                Ok(written) => return Ok(acknowledged(record, &written)),
                Err(LedgerError::Exists { .. } | LedgerError::Missing { .. } | LedgerError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Overloaded)
    }

    /// Deletes a record. Deleting what is missing is not found, or nothing where that is allowed.
    pub(super) async fn remove(&self, key: RecordKey, options: &WriteOptions) -> Result<Revision, AppError> {
        if let Some(written) = self.recall(options).await? {
            return Ok(written.revision);
        }
        let now = self.clock.now();
        for _ in 0..ATTEMPTS {
            let stored = self.backends.ledger.get(&key).await?;
            check_expectations(&key, stored.as_ref(), options)?;
            if options.validate_only {
                return Ok(*self.backends.ledger.head().borrow());
            }
            let expect = stored.as_ref().map_or(Expect::Absent, |stored| Expect::Revision(stored.revision));
            match self.commit(vec![Operation::Delete { key: key.clone(), expect }], options, now).await {
                Ok(written) => return Ok(written.revision),
                Err(LedgerError::Exists { .. } | LedgerError::Missing { .. } | LedgerError::Stale { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Overloaded)
    }

    async fn recall(&self, options: &WriteOptions) -> Result<Option<Written>, AppError> {
        match &options.request {
            Some(request) => Ok(self.backends.ledger.recall(request).await?),
            None => Ok(None),
        }
    }

    async fn commit(&self, operations: Vec<Operation>, options: &WriteOptions, at: Moment) -> Result<Written, LedgerError> {
        self.backends.ledger.write(Write { operations, request: options.request, at }).await
    }

    /// The answer to a repeated request: the record as it is now, whatever became of it since. It is the one that was written
    /// then, which has another key than `key` where this service names what is made.
    async fn acknowledge_again(&self, key: RecordKey, written: &Written) -> Result<Acknowledged<Record>, AppError> {
        let key = written.outcomes.first().map_or(key, |outcome| outcome.key.clone());
        let stored = self.backends.ledger.get(&key).await?.ok_or_else(|| AppError::NotFound { name: key.to_string() })?;
        Ok(acknowledged(stored.record, written))
    }
}

/// Runs work that would hold up the async threads.
pub(super) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| AppError::Internal(Arc::new(panic)))
}

fn acknowledged(record: Record, written: &Written) -> Acknowledged<Record> {
    let outcome = written.outcomes.first();
    Acknowledged {
        value: record,
        revision: written.revision,
        existed: outcome.is_some_and(|outcome| outcome.existed),
        changed: outcome.is_some_and(|outcome| outcome.changed),
    }
}

fn unchanged(record: Record, stored: Option<&Stored>) -> Acknowledged<Record> {
    let revision = stored.map_or(Revision::ZERO, |stored| stored.revision);
    Acknowledged { value: record, revision, existed: stored.is_some(), changed: false }
}

fn check_expectations(key: &RecordKey, stored: Option<&Stored>, options: &WriteOptions) -> Result<(), AppError> {
    let Some(stored) = stored else {
        return match (&options.etag, options.presence) {
            (None, Presence::Optional | Presence::Refused) => Ok(()),
            _ => Err(AppError::NotFound { name: key.to_string() }),
        };
    };
    if options.presence == Presence::Refused {
        return Err(AppError::Exists { name: key.to_string() });
    }
    let present = match &stored.record {
        Record::Document(document) => Etag::of_document(document),
        Record::Person(person) => Etag::of(&person.clone().profile()),
        Record::Community(community) => Etag::of(community),
        Record::SynonymSet(set) => Etag::of(set),
        Record::Curation(curation) => Etag::of(curation),
    };
    match &options.etag {
        Some(wanted) if wanted != present.as_str() => Err(AppError::Stale { name: key.to_string() }),
        _ => Ok(()),
    }
}
