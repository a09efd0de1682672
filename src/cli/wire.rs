//! Domain values as the messages that an import sends.

use crate::connectors::jsonl::SourceDocument;
use crate::domain::{
    Audience, Community, Grant, Kind, Language, MarkupFormat, MembershipPolicy, Moment, Participation, Person, PersonKind,
    PersonState, Role, Source,
};
use crate::grpc::pb;

/// A document as its source has it; what the source does not say is left to the server.
pub(super) fn document(source: SourceDocument) -> pb::Document {
    let document = source.document;
    pb::Document {
        name: document.name.to_string(),
        kind: kind(document.kind).into(),
        title: document.title,
        body: document.body,
        format: format(document.format).into(),
        people: document.given.people.iter().map(participation).collect(),
        community: document.community.map(|name| name.to_string()).unwrap_or_default(),
        audience: Some(audience(&document.audience)),
        thread: document.thread.map(|place| pb::ThreadPlace { root: place.root.to_string(), parent: place.parent.to_string() }),
        hashtags: document.given.hashtags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        language: document.given.language.map(|language| language.to_string()).unwrap_or_default(),
        accepted: document.accepted,
        reactions: document.reactions.into_iter().map(|(kind, count)| (kind, i32::try_from(count).unwrap_or(i32::MAX))).collect(),
        url: document.url,
        source: document.source.map(origin),
        create_time: source.created_given.then(|| timestamp(document.created)),
        update_time: source.updated_given.then(|| timestamp(document.updated)),
        ..pb::Document::default()
    }
}

/// A person as its source has it.
pub(super) fn person(person: Person) -> pb::Person {
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
        languages: person.languages.iter().map(Language::to_string).collect(),
        kind: match person.kind {
            PersonKind::Human => pb::PersonKind::Human,
            PersonKind::Bot => pb::PersonKind::Bot,
            PersonKind::Shared => pb::PersonKind::Shared,
        }
        .into(),
        state: match person.state {
            PersonState::Active => pb::PersonState::Active,
            PersonState::Left => pb::PersonState::Left,
        }
        .into(),
        source: person.source.map(origin),
        ..pb::Person::default()
    }
}

/// A community as its source has it.
pub(super) fn community(community: Community) -> pb::Community {
    pb::Community {
        name: community.name.to_string(),
        display_name: community.display_name,
        description: community.description,
        members: community.members.iter().map(ToString::to_string).collect(),
        caretakers: community.caretakers.iter().map(ToString::to_string).collect(),
        hashtags: community.hashtags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        audience: Some(audience(&community.audience)),
        policy: match community.policy {
            MembershipPolicy::Open => pb::MembershipPolicy::Open,
            MembershipPolicy::Closed => pb::MembershipPolicy::Closed,
        }
        .into(),
        listed: community.listed,
        source: community.source.map(origin),
        ..pb::Community::default()
    }
}

fn origin(source: Source) -> pb::Source {
    pb::Source { system: source.system, id: source.id }
}

fn participation(participation: &Participation) -> pb::Participation {
    let role = match participation.role {
        Role::Author => pb::Role::Author,
        Role::Contributor => pb::Role::Contributor,
        Role::Answerer => pb::Role::Answerer,
        Role::Asker => pb::Role::Asker,
        Role::Mentioned => pb::Role::Mentioned,
        Role::Reviewer => pb::Role::Reviewer,
    };
    pb::Participation { person: participation.person.to_string(), role: role.into() }
}

fn kind(kind: Kind) -> pb::DocumentKind {
    match kind {
        Kind::Post => pb::DocumentKind::Post,
        Kind::Article => pb::DocumentKind::Article,
        Kind::Page => pb::DocumentKind::Page,
        Kind::Topic => pb::DocumentKind::Topic,
        Kind::Reply => pb::DocumentKind::Reply,
    }
}

fn format(format: MarkupFormat) -> pb::MarkupFormat {
    match format {
        MarkupFormat::Plain => pb::MarkupFormat::Plain,
        MarkupFormat::Markdown => pb::MarkupFormat::Markdown,
        MarkupFormat::Html => pb::MarkupFormat::Html,
    }
}

/// An audience as it is sent.
pub(super) fn audience(audience: &Audience) -> pb::Audience {
    let (grant, allowed) = match &audience.grant {
        Grant::World => (pb::audience::Grant::World, Vec::new()),
        Grant::Organization => (pb::audience::Grant::Organization, Vec::new()),
        Grant::Restricted(to) => (pb::audience::Grant::Restricted, to.iter().map(ToString::to_string).collect()),
    };
    pb::Audience { grant: grant.into(), allowed, denied: audience.denies.iter().map(ToString::to_string).collect() }
}

fn timestamp(moment: Moment) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: moment.unix_seconds(), nanos: 0 }
}
