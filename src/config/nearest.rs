//! Which known key somebody may have meant.

/// The known key that is most like `typed`: one of the same last name in another section, else the one that needs the
/// fewest changes, if a slip of the pen explains them.
pub(super) fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let last = |key: &str| key.rsplit('.').next().map(str::to_owned);
    let mut best: Option<(usize, &str)> = None;
    for key in known {
        let changes = if last(key) == last(typed) { 0 } else { changes(typed, key) };
        if changes <= MOST_CHANGES && best.is_none_or(|best| (changes, key) < best) {
            best = Some((changes, key));
        }
    }
    best.map(|(_, key)| key)
}

/// Two slips, or a word in the plural: beyond that a guess misleads more than it helps.
const MOST_CHANGES: usize = 3;

/// How many letters must be put in, left out or exchanged to turn one text into the other (Levenshtein's distance).
fn changes(from: &str, to: &str) -> usize {
    // A long text is no slip; its table would only cost time.
    if from.len().abs_diff(to.len()) > MOST_CHANGES {
        return usize::MAX;
    }
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in to.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
