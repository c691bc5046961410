//! UTC days, as the formats count them.

use std::fmt;

use time::{Date, Month};

use crate::limits;

/// Julian day number of 1970-01-01, as [`time`] counts.
const EPOCH_JULIAN: i32 = 2_440_588;

/// Seconds of a UTC day; leap seconds are not counted (POSIX).
const SECONDS: u64 = 86_400;

/// A UTC day: the number of days since 1970-01-01, up to 9999-12-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// 1970-01-01.
    pub const FIRST: Self = Self(0);
    /// 9999-12-31.
    pub const LAST: Self = Self(limits::LAST_DAY);

    /// Returns the day with this number, or `None` after 9999-12-31.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number <= limits::LAST_DAY { Some(Self(number)) } else { None }
    }

    /// Returns the number of days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Returns the day on which this Unix time falls, or `None` after 9999-12-31.
    #[must_use]
    pub fn of_unix(seconds: u64) -> Option<Self> {
        u32::try_from(seconds / SECONDS).ok().and_then(Self::new)
    }

    /// Returns the Unix time of the day's first second.
    #[must_use]
    pub fn unix(self) -> u64 {
        u64::from(self.0) * SECONDS
    }

    /// Returns the day of this date, or `None` where no such date is between 1970 and 9999.
    #[must_use]
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        u32::try_from(date.to_julian_day() - EPOCH_JULIAN).ok().and_then(Self::new)
    }

    /// Returns the day written `YYYY-MM-DD`, ten characters and nothing else (RFC 3339 section 5.6,
    /// full-date).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, width: usize| {
            (part.len() == width && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<u16>().ok())
                .flatten()
        };
        let mut parts = text.split('-');
        let (year, month, day) =
            (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
        if parts.next().is_some() {
            return None;
        }
        Self::from_ymd(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Returns year, month and day of the month.
    #[must_use]
    pub fn to_ymd(self) -> (i32, u8, u8) {
        // Every number up to LAST_DAY is a date, so MIN never stands in.
        let julian = EPOCH_JULIAN.saturating_add_unsigned(self.0);
        let date = Date::from_julian_day(julian).unwrap_or(Date::MIN);
        (date.year(), date.month() as u8, date.day())
    }

    /// Returns the day this many days later, or `None` outside the range.
    #[must_use]
    pub fn plus(self, days: u32) -> Option<Self> {
        self.0.checked_add(days).and_then(Self::new)
    }

    /// Returns the day this many days earlier, or `None` before 1970.
    #[must_use]
    pub fn minus(self, days: u32) -> Option<Self> {
        self.0.checked_sub(days).map(Self)
    }

    /// Returns how many days this day comes after `other`; negative when before.
    #[must_use]
    pub fn since(self, other: Self) -> i64 {
        i64::from(self.0) - i64::from(other.0)
    }

    /// Returns the same date of the year before; 29 February becomes the 28th. `None` before 1971.
    #[must_use]
    pub fn year_before(self) -> Option<Self> {
        let (year, month, day) = self.to_ymd();
        Self::from_ymd(year - 1, month, day)
            .or_else(|| Self::from_ymd(year - 1, month, day.min(28)))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.to_ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Writes a Unix time as `YYYY-MM-DD HH:MM:SS UTC`, or its number after 9999.
#[must_use]
pub fn unix_text(seconds: u64) -> String {
    let Some(day) = Day::of_unix(seconds) else { return format!("{seconds} seconds after 1970") };
    let rest = seconds % SECONDS;
    format!("{day} {:02}:{:02}:{:02} UTC", rest / 3600, rest / 60 % 60, rest % 60)
}

/// Returns the UTC time of this Unix second as programs write it (RFC 3339):
/// `2026-11-23T10:00:00Z`.
#[must_use]
pub fn rfc3339(seconds: u64) -> String {
    unix_text(seconds).replacen(' ', "T", 1).replace(" UTC", "Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values: GNU date, `date -u -d YYYY-MM-DD +%s` divided by 86400.
    #[test]
    fn dates_and_numbers_agree_with_gnu_date() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2025-11-01", 20_393),
            ("9999-12-31", 2_932_896),
        ] {
            let day = Day::parse(text).unwrap();
            assert_eq!((day.number(), day.to_string()), (number, text.to_owned()));
        }
    }

    #[test]
    fn only_full_dates_are_read() {
        for text in [
            "2025-02-29",
            "2025-1-01",
            "2025-01-1",
            "25-01-01",
            "2025-01-01 ",
            "2025-01-01-01",
            "11/1/2025",
            "+025-01-01",
            "1969-12-31",
            "10000-01-01",
            "",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_before_is_by_calendar() {
        let before = |text| Day::parse(text).unwrap().year_before().unwrap().to_string();
        assert_eq!(before("2024-02-29"), "2023-02-28");
        assert_eq!(before("2025-02-28"), "2024-02-28");
        assert_eq!(before("2025-11-01"), "2024-11-01");
    }

    #[test]
    fn the_range_ends() {
        assert_eq!(Day::new(limits::LAST_DAY + 1), None);
        assert_eq!(Day::LAST.plus(1), None);
        assert_eq!(Day::FIRST.minus(1), None);
        assert_eq!(Day::of_unix(86_399), Some(Day::FIRST));
        assert_eq!(Day::of_unix(86_400), Day::new(1));
        assert_eq!(Day::of_unix(u64::MAX), None);
    }
}
