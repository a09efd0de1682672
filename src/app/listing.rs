//! Lists: records by name, as far as the asker may see them, a page at a time.

use std::collections::VecDeque;

use super::writes::Shown;
use super::{App, AppError, Call};
use crate::domain::{Record, RecordKind};
use crate::index::Patience;
use crate::storage::ledger::Ledger;

/// How many records are read at a time while a page is filled.
const BATCH: usize = 200;

/// A page of a list, ascending by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The resources.
    pub items: Vec<Shown<T>>,
    /// Whether more follow after the last of them.
    pub more: bool,
}

impl<T: serde::Serialize> Page<T> {
    pub(super) fn new() -> Self {
        Self { items: Vec::new(), more: false }
    }

    /// Adds a resource, or notes that there is more once the page is full; says whether the page is done.
    pub(super) fn add(&mut self, value: T, limit: usize) -> bool {
        if self.items.len() == limit {
            self.more = true;
        } else {
            self.items.push(Shown::of(value));
        }
        self.more
    }
}

/// Reads the records of a kind one by one, ascending by name.
pub(super) struct Scan<'a> {
    ledger: &'a dyn Ledger,
    kind: RecordKind,
    patience: &'a Patience,
    after: Option<String>,
    batch: VecDeque<Record>,
    ended: bool,
}

impl App {
    /// The records of a kind after an id.
    pub(super) fn scan<'a>(&'a self, call: &'a Call, kind: RecordKind, after: Option<&str>) -> Scan<'a> {
        Scan {
            ledger: self.backends.ledger.as_ref(),
            kind,
            patience: &call.patience,
            after: after.map(str::to_owned),
            batch: VecDeque::new(),
            ended: false,
        }
    }
}

impl App {
    /// A page of the records of a kind behind an id, whoever asks.
    pub(super) async fn list_records<T: serde::Serialize>(
        &self,
        call: &Call,
        kind: RecordKind,
        after: Option<&str>,
        of_kind: fn(Record) -> Option<T>,
        limit: usize,
    ) -> Result<Page<T>, AppError> {
        self.freshen(call).await?;
        let mut scan = self.scan(call, kind, after);
        let mut page = Page::new();
        while let Some(record) = scan.next().await? {
            if of_kind(record).is_some_and(|record| page.add(record, limit)) {
                break;
            }
        }
        Ok(page)
    }
}

impl Scan<'_> {
    /// The next record, or nothing at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Record>, AppError> {
        if self.batch.is_empty() && !self.ended {
            if self.patience.is_over() {
                return Err(AppError::DeadlineExceeded);
            }
            let read = self.ledger.list(self.kind, self.after.as_deref(), BATCH).await?;
            self.ended = read.len() < BATCH;
            self.after = read.last().map(|stored| stored.record.key().id().to_owned());
            self.batch = read.into_iter().map(|stored| stored.record).collect();
        }
        Ok(self.batch.pop_front())
    }
}
