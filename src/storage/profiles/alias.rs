//! What a person is found by: every handle, every e-mail address and the id, in the form in which they are compared.

use std::collections::BTreeSet;

use crate::domain::{Person, ResourceName, folded_alias};

/// Everything that a person is found by, folded, without repeats. What folds to nothing finds nobody.
pub(super) fn aliases(person: &Person) -> BTreeSet<String> {
    let written = person.handles.iter().chain(&person.emails).map(String::as_str);
    written.chain([person.name.id()]).map(folded_alias).filter(|alias| !alias.is_empty()).collect()
}
