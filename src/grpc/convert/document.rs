//! Documents: requests to changes, and documents as they are shown.

use std::collections::BTreeMap;

use super::{Change, Faults, Mask, audience, bounds, moment, review, word, write};
use crate::access::Asker;
use crate::app::{AppError, DocumentPatch, Limits, SeenDocument, Shown, WriteOptions};
use crate::domain::{DocumentName, Participation, Reactions, ResourceName, Source, ThreadPlace};
use crate::grpc::pb;

/// The fields that a change may name.
const FIELDS: [&str; 16] = [
    "kind",
    "title",
    "body",
    "format",
    "people",
    "community",
    "audience",
    "thread",
    "hashtags",
    "language",
    "accepted",
    "reactions",
    "url",
    "source",
    "create_time",
    "update_time",
];

/// The fields that name the document, or that only the service writes.
const PASSED_OVER: [&str; 8] =
    ["name", "etag", "revision", "moderation", "thread_audiences", "own_reactions", "reaction_counts", "review"];

/// Told beside other faults, so that a new document is put right in one go; alone, only the ledger knows whether it is new.
const NEEDED_WHEN_NEW: &str = "is required for a new document";

/// A request to make or change a document.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn document_change(
    request: pb::UpdateDocumentRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<DocumentName, DocumentPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "UpdateDocument", &request.request_id, &request, &mut faults);
    let mask = Mask::read(request.update_mask, &FIELDS, &PASSED_OVER, &mut faults);
    let Some(message) = request.document else {
        faults.add("document", "is required");
        return faults.finish(None);
    };
    let options = WriteOptions {
        etag: write::etag("document.etag", &message.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: key,
        validate_only: request.validate_only,
    };
    let name = faults.name("document.name", &message.name);
    let (kind_unsaid, audience_unsaid) = (message.kind == 0, message.audience.is_none());
    let when_missing = match &mask {
        Mask::Named(_) if request.allow_missing => Some(Box::new(patch(message.clone(), &Mask::Set, limits, &mut faults))),
        _ => None,
    };
    let patch = DocumentPatch { when_missing, ..patch(message, &mask, limits, &mut faults) };
    if request.allow_missing && !faults.is_empty() {
        if kind_unsaid {
            faults.add_once("document.kind", NEEDED_WHEN_NEW);
        }
        if audience_unsaid {
            faults.add_once("document.audience", NEEDED_WHEN_NEW);
        }
    }
    faults.finish(name.map(|name| Change { name, patch, options }))
}

/// A request to make a document. Without an id it has no name yet.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn document_creation(
    request: pb::CreateDocumentRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<Option<DocumentName>, DocumentPatch>, AppError> {
    let mut faults = Faults::default();
    let key = write::request_key(asker, "CreateDocument", &request.request_id, &request, &mut faults);
    let id = (!request.document_id.is_empty()).then_some(request.document_id);
    let name =
        id.and_then(|id| DocumentName::from_id(&id).inspect_err(|error| faults.add("document_id", error.to_string())).ok());
    let Some(message) = request.document else {
        faults.add("document", "is required");
        return faults.finish(None);
    };
    for (field, given) in [("document.name", &message.name), ("document.etag", &message.etag)] {
        if !given.is_empty() {
            faults.add(field, "must be empty: document_id names a new document");
        }
    }
    let patch = patch(message, &Mask::Whole, limits, &mut faults);
    let options = WriteOptions { request: key, validate_only: request.validate_only, ..WriteOptions::default() };
    faults.finish(Some(Change { name, patch, options }))
}

/// A request to delete a document.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn document_removal(request: &pb::DeleteDocumentRequest, asker: &Asker) -> Result<Change<DocumentName, ()>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        presence: write::presence(request.allow_missing),
        request: write::request_key(asker, "DeleteDocument", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
    };
    faults.finish(name.map(|name| Change { name, patch: (), options }))
}

/// A document of an import: the whole of it, as its source has it.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn imported_document(message: pb::Document, limits: &Limits) -> Result<(DocumentName, DocumentPatch), AppError> {
    imported(message, limits, Faults::default())
}

/// The same in an import that is a sync of a source system, which every document must name.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn synced_document(
    message: pb::Document,
    system: &str,
    limits: &Limits,
) -> Result<(DocumentName, DocumentPatch), AppError> {
    let mut faults = Faults::default();
    if message.source.as_ref().is_none_or(|source| source.system != system) {
        faults.add("document.source.system", format!("must be {system}: the import is a sync of it"));
    }
    imported(message, limits, faults)
}

fn imported(message: pb::Document, limits: &Limits, mut faults: Faults) -> Result<(DocumentName, DocumentPatch), AppError> {
    let name = faults.name("document.name", &message.name);
    write::check_etag("document.etag", &message.etag, &mut faults);
    let patch = patch(message, &Mask::Whole, limits, &mut faults);
    faults.finish(name.map(|name| (name, patch)))
}

/// The taken fields as a change. A field that is not taken is not looked at.
fn patch(message: pb::Document, mask: &Mask, limits: &Limits, faults: &mut Faults) -> DocumentPatch {
    let mut patch = DocumentPatch::default();
    if mask.takes("kind", message.kind == 0) {
        patch.kind = word::read_kind("document.kind", message.kind, faults);
    }
    if mask.takes("title", message.title.is_empty()) {
        patch.title = Some(faults.short_text("document.title", message.title, bounds::title(limits)));
    }
    if mask.takes("body", message.body.is_empty()) {
        patch.body = Some(faults.long_text("document.body", message.body, bounds::text(limits)));
    }
    if mask.takes("format", message.format == 0) {
        patch.format = word::read_format("document.format", message.format, faults);
    }
    if mask.takes("people", message.people.is_empty()) {
        patch.people = Some(people(&message.people, limits, faults));
    }
    if mask.takes("community", message.community.is_empty()) {
        let given = (!message.community.is_empty()).then_some(message.community);
        patch.community = Some(given.and_then(|name| faults.name("document.community", &name)));
    }
    if mask.takes("audience", message.audience.is_none()) {
        if message.audience.is_none() {
            faults.add("document.audience", "is required: nothing is public by default");
        }
        patch.audience = message.audience.and_then(|given| audience::read("document.audience", &given, limits, faults));
    }
    if mask.takes("thread", message.thread.is_none()) {
        patch.thread = Some(message.thread.and_then(|place| thread(&place, faults)));
    }
    if mask.takes("hashtags", message.hashtags.is_empty()) {
        let mut tags = faults.hashtags("document.hashtags", &message.hashtags, bounds::hashtags(limits));
        tags.sort_unstable();
        tags.dedup();
        patch.hashtags = Some(tags);
    }
    if mask.takes("language", message.language.is_empty()) {
        let given = (!message.language.is_empty()).then_some(message.language);
        patch.language = Some(given.and_then(|tag| faults.language("document.language", &tag)));
    }
    if mask.takes("accepted", !message.accepted) {
        patch.accepted = Some(message.accepted);
    }
    if mask.takes("reactions", message.reactions.is_empty()) {
        patch.reactions = Some(reactions(message.reactions, faults));
    }
    if mask.takes("url", message.url.is_empty()) {
        patch.url = Some(faults.url("document.url", message.url, bounds::URL));
    }
    if mask.takes("source", message.source.is_none()) {
        patch.source = Some(message.source.map(|given| source("document.source", given, limits, faults)));
    }
    if mask.takes("create_time", message.create_time.is_none()) {
        let given = message.create_time;
        patch.created = Some(given.and_then(|given| moment::moment("document.create_time", &given, faults)));
    }
    if mask.takes("update_time", message.update_time.is_none()) {
        let given = message.update_time;
        patch.updated = Some(given.and_then(|given| moment::moment("document.update_time", &given, faults)));
    }
    patch
}

/// People and roles, sorted and without repeats, so that their order in a source makes no change.
fn people(given: &[pb::Participation], limits: &Limits, faults: &mut Faults) -> Vec<Participation> {
    if !faults.check_entries("document.people", given.len(), bounds::people(limits)) {
        return Vec::new();
    }
    let mut people = Vec::with_capacity(given.len());
    for (at, given) in given.iter().enumerate() {
        let person = faults.name(format_args!("document.people[{at}].person"), &given.person);
        let role = word::read_role(format_args!("document.people[{at}].role"), given.role, faults);
        people.extend(person.zip(role).map(|(person, role)| Participation { person, role }));
    }
    people.sort_unstable();
    people.dedup();
    people
}

fn thread(given: &pb::ThreadPlace, faults: &mut Faults) -> Option<ThreadPlace> {
    let root = faults.name("document.thread.root", &given.root);
    let parent = faults.name("document.thread.parent", &given.parent);
    root.zip(parent).map(|(root, parent)| ThreadPlace { root, parent })
}

fn reactions(given: BTreeMap<String, i32>, faults: &mut Faults) -> Reactions {
    if !faults.check_entries("document.reactions", given.len(), bounds::FEW) {
        return Reactions::new();
    }
    let mut reactions = Reactions::new();
    for (kind, count) in given {
        if kind.trim().is_empty() {
            faults.add("document.reactions", "a kind of reaction must not be empty");
        }
        let kind = faults.short_text("document.reactions", kind, bounds::REACTION);
        match u32::try_from(count) {
            Ok(count) => {
                reactions.insert(kind, count);
            }
            Err(_) => faults.add("document.reactions", format!("{count} is not a count: it must not be negative")),
        }
    }
    reactions
}

/// Where a resource came from; both parts are required.
pub(super) fn source(field: &str, given: pb::Source, limits: &Limits, faults: &mut Faults) -> Source {
    let mut part = |name: &str, text: String, bound| {
        if text.is_empty() {
            faults.add(format_args!("{field}.{name}"), "is required");
        }
        faults.short_text(format_args!("{field}.{name}"), text, bound)
    };
    Source { system: part("system", given.system, bounds::SYSTEM), id: part("id", given.id, bounds::title(limits)) }
}

/// Where a resource came from, as it is shown.
pub(super) fn shown_source(source: Source) -> pb::Source {
    pb::Source { system: source.system, id: source.id }
}

/// A document as it is shown; `revision` is the sealed token of the write that it answers, empty for a read.
pub(crate) fn document(shown: Shown<SeenDocument>, revision: String) -> pb::Document {
    let Shown { value: SeenDocument { document: value, reaction_counts, own_reactions, review_state }, etag } = shown;
    pb::Document {
        name: value.name.to_string(),
        kind: word::kind(value.kind).into(),
        title: value.title,
        body: value.body,
        format: word::format(value.format).into(),
        people: value.people.iter().map(participation).collect(),
        community: value.community.map(|name| name.to_string()).unwrap_or_default(),
        audience: Some(audience::write(&value.audience)),
        thread: value.thread.map(|place| pb::ThreadPlace { root: place.root.to_string(), parent: place.parent.to_string() }),
        hashtags: value.hashtags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        language: value.language.to_string(),
        accepted: value.accepted,
        reactions: counts(value.reactions),
        url: value.url,
        source: value.source.map(shown_source),
        create_time: Some(moment::timestamp(value.created)),
        update_time: Some(moment::timestamp(value.updated)),
        etag: etag.as_str().to_owned(),
        revision,
        moderation: value.moderation.as_ref().map(audience::write),
        thread_audiences: value.inherited.iter().map(audience::write).collect(),
        own_reactions,
        reaction_counts: counts(reaction_counts),
        review: value.review.zip(review_state).map(|(said, state)| review::shown(*said, state)),
    }
}

fn counts(reactions: Reactions) -> BTreeMap<String, i32> {
    reactions.into_iter().map(|(kind, count)| (kind, i32::try_from(count).unwrap_or(i32::MAX))).collect()
}

fn participation(participation: &Participation) -> pb::Participation {
    pb::Participation { person: participation.person.to_string(), role: word::role(participation.role).into() }
}
