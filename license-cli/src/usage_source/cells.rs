//! What the cells of an export may hold.

use license_core::Day;
use license_core::value::Count;

use super::refusal::{Place, at, shown, spreadsheet};
use crate::problem::{Failure, Problem};

/// How days and times are written: Y, M, D, H and S stand for a digit each.
pub(super) const DATE: &str = "YYYY-MM-DD";
pub(super) const STAMP: &str = "YYYY-MM-DD HH:MM:SS";

/// A time as RFC 3339 writes it, without its zone.
const INTERNET: &str = "YYYY-MM-DDTHH:MM:SS";
/// Seconds of a zone: PostgreSQL knows none of 16 hours or more.
const OFFSET: u64 = 16 * 3600;

/// Returns the day of a cell in one of these forms.
pub(super) fn day(place: impl Into<Place>, cell: &str, forms: &[&str]) -> Result<Day, Failure> {
    let place = place.into();
    let seconds = seconds(place, cell, forms)?;
    Day::of_unix(seconds).ok_or_else(|| no_such_time(place, cell))
}

/// Returns the Unix time of a cell in one of these forms, of 00:00:00 where the form has no time.
pub(super) fn seconds(place: impl Into<Place>, cell: &str, forms: &[&str]) -> Result<u64, Failure> {
    let place = place.into();
    if !forms.iter().any(|form| fits(cell, form)) {
        if is_other_time(cell) {
            return Err(other_time(place, cell, forms));
        }
        return Err(spreadsheet(
            place,
            format!("found {}, expected {}", shown(cell), forms.join(" or ")),
        ));
    }
    let day = cell.get(..DATE.len()).and_then(Day::parse);
    let time = cell.get(DATE.len() + 1..STAMP.len()).map_or(Some(0), second_of_day);
    day.zip(time).map(|(day, time)| day.unix() + time).ok_or_else(|| no_such_time(place, cell))
}

/// Returns the UTC day of a cell of a plain file: a day, or a time with or without a zone. A time
/// without one is in UTC, as GitLab keeps it.
pub(super) fn any_day(line: usize, cell: &str) -> Result<Day, Failure> {
    match zoned(cell) {
        Some((local, offset)) => {
            let forms = if local.contains('T') { &[INTERNET] } else { &[STAMP] };
            let seconds = seconds(line, local, forms).map_err(|_| no_such_time(line, cell))?;
            let seconds = i64::try_from(seconds).ok().and_then(|it| it.checked_sub(offset));
            let day = seconds.and_then(|it| u64::try_from(it).ok()).and_then(Day::of_unix);
            day.ok_or_else(|| no_such_time(line, cell))
        }
        None if !fits(cell, DATE) && is_other_time(cell) => {
            let message = format!(
                "found {}, expected a day, or a time with its zone as in 2026-08-01 12:00:03+00",
                shown(cell)
            );
            Err(at(line, Problem::ExportTime, message))
        }
        None => day(line, cell, &[DATE, STAMP]),
    }
}

/// The time of the day of a place, and the seconds that its clocks are ahead of UTC.
fn zoned(cell: &str) -> Option<(&str, i64)> {
    let (local, rest) = cell.split_at_checked(STAMP.len())?;
    if !fits(local, STAMP) && !fits(local, INTERNET) {
        return None;
    }
    let rest = match rest.strip_prefix('.') {
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            rest.get(digits..).filter(|_| (1..=9).contains(&digits))?
        }
        None => rest,
    };
    // A time with a T and no zone is of whatever place wrote it.
    if rest.is_empty() && !local.contains('T') {
        return Some((local, 0));
    }
    Some((local, offset(rest.trim_start_matches(' '))?))
}

/// The seconds that a zone is ahead of UTC: `Z`, `UTC`, or an offset as PostgreSQL and RFC 3339
/// write it.
fn offset(zone: &str) -> Option<i64> {
    if ["Z", "UTC"].contains(&zone) {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.strip_prefix(['+', '-'])?;
    let padded = match digits.len() {
        2 => format!("{digits}:00:00"),
        4 => format!("{}:{}:00", digits.get(..2)?, digits.get(2..)?),
        5 => format!("{digits}:00"),
        _ => digits.to_owned(),
    };
    let seconds = Some(padded).filter(|it| fits(it, "HH:MM:SS"))?;
    let seconds = second_of_day(&seconds).filter(|seconds| *seconds < OFFSET)?;
    i64::try_from(seconds).ok().map(|seconds| sign * seconds)
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
fn other_time(place: Place, cell: &str, forms: &[&str]) -> Failure {
    let found = shown(cell);
    let message = format!(
        "found {found}, expected {}: UTC, without an offset or a fraction",
        forms.join(" or ")
    );
    at(place, Problem::ExportTime, message).hint(
        "write all times in the form that is expected, in UTC: a time with an offset may be on \
         another day there; or download the export again, which has that form",
    )
}

/// Returns the failure for a day or a time that no calendar and no clock has.
fn no_such_time(place: impl Into<Place>, cell: &str) -> Failure {
    at(
        place,
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
pub(super) fn count(place: impl Into<Place>, cell: &str) -> Result<Option<Count>, Failure> {
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
        at(place, Problem::ExportCount, message)
    })
}
