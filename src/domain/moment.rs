//! Moments: points in time as sources and the API write them.
//!
//! Proved below: 1. every second of the years 1 to 9999 reads back as it was written; 2. offsets count; 3. what is no
//! moment is refused; 4. a day begins when its date says.

use jiff::civil::{Date, DateTime};
use jiff::{Span, Unit};
use serde::{Deserialize, Serialize};

/// A moment, in whole seconds since 1970-01-01T00:00:00Z, between the years 1 and 9999 (RFC 3339's range).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

const DAY: i64 = 86_400;
const EPOCH: Date = Date::constant(1970, 1, 1);

impl Moment {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800);
    /// 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self(253_402_300_799);

    /// The moment `seconds` after the epoch, or nothing where that lies outside the years 1 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&seconds).then_some(Self(seconds))
    }

    /// Seconds since the epoch; negative before 1970.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 date and time; fractions of a second are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // jiff's own timestamps end a day before the year 9999 does, so date and offset are read apart.
        let at = text.rfind(['Z', 'z', '+']).or_else(|| text.rfind('-').filter(|at| *at > "0000-00-00T".len()))?;
        let (local, offset) = text.split_at(at);
        if !local.is_ascii() || !local.contains(['T', 't', ' ']) {
            return None;
        }
        let local: DateTime = local.parse().ok()?;
        let days = EPOCH.until((Unit::Day, local.date())).ok()?.get_days();
        let clock = i64::from(local.hour()) * 3_600 + i64::from(local.minute()) * 60 + i64::from(local.second());
        Self::from_unix_seconds(i64::from(days) * DAY + clock - offset_seconds(offset)?)
    }

    /// The beginning of a day in UTC; nothing where the calendar has no such day in the years 1 to 9999.
    #[must_use]
    pub fn of_date(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        let days = EPOCH.until((Unit::Day, date)).ok()?.get_days();
        Self::from_unix_seconds(i64::from(days) * DAY)
    }

    /// The moment so many seconds later, or earlier where there are fewer than none; nothing outside the years 1 to 9999.
    #[must_use]
    pub fn later(self, seconds: i64) -> Option<Self> {
        self.0.checked_add(seconds).and_then(Self::from_unix_seconds)
    }

    /// The last moment not after it at which whole steps of so many seconds have passed since the epoch; the first of all where there
    /// is none.
    #[must_use]
    pub fn rounded_down(self, step: i64) -> Self {
        Self((self.0.div_euclid(step) * step).max(Self::MIN.0))
    }

    /// Year and month, both counted from 1.
    #[must_use]
    pub fn year_and_month(self) -> (i16, i8) {
        let date = self.date();
        (date.year(), date.month())
    }

    fn date(self) -> Date {
        EPOCH.saturating_add(Span::new().days(self.0.div_euclid(DAY)))
    }
}

/// `Z`, `+HH:MM` or `-HH:MM` in seconds.
fn offset_seconds(offset: &str) -> Option<i64> {
    if offset.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = offset[1..].split_once(':')?;
    let two_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok()).flatten();
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 3_600 + minutes * 60))
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let date = self.date();
        let clock = self.0.rem_euclid(DAY);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            date.year(),
            date.month(),
            date.day(),
            clock / 3_600,
            clock / 60 % 60,
            clock % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_are_read_with_their_offset() {
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-02-29T12:00:00+02:00", Some(1_709_200_800)),
            ("2024-02-29T12:00:00.123-00:30", Some(1_709_209_800)),
            ("9999-12-31T23:59:59Z", Some(Moment::MAX.0)),
            ("0001-01-01T00:00:00Z", Some(Moment::MIN.0)),
            ("9999-12-31T23:59:59-01:00", None),
            ("2023-02-29T00:00:00Z", None),
            ("2024-01-01", None),
            ("2024-01-01T00:00:00", None),
            ("2024-01-01T00:00:00+1:0x", None),
            ("yesterday", None),
            ("", None),
            ("Z", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(Moment::parse(text).map(Moment::unix_seconds), seconds, "{text}");
        }
    }

    #[test]
    fn a_day_begins_when_its_date_says() {
        for (date, text) in [
            ((1970, 1, 1), Some("1970-01-01T00:00:00Z")),
            ((2024, 2, 29), Some("2024-02-29T00:00:00Z")),
            ((1, 1, 1), Some("0001-01-01T00:00:00Z")),
            ((9999, 12, 31), Some("9999-12-31T00:00:00Z")),
            ((0, 12, 31), None),
            ((2023, 2, 29), None),
            ((2023, 13, 1), None),
        ] {
            let (year, month, day) = date;
            assert_eq!(Moment::of_date(year, month, day).map(|moment| moment.to_string()).as_deref(), text, "{date:?}");
        }
        let odd = Moment::of_date(1969, 12, 31).and_then(|day| day.later(86_399)).unwrap();
        assert_eq!(odd.rounded_down(3_600).to_string(), "1969-12-31T23:00:00Z");
        assert_eq!(odd.rounded_down(86_400).to_string(), "1969-12-31T00:00:00Z");
        assert_eq!((Moment::MAX.later(1), Moment::MIN.later(-1), Moment::MIN.later(i64::MIN)), (None, None, None));
    }

    proptest! {
        #[test]
        fn every_moment_reads_back(seconds in Moment::MIN.0..=Moment::MAX.0) {
            let moment = Moment::from_unix_seconds(seconds).unwrap();
            prop_assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = Moment::parse(&text);
        }
    }
}
