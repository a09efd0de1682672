//! Writes by those who hold no scope: refused alike, whatever is there. What caretakers and members may do all the same is checked
//! only, so that the worlds stay as they are.

use super::{Inquirer, Requests};
use crate::grpc::pb;
use crate::grpc::pb::audience::Grant;
use crate::selftest::cast;

/// How many resources of a kind somebody tries to write.
const TRIED: usize = 4;

fn world() -> pb::Audience {
    cast::audience(Grant::World, Vec::new(), Vec::new())
}

pub(super) fn document(name: String) -> pb::Document {
    pb::Document {
        name,
        kind: pb::DocumentKind::Post.into(),
        title: "tide".to_owned(),
        audience: Some(world()),
        ..Default::default()
    }
}

impl Inquirer<'_> {
    /// An etag that nothing has, or none.
    pub(super) fn etag(&mut self) -> String {
        if self.random.percent(30) { "0".repeat(32) } else { String::new() }
    }

    /// The id of a write, or none, or nonsense.
    pub(super) fn request_id(&mut self) -> String {
        self.random.one(&["", "", "0190163d-8694-739b-aea5-966c26f8ad91", "nonsense"]).to_owned()
    }
}

pub(super) fn update_document(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, TRIED, |inquirer, name| pb::UpdateDocumentRequest {
        document: Some(pb::Document { etag: inquirer.etag(), ..document(name) }),
        update_mask: None,
        allow_missing: inquirer.random.percent(70),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn delete_document(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, TRIED, |inquirer, name| pb::DeleteDocumentRequest {
        name,
        etag: inquirer.etag(),
        allow_missing: inquirer.random.percent(50),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn update_audience(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 2, |inquirer, name| pb::UpdateAudienceRequest {
        name,
        audience: Some(world()),
        etag: inquirer.etag(),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn moderate_document(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 6, |inquirer, name| {
        let action = inquirer.number(3);
        pb::ModerateDocumentRequest {
            name,
            action,
            audience: (action == 2).then(world),
            etag: inquirer.etag(),
            request_id: inquirer.request_id(),
            validate_only: true,
        }
    })
}

pub(super) fn create_community(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, TRIED, |inquirer, name| pb::CreateCommunityRequest {
        community: Some(pb::Community { audience: Some(world()), ..Default::default() }),
        community_id: name.trim_start_matches("communities/").to_owned(),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn add_member(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, 6, |inquirer, parent| pb::AddMemberRequest {
        parent,
        person: inquirer.random.one(&inquirer.names.people),
        request_id: inquirer.request_id(),
        validate_only: true,
    })
}

pub(super) fn remove_member(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, 6, |inquirer, parent| pb::RemoveMemberRequest {
        parent,
        person: inquirer.random.one(&inquirer.names.people),
        request_id: inquirer.request_id(),
        validate_only: true,
    })
}

pub(super) fn import_documents(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 1, |_, name| pb::ImportDocumentsRequest {
        part: Some(pb::import_documents_request::Part::Item(pb::ImportDocumentsItem {
            sequence: 1,
            document: Some(document(name)),
        })),
    })
}

pub(super) fn update_person(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, TRIED, |inquirer, name| pb::UpdatePersonRequest {
        person: Some(pb::Person { name, etag: inquirer.etag(), title: "Sail maker".to_owned(), ..Default::default() }),
        update_mask: None,
        allow_missing: inquirer.random.percent(70),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn delete_person(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, TRIED, |inquirer, name| pb::DeletePersonRequest {
        name,
        etag: inquirer.etag(),
        allow_missing: inquirer.random.percent(50),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn import_people(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 1, |_, name| pb::ImportPeopleRequest {
        part: Some(pb::import_people_request::Part::Item(pb::ImportPeopleItem {
            sequence: 1,
            person: Some(pb::Person { name, ..Default::default() }),
        })),
    })
}

pub(super) fn update_community(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, TRIED, |inquirer, name| pb::UpdateCommunityRequest {
        community: Some(pb::Community { name, etag: inquirer.etag(), audience: Some(world()), ..Default::default() }),
        update_mask: None,
        allow_missing: inquirer.random.percent(70),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn delete_community(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, TRIED, |inquirer, name| pb::DeleteCommunityRequest {
        name,
        etag: inquirer.etag(),
        allow_missing: inquirer.random.percent(50),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}
