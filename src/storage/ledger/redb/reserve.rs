//! Disk space that is left free: the store must never meet a full disk, after which it takes no more writes until a restart.

use std::path::Path;

/// The share of the disk that stays free.
const SHARE: u64 = 10;
/// The most that stays free, in bytes: a tenth of a large disk would be absurd.
const MOST_BYTES: u64 = 512 << 20;

/// Whether the disk that holds a directory has less space left than is kept in reserve. Where the system will not say, it has enough.
pub(super) fn is_short(dir: &Path) -> bool {
    fs4::statvfs(dir).is_ok_and(|disk| below_reserve(disk.total_space(), disk.available_space()))
}

fn below_reserve(total_bytes: u64, available_bytes: u64) -> bool {
    available_bytes < (total_bytes / SHARE).min(MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_or_half_a_gibibyte_stays_free() {
        let mebibytes = |count: u64| count << 20;
        assert!(below_reserve(mebibytes(64), mebibytes(6)));
        assert!(!below_reserve(mebibytes(64), mebibytes(7)));
        assert!(below_reserve(mebibytes(1 << 20), mebibytes(511)));
        assert!(!below_reserve(mebibytes(1 << 20), mebibytes(512)));
    }
}
