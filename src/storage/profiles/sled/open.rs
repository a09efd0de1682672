//! Opening: which directory, what is put right before, and what is found out before anybody reads.
//!
//! Each life of the store has a directory of its own, `v<format>.<number>`. The newest is opened; whatever is wrong with it,
//! the next number starts empty and the older ones are removed, so that threads of a store that is still closing never
//! touch the files of the one that follows.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use sled::Db;

use super::super::ProfilesError;
use super::super::staff::Staff;
use super::codec::{Meta, unseal};
use super::{SledSettings, keys, reading, store_error};

/// The version of keys and values; another one is dropped and rebuilt. 1 knew one audience of a document, 2 knows its gates.
const FORMAT: u32 = 2;

/// How long opening may take before starting over from the ledger is quicker.
const OPEN_WITHIN: Duration = Duration::from_mins(10);

/// How long the threads of a store that was closed may take to end.
const FREE_WITHIN: Duration = Duration::from_secs(10);

/// How often sled writes what it has buffered.
const FLUSH_EVERY_MS: u64 = 500;

/// More keys than sled opens and compacts in reasonable time.
const MANY_KEYS: u64 = 2_000_000;

/// What sled 0.34 writes into `conf` with the settings below, which never change, before a checksum.
const CONF: &str = "segment_size: 524288\nuse_compression: false\nversion: 0.34\n";

/// An open store.
pub(super) struct Instance {
    pub(super) db: Db,
    pub(super) dir: PathBuf,
    pub(super) meta: Meta,
    /// The people as searches see them.
    pub(super) staff: Staff,
}

/// The directory of all lives of the store, locked for this process.
pub(super) struct Home {
    settings: SledSettings,
    _lock: File,
}

/// Another process has the directory.
#[derive(Debug, thiserror::Error)]
#[error("another process uses {}", path.display())]
struct InUse {
    path: PathBuf,
}

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
enum Damage {
    #[error(transparent)]
    Sled(#[from] sled::Error),
    #[error(transparent)]
    Value(#[from] ProfilesError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{found} keys and {people_found} people are there, not {keys} and {people}")]
    Lost { keys: u64, people: u64, found: u64, people_found: u64 },
    #[error("sled panicked while opening")]
    Panicked,
    #[error("opening took longer than {} s", OPEN_WITHIN.as_secs())]
    TooSlow,
}

impl Home {
    /// Makes and locks the directory.
    pub(super) fn claim(settings: SledSettings) -> Result<Self, ProfilesError> {
        fs::create_dir_all(&settings.path).map_err(store_error)?;
        let lock = File::create(settings.path.join("lock")).map_err(store_error)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { settings, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(store_error(InUse { path: settings.path })),
            Err(TryLockError::Error(error)) => Err(store_error(error)),
        }
    }

    /// Opens the newest store, or an empty one where there is none or it cannot be used.
    pub(super) fn open(&self) -> Result<Instance, ProfilesError> {
        if let Some(number) = self.newest().map_err(store_error)? {
            match self.attempt(number) {
                Ok(instance) => {
                    self.remove_others(number);
                    return Ok(instance);
                }
                Err(damage) => tracing::warn!(error = %damage, "the profiles cannot be used and are rebuilt from the ledger"),
            }
        }
        self.start_over()
    }

    /// Opens an empty store in a fresh directory and removes all others.
    pub(super) fn start_over(&self) -> Result<Instance, ProfilesError> {
        let number = self.newest().map_err(store_error)?.map_or(1, |newest| newest.saturating_add(1));
        let instance = self.attempt(number).map_err(store_error)?;
        self.remove_others(number);
        Ok(instance)
    }

    fn attempt(&self, number: u64) -> Result<Instance, Damage> {
        let dir = self.settings.path.join(directory(number));
        fs::create_dir_all(&dir)?;
        wait_until_free(&dir)?;
        put_right(&dir)?;
        let config = sled::Config::new()
            .path(&dir)
            .cache_capacity(self.settings.cache_bytes)
            .flush_every_ms(Some(FLUSH_EVERY_MS))
            .use_compression(false);
        // On a thread of its own, because sled may panic or never come back; its sender is dropped when it panics.
        let (sender, outcome) = sync_channel(1);
        let opening = move || {
            let read = |db: Db| verify(&db).and_then(|meta| Ok((reading::staff(&db)?, db, meta)));
            let opened = config.open().map_err(Damage::from).and_then(read);
            // Nobody waits any more once it took too long, and the store closes.
            let _ = sender.send(opened);
        };
        thread::Builder::new().name("profiles-open".to_owned()).spawn(opening)?;
        let (staff, db, meta) = match outcome.recv_timeout(OPEN_WITHIN) {
            Ok(opened) => opened?,
            Err(RecvTimeoutError::Disconnected) => return Err(Damage::Panicked),
            Err(RecvTimeoutError::Timeout) => return Err(Damage::TooSlow),
        };
        if meta.keys > MANY_KEYS {
            tracing::warn!(profiles.keys = meta.keys, "the profiles are larger than their store is made for");
        }
        Ok(Instance { db, dir, meta, staff })
    }

    /// The highest number of this format.
    fn newest(&self) -> io::Result<Option<u64>> {
        let mut newest = None;
        for entry in fs::read_dir(&self.settings.path)? {
            let known = numbered(&entry?.path());
            newest = newest.max(known.filter(|(format, _)| *format == FORMAT).map(|(_, number)| number));
        }
        Ok(newest)
    }

    /// Removes every store but one, of whatever format. What cannot be removed now is removed when it is opened next.
    fn remove_others(&self, kept: u64) {
        let entries = fs::read_dir(&self.settings.path).into_iter().flatten().flatten().map(|entry| entry.path());
        for path in entries.filter(|path| numbered(path).is_some_and(|found| found != (FORMAT, kept))) {
            if let Err(error) = fs::remove_dir_all(&path) {
                tracing::warn!(path = %path.display(), error = %error, "old profiles cannot be removed");
            }
        }
    }
}

fn directory(number: u64) -> String {
    format!("v{FORMAT}.{number}")
}

/// Format and number of a store's directory, or nothing where it is none.
fn numbered(path: &Path) -> Option<(u32, u64)> {
    let (format, number) = path.file_name()?.to_str()?.strip_prefix('v')?.split_once('.')?;
    Some((format.parse().ok()?, number.parse().ok()?))
}

/// Waits until threads of a store that this process closed a moment ago let go of its file; they end after the last handle does.
/// Another process cannot have it: the directory is locked. One that never lets go is sled's to complain of.
#[expect(clippy::disallowed_methods, reason = "stores are opened on threads that may block")]
fn wait_until_free(dir: &Path) -> io::Result<()> {
    let file = match File::open(dir.join("db")) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() < FREE_WITHIN => thread::sleep(Duration::from_millis(5)),
            // Closing the file unlocks it.
            Ok(()) | Err(TryLockError::WouldBlock) => return Ok(()),
        }
    }
}

/// Removes what a kill while opening leaves behind and sled then trips over, and writes `conf` where it is missing or torn:
/// sled neither syncs it nor heeds its checksum.
fn put_right(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with("snap.") && name.ends_with(".generating")) {
            fs::remove_file(entry.path())?;
        }
    }
    let right = conf();
    let path = dir.join("conf");
    if fs::read(&path).ok().as_ref() != Some(&right) {
        fs::write(&path, &right)?;
        File::open(&path)?.sync_all()?;
    }
    Ok(())
}

fn conf() -> Vec<u8> {
    let mut right = CONF.as_bytes().to_vec();
    right.extend(crc32fast::hash(&right).to_le_bytes());
    right
}

/// Reads every value: sled may have lost the end of its log or a page, and no reader should be the first to notice.
fn verify(db: &Db) -> Result<Meta, Damage> {
    let (mut meta, mut found, mut people_found) = (Meta::default(), 0, 0);
    for item in db.iter() {
        let (key, stored) = item?;
        let payload = unseal(&key, &stored)?;
        if key.as_ref() == keys::META {
            meta = Meta::decode(payload).ok_or_else(|| super::codec::corrupt(&key))?;
            continue;
        }
        found += 1;
        people_found += u64::from(key.first() == Some(&keys::PERSON.0) && key.ends_with(&0_u32.to_be_bytes()));
    }
    if (found, people_found) == (meta.keys, meta.people) {
        Ok(meta)
    } else {
        Err(Damage::Lost { keys: meta.keys, people: meta.people, found, people_found })
    }
}

#[cfg(test)]
mod tests {
    //! 1. the template of `conf` is what sled writes; 2. only directories of ours are taken for stores;
    //! 3. a store that lets go late is waited for.
    use super::*;

    #[test]
    fn the_template_is_what_sled_writes() {
        let dir = tempfile::tempdir().unwrap();
        drop(sled::Config::new().path(dir.path()).use_compression(false).open().unwrap());
        assert_eq!(fs::read(dir.path().join("conf")).unwrap(), conf());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the thread stands for one of sled's that ends late")]
    fn a_store_that_lets_go_late_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let settings = || SledSettings { path: dir.path().to_owned(), cache_bytes: 1 << 22 };
        let home = Home::claim(settings()).unwrap();
        let dir = home.start_over().unwrap().dir;
        wait_until_free(&dir).unwrap();
        let held = File::open(dir.join("db")).unwrap();
        held.lock().unwrap();
        let late = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            drop(held);
        });
        assert_eq!(home.open().unwrap().dir, dir, "it is opened again, and not given up");
        late.join().unwrap();
    }

    #[test]
    fn only_our_directories_are_stores() {
        assert_eq!(numbered(Path::new("/x").join(directory(7)).as_path()), Some((FORMAT, 7)));
        for other in ["lock", "v1", "vx.1", "v1.x", "1.1", "v1.1.1"] {
            assert_eq!(numbered(Path::new(other)), None, "{other}");
        }
    }
}
