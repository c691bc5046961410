//! Reads the usage export that a GitLab instance writes (`license_usage.csv`), and plain
//! `day,count` files.
//!
//! The bytes are an argument. A file that could give a wrong figure is refused whole: its layout is
//! checked to the letter, because a spreadsheet that only opened it may have rewritten every date,
//! and a transfer may have cut its last count.

mod cells;
pub(crate) mod file;
mod head;
pub(crate) mod history;
mod refusal;
mod rows;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use license_core::Day;
use license_core::value::Count;

pub(crate) use head::Head;

use crate::plural::counted;
use crate::problem::{Failure, Problem};
use cells::{DATE, INTERNET, STAMP, count, day};
use head::{KEY, START, header, is_name, read_head};
use refusal::{at, shown};
use rows::{Row, Rows};
use text::{last_line, text_of, unknown};

/// Bytes of an export. GitLab cuts its own at 15 MB.
pub(crate) const EXPORT_BYTES: usize = 16 * 1024 * 1024;

/// Bytes from which GitLab may have cut the export, without a word.
const INSTANCE_CUT: usize = 15 * 1000 * 1000;

/// Rows of an export: an instance counts once a day, so this is ten years with 27 counts on each
/// day.
const ROWS: usize = 100_000;

/// Titles above the days of a plain file, in lower case and with spaces.
const DAYS: [&str; 3] = ["date", "day", "recorded at"];
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

/// The daily counts of a usage export or of a plain file, and what stands above them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DailyCounts {
    /// What stands above the figures; `None` for a plain `day,count` file.
    pub(crate) head: Option<Head>,
    /// The largest count of each UTC day. Days without a figure are absent.
    pub(crate) days: BTreeMap<Day, Count>,
    /// Rows of figures, empty and repeated ones included.
    pub(crate) rows: usize,
    /// Rows with an empty count.
    pub(crate) empty: usize,
    /// Rows beyond the first of their day.
    pub(crate) repeated: usize,
    /// The last day that a row has, and the line of that row.
    pub(crate) latest: Option<(Day, usize)>,
}

impl DailyCounts {
    /// Refuses days that are still to come. The day after today is taken: it has begun in the
    /// time zones ahead of UTC.
    ///
    /// # Errors
    /// `export_future`.
    pub(crate) fn check_days(&self, today: Day) -> Result<(), Failure> {
        match self.latest.filter(|(day, _)| day.since(today) > 1) {
            Some((day, line)) => {
                let message =
                    format!("found a count of {day}, which is still to come: today is {today}");
                Err(at(line, Problem::ExportFuture, message))
            }
            None => Ok(()),
        }
    }
}

/// Returns what the export says, read whole: size, kind of file, text, head, then row by row.
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
/// repeated.
fn is_only_line(text: &str) -> bool {
    let mut lines = text.trim_end().lines();
    let line = lines.next().unwrap_or_default();
    let begins = line.split([',', ';', '\t']).next().unwrap_or_default().trim_matches('"');
    let is_day = has_digit(begins)
        && begins.matches(['-', '/', '.']).count() >= 2
        && begins.chars().all(|c| c.is_ascii_digit() || "-/.:TZ ".contains(c));
    lines.next().is_none() && !is_day && !is_name(begins)
}

/// What is said of the first row of a file that is no export: not what stands in it.
fn first_row(cell: &str) -> String {
    let length = counted(cell.chars().count(), "character");
    format!("a first row that begins with {length} of text")
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

/// The two layouts.
enum Form {
    Instance,
    Plain { titled: bool },
}

/// Returns the counts that the text holds.
fn parse(text: &str) -> Result<DailyCounts, Failure> {
    let form = form_of(text)?;
    let mut rows = Rows::new(text);
    match form {
        Form::Instance => {
            let head = read_head(&mut rows)?;
            read_days(&mut rows, Some(head))
        }
        Form::Plain { titled } => {
            if titled {
                rows.next()?;
            }
            read_days(&mut rows, None).map_err(advise_plain)
        }
    }
}

/// Returns the failure with advice for somebody who writes a plain file, where the cells are to
/// blame.
fn advise_plain(failure: Failure) -> Failure {
    if failure.problem == Problem::ExportCut || failure.problem == Problem::ExportLarge {
        return failure;
    }
    if failure.problem == Problem::ExportTime {
        return failure.hint("write each row as `YYYY-MM-DD,count`, with the day in UTC");
    }
    failure.hint(
        "write each row as `YYYY-MM-DD,count`; do not save the file from a spreadsheet, \
        which rewrites dates",
    )
}

/// Returns the layout, which the first row shows. Where that row was damaged, another row of the
/// head does.
fn form_of(text: &str) -> Result<Form, Failure> {
    let Some(row) = Rows::new(text).next()? else { return Err(unknown("no row")) };
    if is_name(&row.name) || text.contains(START) {
        return Ok(Form::Instance);
    }
    let begun = KEY.starts_with(&*row.name) || row.name.starts_with(|c: char| c.is_ascii_digit());
    if row.cells == 1 && !begun && !row.name.contains([';', '\t']) {
        return Err(unknown(&first_row(&row.name)));
    }
    let (name, value) = row.pair()?;
    if is_known_titles(name, value) {
        return Ok(Form::Plain { titled: true });
    }
    if is_titles(name, value) {
        return Err(unknown("a first row of two texts that are no known titles").hint(TITLES));
    }
    match has_digit(name) {
        true => Ok(Form::Plain { titled: false }),
        false => Err(unknown(&first_row(name)).hint(TITLES)),
    }
}

/// Returns whether the cells are titles of days and counts, as people and databases write them.
/// Other words are no titles: they may be a password, or of a file that holds something else.
fn is_known_titles(name: &str, value: &str) -> bool {
    let plain = |cell: &str| cell.trim().to_lowercase().replace('_', " ");
    DAYS.contains(&plain(name).as_str()) && COUNTS.contains(&plain(value).as_str())
}

/// Returns whether the text holds a digit.
fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Returns whether both cells may be titles of columns: words without a digit, so that no date is
/// ever taken for one.
fn is_titles(name: &str, value: &str) -> bool {
    [name, value].iter().all(|cell| {
        cell.len() <= TITLE_BYTES && cell.contains(char::is_alphabetic) && !has_digit(cell)
    })
}

/// Returns the counts of the rows that are left: any order, several a day, the largest counts.
fn read_days(rows: &mut Rows<'_>, head: Option<Head>) -> Result<DailyCounts, Failure> {
    let mut days = BTreeMap::<Day, Option<Count>>::new();
    let (mut number, mut empty, mut latest) = (0, 0, None);
    while let Some(row) = rows.next()? {
        number += 1;
        if number > ROWS {
            return Err(large(format!(
                "found more than {}, expected no more",
                counted(ROWS, "row")
            ))
            .within(format!("line {}", row.line)));
        }
        let (day, count) = read_figure(&row, head.as_ref())?;
        empty += usize::from(count.is_none());
        if count.is_some() && latest.is_none_or(|(last, _)| day > last) {
            latest = Some((day, row.line));
        }
        let largest = days.entry(day).or_default();
        *largest = count.max(*largest);
    }
    let repeated = number - days.len();
    let days = days.into_iter().filter_map(|(day, count)| Some((day, count?))).collect();
    Ok(DailyCounts { head, days, rows: number, empty, repeated, latest })
}

/// Returns the day and the count of a row; `None` for an empty count.
fn read_figure(row: &Row<'_>, head: Option<&Head>) -> Result<(Day, Option<Count>), Failure> {
    let (name, value) = row.pair()?;
    if is_name(name) || is_titles(name, value) {
        return Err(header(
            row.line,
            format!("found a row {} among the figures, expected one head above them", shown(name)),
        ));
    }
    let Some(head) = head else {
        return Ok((day(row.line, name, &[DATE, STAMP, INTERNET])?, count(row.line, value)?));
    };
    let day = day(row.line, name, &[STAMP])?;
    check_term(row.line, day, head)?;
    Ok((day, count(row.line, value)?))
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
