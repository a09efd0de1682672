//! Questions for single resources and lists, and to the services about the service.

use prost::Message;

use super::{Inquirer, Requests};
use crate::grpc::pb;
use crate::selftest::cast::{GROUPS, owned};

pub(super) fn get_document(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 14, |inquirer, name| pb::GetDocumentRequest {
        name,
        min_revision: inquirer.token(),
        view: inquirer.number(2),
    })
}

pub(super) fn list_documents(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::ListDocumentsRequest {
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
        view: inquirer.number(2),
    })
}

pub(super) fn get_person(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 9, |inquirer, name| pb::GetPersonRequest { name, min_revision: inquirer.token() })
}

pub(super) fn list_people(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::ListPeopleRequest {
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn get_community(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, 9, |inquirer, name| pb::GetCommunityRequest {
        name,
        min_revision: inquirer.token(),
    })
}

pub(super) fn list_communities(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::ListCommunitiesRequest {
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn list_members(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.communities, 6, |inquirer, parent| pb::ListMembersRequest {
        parent,
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn check_access(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.documents, 8, |inquirer, name| pb::CheckAccessRequest {
        name,
        person: if inquirer.random.percent(90) { inquirer.random.one(&inquirer.names.people) } else { String::new() },
        groups: if inquirer.random.percent(30) { owned(&inquirer.random.some(&GROUPS, 1, 2)) } else { Vec::new() },
        min_revision: inquirer.token(),
    })
}

pub(super) fn get_status(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |inquirer| pb::GetStatusRequest { min_revision: inquirer.token() })
}

pub(super) fn get_limits(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |_| pb::GetLimitsRequest {})
}

pub(super) fn check_health(inquirer: &mut Inquirer<'_>) -> Requests {
    let service = inquirer.random.one(&["", "rookery.v1.DiscoveryService", "nonsense"]).to_owned();
    vec![tonic_health::pb::HealthCheckRequest { service }.encode_to_vec()]
}
