//! Questions for people beyond the single profile, and what those who hold no scope try to write of them.

use super::{Inquirer, NO_NAMES, Requests};
use crate::grpc::pb;
use crate::grpc::pb::lookup_person_request::Key;

/// Aliases of people of both worlds, of one world, and of nobody.
const ALIASES: [&str; 9] = ["ada", "@bo", "ZED", "h0", "a@example.org", "b@example.org", "nobody", "@", "people/ada"];

pub(super) fn batch_get_people(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(5, |inquirer| {
        let mut names: Vec<String> = (0..inquirer.random.below(8)).map(|_| inquirer.random.one(&inquirer.names.people)).collect();
        if inquirer.random.percent(10) {
            names.push(inquirer.random.one(&NO_NAMES).to_owned());
        }
        pb::BatchGetPeopleRequest { names, min_revision: inquirer.token() }
    })
}

pub(super) fn lookup_person(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(5, |inquirer| pb::LookupPersonRequest {
        key: match inquirer.random.below(8) {
            0 => None,
            1 => Some(Key::Source(pb::Source { system: "jsonl".to_owned(), id: "ada".to_owned() })),
            2 => Some(Key::Alias(inquirer.random.one(&inquirer.names.people).trim_start_matches("people/").to_owned())),
            _ => Some(Key::Alias(inquirer.random.one(&ALIASES).to_owned())),
        },
        min_revision: inquirer.token(),
    })
}

pub(super) fn find_peers(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(14, |inquirer| pb::FindPeersRequest {
        person: match inquirer.random.below(10) {
            0..4 => String::new(),
            4 => inquirer.random.one(&NO_NAMES).to_owned(),
            _ => inquirer.random.one(&inquirer.names.people),
        },
        people_filter: if inquirer.random.percent(50) { inquirer.people_filter() } else { None },
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn get_expertise(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer
        .for_names(&inquirer.names.people, 9, |inquirer, name| pb::GetExpertiseRequest { name, min_revision: inquirer.token() })
}

/// Checked only, so that the worlds stay as they are: whoever is signed in may endorse.
pub(super) fn endorse_skill(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 4, |inquirer, name| pb::EndorseSkillRequest {
        name,
        skill: inquirer.random.one(&["Tide  tables", "tide", " "]).to_owned(),
        request_id: inquirer.request_id(),
        validate_only: true,
    })
}

pub(super) fn withdraw_endorsement(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 4, |inquirer, name| pb::WithdrawEndorsementRequest {
        name,
        skill: "tide".to_owned(),
        endorser: if inquirer.random.percent(50) { inquirer.random.one(&inquirer.names.people) } else { String::new() },
        request_id: inquirer.request_id(),
        validate_only: true,
    })
}

/// Refused to whoever holds no scope.
pub(super) fn link_alias(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 2, |inquirer, person| pb::LinkAliasRequest {
        person,
        alias: inquirer.random.one(&["people/stub0", "@nobody", ""]).to_owned(),
        note: "tide".to_owned(),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn unlink_alias(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 2, |inquirer, person| pb::UnlinkAliasRequest {
        person,
        alias: inquirer.random.one(&["people/stub0", "@nobody", ""]).to_owned(),
        note: String::new(),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn list_alias_links(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 6, |inquirer, parent| pb::ListAliasLinksRequest {
        parent,
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn create_person(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.for_names(&inquirer.names.people, 3, |inquirer, name| pb::CreatePersonRequest {
        person: Some(pb::Person { title: "Sail maker".to_owned(), ..Default::default() }),
        person_id: name.trim_start_matches("people/").to_owned(),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

/// What people change of themselves, and what they may not.
pub(super) fn update_own_person(inquirer: &mut Inquirer<'_>) -> Requests {
    let own = inquirer.for_names(&inquirer.names.people, 6, |inquirer, name| {
        let paths: Vec<String> =
            inquirer.random.some(&["bio", "skills", "location", "title"], 0, 2).iter().map(ToString::to_string).collect();
        pb::UpdatePersonRequest {
            person: Some(pb::Person { name, bio: "sails".to_owned(), skills: vec!["tide".to_owned()], ..Default::default() }),
            update_mask: Some(prost_types::FieldMask { paths }),
            allow_missing: inquirer.random.percent(30),
            request_id: inquirer.request_id(),
            validate_only: true,
        }
    });
    [super::writes::update_person(inquirer), own].concat()
}
