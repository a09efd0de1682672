//! The limits of fields, each with the key that sets it; those without a key stand in the protos.

use super::faults::Bound;
use crate::app::{Limits, MOST_BURIES, MOST_PINS};

/// Handles, e-mail addresses and languages of a person, and kinds of reactions to a document.
pub(super) const FEW: Bound = Bound::fixed(64);
/// Skills of a person.
pub(super) const SKILLS: Bound = Bound::fixed(256);
/// A kind of reaction.
pub(super) const REACTION: Bound = Bound::fixed(100);
/// An address.
pub(super) const URL: Bound = Bound::fixed(2_048);
/// Terms of a synonym set, and queries of a curation.
pub(super) const TERMS: Bound = Bound::fixed(32);
/// Documents that a curation pins.
pub(super) const PINS: Bound = Bound::fixed(MOST_PINS);
/// Documents that a curation leaves out.
pub(super) const BURIES: Bound = Bound::fixed(MOST_BURIES);
/// The name of a source.
pub(super) const SYSTEM: Bound = Bound::fixed(200);

/// A title, a display name or another short text.
pub(super) fn title(limits: &Limits) -> Bound {
    Bound::set_by("limits.title_bytes", limits.title_bytes)
}

/// A body, or what a person or community says about itself.
pub(super) fn text(limits: &Limits) -> Bound {
    Bound::set_by("limits.document_text_bytes", limits.document_text_bytes)
}

/// Topic labels.
pub(super) fn hashtags(limits: &Limits) -> Bound {
    Bound::set_by("limits.hashtags_per_document", limits.hashtags_per_document)
}

/// People of a document.
pub(super) fn people(limits: &Limits) -> Bound {
    Bound::set_by("limits.people_per_document", limits.people_per_document)
}

/// Principals of an audience.
pub(super) fn principals(limits: &Limits) -> Bound {
    Bound::set_by("limits.audience_principals", limits.audience_principals)
}

/// Members of a community, or its caretakers.
pub(super) fn members(limits: &Limits) -> Bound {
    Bound::set_by("limits.community_members", limits.community_members)
}

/// Names of a batch.
pub(super) fn batch(limits: &Limits) -> Bound {
    Bound::set_by("limits.batch", limits.batch)
}

/// Directory groups of one person.
pub(super) fn asker_groups(limits: &Limits) -> Bound {
    Bound::set_by("limits.asker_groups", limits.asker_groups)
}

/// A query.
pub(super) fn query(limits: &Limits) -> Bound {
    Bound::set_by("limits.query_bytes", limits.query_bytes)
}

/// Values of one filter field.
pub(super) fn filter_values(limits: &Limits) -> Bound {
    Bound::set_by("limits.filter_values", limits.filter_values)
}
