//! Protobuf to domain and back.
//!
//! What comes in is checked whole: every wrong field is named at once, by its path, and a limit by its key. What goes out is
//! never checked. Rules that need the resource as it is stored (a reply has a thread) stand in `app`, where every way in
//! passes. This room must never look anything up, and never decide what an asker may do. Start reading in `document.rs`;
//! `mask.rs` says what a change takes.

mod access;
mod alias;
mod answer;
mod audience;
mod bounds;
mod community;
mod curation;
mod document;
mod expertise;
mod faults;
mod filter;
mod lookup;
mod mask;
mod moment;
mod page;
mod person;
mod query;
mod reaction;
mod review;
mod similar;
mod sync;
mod synonyms;
mod view;
mod word;
mod write;

pub(crate) use access::{access_told, audience_change, moderation, reader};
pub(crate) use alias::{LinesBefore, alias_change, alias_link};
pub(crate) use answer::acceptance;
pub(crate) use community::{community, community_change, community_creation, community_removal, member, member_change};
pub(crate) use curation::{curation, curation_change, curation_removal, fruitless_query};
pub(crate) use document::{document, document_change, document_creation, document_removal, imported_document, synced_document};
pub(crate) use expertise::{endorsement, expertise, withdrawal};
pub(crate) use faults::Faults;
pub(crate) use filter::{filter, people_filter};
pub(crate) use lookup::{batch, people_found, people_names, person_key, source_sought};
pub(crate) use moment::{moment, timestamp};
pub(crate) use page::{Listing, page_size};
pub(crate) use person::{card, imported_person, person, person_change, person_creation, person_removal};
pub(crate) use query::{query, required_query, words};
pub(crate) use reaction::reaction;
pub(crate) use review::review;
pub(crate) use similar::text_like;
pub(crate) use sync::{begun_sync, sweep_progress, sweep_summary, sync_begin, sync_commit};
pub(crate) use synonyms::{synonym_set, synonym_set_change, synonym_set_removal};
pub(crate) use view::View;
pub(crate) use word::{kind, read_role, role};

use crate::app::WriteOptions;
use mask::Mask;

/// A checked write of one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change<N, P> {
    /// Which.
    pub(crate) name: N,
    /// What becomes of it.
    pub(crate) patch: P,
    /// How the write is to be done.
    pub(crate) options: WriteOptions,
}

#[cfg(test)]
mod tests;
