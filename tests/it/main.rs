//! One test binary for everything that crosses rooms.

mod architecture;
mod bad_input;
mod changes;
mod chart;
mod commands;
mod discovery;
mod durability;
mod imports;
mod sample;
mod support;
