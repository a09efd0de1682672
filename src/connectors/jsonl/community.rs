//! A line of `communities.jsonl`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::fields::{self, Extra, WrittenAudience};
use crate::domain::{Audience, Community, MembershipPolicy, Moment, PersonName};

#[derive(Deserialize)]
struct Written {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    caretakers: Vec<String>,
    #[serde(default)]
    hashtags: Vec<String>,
    audience: Option<WrittenAudience>,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    listed: bool,
    #[serde(flatten)]
    extra: Extra,
}

/// Reads a community.
pub(super) fn read(text: &str, default_audience: &Audience, unknown: &mut BTreeSet<String>) -> Result<Community, String> {
    let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
    fields::note(written.extra, unknown);
    Ok(Community {
        name: fields::name(&written.id, "id")?,
        display_name: if written.name.trim().is_empty() { written.id.clone() } else { written.name },
        description: written.description,
        members: people(&written.members, "members")?,
        caretakers: people(&written.caretakers, "caretakers")?,
        hashtags: fields::labels(&written.hashtags),
        audience: written.audience.map_or_else(|| Ok(default_audience.clone()), WrittenAudience::read)?,
        policy: match written.policy.as_str() {
            "" | "open" => MembershipPolicy::Open,
            "closed" => MembershipPolicy::Closed,
            other => return Err(format!("policy: {other:?} is neither open nor closed")),
        },
        listed: written.listed,
        source: Some(fields::source(&written.id)),
        created: Moment::default(),
        updated: Moment::default(),
    })
}

fn people(ids: &[String], field: &str) -> Result<BTreeSet<PersonName>, String> {
    ids.iter().map(|id| fields::name(id, field)).collect()
}
