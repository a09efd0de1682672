//! Progress for people: a bar with rate and time left on a terminal, plain lines otherwise.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// How often a plain line is written.
const PLAIN_EVERY: Duration = Duration::from_secs(5);

/// Shows how much of a file is done, on standard error.
pub(super) struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    items: u64,
    bytes: u64,
    total_bytes: u64,
    began: Instant,
    told: Instant,
}

impl Progress {
    /// Progress of `what`, such as `documents`, through a file of so many bytes.
    pub(super) fn new(what: &'static str, total_bytes: u64) -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| bar(what, total_bytes));
        Self { what, bar, items: 0, bytes: 0, total_bytes, began: now, told: now }
    }

    /// Notes one item more, and how much of the file was read for all of them.
    pub(super) fn advance(&mut self, bytes: u64) {
        self.items += 1;
        self.bytes = bytes;
        match &self.bar {
            Some(bar) => {
                bar.set_position(bytes);
                bar.set_message(format!("{} {}", self.items, self.what));
            }
            None if self.told.elapsed() >= PLAIN_EVERY => {
                self.told = Instant::now();
                eprintln!("{}", self.line());
            }
            None => {}
        }
    }

    /// Writes a line without disturbing the bar.
    pub(super) fn tell(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        }
    }

    /// Ends it, and leaves one line that says how much was done and how fast.
    pub(super) fn finish(&mut self) {
        self.bytes = self.total_bytes;
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        eprintln!("{}", self.line());
    }

    #[expect(clippy::cast_precision_loss, reason = "rates and times for people")]
    fn line(&self) -> String {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = self.items as f64 / seconds;
        let done = format!("{} {} in {seconds:.1} s, {rate:.0} a second", self.items, self.what);
        if self.bytes >= self.total_bytes || self.bytes == 0 {
            return done;
        }
        let left = (self.total_bytes - self.bytes) as f64 * seconds / self.bytes as f64;
        format!("{done}; {} of {} read, about {left:.0} s left", HumanBytes(self.bytes), HumanBytes(self.total_bytes))
    }
}

fn bar(what: &str, total_bytes: u64) -> ProgressBar {
    let template = "{msg:>20} [{bar:40}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total_bytes).with_style(style).with_message(what.to_owned())
}
