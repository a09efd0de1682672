//! Communities: requests to changes, and communities as they are shown.

use std::collections::BTreeSet;

use prost::Message;

use super::{Change, Faults, Mask, audience, bounds, document, moment, word, write};
use crate::access::Asker;
use crate::app::{AppError, CommunityPatch, Limits, Member, Presence, Shown, WriteOptions};
use crate::domain::{Community, CommunityName, PersonName, ResourceName};
use crate::grpc::pb;

/// The fields that a change may name.
const FIELDS: [&str; 9] =
    ["display_name", "description", "members", "caretakers", "hashtags", "audience", "policy", "listed", "source"];

/// The fields that name the community, or that only the service writes.
const PASSED_OVER: [&str; 5] = ["name", "create_time", "update_time", "etag", "revision"];

/// A request to make or change a community.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn community_change(
    request: pb::UpdateCommunityRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<CommunityName, CommunityPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "UpdateCommunity", &request.request_id, &request, &mut faults);
    let mask = Mask::read(request.update_mask, &FIELDS, &PASSED_OVER, &mut faults);
    let Some(message) = request.community else {
        faults.add("community", "is required");
        return faults.finish(None);
    };
    let options = WriteOptions {
        etag: write::etag("community.etag", &message.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: key,
        validate_only: request.validate_only,
    };
    let name = faults.name("community.name", &message.name);
    let audience_unsaid = message.audience.is_none();
    let when_missing = match &mask {
        Mask::Named(_) if request.allow_missing => Some(Box::new(patch(message.clone(), &Mask::Set, limits, &mut faults))),
        _ => None,
    };
    let patch = CommunityPatch { when_missing, ..patch(message, &mask, limits, &mut faults) };
    // Told beside other faults, so that a new community is put right in one go; alone, only the ledger knows whether it is new.
    if request.allow_missing && audience_unsaid && !faults.is_empty() {
        faults.add_once("community.audience", "is required for a new community");
    }
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to make a community.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn community_creation(
    request: pb::CreateCommunityRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<CommunityName, CommunityPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "CreateCommunity", &request.request_id, &request, &mut faults);
    let name =
        CommunityName::from_id(&request.community_id).inspect_err(|error| faults.add("community_id", error.to_string())).ok();
    let Some(mut message) = request.community else {
        faults.add("community", "is required");
        return faults.finish(None);
    };
    for (field, given) in [("community.name", &message.name), ("community.etag", &message.etag)] {
        if !given.is_empty() {
            faults.add(field, "must be empty: community_id names a new community");
        }
    }
    message.name = format!("{}/{}", CommunityName::COLLECTION, request.community_id);
    let patch = patch(message, &Mask::Whole, limits, &mut faults);
    let options = WriteOptions {
        presence: Presence::Refused,
        request: key,
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to let somebody into a community, or to take somebody out.
pub(crate) trait MemberRequest: Message {
    /// The method, for which its request ids hold.
    const METHOD: &'static str;

    /// The community, the person, the caller's id of the write, and whether it is only checked.
    fn parts(&self) -> (&str, &str, &str, bool);
}

macro_rules! member_request {
    ($request:ident, $method:literal) => {
        impl MemberRequest for pb::$request {
            const METHOD: &'static str = $method;

            fn parts(&self) -> (&str, &str, &str, bool) {
                (&self.parent, &self.person, &self.request_id, self.validate_only)
            }
        }
    };
}

member_request!(AddMemberRequest, "AddMember");
member_request!(RemoveMemberRequest, "RemoveMember");

/// A request to let somebody into a community, or to take somebody out.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn member_change<R: MemberRequest>(request: &R, asker: &Asker) -> Result<Change<CommunityName, PersonName>, AppError> {
    let mut faults = Faults::default();
    let (parent, person, request_id, validate_only) = request.parts();
    let name = faults.name("parent", parent);
    let person = faults.name("person", person);
    let request = write::request_key(asker, R::METHOD, request_id, request, &mut faults);
    let options = WriteOptions { request, validate_only, ..WriteOptions::default() };
    faults.finish(name.zip(person).map(|(name, patch)| Change { name, patch, options }))
}

/// Somebody in a community, as shown.
pub(crate) fn member(member: &Member) -> pb::Member {
    pb::Member { person: member.person.to_string(), member: member.member, caretaker: member.caretaker }
}

/// A request to delete a community.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn community_removal(
    request: &pb::DeleteCommunityRequest,
    asker: &Asker,
) -> Result<Change<CommunityName, ()>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: write::request_key(asker, "DeleteCommunity", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
    };
    faults.finish(name.map(|name| Change { name, patch: (), options }))
}

/// The taken fields as a change. A field that is not taken is not looked at.
fn patch(message: pb::Community, mask: &Mask, limits: &Limits, faults: &mut Faults) -> CommunityPatch {
    let mut patch = CommunityPatch::default();
    if mask.takes("display_name", message.display_name.is_empty()) {
        let given = faults.short_text("community.display_name", message.display_name, bounds::title(limits));
        let id = || message.name.rsplit('/').next().unwrap_or_default().to_owned();
        patch.display_name = Some(if given.trim().is_empty() { id() } else { given });
    }
    if mask.takes("description", message.description.is_empty()) {
        patch.description = Some(faults.long_text("community.description", message.description, bounds::text(limits)));
    }
    if mask.takes("members", message.members.is_empty()) {
        patch.members = Some(people("community.members", &message.members, limits, faults));
    }
    if mask.takes("caretakers", message.caretakers.is_empty()) {
        patch.caretakers = Some(people("community.caretakers", &message.caretakers, limits, faults));
    }
    if mask.takes("hashtags", message.hashtags.is_empty()) {
        let mut tags = faults.hashtags("community.hashtags", &message.hashtags, bounds::hashtags(limits));
        tags.sort_unstable();
        tags.dedup();
        patch.hashtags = Some(tags);
    }
    if mask.takes("audience", message.audience.is_none()) {
        if message.audience.is_none() {
            faults.add("community.audience", "is required: nothing is public by default");
        }
        patch.audience = message.audience.and_then(|given| audience::read("community.audience", &given, limits, faults));
    }
    if mask.takes("policy", message.policy == 0) {
        patch.policy = word::read_policy("community.policy", message.policy, faults);
    }
    if mask.takes("listed", !message.listed) {
        patch.listed = Some(message.listed);
    }
    if mask.takes("source", message.source.is_none()) {
        patch.source = Some(message.source.map(|given| document::source("community.source", given, limits, faults)));
    }
    patch
}

fn people(field: &str, names: &[String], limits: &Limits, faults: &mut Faults) -> BTreeSet<PersonName> {
    faults.names(field, names, bounds::members(limits)).into_iter().collect()
}

/// A community as it is shown; `revision` is the sealed token of the write that it answers, empty for a read.
pub(crate) fn community(shown: Shown<Community>, revision: String) -> pb::Community {
    let Shown { value, etag } = shown;
    pb::Community {
        name: value.name.to_string(),
        display_name: value.display_name,
        description: value.description,
        members: value.members.iter().map(ToString::to_string).collect(),
        caretakers: value.caretakers.iter().map(ToString::to_string).collect(),
        hashtags: value.hashtags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        audience: Some(audience::write(&value.audience)),
        policy: word::policy(value.policy).into(),
        listed: value.listed,
        source: value.source.map(document::shown_source),
        create_time: Some(moment::timestamp(value.created)),
        update_time: Some(moment::timestamp(value.updated)),
        etag: etag.as_str().to_owned(),
        revision,
    }
}
