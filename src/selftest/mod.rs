//! Proves, by asking, that nobody learns of what they may not read.
//!
//! A seed makes pairs of worlds that differ only in what one asker may not see. Both are built as fresh houses, the same questions
//! are put to every method of every service, and the answers must be the same bytes, sealed tokens aside. This room must never
//! be part of serving, and no other room may know of it but the command line. Start reading at [`Campaign`]: `generate` makes the
//! pairs and `model.rs` confirms what they hide, `house.rs` builds a world, `questions` is the table of what is asked, `compare.rs`
//! asks and compares, and `leaks` are mistakes on purpose, to show that they are found.

mod campaign;
mod cast;
mod compare;
mod coverage;
mod generate;
mod house;
mod leaks;
mod mask;
mod model;
mod questions;
mod random;
mod revocation;
mod script;
mod timing;
mod wire;

#[cfg(test)]
mod tests;

pub use campaign::{Campaign, Outcome, Stopped};
pub use compare::{CannotCompare, Compared, Difference};
pub use coverage::uncovered_methods;
pub use house::{Broken, Stores};
pub use leaks::Leak;
pub(crate) use random::Random;
pub use revocation::{Asked, CannotRace, Mistake, Race, RaceOutcome, Shown, Way};
pub use timing::{CannotTime, Timing, Told};
