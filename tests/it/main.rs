//! One test binary for everything that crosses rooms.

mod abuse;
mod aliases;
mod architecture;
mod bad_imports;
mod bad_input;
mod bad_queries;
mod changes;
mod chart;
mod commands;
mod communities;
mod discovery;
mod discussions;
mod durability;
mod expertise;
mod healing;
mod imports;
mod moderation;
mod overload;
mod people;
mod revocation;
mod sample;
mod selftest;
mod support;
mod threads;
