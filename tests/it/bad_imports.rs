//! Bad records of an import fail alone, and odd ones have a defined result.
//!
//! Proved: 1. bytes that are no UTF-8, an id that repeats, an unknown kind and a control character fail by file and line, and the
//! rest goes in; 2. a chain of 10,000 replies, each to the one before, is taken, found and read.

use rookery::grpc::pb;
use rookery::grpc::pb::import_result::Outcome;

use crate::support::{House, Server, document, import, import_item, rookery};

#[tokio::test(flavor = "multi_thread")]
async fn broken_lines_fail_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("documents.jsonl"), folder.path().join("data"));
    let lines: [&[u8]; 7] = [
        br#"{"id":"first","kind":"post","body":"zyzzyva","authors":["ada"],"created":"9999-12-31T23:59:59Z"}"#,
        b"{\"id\":\"bytes\",\"kind\":\"post\",\"body\":\"\xff\xfe\"}",
        br#"{"id":"first","kind":"post","body":"another zyzzyva"}"#,
        br#"{"id":"odd","kind":"song","body":"la"}"#,
        br#"{"id":"control","kind":"wiki","title":"a\u0000b","body":"x"}"#,
        br#"{"id":"far","kind":"post","body":"x","created":"10000-01-01T00:00:00Z"}"#,
        br#"{"id":"last","kind":"post","body":"zyzzyva","authors":["bo"]}"#,
    ];
    std::fs::write(&file, lines.join(&b'\n')).unwrap();
    let done = rookery().args(["import", "jsonl"]).arg(&file).arg("--data-dir").arg(&data).output().unwrap();
    let complaints = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(65), "{complaints}");
    for told in [
        ":2: is not UTF-8",
        ":3: repeats the id \"first\" of line 1",
        ":4: kind",
        ":5: documents/control: document.title",
        ":6: created",
    ] {
        assert!(complaints.contains(&format!("documents.jsonl{told}")), "{told} in {complaints}");
    }
    let server = Server::start(&data);
    let client = server.client(Some("people/ada")).await;
    assert_eq!(client.find_documents("zyzzyva").await.total.unwrap().count, 2);
    assert_eq!(client.find_documents("").await.total.unwrap().count, 2, "nothing else went in");
    assert_eq!(server.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_ten_thousand_replies_is_found_and_read() {
    const DEPTH: i64 = 10_000;
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let name = |depth: i64| format!("documents/chain-{depth}");
    let items = (0..=DEPTH).map(|depth| {
        let mut link = document(&format!("chain-{depth}"), "", &format!("chained link{depth}"), "ada");
        if depth > 0 {
            link.kind = pb::DocumentKind::Reply.into();
            link.thread = Some(pb::ThreadPlace { root: name(0), parent: name(depth - 1) });
        }
        import_item(depth, link)
    });
    let (results, summary) = import(&ada, items.collect()).await.unwrap();
    assert!(
        results.iter().all(|result| result.outcome() == Outcome::Created),
        "{:?}",
        results.iter().find(|r| r.error.is_some())
    );
    let min_revision = summary.revision;
    let get = pb::GetDocumentRequest { name: name(DEPTH), min_revision: min_revision.clone(), ..Default::default() };
    let last = ada.content().get_document(ada.request(get)).await.unwrap().into_inner();
    assert_eq!(last.thread.unwrap(), pb::ThreadPlace { root: name(0), parent: name(DEPTH - 1) });
    let find = |query: String| pb::FindDocumentsRequest { query, include_total: true, ..Default::default() };
    let found = ada.discovery().find_documents(ada.request(find(format!("link{DEPTH}")))).await.unwrap().into_inner();
    assert_eq!(found.total.unwrap().count, 1);
    let found = ada.discovery().find_documents(ada.request(find("chained".to_owned()))).await.unwrap().into_inner();
    assert!(found.total.unwrap().count >= 1_000, "{:?}", found.total);
    let experts = ada.find_experts("chained").await;
    assert_eq!(experts.experts.len(), 1);
    let delete = pb::DeleteDocumentRequest { name: name(0), ..Default::default() };
    ada.content().delete_document(ada.request(delete)).await.unwrap();
    let get = pb::GetDocumentRequest { name: name(DEPTH), ..Default::default() };
    assert!(ada.content().get_document(ada.request(get)).await.is_ok(), "what hangs on a deleted root stays readable");
}
