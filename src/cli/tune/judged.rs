//! Judgements in TREC's format, and the measure by which rankings are held against them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::super::Failure;

/// Which answers are right, by topic; a topic to which none is right has an empty set.
pub(super) type Judgements = BTreeMap<String, BTreeSet<String>>;

/// Reads judgements: topic, something that is not used, id and grade, separated by white space. A grade above 0 is right.
pub(super) fn read(path: &Path) -> Result<Judgements, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let mut judgements = Judgements::new();
    for (at, line) in text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fault = |what: &str| Failure::Data(format!("{}:{}: {what}", path.display(), at + 1));
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [topic, _, id, grade] = columns.as_slice() else {
            return Err(fault("a judgement has four columns: topic, 0, id, grade"));
        };
        let grade: i32 = grade.parse().map_err(|_| fault("the grade is no whole number"))?;
        let right = judgements.entry((*topic).to_owned()).or_default();
        if grade > 0 {
            right.insert((*id).to_owned());
        }
    }
    if judgements.is_empty() {
        return Err(Failure::Data(format!("{}: judges nothing", path.display())));
    }
    Ok(judgements)
}

/// Average precision, as `trec_eval` measures it: the precision down to each right answer, summed over those ranked, as a share of
/// how many right answers there are. `ranked` says of each rank whether the answer there is right.
#[expect(clippy::cast_precision_loss, reason = "ranks are small")]
pub(super) fn average_precision(ranked: impl Iterator<Item = bool>, right: usize) -> f64 {
    let at = ranked.enumerate().filter(|(_, right)| *right).map(|(at, _)| at);
    let sum: f64 = at.enumerate().map(|(found, at)| (found as f64 + 1.0) / (at as f64 + 1.0)).sum();
    sum / right.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_is_as_worked_out_by_hand() {
        let of = |ranked: &[u8], right| average_precision(ranked.iter().map(|right| *right == 1), right);
        let check = |ranked: &[u8], right, expected: f64| {
            assert!((of(ranked, right) - expected).abs() < 1e-12, "{ranked:?}: {}", of(ranked, right));
        };
        check(&[1], 1, 1.0);
        check(&[0, 1], 1, 0.5);
        check(&[1, 0, 1, 0, 0, 1], 3, (1.0 + 2.0 / 3.0 + 3.0 / 6.0) / 3.0);
        check(&[1, 1], 4, 0.5);
        check(&[0, 0, 0], 2, 0.0);
        check(&[], 2, 0.0);
        check(&[0], 0, 0.0);
    }

    #[test]
    fn judgements_are_read_by_topic_and_faults_are_told_with_their_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("qrels.txt");
        let given = |text: &str| {
            fs::write(&file, text).unwrap();
            read(&file)
        };
        let judgements = given("t1 0 ada 2\nt1\t0\tbo\t0\n\nt1 0 cy 1\r\nt2 0 bo -1\n").unwrap();
        assert_eq!(judgements["t1"], BTreeSet::from(["ada".to_owned(), "cy".to_owned()]));
        assert!(judgements["t2"].is_empty());
        for (text, told) in [
            ("t1 0 ada 1\nt1 0 ada\n", "qrels.txt:2: a judgement has four columns"),
            ("t1 0 ada 1 2\n", "qrels.txt:1: a judgement has four columns"),
            ("t1 0 ada yes\n", "qrels.txt:1: the grade"),
            ("\n", "judges nothing"),
        ] {
            let refused = given(text);
            assert!(matches!(&refused, Err(Failure::Data(said)) if said.contains(told)), "{refused:?}");
        }
        assert!(matches!(read(&folder.path().join("nothing")), Err(Failure::Usage(_))));
    }
}
