//! Revision tokens: the number of a write, and which history of the data it belongs to.

use super::Seal;
use crate::domain::Revision;
use crate::grpc::convert::Faults;
use crate::grpc::status::Refusal;

const USE: &[u8] = b"rookery revision";

/// What a request says of the revision that it must see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Things as they are.
    Anything,
    /// What this write did.
    Revision(Revision),
    /// A write of another history, as after a restore from a backup.
    OtherEpoch,
}

impl Wanted {
    /// The revision to wait for. Asked once the request itself is known to be right.
    ///
    /// # Errors
    /// [`Refusal::OtherEpoch`].
    pub(crate) fn revision(self) -> Result<Option<Revision>, Refusal> {
        match self {
            Self::Anything => Ok(None),
            Self::Revision(revision) => Ok(Some(revision)),
            Self::OtherEpoch => Err(Refusal::OtherEpoch { field: "min_revision" }),
        }
    }
}

impl Seal {
    /// A revision as a token.
    ///
    /// # Errors
    /// [`Refusal`] where the system gives no randomness.
    pub(crate) fn revision(&self, revision: Revision) -> Result<String, Refusal> {
        let mut text = [0; 16];
        text[..8].copy_from_slice(&self.epoch.to_be_bytes());
        text[8..].copy_from_slice(&revision.0.to_be_bytes());
        self.close(USE, &text)
    }

    /// Reads the `min_revision` of a request; empty means anything, and what is no token is a fault.
    pub(crate) fn min_revision(&self, token: &str, faults: &mut Faults) -> Wanted {
        if token.is_empty() {
            return Wanted::Anything;
        }
        let Ok(text) = self.open::<16>(USE, token) else {
            faults.add("min_revision", "is no revision token of this service");
            return Wanted::Anything;
        };
        let (epoch, revision) = (number(&text[..8]), number(&text[8..]));
        if epoch == self.epoch { Wanted::Revision(Revision(revision)) } else { Wanted::OtherEpoch }
    }
}

/// A number of eight bytes or fewer, the most significant one first.
pub(super) fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
