//! What administrators say about search, in memory: words that mean the same, and what stands first or is left out. Filled at start from
//! the ledger and kept current by its commits, so that a change works from its acknowledgement on.
//!
//! `synonyms.rs` and `curations.rs` are the use cases of those who say it; `crate::app::curated` arranges answers by it.
//!
//! Proved in `tests` below: 1. groups follow every change, and stay the same value where nothing changed; 2. a query meets what has its
//! words in their order, and nothing else; 3. what has lapsed or is for others says nothing; 4. several are merged in the order of
//! their ids, a pin beats a bury, and no more than a bound takes effect.

mod curations;
mod synonyms;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use crate::access::Sight;
use crate::domain::{Curation, CurationName, DocumentName, Language, Moment, Record, SynonymSet, SynonymSetName};
use crate::query::{SynonymGroup, Synonyms};
use crate::storage::ledger::{CommitObserver, Committed};
use crate::text;

/// Most pins of one curation, and most that take effect where several hold.
pub const MOST_PINS: usize = 20;
/// Most buries of one curation, and most that take effect where several hold.
pub const MOST_BURIES: usize = 100;

/// What administrators arranged for a query of one asker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curated {
    /// What stands first, in this order, each once. The asker need not be able to read it.
    pub pins: Vec<DocumentName>,
    /// What is left out, each once, none of it pinned. Likewise.
    pub buries: Vec<DocumentName>,
}

/// Everything that administrators say about search.
#[derive(Default)]
pub(super) struct Curations {
    held: RwLock<Held>,
}

#[derive(Default)]
struct Held {
    sets: BTreeMap<SynonymSetName, SynonymGroup>,
    /// The sets as they are asked for; nothing since the last change until somebody asks.
    synonyms: Option<Arc<Synonyms>>,
    curations: BTreeMap<CurationName, Curation>,
    by_words: HashMap<Vec<String>, BTreeSet<CurationName>>,
}

impl Curations {
    /// Takes a record as it is now; what is neither a synonym set nor a curation is passed over.
    pub(super) fn put(&self, record: &Record) {
        // Nothing below panics half-way, so a poisoned lock still guards whole contents.
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        match record {
            Record::SynonymSet(set) => held.put_set(set),
            Record::Curation(curation) => held.put_curation(curation),
            Record::Document(_) | Record::Person(_) | Record::Community(_) => {}
        }
    }

    fn remove(&self, record: &Record) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        match record {
            Record::SynonymSet(set) => {
                held.sets.remove(&set.name);
                held.synonyms = None;
            }
            Record::Curation(curation) => held.remove_curation(&curation.name),
            Record::Document(_) | Record::Person(_) | Record::Community(_) => {}
        }
    }

    /// Every synonym, with stems in some languages; the same value until a set changes.
    pub(super) fn synonyms(&self, languages: &[Language]) -> Arc<Synonyms> {
        if let Some(synonyms) = &self.held.read().unwrap_or_else(PoisonError::into_inner).synonyms {
            return Arc::clone(synonyms);
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let Held { sets, synonyms, .. } = &mut *held;
        let of_sets = || Synonyms::of(&sets.values().cloned().collect::<Vec<_>>(), languages);
        Arc::clone(synonyms.get_or_insert_with(|| Arc::new(of_sets())))
    }

    /// What is arranged at a moment for a query of these words by somebody of this sight; nothing where nothing is.
    pub(super) fn curation_for(&self, words: &[String], sight: &Sight, now: Moment) -> Option<Curated> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let named = held.by_words.get(words)?.iter().filter_map(|name| held.curations.get(name));
        merged(named.filter(|curation| curation.holds(now) && sight.admits(&curation.audience)))
    }

    /// How many synonym sets there are.
    fn synonym_sets(&self) -> usize {
        self.held.read().unwrap_or_else(PoisonError::into_inner).sets.len()
    }

    /// How many curations there are.
    fn curations(&self) -> usize {
        self.held.read().unwrap_or_else(PoisonError::into_inner).curations.len()
    }
}

impl Held {
    fn put_set(&mut self, set: &SynonymSet) {
        self.sets.insert(set.name.clone(), SynonymGroup { terms: set.terms.clone(), one_way: set.one_way });
        self.synonyms = None;
    }

    fn put_curation(&mut self, curation: &Curation) {
        self.remove_curation(&curation.name);
        for query in &curation.queries {
            self.by_words.entry(distinct_words(query)).or_default().insert(curation.name.clone());
        }
        self.curations.insert(curation.name.clone(), curation.clone());
    }

    fn remove_curation(&mut self, name: &CurationName) {
        let Some(curation) = self.curations.remove(name) else { return };
        for query in &curation.queries {
            let words = distinct_words(query);
            if let Some(names) = self.by_words.get_mut(&words) {
                names.remove(name);
                if names.is_empty() {
                    self.by_words.remove(&words);
                }
            }
        }
    }
}

impl CommitObserver for Curations {
    fn committed(&self, changes: &[Committed<'_>]) {
        for change in changes {
            match (change.before, change.now) {
                (_, Some(now @ (Record::SynonymSet(_) | Record::Curation(_)))) => self.put(now),
                (Some(before @ (Record::SynonymSet(_) | Record::Curation(_))), None) => self.remove(before),
                _ => {}
            }
        }
    }
}

/// Several curations as one; nothing where there is none. What one pins another cannot bury.
fn merged<'a>(curations: impl Iterator<Item = &'a Curation> + Clone) -> Option<Curated> {
    curations.clone().next()?;
    let mut seen = HashSet::new();
    let pins = curations.clone().flat_map(|curation| &curation.pins).filter(|pin| seen.insert(*pin)).take(MOST_PINS).cloned();
    let pins: Vec<DocumentName> = pins.collect();
    // Pins beyond the bound are no reason to bury what somebody wants first.
    seen.extend(curations.clone().flat_map(|curation| &curation.pins));
    let buries = curations.flat_map(|curation| &curation.buries).filter(|bury| seen.insert(*bury)).take(MOST_BURIES).cloned();
    Some(Curated { pins, buries: buries.collect() })
}

/// The words of a text, folded, in their order; of a compound the compound alone.
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    text::whole_tokens(typed).into_iter().map(|token| token.text).collect()
}

/// The same as a query counts them: each once, at its first place.
#[must_use]
pub fn distinct_words(typed: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut words = words(typed);
    words.retain(|word| seen.insert(word.clone()));
    words
}

#[cfg(test)]
mod tests;
