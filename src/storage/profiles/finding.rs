//! What can be asked of the people there are, and what is found.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::directory::{Match, Word};
use crate::domain::{Language, PersonKind, PersonName, PersonState};

/// How much of a profile a search sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Whole,
    /// The name that people call them by, the ID and the kind, and none of those who left.
    Outline,
}

/// Restrictions. Within one field any value will do; between fields all must hold; an empty field restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// What stands behind the profile.
    pub kinds: Vec<PersonKind>,
    /// Whether they are still there; active where nothing is listed.
    pub states: Vec<PersonState>,
    /// Organisational units, whole, without regard to case and accents.
    pub units: Vec<String>,
    /// Places of work, likewise.
    pub locations: Vec<String>,
    /// Declared skills, likewise.
    pub skills: Vec<String>,
    /// Languages they speak.
    pub languages: Vec<Language>,
    /// Only these people, where there is a list.
    pub among: Option<BTreeSet<PersonName>>,
}

/// Tells whose account a name is.
pub type Owner = Arc<dyn Fn(&PersonName) -> Option<PersonName> + Send + Sync>;

/// A search for people.
#[derive(Clone)]
pub struct PeopleAsk {
    /// Words that each person must meet; nothing for everybody, by name.
    pub words: Option<Vec<Word>>,
    /// How much of the profiles is seen, by words and filter alike.
    pub seen: Seen,
    /// What restricts it.
    pub filter: PeopleFilter,
    /// Whose account a name is; nothing where it is none. Whoever has accounts is found by them, too, where profiles are seen whole, and
    /// filters are about the person alone.
    pub owner: Owner,
    /// The position after which to start.
    pub after: Option<PeopleAfter>,
    /// Most people.
    pub limit: usize,
    /// Whether nobody waits any more.
    pub is_over: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// A position in the order of a search for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeopleAfter {
    /// Behind this score, and behind this name among equal scores.
    Score(u32, PersonName),
    /// Behind these first letters of a display name, and behind this name among equal ones.
    Called(String, PersonName),
}

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonMet {
    /// Who.
    pub person: PersonName,
    /// The score; zero where everybody is asked for.
    pub score: u32,
    /// What each word met, in the words' order; nothing where everybody is asked for.
    pub matches: Vec<Match>,
    /// Where they stand in the order.
    pub place: PeopleAfter,
}

impl PeopleAfter {
    /// The order of a search: best score first, or ascending by display name; ties ascending by name.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Score(one, name), Self::Score(two, other)) => two.cmp(one).then_with(|| name.cmp(other)),
            (Self::Called(one, name), Self::Called(two, other)) => one.cmp(two).then_with(|| name.cmp(other)),
            // Positions of one search are of one sort.
            (Self::Score(..), Self::Called(..)) => Ordering::Less,
            (Self::Called(..), Self::Score(..)) => Ordering::Greater,
        }
    }
}

/// People who were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleMet {
    /// In order.
    pub people: Vec<PersonMet>,
    /// Whether more follow.
    pub more: bool,
    /// How many there are, whatever `after` and `limit` say.
    pub count: usize,
}
