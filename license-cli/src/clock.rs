//! The one place that reads the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use license_core::Day;

use crate::cli::options::Today;
use crate::problem::{Failure, Problem};

/// Returns the Unix time of this moment, in seconds.
pub(crate) fn now() -> Result<u64, Failure> {
    let wrong = |_| Failure::new(Problem::Clock, "the clock stands before 1970");
    SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_secs()).map_err(wrong)
}

/// Returns the day to decide for: the one given, else the clock's.
pub(crate) fn today(option: &Today) -> Result<Day, Failure> {
    option.today.map_or_else(|| day_of(now()?), Ok)
}

/// Returns the time of issue: the first second of the day given, else this moment.
pub(crate) fn issued(option: &Today) -> Result<u64, Failure> {
    option.today.map_or_else(now, |day| Ok(day.unix()))
}

fn day_of(seconds: u64) -> Result<Day, Failure> {
    let wrong = || Failure::new(Problem::Clock, "the clock stands after the year 9999");
    Day::of_unix(seconds).ok_or_else(wrong)
}
