//! What can be wrong with a configuration, and where it was said.

use std::fmt;
use std::path::PathBuf;

use super::typed::Raw;

/// Where a value was typed. Later variants win over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `default.toml`, built into the program.
    Default,
    /// The file named by `--config`.
    File(PathBuf),
    /// An environment variable, by name.
    Environment(String),
    /// A flag of the command line, as it is written there.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The key, sections joined by dots; none where a whole file is at fault.
    pub key: Option<String>,
    /// Where it was typed.
    pub source: Source,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key} ({}): {}", self.source, self.problem),
            None => write!(f, "{}: {}", self.source, self.problem),
        }
    }
}

/// What is wrong with a key or a file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// What the operating system said.
        reason: String,
    },
    /// The file is not TOML.
    #[error("is not valid TOML: {reason}")]
    Syntax {
        /// The parser's words, with line and column.
        reason: String,
    },
    /// No such key.
    #[error("no such key{}", .nearest.as_ref().map(|key| format!("; did you mean {key}?")).unwrap_or_default())]
    UnknownKey {
        /// The known key that is written most like it.
        nearest: Option<String>,
    },
    /// A section where a value belongs, or the other way round.
    #[error("expected {expected}, found {found}")]
    Shape {
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// The value cannot be read as what the key takes.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What the key takes.
        expected: String,
        /// What stands there.
        found: Found,
    },
    /// The value lies outside the range of its key.
    #[error("{found} is out of range: {range}")]
    OutOfRange {
        /// What stands there.
        found: Found,
        /// The range, ends included.
        range: String,
    },
    /// The value is good alone, but not beside that of another key.
    #[error("{rule}; {other} is {value} ({source_of_other})")]
    Conflict {
        /// What must hold, naming whatever it is about.
        rule: String,
        /// The other key.
        other: &'static str,
        /// Its value.
        value: Found,
        /// Where that was typed.
        source_of_other: Source,
    },
}

/// A typed value inside a message; that of a secret key is not shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Found(pub(super) Option<Raw>);

/// How much of a wrong value a message shows.
const SHOWN_CHARS: usize = 120;

impl Found {
    /// The value of a key as a message may show it.
    pub(super) fn of(key: &str, raw: &Raw) -> Self {
        Self((!is_secret(key)).then(|| raw.clone()))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(raw) => {
                // A whole file pasted into a variable would bury the other faults.
                let text = raw.to_string();
                match text.char_indices().nth(SHOWN_CHARS) {
                    Some((end, _)) => write!(f, "{}...", &text[..end]),
                    None => f.write_str(&text),
                }
            }
            None => f.write_str("a secret that is not shown"),
        }
    }
}

/// Whether a key holds a secret, which its name says: the last word is `secret`, `password`, `token` or `key`.
pub(super) fn is_secret(key: &str) -> bool {
    matches!(key.rsplit(['.', '_']).next(), Some("secret" | "password" | "token" | "key"))
}

/// Every fault of a configuration, at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigError {
    /// The faults, by source and key.
    pub faults: Vec<Fault>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.faults.len() {
            1 => write!(f, "the configuration has a fault:")?,
            count => write!(f, "the configuration has {count} faults:")?,
        }
        for fault in &self.faults {
            // A parser's words may run over several lines.
            write!(f, "\n- {}", fault.to_string().trim_end().replace('\n', "\n  "))?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
