//! Rights as the ledger's commits change them: memberships and linked accounts in memory, revocations into retrieval, before anybody is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::access::Memberships;
use crate::domain::{Audience, CommunityName, Document, Record, RecordKind, Revision};
use crate::index::{Index, Revocation};
use crate::storage::ledger::{CommitObserver, Committed, Ledger, LedgerError};

/// How many communities or people are read at a time at start.
const FILL_PAGE: usize = 1_000;

/// Follows the ledger's commits.
pub(super) struct Rights {
    memberships: Arc<Memberships>,
    index: Arc<dyn Index>,
    people_changed: AtomicU64,
    taken_away: AtomicU64,
}

impl Rights {
    pub(super) fn new(memberships: Arc<Memberships>, index: Arc<dyn Index>) -> Self {
        Self { memberships, index, people_changed: AtomicU64::new(0), taken_away: AtomicU64::new(0) }
    }

    /// The newest revision at which a person changed since the start.
    pub(super) fn people_changed(&self) -> Revision {
        Revision(self.people_changed.load(Ordering::Acquire))
    }

    /// The newest revision since the start at which a document was deleted or other people may read it. A read model that does not
    /// work these into what it tells must have applied it.
    pub(super) fn taken_away(&self) -> Revision {
        Revision(self.taken_away.load(Ordering::Acquire))
    }

    /// Takes the memberships of a community, or the accounts of a person, that the ledger holds.
    pub(super) fn fill(&self, record: &Record) {
        match record {
            Record::Community(community) => self.memberships.put(community),
            Record::Person(person) => self.memberships.aliases().put(person),
            Record::Document(_) | Record::SynonymSet(_) | Record::Curation(_) => {}
        }
    }
}

/// Hands out every record of a kind that the ledger holds, for what is kept of them in memory.
pub(super) async fn each(ledger: &dyn Ledger, kind: RecordKind, take: impl Fn(&Record)) -> Result<(), LedgerError> {
    let mut after: Option<String> = None;
    loop {
        let page = ledger.list(kind, after.as_deref(), FILL_PAGE).await?;
        for stored in &page {
            take(&stored.record);
        }
        after = page.last().map(|stored| stored.record.key().id().to_owned());
        if page.len() < FILL_PAGE {
            return Ok(());
        }
    }
}

impl CommitObserver for Rights {
    fn committed(&self, changes: &[Committed<'_>]) {
        let mut revocations = Vec::new();
        for change in changes {
            match (change.before, change.now) {
                (_, Some(Record::Community(community))) => self.memberships.put(community),
                (Some(Record::Community(community)), None) => self.memberships.remove(&community.name),
                (_, Some(Record::Person(person))) => {
                    self.memberships.aliases().put(person);
                    self.people_changed.store(change.revision.0, Ordering::Release);
                }
                (Some(Record::Person(person)), None) => {
                    self.memberships.aliases().remove(&person.name);
                    self.people_changed.store(change.revision.0, Ordering::Release);
                }
                (Some(Record::Document(before)), now) => revocations.extend(revocation(before, now, change.revision)),
                (_, Some(Record::Document(_) | Record::SynonymSet(_) | Record::Curation(_)))
                | (Some(Record::SynonymSet(_) | Record::Curation(_)) | None, None) => {}
            }
        }
        if let Some(newest) = revocations.last() {
            self.taken_away.store(newest.revision.0, Ordering::Release);
            self.index.revoke(revocations);
        }
    }
}

/// Changed gates count as taken away, even where it only widened: until the index has applied it, whoever may read both
/// versions sees the document, which is never too much.
fn revocation(before: &Document, now: Option<&Record>, revision: Revision) -> Option<Revocation> {
    let gates = match now {
        // Nearly every change leaves all that gates are made of, and none need be built.
        Some(Record::Document(now)) if gate_parts(now) == gate_parts(before) => return None,
        Some(Record::Document(now)) => Some(now.gates()),
        _ => None,
    };
    let unchanged = gates.as_ref().is_some_and(|gates| *gates == before.gates());
    (!unchanged).then(|| Revocation { document: before.name.clone(), gates, revision })
}

/// Everything that a document's gates are made of.
fn gate_parts(document: &Document) -> (&Audience, Option<&Audience>, Option<&CommunityName>, &[Audience]) {
    (&document.audience, document.moderation.as_ref(), document.community.as_ref(), &document.inherited)
}
