//! Who asks, and what that asker may see. Pure rules: the same asker and audience always give the same answer.
//!
//! This room must never fetch anything by itself: memberships and linked accounts come from [`Memberships`], an in-memory view that the
//! ledger's commits keep current, so that a change works with the next call without re-indexing.
//! Start reading at [`Sight`].

mod aliases;
mod asker;
mod explain;
mod memberships;
mod sight;

pub use aliases::Aliases;
pub use asker::{Asker, Scope};
pub use explain::{Gate, Verdict};
pub use memberships::Memberships;
pub use sight::{AccessToken, GateTokens, Sight, gate_tokens};
