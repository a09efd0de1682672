//! A line of `people.jsonl`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::fields::{self, Extra};
use crate::domain::{Language, Moment, Person, PersonKind, PersonState};

#[derive(Deserialize)]
struct Written {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    handles: Vec<String>,
    #[serde(default)]
    emails: Vec<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    location: String,
    #[serde(default)]
    bio: String,
    #[serde(default)]
    skills: Vec<String>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    state: String,
    #[serde(flatten)]
    extra: Extra,
}

/// Reads a person; what is absent stays empty, and the name falls back to the id.
pub(super) fn read(text: &str, unknown: &mut BTreeSet<String>) -> Result<Person, String> {
    let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
    fields::note(written.extra, unknown);
    let name = fields::name(&written.id, "id")?;
    let display_name = if written.name.trim().is_empty() { written.id.clone() } else { written.name };
    Ok(Person {
        handles: written.handles,
        emails: written.emails,
        title: written.title,
        unit: written.unit,
        location: written.location,
        bio: written.bio,
        skills: written.skills,
        languages: written.languages.iter().filter_map(|tag| Language::parse(tag)).collect(),
        kind: match written.kind.as_str() {
            "" | "person" | "human" => PersonKind::Human,
            "bot" => PersonKind::Bot,
            "shared" => PersonKind::Shared,
            other => return Err(format!("kind: {other:?} is none of person, bot, shared")),
        },
        state: match written.state.as_str() {
            "" | "active" => PersonState::Active,
            "left" => PersonState::Left,
            other => return Err(format!("state: {other:?} is none of active, left")),
        },
        stub: false,
        source: Some(fields::source(&written.id)),
        ..Person::stub(name, display_name, Moment::default())
    })
}
