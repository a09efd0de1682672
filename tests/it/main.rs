//! One test binary for everything that crosses rooms.

mod answers;
mod architecture;
mod bad_imports;
mod bad_input;
mod bad_queries;
mod changes;
mod chart;
mod commands;
mod communities;
mod create;
mod discovery;
mod durability;
mod healing;
mod imports;
mod lookup;
mod moderation;
mod overload;
mod reactions;
mod reviews;
mod revocation;
mod sample;
mod selftest;
mod support;
mod threads;
