//! One test binary for everything that crosses rooms.

mod architecture;
mod chart;
