//! Page sizes: zero means the default, too much is clamped, a negative one is a fault.

use super::Faults;
use crate::app::Limits;

/// How many results a page has.
pub(crate) fn page_size(wanted: i32, limits: &Limits, faults: &mut Faults) -> usize {
    match usize::try_from(wanted) {
        Ok(0) => limits.page_size_default,
        Ok(wanted) => wanted.min(limits.page_size_max),
        Err(_) => {
            faults.add("page_size", "must not be negative");
            limits.page_size_default
        }
    }
}
