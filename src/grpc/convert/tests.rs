//! Proved: 1. every kind of fault names its path, and a limit its key; 2. all faults are named at once; 3. masks take what they
//! name, and a missing resource is made of everything; 4. what only the service writes is passed over; 5. an import takes whole
//! resources; 6. removals, page sizes and filters are read; 7. in `round_trip`: what is shown and written back whole is the same.

mod round_trip;

use super::*;
use crate::access::Asker;
use crate::app::{AppError, DocumentPatch, FieldFault, Limits, Presence};
use crate::domain::{Audience, DocumentName, ResourceName};
use crate::grpc::pb;

/// Small limits, each another number.
pub(super) fn limits() -> Limits {
    Limits {
        query_bytes: 100,
        query_terms: 9,
        query_clauses: 12,
        query_depth: 3,
        page_size_default: 20,
        page_size_max: 50,
        window: 1_000,
        document_text_bytes: 1_000,
        title_bytes: 60,
        audience_principals: 6,
        asker_groups: 8,
        hashtags_per_document: 5,
        people_per_document: 7,
        batch: 10,
        sweep_batch: 10,
        filter_values: 4,
        community_members: 11,
        reactors_per_document: 12,
        description_words: 500,
        snippet_chars: 240,
        evidence_per_person: 5,
        endorsements_per_person: 2_000,
        topics_per_person: 50,
        alias_links_per_person: 1_000,
        matches_per_discussion: 3,
        participants_per_discussion: 10,
        prefix_expansions: 128,
        misspelt_words: 3,
        relax_below: 10,
        synonym_sets: 5_000,
        curations: 5_000,
        facet_values: 100,
    }
}

fn faults<T: std::fmt::Debug>(read: Result<T, AppError>) -> Vec<FieldFault> {
    match read {
        Err(AppError::Invalid(faults)) => faults,
        other => panic!("no fault was found: {other:?}"),
    }
}

fn good() -> pb::Document {
    pb::Document {
        name: "documents/good".to_owned(),
        kind: pb::DocumentKind::Page.into(),
        title: "Good".to_owned(),
        body: "good".to_owned(),
        people: vec![pb::Participation { person: "people/ada".to_owned(), role: pb::Role::Author.into() }],
        audience: Some(pb::Audience { grant: pb::audience::Grant::World.into(), ..Default::default() }),
        ..Default::default()
    }
}

fn change(document: pb::Document, paths: &[&str], allow_missing: bool) -> Result<Change<DocumentName, DocumentPatch>, AppError> {
    let update_mask = Some(prost_types::FieldMask { paths: paths.iter().map(ToString::to_string).collect() });
    let request = pb::UpdateDocumentRequest { document: Some(document), update_mask, allow_missing, ..Default::default() };
    document_change(request, &Asker::service(), &limits())
}

#[test]
fn every_fault_of_a_document_names_its_path() {
    type Spoil = fn(&mut pb::Document);
    let restricted = |allowed: Vec<String>| {
        Some(pb::Audience { grant: pb::audience::Grant::Restricted.into(), allowed, ..Default::default() })
    };
    let cases: [(&str, &str, Spoil); 40] = [
        ("document.name", "is required", |d| d.name.clear()),
        ("document.name", "documents/", |d| d.name = "people/ada".to_owned()),
        ("document.name", "letters, digits", |d| d.name = "documents/a b".to_owned()),
        ("document.name", "letters, digits", |d| d.name = "documents/a\u{0}".to_owned()),
        ("document.name", "1 to 200", |d| d.name = format!("documents/{}", "x".repeat(201))),
        ("document.kind", "is required", |d| d.kind = 0),
        ("document.kind", "77 is not", |d| d.kind = 77),
        ("document.title", "control", |d| d.title = "a\u{0}b".to_owned()),
        ("document.title", "limits.title_bytes allows 60", |d| d.title = "x".repeat(61)),
        ("document.body", "limits.document_text_bytes allows 1000", |d| d.body = "x".repeat(1_001)),
        ("document.format", "9 is not", |d| d.format = 9),
        ("document.people", "limits.people_per_document allows 7", |d| d.people = vec![d.people[0].clone(); 8]),
        ("document.people[0].person", "people/", |d| d.people[0].person = "ada".to_owned()),
        ("document.people[0].role", "is required", |d| d.people[0].role = 0),
        ("document.people[0].role", "99 is not", |d| d.people[0].role = 99),
        ("document.community", "communities/", |d| d.community = "tides".to_owned()),
        ("document.audience", "is required", |d| d.audience = None),
        ("document.audience.grant", "is required", |d| d.audience = Some(pb::Audience::default())),
        ("document.audience.grant", "7 is not", |d| d.audience = Some(pb::Audience { grant: 7, ..Default::default() })),
        ("document.audience.allowed", "GRANT_RESTRICTED", |d| {
            d.audience.as_mut().unwrap().allowed = vec!["people/ada".to_owned()];
        }),
        ("document.audience.denied[1]", "people/ID, groups/ID", |d| {
            d.audience.as_mut().unwrap().denied = vec!["groups/board".to_owned(), "board".to_owned()];
        }),
        ("document.audience.denied[0]", "letters, digits", |d| {
            d.audience.as_mut().unwrap().denied = vec!["groups/a b".to_owned()];
        }),
        ("document.audience", "limits.audience_principals allows 6", |d| {
            d.audience.as_mut().unwrap().denied = vec!["people/ada".to_owned(); 7];
        }),
        ("document.thread.root", "documents/", |d| {
            d.thread = Some(pb::ThreadPlace { root: "x".to_owned(), parent: "documents/x".to_owned() });
        }),
        ("document.thread.parent", "is required", |d| {
            d.thread = Some(pb::ThreadPlace { root: "documents/x".to_owned(), parent: String::new() });
        }),
        ("document.hashtags[0]", "1 to 100", |d| d.hashtags = vec!["#".to_owned()]),
        ("document.hashtags[1]", "letters", |d| d.hashtags = vec!["fine".to_owned(), "a\u{0}b".to_owned()]),
        ("document.hashtags", "limits.hashtags_per_document allows 5", |d| d.hashtags = vec!["a".to_owned(); 6]),
        ("document.language", "language tag", |d| d.language = "english".to_owned()),
        ("document.reactions", "negative", |d| d.reactions = [("like".to_owned(), -1)].into()),
        ("document.reactions", "empty", |d| d.reactions = [(" ".to_owned(), 1)].into()),
        ("document.reactions", "at most 64", |d| d.reactions = (0..65).map(|n| (n.to_string(), 1)).collect()),
        ("document.reactions", "at most 100", |d| d.reactions = [("x".repeat(101), 1)].into()),
        ("document.url", "https://", |d| d.url = "javascript:alert(1)".to_owned()),
        ("document.url", "white space", |d| d.url = "https://a b".to_owned()),
        ("document.url", "at most 2048", |d| d.url = format!("https://{}", "x".repeat(2_048))),
        ("document.source.id", "is required", |d| {
            d.source = Some(pb::Source { system: "forum".to_owned(), id: String::new() });
        }),
        ("document.source.system", "at most 200", |d| {
            d.source = Some(pb::Source { system: "x".repeat(201), id: "1".to_owned() });
        }),
        ("document.create_time", "9999", |d| {
            d.create_time = Some(prost_types::Timestamp { seconds: 253_402_300_800, nanos: 0 });
        }),
        ("document.update_time", "nanos", |d| d.update_time = Some(prost_types::Timestamp { seconds: 0, nanos: -1 })),
    ];
    assert!(imported_document(good(), &limits()).is_ok());
    for (field, said, spoil) in cases {
        let mut document = good();
        spoil(&mut document);
        let found = faults(imported_document(document, &limits()));
        let [fault] = found.as_slice() else { panic!("{field}: {found:?}") };
        assert_eq!(fault.field, field, "{fault:?}");
        assert!(fault.description.contains(said), "{said} in {fault:?}");
    }
    let nobody = pb::Document { audience: restricted(Vec::new()), ..good() };
    let (_, patch) = imported_document(nobody, &limits()).unwrap();
    assert_eq!(patch.audience, Some(Audience::restricted([])), "a list that is empty opens to nobody");
}

#[test]
fn all_faults_are_named_at_once() {
    let bad = pb::Document {
        name: "documents/a b".to_owned(),
        kind: 42,
        title: "t\u{1}".to_owned(),
        people: vec![pb::Participation { person: "ada".to_owned(), role: 0 }],
        audience: None,
        ..Default::default()
    };
    let named: Vec<String> = faults(change(bad.clone(), &["*", "titel"], false)).into_iter().map(|fault| fault.field).collect();
    assert_eq!(
        named,
        ["update_mask", "update_mask", "document.name"],
        "a wrong mask is no reason to look at what it does not take"
    );
    let named: Vec<String> = faults(change(bad, &[], true)).into_iter().map(|fault| fault.field).collect();
    let expected = ["name", "kind", "title", "people[0].person", "people[0].role", "audience"].map(|f| format!("document.{f}"));
    assert_eq!(named, expected);
    let empty = pb::UpdateDocumentRequest { request_id: "1".to_owned(), ..Default::default() };
    let named: Vec<String> =
        faults(document_change(empty, &Asker::service(), &limits())).into_iter().map(|fault| fault.field).collect();
    assert_eq!(named, ["request_id", "document"]);
}

#[test]
fn what_new_documents_need_is_told_beside_other_faults_only() {
    let partial = pb::Document { name: "documents/a".to_owned(), title: "A".to_owned(), ..Default::default() };
    let patch = change(partial.clone(), &[], true).unwrap().patch;
    assert_eq!(patch, DocumentPatch { title: Some("A".to_owned()), ..Default::default() }, "it may exist, and only change");
    let wrong = pb::Document { title: "\u{0}".to_owned(), ..partial };
    let named = |allow_missing| -> Vec<String> {
        faults(change(wrong.clone(), &[], allow_missing)).into_iter().map(|fault| fault.field).collect()
    };
    assert_eq!(named(true), ["document.title", "document.kind", "document.audience"]);
    assert_eq!(named(false), ["document.title"]);
}

#[test]
fn masks_take_what_they_name() {
    let named = change(good(), &["title", "community", "thread", "url", "accepted"], false).unwrap().patch;
    let expected = DocumentPatch {
        title: Some("Good".to_owned()),
        community: Some(None),
        thread: Some(None),
        url: Some(String::new()),
        accepted: Some(false),
        ..Default::default()
    };
    assert_eq!(named, expected);
    let unlooked_at = pb::Document { kind: 99, url: "nonsense".to_owned(), ..good() };
    assert!(change(unlooked_at, &["title"], false).is_ok(), "what is not taken is not looked at");
    let whole = change(good(), &["*"], false).unwrap().patch;
    let (_, imported) = imported_document(good(), &limits()).unwrap();
    assert_eq!(whole, imported);
    assert!(faults(change(pb::Document { audience: None, ..good() }, &["audience"], false))[0].field == "document.audience");
    for path in FIELDS_OF_DOCUMENTS {
        assert!(change(good(), &[path], false).is_ok(), "{path}");
    }
}

/// Every field of the message, so that none is forgotten by the masks.
const FIELDS_OF_DOCUMENTS: [&str; 22] = [
    "name",
    "kind",
    "title",
    "body",
    "format",
    "people",
    "community",
    "audience",
    "hashtags",
    "language",
    "accepted",
    "reactions",
    "url",
    "source",
    "create_time",
    "update_time",
    "etag",
    "revision",
    "thread",
    "own_reactions",
    "reaction_counts",
    "review",
];

#[test]
fn a_missing_resource_is_made_of_everything_that_is_set() {
    let made = change(good(), &["title"], true).unwrap().patch;
    assert_eq!(made.body, None);
    let when_missing = made.when_missing.expect("the mask does not hold for what is missing");
    assert_eq!(*when_missing, change(good(), &[], false).unwrap().patch);
    assert_eq!(when_missing.body.as_deref(), Some("good"));
    assert_eq!(change(good(), &["title"], false).unwrap().patch.when_missing, None);
    assert_eq!(change(good(), &[], true).unwrap().patch.when_missing, None);
}

#[test]
fn people_and_communities_name_their_faults_too() {
    let person = pb::Person {
        name: "people/".to_owned(),
        display_name: "\u{7}".to_owned(),
        handles: vec!["ada".to_owned(), " ".to_owned()],
        emails: vec!["x".to_owned(); 65],
        bio: "x".repeat(1_001),
        languages: vec!["en".to_owned(), "1".to_owned()],
        kind: 9,
        state: -1,
        source: Some(pb::Source::default()),
        ..Default::default()
    };
    let named: Vec<String> = faults(imported_person(person, &limits())).into_iter().map(|fault| fault.field).collect();
    let expected =
        ["name", "display_name", "handles[1]", "emails", "bio", "languages[1]", "kind", "state", "source.system", "source.id"];
    assert_eq!(named, expected.map(|field| format!("person.{field}")));
    let community = pb::Community {
        name: "communities/tides".to_owned(),
        members: vec!["people/ada".to_owned(), "ada".to_owned()],
        caretakers: vec!["people/ada".to_owned(); 12],
        hashtags: vec!["##".to_owned()],
        policy: 5,
        ..Default::default()
    };
    let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
    let read = community_change(request, &Asker::service(), &limits());
    let named: Vec<String> = faults(read).into_iter().map(|fault| fault.field).collect();
    assert_eq!(
        named,
        ["members[1]", "caretakers", "hashtags[0]", "policy", "audience"].map(|field| format!("community.{field}"))
    );
}

#[test]
fn a_line_break_in_a_title_is_a_blank_and_bodies_stay_as_they_are() {
    let odd = pb::Document { title: "two\nlines\tof it".to_owned(), body: "a\u{c}b\u{0}\r\n".to_owned(), ..good() };
    let (_, patch) = imported_document(odd, &limits()).unwrap();
    assert_eq!(patch.title.as_deref(), Some("two lines of it"));
    assert_eq!(patch.body.as_deref(), Some("a\u{c}b\u{0}\r\n"));
}

#[test]
fn whoever_has_no_name_is_called_by_the_id() {
    for display_name in ["", " \n"] {
        let person = pb::Person { name: "people/ada".to_owned(), display_name: display_name.to_owned(), ..Default::default() };
        let (_, patch) = imported_person(person, &limits()).unwrap();
        assert_eq!(patch.display_name.as_deref(), Some("ada"));
    }
    let community = pb::Community { name: "communities/tides".to_owned(), ..Default::default() };
    let paths = vec!["display_name".to_owned()];
    let update_mask = Some(prost_types::FieldMask { paths });
    let request = pb::UpdateCommunityRequest { community: Some(community), update_mask, ..Default::default() };
    let patch = community_change(request, &Asker::service(), &limits()).unwrap().patch;
    assert_eq!(patch.display_name.as_deref(), Some("tides"));
}

#[test]
fn repeats_and_order_of_people_and_labels_make_no_difference() {
    let given = |person: &str| pb::Participation { person: format!("people/{person}"), role: pb::Role::Author.into() };
    let one =
        pb::Document { people: vec![given("bo"), given("ada"), given("bo")], hashtags: vec!["B".into(), "#a".into()], ..good() };
    let two =
        pb::Document { people: vec![given("ada"), given("bo")], hashtags: vec!["a".into(), "b".into(), "A".into()], ..good() };
    assert_eq!(imported_document(one, &limits()).unwrap(), imported_document(two, &limits()).unwrap());
}

#[test]
fn options_are_read() {
    let request = pb::UpdatePersonRequest {
        person: Some(pb::Person { name: "people/ada".to_owned(), etag: "e".to_owned(), ..Default::default() }),
        allow_missing: true,
        validate_only: true,
        request_id: "0190163d-8694-739b-aea5-966c26f8ad91".to_owned(),
        ..Default::default()
    };
    let options = person_change(request.clone(), &Asker::service(), &limits()).unwrap().options;
    assert!(options.presence == Presence::Optional && options.validate_only && options.request.is_some());
    assert_eq!(options.etag.as_deref(), Some("e"));
    let plain = pb::UpdatePersonRequest {
        person: Some(pb::Person { name: "people/ada".to_owned(), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(person_change(plain, &Asker::service(), &limits()).unwrap().options, WriteOptions::default());
    let removal = pb::DeleteCommunityRequest { name: "communities/tides".to_owned(), etag: "e".to_owned(), ..Default::default() };
    let removal = community_removal(&removal, &Asker::service()).unwrap();
    assert_eq!((removal.name.id(), removal.options.etag.as_deref()), ("tides", Some("e")));
    assert_eq!(faults(document_removal(&pb::DeleteDocumentRequest::default(), &Asker::service()))[0].field, "name");
    assert_eq!(faults(person_removal(&pb::DeletePersonRequest::default(), &Asker::service()))[0].field, "name");
}

#[test]
fn page_sizes_have_a_default_and_a_limit() {
    let mut faults = Faults::default();
    let read: Vec<usize> = [0, 1, 50, 51, i32::MAX].map(|wanted| page_size(wanted, &limits(), &mut faults)).to_vec();
    assert_eq!(read, [20, 1, 50, 50, 50]);
    assert!(faults.is_empty());
    page_size(-1, &limits(), &mut faults);
    assert_eq!(self::faults(faults.finish(Some(())))[0].field, "page_size");
}

#[test]
fn filters_name_their_faults_and_keep_positions() {
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let message = pb::DocumentFilter {
        kinds: vec![pb::DocumentKind::Topic.into(), 0],
        people: vec!["people/ada".to_owned(), "ada".to_owned()],
        communities: vec!["communities/tides".to_owned(); 5],
        hashtags: vec!["#Moon".to_owned(), "#".to_owned()],
        languages: vec!["en-GB".to_owned(), String::new()],
        create_time: Some(pb::TimeRange { start_time: time(10), end_time: time(9) }),
    };
    let mut found = Faults::default();
    filter(Some(&message), &limits(), &mut found);
    let named: Vec<String> = faults(found.finish(Some(()))).into_iter().map(|fault| fault.field).collect();
    let expected = ["kinds[1]", "people[1]", "communities", "hashtags[1]", "languages[1]", "create_time.end_time"];
    assert_eq!(named, expected.map(|field| format!("filter.{field}")));
    let mut none = Faults::default();
    assert!(filter(None, &limits(), &mut none).is_empty() && none.is_empty());
}
