//! Changes of resources, field by field: what is `Some` is set, the rest stays.

use std::collections::BTreeSet;

use crate::domain::{
    Audience, Community, CommunityName, Curation, Document, DocumentName, Hashtag, Kind, Language, MarkupFormat,
    MembershipPolicy, Moment, Participation, Person, PersonKind, PersonName, PersonState, Reactions, Source, SynonymSet,
    ThreadPlace,
};

/// Sets `$target.$field` to the value of `$patch.$field` where there is one.
macro_rules! set {
    ($patch:ident => $target:ident: $($field:ident),+ $(,)?) => {
        $(if let Some(value) = $patch.$field.clone() { $target.$field = value; })+
    };
}

/// A change of a document. An inner `None` clears the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentPatch {
    /// What it is.
    pub kind: Option<Kind>,
    /// Its headline.
    pub title: Option<String>,
    /// Its text.
    pub body: Option<String>,
    /// How the text is written.
    pub format: Option<MarkupFormat>,
    /// People and roles, as given.
    pub people: Option<Vec<Participation>>,
    /// The community that holds it.
    pub community: Option<Option<CommunityName>>,
    /// Who may read it.
    pub audience: Option<Audience>,
    /// Its place in a thread.
    pub thread: Option<Option<ThreadPlace>>,
    /// Topic labels, as given.
    pub hashtags: Option<Vec<Hashtag>>,
    /// The language; an inner `None` has it detected.
    pub language: Option<Option<Language>>,
    /// Whether it was accepted as the answer.
    pub accepted: Option<bool>,
    /// Counts of reactions.
    pub reactions: Option<Reactions>,
    /// Where it is shown.
    pub url: Option<String>,
    /// Where it came from.
    pub source: Option<Option<Source>>,
    /// When it was written; an inner `None` keeps the present value, or takes the clock's for a new document.
    pub created: Option<Option<Moment>>,
    /// When it was changed; an inner `None` takes the clock's where anything else changes.
    pub updated: Option<Option<Moment>>,
    /// The change where the document is missing; nothing: this one. An update mask narrows a change, but not what is made anew.
    pub when_missing: Option<Box<Self>>,
}

impl DocumentPatch {
    /// The change to make, which depends on whether there is such a document.
    pub(super) fn for_present(&self, is_present: bool) -> &Self {
        match &self.when_missing {
            Some(other) if !is_present => other,
            _ => self,
        }
    }

    /// Sets what the writer said; `created` and `updated` only where they are given. What is found in the text comes after.
    pub(super) fn apply(&self, document: &mut Document) {
        set!(self => document: kind, title, body, format, community, audience, thread, accepted, reactions, url, source);
        let given = &mut document.given;
        set!(self => given: people, hashtags, language);
        if let Some(Some(created)) = self.created {
            document.created = created;
        }
        if let Some(Some(updated)) = self.updated {
            document.updated = updated;
        }
    }

    /// An empty document to apply a patch to; nothing where the patch lacks what every document must have.
    pub(super) fn blank(&self, name: crate::domain::DocumentName, now: Moment, language: Language) -> Option<Document> {
        let created = self.created.flatten().unwrap_or(now);
        let updated = self.updated.flatten().unwrap_or(now);
        Some(Document { language, updated, ..Document::new(name, self.kind?, self.audience.clone()?, created) })
    }
}

/// A change of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonPatch {
    /// The name people call them by.
    pub display_name: Option<String>,
    /// Handles.
    pub handles: Option<Vec<String>>,
    /// E-mail addresses.
    pub emails: Option<Vec<String>>,
    /// Position.
    pub title: Option<String>,
    /// Organisational unit.
    pub unit: Option<String>,
    /// Where they work.
    pub location: Option<String>,
    /// About themselves.
    pub bio: Option<String>,
    /// Declared skills.
    pub skills: Option<Vec<String>>,
    /// Languages they speak.
    pub languages: Option<Vec<Language>>,
    /// What stands behind the profile.
    pub kind: Option<PersonKind>,
    /// Whether they are still there.
    pub state: Option<PersonState>,
    /// Where it came from.
    pub source: Option<Option<Source>>,
    /// Whether an update mask names the fields: then a field is asked for even where it would stay as it is.
    pub masked: bool,
    /// The change where the person is missing; nothing: this one. An update mask narrows a change, but not what is made anew.
    pub when_missing: Option<Box<Self>>,
}

impl PersonPatch {
    /// The change to make, which depends on whether there is such a person.
    pub(super) fn for_present(&self, is_present: bool) -> &Self {
        match &self.when_missing {
            Some(other) if !is_present => other,
            _ => self,
        }
    }

    pub(super) fn apply(&self, person: &mut Person) {
        set!(self => person: display_name, handles, emails, title, unit, location, bio, skills, languages, kind, state, source);
        person.stub = false;
        // What was linked on purpose stays until it is unlinked, whatever a source says.
        for alias in person.linked() {
            person.put_alias(alias);
        }
    }

    /// Whether no more changes than people may change of themselves: bio, skills, languages and location.
    pub(super) fn is_own(&self, before: &Person, after: &Person) -> bool {
        let more =
            Self { location: None, bio: None, skills: None, languages: None, masked: false, when_missing: None, ..self.clone() };
        let stays = Person {
            location: before.location.clone(),
            bio: before.bio.clone(),
            skills: before.skills.clone(),
            languages: before.languages.clone(),
            updated: before.updated,
            ..after.clone()
        };
        stays == *before && !(self.masked && more != Self::default())
    }
}

/// A change of a community.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommunityPatch {
    /// The name people call it by.
    pub display_name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Who belongs to it.
    pub members: Option<BTreeSet<PersonName>>,
    /// Who takes care of it.
    pub caretakers: Option<BTreeSet<PersonName>>,
    /// What it gathers around.
    pub hashtags: Option<Vec<Hashtag>>,
    /// Who may see it.
    pub audience: Option<Audience>,
    /// How one becomes a member.
    pub policy: Option<MembershipPolicy>,
    /// Whether outsiders may learn that it exists.
    pub listed: Option<bool>,
    /// Where it came from.
    pub source: Option<Option<Source>>,
    /// The change where the community is missing; nothing: this one. An update mask narrows a change, but not what is made anew.
    pub when_missing: Option<Box<Self>>,
}

impl CommunityPatch {
    /// The change to make, which depends on whether there is such a community.
    pub(super) fn for_present(&self, is_present: bool) -> &Self {
        match &self.when_missing {
            Some(other) if !is_present => other,
            _ => self,
        }
    }

    pub(super) fn apply(&self, community: &mut Community) {
        set!(self => community: display_name, description, members, caretakers, hashtags, audience, policy, listed, source);
    }

    /// An empty community to apply a patch to; nothing where the patch lacks an audience.
    pub(super) fn blank(&self, name: CommunityName, now: Moment) -> Option<Community> {
        Some(Community::new(name, self.audience.clone()?, now))
    }
}

/// A change of a synonym set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SynonymSetPatch {
    /// What means the same.
    pub terms: Option<Vec<String>>,
    /// Whether the first term alone finds the others.
    pub one_way: Option<bool>,
    /// Why it is there.
    pub note: Option<String>,
    /// The change where the set is missing; nothing: this one. An update mask narrows a change, but not what is made anew.
    pub when_missing: Option<Box<Self>>,
}

impl SynonymSetPatch {
    /// The change to make, which depends on whether there is such a set.
    pub(super) fn for_present(&self, is_present: bool) -> &Self {
        match &self.when_missing {
            Some(other) if !is_present => other,
            _ => self,
        }
    }

    pub(super) fn apply(&self, set: &mut SynonymSet) {
        set!(self => set: terms, one_way, note);
    }
}

/// A change of a curation. An inner `None` clears the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurationPatch {
    /// Queries for which it holds.
    pub queries: Option<Vec<String>>,
    /// What stands first.
    pub pins: Option<Vec<DocumentName>>,
    /// What is left out.
    pub buries: Option<Vec<DocumentName>>,
    /// For whom it holds.
    pub audience: Option<Audience>,
    /// From when on it says nothing any more.
    pub until: Option<Option<Moment>>,
    /// Why it is there.
    pub note: Option<String>,
    /// The change where the curation is missing; nothing: this one. An update mask narrows a change, but not what is made anew.
    pub when_missing: Option<Box<Self>>,
}

impl CurationPatch {
    /// The change to make, which depends on whether there is such a curation.
    pub(super) fn for_present(&self, is_present: bool) -> &Self {
        match &self.when_missing {
            Some(other) if !is_present => other,
            _ => self,
        }
    }

    pub(super) fn apply(&self, curation: &mut Curation) {
        set!(self => curation: queries, pins, buries, audience, until, note);
    }
}
