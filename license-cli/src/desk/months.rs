//! Months of the calendar.

use license_core::Day;

/// The same day of the month so many months later, else that month's last day.
pub(crate) fn months_from(day: Day, months: u32) -> Option<Day> {
    let (year, month, of_month) = day.to_ymd();
    let months = i32::from(month) - 1 + i32::try_from(months).ok()?;
    let month = u8::try_from(months.rem_euclid(12) + 1).ok()?;
    let year = year + months.div_euclid(12);
    (0..4).find_map(|fewer| Day::from_ymd(year, month, of_month.checked_sub(fewer)?))
}
