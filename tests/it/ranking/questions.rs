//! What is asked of every house, by whom, and what of the answers may differ from house to house.

use rookery::grpc::pb;

use super::organisation::World;
use crate::support::Client;

/// Nobody, somebody of no closed community, a member of both closed communities, and who is denied a document.
pub(super) const ASKERS: [&str; 4] = ["", "ewan", "ada", "ingrid"];

/// Questions of one word and of many, in both languages, that many can answer, one, and nobody.
const QUERIES: [&str; 16] = [
    "grpc deadlines",
    "kubernetes",
    "tides",
    "sensor calibration",
    "postgres",
    "satellite altimetry",
    "diving safety",
    "Datenschutz",
    "machine learning",
    "who can help me with storm surge warnings in the harbour?",
    "Sauerteig",
    "incident dns outage",
    "farewell Ingrid",
    "rust build times",
    "the hiring interview",
    "quantum chromodynamics",
];

/// A page so small that most answers have several.
const PAGE: i32 = 3;

/// All requests: every query as most people ask it, without a floor, and by turns.
pub(super) fn requests() -> Vec<pb::FindExpertsRequest> {
    let plain = |query: &str| pb::FindExpertsRequest { query: query.to_owned(), page_size: PAGE, ..Default::default() };
    let every = |query: &str| pb::FindExpertsRequest { min_relevance: Some(0.0), ..plain(query) };
    let roles = vec![pb::Role::Author.into(), pb::Role::Contributor.into(), pb::Role::Asker.into()];
    let in_turns = pb::FindExpertsRequest { diversity: pb::ExpertDiversity::Unit.into(), ..every("tides harbour") };
    let by_roles = pb::FindExpertsRequest { roles, ..every("grpc") };
    QUERIES.into_iter().map(plain).chain(QUERIES.into_iter().map(every)).chain([in_turns, by_roles]).collect()
}

/// All pages of an answer.
pub(super) async fn pages(client: &Client, request: &pb::FindExpertsRequest) -> Vec<pb::FindExpertsResponse> {
    let mut request = request.clone();
    let mut pages: Vec<pb::FindExpertsResponse> = Vec::new();
    loop {
        let page = client.discovery().find_experts(client.request(request.clone())).await.unwrap().into_inner();
        request.page_token.clone_from(&page.next_page_token);
        pages.push(page);
        if request.page_token.is_empty() {
            return pages;
        }
        assert!(pages.len() < 50, "pages end");
    }
}

/// Everything that somebody is told, request by request.
pub(super) async fn all_answers(world: &World, asker: &str) -> Vec<Vec<pb::FindExpertsResponse>> {
    let client = world.client(asker);
    let mut answers = Vec::new();
    for request in requests() {
        answers.push(pages(&client, &request).await);
    }
    answers
}

/// The answer without what tells one house from another: what tokens hold, though not how long they are, and when profiles were
/// imported.
pub(super) fn masked(mut page: pb::FindExpertsResponse) -> pb::FindExpertsResponse {
    for token in [&mut page.revision, &mut page.next_page_token] {
        *token = "x".repeat(token.len());
    }
    for person in page.experts.iter_mut().filter_map(|hit| hit.person.as_mut()) {
        (person.create_time, person.update_time) = (None, None);
    }
    page
}

/// Somebody who is named, with the profile beside what is told of them.
pub(super) fn named(hit: &pb::ExpertHit) -> &str {
    hit.person.as_ref().map(|person| person.name.as_str()).unwrap_or_default()
}
