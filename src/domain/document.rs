//! Documents: anything written. Each message of a thread is a document of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Audience, CommunityName, DocumentName, Gates, Grant, Hashtag, Language, Moment, PersonName, Principal, Review};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A short message to the stream.
    Post,
    /// A blog article.
    Article,
    /// A wiki page.
    Page,
    /// Opens a discussion or asks a question.
    Topic,
    /// An answer or comment in a thread.
    Reply,
}

impl Kind {
    /// Every kind, in the order of the API's enum.
    pub const ALL: [Self; 5] = [Self::Post, Self::Article, Self::Page, Self::Topic, Self::Reply];

    /// Whether its text is kept right over time, so that somebody may say that it is.
    #[must_use]
    pub fn is_reviewed(self) -> bool {
        matches!(self, Self::Article | Self::Page)
    }

    /// The kind as one lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Article => "article",
            Self::Page => "page",
            Self::Topic => "topic",
            Self::Reply => "reply",
        }
    }
}

/// How a person relates to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Wrote it, telling others something.
    Author,
    /// Edited it or worked on it.
    Contributor,
    /// Wrote a reply that was accepted as the answer.
    Answerer,
    /// Opened the topic; asking is not knowing.
    Asker,
    /// Is named in it.
    Mentioned,
    /// Reviewed or approved it.
    Reviewer,
}

impl Role {
    /// Every role, in the order of the API's enum.
    pub const ALL: [Self; 6] = [Self::Author, Self::Contributor, Self::Answerer, Self::Asker, Self::Mentioned, Self::Reviewer];

    /// Every role, the one first that shows most of what somebody knows.
    pub const STRONGEST_FIRST: [Self; 6] =
        [Self::Answerer, Self::Author, Self::Contributor, Self::Reviewer, Self::Asker, Self::Mentioned];

    /// The role as one lower-case word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Contributor => "contributor",
            Self::Answerer => "answerer",
            Self::Asker => "asker",
            Self::Mentioned => "mentioned",
            Self::Reviewer => "reviewer",
        }
    }
}

/// One person in one role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Participation {
    /// Who.
    pub person: PersonName,
    /// As what.
    pub role: Role,
}

/// How the body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MarkupFormat {
    /// Nothing to interpret.
    Plain,
    /// `CommonMark`; the default.
    #[default]
    Markdown,
    /// HTML, or a fragment of it.
    Html,
}

/// Where a reply stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPlace {
    /// The document that opened the thread.
    pub root: DocumentName,
    /// The message that is answered; the root itself for a first-level reply.
    pub parent: DocumentName,
}

/// Where an imported resource came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The source's name, such as `jsonl` or `forum`.
    pub system: String,
    /// The resource's own identifier there, unique within the system.
    pub id: String,
}

/// What the writer said, where Rookery found more than that in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// People and roles as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Participation>,
    /// Topic labels as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<Hashtag>,
    /// The language as given; nothing where it was detected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// Counts by kind of reaction, such as `like`; in the order of the kind's name.
pub type Reactions = BTreeMap<String, u32>;

/// People by the kind of their reaction.
pub type Reacted = BTreeMap<String, BTreeSet<PersonName>>;

/// One post, article, page, topic or reply, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name, `documents/ID`.
    pub name: DocumentName,
    /// What it is.
    pub kind: Kind,
    /// Its headline; may be empty for posts and replies.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Its text in the markup of `format`.
    pub body: String,
    /// How `body` is written.
    #[serde(default)]
    pub format: MarkupFormat,
    /// People and their roles, sorted, without repeats. Mentions found in the text are among them.
    #[serde(default)]
    pub people: Vec<Participation>,
    /// The community that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub community: Option<CommunityName>,
    /// Who may read it, as its writer said.
    pub audience: Audience,
    /// To whom caretakers of its community limited it; they themselves read it all the same. Nothing where they did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation: Option<Audience>,
    /// The audiences of the document that opened its thread, as they are or were when it went; a reply is never open to more.
    /// Every write of that document keeps them current.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherited: Vec<Audience>,
    /// Its place in a thread; replies have one, nothing else does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<ThreadPlace>,
    /// Topic labels, given and found in the text, sorted, without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<Hashtag>,
    /// The language of title and body.
    pub language: Language,
    /// People, topic labels and language as the writer gave them, so that a later change of the text finds anew.
    #[serde(default)]
    pub given: Given,
    /// Whether this reply was accepted as the answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// Counts of reactions, as its source counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reactions: Reactions,
    /// Who reacted here, each person once in a kind, and no kind without anybody. Nothing that a writer or a source says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reacted: Reacted,
    /// What caretakers of its community said of it, which most documents have nothing of. Nothing that a writer or a source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Box<Review>>,
    /// Where it is shown to people; empty where nowhere else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Where it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// When it was first written.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

impl Document {
    /// A document that says nothing yet, by nobody, in English, first written and last changed at one moment.
    #[must_use]
    pub fn new(name: DocumentName, kind: Kind, audience: Audience, written: Moment) -> Self {
        Self {
            name,
            kind,
            title: String::new(),
            body: String::new(),
            format: MarkupFormat::default(),
            people: Vec::new(),
            community: None,
            audience,
            moderation: None,
            inherited: Vec::new(),
            thread: None,
            hashtags: Vec::new(),
            language: Language::ENGLISH,
            given: Given::default(),
            accepted: false,
            reactions: Reactions::new(),
            reacted: Reacted::new(),
            review: None,
            url: String::new(),
            source: None,
            created: written,
            updated: written,
        }
    }

    /// The document that opened the thread: the root's name for a reply, its own otherwise.
    #[must_use]
    pub fn thread_root(&self) -> &DocumentName {
        self.thread.as_ref().map_or(&self.name, |place| &place.root)
    }

    /// Counts of reactions: its source's, and everybody who reacted here.
    #[must_use]
    pub fn reaction_counts(&self) -> Reactions {
        let mut counts = self.reactions.clone();
        for (kind, people) in &self.reacted {
            let count = counts.entry(kind.clone()).or_default();
            *count = count.saturating_add(u32::try_from(people.len()).unwrap_or(u32::MAX));
        }
        counts
    }

    /// How many reactions of all kinds there are; the greatest number where there are more.
    #[must_use]
    pub fn reaction_total(&self) -> u32 {
        self.reaction_counts().values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The audiences of its own: what its writer said, and what caretakers limited it to. Its replies inherit them.
    #[must_use]
    pub fn own_gates(&self) -> Gates {
        Gates::new(self.audience.clone()).behind(self.moderated_audience())
    }

    /// To whom caretakers limited it, with themselves: who hides a document must find it again.
    #[must_use]
    pub fn moderated_audience(&self) -> Option<Audience> {
        let limited = self.moderation.clone()?;
        Some(match (limited, &self.community) {
            (Audience { grant: Grant::Restricted(mut to), denies }, Some(community)) => {
                to.insert(Principal::Caretakers(community.clone()));
                Audience { grant: Grant::Restricted(to), denies }
            }
            (limited, _) => limited,
        })
    }

    /// Every audience that a reader of this document must be in.
    #[must_use]
    pub fn gates(&self) -> Gates {
        self.own_gates().behind(self.inherited.iter().cloned())
    }
}
