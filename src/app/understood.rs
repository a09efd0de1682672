//! How a query was understood: what stood for its words, whether free words were left out, and what may have been meant.
//!
//! Everything told comes from documents that the asker may see: a synonym or a near word that only hidden ones have is not there.

use std::collections::HashMap;

use super::{App, AppError, Call, Warning};
use crate::access::Sight;
use crate::index::{AskTerms, Basis, Pass, Stretch, Stretched, TermFound, TermPattern};
use crate::query::{Query, Typed, Word};

/// For how many words of a query others are looked for that may have been meant.
const MOST_DOUBTED: usize = 3;
/// Another word is offered for one that documents have where so many times as many have the other.
const MORE_OFTEN: u64 = 10;

/// A query as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interpreted {
    /// Its scored words, in their order.
    pub words: Vec<String>,
    /// The whole query in its canonical form.
    pub text: String,
    /// What stood for its words beside their own forms.
    pub stretched: Vec<Stretched>,
    /// Whether free words were left out, since too little has all of them.
    pub relaxed: bool,
    /// The query as it may have been meant; empty where nothing better is known.
    pub meant: String,
}

impl Interpreted {
    /// A query of which nothing was searched.
    pub(super) fn unsearched(typed: &Typed) -> Self {
        Self { text: typed.tree.to_string(), ..Self::default() }
    }

    /// For each word what was found in its place, where it may be misspelt.
    pub(super) fn found_in_place(&self) -> Vec<Vec<String>> {
        let mut places = vec![Vec::new(); self.words.len()];
        for stretched in self.stretched.iter().filter(|stretched| stretched.by == Stretch::Misspelt) {
            if let Some(place) = places.get_mut(stretched.word) {
                place.clone_from(&stretched.terms);
            }
        }
        places
    }

    /// What it says of itself.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let shown = |stretched: &Stretched| self.words.get(stretched.word).cloned().unwrap_or_default();
        let mut warnings: Vec<Warning> = self.relaxed.then_some(Warning::Relaxed).into_iter().collect();
        for stretched in &self.stretched {
            match stretched.by {
                Stretch::Misspelt => warnings.push(Warning::Misspelt { word: shown(stretched) }),
                Stretch::Beginning if stretched.more => warnings.push(Warning::TooManyBegin { word: shown(stretched) }),
                Stretch::Beginning | Stretch::Synonym => {}
            }
        }
        warnings
    }
}

/// What a search says of the words that it was given.
pub(super) struct Outcome<'a> {
    pub(super) basis: &'a Basis,
    pub(super) stretched: Vec<Stretched>,
    /// Whether it is the first page, and has little.
    pub(super) scant: bool,
    /// Whether free words are left out only where too little has all of them.
    pub(super) relaxes: bool,
}

impl App {
    /// How a query was understood that a search answered.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`], [`AppError::Overloaded`].
    pub(super) async fn interpreted(
        &self,
        call: &Call,
        sight: &Sight,
        (typed, query): (&Typed, &Query),
        outcome: Outcome<'_>,
    ) -> Result<Interpreted, AppError> {
        let meant = if outcome.scant { self.meant(call, sight, (typed, query), &outcome).await? } else { String::new() };
        Ok(Interpreted {
            words: query.shown_words(),
            text: typed.tree.to_string(),
            relaxed: outcome.relaxes && query.strict != query.relaxed && outcome.basis.pass == Pass::Relaxed,
            stretched: outcome.stretched,
            meant,
        })
    }

    /// The query with the words that others may have been meant by; empty where there are none.
    async fn meant(
        &self,
        call: &Call,
        sight: &Sight,
        (typed, query): (&Typed, &Query),
        outcome: &Outcome<'_>,
    ) -> Result<String, AppError> {
        let mut others: HashMap<String, String> = HashMap::new();
        let mut doubted: Vec<(&Word, u64)> = Vec::new();
        for (at, word) in query.words.iter().enumerate().filter(|(_, word)| !word.literal && query.tells(word)) {
            let misspelt = outcome.stretched.iter().find(|other| other.word == at && other.by == Stretch::Misspelt);
            match misspelt.and_then(|misspelt| misspelt.terms.first()) {
                Some(other) => drop(others.insert(word.exact.clone(), other.clone())),
                None => doubted.push((word, outcome.basis.frequencies.get(at).copied().unwrap_or_default())),
            }
        }
        // The rarest are the likeliest to be wrong.
        doubted.sort_by_key(|(_, frequency)| *frequency);
        doubted.truncate(MOST_DOUBTED);
        if !doubted.is_empty() {
            let ask = AskTerms {
                patterns: doubted.iter().map(|(word, _)| TermPattern::Near(word.exact.clone())).collect(),
                among: None,
                broad: 0,
                sight: sight.clone(),
                limit: MOST_DOUBTED,
                patience: call.patience.clone(),
            };
            let near = self.backends.index.terms(ask).await?.terms;
            for ((word, frequency), near) in doubted.into_iter().zip(near) {
                let better = near.into_iter().filter(|term| term.documents >= frequency.saturating_mul(MORE_OFTEN).max(1));
                others.extend(better.min_by(nearer).map(|term| (word.exact.clone(), term.text)));
            }
        }
        if others.is_empty() {
            return Ok(String::new());
        }
        Ok(typed.tree.with_words(&others).to_string())
    }
}

/// The nearer first, then what more documents have, then by itself.
fn nearer(one: &TermFound, other: &TermFound) -> std::cmp::Ordering {
    one.distance.cmp(&other.distance).then(other.documents.cmp(&one.documents)).then_with(|| one.text.cmp(&other.text))
}
