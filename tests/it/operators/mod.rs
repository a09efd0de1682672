//! Every operator and way to write something, held against the answers of a small organisation.
//!
//! Proved: 1. each query of the table finds exactly what it says, strictly and leniently, and beside structured filters;
//! 2. a discussion is found where one message has everything; 3. conditions restrict which documents speak for people; 4. strict
//! reading refuses what lenient reading repairs; 5. what is hidden changes no answer; 6. documents with some of the words are found
//! only where fewer than `relax_below` have all, behind those, page by page without gap or duplicate.

mod organisation;
mod relaxed;
mod tables;

use rookery::grpc::pb;

use self::organisation::{ALL, Hidden, Organisation, ids};
use self::tables::{DISCUSSIONS, DOCUMENTS, EXPERTS, FILTERED, REPAIRED};
use crate::support::{fields, people};

/// Only what has everything is found.
const STRICT_PASS: &[(&str, &str)] = &[("ROOKERY__LIMITS__RELAX_BELOW", "0")];

fn sorted(ids: &str) -> Vec<String> {
    let mut ids: Vec<String> = match ids {
        "*" => ALL.iter().map(ToString::to_string).collect(),
        ids => ids.split_whitespace().map(str::to_owned).collect(),
    };
    ids.sort();
    ids
}

fn asking(query: &str, mode: pb::QueryMode) -> pb::FindDocumentsRequest {
    pb::FindDocumentsRequest { query: query.to_owned(), query_mode: mode.into(), page_size: 100, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_query_finds_exactly_what_it_says() {
    let organisation = Organisation::open(Hidden::Nothing, STRICT_PASS).await;
    let mut wrong = Vec::new();
    for (query, expected) in DOCUMENTS {
        for mode in [pb::QueryMode::Strict, pb::QueryMode::Lenient] {
            let answer = organisation.answer(asking(query, mode)).await;
            let mut found = ids(&answer);
            found.sort();
            let total = answer.total.map(|total| usize::try_from(total.count).unwrap());
            if found != sorted(expected) || total != Some(found.len()) {
                wrong.push(format!("{query} finds {found:?}, {total:?}, not {expected}"));
            }
            // What it was understood as means the same.
            let understood = answer.interpreted_query.unwrap_or_default().text;
            let again = organisation.documents(asking(&understood, pb::QueryMode::Strict)).await;
            if again != found {
                wrong.push(format!("{query} is understood as {understood}, which finds {again:?}"));
            }
        }
    }
    for (query, filter, expected) in FILTERED {
        let request = pb::FindDocumentsRequest { filter: Some(filter()), ..asking(query, pb::QueryMode::Strict) };
        let found = organisation.documents(request).await;
        if found != sorted(expected) {
            wrong.push(format!("{query} beside {:?} finds {found:?}, not {expected}", filter()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discussion_is_found_where_its_messages_have_everything_together() {
    let organisation = Organisation::open(Hidden::Nothing, STRICT_PASS).await;
    let (ada, mut wrong) = (&organisation.ada, Vec::new());
    for (query, expected) in DISCUSSIONS {
        let request = pb::FindDiscussionsRequest {
            query: (*query).to_owned(),
            query_mode: pb::QueryMode::Strict.into(),
            min_revision: organisation.revision.clone(),
            ..Default::default()
        };
        let answer = ada.discovery().find_discussions(ada.request(request)).await.unwrap().into_inner();
        let roots = answer.discussions.iter().map(|hit| hit.name.trim_start_matches("documents/").to_owned());
        let mut found: Vec<String> = roots.collect();
        found.sort();
        if found != sorted(expected) {
            wrong.push(format!("{query} finds {found:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_restrict_which_documents_speak_for_people() {
    let organisation = Organisation::open(Hidden::Nothing, STRICT_PASS).await;
    let (ada, mut wrong) = (&organisation.ada, Vec::new());
    for (query, expected) in EXPERTS {
        let request = pb::FindExpertsRequest {
            query: (*query).to_owned(),
            query_mode: pb::QueryMode::Strict.into(),
            min_relevance: Some(0.0),
            min_revision: organisation.revision.clone(),
            ..Default::default()
        };
        let answer = ada.discovery().find_experts(ada.request(request)).await.unwrap().into_inner();
        let mut found: Vec<String> = people(&answer).iter().map(|name| name.trim_start_matches("people/").to_owned()).collect();
        found.sort();
        if found != sorted(expected) {
            wrong.push(format!("{query} finds {found:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_reading_refuses_what_lenient_reading_repairs() {
    let organisation = Organisation::open(Hidden::Nothing, STRICT_PASS).await;
    let ada = &organisation.ada;
    for (query, repaired, faults) in REPAIRED {
        let strict = ada.discovery().find_documents(ada.request(asking(query, pb::QueryMode::Strict))).await.unwrap_err();
        assert_eq!(fields(&strict), vec!["query"; *faults], "{query}");
        let lenient = organisation.answer(asking(query, pb::QueryMode::Lenient)).await;
        assert_eq!(lenient.interpreted_query.as_ref().unwrap().text, *repaired, "{query}");
        let meant = organisation.answer(asking(repaired, pb::QueryMode::Strict)).await;
        assert_eq!(lenient.documents, meant.documents, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_changes_no_answer() {
    for variables in [STRICT_PASS, &[]] {
        let without = Organisation::open(Hidden::Nothing, variables).await;
        let with = Organisation::open(Hidden::Documents, variables).await;
        let cy = with.asked_by("cy");
        let request = pb::FindDocumentsRequest {
            include_total: true,
            min_revision: with.revision.clone(),
            ..asking("title:\"lights of the tide\"", pb::QueryMode::Strict)
        };
        let hidden = cy.discovery().find_documents(cy.request(request)).await.unwrap().into_inner();
        assert_eq!(hidden.total.map(|total| total.count), Some(20), "there is something to hide");
        for (query, _) in DOCUMENTS {
            let request = || pb::FindDocumentsRequest { people_wanted: 9, ..asking(query, pb::QueryMode::Strict) };
            let [one, other] = [without.answer(request()).await, with.answer(request()).await]
                .map(|answer| pb::FindDocumentsResponse { revision: String::new(), ..answer });
            assert_eq!(one, other, "{query}");
        }
        for (query, _) in EXPERTS.iter().chain(DISCUSSIONS).filter(|(query, _)| !query.is_empty()) {
            let answers = [&without, &with].map(|organisation| async {
                let request = pb::SearchRequest {
                    query: (*query).to_owned(),
                    min_revision: organisation.revision.clone(),
                    ..Default::default()
                };
                let answer = organisation.ada.discovery().search(organisation.ada.request(request)).await;
                pb::SearchResponse { revision: String::new(), ..answer.unwrap().into_inner() }
            });
            let [one, other] = answers;
            assert_eq!(one.await, other.await, "{query}");
        }
    }
}
