//! What the three sorts of records share: ids, moments, labels, audiences, unknown fields.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::SYSTEM;
use crate::domain::{
    Audience, CommunityName, Grant, GroupId, Hashtag, Moment, PersonName, Principal, ResourceName, Source,
    resource_id_from_source,
};

/// Fields that a record has and its reader does not know.
pub(super) type Extra = BTreeMap<String, IgnoredAny>;

/// Notes unknown fields by name.
pub(super) fn note(extra: Extra, unknown: &mut BTreeSet<String>) {
    unknown.extend(extra.into_keys());
}

/// A name made of a source's own id; the field is named in the reason.
pub(super) fn name<N: ResourceName>(id: &str, field: &str) -> Result<N, String> {
    let made = resource_id_from_source(id).and_then(|id| N::from_id(&id));
    made.map_err(|error| format!("{field}: {error}"))
}

/// Where a record came from.
pub(super) fn source(id: &str) -> Source {
    Source { system: SYSTEM.to_owned(), id: id.to_owned() }
}

/// A moment, or nothing where the field is absent or empty.
pub(super) fn moment(text: Option<&str>, field: &str) -> Result<Option<Moment>, String> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => match Moment::parse(text) {
            Some(moment) => Ok(Some(moment)),
            None => Err(format!("{field}: {text:?} is not a date and time of RFC 3339")),
        },
    }
}

/// Topic labels of a source: lists written into one label are split, and what no label may hold goes.
pub(super) fn labels(tags: &[String]) -> Vec<Hashtag> {
    let mut labels: Vec<Hashtag> = tags
        .iter()
        .flat_map(|tag| tag.split([',', ';']))
        .filter_map(|label| Hashtag::parse(label.trim_matches(|c: char| c.is_whitespace() || "'\"[](){}".contains(c))).ok())
        .collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// An audience as files write it: one word, or an object with a grant and denies.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum WrittenAudience {
    Word(String),
    Object(AudienceObject),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AudienceObject {
    grant: WrittenGrant,
    #[serde(default)]
    deny: PrincipalLists,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum WrittenGrant {
    Word(String),
    Lists(PrincipalLists),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrincipalLists {
    #[serde(default)]
    communities: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    people: Vec<String>,
}

impl WrittenAudience {
    pub(super) fn read(self) -> Result<Audience, String> {
        match self {
            Self::Word(word) => Ok(Audience { grant: grant(&word)?, denies: BTreeSet::new() }),
            Self::Object(object) => {
                let grant = match object.grant {
                    WrittenGrant::Word(word) => grant(&word)?,
                    WrittenGrant::Lists(lists) => Grant::Restricted(lists.read("audience.grant")?),
                };
                Ok(Audience { grant, denies: object.deny.read("audience.deny")? })
            }
        }
    }
}

fn grant(word: &str) -> Result<Grant, String> {
    match word {
        "world" => Ok(Grant::World),
        "organization" => Ok(Grant::Organization),
        other => Err(format!("audience: {other:?} is neither \"world\" nor \"organization\" nor an object")),
    }
}

impl PrincipalLists {
    fn read(self, field: &str) -> Result<BTreeSet<Principal>, String> {
        let mut principals = BTreeSet::new();
        for id in &self.communities {
            principals.insert(Principal::Community(name::<CommunityName>(id, field)?));
        }
        for id in &self.groups {
            principals.insert(Principal::Group(GroupId::parse(id).map_err(|error| format!("{field}.groups: {error}"))?));
        }
        for id in &self.people {
            principals.insert(Principal::Person(name::<PersonName>(id, field)?));
        }
        Ok(principals)
    }
}
