//! A line of `documents.jsonl`: one document, and one more for every reply.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::fields::{self, Extra, WrittenAudience};
use crate::domain::{
    Audience, CommunityName, Document, DocumentName, Given, Kind, Language, MarkupFormat, Moment, Participation, PersonName,
    Role, ThreadPlace,
};

/// A document as its source has it. Where the source gave no moment, the document's field is the epoch and means nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceDocument {
    /// The document; people, hashtags and language are as given.
    pub document: Document,
    /// Whether the source says when it was written.
    pub created_given: bool,
    /// Whether the source says when it was changed.
    pub updated_given: bool,
}

#[derive(Deserialize)]
struct Written {
    id: String,
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    format: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    contributors: Vec<String>,
    created: Option<String>,
    updated: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    space: Option<String>,
    community: Option<String>,
    #[serde(default)]
    url: String,
    language: Option<String>,
    audience: Option<WrittenAudience>,
    thread: Option<WrittenThread>,
    #[serde(default)]
    roles: Vec<WrittenRole>,
    #[serde(default)]
    reactions: BTreeMap<String, u32>,
    #[serde(default)]
    accepted: bool,
    #[serde(default)]
    replies: Vec<WrittenReply>,
    #[serde(flatten)]
    extra: Extra,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenThread {
    Root(String),
    Place { root: String, parent: Option<String> },
}

#[derive(Deserialize)]
struct WrittenRole {
    person: String,
    role: String,
}

#[derive(Deserialize)]
struct WrittenReply {
    id: Option<String>,
    author: String,
    created: Option<String>,
    #[serde(default)]
    accepted: bool,
    #[serde(default)]
    votes: i64,
    #[serde(default)]
    body: String,
    #[serde(flatten)]
    extra: Extra,
}

/// Reads a document and its replies, the document first. Either all of them are good or the record is broken.
pub(super) fn read(
    text: &str,
    default_audience: &Audience,
    unknown: &mut BTreeSet<String>,
) -> Result<Vec<SourceDocument>, String> {
    let mut written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
    fields::note(std::mem::take(&mut written.extra), unknown);
    let replies = std::mem::take(&mut written.replies);
    let root = document(written, &replies, default_audience)?;
    let mut documents = Vec::with_capacity(1 + replies.len());
    for (at, mut reply_written) in replies.into_iter().enumerate() {
        fields::note(
            std::mem::take(&mut reply_written.extra).into_iter().map(|(key, v)| (format!("replies.{key}"), v)).collect(),
            unknown,
        );
        documents.push(reply(reply_written, at, &root.document).map_err(|reason| format!("replies[{at}].{reason}"))?);
    }
    documents.insert(0, root);
    Ok(documents)
}

fn document(written: Written, replies: &[WrittenReply], default_audience: &Audience) -> Result<SourceDocument, String> {
    let kind = kind(&written.kind)?;
    let created = fields::moment(written.created.as_deref(), "created")?;
    let updated = fields::moment(written.updated.as_deref(), "updated")?.or(created);
    let given = Given {
        people: people(&written, kind, replies)?,
        hashtags: fields::labels(&written.tags),
        language: language(written.language.as_deref())?,
    };
    let community = written.community.or(written.space).filter(|id| !id.is_empty());
    Ok(SourceDocument {
        created_given: created.is_some(),
        updated_given: updated.is_some(),
        document: Document {
            title: written.title,
            body: written.body,
            format: format(written.format.as_deref())?,
            people: given.people.clone(),
            community: community.map(|id| fields::name::<CommunityName>(&id, "community")).transpose()?,
            thread: written.thread.map(thread).transpose()?,
            hashtags: given.hashtags.clone(),
            language: given.language.unwrap_or(Language::ENGLISH),
            given,
            accepted: written.accepted,
            reactions: written.reactions,
            url: written.url,
            source: Some(fields::source(&written.id)),
            updated: updated.unwrap_or_default(),
            ..Document::new(
                fields::name(&written.id, "id")?,
                kind,
                written.audience.map_or_else(|| Ok(default_audience.clone()), WrittenAudience::read)?,
                created.unwrap_or_default(),
            )
        },
    })
}

fn reply(written: WrittenReply, at: usize, root: &Document) -> Result<SourceDocument, String> {
    let root_id = root.source.as_ref().map(|source| source.id.as_str()).unwrap_or_default();
    let id = written.id.unwrap_or_else(|| format!("{root_id}:r{}", at + 1));
    let created = fields::moment(written.created.as_deref(), "created")?;
    let moment = created.unwrap_or(root.updated);
    let role = if written.accepted { Role::Answerer } else { Role::Author };
    let given =
        Given { people: vec![Participation { person: fields::name(&written.author, "author")?, role }], ..Given::default() };
    let votes = u32::try_from(written.votes).unwrap_or(0);
    Ok(SourceDocument {
        created_given: created.is_some() || root.created != Moment::default(),
        updated_given: created.is_some() || root.created != Moment::default(),
        document: Document {
            body: written.body,
            format: root.format,
            people: given.people.clone(),
            community: root.community.clone(),
            thread: Some(ThreadPlace { root: root.name.clone(), parent: root.name.clone() }),
            given,
            accepted: written.accepted,
            reactions: if votes > 0 { BTreeMap::from([("vote".to_owned(), votes)]) } else { BTreeMap::new() },
            source: Some(fields::source(&id)),
            ..Document::new(fields::name(&id, "id")?, Kind::Reply, root.audience.clone(), moment)
        },
    })
}

/// Who opens a topic asks; who wrote a reply is counted at the reply and not once more as a contributor of the topic.
fn people(written: &Written, kind: Kind, replies: &[WrittenReply]) -> Result<Vec<Participation>, String> {
    let author_role = match kind {
        Kind::Topic => Role::Asker,
        Kind::Reply if written.accepted => Role::Answerer,
        Kind::Reply | Kind::Post | Kind::Article | Kind::Page => Role::Author,
    };
    let replied: BTreeSet<&str> = replies.iter().map(|reply| reply.author.as_str()).collect();
    let mut people = BTreeSet::new();
    for id in &written.authors {
        people.insert(Participation { person: fields::name::<PersonName>(id, "authors")?, role: author_role });
    }
    for id in written.contributors.iter().filter(|id| !replied.contains(id.as_str())) {
        people.insert(Participation { person: fields::name::<PersonName>(id, "contributors")?, role: Role::Contributor });
    }
    for given in &written.roles {
        people.insert(Participation { person: fields::name::<PersonName>(&given.person, "roles")?, role: role(&given.role)? });
    }
    Ok(people.into_iter().collect())
}

fn thread(written: WrittenThread) -> Result<ThreadPlace, String> {
    let (root, parent) = match written {
        WrittenThread::Root(root) => (root, None),
        WrittenThread::Place { root, parent } => (root, parent),
    };
    let root: DocumentName = fields::name(&root, "thread")?;
    let parent = parent.map(|id| fields::name(&id, "thread.parent")).transpose()?.unwrap_or_else(|| root.clone());
    Ok(ThreadPlace { root, parent })
}

fn kind(word: &str) -> Result<Kind, String> {
    match word {
        "post" => Ok(Kind::Post),
        "blog" | "article" => Ok(Kind::Article),
        "wiki" | "page" => Ok(Kind::Page),
        "discussion" | "topic" => Ok(Kind::Topic),
        "reply" => Ok(Kind::Reply),
        other => Err(format!("kind: {other:?} is none of post, blog, wiki, discussion, reply")),
    }
}

fn role(word: &str) -> Result<Role, String> {
    let found = Role::ALL.into_iter().find(|role| role.as_str() == word);
    found.ok_or_else(|| format!("roles: {word:?} is none of author, contributor, answerer, asker, mentioned, reviewer"))
}

fn format(word: Option<&str>) -> Result<MarkupFormat, String> {
    match word {
        None | Some("markdown") => Ok(MarkupFormat::Markdown),
        Some("plain") => Ok(MarkupFormat::Plain),
        Some("html") => Ok(MarkupFormat::Html),
        Some(other) => Err(format!("format: {other:?} is none of markdown, plain, html")),
    }
}

fn language(tag: Option<&str>) -> Result<Option<Language>, String> {
    match tag {
        None | Some("") => Ok(None),
        Some(tag) => Language::parse(tag).map(Some).ok_or_else(|| format!("language: {tag:?} is not a language tag")),
    }
}
