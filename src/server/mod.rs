//! The composition root: opens the backends, puts the house together, listens, and drains.
//!
//! Only this room constructs backends. It must never hold rules of its own. Start reading at [`serve`].

mod compose;
mod connections;
mod embedded;
mod listen;
mod signals;
mod socket;

pub use compose::{StartError, SystemClock, backends_in_memory, grpc_options, open, open_backends, pace, settings};
pub use embedded::Embedded;
pub use listen::{ServeError, Stop, serve};
