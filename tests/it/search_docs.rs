//! `docs/search.md` keeps its word: each of its examples is asked of the sample organisation.
//!
//! Proved: 1. every example reads strictly and finds what stands beside it, or something where nothing does; 2. what it says
//! is refused is, by a strict reader, and answered by a lenient one; 3. its table names every operator with all its names and values,
//! and no others.

use std::path::Path;

use rookery::grpc::pb;

use crate::support::{Client, Server, fields, import_sample, names};

/// Begins what is said of an example.
const BESIDE: &str = "  # ";

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/search.md")).unwrap()
}

/// The lines of the fenced blocks of queries: each query, and what is said beside it.
fn examples(page: &str) -> Vec<(&str, &str)> {
    let blocks = page.split("```query\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let split = |line| {
        let (query, beside): (&str, &str) = str::split_once(line, BESIDE).unwrap_or((line, ""));
        (query.trim_end(), beside.trim())
    };
    blocks.flat_map(str::lines).map(split).collect()
}

async fn ask(ada: &Client, query: &str, mode: pb::QueryMode) -> Result<pb::FindDocumentsResponse, tonic::Status> {
    let request =
        pb::FindDocumentsRequest { query: query.to_owned(), query_mode: mode.into(), page_size: 100, ..Default::default() };
    Ok(ada.discovery().find_documents(ada.request(request)).await?.into_inner())
}

/// What is wrong with an example.
async fn fault(ada: &Client, query: &str, beside: &str) -> Option<String> {
    let strict = ask(ada, query, pb::QueryMode::Strict).await;
    if beside == "refused" {
        let lenient = ask(ada, query, pb::QueryMode::Lenient).await.expect("a search box never fails");
        assert!(!lenient.interpreted_query.unwrap_or_default().text.is_empty(), "{query}");
        return strict
            .map_or_else(|status| (fields(&status)[0] != "query").then_some(query.to_owned()), |_| Some(query.to_owned()));
    }
    let found = match strict {
        Ok(answer) => names(&answer),
        Err(status) => return Some(format!("{query}: {status}")),
    };
    let found: Vec<&str> = found.iter().map(|name| name.trim_start_matches("documents/")).collect();
    let kept = match beside.split_once(' ') {
        None if beside.is_empty() => !found.is_empty(),
        Some(("finds", "nothing")) => found.is_empty(),
        Some(("finds", wanted)) => wanted.split(", ").all(|id| found.contains(&id)),
        Some(("not", unwanted)) => !found.is_empty() && unwanted.split(", ").all(|id| !found.contains(&id)),
        _ => false,
    };
    (!kept).then(|| format!("{query}: {beside:?}, but finds {found:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_does_what_is_said_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    import_sample(&data);
    let server = Server::start(&data);
    let ada = server.client(Some("people/ada")).await;
    let page = page();
    let examples = examples(&page);
    assert!(examples.len() >= 40, "{} examples", examples.len());
    let mut wrong = Vec::new();
    for (query, beside) in examples {
        wrong.extend(fault(&ada, query, beside).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    let told = ada.discovery().list_operators(ada.request(pb::ListOperatorsRequest {})).await.unwrap().into_inner();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let named: Vec<&str> = rows.iter().filter_map(|row| row.split('`').nth(1)?.strip_suffix(':')).collect();
    let known: Vec<&str> = told.operators.iter().map(|operator| operator.name.as_str()).collect();
    assert_eq!(named, known);
    for (row, operator) in rows.iter().zip(&told.operators) {
        let values = operator.values.iter().flat_map(|value| std::iter::once(&value.value).chain(&value.aliases));
        for word in values.chain(&operator.aliases) {
            assert!(row.contains(&format!("`{word}`")), "{}: {word}", operator.name);
        }
    }
    assert_eq!(server.terminate(), Some(0));
}
