//! Weights tried on judged sets, on a set small enough to be worked out by hand.
//!
//! Proved: 1. average precision is what comes out by hand: programs are not named, ids are the source's own, what is judged but not
//! asked counts 0; 2. the same seed prints the same, whatever else ran; 3. what cannot be read is told, with file and line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::rookery;

/// A program and three people wrote about falconry, each in a longer text than the one before, and one of them about tides.
fn birds(below: &Path) -> PathBuf {
    let set = below.join("birds");
    fs::create_dir(&set).unwrap();
    let document = |id: &str, author: &str, title: &str, words: usize| {
        let body = format!("Falconry. {}", "Bread and butter, rain and shine. ".repeat(words));
        format!(r#"{{"id":"{id}","kind":"wiki","title":"{title}","body":"{body}","authors":["{author}"]}}"#)
    };
    let documents = [
        document("d1", "robin", "Falconry, falconry", 0),
        document("d2", "ada", "Falconry", 1),
        document("d3", "bo@birds.example", "Field notes", 2),
        document("d4", "cy", "Field notes", 9),
        r#"{"id":"d5","kind":"wiki","title":"Tides","body":"High and low.","authors":["ada"]}"#.to_owned(),
    ];
    let people = [r#"{"id":"robin","name":"Robin","kind":"bot"}"#, r#"{"id":"bo@birds.example","name":"Bo"}"#];
    let judgements = ["t1 0 robin 2", "t1 0 bo@birds.example 1", "t1 0 cy 1", "t2 0 ada 2", "t2 0 cy 0", "t3 0 ada 1"];
    fs::write(set.join("documents.jsonl"), documents.join("\n")).unwrap();
    fs::write(set.join("people.jsonl"), people.join("\n")).unwrap();
    fs::write(set.join("topics.tsv"), "t1\tfalconry\nt2\ttides\nunjudged\tfalconry\n").unwrap();
    fs::write(set.join("qrels.txt"), judgements.join("\n")).unwrap();
    set
}

fn tune(data: &Path, more: &[&str]) -> Output {
    rookery().arg("tune").arg("--data").arg(data).args(more).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn average_precision_is_what_comes_out_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let set = birds(folder.path());
    let done = tune(folder.path(), &["--samples", "3"]);
    assert!(done.status.success(), "{}", said(&done.stderr));
    let told = said(&done.stdout);
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
    let of_birds: Vec<String> = rows.iter().filter(|row| row.get(1) == Some(&"birds")).map(|row| row.join("|")).collect();
    // Of three right answers on falconry the program is not named, the others come second and third; on tides the one comes first;
    // the third topic is not asked: (1/2 + 2/3) / 3, 1 and 0.
    assert_eq!(of_birds[0], "|birds|3|0.4630|0.4630|0.5041|-|-|", "{told}");
    assert!(told.contains("Worth of 3 configurations, on all topics: best 1.0000"), "{told}");
    assert!(told.contains("worst 1.0000; in force 1.0000, with 0 above it"), "who wrote one text is ranked by it alone: {told}");
    assert_eq!(said(&tune(&set, &["--samples", "3"]).stdout), told, "the set itself, and the same seed");
    assert_ne!(said(&tune(&set, &["--samples", "3", "--seed", "2", "--only", "birds"]).stdout), "");
}

#[test]
fn what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |data: &Path, more: &[&str]| {
        let done = tune(data, more);
        (done.status.code(), said(&done.stderr))
    };
    let (code, told) = refused(folder.path(), &[]);
    assert!(code == Some(64) && told.contains("no judged set of people"), "{told}");
    let (code, told) = refused(&folder.path().join("nowhere"), &[]);
    assert!(code == Some(64) && told.contains("nowhere"), "{told}");
    let set = birds(folder.path());
    let (code, told) = refused(folder.path(), &["--only", "fish"]);
    assert!(code == Some(64) && told.contains("no judged set of people"), "{told}");
    for samples in ["0", "-1", "10001", "many"] {
        assert_eq!(refused(&set, &["--samples", samples]).0, Some(2), "{samples}");
    }
    fs::write(set.join("qrels.txt"), "t1 0 ada 1\nt1 0 cy\n").unwrap();
    let (code, told) = refused(&set, &["--samples", "1"]);
    assert!(code == Some(65) && told.contains("qrels.txt:2: a judgement has four columns"), "{told}");
}
