//! The command line as its users meet it.
//!
//! Proved: 1. importing twice changes nothing and makes no revision; 2. broken records are told by file, line and reason, the
//! rest goes in, and the exit code says so; 3. every fault of the configuration is told at once, before anything is bound;
//! 4. `find` prints for people and as JSON; 5. `check` passes on a sound directory and tells of a damaged one; 6. `eval`
//! writes a TREC run.

use std::path::Path;

use crate::support::{Server, rookery, run, sample};

fn import(path: &Path, data: &Path) -> (Option<i32>, String, String) {
    let done = rookery().args(["import", "jsonl"]).arg(path).arg("--data-dir").arg(data).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

async fn head_revision(data: &Path) -> i64 {
    let server = Server::start(data);
    let client = server.client(Some("people/ada")).await;
    let request = client.request(rookery::grpc::pb::GetStatusRequest::default());
    let status = client.admin().get_status(request).await.expect("a named asker holds every scope in development").into_inner();
    server.terminate();
    status.ledger.expect("the ledger has figures").head_revision
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (code, said, complaints) = import(&sample(), &data);
    assert_eq!(code, Some(0), "{complaints}");
    assert!(said.contains(" 0 updated, 0 unchanged, 0 failed"), "{said}");
    let before = head_revision(&data).await;
    let (code, said, _) = import(&sample(), &data);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("0 created, 0 updated,") && said.contains(" 0 failed"), "{said}");
    assert_eq!(head_revision(&data).await, before);
    let checked = rookery().arg("check").arg("--data-dir").arg(&data).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    assert!(String::from_utf8_lossy(&checked.stdout).contains("the profiles agree with the ledger"));
}

#[test]
fn broken_records_are_told_and_the_rest_goes_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("documents.jsonl");
    let lines = [
        r#"{"id":"good","kind":"post","body":"good","authors":["ada"],"colour":"red"}"#,
        r#"{"id":"cut","kind":"po"#,
        r#"{"id":"odd","kind":"song","body":"la"}"#,
        r#"{"id":"lone","kind":"reply","body":"a reply to nothing"}"#,
        r#"{"id":"also-good","kind":"wiki","title":"Good","body":"too"}"#,
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let (code, said, complaints) = import(&file, &folder.path().join("data"));
    assert_eq!(code, Some(65), "{complaints}");
    assert!(said.contains("2 created") && said.contains("3 failed"), "{said}");
    for told in ["documents.jsonl:2:", "documents.jsonl:3: kind", "documents.jsonl:4:", "document.thread", "colour"] {
        assert!(complaints.contains(told), "{told} in {complaints}");
    }
}

#[test]
fn a_missing_path_and_a_wrong_word_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, complaints) = import(&folder.path().join("nothing"), &folder.path().join("data"));
    assert_eq!(code, Some(64), "{complaints}");
    assert_eq!(run(&["import", "jsonl", "x", "--audience", "friends"]).status.code(), Some(2));
    assert_eq!(run(&["find", "experts", "x", "--addr", "http://127.0.0.1:1"]).status.code(), Some(69));
}

#[test]
fn every_fault_of_the_configuration_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rookery.toml");
    std::fs::write(&file, "[server]\nlisten = \"nowhere\"\n[limits]\npage_size_max = 0\nwindows = 3\n").unwrap();
    let done = rookery().arg("serve").arg("--config").arg(&file).env("ROOKERY__LOG__FORMAT", "verse").output().unwrap();
    assert_eq!(done.status.code(), Some(78));
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    for told in ["server.listen", "limits.page_size_max", "windows", "ROOKERY__LOG__FORMAT", "rookery.toml"] {
        assert!(said.contains(told), "{told} in {said}");
    }
    assert_eq!(run(&["config", "check"]).status.code(), Some(0));
    let printed = run(&["config", "print", "--listen", "127.0.0.1:7"]);
    assert!(String::from_utf8_lossy(&printed.stdout).contains("127.0.0.1:7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn find_prints_for_people_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(import(&sample(), &data).0, Some(0));
    let dir = data.to_str().unwrap();
    let told = |arguments: &[&str], more: &[&str]| {
        let done = run(&[arguments, &["--as", "people/ada", "--data-dir", dir], more].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let find = |what: &str, query: &str, more: &[&str]| told(&["find", what, query], more);
    let peers = |more: &[&str]| told(&["find", "peers"], more);
    let ask = |what: &str, more: &[&str]| find(what, "grpc deadlines", more);
    let told = find("experts", "grpc deadlines and falconry", &[]);
    assert!(told.contains("Nobody here knows of: falconry\n"), "{told}");
    let told = ask("experts", &[]);
    assert!(told.contains("people/") && told.contains("relevance") && told.contains("documents/"), "{told}");
    assert!(told.contains("\n    in: ") && told.contains("declares \u{201c}"), "{told}");
    let told = ask("discussions", &[]);
    assert!(told.contains("documents/") && told.contains(" messages") && told.contains("in all"), "{told}");
    let told = ask("people", &[]);
    assert!(told.contains("people/tomasz") && told.contains("grpc in skills") && told.contains("1 in all"), "{told}");
    let told = peers(&["--person", "people/tomasz"]);
    assert!(told.contains("Interests: #") && told.contains("similarity 0.") && told.contains("shares "), "{told}");
    let json: serde_json::Value = serde_json::from_str(&peers(&["--json", "-n", "1"])).unwrap();
    assert_eq!(json["peers"].as_array().unwrap().len(), 1, "{json}");
    let json: serde_json::Value = serde_json::from_str(&ask("people", &["--json"])).unwrap();
    assert_eq!(json["people"][0]["matches"][1]["how"], "HOW_EXACT", "{json}");
    let json: serde_json::Value = serde_json::from_str(&ask("documents", &["--json"])).unwrap();
    assert!(json["documents"][0]["document"]["name"].as_str().unwrap().starts_with("documents/"), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judged_set_becomes_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let topics = folder.path().join("topics.tsv");
    std::fs::write(&topics, "t1\tgrpc deadlines\tHow long to wait\nt2\tqwertyuiop\t\n").unwrap();
    let (out, ratings) = (folder.path().join("run.txt"), folder.path().join("ratings.tsv"));
    let done = rookery()
        .args(["eval", "experts", "--depth", "5", "--data"])
        .arg(sample())
        .arg("--topics")
        .arg(&topics)
        .arg("--run")
        .arg(&out)
        .arg("--ratings")
        .arg(&ratings)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let run = std::fs::read_to_string(&out).unwrap();
    let first: Vec<&str> = run.lines().next().unwrap().split(' ').collect();
    assert_eq!((first[0], first[1], first[3], first[5]), ("t1", "Q0", "1", "rookery"));
    assert!((1..=5).contains(&run.lines().count()), "{run}");
    assert!(run.lines().all(|line| line.starts_with("t1 ")), "{run}");
    let ratings = std::fs::read_to_string(&ratings).unwrap();
    let rated: Vec<Vec<&str>> = ratings.lines().map(|line| line.split('\t').collect()).collect();
    let ranked: Vec<&str> = run.lines().map(|line| line.split(' ').nth(2).unwrap()).collect();
    assert_eq!(rated.iter().map(|fields| fields[1]).collect::<Vec<_>>(), ranked, "everybody is rated, in their order");
    for fields in &rated {
        let [relevance, score, fit] = [2, 4, 5].map(|at| fields[at].parse::<f64>().unwrap());
        assert!((0.0..=1.0).contains(&relevance) && score > 0.0 && fit > 0.0 && fit <= 1.0, "{fields:?}");
        assert!(["LOW", "MEDIUM", "HIGH"].contains(&fields[3]) && fields[6].parse::<u32>().unwrap() > 0, "{fields:?}");
    }
}
