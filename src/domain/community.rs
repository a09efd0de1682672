//! Communities: collectives, special interest groups, spaces.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Audience, CommunityName, Hashtag, Moment, PersonName, ResourceName, Source};

/// How one becomes a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MembershipPolicy {
    /// Anybody of the organisation may join.
    #[default]
    Open,
    /// Caretakers let people in.
    Closed,
}

/// A collective that holds documents and members and has caretakers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Community {
    /// Its name, `communities/ID`.
    pub name: CommunityName,
    /// The name people call it by.
    pub display_name: String,
    /// What it is about, plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who belongs to it.
    #[serde(default)]
    pub members: BTreeSet<PersonName>,
    /// Who takes care of it.
    #[serde(default)]
    pub caretakers: BTreeSet<PersonName>,
    /// What it gathers around.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hashtags: Vec<Hashtag>,
    /// Who may see the community itself.
    pub audience: Audience,
    /// How one becomes a member.
    #[serde(default)]
    pub policy: MembershipPolicy,
    /// Whether people outside the audience may learn that it exists.
    #[serde(default)]
    pub listed: bool,
    /// Where it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// When it was made.
    pub created: Moment,
    /// When it was last changed.
    pub updated: Moment,
}

impl Community {
    /// An open community without people, called by its id, made and last changed at one moment.
    #[must_use]
    pub fn new(name: CommunityName, audience: Audience, made: Moment) -> Self {
        Self {
            display_name: name.id().to_owned(),
            name,
            description: String::new(),
            members: BTreeSet::new(),
            caretakers: BTreeSet::new(),
            hashtags: Vec::new(),
            audience,
            policy: MembershipPolicy::default(),
            listed: false,
            source: None,
            created: made,
            updated: made,
        }
    }
}
