//! Sync tokens: which sync of which source system, and which history of the data it belongs to. They give no rights.

use super::Seal;
use super::revision::number;
use crate::app::SyncRef;
use crate::domain::RecordKind;
use crate::grpc::convert::Faults;
use crate::grpc::status::Refusal;

const USE: &[u8] = b"rookery sync";
/// Longest name of a source system, in bytes.
const MAX_SYSTEM: usize = 200;
/// Epoch, the sync's number, the system's length, the system.
const TEXT: usize = 8 + 8 + 1 + MAX_SYSTEM;

/// What a token names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamedSync {
    /// A sync of this history of the data.
    Sync(SyncRef),
    /// One of another history, as after a restore from a backup.
    OtherEpoch,
}

impl NamedSync {
    /// The sync. Asked once the request itself is known to be right.
    ///
    /// # Errors
    /// [`Refusal::OtherEpoch`].
    pub(crate) fn sync(self, field: &'static str) -> Result<SyncRef, Refusal> {
        match self {
            Self::Sync(sync) => Ok(sync),
            Self::OtherEpoch => Err(Refusal::OtherEpoch { field }),
        }
    }
}

impl Seal {
    /// A sync of documents as a token.
    ///
    /// # Errors
    /// [`Refusal`] where the system gives no randomness.
    pub(crate) fn sync(&self, sync: &SyncRef) -> Result<String, Refusal> {
        let system = sync.system.as_bytes();
        let system = &system[..system.len().min(MAX_SYSTEM)];
        let mut text = self.epoch.to_be_bytes().to_vec();
        text.extend_from_slice(&sync.number.to_be_bytes());
        // Bounded just above.
        text.push(u8::try_from(system.len()).unwrap_or(u8::MAX));
        text.extend_from_slice(system);
        text.resize(TEXT, 0);
        self.close(USE, &text)
    }

    /// Reads the token of a sync in a field; what is no such token is a fault.
    pub(crate) fn sync_token(&self, field: &str, token: &str, faults: &mut Faults) -> Option<NamedSync> {
        if token.is_empty() {
            faults.add(field, "is required");
            return None;
        }
        let named = self.open::<TEXT>(USE, token).ok().and_then(|text| self.read_sync(&text));
        if named.is_none() {
            faults.add(field, "is no sync token of this service");
        }
        named
    }

    fn read_sync(&self, text: &[u8; TEXT]) -> Option<NamedSync> {
        let (epoch, rest) = text.split_at_checked(8)?;
        let (sync, rest) = rest.split_at_checked(8)?;
        let (&length, rest) = rest.split_first()?;
        let system = std::str::from_utf8(rest.get(..usize::from(length))?).ok()?.to_owned();
        if number(epoch) != self.epoch {
            return Some(NamedSync::OtherEpoch);
        }
        Some(NamedSync::Sync(SyncRef { kind: RecordKind::Document, system, number: number(sync) }))
    }
}
