//! The one place that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use license_core::Day;

use crate::problem::{Failure, Problem};

/// The Unix time of this moment, in seconds.
pub(crate) fn now() -> Result<u64, Failure> {
    let wrong = |_| Failure::new(Problem::Clock, "the clock stands before 1970");
    SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_secs()).map_err(wrong)
}

/// When something is done: by the clock, and the day that it is done for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    /// Unix seconds.
    pub(crate) clock: u64,
    pub(crate) day: Day,
}

impl When {
    /// Now, for the day given, else the clock's.
    pub(crate) fn of(given: Option<Day>) -> Result<Self, Failure> {
        let clock = now()?;
        Ok(Self { clock, day: given.map_or_else(|| day_of(clock), Ok)? })
    }

    /// A second of that day: this one, unless it is done for another day; then the day's first.
    pub(crate) fn second(self) -> u64 {
        if Day::of_unix(self.clock) == Some(self.day) { self.clock } else { self.day.unix() }
    }
}

/// The day to decide for: the one given, else the clock's.
pub(crate) fn today(given: Option<Day>) -> Result<Day, Failure> {
    given.map_or_else(|| day_of(now()?), Ok)
}

/// The time of issue: the first second of the day given, else this moment.
pub(crate) fn issued(given: Option<Day>) -> Result<u64, Failure> {
    given.map_or_else(now, |day| Ok(day.unix()))
}

fn day_of(seconds: u64) -> Result<Day, Failure> {
    let wrong = || Failure::new(Problem::Clock, "the clock stands after the year 9999");
    Day::of_unix(seconds).ok_or_else(wrong)
}
