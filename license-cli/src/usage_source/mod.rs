//! Reads the usage export that a GitLab instance writes (`license_usage.csv`, or JSON), rows of its
//! table of history as psql prints them, and plain `day,count` files.
//!
//! The bytes are an argument. A file that could give a wrong figure is refused whole: its layout is
//! checked to the letter, because a spreadsheet that only opened it may have rewritten every date,
//! and a transfer may have cut its last count.

mod refusal;

mod cells;
mod rows;
mod strict;
mod table;
mod text;

mod head;

mod counts;

mod document;
mod plain;
mod psql;

#[cfg(test)]
mod tests;

pub(crate) mod file;
pub(crate) mod history;
pub(crate) mod moment;

use license_core::Day;

pub(crate) use counts::{Beside, DailyCounts};

use crate::layers;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use cells::{STAMP, count, day};
use counts::{Columns, Gathered};
use head::{Head, START, header, is_name, read_head};
use refusal::{at, shown};
use rows::{Row, Rows};
use text::{last_line, text_of, unknown};

/// Bytes of an export. GitLab cuts its own at 15 MB.
pub(crate) const EXPORT_BYTES: usize = 16 * 1024 * 1024;

/// Bytes from which GitLab may have cut the export, without a word.
const INSTANCE_CUT: usize = 15 * 1000 * 1000;

/// Returns what the export says, read whole: size, kind of file, text (UTF-8, or UTF-16 as shells
/// of Windows write it), head, then row by row.
///
/// Not checked: whether the license key is genuine, and whether the days are complete.
///
/// # Errors
/// Exit status 2, each with a hint: `export_empty`, `export_large`, `export_unknown`,
/// `export_text`, `export_spreadsheet`, `export_cut`, `export_row`, `export_header`, `export_term`,
/// `export_time`, `export_count`.
pub(crate) fn read(bytes: &[u8]) -> Result<DailyCounts, Failure> {
    if bytes.len() > EXPORT_BYTES {
        return Err(large(format!(
            "found {}, expected at most {EXPORT_BYTES}",
            counted(bytes.len(), "byte")
        )));
    }
    let bytes = &*layers::plain(bytes);
    let text = text_of(bytes).map_err(|failure| name_cut(failure, bytes))?;
    parse(text).map_err(|failure| name_cut(repeat_no_secret(failure, text), bytes))
}

/// The failure without what it repeats of a text that may be a password.
fn repeat_no_secret(failure: Failure, text: &str) -> Failure {
    if !is_only_line(text) || !failure.message.contains('"') {
        return failure;
    }
    let length = text.trim_end().chars().count();
    let found = format!("one line of {}", counted(length, "character"));
    Failure { message: unknown(&found).message, ..failure }
}

/// Whether the text is one line that does not begin with a day, as a password is: nothing of it is
/// repeated. Of what is no JSON nothing is repeated anyway.
fn is_only_line(text: &str) -> bool {
    if document::begins(text) {
        return false;
    }
    let mut lines = text.trim_end().lines();
    let line = lines.next().unwrap_or_default();
    let begins = line.split([',', ';', '\t']).next().unwrap_or_default().trim_matches('"');
    let is_day = begins.contains(|c: char| c.is_ascii_digit())
        && begins.matches(['-', '/', '.']).count() >= 2
        && begins.chars().all(|c| c.is_ascii_digit() || "-/.:TZ ".contains(c));
    lines.next().is_none() && !is_day && !is_name(begins)
}

/// Reads a history: the same, and a file without a row is one without a figure, as one with a head
/// alone is.
///
/// # Errors
/// As [`read`], without `export_empty`.
pub(crate) fn read_history(bytes: &[u8]) -> Result<DailyCounts, Failure> {
    match read(bytes) {
        Err(failure) if failure.problem == Problem::ExportEmpty => Ok(DailyCounts::default()),
        read => read,
    }
}

/// Returns the failure for a file or a number of rows over its limit.
fn large(message: String) -> Failure {
    Failure::new(Problem::ExportLarge, message)
}

/// Returns the failure of a cut file with GitLab's own limit in it, where the file is that large.
fn name_cut(failure: Failure, bytes: &[u8]) -> Failure {
    let cut_short = failure.problem == Problem::ExportCut
        || failure.problem == Problem::ExportLarge && !bytes.ends_with(b"\n");
    if bytes.len() < INSTANCE_CUT || !cut_short {
        return failure;
    }
    let message = format!(
        "the file ends in the middle of a row; it has {}, and GitLab cuts its export at 15 MB",
        counted(bytes.len(), "byte")
    );
    at(last_line(bytes), Problem::ExportCut, message).hint(
        "downloading again does not help; write the days of the term as a plain `day,count` file",
    )
}

/// Returns the counts that the text holds, whichever layout it has.
fn parse(text: &str) -> Result<DailyCounts, Failure> {
    if document::begins(text) {
        return document::read(text);
    }
    if psql::begins(text) {
        return psql::read(text);
    }
    let Some(row) = Rows::new(text).next()? else { return Err(unknown("no row")) };
    // Where the first row was damaged, another row of the head shows what the file is.
    if is_name(row.cell(0)) || text.contains(START) {
        return instance(text);
    }
    plain::read(text, &row)
}

/// Returns the counts of the layout of `license_usage.csv`.
fn instance(text: &str) -> Result<DailyCounts, Failure> {
    let mut rows = Rows::new(text);
    let (head, further) = read_head(&mut rows)?;
    let columns = Columns::before(further);
    let mut gathered = Gathered::new(&columns);
    while let Some(row) = rows.next()? {
        row.check(columns.all)?;
        let (name, line) = (row.cell(columns.day), row.line);
        refuse_head(&row)?;
        let day = day(line, name, &[STAMP])?;
        check_term(line, day, &head)?;
        gathered.add(line, day, count(line, row.cell(columns.count))?)?;
        gathered.pass_over(&row.cells);
    }
    Ok(DailyCounts { head: Some(head), ..gathered.counts() })
}

/// Refuses a row of the head among the figures.
fn refuse_head(row: &Row<'_>) -> Result<(), Failure> {
    let (name, value) = (row.cell(0), row.cell(1));
    if !is_name(name) && !plain::is_titles(name, value) {
        return Ok(());
    }
    Err(header(
        row.line,
        format!("found a row {} among the figures, expected one head above them", shown(name)),
    ))
}

/// Checks that a row is of the term. The instance selects rows in its own time zone, so a day on
/// either side is fine.
fn check_term(line: usize, day: Day, head: &Head) -> Result<(), Failure> {
    let (first, end) = (head.first_day, head.last_day);
    if day.since(first) >= -1 && day.since(end) <= 1 {
        return Ok(());
    }
    let message =
        format!("found a count of {day}, expected days of the term from {first} to {end}");
    Err(at(line, Problem::ExportTerm, message))
}
