//! Marked-up bodies as plain text, the way a reader sees them: blocks on lines of their own, markup gone.
//!
//! Control characters other than line feed and tab become spaces, and every line ends with a line feed alone.

use super::{html, markdown};
use crate::domain::MarkupFormat;

/// A body as a reader sees it. Never fails: what is malformed is read as browsers and `CommonMark` read it.
#[must_use]
pub fn plain_text(body: &str, format: MarkupFormat) -> String {
    match format {
        MarkupFormat::Plain => {
            let mut page = Page::default();
            page.verbatim(body);
            page.text
        }
        MarkupFormat::Markdown => markdown::plain(body),
        MarkupFormat::Html => html::plain(body),
    }
}

/// Plain text that grows.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    /// So many bytes must stay whatever happens to the rest.
    kept: usize,
}

impl Page {
    /// Adds text with its own spaces and lines.
    pub(super) fn verbatim(&mut self, text: &str) {
        let mut from = 0;
        for (at, control) in text.match_indices(|c: char| c.is_control() && c != '\n' && c != '\t') {
            self.text.push_str(&text[from..at]);
            from = at + control.len();
            match control {
                "\r" if text[from..].starts_with('\n') => {}
                "\r" => self.text.push('\n'),
                _ => self.text.push(' '),
            }
        }
        self.text.push_str(&text[from..]);
    }

    /// Adds text whose white space only separates words.
    pub(super) fn flowing(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.space();
        }
        for (nth, word) in text.split_whitespace().enumerate() {
            if nth > 0 {
                self.space();
            }
            self.verbatim(word);
        }
        if text.ends_with(char::is_whitespace) {
            self.space();
        }
    }

    /// Adds a space where words would run together.
    pub(super) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(['\n', '\t', ' ']) {
            self.text.push(' ');
        }
    }

    /// Ends the line, unless nothing stands on it.
    pub(super) fn line(&mut self) {
        self.trim();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Ends the cell of a table.
    pub(super) fn cell(&mut self) {
        self.trim();
        if !self.text.is_empty() && !self.text.ends_with(['\n', '\t']) {
            self.text.push('\t');
        }
    }

    /// What is added from now on may be taken back by [`Self::take_back`].
    pub(super) fn keep(&mut self) {
        self.kept = self.text.len();
    }

    /// Takes back what was added since [`Self::keep`].
    pub(super) fn take_back(&mut self) {
        self.text.truncate(self.kept);
        self.kept = 0;
    }

    /// The text, without white space at its end.
    pub(super) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }

    fn trim(&mut self) {
        let length = self.text.trim_end_matches([' ', '\t']).len();
        self.text.truncate(length.max(self.kept));
    }
}
