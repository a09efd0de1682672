//! Where a text may be cut: between extended grapheme clusters, which readers take for one character each (UAX 29), and so that no
//! cluster takes in the … that stands for the rest.

use unicode_segmentation::GraphemeCursor;

use super::ELLIPSIS;

/// Whether a byte is a border of clusters.
pub(super) fn is_border(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let lone = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii() && !byte.is_ascii_control());
    if lone(bytes.get(at)) && lone(at.checked_sub(1).and_then(|before| bytes.get(before))) {
        return true;
    }
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// The last border at or before a character.
pub(super) fn border_at_or_before(text: &str, at: usize) -> usize {
    if is_border(text, at) {
        return at;
    }
    GraphemeCursor::new(at, text.len(), true).prev_boundary(text, 0).ok().flatten().unwrap_or(0)
}

/// The first border at or after a character.
pub(super) fn border_at_or_after(text: &str, at: usize) -> usize {
    if is_border(text, at) {
        return at;
    }
    GraphemeCursor::new(at, text.len(), true).next_boundary(text, 0).ok().flatten().unwrap_or(text.len())
}

/// The last place at or before a character behind which … may follow, and before which it may stand.
pub(super) fn cut_at_or_before(text: &str, at: usize) -> usize {
    let mut at = border_at_or_before(text, at);
    while at > 0 && !takes_ellipsis(text, at) {
        at = border_at_or_before(text, text.floor_char_boundary(at - 1));
    }
    at
}

/// The first such place at or after a character.
pub(super) fn cut_at_or_after(text: &str, at: usize) -> usize {
    let mut at = border_at_or_after(text, at);
    while at < text.len() && !takes_ellipsis(text, at) {
        at = border_at_or_after(text, text.ceil_char_boundary(at + 1));
    }
    at
}

/// Whether an … at a border is a cluster of its own. A mark behind a control character would cling to it, for one.
fn takes_ellipsis(text: &str, at: usize) -> bool {
    let (before, after) = (text[..at].chars().next_back(), text[at..].chars().next());
    let apart = |one: char, other: char| {
        let both: String = [one, other].iter().collect();
        is_border(&both, one.len_utf8())
    };
    before.is_none_or(|before| apart(before, ELLIPSIS)) && after.is_none_or(|after| apart(ELLIPSIS, after))
}
