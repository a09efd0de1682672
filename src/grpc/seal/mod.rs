//! Sealed tokens: revisions and page positions as opaque text that tells nothing and cannot be made up.
//!
//! Every token is a version byte, a random nonce and an XChaCha20-Poly1305 box, in hexadecimal; all tokens of a kind have one
//! length. With 192 bits, nonces may be random for as long as the key lives. This room must never put into a token what its
//! holder could not be told. Start reading at [`Seal`].

mod page;
mod revision;
mod sync;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

use super::status::Refusal;
use crate::app::{AppError, Identity, Randomness};

pub(crate) use page::{Binding, Position};
pub(crate) use revision::Wanted;
pub(crate) use sync::NamedSync;

/// The first byte of every token; another one after any change of their form.
const VERSION: u8 = 1;
/// Bytes of a nonce.
const NONCE: usize = 24;
/// Bytes of a new id.
const FRESH_ID: usize = 16;
/// Bytes that the box adds.
const TAG: usize = 16;

/// Seals and opens tokens with the key of one ledger.
pub(crate) struct Seal {
    cipher: XChaCha20Poly1305,
    epoch: u64,
    randomness: Randomness,
}

/// A token that this key did not seal, or not for this use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unreadable;

impl Seal {
    /// Seals with what the ledger was born with.
    pub(crate) fn new(identity: &Identity, randomness: Randomness) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&identity.sealing_key.into()), epoch: identity.epoch, randomness }
    }

    /// A new id for a resource that its writer did not name: by chance nobody else's.
    ///
    /// # Errors
    /// [`Refusal`] where the system gives no randomness.
    pub(crate) fn fresh_id(&self) -> Result<String, Refusal> {
        let mut id = [0; FRESH_ID];
        (self.randomness)(&mut id).map_err(|error| AppError::Internal(std::sync::Arc::new(error)))?;
        Ok(to_hex(&id))
    }

    /// Seals a text for a use: only who names the same use can open it.
    fn close(&self, used_for: &[u8], text: &[u8]) -> Result<String, Refusal> {
        let mut nonce = [0; NONCE];
        (self.randomness)(&mut nonce).map_err(|error| AppError::Internal(std::sync::Arc::new(error)))?;
        let payload = Payload { msg: text, aad: used_for };
        // The cipher refuses only texts of many gigabytes.
        let sealed =
            self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| AppError::Internal(std::sync::Arc::new(Oversized)))?;
        let mut token = Vec::with_capacity(1 + NONCE + sealed.len());
        token.push(VERSION);
        token.extend_from_slice(&nonce);
        token.extend_from_slice(&sealed);
        Ok(to_hex(&token))
    }

    /// Opens a token that holds a text of exactly `N` bytes.
    fn open<const N: usize>(&self, used_for: &[u8], token: &str) -> Result<[u8; N], Unreadable> {
        if token.len() != 2 * (1 + NONCE + N + TAG) {
            return Err(Unreadable);
        }
        let bytes = from_hex(token).ok_or(Unreadable)?;
        let (&version, rest) = bytes.split_first().ok_or(Unreadable)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(Unreadable)?;
        if version != VERSION {
            return Err(Unreadable);
        }
        let opened =
            self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: used_for }).map_err(|_| Unreadable)?;
        opened.try_into().map_err(|_| Unreadable)
    }
}

/// The cipher would not take a text.
#[derive(Debug, thiserror::Error)]
#[error("a token was too large to be sealed")]
struct Oversized;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 0xf)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Bytes from lower-case hexadecimal digits; nothing else is taken, so a token has one spelling.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let half = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some((half(high)? << 4) | half(low)?)).collect()
}

#[cfg(test)]
mod tests;
