//! What is shown, and written back whole, is the same, field by field: documents, people and communities of every sort.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::limits;
use crate::access::Asker;
use crate::app::{CommunityPatch, DocumentPatch, Etag, PersonPatch, SeenDocument, Shown};
use crate::domain::{
    Audience, Community, CommunityName, Document, DocumentName, Given, Grant, GroupId, Hashtag, Kind, Language, MarkupFormat,
    MembershipPolicy, Moment, Participation, Person, PersonKind, PersonName, PersonState, Principal, Principals, Reacted,
    ResourceName, Role, Source, ThreadPlace,
};
use crate::grpc::convert::{self, community_change, imported_document, imported_person};
use crate::grpc::pb;

fn id() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._~:-]{1,12}"
}

fn named<N: ResourceName + std::fmt::Debug>() -> impl Strategy<Value = N> {
    id().prop_map(|id| N::from_id(&id).unwrap())
}

fn principals() -> impl Strategy<Value = Principals> {
    let one = prop_oneof![
        named::<PersonName>().prop_map(Principal::Person),
        named::<CommunityName>().prop_map(Principal::Community),
        id().prop_map(|id| Principal::Group(GroupId::parse(&id).unwrap())),
    ];
    proptest::collection::btree_set(one, 0..3)
}

fn audiences() -> impl Strategy<Value = Audience> {
    let grant = prop_oneof![Just(Grant::World), Just(Grant::Organization), principals().prop_map(Grant::Restricted)];
    (grant, principals()).prop_map(|(grant, denies)| Audience { grant, denies })
}

fn moments() -> impl Strategy<Value = Moment> {
    (Moment::MIN.unix_seconds()..=Moment::MAX.unix_seconds()).prop_map(|seconds| Moment::from_unix_seconds(seconds).unwrap())
}

fn sources() -> impl Strategy<Value = Option<Source>> {
    proptest::option::of(("[a-z]{1,9}", "\\PC{1,9}").prop_map(|(system, id)| Source { system, id }))
}

fn hashtags() -> impl Strategy<Value = Vec<Hashtag>> {
    proptest::collection::btree_set("[a-z+.]{0,3}[a-z]", 0..5)
        .prop_map(|tags| tags.iter().map(|tag| Hashtag::parse(tag).unwrap()).collect())
}

fn languages() -> impl Strategy<Value = Language> {
    "[a-z]{2}".prop_map(|tag| Language::parse(&tag).unwrap())
}

prop_compose! {
    fn documents()(
        name in named::<DocumentName>(),
        (kind, format) in (0..Kind::ALL.len(), 0..3_usize),
        (title, body) in ("\\PC{0,12}", ".{0,30}"),
        people in proptest::collection::btree_set((named::<PersonName>(), 0..Role::ALL.len()), 0..7),
        community in proptest::option::of(named()),
        audience in audiences(),
        thread in proptest::option::of((named(), named())),
        hashtags in hashtags(),
        language in languages(),
        (accepted, likes) in (any::<bool>(), proptest::option::of(0..=i32::MAX.unsigned_abs())),
        source in sources(),
        (created, updated) in (moments(), moments()),
    ) -> Document {
        let mut people: Vec<Participation> =
            people.into_iter().map(|(person, role)| Participation { person, role: Role::ALL[role] }).collect();
        people.sort_unstable();
        Document {
            name,
            kind: Kind::ALL[kind],
            title,
            body,
            format: [MarkupFormat::Plain, MarkupFormat::Markdown, MarkupFormat::Html][format],
            given: Given { people: people.clone(), hashtags: hashtags.clone(), language: Some(language) },
            people,
            community,
            audience,
            moderation: None,
            inherited: Vec::new(),
            thread: thread.map(|(root, parent)| ThreadPlace { root, parent }),
            hashtags,
            language,
            accepted,
            reactions: likes.into_iter().map(|count| ("like".to_owned(), count)).collect(),
            reacted: Reacted::new(),
            review: None,
            url: "https://example.org/a".to_owned(),
            source,
            created,
            updated,
        }
    }
}

prop_compose! {
    fn persons()(
        name in named::<PersonName>(),
        texts in proptest::collection::vec("\\PC{0,12}", 4),
        lists in proptest::collection::vec(proptest::collection::vec("[a-z]{1,9}", 0..4), 3),
        languages in proptest::collection::vec(languages(), 0..3),
        (kind, state) in (0..3_usize, any::<bool>()),
        source in sources(),
        now in moments(),
    ) -> Person {
        Person {
            display_name: "Ada".to_owned(),
            title: texts[0].clone(),
            unit: texts[1].clone(),
            location: texts[2].clone(),
            bio: texts[3].clone(),
            handles: lists[0].clone(),
            emails: lists[1].clone(),
            skills: lists[2].clone(),
            languages,
            kind: [PersonKind::Human, PersonKind::Bot, PersonKind::Shared][kind],
            state: if state { PersonState::Active } else { PersonState::Left },
            source,
            stub: false,
            ..Person::stub(name, String::new(), now)
        }
    }
}

fn shown<T: serde::Serialize + Clone>(value: &T) -> Shown<T> {
    Shown { value: value.clone(), etag: Etag::of(value) }
}

proptest! {
    #[test]
    fn documents_come_back_as_they_were(document in documents()) {
        let seen = SeenDocument {
            reaction_counts: document.reaction_counts(),
            own_reactions: vec!["like".to_owned()],
            review_state: None,
            document: document.clone(),
        };
        let message = convert::document(Shown { value: seen, etag: Etag::of(&document) }, "token".to_owned());
        prop_assert_eq!((&message.etag, message.revision.as_str()), (&Etag::of(&document).as_str().to_owned(), "token"));
        let (name, patch) = imported_document(message, &limits()).unwrap();
        prop_assert_eq!(name, document.name);
        let expected = DocumentPatch {
            kind: Some(document.kind),
            title: Some(document.title),
            body: Some(document.body),
            format: Some(document.format),
            people: Some(document.people),
            community: Some(document.community),
            audience: Some(document.audience),
            thread: Some(document.thread),
            hashtags: Some(document.hashtags),
            language: Some(Some(document.language)),
            accepted: Some(document.accepted),
            reactions: Some(document.reactions),
            url: Some(document.url),
            source: Some(document.source),
            created: Some(Some(document.created)),
            updated: Some(Some(document.updated)),
            when_missing: None,
        };
        prop_assert_eq!(patch, expected);
    }

    #[test]
    fn people_come_back_as_they_were(person in persons()) {
        let (name, patch) = imported_person(convert::person(shown(&person), String::new()), &limits()).unwrap();
        prop_assert_eq!(name, person.name);
        let expected = PersonPatch {
            display_name: Some(person.display_name),
            handles: Some(person.handles),
            emails: Some(person.emails),
            title: Some(person.title),
            unit: Some(person.unit),
            location: Some(person.location),
            bio: Some(person.bio),
            skills: Some(person.skills),
            languages: Some(person.languages),
            kind: Some(person.kind),
            state: Some(person.state),
            source: Some(person.source),
            masked: false,
            when_missing: None,
        };
        prop_assert_eq!(patch, expected);
    }

    #[test]
    fn communities_come_back_as_they_were(
        name in named::<CommunityName>(),
        members in proptest::collection::btree_set(named::<PersonName>(), 0..5),
        hashtags in hashtags(),
        audience in audiences(),
        (closed, listed) in (any::<bool>(), any::<bool>()),
        source in sources(),
        now in moments(),
    ) {
        let community = Community {
            name: name.clone(),
            display_name: "Tides".to_owned(),
            description: "About\ntides".to_owned(),
            caretakers: members.iter().take(1).cloned().collect::<BTreeSet<_>>(),
            members,
            hashtags,
            audience,
            policy: if closed { MembershipPolicy::Closed } else { MembershipPolicy::Open },
            listed,
            source,
            created: now,
            updated: now,
        };
        let request = pb::UpdateCommunityRequest {
            community: Some(convert::community(shown(&community), String::new())),
            update_mask: Some(prost_types::FieldMask { paths: vec!["*".to_owned()] }),
            ..Default::default()
        };
        let read = community_change(request, &Asker::service(), &limits()).unwrap();
        prop_assert_eq!(read.name, name);
        let expected = CommunityPatch {
            display_name: Some(community.display_name),
            description: Some(community.description),
            members: Some(community.members),
            caretakers: Some(community.caretakers),
            hashtags: Some(community.hashtags),
            audience: Some(community.audience),
            policy: Some(community.policy),
            listed: Some(community.listed),
            source: Some(community.source),
            when_missing: None,
        };
        prop_assert_eq!(read.patch, expected);
    }
}
