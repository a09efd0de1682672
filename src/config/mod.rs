//! What an operator may set, as checked values.
//!
//! Configuration is two types. `Typed` is what was typed: each key with its raw value and the layer
//! it came from. `Config` is what that means: addresses parsed, sizes and durations as types, ranges checked.
//! `load` builds the first from `default.toml` < file < environment < flags and turns it into the second; every
//! fault of every layer is reported at once, with its source, so that an operator mends a file in one go.
//!
//! The room holds values and nothing else: it opens, binds and logs nothing, imports no other room, and only
//! `load.rs` knows the environment or figment. A key exists in three places that tests hold together: `default.toml`
//! (meaning and range, for people), `meaning.rs` (its type) and `read.rs` (its check). Start reading in `default.toml`.

mod fault;
mod load;
mod meaning;
mod nearest;
mod print;
mod read;
mod reader;
#[cfg(test)]
mod tests;
mod typed;
mod units;

pub use fault::{ConfigError, Fault, Problem, Source};
pub use load::{Loaded, Override, Sources, load};
pub use meaning::{
    Config, CorsOrigins, Development, Index, LanguageCode, Limits, Log, LogDirectives, LogFormat, Origin, Server, ServerLimits,
    Storage, Text, Web,
};
pub use units::ByteSize;

/// Every key, each with the range that its value must keep to, in the order of `default.toml`.
///
/// For what has to agree with the keys from outside this room: the chart's schema, the reference pages.
#[must_use]
pub fn keys() -> Vec<(&'static str, Option<String>)> {
    let typed = load::defaults();
    read::read(&typed).keys
}
