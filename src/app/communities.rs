//! Communities: read, list, change, delete.
//!
//! A community is seen by its audience and its caretakers. Where it is listed, everybody signed in learns its name,
//! description and hashtags, and nothing of its members.

use std::collections::BTreeSet;

use super::listing::Page;
use super::patch::CommunityPatch;
use super::writes::{Acknowledged, Draft, Shown, WriteOptions};
use super::{App, AppError, Call, FieldFault};
use crate::access::Sight;
use crate::domain::{Audience, Community, CommunityName, Moment, Record, RecordKey, RecordKind, ResourceName, Revision};

impl App {
    /// A community that the asker may see.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing or hidden, in the same words.
    pub async fn get_community(&self, call: &Call, name: &CommunityName) -> Result<Shown<Community>, AppError> {
        self.freshen(call).await?;
        let community = self.community(name).await?;
        let sight = self.sight(call);
        community.and_then(|community| shown(community, &sight)).map(Shown::of).ok_or_else(|| AppError::not_found(name))
    }

    /// Whether the asker may learn that a community exists.
    pub(super) async fn sees_community(&self, sight: &Sight, name: &CommunityName) -> Result<bool, AppError> {
        Ok(self.community(name).await?.is_some_and(|community| sees(&community, sight)))
    }

    /// The communities that the asker may see, ascending by name.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`] where the page is not full in time.
    pub async fn list_communities(
        &self,
        call: &Call,
        after: Option<&CommunityName>,
        limit: usize,
    ) -> Result<Page<Community>, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut scan = self.scan(call, RecordKind::Community, after.map(ResourceName::id));
        let mut page = Page::new();
        while let Some(record) = scan.next().await? {
            let Record::Community(community) = record else { continue };
            if shown(community, &sight).is_some_and(|community| page.add(community, limit)) {
                break;
            }
        }
        Ok(page)
    }

    /// Makes or changes a community; a change of members works with the next call of anybody. [`super::Presence::Refused`]
    /// makes one and changes none.
    ///
    /// # Errors
    /// What [`App`]'s writes share.
    pub async fn update_community(
        &self,
        call: &Call,
        name: CommunityName,
        patch: CommunityPatch,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<Community>>, AppError> {
        Self::authorise_write(call)?;
        let of = name.clone();
        let done = self
            .change(RecordKey::Community(name.clone()), options, |present, now| {
                std::future::ready(changed_community(&of, present.as_ref(), &patch, now))
            })
            .await?;
        done.shown(Record::into_community, &name)
    }

    /// Deletes a community; what was open to its members only is open to nobody then.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing and that is not allowed.
    pub async fn delete_community(&self, call: &Call, name: CommunityName, options: &WriteOptions) -> Result<Revision, AppError> {
        Self::authorise_write(call)?;
        self.remove(RecordKey::Community(name), options).await
    }
}

fn changed_community(
    name: &CommunityName,
    present: Option<&Record>,
    patch: &CommunityPatch,
    now: Moment,
) -> Result<Draft, AppError> {
    let present = match present {
        Some(Record::Community(community)) => Some(community),
        _ => None,
    };
    let patch = patch.for_present(present.is_some());
    let missing = || {
        let told = "is required for a new community: nothing is public by default";
        AppError::Invalid(vec![FieldFault::new("community.audience", told)])
    };
    let mut community = present.cloned().or_else(|| patch.blank(name.clone(), now)).ok_or_else(missing)?;
    patch.apply(&mut community);
    if present.is_some_and(|present| *present != community) {
        community.updated = now;
    }
    Ok(Draft::alone(Record::Community(community)))
}

/// A community as far as a sight may see it.
pub(super) fn shown(community: Community, sight: &Sight) -> Option<Community> {
    if shows_people(&community, sight) {
        return Some(community);
    }
    sees(&community, sight).then(|| without_people(community))
}

/// Whether a sight may learn that a community exists.
pub(super) fn sees(community: &Community, sight: &Sight) -> bool {
    let outlined = sight.admits(&community.audience) || community.listed && sight.signed_in();
    outlined || shows_people(community, sight)
}

/// Whether a sight may see who belongs to a community, which is the organisation's business even where the rest is public.
pub(super) fn shows_people(community: &Community, sight: &Sight) -> bool {
    sight.signed_in() && (sight.admits(&community.audience) || sight.takes_care_of(&community.name))
}

fn without_people(community: Community) -> Community {
    Community {
        members: BTreeSet::new(),
        caretakers: BTreeSet::new(),
        source: None,
        // The last change may have been one of its people.
        updated: community.created,
        // The audience names principals; an outsider learns only that it is restricted.
        audience: Audience { denies: BTreeSet::new(), grant: outline(community.audience.grant) },
        ..community
    }
}

fn outline(grant: crate::domain::Grant) -> crate::domain::Grant {
    use crate::domain::Grant;
    match grant {
        Grant::Restricted(_) => Grant::Restricted(BTreeSet::new()),
        open @ (Grant::World | Grant::Organization) => open,
    }
}
