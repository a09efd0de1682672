//! Upkeep, and what is said about search, by those who hold no scope: refused alike.

use super::{Inquirer, Requests};
use crate::grpc::pb;

pub(super) fn rebuild_index(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |_| pb::RebuildIndexRequest {})
}

pub(super) fn vacuum(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |_| pb::VacuumRequest {})
}

pub(super) fn get_synonym_set(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::GetSynonymSetRequest { name: set(inquirer), min_revision: inquirer.token() })
}

pub(super) fn list_synonym_sets(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |inquirer| pb::ListSynonymSetsRequest {
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn update_synonym_set(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::UpdateSynonymSetRequest {
        synonym_set: Some(pb::SynonymSet {
            name: set(inquirer),
            terms: vec!["tide".to_owned(), "ebb and flow".to_owned()],
            etag: inquirer.etag(),
            ..Default::default()
        }),
        update_mask: None,
        allow_missing: inquirer.random.percent(70),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn delete_synonym_set(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::DeleteSynonymSetRequest {
        name: set(inquirer),
        etag: inquirer.etag(),
        allow_missing: inquirer.random.percent(50),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn get_curation(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::GetCurationRequest { name: curation(inquirer), min_revision: inquirer.token() })
}

pub(super) fn list_curations(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(1, |inquirer| pb::ListCurationsRequest {
        page_size: inquirer.page_size(),
        page_token: inquirer.token(),
        min_revision: inquirer.token(),
    })
}

pub(super) fn update_curation(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::UpdateCurationRequest {
        curation: Some(pb::Curation {
            name: curation(inquirer),
            queries: vec!["tide".to_owned()],
            pins: vec![inquirer.random.one(&inquirer.names.documents)],
            etag: inquirer.etag(),
            ..Default::default()
        }),
        update_mask: None,
        allow_missing: inquirer.random.percent(70),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn delete_curation(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer.requests(2, |inquirer| pb::DeleteCurationRequest {
        name: curation(inquirer),
        etag: inquirer.etag(),
        allow_missing: inquirer.random.percent(50),
        request_id: inquirer.request_id(),
        validate_only: inquirer.random.percent(30),
    })
}

pub(super) fn list_fruitless_queries(inquirer: &mut Inquirer<'_>) -> Requests {
    inquirer
        .requests(1, |inquirer| pb::ListFruitlessQueriesRequest { page_size: inquirer.page_size(), page_token: inquirer.token() })
}

fn set(inquirer: &mut Inquirer<'_>) -> String {
    inquirer.random.one(&["synonymSets/tides", "synonymSets/none", "synonymSets/", "nonsense"]).to_owned()
}

fn curation(inquirer: &mut Inquirer<'_>) -> String {
    inquirer.random.one(&["curations/tides", "curations/none", "curations/", "nonsense"]).to_owned()
}
