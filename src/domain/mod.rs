//! The words of the house as values: names, documents, people, communities, audiences.
//!
//! Rules that need nothing but the values themselves live here. The room does no I/O, knows no clock and
//! imports no other room. Start reading in `document.rs`.

mod alias;
mod audience;
mod community;
mod curation;
mod document;
mod language;
mod moment;
mod name;
mod person;
mod record;
mod review;
mod revision;
mod skill;

pub use alias::{Alias, AliasError, AliasLink, LinkChange, folded_alias};
pub use audience::{Audience, Gates, Grant, Principal, PrincipalError, Principals};
pub use community::{Community, MembershipPolicy};
pub use curation::{Curation, SynonymSet};
pub use document::{Document, Given, Kind, MarkupFormat, Participation, Reacted, Reactions, Role, Source, ThreadPlace};
pub use language::Language;
pub use moment::Moment;
pub use name::{
    CommunityName, CurationName, DocumentName, GroupId, Hashtag, NameError, PersonName, ResourceName, SynonymSetName,
    resource_id_from_source,
};
pub use person::{Person, PersonKind, PersonState};
pub use record::{Record, RecordKey, RecordKind};
pub use review::{Judgement, Review, ReviewState};
pub use revision::Revision;
pub use skill::{Endorsements, NoSkill, Skill};

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
