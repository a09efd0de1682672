//! Who has a part in documents about topics, counted among the documents that an asker may see.

use std::sync::Arc;

use crate::access::Sight;
use crate::domain::{Hashtag, PersonName, Revision};

use super::Patience;

/// Tells whose a name is: the name itself where it is nobody's account.
pub type NameOwner = Arc<dyn Fn(&PersonName) -> PersonName + Send + Sync>;

/// A question for the people behind topics.
#[derive(Clone)]
pub struct AskTopics {
    /// The topics, each once; the caller bounds them.
    pub topics: Vec<Hashtag>,
    /// Who may see what.
    pub sight: Sight,
    /// Under which name people count.
    pub owner: NameOwner,
    /// When to stop.
    pub patience: Patience,
}

/// The people behind topics, from one snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicsFound {
    /// How many documents the sight admits.
    pub documents: u64,
    /// How many of them have each topic, in the order asked for.
    pub frequencies: Vec<u64>,
    /// Everybody who has any role but mentioned in a visible document with one of the topics, ascending by name.
    pub people: Vec<PersonOfTopics>,
    /// The revision that was searched.
    pub revision: Revision,
}

/// Somebody behind topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonOfTopics {
    /// Who, as the owner of their names.
    pub person: PersonName,
    /// In how many visible documents with each topic they have any role but mentioned, in the order asked for. A document in which they
    /// have two roles, or stand under two names, counts once.
    pub counts: Vec<u32>,
}
