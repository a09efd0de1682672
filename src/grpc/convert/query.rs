//! What was typed.

use super::Faults;
use crate::app::{Limits, Mode, parse};

/// A query within its limits; an empty one asks for everything.
pub(crate) fn query(typed: String, limits: &Limits, faults: &mut Faults) -> String {
    for error in parse(&typed, Mode::Lenient, &limits.query()).err().into_iter().flatten() {
        faults.add("query", error.to_string());
    }
    typed
}

/// A query within its limits that holds something.
pub(crate) fn required_query(typed: String, limits: &Limits, faults: &mut Faults) -> String {
    if typed.trim().is_empty() {
        faults.add("query", "must hold a word");
    }
    query(typed, limits, faults)
}
