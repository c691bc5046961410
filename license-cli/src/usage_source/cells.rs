//! What the cells of an export may hold.

use license_core::Day;
use license_core::value::Count;

use super::refusal::{at, shown, spreadsheet};
use crate::problem::{Failure, Problem};

/// How days and times are written: Y, M, D, H and S stand for a digit each.
pub(super) const DATE: &str = "YYYY-MM-DD";
pub(super) const STAMP: &str = "YYYY-MM-DD HH:MM:SS";
pub(super) const INTERNET: &str = "YYYY-MM-DDTHH:MM:SSZ";

/// Returns the day of a cell in one of these forms.
pub(super) fn day(line: usize, cell: &str, forms: &[&str]) -> Result<Day, Failure> {
    let seconds = seconds(line, cell, forms)?;
    Day::of_unix(seconds).ok_or_else(|| no_such_time(line, cell))
}

/// Returns the Unix time of a cell in one of these forms, of 00:00:00 where the form has no time.
pub(super) fn seconds(line: usize, cell: &str, forms: &[&str]) -> Result<u64, Failure> {
    if !forms.iter().any(|form| fits(cell, form)) {
        if is_other_time(cell) {
            return Err(other_time(line, cell, forms));
        }
        return Err(spreadsheet(
            line,
            format!("found {}, expected {}", shown(cell), forms.join(" or ")),
        ));
    }
    let day = cell.get(..DATE.len()).and_then(Day::parse);
    let time = cell.get(DATE.len() + 1..STAMP.len()).map_or(Some(0), second_of_day);
    day.zip(time).map(|(day, time)| day.unix() + time).ok_or_else(|| no_such_time(line, cell))
}

/// Whether the text is a time as programs write them, and no spreadsheet: with a `T`, a zone or a
/// fraction of a second.
fn is_other_time(text: &str) -> bool {
    let Some((day, time)) = text.split_at_checked(DATE.len()) else { return false };
    let second = STAMP.len() - DATE.len();
    let with_more =
        || time.len() > second && time.get(..second).is_some_and(|time| fits(time, " HH:MM:SS"));
    fits(day, DATE) && (time.starts_with(['T', 't']) || with_more())
}

/// Returns the failure for a time in another form than the file has.
fn other_time(line: usize, cell: &str, forms: &[&str]) -> Failure {
    let found = shown(cell);
    let message = format!(
        "found {found}, expected {}: UTC, without an offset or a fraction",
        forms.join(" or ")
    );
    at(line, Problem::ExportTime, message).hint(
        "write all times in the form that is expected, in UTC: a time with an offset may be on \
         another day there; or download the export again, which has that form",
    )
}

/// Returns the failure for a day or a time that no calendar and no clock has.
fn no_such_time(line: usize, cell: &str) -> Failure {
    at(
        line,
        Problem::ExportTime,
        format!("found {}, expected a day and a time that exist, in UTC", shown(cell)),
    )
}

/// Returns whether the text has this form, character by character.
fn fits(text: &str, form: &str) -> bool {
    let same = |(found, form): (u8, u8)| {
        if b"YMDHS".contains(&form) { found.is_ascii_digit() } else { found == form }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(same)
}

/// Returns the second of the day that `HH:MM:SS` is, or `None` where no clock shows it.
fn second_of_day(text: &str) -> Option<u64> {
    let mut parts = text.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Returns the count of a cell, or `None` where it is empty: no data.
pub(super) fn count(line: usize, cell: &str) -> Result<Option<Count>, Failure> {
    if cell.is_empty() {
        return Ok(None);
    }
    let digits =
        cell.bytes().all(|b| b.is_ascii_digit()) && (cell == "0" || !cell.starts_with('0'));
    let count = cell.parse().ok().filter(|_| digits).and_then(Count::new);
    count.map(Some).ok_or_else(|| {
        let message = format!(
            "found {}, expected a whole number from 0 to {} in digits alone",
            shown(cell),
            Count::MAX
        );
        at(line, Problem::ExportCount, message)
    })
}
