//! The rows above the figures.

use license_core::Day;

use super::cells::{DATE, STAMP, day, seconds};
use super::refusal::{at, cut, shown};
use super::rows::{Row, Rows};
use crate::problem::{Failure, Problem};

/// The names of the rows before the figures, in their order.
const NAMES: [&str; 6] = [KEY, EMAIL, START, END, COMPANY, GENERATED];
pub(super) const KEY: &str = "License Key";
const EMAIL: &str = "Email";
pub(super) const START: &str = "License Start Date";
const END: &str = "License End Date";
const COMPANY: &str = "Company";
const GENERATED: &str = "Generated At";

/// The titles above the figures.
const TITLES: (&str, &str) = ("Date", "Billable User Count");

/// The second of them in the export of an older GitLab.
const OLDER_TITLE: &str = "Active User Count";

/// The rows above the figures. Texts are as the file has them, and may hold characters that a
/// terminal obeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// The license that is installed, an Airlock text included; its line ends are unchanged.
    pub(crate) license_key: String,
    pub(crate) email: String,
    /// License Start Date.
    pub(crate) first_day: Day,
    /// License End Date: the first day no longer good.
    pub(crate) last_day: Day,
    pub(crate) company: String,
    /// Unix seconds.
    pub(crate) generated_at: u64,
}

impl Head {
    /// The company in quotes, shortened, with everything escaped that would steer a terminal.
    pub(crate) fn company_shown(&self) -> String {
        shown(&self.company)
    }
}

/// Returns whether this names a row of the head.
pub(super) fn is_name(text: &str) -> bool {
    NAMES.contains(&text)
}

/// Returns the rows above the figures, and the titles of the columns beside the figures.
pub(super) fn read_head(rows: &mut Rows<'_>) -> Result<(Head, Vec<String>), Failure> {
    let license_key = read_key(rows)?;
    let email = unguarded(named(rows, EMAIL)?.cell(1));
    let (first_day, last_day) = read_term(rows)?;
    let company = unguarded(named(rows, COMPANY)?.cell(1));
    let generated = named(rows, GENERATED)?;
    let generated_at = seconds(generated.line, generated.cell(1), &[STAMP])?;
    exactly(&named(rows, "")?, "")?;
    let titles = next(rows, TITLES.0)?;
    exactly(&titles, TITLES.1)?;
    let further = titles.cells.iter().skip(2).map(ToString::to_string).collect();
    let head = Head { license_key, email, first_day, last_day, company, generated_at };
    Ok((head, further))
}

/// Returns the license key, which is never empty.
fn read_key(rows: &mut Rows<'_>) -> Result<String, Failure> {
    let row = named(rows, KEY)?;
    if row.cell(1).is_empty() {
        return Err(header(
            row.line,
            "found an empty license key, expected the text of the installed license",
        ));
    }
    Ok(unguarded(row.cell(1)))
}

/// Returns the start and the end date.
fn read_term(rows: &mut Rows<'_>) -> Result<(Day, Day), Failure> {
    let (_, first) = read_date(rows, START)?;
    let (line, end) = read_date(rows, END)?;
    if end <= first {
        let message =
            format!("found the end date {end}, expected one after the start date {first}");
        return Err(at(line, Problem::ExportTerm, message));
    }
    Ok((first, end))
}

/// Returns the line and the day of the row with this name.
fn read_date(rows: &mut Rows<'_>, name: &str) -> Result<(usize, Day), Failure> {
    let row = named(rows, name)?;
    if row.cell(1).is_empty() {
        return Err(header(row.line, format!("found no {name}, expected a date as {DATE}")));
    }
    Ok((row.line, day(row.line, row.cell(1), &[DATE])?))
}

/// Returns the next row, which must begin with this name and have one text beside it.
fn named<'a>(rows: &mut Rows<'a>, name: &str) -> Result<Row<'a>, Failure> {
    let row = next(rows, name)?;
    row.padded_pair()?;
    Ok(row)
}

/// Returns the next row, which must begin with this name and be whole.
fn next<'a>(rows: &mut Rows<'a>, name: &str) -> Result<Row<'a>, Failure> {
    let Some(row) = rows.next()? else {
        return Err(cut(
            rows.line(),
            format!("the file ends before its figures, expected a row {}", shown(name)),
        ));
    };
    row.check(row.cells.len().max(2))?;
    let found = row.cell(0);
    if found != name {
        return Err(header(
            row.line,
            format!("found a row {}, expected a row {}", shown(found), shown(name)),
        ));
    }
    Ok(row)
}

/// Checks the second cell of a row that never changes.
fn exactly(row: &Row<'_>, value: &str) -> Result<(), Failure> {
    let (found, name) = (row.cell(1), row.cell(0));
    if found == value {
        return Ok(());
    }
    let older = if found == OLDER_TITLE { ", the title of an older GitLab" } else { "" };
    let message =
        format!("found {} after {}{older}, expected {}", shown(found), shown(name), shown(value));
    let failure = header(row.line, message);
    Err(if older.is_empty() {
        failure
    } else {
        failure.hint(
            "whom that GitLab counted is not known: export from a newer one, or read the counts of \
             its database with `gitlab-psql` (docs/ADMIN.md, section 7)",
        )
    })
}

/// Returns the failure for a row of the head that is missing, misspelt or out of its place.
pub(super) fn header(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportHeader, message)
}

/// Returns the text without the apostrophe that GitLab puts before a cell which a spreadsheet would
/// compute.
fn unguarded(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', ';']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}
