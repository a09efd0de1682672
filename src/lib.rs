//! Rookery finds who knows, what is written and where it is being talked about.
//!
//! The rooms, in reading order.

/// The words of the house as values.
pub mod domain;

/// Who asks, and what that asker may see.
pub mod access;

/// From written text to tokens.
pub mod text;

/// From what somebody typed to a tree.
pub mod query;

/// One truth and one read model of people.
pub mod storage;

/// The read model of documents.
pub mod index;

/// How answers share a page.
pub mod ranking;

/// Who knows, with evidence that adds up.
pub mod expertise;

/// Sources that yield domain values.
pub mod connectors;

/// The use cases.
pub mod app;

/// The API over gRPC.
pub mod grpc;

/// What an operator may set, as checked values.
pub mod config;
