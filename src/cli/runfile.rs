//! Topics in, TREC runs out.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::Failure;
use super::arguments::QueryColumn;

/// One question of a judged set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Topic {
    pub(super) id: String,
    pub(super) query: String,
}

/// Reads topics: id, short query and, where there is one, a description, separated by tabs.
pub(super) fn topics(path: &Path, column: QueryColumn) -> Result<Vec<Topic>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let mut topics = Vec::new();
    for (at, line) in text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut columns = line.trim_end_matches('\r').split('\t');
        let (Some(id), Some(short)) = (columns.next(), columns.next()) else {
            return Err(Failure::Data(format!("{}:{}: needs an id and a query, separated by a tab", path.display(), at + 1)));
        };
        let query = match (column, columns.next()) {
            (QueryColumn::Long, Some(description)) => format!("{short} {description}"),
            _ => short.to_owned(),
        };
        topics.push(Topic { id: id.to_owned(), query });
    }
    Ok(topics)
}

/// Writes the ranked ids of one topic. The score column holds the reciprocal rank, so that a measuring program keeps our order
/// among equal scores.
pub(super) fn write_ranking(out: &mut dyn Write, topic: &str, ranked: &[String]) -> io::Result<()> {
    for (at, id) in ranked.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
        let score = 1.0 / (at as f64 + 1.0);
        writeln!(out, "{topic} Q0 {id} {} {score:.9} rookery", at + 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_by_column_and_ranks_are_written_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("topics.tsv");
        fs::write(&file, "t1\tshort\tlong words\nt2\tonly\n\n").unwrap();
        let query = |column| topics(&file, column).unwrap().into_iter().map(|topic| topic.query).collect::<Vec<_>>();
        assert_eq!(query(QueryColumn::Short), ["short", "only"]);
        assert_eq!(query(QueryColumn::Long), ["short long words", "only"]);
        fs::write(&file, "t1 without a tab\n").unwrap();
        assert!(matches!(topics(&file, QueryColumn::Short), Err(Failure::Data(_))));
        let mut out = Vec::new();
        write_ranking(&mut out, "t1", &["b".to_owned(), "a".to_owned()]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "t1 Q0 b 1 1.000000000 rookery\nt1 Q0 a 2 0.500000000 rookery\n");
    }
}
