//! People: profiles as somebody wrote them, and what others said of them. What is inferred about a person is not kept here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Alias, AliasLink, Endorsements, Language, LinkChange, Moment, PersonName, Source};

/// What stands behind a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PersonKind {
    /// A human being.
    #[default]
    Human,
    /// A program.
    Bot,
    /// An account that several people use.
    Shared,
}

/// Whether somebody is still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PersonState {
    /// Belongs to the organisation.
    #[default]
    Active,
    /// Left it.
    Left,
}

/// Somebody with a profile, or a stub that an import made for an unknown author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its name, `people/ID`.
    pub name: PersonName,
    /// The name people call them by.
    pub display_name: String,
    /// Short names used with `@`, as written; other e-mail addresses and logins too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handles: Vec<String>,
    /// E-mail addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Position, such as "Dock master".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Organisational unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Where they work.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// A few sentences about themselves, plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bio: String,
    /// Skills that they declared themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// Languages they speak.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// What stands behind the profile.
    #[serde(default)]
    pub kind: PersonKind,
    /// Whether they are still there.
    #[serde(default)]
    pub state: PersonState,
    /// Made for an unknown author; visible only through a visible document.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stub: bool,
    /// Where it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Names under which sources know them, as somebody linked them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<PersonName>,
    /// How aliases were linked and unlinked, the oldest first. No part of what the profile shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<AliasLink>,
    /// Who says that they know what. No part of what the profile shows, and nothing that a source says.
    #[serde(default, skip_serializing_if = "Endorsements::is_empty")]
    pub endorsements: Endorsements,
    /// When the profile was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

impl Person {
    /// A stub for an author of whom nothing but the id is known.
    #[must_use]
    pub fn stub(name: PersonName, display_name: String, now: Moment) -> Self {
        Self {
            name,
            display_name,
            handles: Vec::new(),
            emails: Vec::new(),
            title: String::new(),
            unit: String::new(),
            location: String::new(),
            bio: String::new(),
            skills: Vec::new(),
            languages: Vec::new(),
            kind: PersonKind::Human,
            state: PersonState::Active,
            stub: true,
            source: None,
            accounts: BTreeSet::new(),
            links: Vec::new(),
            endorsements: Endorsements::new(),
            created: now,
            updated: now,
        }
    }

    /// The profile as it is shown: without what others said of the person and how aliases were linked.
    #[must_use]
    pub fn profile(self) -> Self {
        Self { endorsements: Endorsements::new(), links: Vec::new(), ..self }
    }

    /// The aliases that are linked now, as the journal says.
    #[must_use]
    pub fn linked(&self) -> Vec<Alias> {
        let mut linked: Vec<Alias> = Vec::new();
        for link in &self.links {
            let Ok(alias) = Alias::parse(&link.alias) else { continue };
            linked.retain(|other| !other.is(&alias));
            if link.change == LinkChange::Linked {
                linked.push(alias);
            }
        }
        linked
    }

    /// Takes an alias into the lists, where it is not there yet.
    pub fn put_alias(&mut self, alias: Alias) {
        let known = |list: &[String], text: &str| list.iter().any(|own| super::folded_alias(own) == super::folded_alias(text));
        match alias {
            Alias::Handle(text) if !known(&self.handles, &text) => self.handles.push(text),
            Alias::Email(text) if !known(&self.emails, &text) => self.emails.push(text),
            Alias::Account(name) => drop(self.accounts.insert(name)),
            Alias::Handle(_) | Alias::Email(_) => {}
        }
    }

    /// Takes an alias out of the lists.
    pub fn remove_alias(&mut self, alias: &Alias) {
        match alias {
            Alias::Handle(text) => self.handles.retain(|own| super::folded_alias(own) != super::folded_alias(text)),
            Alias::Email(text) => self.emails.retain(|own| super::folded_alias(own) != super::folded_alias(text)),
            Alias::Account(name) => drop(self.accounts.remove(name)),
        }
    }
}
