//! Requests for what is already known of: by several names at once, or by what a source calls it.

mod documents;
mod people;

pub(crate) use documents::{batch, source_sought};
pub(crate) use people::{people_found, people_names, person_key};
