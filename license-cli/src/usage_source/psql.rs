//! Rows of GitLab's table of history as psql prints them: aligned or not, with titles or without.
//!
//! psql ends what has titles with the number of rows: where that is missing or another, the output
//! was cut.

use super::cells::count;
use super::counts::{Columns, DailyCounts, Gathered};
use super::plain;
use super::refusal::{at, broken, cut, shown};
use super::table::{NULLS, of_table};
use super::text::last_line;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// What stands between two cells.
const BAR: char = '|';
/// What to do about output in another form.
const PLAIN: &str = "`psql -X` leaves out what a .psqlrc changes; `psql --csv` prints a form that \
                     is taken, too";

/// Whether the text begins as psql's output does.
pub(super) fn begins(text: &str) -> bool {
    let Some((_, first)) = lines(text).find(|(_, line)| !line.is_empty() && !is_ruler(line)) else {
        return false;
    };
    if is_expanded(first) {
        return true;
    }
    let cells = cells(first);
    let row = cells.first().is_some_and(|cell| cell.starts_with(|c: char| c.is_ascii_digit()));
    cells.len() > 1 && (row || plain::columns(&cells).is_some())
}

/// Returns the counts that psql printed.
///
/// # Errors
/// `export_cut`, `export_row`, `export_time`, `export_count`, `export_large`.
pub(super) fn read(text: &str) -> Result<DailyCounts, Failure> {
    check_end(text)?;
    let mut lines = lines(text).filter(|(_, line)| !is_ruler(line)).peekable();
    while lines.next_if(|(_, line)| line.is_empty()).is_some() {}
    let titled = lines.peek().and_then(|(_, line)| plain::columns(&cells(line)));
    if titled.is_some() {
        lines.next();
    }
    let has_titles = titled.is_some();
    let columns = titled.unwrap_or_else(|| Columns::before(Vec::new()));
    let mut gathered = Gathered::new(&columns);
    let mut footer = None;
    for (number, line) in lines {
        if line.is_empty() {
            continue;
        }
        if footer.is_some() {
            let found = shown(line);
            let message = format!("found {found} after the number of rows, expected nothing more");
            return Err(broken(number, message).hint("give the rows of one SELECT"));
        }
        match rows_of_footer(line) {
            Some(rows) => footer = Some((number, rows)),
            None => row(&mut gathered, &columns, number, line)?,
        }
    }
    check_footer(footer, has_titles, &gathered, text)?;
    Ok(gathered.counts())
}

/// Reads a row of figures.
fn row(
    gathered: &mut Gathered,
    columns: &Columns,
    number: usize,
    line: &str,
) -> Result<(), Failure> {
    if is_expanded(line) {
        return Err(broken(number, "found rows in psql's expanded form, expected one row a line")
            .hint(format!("leave out `-x` and `\\x`; {PLAIN}")));
    }
    let cells = cells(line);
    if cells.len() != columns.all {
        let (found, expected) = (counted(cells.len(), "cell"), columns.all);
        let message = format!("found {found} in {}, expected {expected}", shown(line));
        return Err(broken(number, message).hint(PLAIN));
    }
    let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
    let count = match cell(columns.count) {
        none if NULLS.contains(&none.to_lowercase().as_str()) => None,
        digits => count(number, digits)?,
    };
    let day = of_table(number, cell(columns.day))?;
    gathered.add(number, day, count)?;
    gathered.pass_over(&cells);
    Ok(())
}

/// Checks that nothing was cut: the last line ends, and psql's number of rows is that of the rows.
fn check_footer(
    footer: Option<(usize, usize)>,
    has_titles: bool,
    gathered: &Gathered,
    text: &str,
) -> Result<(), Failure> {
    let rows = gathered.rows();
    match footer {
        None if has_titles => {
            let message = "psql's output ends without its number of rows, expected `(N rows)`";
            let hint = "run the command again; psql leaves the number out with `-t`, and then the \
                        titles too";
            Err(cut(last_line(text.as_bytes()), message).hint(hint))
        }
        Some((number, told)) if told != rows => {
            let found = counted(rows, "row");
            let message = format!("found {found} above the number of rows, which is {told}");
            Err(cut(number, message).hint("run the command again, and give all that it prints"))
        }
        None | Some(_) => Ok(()),
    }
}

fn check_end(text: &str) -> Result<(), Failure> {
    if text.ends_with('\n') {
        return Ok(());
    }
    let message = "the rows end without a line end, expected one after every row: the last figure \
                   may be cut";
    Err(at(last_line(text.as_bytes()), Problem::ExportCut, message)
        .hint("run the command again, and give all that it prints"))
}

/// The lines with their numbers, without space around them.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines().map(str::trim))
}

/// The cells of a line; psql may draw a frame around them.
fn cells(line: &str) -> Vec<&str> {
    let framed = line.strip_prefix(BAR).and_then(|line| line.strip_suffix(BAR));
    framed.unwrap_or(line).split(BAR).map(str::trim).collect()
}

/// Whether the line is drawn below titles, or around all.
fn is_ruler(line: &str) -> bool {
    line.contains('-') && line.chars().all(|c| "-+".contains(c))
}

fn is_expanded(line: &str) -> bool {
    line.starts_with("-[ RECORD ")
}

/// The number in `(365 rows)`, whatever word stands behind it.
fn rows_of_footer(line: &str) -> Option<usize> {
    let (number, _) = line.strip_prefix('(')?.strip_suffix(')')?.split_once(' ')?;
    number.parse().ok()
}
