//! Scripts: what is written into a world, in order, and when the read models catch up.

use std::fmt;

use prost::Message;

use super::cast::{Asker, WRITER};
use super::wire;
use crate::grpc::pb;

/// One thing that happens to a world.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "most steps put documents, and scripts are short")]
pub(super) enum Step {
    /// A profile is made or replaced.
    PutPerson(pb::Person),
    /// A profile is deleted.
    DeletePerson(String),
    /// An account is linked to a person who has a profile.
    LinkAccount(pb::LinkAliasRequest),
    /// Somebody says of a person who has a profile that they have a skill. Nothing happens where the endorser may not.
    Endorse(Asker, pb::EndorseSkillRequest),
    /// A community is made or replaced.
    PutCommunity(pb::Community),
    /// Members and caretakers of a community change, and nothing else.
    SetMembers(pb::Community),
    /// A community is deleted.
    DeleteCommunity(String),
    /// A document is made or replaced.
    PutDocument(pb::Document),
    /// The audience of a document changes, and nothing else.
    SetAudience(pb::UpdateAudienceRequest),
    /// A document is hidden or narrowed for its community, or that is taken back.
    Moderate(pb::ModerateDocumentRequest),
    /// A document is deleted.
    DeleteDocument(String),
    /// Administrators pin and bury documents for some queries.
    Curate(pb::Curation),
    /// Both read models catch up, and the index commits.
    Settle,
}

/// A step and the moment at which it happens, in seconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timed {
    pub(super) at: i64,
    pub(super) step: Step,
}

/// What happens to a world, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Script(pub(super) Vec<Timed>);

fn mask(paths: &[&str]) -> prost_types::FieldMask {
    prost_types::FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }
}

impl Step {
    /// Who does it.
    pub(super) fn actor(&self) -> &Asker {
        match self {
            Self::Endorse(endorser, _) => endorser,
            _ => &WRITER,
        }
    }

    /// The call that does it: its method and its message; nothing where no call does it alone.
    pub(super) fn call(&self) -> Option<(&'static str, Vec<u8>)> {
        let put_community = |community: &pb::Community, paths: &[&str]| {
            let request = pb::UpdateCommunityRequest {
                community: Some(community.clone()),
                update_mask: Some(mask(paths)),
                allow_missing: paths == ["*"],
                ..Default::default()
            };
            ("/rookery.v1.CommunityService/UpdateCommunity", request.encode_to_vec())
        };
        Some(match self {
            Self::PutPerson(person) => {
                let request = pb::UpdatePersonRequest {
                    person: Some(person.clone()),
                    update_mask: Some(mask(&["*"])),
                    allow_missing: true,
                    ..Default::default()
                };
                ("/rookery.v1.PeopleService/UpdatePerson", request.encode_to_vec())
            }
            Self::DeletePerson(name) => {
                let request = pb::DeletePersonRequest { name: name.clone(), allow_missing: true, ..Default::default() };
                ("/rookery.v1.PeopleService/DeletePerson", request.encode_to_vec())
            }
            Self::LinkAccount(request) => ("/rookery.v1.PeopleService/LinkAlias", request.encode_to_vec()),
            Self::Endorse(_, request) => ("/rookery.v1.PeopleService/EndorseSkill", request.encode_to_vec()),
            Self::PutCommunity(community) => put_community(community, &["*"]),
            Self::SetMembers(community) => put_community(community, &["members", "caretakers"]),
            Self::DeleteCommunity(name) => {
                let request = pb::DeleteCommunityRequest { name: name.clone(), allow_missing: true, ..Default::default() };
                ("/rookery.v1.CommunityService/DeleteCommunity", request.encode_to_vec())
            }
            Self::PutDocument(document) => {
                let request = pb::UpdateDocumentRequest {
                    document: Some(document.clone()),
                    update_mask: Some(mask(&["*"])),
                    allow_missing: true,
                    ..Default::default()
                };
                ("/rookery.v1.ContentService/UpdateDocument", request.encode_to_vec())
            }
            Self::SetAudience(request) => ("/rookery.v1.ContentService/UpdateAudience", request.encode_to_vec()),
            Self::Moderate(request) => ("/rookery.v1.ContentService/ModerateDocument", request.encode_to_vec()),
            Self::DeleteDocument(name) => {
                let request = pb::DeleteDocumentRequest { name: name.clone(), allow_missing: true, ..Default::default() };
                ("/rookery.v1.ContentService/DeleteDocument", request.encode_to_vec())
            }
            Self::Curate(curation) => {
                let request =
                    pb::UpdateCurationRequest { curation: Some(curation.clone()), allow_missing: true, ..Default::default() };
                ("/rookery.v1.AdminService/UpdateCuration", request.encode_to_vec())
            }
            Self::Settle => return None,
        })
    }
}

impl fmt::Display for Timed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step.call() {
            Some((method, message)) => {
                let actor = self.step.actor().label();
                write!(f, "{} {actor} {method} {}", self.at, wire::request_text(method, &message))
            }
            None => write!(f, "{} settle", self.at),
        }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|timed| writeln!(f, "    {timed}"))
    }
}
