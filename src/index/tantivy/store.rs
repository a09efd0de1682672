//! Where the index lives on disk: one directory for each generation, and a file that names the current one.
//!
//! A rebuild fills the next generation beside the current one; naming it in `CURRENT` is the swap. Whatever else lies there
//! is a leftover of a rebuild that was cut off, and is removed at the start.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const CURRENT: &str = "CURRENT";

/// The directory of the generations; nothing in memory.
#[derive(Clone, Debug)]
pub(super) struct Store {
    root: Option<PathBuf>,
}

impl Store {
    /// Makes the directory where it is missing.
    pub(super) fn open(root: Option<PathBuf>) -> io::Result<Self> {
        if let Some(root) = &root {
            fs::create_dir_all(root)?;
        }
        Ok(Self { root })
    }

    /// The directory of a generation; nothing in memory.
    pub(super) fn directory(&self, generation: u64) -> Option<PathBuf> {
        self.root.as_ref().map(|root| root.join(generation.to_string()))
    }

    /// The generation that is named as the current one; nothing where none is, or where the file says something else.
    pub(super) fn current(&self) -> io::Result<Option<u64>> {
        let Some(root) = &self.root else { return Ok(None) };
        match fs::read_to_string(root.join(CURRENT)) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every generation that has a directory, ascending.
    pub(super) fn generations(&self) -> io::Result<Vec<u64>> {
        let Some(root) = &self.root else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for entry in fs::read_dir(root)? {
            found.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// Makes an empty directory for a generation.
    pub(super) fn make(&self, generation: u64) -> io::Result<Option<PathBuf>> {
        let Some(directory) = self.directory(generation) else { return Ok(None) };
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir(&directory)?;
        Ok(Some(directory))
    }

    /// Names the current generation, durably and at once.
    pub(super) fn name(&self, generation: u64) -> io::Result<()> {
        let Some(root) = &self.root else { return Ok(()) };
        let fresh = root.join("CURRENT.new");
        let mut file = File::create(&fresh)?;
        writeln!(file, "{generation}")?;
        file.sync_all()?;
        fs::rename(&fresh, root.join(CURRENT))?;
        File::open(root)?.sync_all()
    }

    /// Removes a generation's directory. What cannot be removed now is removed at the next start.
    pub(super) fn remove(&self, generation: u64) {
        let Some(directory) = self.directory(generation) else { return };
        if let Err(error) = fs::remove_dir_all(&directory)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::info!(%error, directory = %directory.display(), "an old index stays until the next start");
        }
    }

    /// How many bytes a generation has on disk; files that vanish meanwhile do not count.
    pub(super) fn bytes(&self, generation: u64) -> u64 {
        self.directory(generation).map_or(0, |directory| bytes_of(&directory).unwrap_or(0))
    }
}

fn bytes_of(directory: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(directory)? {
        sum += entry.and_then(|entry| entry.metadata()).map_or(0, |metadata| metadata.len());
    }
    Ok(sum)
}
