//! Collecting what is wrong with a request, so that the caller learns all of it at once.
//!
//! Proved below: 1. every fault is kept, in order and once; 2. a flood of faults is cut and counted; 3. short texts are held
//! to their size and hold no control characters, and a line break becomes a blank; 4. names say what is wrong with them.

use std::fmt::{self, Display};

use crate::app::{AppError, FieldFault};
use crate::domain::{Hashtag, Language, NameError, ResourceName};

/// Faults that are told; more are only counted, because a status travels in headers, and those are small.
const TOLD: usize = 32;

/// What is wrong with a request so far.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    told: Vec<FieldFault>,
    untold: usize,
}

impl Faults {
    /// Notes a fault of a field; the same one counts once.
    pub(crate) fn add(&mut self, field: impl Display, description: impl Into<String>) {
        let fault = FieldFault::new(field.to_string(), description);
        if self.told.contains(&fault) {
            return;
        }
        if self.told.len() < TOLD {
            self.told.push(fault);
        } else {
            self.untold += 1;
        }
    }

    /// Notes a fault of a field of which nothing else is wrong.
    pub(crate) fn add_once(&mut self, field: &str, description: &str) {
        let known = |fault: &FieldFault| fault.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if !self.told.iter().any(known) {
            self.add(field, description);
        }
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// The value where nothing is wrong.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault.
    pub(crate) fn finish<T>(mut self, value: Option<T>) -> Result<T, AppError> {
        match value {
            Some(value) if self.told.is_empty() => Ok(value),
            _ => {
                if let (Some(last), true) = (self.told.last_mut(), self.untold > 0) {
                    last.description.push_str(&format!("; {} more faults are not listed", self.untold));
                }
                Err(AppError::Invalid(self.told))
            }
        }
    }

    /// A text of one line: a tab or line break becomes a blank, and no other control character is let in.
    pub(crate) fn short_text(&mut self, field: impl Display, text: String, bound: Bound) -> String {
        self.check_bytes(&field, text.len(), bound);
        if !text.contains(char::is_control) {
            return text;
        }
        let text = text.replace(['\t', '\n', '\r'], " ");
        if text.contains(char::is_control) {
            self.add(field, "must hold no control characters");
        }
        text
    }

    /// Short texts, at most so many, of which none is empty.
    pub(crate) fn short_texts(&mut self, field: &str, texts: Vec<String>, entries: Bound, bytes: Bound) -> Vec<String> {
        if !self.check_entries(field, texts.len(), entries) {
            return Vec::new();
        }
        let mut read = Vec::with_capacity(texts.len());
        for (at, text) in texts.into_iter().enumerate() {
            if text.trim().is_empty() {
                self.add(format_args!("{field}[{at}]"), "must not be empty");
            }
            read.push(self.short_text(format_args!("{field}[{at}]"), text, bytes));
        }
        read
    }

    /// A text of many lines, kept as it is, control characters included.
    pub(crate) fn long_text(&mut self, field: impl Display, text: String, bound: Bound) -> String {
        self.check_bytes(field, text.len(), bound);
        text
    }

    /// An address to which a browser may be sent; empty where there is none.
    pub(crate) fn url(&mut self, field: &str, url: String, bound: Bound) -> String {
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !url.is_empty() && !matches!(scheme.as_deref(), Some("http" | "https")) {
            self.add(field, "must start with \"https://\" or \"http://\"");
        }
        self.check_bytes(field, url.len(), bound);
        if url.contains(|c: char| c.is_control() || c.is_whitespace()) {
            self.add(field, "must hold no white space and no control characters");
        }
        url
    }

    /// A resource's name.
    pub(crate) fn name<N: ResourceName>(&mut self, field: impl Display, name: &str) -> Option<N> {
        if name.is_empty() {
            self.add(field, format!("is required: a name such as {:?}", format!("{}/ID", N::COLLECTION)));
            return None;
        }
        N::parse(name).inspect_err(|error| self.add(field, error.to_string())).ok()
    }

    /// Names, at most so many.
    pub(crate) fn names<N: ResourceName>(&mut self, field: &str, names: &[String], bound: Bound) -> Vec<N> {
        if !self.check_entries(field, names.len(), bound) {
            return Vec::new();
        }
        names.iter().enumerate().filter_map(|(at, name)| self.name(format_args!("{field}[{at}]"), name)).collect()
    }

    /// Topic labels, normalised, at most so many.
    pub(crate) fn hashtags(&mut self, field: &str, labels: &[String], bound: Bound) -> Vec<Hashtag> {
        if !self.check_entries(field, labels.len(), bound) {
            return Vec::new();
        }
        let mut tags = Vec::with_capacity(labels.len());
        for (at, label) in labels.iter().enumerate() {
            match Hashtag::parse(label) {
                Ok(tag) => tags.push(tag),
                Err(error) => self.add(format_args!("{field}[{at}]"), hashtag_fault(&error)),
            }
        }
        tags
    }

    /// A language tag.
    pub(crate) fn language(&mut self, field: impl Display, tag: &str) -> Option<Language> {
        let language = Language::parse(tag);
        if language.is_none() {
            self.add(field, "must be a language tag that begins with two letters, such as \"en\" or \"de-AT\"");
        }
        language
    }

    /// Whether a list has at most so many entries; a fault where it has not.
    pub(crate) fn check_entries(&mut self, field: impl Display, actual: usize, bound: Bound) -> bool {
        if actual > bound.most {
            self.add(field, format!("has {actual} entries; {bound}"));
        }
        actual <= bound.most
    }

    fn check_bytes(&mut self, field: impl Display, actual: usize, bound: Bound) {
        if actual > bound.most {
            self.add(field, format!("has {actual} bytes; {bound}"));
        }
    }
}

/// A limit: how much, and the key that sets it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    most: usize,
    key: Option<&'static str>,
}

impl Bound {
    /// A limit that a key of the configuration sets.
    pub(crate) const fn set_by(key: &'static str, most: usize) -> Self {
        Self { most, key: Some(key) }
    }

    /// A limit that stands in the protos.
    pub(crate) const fn fixed(most: usize) -> Self {
        Self { most, key: None }
    }
}

impl Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            Some(key) => write!(f, "{key} allows {}", self.most),
            None => write!(f, "at most {} are allowed", self.most),
        }
    }
}

fn hashtag_fault(error: &NameError) -> String {
    match error {
        NameError::Length { max, actual } => format!("a label must have 1 to {max} characters, not {actual}"),
        NameError::Character | NameError::Collection { .. } => {
            "a label holds letters, digits and _ - + . # & / : ~, a letter or digit among them".to_owned()
        }
    }
}
