//! Page tokens: a position in the order of an answer, bound to who asked for what. They give no rights: the next page is made
//! of what its asker may see then.

use prost::Message;

use super::revision::number;
use super::{Seal, Unreadable};
use crate::access::Asker;
use crate::app::{Basis, Pass};
use crate::domain::Moment;
use crate::grpc::convert::Faults;
use crate::grpc::status::Refusal;

/// Longest id of a resource, in bytes.
const MAX_ID: usize = 200;
/// Longest beginning of a display name by which people are ordered, in bytes.
const MAX_CALLED: usize = 64;
/// Most words of a query whose statistics have room; the configuration allows no more words.
const MAX_WORDS: usize = 64;
/// Documents, lengths of two fields, the clock in seconds, the pass, the number of words, their frequencies.
const BASIS: usize = 8 + 2 * 8 + 8 + 1 + 1 + MAX_WORDS * 4;
/// Sort of position, its number, the id's length, the id, the length of the display name's beginning or of a turn, that, and what
/// the first page rested on.
const TEXT: usize = 1 + 8 + 1 + MAX_ID + 1 + MAX_CALLED + BASIS;

/// After what a page begins.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Position {
    /// A score, the id behind it, and what the first page's scores rested on.
    Score(f64, String, Basis),
    /// A turn, and within it a score, the id behind it, and the same.
    Turn(u32, f64, String, Basis),
    /// A moment in seconds or a count, the id behind it, and the same.
    Number(i64, String, Basis),
    /// An id.
    Id(String),
    /// The beginning of a display name, and the id behind it.
    Called(String, String),
}

/// What a page token holds for: a method, an asker, and the request but for where and how long its page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding([u8; 32]);

impl Binding {
    /// Binds to a request, from which the caller has cleared `page_token`, `page_size` and `min_revision`.
    pub(crate) fn new(method: &str, asker: &Asker, request: &impl Message) -> Self {
        let mut hasher = blake3::Hasher::new();
        // Every part is led by its length, so that no two lists of parts run together.
        let mut part = |bytes: &[u8]| {
            hasher.update(&bytes.len().to_be_bytes());
            hasher.update(bytes);
        };
        part(method.as_bytes());
        part(asker.name().map(ToString::to_string).unwrap_or_default().as_bytes());
        part(&asker.groups().len().to_be_bytes());
        for group in asker.groups() {
            part(group.as_str().as_bytes());
        }
        part(&request.encode_to_vec());
        Self(*hasher.finalize().as_bytes())
    }
}

impl Seal {
    /// A position as a token.
    ///
    /// # Errors
    /// [`Refusal`] where the system gives no randomness.
    pub(crate) fn page(&self, binding: &Binding, position: &Position) -> Result<String, Refusal> {
        let nothing = Basis::default();
        let turn;
        let (sort, value, id, first_page, called) = match position {
            Position::Score(score, id, first) => (0, score.to_bits(), id, first, ""),
            Position::Turn(number, score, id, first) => {
                turn = number.to_string();
                (4, score.to_bits(), id, first, turn.as_str())
            }
            Position::Number(number, id, first) => (1, number.cast_unsigned(), id, first, ""),
            Position::Id(id) => (2, 0, id, &nothing, ""),
            Position::Called(called, id) => (3, 0, id, &nothing, called.as_str()),
        };
        let mut text = vec![sort];
        text.extend_from_slice(&value.to_be_bytes());
        write_short(&mut text, id.as_bytes(), MAX_ID);
        write_short(&mut text, called.as_bytes(), MAX_CALLED);
        write_basis(&mut text, first_page);
        text.resize(TEXT, 0);
        self.close(&self.used_for(binding), &text)
    }

    /// Reads the `page_token` of a request; empty means the first page, and a token that is none, or another asker's or
    /// request's, is a fault.
    pub(crate) fn page_token(&self, binding: &Binding, token: &str, faults: &mut Faults) -> Option<Position> {
        if token.is_empty() {
            return None;
        }
        let position = self.open::<TEXT>(&self.used_for(binding), token).and_then(|text| read(&text).ok_or(Unreadable));
        if position.is_err() {
            faults.add("page_token", "is no page token of this asker for this request");
        }
        position.ok()
    }

    fn used_for(&self, binding: &Binding) -> Vec<u8> {
        [b"rookery page".as_slice(), &self.epoch.to_be_bytes(), &binding.0].concat()
    }
}

/// Writes at most so many bytes behind their number, which fits into one byte.
fn write_short(text: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let bytes = &bytes[..bytes.len().min(most)];
    text.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    text.extend_from_slice(bytes);
}

/// A short text, and what follows it.
fn read_short(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (&length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(length))?;
    Some((std::str::from_utf8(text).ok()?.to_owned(), rest))
}

fn write_basis(text: &mut Vec<u8>, basis: &Basis) {
    for figure in [basis.documents].into_iter().chain(basis.lengths) {
        text.extend_from_slice(&figure.to_be_bytes());
    }
    text.extend_from_slice(&basis.now.unix_seconds().to_be_bytes());
    text.push(u8::from(basis.pass == Pass::Relaxed));
    let frequencies = &basis.frequencies[..basis.frequencies.len().min(MAX_WORDS)];
    text.push(u8::try_from(frequencies.len()).unwrap_or(u8::MAX));
    for frequency in frequencies {
        // An index holds fewer documents than that.
        text.extend_from_slice(&u32::try_from(*frequency).unwrap_or(u32::MAX).to_be_bytes());
    }
}

fn read_basis(bytes: &[u8]) -> Option<Basis> {
    let (documents, rest) = bytes.split_at_checked(8)?;
    let (exact, rest) = rest.split_at_checked(8)?;
    let (stem, rest) = rest.split_at_checked(8)?;
    let (now, rest) = rest.split_at_checked(8)?;
    let (&pass, rest) = rest.split_first()?;
    let pass = if pass == 0 { Pass::Strict } else { Pass::Relaxed };
    let (&words, rest) = rest.split_first()?;
    let frequencies = rest.get(..usize::from(words) * 4)?.chunks_exact(4).map(number).collect();
    let now = Moment::from_unix_seconds(number(now).cast_signed())?;
    Some(Basis { documents: number(documents), lengths: [number(exact), number(stem)], frequencies, pass, now })
}

fn read(text: &[u8; TEXT]) -> Option<Position> {
    let (&sort, rest) = text.split_first()?;
    let (value, rest) = rest.split_at_checked(8)?;
    let (id, rest) = read_short(rest)?;
    let (called, rest) = read_short(rest)?;
    let (value, first_page) = (number(value), read_basis(rest)?);
    match sort {
        0 => Some(Position::Score(f64::from_bits(value), id, first_page)),
        1 => Some(Position::Number(value.cast_signed(), id, first_page)),
        2 => Some(Position::Id(id)),
        3 => Some(Position::Called(called, id)),
        4 => Some(Position::Turn(called.parse().ok()?, f64::from_bits(value), id, first_page)),
        _ => None,
    }
}
