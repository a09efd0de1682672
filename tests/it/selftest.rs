//! `rookery selftest`, as its users meet it.
//!
//! Proved: 1. it tells how much was compared and that nothing differs; 2. it finds a planted leak and says after how many worlds;
//! 3. an unknown leak is wrong usage, and the known ones are told; 4. a race that is lost is told; 5. what time tells is a table.

use crate::support::run;

fn noninterference(more: &[&str]) -> (Option<i32>, String, String) {
    let done = run(&[&["selftest", "noninterference", "--seed", "4"], more].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn it_tells_what_was_compared() {
    let (code, said, complaints) = noninterference(&["--worlds", "2"]);
    assert_eq!(code, Some(0), "{said}{complaints}");
    let figures: Vec<(&str, u64)> = said
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, figure)| (name.trim(), figure.parse().expect("a figure")))
        .collect();
    assert_eq!(figures[0], ("worlds", 2));
    assert!(figures.contains(&("differing bytes", 0)), "{said}");
    assert!(figures.iter().any(|(name, figure)| *name == "answers compared" && *figure > 200), "{said}");
}

#[test]
fn a_planted_leak_is_found() {
    let (code, said, complaints) = noninterference(&["--worlds", "50", "--planted", "global-statistics"]);
    assert_eq!(code, Some(0), "{said}{complaints}");
    assert!(said.contains("the leak global-statistics was found after "), "{said}");
    let (code, _, complaints) = noninterference(&["--worlds", "0", "--planted", "global-statistics"]);
    assert_eq!(code, Some(1));
    assert!(complaints.contains("was not found"), "{complaints}");
}

#[test]
fn an_unknown_leak_is_wrong_usage() {
    let (code, _, complaints) = noninterference(&["--planted", "tap"]);
    assert_eq!(code, Some(64));
    assert!(complaints.contains("post-filter") && complaints.contains("already-exists"), "{complaints}");
}

#[test]
fn a_race_that_is_lost_is_told() {
    let race = |more: &[&str]| {
        let done = run(&[&["selftest", "revocation", "--seed", "4", "--rounds", "40"], more].concat());
        (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr))
    };
    let (code, said) = race(&[]);
    assert_eq!(code, Some(0), "{said}");
    let leaks = said.lines().find_map(|line| line.strip_prefix("leaks ")).expect("it tells how many leaks there were");
    assert_eq!(leaks.trim(), "0", "{said}");
    let (code, said) = race(&["--planted", "late-revocation"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the mistake late-revocation was found after "), "{said}");
    let (code, said) = race(&["--planted", "tap"]);
    assert_eq!(code, Some(64));
    assert!(said.contains("late-revocation"), "{said}");
}

#[test]
fn what_time_tells_is_a_table() {
    let done = run(&["selftest", "timing", "--documents", "40", "--calls", "20"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8_lossy(&done.stdout);
    let rows: Vec<Vec<&str>> =
        said.lines().skip(2).map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect();
    assert!(rows.len() >= 8, "{said}");
    for row in rows {
        let auc: f64 = row[5].parse().expect("the last column is a probability");
        assert!((0.0..=1.0).contains(&auc) && row[2].ends_with("µs") && row[3].ends_with("µs"), "{row:?}");
    }
}
