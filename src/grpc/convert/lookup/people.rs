//! Requests for people by several names or by what is known of them, and the answers.

use crate::app::{Limits, PeopleBatch, PersonKey};
use crate::domain::PersonName;
use crate::grpc::convert::{Faults, bounds, document, person};
use crate::grpc::pb;
use crate::grpc::pb::lookup_person_request::Key;

/// The names of a batch.
pub(crate) fn people_names(names: &[String], limits: &Limits, faults: &mut Faults) -> Vec<PersonName> {
    if names.is_empty() {
        faults.add("names", "is required: a name such as \"people/ID\"");
    }
    faults.names("names", names, bounds::batch(limits))
}

/// The people of a batch, as shown.
pub(crate) fn people_found(found: PeopleBatch) -> pb::BatchGetPeopleResponse {
    pb::BatchGetPeopleResponse {
        people: found.people.into_iter().map(|shown| person::person(shown, String::new())).collect(),
        not_found: found.not_found.iter().map(ToString::to_string).collect(),
    }
}

/// What is known of a person who is looked up.
pub(crate) fn person_key(key: Option<Key>, limits: &Limits, faults: &mut Faults) -> Option<PersonKey> {
    match key {
        Some(Key::Source(source)) => Some(PersonKey::Source(document::source("source", source, limits, faults))),
        Some(Key::Alias(alias)) => {
            if alias.trim_start_matches('@').trim().is_empty() {
                faults.add("alias", "must not be empty");
            }
            Some(PersonKey::Alias(faults.short_text("alias", alias, bounds::title(limits))))
        }
        None => {
            faults.add("key", "is required: source or alias");
            None
        }
    }
}
