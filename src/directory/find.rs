//! Entries, and the search among them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use super::entry::{Entry, Field, Fields};
use super::vocabulary::{EXACT, How, Posting, Quality, Vocabulary};
use super::words::Word;

/// After how many words or places the search asks whether it should stop.
const ASK_EVERY: usize = 1_024;
/// What an exact word of a name scores, and no other word does.
const NAMED: u32 = 10 * EXACT;

/// Entries by key, found by their words.
#[derive(Debug)]
pub struct Directory<K> {
    slots: BTreeMap<K, u32>,
    entries: Vec<Option<Kept<K>>>,
    free: Vec<u32>,
    vocabulary: Vocabulary,
}

#[derive(Debug)]
struct Kept<K> {
    key: K,
    words: Box<[(Field, Arc<str>)]>,
    name_words: usize,
}

/// What is looked for.
#[derive(Clone, Copy)]
pub struct Ask<'a, K: Clone> {
    /// The words, each of which must meet something of an entry. None finds nothing.
    pub words: &'a [Word],
    /// The fields that are looked at.
    pub fields: Fields,
    /// The key under which an entry is found, its own or another's; nothing where it may not be found at all. Of several entries with
    /// one key the best counts.
    pub found_as: &'a dyn for<'k> Fn(&'k K) -> Option<Cow<'k, K>>,
    /// The score and the key after which to start.
    pub after: Option<(u32, &'a K)>,
    /// Most hits.
    pub limit: usize,
    /// Whether nobody waits any more.
    pub is_over: &'a dyn Fn() -> bool,
}

/// An entry that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<K> {
    /// Which; the key under which it is found.
    pub key: K,
    /// Its score.
    pub score: u32,
    /// The best of what each word met, in the words' order.
    pub matches: Vec<Match>,
}

/// What one word met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The word that was typed, as it was understood.
    pub word: String,
    /// The field.
    pub field: Field,
    /// The word of the field, folded.
    pub met: String,
    /// How.
    pub how: How,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<K> {
    /// Best score first; ties ascending by key.
    pub hits: Vec<Hit<K>>,
    /// Whether more follow.
    pub more: bool,
    /// How many were found, whatever `after` and `limit` say.
    pub count: usize,
}

/// What words score, by slot. Dense, for many entries are met by few letters.
#[derive(Default)]
struct Scores {
    /// Zero where nothing was met.
    scores: Vec<u32>,
    /// Where something was, each slot once.
    met: Vec<u32>,
}

impl Scores {
    fn none(slots: usize) -> Self {
        Self { scores: vec![0; slots], met: Vec::new() }
    }

    fn of(&self, slot: u32) -> u32 {
        self.scores.get(slot as usize).copied().unwrap_or_default()
    }

    /// A slot scores so much, which is not zero, or what it scores already.
    fn raise(&mut self, slot: u32, score: u32) {
        let Some(known) = self.scores.get_mut(slot as usize) else { return };
        if *known == 0 && score > 0 {
            self.met.push(slot);
        }
        *known = score.max(*known);
    }

    /// What was met scores what it does elsewhere, too.
    fn add(&mut self, other: &Self) {
        for slot in &self.met {
            if let Some(score) = self.scores.get_mut(*slot as usize) {
                *score += other.of(*slot);
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.met.iter().map(|slot| (*slot, self.of(*slot)))
    }
}

impl<K> Default for Directory<K> {
    fn default() -> Self {
        Self { slots: BTreeMap::new(), entries: Vec::new(), free: Vec::new(), vocabulary: Vocabulary::default() }
    }
}

impl<K: Ord + Hash + Clone> Directory<K> {
    /// Puts an entry, in the place of the one that the key had. Words that stay are not touched.
    pub fn put(&mut self, key: K, entry: &Entry) {
        let (slot, before) = match self.slots.get(&key) {
            Some(slot) => (*slot, self.take(*slot)),
            None => (self.fresh_slot(), None),
        };
        let words: Box<[_]> = entry
            .words
            .iter()
            .map(|(field, word)| (*field, self.vocabulary.add(word, Posting { slot, field: *field })))
            .collect();
        for (field, gone) in before.iter().flat_map(|kept| kept.words.iter()) {
            let stays = words.binary_search_by(|(other, word)| (other, &**word).cmp(&(field, &**gone))).is_ok();
            if !stays {
                self.vocabulary.remove(gone, Posting { slot, field: *field });
            }
        }
        self.slots.insert(key.clone(), slot);
        if let Some(place) = self.entries.get_mut(slot as usize) {
            *place = Some(Kept { key, words, name_words: entry.name_words });
        }
    }

    /// Removes the entry of a key, where there is one.
    pub fn remove(&mut self, key: &K) {
        let Some(slot) = self.slots.remove(key) else { return };
        for (field, word) in self.take(slot).iter().flat_map(|kept| kept.words.iter()) {
            self.vocabulary.remove(word, Posting { slot, field: *field });
        }
        self.free.push(slot);
    }

    /// Searches; nothing where `is_over` said so before the search was done.
    #[must_use]
    pub fn find(&self, ask: &Ask<'_, K>) -> Option<Found<K>> {
        let scores = self.scores(ask)?;
        let perfect = NAMED.saturating_mul(u32::try_from(ask.words.len()).unwrap_or(u32::MAX));
        let mut best: HashMap<Cow<'_, K>, (u32, &Kept<K>)> = HashMap::with_capacity(scores.met.len());
        for (slot, score) in scores.iter() {
            let Some(Some(kept)) = self.entries.get(slot as usize) else { continue };
            let Some(key) = (ask.found_as)(&kept.key) else { continue };
            // Whoever is called exactly this comes first.
            let whole = score == perfect && kept.name_words == ask.words.len();
            let score = score + if whole { NAMED } else { 0 };
            // Among equals the key's own entry, then the first by key.
            let better =
                |(known, other): &(u32, &Kept<K>)| (score, kept.key == *key, &other.key) > (*known, other.key == *key, &kept.key);
            if best.get(&key).is_none_or(better) {
                best.insert(key, (score, kept));
            }
        }
        let count = best.len();
        let mut found: Vec<(u32, Cow<'_, K>, &Kept<K>)> =
            best.into_iter().map(|(key, (score, kept))| (score, key, kept)).collect();
        let rank = |one: (u32, &K), two: (u32, &K)| two.0.cmp(&one.0).then_with(|| one.1.cmp(two.1));
        if let Some(after) = ask.after {
            found.retain(|(score, key, _)| rank((*score, key), after) == Ordering::Greater);
        }
        let in_order = |one: &(u32, Cow<'_, K>, _), two: &(u32, Cow<'_, K>, _)| rank((one.0, &one.1), (two.0, &two.1));
        let more = found.len() > ask.limit;
        if more {
            // A beginning of two letters meets a good part of everybody, of whom a few are shown.
            found.select_nth_unstable_by(ask.limit, in_order);
            found.truncate(ask.limit);
        }
        found.sort_unstable_by(in_order);
        let hits = found.into_iter().map(|(score, key, kept)| Hit { key: key.into_owned(), score, matches: kept.matches(ask) });
        Some(Found { hits: hits.collect(), more, count })
    }

    /// The scores of the entries that every word meets.
    fn scores(&self, ask: &Ask<'_, K>) -> Option<Scores> {
        let mut words = ask.words.iter();
        let Some(first) = words.next() else { return Some(Scores::default()) };
        let mut scores = self.scores_of(first, None, ask)?;
        for word in words {
            if scores.met.is_empty() {
                break;
            }
            let mut met = self.scores_of(word, Some(&scores), ask)?;
            met.add(&scores);
            scores = met;
        }
        Some(scores)
    }

    /// The best that a word scores in each of the entries that all words before it meet.
    fn scores_of(&self, word: &Word, among: Option<&Scores>, ask: &Ask<'_, K>) -> Option<Scores> {
        let (mut best, mut done) = (Scores::none(self.entries.len()), 0);
        for form in &word.forms {
            let mut found = |quality: Option<Quality>, postings: &[Posting]| {
                for posting in postings.iter().filter(|posting| ask.fields.contains(posting.field)) {
                    if let Some(quality) = quality
                        && among.is_none_or(|among| among.of(posting.slot) > 0)
                    {
                        best.raise(posting.slot, posting.field.weight() * quality.thousandths);
                    }
                }
                let before = done / ASK_EVERY;
                done += 1 + postings.len();
                done / ASK_EVERY == before || !(ask.is_over)()
            };
            if word.exact {
                found(Some(Quality::EXACT), self.vocabulary.places(form)).then_some(())?;
            } else {
                self.vocabulary.meet(form, &mut found)?;
            }
        }
        Some(best)
    }

    fn take(&mut self, slot: u32) -> Option<Kept<K>> {
        self.entries.get_mut(slot as usize).and_then(Option::take)
    }

    fn fresh_slot(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            // Far more entries than memory holds.
            u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

impl<K: Clone> Kept<K> {
    fn matches(&self, ask: &Ask<'_, K>) -> Vec<Match> {
        ask.words.iter().filter_map(|word| self.best_match(word, ask.fields)).collect()
    }

    /// The best that a word meets; among equals the field that comes first, then the word that does.
    fn best_match(&self, word: &Word, fields: Fields) -> Option<Match> {
        let mut best: Option<(u32, Match)> = None;
        for (field, met) in self.words.iter().filter(|(field, _)| fields.contains(*field)) {
            let qualities = word.forms.iter().filter_map(|form| Quality::of(form, met));
            let qualities = qualities.filter(|quality| !word.exact || *quality == Quality::EXACT);
            let Some(quality) = qualities.max_by_key(|quality| quality.thousandths) else { continue };
            let score = field.weight() * quality.thousandths;
            if best.as_ref().is_none_or(|(known, _)| score > *known) {
                let (word, met) = (word.shown.clone(), met.to_string());
                best = Some((score, Match { word, field: *field, met, how: quality.how }));
            }
        }
        best.map(|(_, found)| found)
    }
}
