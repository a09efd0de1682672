//! `rookery serve`: one data directory, until somebody asks it to stop.

use std::io::Write;

use super::Failure;
use super::arguments::ServerArguments;
use super::configure;
use crate::config::{self, Config};
use crate::ops;
use crate::server::{ServeError, Stop, serve};

/// `rookery serve`
pub(super) async fn run(arguments: &ServerArguments) -> Result<(), Failure> {
    let config = configure::load_server(arguments)?.config;
    start_logging(&config)?;
    let told = |address: std::net::SocketAddr| {
        let mut out = std::io::stdout();
        // Whoever started the server may not listen; that is no reason not to serve.
        let _ = writeln!(out, "listening on {address}").and_then(|()| out.flush());
    };
    serve(&config, Stop::on_signal(), told).await.map_err(|error| failure(&error))
}

/// Starts logging as configured.
pub(super) fn start_logging(config: &Config) -> Result<(), Failure> {
    let format = match config.log.format {
        config::LogFormat::Text => ops::LogFormat::Text,
        config::LogFormat::Json => ops::LogFormat::Json,
    };
    ops::start_logging(format, config.log.level.as_str()).map_err(Failure::Configuration)
}

/// A server that would not start or ended badly, as a failure of the command.
pub(super) fn failure(error: &ServeError) -> Failure {
    Failure::Unavailable(super::client::with_causes(error))
}
