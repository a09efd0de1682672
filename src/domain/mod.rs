//! The words of the house as values: names, documents, people, communities, audiences.
//!
//! Rules that need nothing but the values themselves live here. The room does no I/O, knows no clock and
//! imports no other room. Start reading in `document.rs`.

mod audience;
mod community;
mod document;
mod language;
mod name;
mod person;
mod record;
mod revision;

pub use audience::{Audience, Grant, Principal, Principals};
pub use community::{Community, MembershipPolicy};
pub use document::{Document, Given, Kind, MarkupFormat, Participation, Reactions, Role, Source, ThreadPlace};
pub use language::Language;
pub use name::{CommunityName, DocumentName, GroupId, Hashtag, NameError, PersonName, ResourceName, resource_id_from_source};
pub use person::{Person, PersonKind, PersonState};
pub use record::{Record, RecordKey, RecordKind};
pub use revision::Revision;

/// A moment, in whole seconds since 1970-01-01T00:00:00Z, between the years 1 and 9999 (RFC 3339's range).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// The moment `seconds` after the epoch, or nothing where that lies outside the years 1 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&seconds).then_some(Self(seconds))
    }

    /// Seconds since the epoch; negative before 1970.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 date and time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: jiff::Timestamp = text.parse().ok()?;
        Self::from_unix_seconds(parsed.as_second())
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(time) => write!(f, "{time}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// Tells the present moment; a parameter wherever time matters, so that tests and evaluation choose it.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;
}

/// A clock that stands still, for evaluation and tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Moment);

impl Clock for FixedClock {
    fn now(&self) -> Moment {
        self.0
    }
}
