//! What an import did, as it is counted and told.

/// What an import did.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    /// Records that could not be read, and items that the service refused.
    pub(super) failed: u64,
    /// The newest write of the file that is being imported; empty where there is none.
    pub(super) revision: String,
}
