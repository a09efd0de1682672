//! Which judged sets lie below a directory, how their questions are asked, and what the best published method reaches there.
//!
//! Named and paired as in scripts/eval.py: `topics_X.tsv` is judged by `qrels_X.txt`. A second judgement of the same topics is left
//! out, so that no question counts twice.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::Failure;
use super::super::arguments::QueryColumn;
use super::super::runfile::{self, Topic};
use super::judged::{self, Judgements};

/// Sets whose questions are asked with title and text; their short form alone is hardly a question.
const ASKED_LONG: [&str; 1] = ["scn"];
/// By set: average precision and method of the best published one.
const PUBLISHED: &str = include_str!("published.tsv");

/// Documents and people with questions about them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JudgedSet {
    /// Where they lie.
    pub(super) directory: PathBuf,
    /// What is asked.
    pub(super) questions: Vec<Questions>,
}

/// Questions with the judgement by which answers are measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Questions {
    /// The set's name, and what tells these questions from its others.
    pub(super) name: String,
    /// What is asked.
    pub(super) topics: Vec<Topic>,
    /// Which answers are right.
    pub(super) judgements: Judgements,
    /// Average precision of the best published method; nothing where none is known.
    pub(super) published: Option<f64>,
}

/// The sets of people in a directory, or the directory itself where it is one; only those of some names where there are any.
pub(super) fn below(data: &Path, only: &[String]) -> Result<Vec<JudgedSet>, Failure> {
    // A set is called by its directory, which `.` does not tell.
    let data = data.canonicalize().map_err(|error| Failure::Usage(format!("{}: {error}", data.display())))?;
    let here = entries(&data)?;
    let directories = if here.iter().any(|path| named(path, "documents.jsonl", "")) { vec![data.clone()] } else { here };
    let wanted = |directory: &PathBuf| directory.is_dir() && (only.is_empty() || only.contains(&name_of(directory)));
    let mut sets = directories.into_iter().filter(wanted).map(JudgedSet::of).collect::<Result<Vec<_>, _>>()?;
    sets.retain(|set| !set.questions.is_empty());
    if sets.is_empty() {
        return Err(Failure::Usage(format!("{}: no judged set of people", data.display())));
    }
    Ok(sets)
}

impl JudgedSet {
    fn of(directory: PathBuf) -> Result<Self, Failure> {
        let files = entries(&directory)?;
        let documents = files.iter().any(|path| named(path, "documents.jsonl", ""));
        let topics = files.into_iter().filter(|path| documents && named(path, "topics", ".tsv"));
        let questions = topics.filter_map(|topics| Questions::of(&directory, &topics).transpose()).collect::<Result<_, _>>()?;
        Ok(Self { directory, questions })
    }
}

impl Questions {
    /// Nothing where nobody judged these topics.
    fn of(directory: &Path, topics: &Path) -> Result<Option<Self>, Failure> {
        let stem = topics.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let part = stem.trim_start_matches("topics");
        let judgements = directory.join(format!("qrels{part}.txt"));
        if !judgements.is_file() {
            return Ok(None);
        }
        let set = name_of(directory);
        let asked = if ASKED_LONG.contains(&set.as_str()) { QueryColumn::Long } else { QueryColumn::Short };
        let name = format!("{set} {}", part.trim_start_matches('_')).trim_end().to_owned();
        let published = published(&name);
        Ok(Some(Self { name, topics: runfile::topics(topics, asked)?, judgements: judged::read(&judgements)?, published }))
    }
}

fn published(name: &str) -> Option<f64> {
    let rows = PUBLISHED.lines().filter(|line| !line.starts_with('#'));
    let columns = rows.map(|line| line.splitn(3, '\t').collect::<Vec<_>>());
    columns.filter(|columns| columns[0] == name).find_map(|columns| columns.get(1)?.parse().ok())
}

/// What a directory holds, in the order of the names.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: io::Error| Failure::Usage(format!("{}: {error}", directory.display()));
    let listed = fs::read_dir(directory).map_err(unreadable)?;
    let mut paths = listed.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn named(path: &Path, start: &str, end: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with(start) && name.ends_with(end)
}

fn name_of(directory: &Path) -> String {
    directory.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(below: &Path, name: &str, files: &[&str]) {
        fs::create_dir(below.join(name)).unwrap();
        for file in files {
            let text = if file.starts_with("qrels") { "t1 0 ada 1" } else { "t1\tshort\tand long" };
            fs::write(below.join(name).join(file), text).unwrap();
        }
    }

    #[test]
    fn topics_are_paired_with_their_judgements_and_asked_as_they_should() {
        let folder = tempfile::tempdir().unwrap();
        let below_this = folder.path();
        set(below_this, "scn", &["documents.jsonl.zst", "topics.tsv", "qrels.txt"]);
        set(below_this, "cranfield", &["documents.jsonl.zst", "queries.tsv", "qrels.txt"]);
        set(below_this, "no documents", &["topics.tsv", "qrels.txt"]);
        let files =
            ["topics.tsv", "topics_review.tsv", "topics_unjudged.tsv", "qrels.txt", "qrels_review.txt", "qrels_current.txt"];
        set(below_this, "k8s", &[&["documents.jsonl"], files.as_slice()].concat());
        let names = |sets: Vec<JudgedSet>| {
            let questions = sets.into_iter().flat_map(|set| set.questions);
            questions
                .map(|questions| (questions.name, questions.topics[0].query.clone(), questions.published))
                .collect::<Vec<_>>()
        };
        let k8s =
            [("k8s".to_owned(), "short".to_owned(), Some(0.379)), ("k8s review".to_owned(), "short".to_owned(), Some(0.193))];
        let scn = ("scn".to_owned(), "short and long".to_owned(), Some(0.28));
        assert_eq!(names(below(below_this, &[]).unwrap()), [k8s.to_vec(), vec![scn]].concat());
        assert_eq!(names(below(below_this, &["k8s".to_owned()]).unwrap()), k8s);
        assert_eq!(names(below(&below_this.join("k8s"), &[]).unwrap()), k8s);
        assert_eq!(published("somewhere else"), None);
    }

    #[test]
    fn every_published_figure_can_be_read() {
        let names: Vec<&str> = PUBLISHED.lines().skip(2).filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(names, ["k8s", "k8s review", "python", "scn", "cranfield"]);
        assert!(names.iter().all(|name| published(name).is_some_and(|figure| (0.0..1.0).contains(&figure))));
    }

    #[test]
    fn a_directory_without_a_set_and_one_that_is_not_there_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(below(folder.path(), &[]), Err(Failure::Usage(_))));
        assert!(matches!(below(&folder.path().join("nowhere"), &[]), Err(Failure::Usage(_))));
        set(folder.path(), "cranfield", &["documents.jsonl", "queries.tsv", "qrels.txt"]);
        assert!(matches!(below(folder.path(), &[]), Err(Failure::Usage(_))));
    }
}
