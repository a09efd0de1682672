//! Leaks on purpose, each a mistake that a search engine is easily built with, to show that the harness finds it.
//!
//! They stand round the seams, and nothing of them is in the house: what they change is what an index or a service answers.

mod service;

use std::sync::Arc;

use super::house::Service;
use crate::index::{Index, IndexError};
use crate::storage::ledger::Ledger;

/// A leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leak {
    /// Writing what is there and hidden is answered otherwise than writing what is not there.
    Existence,
}

impl Leak {
    /// Every leak.
    pub const ALL: [Self; 1] = [Self::Existence];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Existence => "existence",
        }
    }

    /// An index that leaks.
    pub(super) fn index(self, index: Arc<dyn Index>) -> Result<Arc<dyn Index>, IndexError> {
        match self {
            Self::Existence => Ok(index),
        }
    }

    /// A service that leaks.
    pub(super) fn service(self, service: Arc<dyn Service>, ledger: Arc<dyn Ledger>) -> Arc<dyn Service> {
        match self {
            Self::Existence => Arc::new(service::TellsExistence { service, ledger }),
        }
    }
}
