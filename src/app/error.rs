//! What can go wrong in a use case, as far as a caller can act on it.

use std::sync::Arc;

use crate::index::IndexError;
use crate::storage::ledger::LedgerError;
use crate::storage::profiles::ProfilesError;

/// A field of the request and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The path of the field, such as `document.thread.parent`.
    pub field: String,
    /// What is wrong, as a sentence part.
    pub description: String,
}

impl FieldFault {
    /// A fault of a field.
    #[must_use]
    pub fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// Why a use case could not be done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppError {
    /// Fields of the request are wrong; all of them are listed.
    #[error("the request has {} wrong field(s)", .0.len())]
    Invalid(Vec<FieldFault>),
    /// The call needs a signed-in asker.
    #[error("this call needs a signed-in asker")]
    Unauthenticated,
    /// The asker lacks a scope, and may know of the resource.
    #[error("this call needs the {scope} scope")]
    Forbidden {
        /// The scope that is missing.
        scope: &'static str,
    },
    /// The asker may know of the resource, and must stand closer to it.
    #[error("this needs {needs} of {name}")]
    NotAllowed {
        /// The resource's name.
        name: String,
        /// Who may, such as "a caretaker".
        needs: &'static str,
    },
    /// The document is of a kind with which this cannot be done.
    #[error("this needs {needs}; {name} is none")]
    WrongKind {
        /// The document's name.
        name: String,
        /// What it would have to be, such as "a reply".
        needs: &'static str,
    },
    /// The document that opened a reply's thread is missing.
    #[error("the document that opened the thread of {name} is missing")]
    RootMissing {
        /// The reply's name.
        name: String,
    },
    /// There is no such resource, or this asker may not know of it.
    #[error("{name} was not found")]
    NotFound {
        /// The resource's name.
        name: String,
    },
    /// The resource exists already.
    #[error("{name} exists already")]
    Exists {
        /// The resource's name.
        name: String,
    },
    /// An alias is somebody else's.
    #[error("{alias} belongs to {by}")]
    Taken {
        /// The alias.
        alias: String,
        /// The name of whoever has it.
        by: String,
    },
    /// The request is right, and the state of things is not.
    #[error("{name} {why}")]
    WrongState {
        /// The name of the resource that is in the wrong state.
        name: String,
        /// What is wrong with it, as a sentence part.
        why: &'static str,
    },
    /// The resource has changed since the given etag.
    #[error("{name} has changed since")]
    Stale {
        /// The resource's name.
        name: String,
    },
    /// Another sync of the source system has begun since.
    #[error("another sync of {system} has begun")]
    SyncSuperseded {
        /// The source system.
        system: String,
    },
    /// The sync is committed and takes nothing more.
    #[error("the sync of {system} is committed")]
    SyncCommitted {
        /// The source system.
        system: String,
    },
    /// A sweep would delete more than its caller allows.
    #[error("{deletions} documents of {system} would be deleted, {most} may be")]
    TooManyDeletions {
        /// The source system.
        system: String,
        /// How many it would delete.
        deletions: u64,
        /// How many it may.
        most: u64,
    },
    /// The deadline passed before the answer was complete, or before the wanted revision was reached.
    #[error("the deadline passed")]
    DeadlineExceeded,
    /// Too much is asked at once.
    #[error("too many calls at once")]
    Overloaded,
    /// The service is closing.
    #[error("the service is closing")]
    Closing,
    /// The ledger's disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// Stored data is damaged.
    #[error("stored data is damaged: {0}")]
    DataLoss(String),
    /// A fault of the service itself.
    #[error("{0}")]
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

impl AppError {
    /// Missing or hidden, in the same words.
    pub(super) fn not_found(name: &impl std::fmt::Display) -> Self {
        Self::NotFound { name: name.to_string() }
    }
}

impl From<LedgerError> for AppError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Exists { key } => Self::Exists { name: key.to_string() },
            LedgerError::Missing { key } => Self::NotFound { name: key.to_string() },
            LedgerError::Stale { key, .. } => Self::Stale { name: key.to_string() },
            LedgerError::SourceTaken { by } => {
                Self::Invalid(vec![FieldFault::new("source.id", format!("is the source id of {by} already"))])
            }
            LedgerError::RequestReused => {
                Self::Invalid(vec![FieldFault::new("request_id", "was used for another request within the last 24 hours")])
            }
            LedgerError::SyncSuperseded { system } => Self::SyncSuperseded { system },
            LedgerError::SyncEnded { system } => Self::SyncCommitted { system },
            LedgerError::Overloaded => Self::Overloaded,
            LedgerError::DiskFull => Self::DiskFull,
            LedgerError::Closed => Self::Closing,
            LedgerError::Corrupt { what } => Self::DataLoss(what),
            error @ (LedgerError::Trimmed { .. } | LedgerError::InUse | LedgerError::Format { .. } | LedgerError::Store(_)) => {
                Self::Internal(Arc::new(error))
            }
        }
    }
}

impl From<IndexError> for AppError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::TimedOut => Self::DeadlineExceeded,
            IndexError::Overloaded => Self::Overloaded,
            error @ (IndexError::Unusable { .. } | IndexError::Engine(_)) => Self::Internal(Arc::new(error)),
        }
    }
}

impl From<ProfilesError> for AppError {
    fn from(error: ProfilesError) -> Self {
        Self::Internal(Arc::new(error))
    }
}
