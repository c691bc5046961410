//! The time of one count.

use license_core::Day;

use super::cells::any_day;

/// The UTC day of a day or a time that somebody typed; `None` where it is neither.
pub(crate) fn day_of(text: &str) -> Option<Day> {
    any_day(1, text).ok()
}
