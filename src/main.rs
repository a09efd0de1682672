//! The thin way into the house: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    rookery::cli::run()
}
