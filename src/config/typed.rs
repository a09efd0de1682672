//! What was typed: each key with its raw value and the layer that won.

use std::collections::BTreeMap;
use std::fmt;

use super::fault::Source;

/// A value as it was typed, before it means anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Raw>),
    /// Something that no key takes, such as a number beyond 64 bits.
    Other(String),
}

impl Raw {
    /// Reads a text from a variable or a flag as the kind of value that the key's default is. What cannot be read so
    /// stays a text, which the key's own check then refuses in its own words.
    pub(super) fn from_text(text: &str, like: &Self) -> Self {
        let read = match like {
            Self::Boolean(_) => text.trim().parse().ok().map(Self::Boolean),
            Self::Integer(_) => text.trim().parse().ok().map(Self::Integer),
            Self::Number(_) => text.trim().parse().ok().map(Self::Number),
            Self::List(_) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(Self::List(parts.map(|part| Self::Text(part.to_owned())).collect()))
            }
            Self::Text(_) | Self::Other(_) => None,
        };
        read.unwrap_or_else(|| Self::Text(text.to_owned()))
    }
}

impl fmt::Display for Raw {
    /// As TOML, so that it can be copied back into a file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value:?}"),
            Self::Text(value) => write!(f, "{}", toml::Value::String(value.clone())),
            Self::List(values) => {
                f.write_str("[")?;
                for (place, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if place == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Other(description) => f.write_str(description),
        }
    }
}

/// A value and where it was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The value.
    pub raw: Raw,
    /// Where it was typed.
    pub source: Source,
}

/// What was typed, by key: sections and key joined by dots.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed(pub BTreeMap<String, Entry>);
