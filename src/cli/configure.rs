//! Settings of a command: the layers of `config` with this command's flags on top.

use super::Failure;
use super::arguments::{ConfigArguments, ServerArguments};
use crate::config::{Config, Loaded, Override, Sources, load};

/// Loads the configuration of a server.
pub(super) fn load_server(arguments: &ServerArguments) -> Result<Loaded, Failure> {
    let mut overrides = overrides(&arguments.config);
    overrides.extend(arguments.listen.as_deref().map(Override::listen));
    load_with(&arguments.config, overrides)
}

/// Loads the configuration of a command that does not listen.
pub(super) fn load_offline(arguments: &ConfigArguments) -> Result<Config, Failure> {
    load_with(arguments, overrides(arguments)).map(|loaded| loaded.config)
}

fn load_with(arguments: &ConfigArguments, overrides: Vec<Override>) -> Result<Loaded, Failure> {
    load(&Sources::of_process(arguments.config.clone(), overrides)).map_err(|error| Failure::Configuration(error.to_string()))
}

fn overrides(arguments: &ConfigArguments) -> Vec<Override> {
    let data_dir = arguments.data_dir.as_ref().map(|dir| Override::data_dir(dir.to_string_lossy()));
    let level = arguments.log_level.as_deref().map(Override::log_level);
    let format = arguments.log_format.as_deref().map(Override::log_format);
    data_dir.into_iter().chain(level).chain(format).collect()
}

/// `rookery config check`
pub(super) fn check(arguments: &ServerArguments) -> Result<(), Failure> {
    load_server(arguments)?;
    println!("the configuration is sound");
    Ok(())
}

/// `rookery config print`
pub(super) fn print(arguments: &ServerArguments) -> Result<(), Failure> {
    print!("{}", load_server(arguments)?.print());
    Ok(())
}
