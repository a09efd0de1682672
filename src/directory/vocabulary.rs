//! Every word of every entry once, with the places where it stands, by length and then in order.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::entry::Field;
use crate::text::{Speller, letters};

/// How a typed word meets a word of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// It is the word.
    Exact,
    /// It is the beginning of the word.
    Prefix,
    /// It is the word with letters left out, put in, replaced or swapped.
    Misspelt,
}

/// How well a typed word meets a word of an entry, in thousandths: exact before prefix before misspelt, the nearer the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quality {
    pub(super) how: How,
    pub(super) thousandths: u32,
}

/// What an exact word is worth.
pub(super) const EXACT: u32 = 1_000;

impl Quality {
    pub(super) const EXACT: Self = Self { how: How::Exact, thousandths: EXACT };

    /// Of a beginning of so many bytes, by how much of the word it is.
    fn prefix(typed: usize, whole: usize) -> Self {
        let share = u32::try_from(200 * typed / whole.max(1)).unwrap_or(200);
        Self { how: How::Prefix, thousandths: 600 + share }
    }

    fn misspelt(distance: usize) -> Self {
        Self { how: How::Misspelt, thousandths: if distance <= 1 { 500 } else { 350 } }
    }

    /// How a typed form meets a word; nothing where it does not.
    pub(super) fn of(form: &str, word: &str) -> Option<Self> {
        if form == word {
            return Some(Self::EXACT);
        }
        if word.starts_with(form) {
            return Some(Self::prefix(form.len(), word.len()));
        }
        let distance = Speller::of(form)?.distance(word, letters(word))?;
        Some(Self::misspelt(distance))
    }
}

/// A place where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting {
    /// The entry.
    pub(super) slot: u32,
    /// Its field.
    pub(super) field: Field,
}

#[derive(Debug)]
struct Token {
    word: Arc<str>,
    letters: u64,
    /// Ascending.
    postings: Vec<Posting>,
}

/// The words, by their number of characters.
#[derive(Debug, Default)]
pub(super) struct Vocabulary(BTreeMap<usize, BTreeMap<Arc<str>, Token>>);

impl Vocabulary {
    /// Adds a place of a word; gives the one copy of the word that there is.
    pub(super) fn add(&mut self, word: &str, posting: Posting) -> Arc<str> {
        let words = self.0.entry(word.chars().count()).or_default();
        if let Some(token) = words.get_mut(word) {
            if let Err(place) = token.postings.binary_search(&posting) {
                token.postings.insert(place, posting);
            }
            return Arc::clone(&token.word);
        }
        let shared: Arc<str> = Arc::from(word);
        let token = Token { word: Arc::clone(&shared), letters: letters(word), postings: vec![posting] };
        words.insert(Arc::clone(&shared), token);
        shared
    }

    /// Removes a place of a word, and the word with its last place.
    pub(super) fn remove(&mut self, word: &str, posting: Posting) {
        let length = word.chars().count();
        let Some(words) = self.0.get_mut(&length) else { return };
        let Some(token) = words.get_mut(word) else { return };
        if let Ok(place) = token.postings.binary_search(&posting) {
            token.postings.remove(place);
        }
        if token.postings.is_empty() {
            words.remove(word);
        }
        if words.is_empty() {
            self.0.remove(&length);
        }
    }

    /// The places of the word that a form is.
    pub(super) fn places(&self, form: &str) -> &[Posting] {
        let words = self.0.get(&form.chars().count());
        words.and_then(|words| words.get(form)).map_or(&[], |token| &token.postings)
    }

    /// Hands out every word that a form meets, with its places; stops early, and says so with nothing, where `found` says false.
    /// A word may be handed out more than once: the best of its qualities counts.
    pub(super) fn meet(&self, form: &str, found: &mut dyn FnMut(Option<Quality>, &[Posting]) -> bool) -> Option<()> {
        let length = form.chars().count();
        for (_, words) in self.0.range(length..) {
            for (word, token) in words.range::<str, _>((Bound::Included(form), Bound::Unbounded)) {
                if !word.starts_with(form) {
                    break;
                }
                let quality = if word.len() == form.len() { Quality::EXACT } else { Quality::prefix(form.len(), word.len()) };
                found(Some(quality), &token.postings).then_some(())?;
            }
        }
        let Some(mut speller) = Speller::of(form) else { return Some(()) };
        for (_, words) in self.0.range(speller.lengths()) {
            for (word, token) in words {
                let quality = speller.distance(word, token.letters).map(Quality::misspelt);
                found(quality, if quality.is_some() { &token.postings } else { &[] }).then_some(())?;
            }
        }
        Some(())
    }
}
