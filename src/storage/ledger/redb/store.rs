//! The ledger's file and the lock of its directory.

use std::fs::{self, File};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};
use redb::Database;

use super::super::{Identity, LedgerError};
use super::codec;
use super::draft::{self, Draft};
use super::faults::{io_fault, store_fault};
use super::tables::{Single, Snapshot};

/// The ledger's file in the data directory.
const FILE: &str = "ledger.redb";
/// A new ledger until it is complete: one that is named [`FILE`] was whole once, so an empty one is damage.
const UNBORN: &str = "ledger.redb.new";
/// Held by the one process that uses the directory.
const LOCK: &str = "LOCK";

/// An open file and the lock of its directory. The lock goes last.
pub(super) struct Store {
    pub(super) database: Database,
    pub(super) dir: PathBuf,
    _lock: File,
}

impl Store {
    /// Takes the lock, and opens the ledger of the directory or makes one.
    pub(super) fn open(dir: &Path, cache_bytes: usize, fresh: impl FnOnce() -> Identity) -> Result<Self, LedgerError> {
        fs::create_dir_all(dir).map_err(io_fault)?;
        let lock = lock(&dir.join(LOCK))?;
        let file = dir.join(FILE);
        if !file.try_exists().map_err(io_fault)? {
            found(dir, &file, &fresh())?;
        }
        if fs::metadata(&file).map_err(io_fault)?.len() == 0 {
            // The store would take it for a new one and forget everything silently.
            return Err(damaged(&file, "it is empty"));
        }
        let database = guarded(&file, || builder(cache_bytes).open(&file).map_err(store_fault)).map_err(|error| match error {
            LedgerError::Corrupt { what } => damaged(&file, &what),
            error => error,
        })?;
        Ok(Self { database, dir: dir.to_owned(), _lock: lock })
    }

    /// A store over any database, for tests of what disks do.
    #[cfg(test)]
    pub(super) fn over(database: Database, dir: &Path) -> Result<Self, LedgerError> {
        Ok(Self { database, dir: dir.to_owned(), _lock: lock(&dir.join(LOCK))? })
    }

    /// What the ledger was born with, once its format is one that this build knows.
    pub(super) fn identity(&self) -> Result<Identity, LedgerError> {
        let snapshot = Snapshot::of(&self.database)?;
        let missing = |single: Single| codec::corrupt("meta", single.key());
        format_of(&snapshot)?;
        let epoch = snapshot.single(Single::Epoch)?.ok_or_else(|| missing(Single::Epoch))?;
        let sealing_key = snapshot.single(Single::SealingKey)?.ok_or_else(|| missing(Single::SealingKey))?;
        Ok(Identity { epoch: u64::from_le_bytes(epoch), sealing_key })
    }

    /// Gives a ledger of an older format the tables that it lacks, and says so in it, durably: from here on values of this build's
    /// format stand in it, which an older build cannot read, so that it must refuse the whole.
    pub(super) fn raise_format(&self) -> Result<(), LedgerError> {
        let snapshot = Snapshot::of(&self.database)?;
        let format = format_of(&snapshot)?;
        if format == codec::FORMAT {
            return Ok(());
        }
        // Made anew below, a table that is gone would look like one that is empty.
        snapshot.verify_tables(format)?;
        drop(snapshot);
        let transaction = draft::begin(&self.database)?;
        Draft::open(&transaction)?.raise_format()?;
        transaction.commit().map_err(store_fault)?;
        tracing::info!(from = format, to = codec::FORMAT, "the ledger has this build's format now; older builds refuse it");
        Ok(())
    }

    /// Bytes that the file takes on the disk; it may be longer, with holes.
    pub(super) fn disk_bytes(&self) -> Result<u64, LedgerError> {
        File::open(self.dir.join(FILE)).and_then(|file| file.allocated_size()).map_err(io_fault)
    }
}

/// The format of a whole ledger.
fn format_of(snapshot: &Snapshot) -> Result<u8, LedgerError> {
    let format = snapshot.single(Single::Format)?.ok_or_else(|| codec::corrupt("meta", Single::Format.key()))?;
    let format = u32::from_le_bytes(format);
    codec::known_format(format).ok_or_else(|| codec::unknown_format(format))
}

/// Runs what reads a file that may be damaged: the store panics on some damage.
pub(super) fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, LedgerError>) -> Result<T, LedgerError> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged(path, "the store gave up")))
}

fn damaged(path: &Path, how: &str) -> LedgerError {
    LedgerError::Corrupt { what: format!("{}: {how}", path.display()) }
}

/// Makes a ledger under another name first, so that one that was cut off while it was made is told from a damaged one.
fn found(dir: &Path, file: &Path, identity: &Identity) -> Result<(), LedgerError> {
    let unborn = dir.join(UNBORN);
    match fs::remove_file(&unborn) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io_fault(error)),
        _ => {}
    }
    let database = Database::builder().create(&unborn).map_err(store_fault)?;
    write_identity(&database, identity)?;
    database.close().map_err(store_fault)?;
    fs::rename(&unborn, file).map_err(io_fault)?;
    // A new name is durable once its directory is, and the directory's own name once its parent is.
    sync_dir(dir)?;
    dir.canonicalize().map_err(io_fault)?.parent().map_or(Ok(()), sync_dir)
}

/// The first transaction of a ledger.
pub(super) fn write_identity(database: &Database, identity: &Identity) -> Result<(), LedgerError> {
    let transaction = draft::begin(database)?;
    Draft::open(&transaction)?.found(identity)?;
    transaction.commit().map_err(store_fault)
}

fn sync_dir(dir: &Path) -> Result<(), LedgerError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(io_fault)
}

fn lock(path: &Path) -> Result<File, LedgerError> {
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(io_fault)?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::InUse),
        Err(TryLockError::Error(error)) => Err(io_fault(error)),
    }
}

fn builder(cache_bytes: usize) -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(cache_bytes);
    builder.set_repair_callback(|repair| {
        tracing::info!(progress_percent = repair.progress() * 100.0, "the ledger was not closed; reading it through");
    });
    builder
}
