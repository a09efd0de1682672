//! Timestamps: protobuf's to moments and back.
//!
//! Proved below: 1. the years 1 to 9999 are taken, to their first and last second; 2. what protobuf forbids is a fault.

use std::fmt::Display;

use prost_types::Timestamp;

use super::Faults;
use crate::domain::Moment;

/// A moment, whole seconds of it; nothing and a fault where protobuf does not allow the timestamp.
pub(crate) fn moment(field: impl Display, timestamp: &Timestamp, faults: &mut Faults) -> Option<Moment> {
    let within_second = (0..1_000_000_000).contains(&timestamp.nanos);
    let moment = Moment::from_unix_seconds(timestamp.seconds).filter(|_| within_second);
    if !within_second {
        faults.add(field, "its nanos must be 0 to 999,999,999");
    } else if moment.is_none() {
        faults.add(field, "must lie between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z");
    }
    moment
}

/// A moment as protobuf has it.
pub(crate) fn timestamp(moment: Moment) -> Timestamp {
    Timestamp { seconds: moment.unix_seconds(), nanos: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::AppError;

    #[test]
    fn moments_of_the_years_1_to_9999_are_taken() {
        for seconds in [Moment::MIN.unix_seconds(), -1, 0, Moment::MAX.unix_seconds()] {
            for nanos in [0, 999_999_999] {
                let mut faults = Faults::default();
                let read = moment("at", &Timestamp { seconds, nanos }, &mut faults);
                assert_eq!(read.map(timestamp), Some(Timestamp { seconds, nanos: 0 }));
                assert!(faults.is_empty());
            }
        }
    }

    #[test]
    fn what_protobuf_forbids_is_a_fault() {
        let (first, last) = (Moment::MIN.unix_seconds(), Moment::MAX.unix_seconds());
        for (seconds, nanos) in [(first - 1, 0), (last + 1, 0), (i64::MIN, 0), (i64::MAX, 0), (0, -1), (0, 1_000_000_000)] {
            let mut faults = Faults::default();
            assert_eq!(moment("document.create_time", &Timestamp { seconds, nanos }, &mut faults), None);
            let Err(AppError::Invalid(faults)) = faults.finish(Some(())) else { panic!("{seconds} {nanos} is taken") };
            assert_eq!(faults[0].field, "document.create_time");
        }
    }
}
