//! The language as a whole: texts, the trees that they are read as, and the queries that are made of these.

mod compiled;
mod faults;
mod operators;
mod plain;
mod properties;
mod words;

use super::{Mode, QueryError, QueryLimits, Typed, parse};

/// Wide limits, within which everything printed can be read again.
pub(super) const LIMITS: QueryLimits = QueryLimits { bytes: 1 << 16, words: 100_000, clauses: 100_000, depth: 32 };
/// The clock.
pub(super) const NOW: &str = "2026-03-01T00:30:15Z";

fn strictly(typed: &str) -> Result<Typed, Vec<QueryError>> {
    parse(typed, Mode::Strict, &LIMITS)
}

fn leniently(typed: &str) -> Typed {
    parse(typed, Mode::Lenient, &LIMITS).unwrap_or_else(|errors| panic!("{typed:?}: {errors:?}"))
}

/// Texts with the trees that they are read as, printed. Nothing of them is wrong.
fn check(table: &[(&str, &str)]) {
    for (typed, printed) in table {
        let tree = strictly(typed).unwrap_or_else(|errors| panic!("{typed:?}: {errors:?}")).tree;
        assert_eq!(tree.to_string(), *printed, "{typed:?} is {tree:?}");
        assert_eq!(strictly(printed).map(|again| again.tree).as_ref(), Ok(&tree), "{typed:?}, printed {printed:?}");
        let lenient = leniently(typed);
        assert_eq!((lenient.tree, lenient.notes), (tree, Vec::new()), "{typed:?}");
    }
}
