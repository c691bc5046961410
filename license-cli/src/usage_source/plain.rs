//! Plain files of days and counts, with or without titles: also what psql prints with `--csv`.

use std::borrow::Cow;

use license_core::Day;

use super::cells::{any_day, count};
use super::counts::{Columns, DailyCounts, Gathered};
use super::head::{KEY, header, is_name};
use super::refusal::shown;
use super::rows::{Row, Rows};
use super::table::of_table;
use super::text::unknown;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// The title above the times in GitLab's table, in lower case and with spaces.
const OF_TABLE: &str = "recorded at";
/// Titles above the days of a plain file; the time of a count before its day, which is the day of
/// wherever the server stands.
const DAYS: [&str; 3] = [OF_TABLE, "date", "day"];
/// The same above the counts.
const COUNTS: [&str; 7] = [
    "count",
    "users",
    "user count",
    "billable users",
    "billable user count",
    "active users",
    "active user count",
];
/// What to do about other titles.
const TITLES: &str = "if the rows below are days in UTC and billable users, write `date,count` in \
                      the place of the first row";
/// Bytes of a column's title in a plain file.
const TITLE_BYTES: usize = 64;

/// Returns the counts of a plain file that begins with this row.
pub(super) fn read(text: &str, first: &Row<'_>) -> Result<DailyCounts, Failure> {
    let titled = titled(first)?;
    let mut rows = Rows::new(text);
    let has_titles = titled.is_some();
    if has_titles {
        rows.next()?;
    }
    let columns = titled.unwrap_or_else(|| Columns::before(Vec::new()));
    let is_title = |it: &Cow<'_, str>| has_titles && plain(it) == OF_TABLE;
    let from_table = first.cells.get(columns.day).is_some_and(is_title);
    let read_day = if from_table { of_table } else { any_day };
    let read = read_days(&mut rows, &columns, read_day);
    // Nobody opened a spreadsheet where a database wrote the rows.
    if from_table { read } else { read.map_err(advise) }
}

/// The columns that the first row names; `None` where it has figures.
fn titled(row: &Row<'_>) -> Result<Option<Columns>, Failure> {
    let (name, value) = (row.cell(0), row.cell(1));
    let begun = KEY.starts_with(name) || name.starts_with(|c: char| c.is_ascii_digit());
    if row.cells.len() == 1 && !begun && !name.contains([';', '\t']) {
        return Err(unknown(&first_row(name)));
    }
    if let Some(columns) = columns(&row.cells) {
        row.check(columns.all)?;
        return Ok(Some(columns));
    }
    row.pair()?;
    if is_titles(name, value) {
        return Err(unknown("a first row of two texts that are no known titles").hint(TITLES));
    }
    match has_digit(name) {
        true => Ok(None),
        false => Err(unknown(&first_row(name)).hint(TITLES)),
    }
}

/// A title as it is compared.
fn plain(title: &str) -> String {
    title.trim().to_lowercase().replace('_', " ")
}

/// Where these titles say that days and counts stand, as people and databases write them. Other
/// words are no titles: they may be a password, or of a file that holds something else.
pub(super) fn columns(titles: &[impl AsRef<str>]) -> Option<Columns> {
    let titles: Vec<String> = titles.iter().map(|title| plain(title.as_ref())).collect();
    let one = |known: &str| {
        let mut places = (0..).zip(&titles).filter(|(_, title)| *title == known);
        places.next().filter(|_| places.next().is_none()).map(|(place, _)| place)
    };
    let day = DAYS.iter().find_map(|known| one(known))?;
    let mut counts = COUNTS.iter().filter_map(|known| one(known));
    let count = counts.next().filter(|_| counts.next().is_none())?;
    let further = (0..).zip(&titles).filter(|(place, _)| *place != day && *place != count);
    let further = further.map(|(place, title)| (place, title.clone())).collect();
    Some(Columns { day, count, all: titles.len(), further })
}

/// Returns the counts of the rows that are left: any order, several a day, the largest counts.
fn read_days(
    rows: &mut Rows<'_>,
    columns: &Columns,
    day: fn(usize, &str) -> Result<Day, Failure>,
) -> Result<DailyCounts, Failure> {
    let mut gathered = Gathered::new(columns);
    while let Some(row) = rows.next()? {
        row.check(columns.all)?;
        let (name, value) = (row.cell(columns.day), row.cell(columns.count));
        if is_name(name) || is_titles(name, value) {
            let name = shown(name);
            let message = format!("found a row {name} among the figures, expected one head above");
            return Err(header(row.line, format!("{message} them")));
        }
        gathered.add(row.line, day(row.line, name)?, count(row.line, value)?)?;
        gathered.pass_over(&row.cells);
    }
    Ok(gathered.counts())
}

/// Returns the failure with advice for somebody who writes a plain file, where the cells are to
/// blame.
fn advise(failure: Failure) -> Failure {
    if failure.problem == Problem::ExportCut || failure.problem == Problem::ExportLarge {
        return failure;
    }
    if failure.problem == Problem::ExportTime {
        return failure.hint(
            "write each row as `YYYY-MM-DD,count`, with the day in UTC; or with a time and its \
             zone, `2026-08-01 12:00:03+02,count`",
        );
    }
    failure.hint(
        "download the export again, and do not open it in a spreadsheet, which rewrites dates; a \
         list of your own has a row `YYYY-MM-DD,count` for each day",
    )
}

/// What is said of the first row of a file that is no export: not what stands in it.
fn first_row(cell: &str) -> String {
    let length = counted(cell.chars().count(), "character");
    format!("a first row that begins with {length} of text")
}

/// Returns whether the text holds a digit.
fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Returns whether both cells may be titles of columns: words without a digit, so that no date is
/// ever taken for one.
pub(super) fn is_titles(name: &str, value: &str) -> bool {
    [name, value].iter().all(|cell| {
        cell.len() <= TITLE_BYTES && cell.contains(char::is_alphabetic) && !has_digit(cell)
    })
}
