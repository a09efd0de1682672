//! The store's errors as the ledger's: what a caller can act on is told apart, the rest is kept as it is.

use std::io;
use std::sync::Arc;

use super::super::LedgerError;

/// An error of the store. A full disk and damage are told apart.
pub(super) fn store_fault(error: impl Into<redb::Error>) -> LedgerError {
    match error.into() {
        redb::Error::Io(error) => io_fault(error),
        redb::Error::Corrupted(what) => LedgerError::Corrupt { what },
        redb::Error::DatabaseAlreadyOpen => LedgerError::InUse,
        redb::Error::DatabaseClosed => LedgerError::Closed,
        error => LedgerError::Store(Arc::new(error)),
    }
}

/// An error of the file system.
pub(super) fn io_fault(error: io::Error) -> LedgerError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LedgerError::DiskFull,
        // The store says so of a file that it did not write, or that was cut off.
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => LedgerError::Corrupt { what: error.to_string() },
        _ => LedgerError::Store(Arc::new(error)),
    }
}
