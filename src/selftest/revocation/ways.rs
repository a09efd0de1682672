//! How rights are taken away, and how they are given back.

use prost::Message;

use super::board::{Loser, Part, Secret};
use super::rooms::{CLUB, OTHER, Room, Shape};
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;
use crate::selftest::cast::audience;

/// A call: its method and its message.
pub(super) type Write = (&'static str, Vec<u8>);

/// One way to take rights away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The audience denies the person.
    DenyPerson,
    /// The audience denies a group of the person.
    DenyGroup,
    /// The audience denies a community of the person.
    DenyCommunity,
    /// The person becomes a member of a community that the audience denies.
    JoinDenied,
    /// The document is written again with a narrower audience.
    NarrowByUpdate,
    /// The audience is narrowed, and nothing else.
    NarrowByAudience,
    /// An import brings the document with a narrower audience.
    NarrowByImport,
    /// A caretaker hides the document.
    Hide,
    /// A caretaker narrows the document.
    Moderate,
    /// The documents are deleted.
    Delete,
    /// The person is taken out of the community.
    RemoveMember,
    /// The community is written again without the person.
    ReplaceMembers,
    /// The community is deleted.
    DeleteCommunity,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 13] = [
        Self::DenyPerson,
        Self::DenyGroup,
        Self::DenyCommunity,
        Self::JoinDenied,
        Self::NarrowByUpdate,
        Self::NarrowByAudience,
        Self::NarrowByImport,
        Self::Hide,
        Self::Moderate,
        Self::Delete,
        Self::RemoveMember,
        Self::ReplaceMembers,
        Self::DeleteCommunity,
    ];

    /// What it is called in a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DenyPerson => "person denied",
            Self::DenyGroup => "group denied",
            Self::DenyCommunity => "community denied",
            Self::JoinDenied => "joins a denied community",
            Self::NarrowByUpdate => "document narrowed",
            Self::NarrowByAudience => "audience narrowed",
            Self::NarrowByImport => "narrowed by an import",
            Self::Hide => "hidden by a caretaker",
            Self::Moderate => "narrowed by a caretaker",
            Self::Delete => "deleted",
            Self::RemoveMember => "member removed",
            Self::ReplaceMembers => "members replaced",
            Self::DeleteCommunity => "community deleted",
        }
    }

    /// The ways that take anything away in a room of a shape.
    pub(super) fn of(shape: Shape) -> Vec<Self> {
        let fits = |way: &Self| match way {
            // Caretakers keep seeing what caretakers hide.
            Self::Hide | Self::Moderate => shape != Shape::Caretakers,
            Self::RemoveMember => shape == Shape::Members,
            Self::ReplaceMembers | Self::DeleteCommunity => shape != Shape::World,
            _ => true,
        };
        Self::ALL.into_iter().filter(fits).collect()
    }

    /// What is lost, and by whom.
    pub(super) fn lost(self, room: Room) -> Vec<(Secret, Loser)> {
        let documents = room.secret(Part::Documents);
        let of_reader = (documents, Loser::Reader);
        let of_anonymous = [(documents, Loser::Anonymous), (room.secret(Part::Profile), Loser::Anonymous)];
        let world = room.shape == Shape::World;
        match self {
            Self::DenyPerson | Self::DenyGroup | Self::DenyCommunity | Self::JoinDenied => vec![of_reader],
            Self::NarrowByUpdate if world => of_anonymous.to_vec(),
            Self::RemoveMember | Self::ReplaceMembers | Self::DeleteCommunity => {
                vec![of_reader, (room.secret(Part::Community), Loser::Reader)]
            }
            _ if world => [&[of_reader][..], &of_anonymous].concat(),
            _ => vec![of_reader],
        }
    }

    /// The calls that take rights away; with the last answer they are gone.
    pub(super) fn take(self, room: Room) -> Vec<Write> {
        let base = room.audience();
        let deny = |principal: &str| {
            let denied = [base.denied.clone(), vec![principal.to_owned()]].concat();
            vec![set_audience(room, pb::Audience { denied, ..base.clone() })]
        };
        let reader = Loser::Reader.asker().person;
        let other = audience(Grant::Restricted, vec![OTHER.to_owned()], Vec::new());
        let root = |audience| pb::Document { audience: Some(audience), ..first(room) };
        match self {
            Self::DenyPerson => deny(reader),
            Self::DenyGroup => deny("groups/crew"),
            Self::DenyCommunity => deny(CLUB),
            Self::JoinDenied => vec![add_member(&room.shut_out(), reader)],
            Self::NarrowByUpdate if room.shape == Shape::World => {
                vec![put_document(&root(audience(Grant::Organization, Vec::new(), Vec::new())))]
            }
            Self::NarrowByUpdate => vec![put_document(&root(other))],
            Self::NarrowByAudience => vec![set_audience(room, other)],
            Self::NarrowByImport => vec![import(root(audience(Grant::Restricted, Vec::new(), Vec::new())))],
            Self::Hide => vec![moderate(room, pb::ModerationAction::Hide, None)],
            Self::Moderate => vec![moderate(room, pb::ModerationAction::Narrow, Some(other))],
            // Replies outlive their root, so they go first.
            Self::Delete => room.names().iter().rev().map(|name| delete_document(name)).collect(),
            Self::RemoveMember => vec![remove_member(&room.community(), reader)],
            Self::ReplaceMembers => {
                let mut without = room.community_record();
                without.members.retain(|member| member != reader);
                without.caretakers.retain(|caretaker| caretaker != reader);
                vec![put_community(&without)]
            }
            Self::DeleteCommunity => {
                let request = pb::DeleteCommunityRequest { name: room.community(), ..Default::default() };
                vec![("/rookery.v1.CommunityService/DeleteCommunity", request.encode_to_vec())]
            }
        }
    }

    /// The calls that give them back.
    pub(super) fn give(self, room: Room) -> Vec<Write> {
        let reader = Loser::Reader.asker().person;
        match self {
            Self::JoinDenied => vec![remove_member(&room.shut_out(), reader)],
            Self::NarrowByUpdate => vec![put_document(&first(room))],
            Self::Hide | Self::Moderate => vec![moderate(room, pb::ModerationAction::Lift, None)],
            Self::Delete => room.documents().iter().map(put_document).collect(),
            Self::RemoveMember => vec![add_member(&room.community(), reader)],
            Self::ReplaceMembers | Self::DeleteCommunity => vec![put_community(&room.community_record())],
            Self::DenyPerson | Self::DenyGroup | Self::DenyCommunity | Self::NarrowByAudience | Self::NarrowByImport => {
                vec![set_audience(room, room.audience())]
            }
        }
    }
}

fn first(room: Room) -> pb::Document {
    room.documents().swap_remove(0)
}

/// Makes or replaces a document.
pub(super) fn put_document(document: &pb::Document) -> Write {
    let request = pb::UpdateDocumentRequest { document: Some(document.clone()), allow_missing: true, ..Default::default() };
    ("/rookery.v1.ContentService/UpdateDocument", request.encode_to_vec())
}

/// Makes or replaces a person.
pub(super) fn put_person(person: &pb::Person) -> Write {
    let request = pb::UpdatePersonRequest { person: Some(person.clone()), allow_missing: true, ..Default::default() };
    ("/rookery.v1.PeopleService/UpdatePerson", request.encode_to_vec())
}

/// Makes or replaces a community.
pub(super) fn put_community(community: &pb::Community) -> Write {
    let request = pb::UpdateCommunityRequest { community: Some(community.clone()), allow_missing: true, ..Default::default() };
    ("/rookery.v1.CommunityService/UpdateCommunity", request.encode_to_vec())
}

fn set_audience(room: Room, audience: pb::Audience) -> Write {
    let request = pb::UpdateAudienceRequest { name: room.root(), audience: Some(audience), ..Default::default() };
    ("/rookery.v1.ContentService/UpdateAudience", request.encode_to_vec())
}

fn moderate(room: Room, action: pb::ModerationAction, audience: Option<pb::Audience>) -> Write {
    let request = pb::ModerateDocumentRequest { name: room.root(), action: action.into(), audience, ..Default::default() };
    ("/rookery.v1.ContentService/ModerateDocument", request.encode_to_vec())
}

fn import(document: pb::Document) -> Write {
    let item = pb::ImportDocumentsItem { sequence: 1, document: Some(document) };
    let request = pb::ImportDocumentsRequest { part: Some(pb::import_documents_request::Part::Item(item)) };
    ("/rookery.v1.ContentService/ImportDocuments", request.encode_to_vec())
}

fn delete_document(name: &str) -> Write {
    let request = pb::DeleteDocumentRequest { name: name.to_owned(), ..Default::default() };
    ("/rookery.v1.ContentService/DeleteDocument", request.encode_to_vec())
}

fn add_member(community: &str, person: &str) -> Write {
    let request = pb::AddMemberRequest { parent: community.to_owned(), person: person.to_owned(), ..Default::default() };
    ("/rookery.v1.CommunityService/AddMember", request.encode_to_vec())
}

fn remove_member(community: &str, person: &str) -> Write {
    let request = pb::RemoveMemberRequest { parent: community.to_owned(), person: person.to_owned(), ..Default::default() };
    ("/rookery.v1.CommunityService/RemoveMember", request.encode_to_vec())
}
