//! One truth and one read model: the ledger keeps every record, profiles serve people.
//!
//! The ledger acknowledges a write only once it is durable; profiles are derived from it and may be deleted at any
//! time. This room must never decide who may read what. Start reading in `ledger/mod.rs`.

pub mod ledger;
pub mod profiles;
