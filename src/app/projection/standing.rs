//! What a projector tells operators of its read model.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// How a read model stands, beside the revision that it has applied.
#[derive(Debug, Default)]
pub(in crate::app) struct Standing {
    rebuilding: AtomicBool,
    trouble: Mutex<Option<String>>,
}

impl Standing {
    /// Notes whether it is built anew.
    pub(super) fn set_rebuilding(&self, rebuilding: bool) {
        self.rebuilding.store(rebuilding, Ordering::Relaxed);
    }

    /// Notes what is wrong with it, in words.
    pub(super) fn fails(&self, why: String) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    /// Notes that nothing is wrong with it any more.
    pub(super) fn is_well(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether it is built anew.
    pub(in crate::app) fn rebuilding(&self) -> bool {
        self.rebuilding.load(Ordering::Relaxed)
    }

    /// What is wrong with it, in words.
    pub(in crate::app) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
