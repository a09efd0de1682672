//! The thin way into the house: parse, run, exit code.

fn main() {}
