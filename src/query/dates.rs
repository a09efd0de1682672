//! Days, months, years and lengths of time: as they are typed, and what they mean for a clock.

use std::fmt;

use super::filter::TimeRange;
use super::tree::{Ago, Unit, When};
use crate::domain::Moment;

/// Most digits of a length of time.
const MOST_DIGITS: usize = 4;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

impl When {
    /// Reads `2025`, `2025-03`, `2025-03-14`, `today`, `yesterday` or a length of time; nothing where there is no such day.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let ago = |count| Some(Self::Ago(Ago { count, unit: Unit::Day }));
        if typed.eq_ignore_ascii_case("today") {
            return ago(0);
        }
        if typed.eq_ignore_ascii_case("yesterday") {
            return ago(1);
        }
        if let Some(ago) = Ago::parse(typed) {
            return Some(Self::Ago(ago));
        }
        let mut parts = typed.split('-');
        let year = number(parts.next()?, 4)?;
        let when = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Year(year),
            (Some(month), None, _) => Self::Month(year, small(month)?),
            (Some(month), Some(day), None) => Self::Day(year, small(month)?, small(day)?),
            _ => return None,
        };
        when.first_day().map(|_| when)
    }

    /// When it begins and when it has ended; an end after the last moment of all is open.
    pub(super) fn range(self, now: Moment) -> TimeRange {
        let until = match self {
            Self::Ago(_) => None,
            Self::Year(year) => year.checked_add(1).and_then(|next| Moment::of_date(next, 1, 1)),
            Self::Month(year, 12) => Self::Year(year).range(now).until,
            Self::Month(year, month) => Moment::of_date(year, month + 1, 1),
            Self::Day(..) => self.first_day().and_then(|day| day.later(DAY)),
        };
        match self {
            Self::Ago(ago) => {
                let day = ago.before(now).rounded_down(DAY);
                TimeRange { from: Some(day), until: day.later(DAY) }
            }
            _ => TimeRange { from: self.first_day(), until },
        }
    }

    fn first_day(self) -> Option<Moment> {
        match self {
            Self::Year(year) => Moment::of_date(year, 1, 1),
            Self::Month(year, month) => Moment::of_date(year, month, 1),
            Self::Day(year, month, day) => Moment::of_date(year, month, day),
            Self::Ago(_) => None,
        }
    }
}

impl Ago {
    /// Reads a number with its unit, such as `12h`.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let unit = typed.chars().next_back()?;
        let digits = &typed[..typed.len() - unit.len_utf8()];
        let unit = Unit::ALL.into_iter().find(|known| known.letter().eq_ignore_ascii_case(&unit))?;
        let is_number = (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { count: digits.parse().ok().filter(|_| is_number)?, unit })
    }

    /// From when on something changed so long ago or later: the beginning of that day, or of that hour where hours are counted.
    pub(super) fn since(self, now: Moment) -> TimeRange {
        let step = if self.unit == Unit::Hour { HOUR } else { DAY };
        TimeRange { from: Some(self.before(now).rounded_down(step)), until: None }
    }

    /// The moment so long before another; the first of all where there is none.
    fn before(self, now: Moment) -> Moment {
        now.later(-i64::from(self.count) * self.unit.seconds()).unwrap_or(Moment::MIN)
    }
}

impl Unit {
    const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    fn letter(self) -> char {
        match self {
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'm',
            Self::Year => 'y',
        }
    }

    fn seconds(self) -> i64 {
        match self {
            Self::Hour => HOUR,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
            Self::Year => 365 * DAY,
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(year, month, day) => write!(f, "{year:04}-{month:02}-{day:02}"),
            Self::Ago(Ago { count: 0, unit: Unit::Day }) => f.write_str("today"),
            Self::Ago(Ago { count: 1, unit: Unit::Day }) => f.write_str("yesterday"),
            Self::Ago(ago) => ago.fmt(f),
        }
    }
}

impl fmt::Display for Ago {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letter())
    }
}

fn small(typed: &str) -> Option<i8> {
    number(typed, 2).and_then(|number| i8::try_from(number).ok())
}

/// A number of exactly so many digits.
fn number(typed: &str, digits: usize) -> Option<i16> {
    let is_number = typed.len() == digits && typed.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| typed.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    //! 1. what is read prints as itself, and no day that never was is read; 2. when each begins and has ended.
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn what_is_read_prints_as_itself() {
        for typed in ["2025", "0001", "9999", "2025-03", "2024-02-29", "today", "yesterday", "7d", "12h", "2w", "3m", "1y", "0h"]
        {
            assert_eq!(When::parse(typed).map(|when| when.to_string()).as_deref(), Some(typed));
        }
        for (typed, printed) in
            [("0d", "today"), ("1D", "yesterday"), ("YESTERDAY", "yesterday"), ("007d", "7d"), (" 2025 ", "2025")]
        {
            assert_eq!(When::parse(typed).map(|when| when.to_string()).as_deref(), Some(printed));
        }
        let none = [
            "",
            "-",
            "0000",
            "25",
            "20255",
            "2025-",
            "2025-3",
            "2025-13",
            "2025-00",
            "2025-02-29",
            "2025-04-31",
            "2025-03-14-1",
            "2025-03-14T00:00:00Z",
            "14.3.2025",
            "tomorrow",
            "d",
            "7",
            "7x",
            "-7d",
            "+7d",
            "10000d",
            "7 d",
            "d7",
            "\u{661}d",
        ];
        for typed in none {
            assert_eq!(When::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn each_begins_and_ends() {
        let now = moment("2026-03-01T00:30:15Z");
        for (typed, from, until) in [
            ("2025", "2025-01-01T00:00:00Z", Some("2026-01-01T00:00:00Z")),
            ("2024-02", "2024-02-01T00:00:00Z", Some("2024-03-01T00:00:00Z")),
            ("2025-12", "2025-12-01T00:00:00Z", Some("2026-01-01T00:00:00Z")),
            ("2024-02-29", "2024-02-29T00:00:00Z", Some("2024-03-01T00:00:00Z")),
            ("9999", "9999-01-01T00:00:00Z", None),
            ("9999-12", "9999-12-01T00:00:00Z", None),
            ("9999-12-31", "9999-12-31T00:00:00Z", None),
            ("0001", "0001-01-01T00:00:00Z", Some("0002-01-01T00:00:00Z")),
            ("today", "2026-03-01T00:00:00Z", Some("2026-03-02T00:00:00Z")),
            ("yesterday", "2026-02-28T00:00:00Z", Some("2026-03-01T00:00:00Z")),
            ("1h", "2026-02-28T00:00:00Z", Some("2026-03-01T00:00:00Z")),
            ("2w", "2026-02-15T00:00:00Z", Some("2026-02-16T00:00:00Z")),
            ("1m", "2026-01-30T00:00:00Z", Some("2026-01-31T00:00:00Z")),
            ("1y", "2025-03-01T00:00:00Z", Some("2025-03-02T00:00:00Z")),
            ("9999y", "0001-01-01T00:00:00Z", Some("0001-01-02T00:00:00Z")),
        ] {
            let range = TimeRange { from: Some(moment(from)), until: until.map(moment) };
            assert_eq!(When::parse(typed).unwrap().range(now), range, "{typed}");
        }
        for (typed, from) in [
            ("1h", "2026-02-28T23:00:00Z"),
            ("0h", "2026-03-01T00:00:00Z"),
            ("30d", "2026-01-30T00:00:00Z"),
            ("0d", "2026-03-01T00:00:00Z"),
            ("9999y", "0001-01-01T00:00:00Z"),
        ] {
            let range = TimeRange { from: Some(moment(from)), until: None };
            assert_eq!(Ago::parse(typed).unwrap().since(now), range, "{typed}");
        }
    }
}
