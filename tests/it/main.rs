//! One test binary for everything that crosses rooms.

mod architecture;
mod bad_input;
mod chart;
mod commands;
mod discovery;
mod durability;
mod sample;
mod support;
