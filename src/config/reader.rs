//! Reads typed values one by one and gathers every fault on the way.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::fault::{Fault, Found, Problem, Source};
use super::typed::{Entry, Raw, Typed};
use super::units::{self, ByteSize};

/// Hands out the values of keys. What fails its check is recorded, and a stand-in is handed out in its place.
pub(super) struct Reader<'a> {
    typed: &'a Typed,
    keys: Vec<(&'static str, Option<String>)>,
    faults: Vec<Fault>,
    unsound: BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    /// A reader of what was typed.
    pub(super) fn new(typed: &'a Typed) -> Self {
        Self { typed, keys: Vec::new(), faults: Vec::new(), unsound: BTreeSet::new() }
    }

    /// The faults, and each key that was read with its range in words.
    pub(super) fn finish(self) -> (Vec<Fault>, Vec<(&'static str, Option<String>)>) {
        (self.faults, self.keys)
    }

    /// Whether no fault of this key was found so far.
    pub(super) fn is_sound(&self, key: &str) -> bool {
        !self.unsound.contains(key)
    }

    /// Records a fault of a key.
    pub(super) fn fault(&mut self, key: &'static str, problem: Problem) {
        let source = self.source(key);
        self.unsound.insert(key);
        self.faults.push(Fault { key: Some(key.to_owned()), source, problem });
    }

    /// Records that the value of a key is not what the key takes.
    pub(super) fn expected(&mut self, key: &'static str, expected: &str) {
        let found = self.found(key);
        self.fault(key, Problem::Expected { expected: expected.to_owned(), found });
    }

    /// A rule between two sound keys, as a sentence that names what must hold. The later layer is to blame, since
    /// whoever typed last could have seen the other value.
    pub(super) fn rule(&mut self, holds: bool, key: &'static str, other: &'static str, rule: String) {
        if holds || !self.is_sound(key) || !self.is_sound(other) {
            return;
        }
        let (blamed, other) = if self.source(other) > self.source(key) { (other, key) } else { (key, other) };
        let conflict = Problem::Conflict { rule, other, value: self.found(other), source_of_other: self.source(other) };
        self.fault(blamed, conflict);
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, key: &'static str) -> bool {
        match self.raw(key, None) {
            Some(Raw::Boolean(value)) => *value,
            _ => self.refuse(key, "true or false", false),
        }
    }

    /// A whole number within a range.
    pub(super) fn integer<T>(&mut self, key: &'static str, range: RangeInclusive<T>) -> T
    where
        T: TryFrom<i64> + PartialOrd + Copy + Display,
    {
        let words = in_words(&range, T::to_string);
        match self.raw(key, Some(&words)) {
            Some(Raw::Integer(value)) => {
                let value = T::try_from(*value).ok();
                self.within(key, value, &range, words)
            }
            _ => self.refuse(key, &format!("a whole number, {words}"), *range.start()),
        }
    }

    /// A number within a range.
    pub(super) fn ratio(&mut self, key: &'static str, range: RangeInclusive<f32>) -> f32 {
        let words = in_words(&range, f32::to_string);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a ratio needs no more than f32 holds")]
        let value = match self.raw(key, Some(&words)) {
            Some(Raw::Number(value)) => Some(*value as f32),
            Some(Raw::Integer(value)) => Some(*value as f32),
            _ => None,
        };
        match value {
            Some(value) => self.within(key, Some(value), &range, words),
            None => self.refuse(key, &format!("a number, {words}"), *range.start()),
        }
    }

    /// A size within a range; a bare number means bytes.
    pub(super) fn bytes(&mut self, key: &'static str, range: RangeInclusive<ByteSize>) -> ByteSize {
        let words = in_words(&range, ByteSize::to_string);
        let size = match self.raw(key, Some(&words)) {
            Some(Raw::Text(text)) => ByteSize::parse(text),
            Some(Raw::Integer(count)) => u64::try_from(*count).ok().map(ByteSize::bytes),
            _ => None,
        };
        match size {
            Some(_) => self.within(key, size, &range, words),
            None => self.refuse(key, &format!("a size such as 64MiB, {words}"), *range.start()),
        }
    }

    /// A duration within a range.
    pub(super) fn duration(&mut self, key: &'static str, range: RangeInclusive<Duration>) -> Duration {
        let words = in_words(&range, |duration| units::show_duration(*duration));
        let duration = match self.raw(key, Some(&words)) {
            Some(Raw::Text(text)) => units::parse_duration(text),
            _ => None,
        };
        match duration {
            Some(_) => self.within(key, duration, &range, words),
            None => self.refuse(key, &format!("a duration such as 25s, {words}"), *range.start()),
        }
    }

    /// An address and port.
    pub(super) fn address(&mut self, key: &'static str) -> SocketAddr {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let text = match self.raw(key, None) {
            Some(Raw::Text(text)) => text,
            _ => "",
        };
        match text.trim().parse() {
            Ok(address) => address,
            Err(_) => self.refuse(key, "an address and port such as 127.0.0.1:50051 or [::1]:50051", nowhere),
        }
    }

    /// An address and port, or an empty text for none.
    pub(super) fn optional_address(&mut self, key: &'static str) -> Option<SocketAddr> {
        match self.typed.0.get(key) {
            Some(Entry { raw: Raw::Text(text), .. }) if text.trim().is_empty() => {
                self.keys.push((key, None));
                None
            }
            _ => Some(self.address(key)),
        }
    }

    /// A text that is not empty.
    pub(super) fn filled_text(&mut self, key: &'static str, expected: &str) -> String {
        match self.raw(key, None) {
            Some(Raw::Text(text)) if !text.trim().is_empty() && !text.contains('\0') => text.clone(),
            _ => self.refuse(key, expected, String::new()),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let texts = match self.raw(key, None) {
            Some(Raw::List(values)) => values
                .iter()
                .map(|value| match value {
                    Raw::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        texts.unwrap_or_else(|| self.refuse(key, "a list of texts", Vec::new()))
    }

    /// One of a few words, each with what it means.
    pub(super) fn one_of<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> T {
        let typed = match self.raw(key, None) {
            Some(Raw::Text(text)) => text.as_str(),
            _ => "",
        };
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == typed) {
            return *meaning;
        }
        let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        self.refuse(key, &format!("one of {}", all.join(", ")), words[0].1)
    }

    fn raw(&mut self, key: &'static str, range: Option<&str>) -> Option<&'a Raw> {
        self.keys.push((key, range.map(str::to_owned)));
        self.typed.0.get(key).map(|entry| &entry.raw)
    }

    fn within<T: PartialOrd + Copy>(
        &mut self,
        key: &'static str,
        value: Option<T>,
        range: &RangeInclusive<T>,
        words: String,
    ) -> T {
        match value {
            Some(value) if range.contains(&value) => value,
            _ => {
                let found = self.found(key);
                self.fault(key, Problem::OutOfRange { found, range: words });
                *range.start()
            }
        }
    }

    fn refuse<T>(&mut self, key: &'static str, expected: &str, stand_in: T) -> T {
        self.expected(key, expected);
        stand_in
    }

    fn source(&self, key: &str) -> Source {
        self.typed.0.get(key).map_or(Source::Default, |entry| entry.source.clone())
    }

    fn found(&self, key: &str) -> Found {
        // A key without a value cannot come out of `load`, which starts from every default.
        let nothing = Raw::Other("nothing".to_owned());
        Found::of(key, self.typed.0.get(key).map_or(&nothing, |entry| &entry.raw))
    }
}

fn in_words<T>(range: &RangeInclusive<T>, show: impl Fn(&T) -> String) -> String {
    format!("{} to {}", show(range.start()), show(range.end()))
}
