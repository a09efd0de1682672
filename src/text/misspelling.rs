//! How far one word is from another.
//!
//! Proved below: 1. the distance is that of optimal string alignment, as worked out without any short cut, and nothing beyond the
//! tolerance is taken; 2. short words must be right; 3. letters in common never rule out a word within the tolerance.

use std::ops::RangeInclusive;

/// How many letters may be wrong in a word of so many characters: left out, put in, replaced, or swapped with the next.
fn tolerance(chars: usize) -> usize {
    match chars {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Compares one word with many, and gives up on each as soon as it is too far.
#[derive(Debug)]
pub struct Speller {
    word: Vec<char>,
    letters: u64,
    most: usize,
    other: Vec<char>,
    /// The line of the table that is worked out, the one before, and the one before that.
    lines: [Vec<usize>; 3],
}

impl Speller {
    /// The speller of a word; nothing where none of its letters may be wrong. A number is no misspelling of another one.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let chars: Vec<char> = word.chars().collect();
        let most = tolerance(chars.len());
        let forgiving = most > 0 && !chars.iter().any(|c| c.is_numeric());
        forgiving.then(|| Self { letters: letters(word), word: chars, most, other: Vec::new(), lines: Default::default() })
    }

    /// How many letters may be wrong.
    #[must_use]
    pub fn tolerance(&self) -> usize {
        self.most
    }

    /// How many characters a word may have that is near.
    #[must_use]
    pub fn lengths(&self) -> RangeInclusive<usize> {
        self.word.len() - self.most..=self.word.len() + self.most
    }

    /// How far a word with these [`letters`] is; nothing where it is too far.
    pub fn distance(&mut self, other: &str, letters: u64) -> Option<usize> {
        // A wrong letter takes away one and brings another at most.
        if (self.letters ^ letters).count_ones() as usize > 2 * self.most {
            return None;
        }
        self.other.clear();
        self.other.extend(other.chars());
        let (word, other, most) = (&self.word, &self.other, self.most);
        if word.len().abs_diff(other.len()) > most {
            return None;
        }
        let far = most + 1;
        for line in &mut self.lines {
            line.clear();
            line.resize(other.len() + 1, far);
        }
        let [before_last, last, line] = &mut self.lines;
        for (at, cell) in last.iter_mut().enumerate().take(far) {
            *cell = at;
        }
        let mut least_of_last = 0;
        for at in 1..=word.len() {
            line.fill(far);
            line[0] = at.min(far);
            let mut least = line[0];
            // Further from the diagonal everything is too far.
            for to in at.saturating_sub(most).max(1)..=(at + most).min(other.len()) {
                let replaced = last[to - 1] + usize::from(word[at - 1] != other[to - 1]);
                let mut best = replaced.min(last[to] + 1).min(line[to - 1] + 1);
                if at > 1 && to > 1 && word[at - 1] == other[to - 2] && word[at - 2] == other[to - 1] {
                    best = best.min(before_last[to - 2] + 1);
                }
                line[to] = best.min(far);
                least = least.min(line[to]);
            }
            // A swap looks back two lines, and no further.
            if least > most && least_of_last > most {
                return None;
            }
            least_of_last = least;
            std::mem::swap(before_last, last);
            std::mem::swap(last, line);
        }
        last.last().copied().filter(|distance| *distance <= most)
    }
}

/// The letters of a word as bits, on which several letters may fall.
#[must_use]
pub fn letters(word: &str) -> u64 {
    word.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distance(word: &str, other: &str) -> Option<usize> {
        Speller::of(word)?.distance(other, letters(other))
    }

    /// The whole table, from its definition.
    fn whole_table(word: &str, other: &str) -> usize {
        let [word, other] = [word, other].map(|word| word.chars().collect::<Vec<_>>());
        let mut table = vec![vec![0; other.len() + 1]; word.len() + 1];
        for at in 0..=word.len() {
            for to in 0..=other.len() {
                table[at][to] = if at == 0 || to == 0 {
                    at + to
                } else {
                    let replaced = table[at - 1][to - 1] + usize::from(word[at - 1] != other[to - 1]);
                    let mut best = replaced.min(table[at - 1][to] + 1).min(table[at][to - 1] + 1);
                    if at > 1 && to > 1 && word[at - 1] == other[to - 2] && word[at - 2] == other[to - 1] {
                        best = best.min(table[at - 2][to - 2] + 1);
                    }
                    best
                };
            }
        }
        table[word.len()][other.len()]
    }

    #[test]
    fn words_are_as_far_as_their_wrong_letters() {
        for (word, other, expected) in [
            ("adam", "adma", Some(1)),
            ("adam", "adams", Some(1)),
            ("adam", "aam", Some(1)),
            ("adam", "adem", Some(1)),
            ("adam", "edem", None),
            ("ada", "adb", None),
            ("lovelace", "lovlcae", Some(2)),
            ("lovelace", "lovelace", Some(0)),
            ("lovelace", "lvlce", None),
            ("прилив", "прилвы", None),
            ("прилив", "прилви", Some(1)),
            ("room0001", "room0002", None),
        ] {
            assert_eq!(distance(word, other), expected, "{word} {other}");
        }
    }

    proptest! {
        #[test]
        fn short_cuts_change_no_distance(word in "[abcß]{0,12}", other in "[abcß]{0,12}") {
            let most = tolerance(word.chars().count());
            let expected = Some(whole_table(&word, &other)).filter(|distance| most > 0 && *distance <= most);
            prop_assert_eq!(distance(&word, &other), expected);
        }
    }
}
