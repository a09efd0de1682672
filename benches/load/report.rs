//! Figures as a table, and as JSON.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// Everything of one run.
#[derive(Serialize)]
pub(crate) struct Report {
    documents: usize,
    import_seconds: f64,
    plain_import_seconds: f64,
    pub(crate) memory_mib: u64,
    pub(crate) closed: Vec<Closed>,
    pub(crate) open: Vec<Open>,
}

/// One call after another.
#[derive(Serialize)]
pub(crate) struct Closed {
    name: String,
    calls: usize,
    p50_ms: f64,
    p99_ms: f64,
}

/// Calls that come whatever becomes of them.
#[derive(Serialize)]
pub(crate) struct Open {
    name: String,
    rate: u32,
    answered: usize,
    refused: usize,
    answered_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    p999_ms: f64,
}

impl Report {
    /// Of so many documents, imported into Rookery and into plain tantivy in so much time.
    pub(crate) fn new(documents: usize, import: Duration, plain_import: Duration) -> Self {
        Self {
            documents,
            import_seconds: import.as_secs_f64(),
            plain_import_seconds: plain_import.as_secs_f64(),
            memory_mib: 0,
            closed: Vec::new(),
            open: Vec::new(),
        }
    }
}

impl Closed {
    pub(crate) fn of(name: &str, times: &[Duration]) -> Self {
        let times = sorted(times);
        Self { name: name.to_owned(), calls: times.len(), p50_ms: quantile(&times, 50.0), p99_ms: quantile(&times, 99.0) }
    }
}

impl Open {
    #[expect(clippy::cast_precision_loss, reason = "a count of calls is small")]
    pub(crate) fn of(name: &str, rate: u32, times: &[Duration], refused: usize, took: Duration) -> Self {
        let times = sorted(times);
        Self {
            name: name.to_owned(),
            rate,
            answered: times.len(),
            refused,
            answered_per_second: times.len() as f64 / took.as_secs_f64(),
            p50_ms: quantile(&times, 50.0),
            p99_ms: quantile(&times, 99.0),
            p999_ms: quantile(&times, 99.9),
        }
    }
}

fn sorted(times: &[Duration]) -> Vec<Duration> {
    let mut times = times.to_vec();
    times.sort_unstable();
    times
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a list of calls is small and not negative"
)]
fn quantile(sorted: &[Duration], percent: f64) -> f64 {
    let at = (sorted.len() as f64 * percent / 100.0).ceil() as usize;
    sorted.get(at.saturating_sub(1)).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} documents, {} MiB of anonymous memory at the end", self.documents, self.memory_mib)?;
        let ratio = self.import_seconds / self.plain_import_seconds;
        writeln!(f, "import {:.1} s; plain tantivy {:.1} s; ratio {ratio:.2}", self.import_seconds, self.plain_import_seconds)?;
        writeln!(f, "\n{:28} {:>8} {:>9} {:>9} {:>15}", "one after another", "calls", "p50 ms", "p99 ms", "p50 to Check")?;
        let empty = self.closed.first().map_or(f64::NAN, |first| first.p50_ms);
        for closed in &self.closed {
            let Closed { name, calls, p50_ms, p99_ms } = closed;
            writeln!(f, "{name:28} {calls:>8} {p50_ms:>9.3} {p99_ms:>9.3} {:>15.2}", p50_ms / empty)?;
        }
        if self.open.is_empty() {
            return Ok(());
        }
        let heads = ["calls/s", "answered", "refused", "p50 ms", "p99 ms", "p99.9 ms"];
        write!(f, "\n{:28}", "as they come")?;
        heads.iter().try_for_each(|head| write!(f, " {head:>9}"))?;
        writeln!(f)?;
        for open in &self.open {
            let Open { name, rate, answered, refused, p50_ms, p99_ms, p999_ms, .. } = open;
            writeln!(f, "{name:28} {rate:>9} {answered:>9} {refused:>9} {p50_ms:>9.2} {p99_ms:>9.2} {p999_ms:>9.2}")?;
        }
        Ok(())
    }
}
