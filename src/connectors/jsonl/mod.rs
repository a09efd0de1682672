//! Rookery's simple native format: one JSON object a line, plain or compressed by gzip or Zstandard.
//!
//! A folder holds `people.jsonl`, `communities.jsonl` and `documents.jsonl`, each optional, each with an optional `.gz` or
//! `.zst`; a single file holds documents unless its name starts with `people` or `communities`. A line ends at `\n` only:
//! bodies may hold raw Unicode line separators. Unknown fields are tolerated and reported once.

#![expect(clippy::zero_sized_map_values, reason = "serde flattens unknown fields into a map only; their values are not kept")]

mod community;
mod document;
mod fields;
mod lines;
mod person;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use document::SourceDocument;
use lines::{Line, Lines};

use crate::domain::{Audience, Community, Person};

/// The name under which imported resources carry their source ids.
pub const SYSTEM: &str = "jsonl";

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contents {
    /// People.
    People,
    /// Communities.
    Communities,
    /// Documents.
    Documents,
}

impl Contents {
    const ALL: [Self; 3] = [Self::People, Self::Communities, Self::Documents];

    fn stem(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Communities => "communities",
            Self::Documents => "documents",
        }
    }
}

/// One resource as its source has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A person.
    Person(Box<Person>),
    /// A community.
    Community(Box<Community>),
    /// A document; a discussion yields one item for the topic and one for every reply.
    Document(Box<SourceDocument>),
}

/// An item and the line on which it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The line, counted from 1.
    pub line: u64,
    /// The item.
    pub item: Item,
}

/// A record that cannot be taken, and why; the rest goes in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {reason}", file.display())]
pub struct BrokenRecord {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Neither a file nor a folder with one of the three files.
    #[error("{}: holds no people, communities or documents (.jsonl, .jsonl.gz or .jsonl.zst)", .0.display())]
    Nothing(PathBuf),
    /// Opening or reading failed.
    #[error("{}: {error}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What failed.
        error: io::Error,
    },
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds.
    pub contents: Contents,
    /// Its size on disk, for a progress bar.
    pub bytes: u64,
}

/// The files behind a path, people first, so that documents can mention them.
///
/// # Errors
/// [`SourceError`] where there is nothing to read.
pub fn files(path: &Path) -> Result<Vec<SourceFile>, SourceError> {
    let fail = |error| SourceError::Io { file: path.to_owned(), error };
    if !path.metadata().map_err(fail)?.is_dir() {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let contents =
            Contents::ALL.into_iter().find(|contents| name.starts_with(contents.stem())).unwrap_or(Contents::Documents);
        let bytes = path.metadata().map_err(fail)?.len();
        return Ok(vec![SourceFile { path: path.to_owned(), contents, bytes }]);
    }
    let mut found = Vec::new();
    for contents in Contents::ALL {
        let candidates = ["jsonl", "jsonl.zst", "jsonl.gz"].map(|ending| path.join(format!("{}.{ending}", contents.stem())));
        if let Some(file) = candidates.into_iter().find(|file| file.is_file()) {
            let bytes = file.metadata().map_err(fail)?.len();
            found.push(SourceFile { path: file, contents, bytes });
        }
    }
    if found.is_empty() { Err(SourceError::Nothing(path.to_owned())) } else { Ok(found) }
}

/// Reads one file, item by item.
pub struct Reader {
    file: PathBuf,
    contents: Contents,
    default_audience: Audience,
    lines: Lines<Box<dyn Read + Send>>,
    known_ids: HashMap<u64, u64>,
    unknown_fields: BTreeSet<String>,
    pending: VecDeque<Record>,
    consumed: Arc<AtomicU64>,
}

impl Reader {
    /// Opens a file. Resources without an audience get the default one.
    ///
    /// # Errors
    /// [`SourceError::Io`] where it cannot be opened.
    pub fn open(source: &SourceFile, default_audience: Audience) -> Result<Self, SourceError> {
        let fail = |error| SourceError::Io { file: source.path.clone(), error };
        let consumed = Arc::new(AtomicU64::new(0));
        let counted = Counted { inner: File::open(&source.path).map_err(fail)?, consumed: Arc::clone(&consumed) };
        let raw = BufReader::with_capacity(1 << 16, counted);
        let name = source.path.to_string_lossy();
        let reader: Box<dyn Read + Send> = if name.ends_with(".gz") {
            Box::new(flate2::bufread::MultiGzDecoder::new(raw))
        } else if name.ends_with(".zst") {
            Box::new(zstd::stream::read::Decoder::with_buffer(raw).map_err(fail)?)
        } else {
            Box::new(raw)
        };
        Ok(Self { consumed, ..Self::new(source.path.clone(), source.contents, default_audience, reader) })
    }

    /// Reads what any reader yields, already decompressed.
    #[must_use]
    pub fn new(file: PathBuf, contents: Contents, default_audience: Audience, reader: Box<dyn Read + Send>) -> Self {
        Self {
            file,
            contents,
            default_audience,
            lines: Lines::new(reader),
            known_ids: HashMap::new(),
            unknown_fields: BTreeSet::new(),
            pending: VecDeque::new(),
            consumed: Arc::default(),
        }
    }

    /// How many bytes of the file were read so far, as they lie on disk; zero for other readers.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// Fields that were met and mean nothing here, in alphabetical order.
    #[must_use]
    pub fn unknown_fields(&self) -> &BTreeSet<String> {
        &self.unknown_fields
    }

    /// The next item, a broken record, or nothing at the end.
    ///
    /// # Errors
    /// [`SourceError::Io`] where reading fails; nothing more can be read then.
    pub fn next_item(&mut self) -> Result<Option<Result<Record, BrokenRecord>>, SourceError> {
        loop {
            if let Some(record) = self.pending.pop_front() {
                return Ok(Some(Ok(record)));
            }
            let line = self.lines.next_line().map_err(|error| SourceError::Io { file: self.file.clone(), error })?;
            let Some((number, line)) = line else { return Ok(None) };
            let read = match line {
                Line::Blank => continue,
                Line::TooLong => Err(format!("is longer than {} MiB", lines::MAX_LINE >> 20)),
                Line::Text(bytes) => self.read_record(number, &bytes),
            };
            if let Err(reason) = read {
                return Ok(Some(Err(BrokenRecord { file: self.file.clone(), line: number, reason })));
            }
        }
    }

    fn read_record(&mut self, number: u64, bytes: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(bytes).map_err(|error| format!("is not UTF-8 at byte {}", error.valid_up_to()))?;
        let items = match self.contents {
            Contents::People => vec![Item::Person(Box::new(person::read(text, &mut self.unknown_fields)?))],
            Contents::Communities => {
                vec![Item::Community(Box::new(community::read(text, &self.default_audience, &mut self.unknown_fields)?))]
            }
            Contents::Documents => document::read(text, &self.default_audience, &mut self.unknown_fields)?
                .into_iter()
                .map(|document| Item::Document(Box::new(document)))
                .collect(),
        };
        for item in &items {
            let mut hasher = DefaultHasher::new();
            item.id().hash(&mut hasher);
            if let Some(earlier) = self.known_ids.insert(hasher.finish(), number) {
                self.known_ids.insert(hasher.finish(), earlier);
                return Err(format!("repeats the id {:?} of line {earlier}", item.id()));
            }
        }
        self.pending.extend(items.into_iter().map(|item| Record { line: number, item }));
        Ok(())
    }
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.consumed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Item {
    fn id(&self) -> &str {
        use crate::domain::ResourceName;
        match self {
            Self::Person(person) => person.name.id(),
            Self::Community(community) => community.name.id(),
            Self::Document(source) => source.document.name.id(),
        }
    }
}

#[cfg(test)]
mod tests;
