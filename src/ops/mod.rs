//! Telling operators what happens: logs, later metrics and backup.
//!
//! Texts of requests and documents are never logged at INFO or above. This room imports no other. Start reading at
//! [`start_logging`].

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::SystemTime;
use tracing_subscriber::util::SubscriberInitExt;

/// How an event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging to standard error. `directives` are levels by target, such as `info,rookery::app=debug`.
///
/// # Errors
/// A sentence where the directives cannot be read or logging was started before.
pub fn start_logging(format: LogFormat, directives: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(directives).map_err(|error| error.to_string())?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_timer(SystemTime);
    match format {
        LogFormat::Text => subscriber.with_ansi(false).finish().try_init(),
        LogFormat::Json => subscriber.json().flatten_event(true).finish().try_init(),
    }
    .map_err(|error| error.to_string())
}
