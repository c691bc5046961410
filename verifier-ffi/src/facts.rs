//! What the caller knows.

use license_core::series::Daily;
use license_core::value::Count;
use license_core::verdict::Facts;
use license_core::{Day, limits};

use crate::boundary::{self, GrowingStruct};
use crate::status::airlock_status;

/// Bit of `known`: `users_now` is given.
pub const AIRLOCK_KNOWS_USERS_NOW: u32 = 1;
/// Bit of `known`: the series is given. A series of no days is known too: its maximum is 0.
pub const AIRLOCK_KNOWS_SERIES: u32 = 2;
/// Bit of `known`: `last_report_day` is given; without it, the report's age counts from the
/// license's first day.
pub const AIRLOCK_KNOWS_LAST_REPORT: u32 = 4;
/// Stands in a series for a day without data.
pub const AIRLOCK_NO_DATA: u32 = u32::MAX;

/// What the instance knows when it asks. Set every field to 0, then `size` to
/// `sizeof(airlock_facts)`, then what is known. Days count from 1970-01-01, which is 0.
///
/// A figure whose bit is not in `known` must be 0 or NULL, else every function that takes facts
/// returns `AIRLOCK_BAD_ARGUMENT`: a forgotten bit would be read as a figure that is missing.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_facts {
    /// `sizeof(airlock_facts)`, set by the caller.
    pub size: usize,
    /// Which of the fields below are given: `AIRLOCK_KNOWS_...`, joined by or. Other bits must be
    /// 0.
    pub known: u32,
    /// The UTC day. Always needed.
    pub today: i32,
    /// 1 while a license is being activated, else 0.
    pub activating: u32,
    /// Billable users now; at most 16777215.
    pub users_now: u32,
    /// Users about to be added; at most 16777215.
    pub users_adding: u32,
    /// The day of the series' first entry.
    pub series_first_day: i32,
    /// Daily billable users, one entry a day; `AIRLOCK_NO_DATA` for a day without data, else at
    /// most 16777215. Borrowed for the call only. NULL is allowed for a series of no days.
    pub series: *const u32,
    /// How many entries the series has.
    pub series_len: usize,
    /// The day of the last usage report.
    pub last_report_day: i32,
    /// Must be 0.
    pub reserved: u32,
    /// Kept state. This version has none: NULL.
    pub state: *const u8,
    /// Must be 0.
    pub state_len: usize,
}

// SAFETY: repr(C), begins with its size, and consists of numbers and pointers that are only
// followed by [`read`].
unsafe impl GrowingStruct for airlock_facts {
    const FIRST: usize = if cfg!(target_pointer_width = "64") { 72 } else { size_of::<Self>() };

    fn empty() -> Self {
        Self {
            size: size_of::<Self>(),
            known: 0,
            today: 0,
            activating: 0,
            users_now: 0,
            users_adding: 0,
            series_first_day: 0,
            series: std::ptr::null(),
            series_len: 0,
            last_report_day: 0,
            reserved: 0,
            state: std::ptr::null(),
            state_len: 0,
        }
    }
}

/// The most days of a series: thirty years. A caller with more gives those that the rules ask for.
const SERIES_DAYS: usize = 10_958;

/// Returns the facts that a caller's struct states.
///
/// # Safety
/// `pointer` is NULL or points to a struct whose first field is its size, and whose series has as
/// many entries as it says; neither changes while the result is used.
pub(crate) unsafe fn read<'a>(pointer: *const airlock_facts) -> Result<Facts<'a>, airlock_status> {
    // SAFETY: the same contract.
    let given = unsafe { boundary::read_sized(pointer) }?;
    check_form(&given)?;
    let known = |bit: u32| given.known & bit != 0;
    Ok(Facts {
        today: day(given.today)?,
        activating: given.activating == 1,
        users_now: known(AIRLOCK_KNOWS_USERS_NOW).then(|| count(given.users_now)).transpose()?,
        users_adding: count(given.users_adding)?,
        // SAFETY: the same contract.
        series: known(AIRLOCK_KNOWS_SERIES).then(|| unsafe { series(&given) }).transpose()?,
        last_report: known(AIRLOCK_KNOWS_LAST_REPORT)
            .then(|| day(given.last_report_day))
            .transpose()?,
    })
}

/// Refuses bits that this version does not know, and values without their bit.
fn check_form(given: &airlock_facts) -> Result<(), airlock_status> {
    let unknown = |bit: u32| given.known & bit == 0;
    let all = AIRLOCK_KNOWS_USERS_NOW | AIRLOCK_KNOWS_SERIES | AIRLOCK_KNOWS_LAST_REPORT;
    let series = !given.series.is_null() || given.series_len != 0 || given.series_first_day != 0;
    let state = !given.state.is_null() || given.state_len != 0;
    if given.known & !all != 0
        || given.activating > 1
        || given.reserved != 0
        || state
        || unknown(AIRLOCK_KNOWS_USERS_NOW) && given.users_now != 0
        || unknown(AIRLOCK_KNOWS_SERIES) && series
        || unknown(AIRLOCK_KNOWS_LAST_REPORT) && given.last_report_day != 0
    {
        return Err(airlock_status::AIRLOCK_BAD_ARGUMENT);
    }
    Ok(())
}

/// The series that the struct points to.
///
/// # Safety
/// As [`read`].
unsafe fn series<'a>(given: &airlock_facts) -> Result<Daily<'a>, airlock_status> {
    if given.series_len > SERIES_DAYS {
        return Err(airlock_status::AIRLOCK_OVER_LIMIT);
    }
    // SAFETY: the same contract.
    let counts = unsafe { boundary::slice(given.series, given.series_len) }?;
    if counts.iter().any(|count| *count > limits::USERS && *count != AIRLOCK_NO_DATA) {
        return Err(airlock_status::AIRLOCK_OVER_LIMIT);
    }
    Ok(Daily::new(day(given.series_first_day)?, counts))
}

/// Returns a day that a caller states.
pub(crate) fn day(number: i32) -> Result<Day, airlock_status> {
    u32::try_from(number).ok().and_then(Day::new).ok_or(airlock_status::AIRLOCK_BAD_ARGUMENT)
}

fn count(number: u32) -> Result<u32, airlock_status> {
    Count::new(number).map(Count::get).ok_or(airlock_status::AIRLOCK_OVER_LIMIT)
}

const _: () = assert!(
    AIRLOCK_NO_DATA == license_core::series::NO_DATA,
    "the core and C write a day without data the same way"
);
