//! Lines of bytes, bounded: a line that is too long is skipped without being held in memory.

use std::io::{self, BufRead, BufReader, Read};

/// Most bytes of a line.
pub(super) const MAX_LINE: usize = 16 << 20;

/// One line without its `\n`.
pub(super) enum Line {
    /// Nothing but white space.
    Blank,
    /// Something.
    Text(Vec<u8>),
    /// More than [`MAX_LINE`] bytes; skipped.
    TooLong,
}

/// Reads lines and counts them from 1.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, reader), number: 0 }
    }

    /// The next line and its number, or nothing at the end.
    pub(super) fn next_line(&mut self) -> io::Result<Option<(u64, Line)>> {
        let mut bytes = Vec::new();
        let mut too_long = false;
        let mut any = false;
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() {
                break;
            }
            any = true;
            let (taken, ended) = match available.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at, true),
                None => (available.len(), false),
            };
            too_long |= bytes.len() + taken > MAX_LINE;
            if too_long {
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(&available[..taken]);
            }
            self.reader.consume(taken + usize::from(ended));
            if ended {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        let line = if too_long {
            Line::TooLong
        } else if bytes.iter().all(u8::is_ascii_whitespace) {
            Line::Blank
        } else {
            Line::Text(bytes)
        };
        Ok(Some((self.number, line)))
    }
}
