//! What a person is found by: every handle, every e-mail address and the id, in the form in which they are compared.

use std::collections::BTreeSet;

use crate::domain::{Person, ResourceName};

/// An alias as it is compared: without one leading `@` and without regard to case. Letters are raised before they are
/// lowered, so that letters with two lower-case forms (the Greek sigma, the German sharp s) meet.
pub(super) fn folded(alias: &str) -> String {
    let bare = alias.strip_prefix('@').unwrap_or(alias);
    bare.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Everything that a person is found by, folded, without repeats. What folds to nothing finds nobody.
pub(super) fn aliases(person: &Person) -> BTreeSet<String> {
    let written = person.handles.iter().chain(&person.emails).map(String::as_str);
    written.chain([person.name.id()]).map(folded).filter(|alias| !alias.is_empty()).collect()
}
