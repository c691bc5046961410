//! Reads the usage export that a GitLab instance writes (`license_usage.csv`), and plain
//! `day,count` files.
//!
//! The bytes are an argument. A file that could give a wrong figure is refused whole: its layout is
//! checked to the letter, because a spreadsheet that only opened it may have rewritten every date,
//! and a transfer may have cut its last count.

pub(crate) mod file;
pub(crate) mod history;
mod rows;

use std::collections::BTreeMap;

use license_core::Day;
use license_core::value::Count;

use crate::problem::{Failure, Problem};
use rows::{
    AGAIN, DATE, INTERNET, Row, Rows, STAMP, at, count, cut, day, seconds, shown, spreadsheet,
};

/// Bytes of an export. GitLab cuts its own at 15 MB.
pub(crate) const EXPORT_BYTES: usize = 16 * 1024 * 1024;

/// Bytes from which GitLab may have cut the export, without a word.
const INSTANCE_CUT: usize = 15 * 1000 * 1000;

/// Rows of an export: an instance counts once a day, so this is ten years with 27 counts on each
/// day.
const ROWS: usize = 100_000;

/// Bytes of a column's title in a plain file.
const TITLE_BYTES: usize = 64;

/// The names of the rows before the figures, in their order.
const NAMES: [&str; 6] = [KEY, EMAIL, START, END, COMPANY, GENERATED];
const KEY: &str = "License Key";
const EMAIL: &str = "Email";
const START: &str = "License Start Date";
const END: &str = "License End Date";
const COMPANY: &str = "Company";
const GENERATED: &str = "Generated At";

/// The titles above the figures.
const TITLES: (&str, &str) = ("Date", "Billable User Count");

/// What a usage export says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
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
}

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

/// Returns what the export says, read whole: size, kind of file, text, head, then row by row.
///
/// Not checked: whether the license key is genuine, and whether the days are complete.
///
/// # Errors
/// Exit status 2, each with a hint: `export_empty`, `export_large`, `export_unknown`,
/// `export_text`, `export_spreadsheet`, `export_cut`, `export_row`, `export_header`, `export_term`,
/// `export_time`, `export_count`.
pub(crate) fn read(bytes: &[u8]) -> Result<Export, Failure> {
    if bytes.len() > EXPORT_BYTES {
        return Err(large(format!("found {} bytes, expected at most {EXPORT_BYTES}", bytes.len())));
    }
    text_of(bytes).and_then(parse).map_err(|failure| name_cut(failure, bytes))
}

/// Returns the failure for a file or a number of rows over its limit.
fn large(message: String) -> Failure {
    Failure::new(Problem::ExportLarge, message)
        .hint("give the export of one term; a plain `day,count` file needs one row a day")
}

/// Returns the failure of a cut file with GitLab's own limit in it, where the file is that large.
fn name_cut(failure: Failure, bytes: &[u8]) -> Failure {
    let cut_short = failure.problem == Problem::ExportCut
        || failure.problem == Problem::ExportLarge && !bytes.ends_with(b"\n");
    if bytes.len() < INSTANCE_CUT || !cut_short {
        return failure;
    }
    let message = format!(
        "the file ends in the middle of a row; it has {} bytes, and GitLab cuts its export at 15 MB",
        bytes.len()
    );
    at(last_line(bytes), Problem::ExportCut, message).hint(
        "downloading again does not help; write the days of the term as a plain `day,count` file",
    )
}

/// Returns the number of the last line, from 1.
fn last_line(bytes: &[u8]) -> usize {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|b| *b == b'\n').count()
}

/// Returns the bytes as text, without a byte order mark.
fn text_of(bytes: &[u8]) -> Result<&str, Failure> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(spreadsheet(1, "found UTF-16 text, expected UTF-8"));
    }
    if let Some(kind) = other_kind(bytes) {
        return Err(unknown(kind));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error))?;
    if let Some(place) = text.find('\0') {
        return Err(not_text(bytes, place, "a NUL byte"));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Failure::new(
            Problem::ExportEmpty,
            format!("found a file of {} bytes without a row, expected an export", bytes.len()),
        )
        .hint(AGAIN));
    }
    Ok(text)
}

/// Returns the failure for bytes that are not UTF-8; half a character at the end is a cut.
fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Failure {
    if error.error_len().is_none() {
        return cut(
            last_line(bytes),
            "the file ends within a character, expected a line end after every row",
        );
    }
    not_text(bytes, error.valid_up_to(), "a byte that is not UTF-8")
}

/// Returns the failure for a byte that no text has.
fn not_text(bytes: &[u8], place: usize, what: &str) -> Failure {
    let line = bytes.iter().take(place).filter(|b| **b == b'\n').count() + 1;
    at(
        line,
        Problem::ExportText,
        format!("found {what} at byte {}, expected UTF-8 text", place + 1),
    )
    .hint(AGAIN)
}

/// Returns what the file is, in words, where its first bytes say that it is no CSV.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let kinds: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a spreadsheet workbook (xlsx) or another ZIP archive"),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet workbook (xls)"),
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"{", "JSON"),
        (b"[", "JSON"),
        (b"<", "a web page (HTML) or XML, perhaps the sign-in page"),
        (b"-----BEGIN ", "a text between BEGIN and END lines, as keys and licenses are"),
    ];
    kinds.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, words)| *words)
}

/// Returns the failure for a file of another kind.
fn unknown(found: &str) -> Failure {
    at(
        1,
        Problem::ExportUnknown,
        format!("found {found}, expected \"{KEY}\" as in license_usage.csv, or rows of day,count"),
    )
    .hint(AGAIN)
}

/// The two layouts.
enum Form {
    Instance,
    Plain { titled: bool },
}

/// Returns the export that the text is.
fn parse(text: &str) -> Result<Export, Failure> {
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
    failure.hint("write each row as `YYYY-MM-DD,count`; do not save the file from a spreadsheet, which rewrites dates")
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
        return Err(unknown(&shown(&row.name)));
    }
    let (name, value) = row.pair()?;
    match is_titles(name, value) {
        true => Ok(Form::Plain { titled: true }),
        false if has_digit(name) => Ok(Form::Plain { titled: false }),
        false => Err(unknown(&shown(name))),
    }
}

/// Returns whether this names a row of the head.
fn is_name(text: &str) -> bool {
    NAMES.contains(&text)
}

/// Returns whether the text holds a digit.
fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// Returns whether both cells are titles of columns: words without a digit, so that no date is ever
/// taken for one.
fn is_titles(name: &str, value: &str) -> bool {
    [name, value].iter().all(|cell| {
        cell.len() <= TITLE_BYTES && cell.contains(char::is_alphabetic) && !has_digit(cell)
    })
}

/// Returns the rows above the figures, and steps over the figures' titles.
fn read_head(rows: &mut Rows<'_>) -> Result<Head, Failure> {
    let license_key = read_key(rows)?;
    let email = unguarded(&named(rows, EMAIL)?.value);
    let (first_day, last_day) = read_term(rows)?;
    let company = unguarded(&named(rows, COMPANY)?.value);
    let generated = named(rows, GENERATED)?;
    let generated_at = seconds(generated.line, &generated.value, &[STAMP])?;
    exactly(&named(rows, "")?, "")?;
    exactly(&named(rows, TITLES.0)?, TITLES.1)?;
    Ok(Head { license_key, email, first_day, last_day, company, generated_at })
}

/// Returns the license key, which is never empty.
fn read_key(rows: &mut Rows<'_>) -> Result<String, Failure> {
    let row = named(rows, KEY)?;
    if row.value.is_empty() {
        return Err(header(
            row.line,
            "found an empty license key, expected the text of the installed license",
        ));
    }
    Ok(unguarded(&row.value))
}

/// Returns the start and the end date.
fn read_term(rows: &mut Rows<'_>) -> Result<(Day, Day), Failure> {
    let (_, first) = read_date(rows, START)?;
    let (line, end) = read_date(rows, END)?;
    if end <= first {
        let message =
            format!("found the end date {end}, expected one after the start date {first}");
        return Err(at(line, Problem::ExportTerm, message).hint(AGAIN));
    }
    Ok((first, end))
}

/// Returns the line and the day of the row with this name.
fn read_date(rows: &mut Rows<'_>, name: &str) -> Result<(usize, Day), Failure> {
    let row = named(rows, name)?;
    if row.value.is_empty() {
        return Err(header(row.line, format!("found no {name}, expected a date as {DATE}")));
    }
    Ok((row.line, day(row.line, &row.value, &[DATE])?))
}

/// Returns the next row, which must begin with this name.
fn named<'a>(rows: &mut Rows<'a>, name: &str) -> Result<Row<'a>, Failure> {
    let Some(row) = rows.next()? else {
        return Err(cut(
            rows.line(),
            format!("the file ends before its figures, expected a row {}", shown(name)),
        ));
    };
    let (found, _) = row.pair()?;
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
    if row.value == value {
        return Ok(());
    }
    let message = format!(
        "found {} after {}, expected {}",
        shown(&row.value),
        shown(&row.name),
        shown(value)
    );
    Err(header(row.line, message))
}

/// Returns the failure for a row of the head that is missing, misspelt or out of its place.
fn header(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportHeader, message).hint(AGAIN)
}

/// Returns the text without the apostrophe that GitLab puts before a cell which a spreadsheet would
/// compute.
fn unguarded(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', ';']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}

/// Returns the export of the rows that are left: any order, several a day, the largest counts.
fn read_days(rows: &mut Rows<'_>, head: Option<Head>) -> Result<Export, Failure> {
    let mut days = BTreeMap::<Day, Option<Count>>::new();
    let (mut number, mut empty) = (0, 0);
    while let Some(row) = rows.next()? {
        number += 1;
        if number > ROWS {
            return Err(large(format!("found more than {ROWS} rows, expected at most {ROWS}"))
                .within(format!("line {}", row.line)));
        }
        let (day, count) = read_figure(&row, head.as_ref())?;
        empty += usize::from(count.is_none());
        let largest = days.entry(day).or_default();
        *largest = count.max(*largest);
    }
    let repeated = number - days.len();
    let days = days.into_iter().filter_map(|(day, count)| Some((day, count?))).collect();
    Ok(Export { head, days, rows: number, empty, repeated })
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
    Err(at(line, Problem::ExportTerm, message).hint(AGAIN))
}

#[cfg(test)]
mod tests;
