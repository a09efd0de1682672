//! Where a text has what is sought.

use std::ops::Range;

use crate::domain::Language;
use crate::text::stretches::Stretches;
use crate::text::tokenize::{Token, for_each_token};

/// What is sought in texts.
#[derive(Clone, Copy)]
pub struct Sought<'a> {
    /// What a token is to the query. Must judge by its text and shape and by the language of the [`Stretches`] that it stands in,
    /// and by nothing else. It is asked for every token, so that whoever cuts many snippets can remember what was judged from one
    /// text to the next.
    pub judge: &'a dyn Fn(&Token, Language) -> Verdict,
    /// What each word of the query counts, by its place; not negative.
    pub weights: &'a [f64],
    /// What stands in several words.
    pub rows: &'a [Row],
}

/// What a token is to a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Of which word of the query it is a form, by its place there.
    pub word: Option<usize>,
    /// Which word of rows it is, as [`Row::words`] has them.
    pub in_rows: Option<usize>,
}

/// Words in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Numbers of words, by which verdicts name them.
    pub words: Vec<usize>,
    /// How many places, all in all, they may stand further apart than one right behind the other.
    pub slop: u32,
    /// The word of the query in whose place it stands, by its place there; a phrase of its own where there is none.
    pub stands_for: Option<usize>,
}

/// Something sought that was found.
pub(super) struct Match {
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
    /// The same in characters.
    pub(super) chars: Range<usize>,
    /// What it is: first the words of the query, then the rows.
    pub(super) slot: usize,
    /// Whether it is marked: of a phrase that may stand apart only its words are.
    pub(super) marked: bool,
}

impl Sought<'_> {
    /// What each slot weighs. A phrase outweighs all words together, since scattered words need not be meant.
    pub(super) fn slot_weights(&self) -> Vec<f64> {
        let all = self.weights.iter().sum::<f64>() + 1.0;
        self.weights.iter().copied().chain(self.rows.iter().map(|_| all)).collect()
    }

    fn slot_of(&self, row: usize) -> Option<usize> {
        match self.rows.get(row)?.stands_for {
            Some(word) => (word < self.weights.len()).then_some(word),
            None => Some(self.weights.len() + row),
        }
    }
}

/// Everything that is found, by where it starts.
pub(super) fn matches(text: &str, stretches: &Stretches, sought: &Sought<'_>) -> Vec<Match> {
    let mut languages = stretches.reader();
    let mut found: Vec<Match> = Vec::new();
    let mut rows = Rows::new(sought.rows);
    // Characters are counted on from one match to the next: starts ascend.
    let mut counted = (0, 0);
    let (mut covered, mut place) = (0, 0_u32);
    for_each_token(text, &mut |token| {
        // A compound comes before its parts, which lie inside it and take no place in a row.
        let is_part = token.end <= covered;
        covered = covered.max(token.end);
        place += u32::from(!is_part);
        let verdict = (sought.judge)(token, languages.at(token.start));
        let word = verdict.word.filter(|word| *word < sought.weights.len());
        let in_rows = verdict.in_rows.filter(|_| !is_part);
        if word.is_none() && in_rows.is_none() {
            return;
        }
        let first = counted.1 + text[counted.0..token.start].chars().count();
        counted = (token.start, first);
        let chars = first..first + text[token.start..token.end].chars().count();
        if let Some(number) = in_rows {
            rows.take(number, &Opened { place, at: token.start, char: first }, |row, opened| {
                let Some(slot) = sought.slot_of(row) else { return };
                let marked = sought.rows[row].slop == 0;
                found.push(Match { range: opened.at..token.end, chars: opened.char..chars.end, slot, marked });
            });
        }
        if let Some(slot) = word {
            found.push(Match { range: token.start..token.end, chars, slot, marked: true });
        }
    });
    if !sought.rows.is_empty() {
        // A row is found at its last word, and starts with its first.
        found.sort_by_key(|one| one.range.start);
    }
    found
}

/// The first word of a row that was begun.
#[derive(Clone, Copy)]
struct Opened {
    place: u32,
    at: usize,
    char: usize,
}

/// Rows as far as they were read.
struct Rows<'a> {
    sought: &'a [Row],
    /// By the number of a word, where rows have it: later places first, so that no token goes on from itself.
    uses: Vec<Vec<(usize, usize)>>,
    /// Of each row and each of its words, where the latest beginning stands from which the row was read up to there.
    opened: Vec<Vec<Option<Opened>>>,
}

impl<'a> Rows<'a> {
    fn new(rows: &'a [Row]) -> Self {
        let numbers = rows.iter().flat_map(|row| &row.words).max().map_or(0, |most| most + 1);
        let mut uses = vec![Vec::new(); numbers];
        for (at, row) in rows.iter().enumerate() {
            for (nth, number) in row.words.iter().enumerate().rev() {
                uses[*number].push((at, nth));
            }
        }
        Self { sought: rows, uses, opened: rows.iter().map(|row| vec![None; row.words.len()]).collect() }
    }

    /// Reads the next word of rows, and hands out the rows that end with it. Of all beginnings the latest is kept, since it leaves most
    /// of the slop.
    fn take(&mut self, number: usize, here: &Opened, mut complete: impl FnMut(usize, Opened)) {
        for &(row, nth) in self.uses.get(number).into_iter().flatten() {
            let opened = match nth.checked_sub(1) {
                None => Some(*here),
                Some(before) => self.opened[row][before],
            };
            let places = u32::try_from(nth).unwrap_or(u32::MAX);
            let slop = self.sought[row].slop;
            let opened = opened.filter(|opened| (here.place - opened.place).saturating_sub(places) <= slop);
            if opened.is_some() {
                self.opened[row][nth] = opened;
            }
            if let Some(opened) = opened.filter(|_| nth + 1 == self.sought[row].words.len()) {
                complete(row, opened);
            }
        }
    }
}
