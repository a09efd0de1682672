//! The command line: `serve`, `demo`, `import`, `find`, `eval`, `tune`, `config`, `check`, `selftest`.
//!
//! Every command that asks or writes is a client of the same gRPC services, over the network or in process. This room must
//! never hold rules of its own. Start reading at [`run`].

mod arguments;
mod check;
mod client;
mod configure;
mod demo;
mod eval;
mod find;
mod import;
mod progress;
mod runfile;
mod selftest;
mod serve;
mod show;
mod sync;
mod tally;
mod tune;
mod wire;

use std::process::ExitCode;

use arguments::{Arguments, Command, ConfigCommand, Find, Import, Selftest};
use clap::Parser;

/// Why a command failed, with the exit code that says what sort of failure it is (`sysexits.h`).
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Some records were broken or refused; the rest went in.
    #[error("{0}")]
    Data(String),
    /// What was typed cannot be done as it stands.
    #[error("{0}")]
    Usage(String),
    /// The service could not be reached, or would not start.
    #[error("{0}")]
    Unavailable(String),
    /// The configuration is faulty.
    #[error("{0}")]
    Configuration(String),
    /// The call failed.
    #[error("{0}")]
    Call(String),
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Call(_) => 1,
            Self::Usage(_) => 64,
            Self::Data(_) => 65,
            Self::Unavailable(_) => 69,
            Self::Configuration(_) => 78,
        }
    }
}

impl From<tonic::Status> for Failure {
    fn from(status: tonic::Status) -> Self {
        Self::Call(show::status(&status))
    }
}

/// Parses the arguments, runs the command, and says how it ended: 0 done, 1 a call failed, 64 wrong usage, 65 broken data,
/// 69 unavailable, 78 faulty configuration.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("rookery: no threads to run on: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(dispatch(arguments.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("rookery: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

async fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(arguments) => serve::run(&arguments).await,
        Command::Demo(arguments) => demo::run(&arguments).await,
        Command::Import(Import::Jsonl(arguments)) => import::run(&arguments).await,
        Command::Find(Find::Experts(arguments)) => find::experts(&arguments).await,
        Command::Find(Find::Documents(arguments)) => find::documents(&arguments).await,
        Command::Find(Find::Discussions(arguments)) => find::discussions(&arguments).await,
        Command::Find(Find::People(arguments)) => find::people(&arguments).await,
        Command::Find(Find::Peers(arguments)) => find::peers(&arguments).await,
        Command::Eval(arguments) => eval::run(&arguments).await,
        Command::Tune(arguments) => tune::run(&arguments).await,
        Command::Config(ConfigCommand::Check(arguments)) => configure::check(&arguments),
        Command::Config(ConfigCommand::Print(arguments)) => configure::print(&arguments),
        Command::Check(arguments) => check::run(&arguments).await,
        Command::Selftest(Selftest::Noninterference(arguments)) => selftest::noninterference(&arguments).await,
        Command::Selftest(Selftest::Revocation(arguments)) => selftest::revocation(&arguments).await,
        Command::Selftest(Selftest::Timing(arguments)) => selftest::timing(&arguments).await,
    }
}
