//! Sources of documents and people: each reads a foreign form and yields domain values.
//!
//! A connector never writes anywhere and never stops at a broken record: it reports where and why, and goes on. Start
//! reading in `jsonl/mod.rs`.

pub mod jsonl;
