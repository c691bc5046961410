//! Days of GitLab's table of history, as PostgreSQL writes them.

use license_core::Day;

use super::cells::any_day;
use crate::problem::{Failure, Problem};

/// What a user of psql may have it print in the place of nothing (`\pset null`).
pub(super) const NULLS: [&str; 4] = ["null", "[null]", "(null)", "\\n"];

/// What to do about days in another style than ISO. It helps wherever psql runs: `sudo` and
/// GitLab's own `gitlab-psql` may drop what is set before the command.
const IN_ISO: &str = "in the SELECT, write `to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD \
                      HH24:MI:SS') AS recorded_at` in the place of the first `recorded_at`: \
                      PostgreSQL then writes days as YYYY-MM-DD, whatever its DateStyle is";
/// What to do about rows without a day that a calendar has: no style makes one of them.
const NO_DAY: &str = "such a row has no day: leave it out, with `isfinite(recorded_at) AND \
                      recorded_at < '9999-12-31' AND` behind WHERE";

/// Returns the UTC day of a cell of the table.
///
/// # Errors
/// `export_time`, with what to do about it: no spreadsheet was there.
pub(super) fn of_table(line: usize, cell: &str) -> Result<Day, Failure> {
    any_day(line, cell).map_err(|failure| {
        if failure.problem != Problem::ExportSpreadsheet {
            return failure;
        }
        let hint = if is_no_day(cell) { NO_DAY } else { IN_ISO };
        Failure { problem: Problem::ExportTime, ..failure }.hint(hint)
    })
}

/// Whether the cell names no day that a calendar has: nothing, a time without end, a year of more
/// than four digits.
fn is_no_day(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    let year = cell.bytes().take_while(u8::is_ascii_digit).count();
    cell.is_empty() || NULLS.contains(&cell.as_str()) || cell.ends_with("infinity") || year > 4
}
