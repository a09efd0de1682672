//! Rookery finds who knows, what is written and where it is being talked about.
//!
//! The rooms, in reading order:
//!
//! - [`domain`]: the words of the house as values.
//! - [`access`]: who asks, and what that asker may see.
//! - [`text`]: from written text to tokens.
//! - [`query`]: from what somebody typed to a tree.
//! - [`directory`]: names as people type them.
//! - [`storage`]: one truth, and one read model of people.
//! - [`index`]: the read model of documents.
//! - [`ranking`]: how answers share a page.
//! - [`expertise`]: who knows, with evidence that adds up.
//! - [`connectors`]: sources that yield domain values.
//! - [`app`]: the use cases.
//! - [`grpc`]: protobuf to domain and back, tokens, and the error table.
//! - [`config`]: what an operator may set, as checked values.
//! - [`ops`]: telling operators what happens.
//! - [`server`]: the composition root: opening, listening, draining.
//! - [`selftest`]: proof by asking that nobody learns of what is hidden from them.
//! - [`cli`]: the command line.

// What a room is for stands at its own head: an outer comment here would pull the head's links into this scope.
pub mod domain;

pub mod access;

pub mod text;

pub mod query;

pub mod directory;

pub mod storage;

pub mod index;

pub mod ranking;

pub mod expertise;

pub mod connectors;

pub mod app;

pub mod grpc;

pub mod config;

pub mod ops;

pub mod server;

pub mod selftest;

pub mod cli;
