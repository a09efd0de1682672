//! The read model of people: profiles as they are served, aliases, and tallies of evidence.
//!
//! Fed by the journal, holding the revision up to which it was applied, and always rebuildable from the ledger: after a
//! rebuild every read answers as before. A tally counts the documents of one person by topic, gates, month and role, so
//! that a reader can sum over exactly the gates that an asker passes. Searches for people go to a directory in memory, which is
//! filled when profiles are opened. Start reading at `Profiles`.

mod alias;
mod checksum;
#[cfg(test)]
mod contract;
mod finding;
mod gates;
mod memory;
mod sled;
mod staff;
mod statement;

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

pub use self::finding::{Owner, PeopleAfter, PeopleAsk, PeopleFilter, PeopleMet, PersonMet, Seen};
pub use self::memory::MemoryProfiles;
pub use self::sled::{SledProfiles, SledSettings};
pub use self::staff::PeopleRule;
use crate::domain::{Document, DocumentName, Gates, Hashtag, Moment, Person, PersonName, Revision, Role};

/// A change as the projector hands it on: the record as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileChange {
    /// A person was made or replaced.
    PutPerson(Box<Person>),
    /// A person was removed.
    DeletePerson(PersonName),
    /// A document was made or replaced.
    PutDocument(Box<Document>),
    /// A document was removed.
    DeleteDocument(DocumentName),
}

/// A month, counted from January of the year 1: `12 * (year - 1) + month - 1`. Never negative: moments start in year 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub u32);

impl Month {
    /// The month that a moment lies in, in UTC.
    #[must_use]
    pub fn of(moment: Moment) -> Self {
        let (year, month) = moment.year_and_month();
        let months = (i32::from(year) - 1) * 12 + i32::from(month) - 1;
        Self(u32::try_from(months).unwrap_or(0))
    }
}

impl std::fmt::Display for Month {
    /// As in `2024-03`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 12 + 1, self.0 % 12 + 1)
    }
}

/// How many documents behind the same gates name one person in one role, topic and month (of the document's `updated`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// A hashtag, or nothing for all documents whatever their hashtags.
    pub topic: Option<Hashtag>,
    /// Who may read these documents, in the order of the audiences' canonical bytes: gates in another order count as the same.
    pub gates: Arc<Gates>,
    /// The month.
    pub month: Month,
    /// The person's strongest role in each of them.
    pub role: Role,
    /// How many; never zero.
    pub count: u32,
}

/// Figures for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProfilesStatus {
    /// The newest revision applied.
    pub applied: Revision,
    /// People with a profile.
    pub people: u64,
    /// Bytes on disk; zero in memory.
    pub disk_bytes: u64,
}

/// Why profiles could not do what they were asked. Any of these means: rebuild from the ledger.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProfilesError {
    /// A value does not match its checksum or cannot be read.
    #[error("corrupt profile value of {what}")]
    Corrupt {
        /// Which one.
        what: String,
    },
    /// The store below failed.
    #[error("the profiles' store failed: {0}")]
    Store(Arc<dyn std::error::Error + Send + Sync>),
}

/// People as they are served.
#[async_trait]
pub trait Profiles: Send + Sync + 'static {
    /// Applies changes in order, all of them or none, and moves the applied revision to `through`. A document's people, topics
    /// and gates replace what it counted for before. Applying the same change again changes nothing.
    async fn apply(&self, changes: Vec<ProfileChange>, through: Revision) -> Result<(), ProfilesError>;

    /// The newest revision applied, and every later one.
    fn applied(&self) -> watch::Receiver<Revision>;

    /// The profiles of all names, in the names' order; nothing where there is none.
    async fn people(&self, names: &[PersonName]) -> Result<Vec<Option<Person>>, ProfilesError>;

    /// Everybody who has this handle, e-mail address or id, compared without regard to case and a leading `@`; ascending by name.
    async fn resolve(&self, alias: &str) -> Result<Vec<PersonName>, ProfilesError>;

    /// The people whom a search finds, in its order: best score first or, where everybody is asked for, by display name (its first
    /// letters, folded), ties ascending by name. Scores and matches of one person depend on that profile alone, as far as it is
    /// seen. Nothing where the search was told to stop before it was done.
    async fn find(&self, ask: PeopleAsk) -> Result<Option<PeopleMet>, ProfilesError>;

    /// All tallies of a person who is known under these names, ordered by topic (none first), month, gates (by their canonical
    /// bytes) and role. A document counts once, in the strongest role in which any of the names stands in it.
    async fn tallies(&self, names: &[PersonName]) -> Result<Vec<Tally>, ProfilesError>;

    /// Forgets everything and starts again at revision zero.
    async fn clear(&self) -> Result<(), ProfilesError>;

    /// Makes what was applied so far survive a loss of power, as far as the store can.
    async fn checkpoint(&self) -> Result<(), ProfilesError>;

    /// A checksum over everything that reads can see, independent of the order of changes; equal after a rebuild.
    async fn checksum(&self) -> Result<[u8; 32], ProfilesError>;

    /// Figures for operators.
    async fn status(&self) -> Result<ProfilesStatus, ProfilesError>;
}
