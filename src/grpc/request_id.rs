//! The id of one call, which its caller gets and the log holds.

use std::any::Any;
use std::fmt;

/// The id of one call, by which the log finds what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(Box<str>);

impl RequestId {
    /// A new one. Where the system gives no randomness it is empty: a log that cannot be searched is no reason to fail.
    pub(super) fn fresh() -> Self {
        match getrandom::u64() {
            Ok(number) => Self(format!("{number:016x}").into()),
            Err(_) => Self(Box::default()),
        }
    }

    /// The id that the layer gave a call.
    pub(crate) fn of_call<M>(request: &tonic::Request<M>) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self(Box::default()))
    }

    #[cfg(test)]
    pub(crate) fn of(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a panic said, for the log.
pub(super) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
