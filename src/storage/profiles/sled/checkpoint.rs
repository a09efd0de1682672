//! Making what was applied survive a loss of power.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use sled::Db;

use super::super::ProfilesError;
use super::store_error;

/// Flushes sled's buffers, then syncs every file that it keeps. `sled` itself calls `sync_file_range`, which flushes
/// neither the drive's cache nor the files' metadata; a handle of our own on the same files does.
pub(super) fn run(db: &Db, dir: &Path) -> Result<(), ProfilesError> {
    db.flush().map_err(store_error)?;
    sync_all(dir).map_err(store_error)
}

fn sync_all(dir: &Path) -> io::Result<()> {
    sync(&dir.join("db"))?;
    let blobs = dir.join("blobs");
    for blob in fs::read_dir(&blobs)? {
        match sync(&blob?.path()) {
            // sled drops blobs that nothing refers to any more whenever it likes.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            synced => synced?,
        }
    }
    sync(&blobs)?;
    sync(dir)?;
    dir.parent().map_or(Ok(()), sync)
}

fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
