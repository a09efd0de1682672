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
        let known =
            |fault: &FieldFault| fault.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
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
                    let rest = format!("; {} more faults are not listed", self.untold);
                    last.description.push_str(&rest);
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

    /// Language tags, at most so many.
    pub(crate) fn languages(&mut self, field: &str, tags: &[String], bound: Bound) -> Vec<Language> {
        if !self.check_entries(field, tags.len(), bound) {
            return Vec::new();
        }
        tags.iter().enumerate().filter_map(|(at, tag)| self.language(format_args!("{field}[{at}]"), tag)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentName, PersonName};

    const KEYED: Bound = Bound::set_by("limits.title_bytes", 5);

    fn told(faults: Faults) -> Vec<(String, String)> {
        let Err(AppError::Invalid(faults)) = faults.finish(Some(())) else { panic!("nothing is wrong") };
        faults.into_iter().map(|fault| (fault.field, fault.description)).collect()
    }

    #[test]
    fn faults_are_kept_in_order_and_once() {
        let mut faults = Faults::default();
        for (field, description) in [("b", "is wrong"), ("a", "is wrong"), ("b", "is wrong"), ("b", "is wrong twice")] {
            faults.add(field, description);
        }
        faults.add_once("b", "is required");
        faults.add_once("c", "is required");
        let told: Vec<String> = told(faults).into_iter().map(|(field, description)| format!("{field} {description}")).collect();
        assert_eq!(told, ["b is wrong", "a is wrong", "b is wrong twice", "c is required"]);
        assert!(Faults::default().finish(Some(1)).is_ok());
        assert!(Faults::default().finish::<u8>(None).is_err());
    }

    #[test]
    fn a_flood_of_faults_is_cut_and_counted() {
        let mut faults = Faults::default();
        for at in 0..TOLD + 7 {
            faults.add(format_args!("people[{at}]"), "is wrong");
        }
        let told = told(faults);
        assert_eq!(told.len(), TOLD);
        assert_eq!(told[TOLD - 1].1, "is wrong; 7 more faults are not listed");
    }

    #[test]
    fn short_texts_are_held_to_size_and_characters() {
        for (text, read, said) in [
            ("fine", "fine", ""),
            ("é\u{202e}", "é\u{202e}", ""),
            ("a\nb\tc", "a b c", ""),
            ("a\u{0}", "a\u{0}", "control"),
            ("\u{7f}", "\u{7f}", "control"),
            ("sixsix", "sixsix", "has 6 bytes; limits.title_bytes allows 5"),
        ] {
            let mut faults = Faults::default();
            assert_eq!(faults.short_text("title", text.to_owned(), KEYED), read);
            assert_eq!(faults.is_empty(), said.is_empty(), "{text:?}");
            if !said.is_empty() {
                assert!(told(faults)[0].1.contains(said), "{text:?}");
            }
        }
    }

    #[test]
    fn names_say_what_is_wrong_with_them() {
        let mut faults = Faults::default();
        assert_eq!(faults.name::<PersonName>("p", ""), None);
        assert_eq!(faults.name::<DocumentName>("d", "people/ada"), None);
        assert!(faults.name::<PersonName>("p", "people/ada").is_some());
        let told = told(faults);
        assert_eq!(told[0].1, "is required: a name such as \"people/ID\"");
        assert_eq!(told[1].1, "must start with \"documents/\"");
    }
}
