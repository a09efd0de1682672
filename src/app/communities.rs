//! Communities: read, list, change, delete.
//!
//! A community is seen by its audience. Where it is listed, everybody signed in learns its name, description and hashtags,
//! and nothing of its members.

use std::collections::BTreeSet;

use super::listing::Page;
use super::patch::CommunityPatch;
use super::writes::{Acknowledged, Prepared, Shown, WriteOptions};
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
        let stored = self.backends.ledger.get(&RecordKey::Community(name.clone())).await?;
        match stored.map(|stored| stored.record) {
            Some(Record::Community(community)) => shown(community, &self.sight(call)),
            _ => None,
        }
        .map(Shown::of)
        .ok_or_else(|| AppError::NotFound { name: name.to_string() })
    }

    /// Whether the asker may learn that a community exists.
    pub(super) async fn sees_community(&self, sight: &Sight, name: &CommunityName) -> Result<bool, AppError> {
        let stored = self.backends.ledger.get(&RecordKey::Community(name.clone())).await?;
        Ok(match stored.map(|stored| stored.record) {
            Some(Record::Community(community)) => shown(community, sight).is_some(),
            _ => false,
        })
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

    /// Makes or changes a community; a change of members works with the next call of anybody.
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
            .change(RecordKey::Community(name.clone()), options, move |present, now| changed_community(&of, present, &patch, now))
            .await?;
        match done.value {
            Record::Community(community) => Ok(Acknowledged {
                value: Shown::of(community),
                revision: done.revision,
                existed: done.existed,
                changed: done.changed,
            }),
            Record::Document(_) | Record::Person(_) => Err(AppError::NotFound { name: name.to_string() }),
        }
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

fn changed_community(name: &CommunityName, present: Option<&Record>, patch: &CommunityPatch, now: Moment) -> Prepared {
    let present = match present {
        Some(Record::Community(community)) => Some(community),
        _ => None,
    };
    let patch = patch.for_present(present.is_some());
    let missing = || vec![FieldFault::new("community.audience", "is required for a new community: nothing is public by default")];
    let mut community = present.cloned().or_else(|| patch.blank(name.clone(), now)).ok_or_else(missing)?;
    patch.apply(&mut community);
    if present.is_some_and(|present| *present != community) {
        community.updated = now;
    }
    Ok(Record::Community(community))
}

/// A community as far as a sight may see it.
fn shown(community: Community, sight: &Sight) -> Option<Community> {
    if sight.admits(&community.audience) {
        // Who belongs to a public community is the organisation's business.
        let members_shown = sight.signed_in();
        return Some(if members_shown { community } else { without_people(community) });
    }
    (community.listed && sight.signed_in()).then(|| without_people(community))
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
