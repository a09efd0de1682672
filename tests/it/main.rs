//! One test binary for everything that crosses rooms.

mod admin;
mod architecture;
mod bad_imports;
mod bad_input;
mod bad_queries;
mod changes;
mod chart;
mod commands;
mod communities;
mod discovery;
mod durability;
mod healing;
mod imports;
mod moderation;
mod overload;
mod revocation;
mod sample;
mod selftest;
mod support;
mod sync;
mod threads;
