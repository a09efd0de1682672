//! What is already known of: by several names at once, or by what a source calls it.

mod documents;
mod people;

pub use documents::DocumentBatch;
pub use people::{PeopleBatch, PersonKey};
