//! What was typed.

use super::Faults;
use crate::app::{Limits, Mode, Typed, parse_query};
use crate::grpc::pb;

/// A query within its limits; an empty one asks for everything. Read strictly, everything that is wrong with it is a fault.
pub(crate) fn query(typed: &str, mode: i32, limits: &Limits, faults: &mut Faults) -> Typed {
    let mode = match pb::QueryMode::try_from(mode) {
        Ok(pb::QueryMode::Unspecified | pb::QueryMode::Lenient) => Mode::Lenient,
        Ok(pb::QueryMode::Strict) => Mode::Strict,
        Ok(pb::QueryMode::Plain) => Mode::Plain,
        Err(_) => {
            faults.add("query_mode", format!("{mode} is not a known mode"));
            Mode::Lenient
        }
    };
    parse_query(typed, mode, &limits.query()).unwrap_or_else(|errors| {
        for error in errors {
            faults.add("query", error.to_string());
        }
        Typed::default()
    })
}

/// A query within its limits that holds something.
pub(crate) fn required_query(typed: &str, mode: i32, limits: &Limits, faults: &mut Faults) -> Typed {
    if typed.trim().is_empty() {
        faults.add("query", "must hold a word");
    }
    query(typed, mode, limits, faults)
}

/// Words that name somebody, within the limits of a query; an empty text asks for everybody.
pub(crate) fn words(typed: String, limits: &Limits, faults: &mut Faults) -> String {
    if let Err(error) = limits.query().check_plain(&typed) {
        faults.add("query", error.to_string());
    }
    typed
}
