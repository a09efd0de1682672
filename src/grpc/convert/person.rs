//! People: requests to changes, and people as they are shown.

use super::{Change, Faults, Mask, bounds, document, moment, word, write};
use crate::access::Asker;
use crate::app::{AppError, Limits, PersonPatch, Presence, Shown, WriteOptions};
use crate::domain::{Moment, Person, PersonName, ResourceName};
use crate::grpc::pb;

/// The fields that a change may name.
const FIELDS: [&str; 12] =
    ["display_name", "handles", "emails", "title", "unit", "location", "bio", "skills", "languages", "kind", "state", "source"];

/// The fields that name the person, or that only the service writes.
const PASSED_OVER: [&str; 7] = ["name", "stub", "create_time", "update_time", "etag", "revision", "accounts"];

/// A request to make or change a person.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn person_change(
    request: pb::UpdatePersonRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<PersonName, PersonPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "UpdatePerson", &request.request_id, &request, &mut faults);
    let mask = Mask::read(request.update_mask, &FIELDS, &PASSED_OVER, &mut faults);
    let Some(message) = request.person else {
        faults.add("person", "is required");
        return faults.finish(None);
    };
    let options = WriteOptions {
        etag: write::etag("person.etag", &message.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: key,
        validate_only: request.validate_only,
    };
    let name = faults.name("person.name", &message.name);
    let when_missing = match &mask {
        Mask::Named(_) if request.allow_missing => Some(Box::new(patch(message.clone(), &Mask::Set, limits, &mut faults))),
        _ => None,
    };
    let masked = matches!(mask, Mask::Named(_));
    let patch = PersonPatch { masked, when_missing, ..patch(message, &mask, limits, &mut faults) };
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to make a person. Who is not named is called by a digest of the request's id, so that a repeated request names the
/// same person, or where there is none by a `fresh_id`.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn person_creation(
    request: pb::CreatePersonRequest,
    asker: &Asker,
    limits: &Limits,
    fresh_id: &str,
) -> Result<Change<PersonName, PersonPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "CreatePerson", &request.request_id, &request, &mut faults);
    let id = match &key {
        _ if !request.person_id.is_empty() => request.person_id,
        Some(key) => write::digest_id(key),
        None => fresh_id.to_owned(),
    };
    let name = PersonName::from_id(&id).inspect_err(|error| faults.add("person_id", error.to_string())).ok();
    let Some(mut message) = request.person else {
        faults.add("person", "is required");
        return faults.finish(None);
    };
    for (field, given) in [("person.name", &message.name), ("person.etag", &message.etag)] {
        if !given.is_empty() {
            faults.add(field, "must be empty: person_id names a new person");
        }
    }
    message.name = format!("{}/{id}", PersonName::COLLECTION);
    let patch = patch(message, &Mask::Whole, limits, &mut faults);
    let options = WriteOptions {
        presence: Presence::Refused,
        request: key,
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to delete a person.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn person_removal(request: &pb::DeletePersonRequest, asker: &Asker) -> Result<Change<PersonName, ()>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: write::request_key(asker, "DeletePerson", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
    };
    faults.finish(name.map(|name| Change { name, patch: (), options }))
}

/// A person of an import: the whole of it, as its source has it.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn imported_person(message: pb::Person, limits: &Limits) -> Result<(PersonName, PersonPatch), AppError> {
    let mut faults = Faults::default();
    let name = faults.name("person.name", &message.name);
    write::check_etag("person.etag", &message.etag, &mut faults);
    let patch = patch(message, &Mask::Whole, limits, &mut faults);
    faults.finish(name.map(|name| (name, patch)))
}

/// The taken fields as a change. A field that is not taken is not looked at.
fn patch(message: pb::Person, mask: &Mask, limits: &Limits, faults: &mut Faults) -> PersonPatch {
    let mut patch = PersonPatch::default();
    if mask.takes("display_name", message.display_name.is_empty()) {
        let given = faults.short_text("person.display_name", message.display_name, bounds::title(limits));
        let id = || message.name.rsplit('/').next().unwrap_or_default().to_owned();
        patch.display_name = Some(if given.trim().is_empty() { id() } else { given });
    }
    if mask.takes("handles", message.handles.is_empty()) {
        patch.handles = Some(faults.short_texts("person.handles", message.handles, bounds::FEW, bounds::title(limits)));
    }
    if mask.takes("emails", message.emails.is_empty()) {
        patch.emails = Some(faults.short_texts("person.emails", message.emails, bounds::FEW, bounds::title(limits)));
    }
    if mask.takes("title", message.title.is_empty()) {
        patch.title = Some(faults.short_text("person.title", message.title, bounds::title(limits)));
    }
    if mask.takes("unit", message.unit.is_empty()) {
        patch.unit = Some(faults.short_text("person.unit", message.unit, bounds::title(limits)));
    }
    if mask.takes("location", message.location.is_empty()) {
        patch.location = Some(faults.short_text("person.location", message.location, bounds::title(limits)));
    }
    if mask.takes("bio", message.bio.is_empty()) {
        patch.bio = Some(faults.long_text("person.bio", message.bio, bounds::text(limits)));
    }
    if mask.takes("skills", message.skills.is_empty()) {
        patch.skills = Some(faults.short_texts("person.skills", message.skills, bounds::SKILLS, bounds::title(limits)));
    }
    if mask.takes("languages", message.languages.is_empty()) {
        patch.languages = Some(faults.languages("person.languages", &message.languages, bounds::FEW));
    }
    if mask.takes("kind", message.kind == 0) {
        patch.kind = word::read_person_kind("person.kind", message.kind, faults);
    }
    if mask.takes("state", message.state == 0) {
        patch.state = word::read_state("person.state", message.state, faults);
    }
    if mask.takes("source", message.source.is_none()) {
        patch.source = Some(message.source.map(|given| document::source("person.source", given, limits, faults)));
    }
    patch
}

/// A person as they are shown; `revision` is the sealed token of the write that it answers, empty for a read.
pub(crate) fn person(shown: Shown<Person>, revision: String) -> pb::Person {
    let Shown { value, etag } = shown;
    pb::Person { etag: etag.as_str().to_owned(), revision, ..card(value) }
}

/// A person as they are shown beside what they wrote.
pub(crate) fn card(person: Person) -> pb::Person {
    // Somebody of whom no more than the name may be told comes without times, which `app` leaves at the epoch.
    let time = |moment: Moment| (moment != Moment::default()).then(|| moment::timestamp(moment));
    pb::Person {
        name: person.name.to_string(),
        display_name: person.display_name,
        handles: person.handles,
        emails: person.emails,
        title: person.title,
        unit: person.unit,
        location: person.location,
        bio: person.bio,
        skills: person.skills,
        languages: person.languages.iter().map(ToString::to_string).collect(),
        kind: word::person_kind(person.kind).into(),
        state: word::state(person.state).into(),
        stub: person.stub,
        source: person.source.map(document::shown_source),
        create_time: time(person.created),
        update_time: time(person.updated),
        etag: String::new(),
        revision: String::new(),
        accounts: person.accounts.iter().map(ToString::to_string).collect(),
    }
}
