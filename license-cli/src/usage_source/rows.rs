//! A strict reader of two-column CSV (RFC 4180) that knows its lines; what its cells may hold; the
//! words of its refusals.

use std::borrow::Cow;

use license_core::Day;
use license_core::value::Count;
use license_core::visible::FORBIDDEN;

use crate::problem::{Failure, Problem};

/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;

/// How days and times are written: Y, M, D, H and S stand for a digit each.
pub(super) const DATE: &str = "YYYY-MM-DD";
pub(super) const STAMP: &str = "YYYY-MM-DD HH:MM:SS";
pub(super) const INTERNET: &str = "YYYY-MM-DDTHH:MM:SSZ";

/// What to do about most damages.
pub(super) const AGAIN: &str = "give the export as the instance wrote it; download it again there (Admin > Subscription > Export license usage file)";
const SPREADSHEET_HINT: &str = "do not open the export in a spreadsheet; download it again from the instance \
     (Admin > Subscription > Export license usage file) and give that file";
const CUT_HINT: &str =
    "transfer the file again, from the original; every row must end with a line end";
const ROW_HINT: &str = "give the file as the instance wrote it; rows are a date and a count, without thousands separators";

/// Returns a failure at this line, counted from 1.
pub(super) fn at(line: usize, problem: Problem, message: impl Into<String>) -> Failure {
    Failure::new(problem, message).within(format!("line {line}"))
}

/// Returns the failure for what only a spreadsheet writes.
pub(super) fn spreadsheet(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportSpreadsheet, message).hint(SPREADSHEET_HINT)
}

/// Returns the failure for a file that ends too early.
pub(super) fn cut(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportCut, message).hint(CUT_HINT)
}

/// Returns the failure for a row that is not two cells of CSV.
fn broken(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportRow, message).hint(ROW_HINT)
}

/// Returns the text in quotes, shortened, with everything escaped that cannot be seen or would
/// steer a terminal.
pub(super) fn shown(text: &str) -> String {
    let hidden =
        |c: char| FORBIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)));
    let mut out = String::from("\"");
    for c in text.chars().take(SHOWN) {
        if hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out.push_str(if text.chars().nth(SHOWN).is_some() { "...\"" } else { "\"" });
    out
}

/// Returns whether the text holds what spreadsheets of other locales put in place of a comma.
fn separates(text: &str) -> bool {
    text.contains([';', '\t'])
}

/// One row: its first two cells, and how many there were.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The line on which the row begins, from 1.
    pub(super) line: usize,
    pub(super) name: Cow<'a, str>,
    pub(super) value: Cow<'a, str>,
    pub(super) cells: usize,
    /// Whether a line end stands after the row.
    ended: bool,
    /// Whether nothing comes after the row.
    last: bool,
}

impl Row<'_> {
    /// Returns the two cells of a whole row.
    ///
    /// # Errors
    /// [`CUT`] without a line end, and for a single cell at the end of the file; [`SPREADSHEET`]
    /// for cells that semicolons or tabs separate; [`ROW`] for any other number of cells.
    pub(super) fn pair(&self) -> Result<(&str, &str), Failure> {
        let line = self.line;
        match self.cells {
            1 if separates(&self.name) => Err(spreadsheet(
                line,
                format!("found {}, expected cells separated by commas", shown(&self.name)),
            )),
            _ if !self.ended => Err(cut(
                line,
                "the file ends without a line end, expected one after every row: its last figure may be cut",
            )),
            2 => Ok((&self.name, &self.value)),
            1 if self.last => Err(cut(
                line,
                format!("the file ends after {}, expected a row of two cells", shown(&self.name)),
            )),
            1 if self.name.is_empty() => {
                Err(broken(line, "found an empty line, expected a row of two cells"))
            }
            1 => Err(broken(line, format!("found 1 cell {}, expected 2", shown(&self.name)))),
            cells => Err(broken(line, format!("found {cells} cells, expected 2"))),
        }
    }
}

/// What stands after a cell.
#[derive(PartialEq, Eq)]
enum Stop {
    Comma,
    Line,
    File,
}

/// The rows of a text, one after the other.
pub(super) struct Rows<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Rows<'a> {
    /// Returns the rows of this text, none of them read yet.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, line: 1 }
    }

    /// Returns the line that is read next, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Returns the next row, or `None` at the end. Cells beyond the second are counted and dropped.
    ///
    /// # Errors
    /// [`CUT`] where a quoted cell does not end; [`ROW`] for a quote or a carriage return out of
    /// place; [`SPREADSHEET`] where a semicolon or a tab shows that they stand for commas.
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, Failure> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        let (name, mut stop) = self.cell()?;
        let mut row =
            Row { line, name, value: Cow::Borrowed(""), cells: 1, ended: false, last: false };
        while stop == Stop::Comma {
            let (cell, next) = self.cell()?;
            if row.cells == 1 {
                row.value = cell;
            }
            row.cells += 1;
            stop = next;
        }
        row.ended = stop == Stop::Line;
        row.last = self.rest.is_empty();
        Ok(Some(row))
    }

    /// Returns the next cell's content and what stands after it.
    fn cell(&mut self) -> Result<(Cow<'a, str>, Stop), Failure> {
        match self.rest.strip_prefix('"') {
            Some(inside) => self.quoted(inside),
            None => self.unquoted(),
        }
    }

    fn unquoted(&mut self) -> Result<(Cow<'a, str>, Stop), Failure> {
        let end = self.rest.find([',', '\n', '\r', '"']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        match self.stop() {
            Some(stop) => Ok((Cow::Borrowed(cell), stop)),
            None if rest.starts_with('\r') => Err(broken(
                self.line,
                format!(
                    "found a carriage return after {}, expected a line feed with it",
                    shown(cell)
                ),
            )),
            None if cell.ends_with([';', '\t']) => Err(spreadsheet(
                self.line,
                format!("found {}, expected cells separated by commas", shown(cell)),
            )),
            None => Err(broken(
                self.line,
                format!("found a quote after {}, expected none in an unquoted cell", shown(cell)),
            )),
        }
    }

    fn quoted(&mut self, inside: &'a str) -> Result<(Cow<'a, str>, Stop), Failure> {
        // The cell is not shown: it may be the license key.
        let Some((cell, rest)) = closed(inside) else {
            return Err(cut(
                self.line,
                "the file ends within the quoted cell that begins here, expected its closing quote",
            ));
        };
        self.line += cell.matches('\n').count();
        self.rest = rest;
        match self.stop() {
            Some(stop) if cell.contains('"') => Ok((Cow::Owned(cell.replace("\"\"", "\"")), stop)),
            Some(stop) => Ok((Cow::Borrowed(cell), stop)),
            None if rest.starts_with([';', '\t']) => Err(spreadsheet(
                self.line,
                format!(
                    "found {} between cells, expected a comma",
                    shown(rest.get(..1).unwrap_or(rest))
                ),
            )),
            None => {
                let line = rest.split('\n').next().unwrap_or(rest);
                Err(broken(
                    self.line,
                    format!(
                        "found {} after a closing quote, expected a comma or a line end",
                        shown(line)
                    ),
                ))
            }
        }
    }

    /// Steps over what ends a cell; returns `None`, and stays, where nothing does.
    fn stop(&mut self) -> Option<Stop> {
        let (stop, rest) = match self.rest {
            // A carriage return at the very end is half a line end.
            "" | "\r" => (Stop::File, ""),
            text => {
                let line = text
                    .strip_prefix("\r\n")
                    .or_else(|| text.strip_prefix('\n'))
                    .map(|rest| (Stop::Line, rest));
                line.or_else(|| text.strip_prefix(',').map(|rest| (Stop::Comma, rest)))?
            }
        };
        self.line += usize::from(stop == Stop::Line);
        self.rest = rest;
        Some(stop)
    }
}

/// Splits at the first quote that is not doubled: what stands before it, and what after. `None`
/// without one.
fn closed(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let end = from + text.get(from..)?.find('"')?;
        let rest = text.get(end + 1..)?;
        if !rest.starts_with('"') {
            return Some((text.get(..end)?, rest));
        }
        from = end + 2;
    }
}

/// Returns the day of a cell in one of these forms.
pub(super) fn day(line: usize, cell: &str, forms: &[&str]) -> Result<Day, Failure> {
    let seconds = seconds(line, cell, forms)?;
    Day::of_unix(seconds).ok_or_else(|| no_such_time(line, cell))
}

/// Returns the Unix time of a cell in one of these forms, of 00:00:00 where the form has no time.
pub(super) fn seconds(line: usize, cell: &str, forms: &[&str]) -> Result<u64, Failure> {
    if !forms.iter().any(|form| fits(cell, form)) {
        return Err(spreadsheet(
            line,
            format!("found {}, expected {}", shown(cell), forms.join(" or ")),
        ));
    }
    let day = cell.get(..DATE.len()).and_then(Day::parse);
    let time = cell.get(DATE.len() + 1..STAMP.len()).map_or(Some(0), second_of_day);
    day.zip(time).map(|(day, time)| day.unix() + time).ok_or_else(|| no_such_time(line, cell))
}

/// Returns the failure for a day or a time that no calendar and no clock has.
fn no_such_time(line: usize, cell: &str) -> Failure {
    at(
        line,
        Problem::ExportTime,
        format!("found {}, expected a day and a time that exist, in UTC", shown(cell)),
    )
    .hint(AGAIN)
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
        at(line, Problem::ExportCount, message).hint(AGAIN)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, String, String, usize)> {
        let mut rows = Rows::new(text);
        std::iter::from_fn(|| rows.next().unwrap())
            .map(|row| (row.line, row.name.into_owned(), row.value.into_owned(), row.cells))
            .collect()
    }

    #[test]
    fn cells_are_read_as_rfc_4180_says() {
        let row =
            |line, name: &str, value: &str, cells| (line, name.to_owned(), value.to_owned(), cells);
        assert_eq!(cells("a,b\nc,d\r\n"), [row(1, "a", "b", 2), row(2, "c", "d", 2)]);
        assert_eq!(
            cells("\"a\",\"x\r\ny\n\"\nc,d\n"),
            [row(1, "a", "x\r\ny\n", 2), row(4, "c", "d", 2)]
        );
        assert_eq!(cells("\"a \"\"b\"\"\",\"\"\n"), [row(1, "a \"b\"", "", 2)]);
        assert_eq!(cells(",,,\n\n"), [row(1, "", "", 4), row(2, "", "", 1)]);
        assert_eq!(cells("a,b,c\n"), [row(1, "a", "b", 3)]);
        assert_eq!(cells("a,b\r"), [row(1, "a", "b", 2)]);
    }

    #[test]
    fn what_is_no_pair_is_refused() {
        let table = [
            ("a,b", Problem::ExportCut.name()),
            ("a,b\r", Problem::ExportCut.name()),
            ("a\n", Problem::ExportCut.name()),
            ("a,\"b\n", Problem::ExportCut.name()),
            ("a,\"b\"\"\n", Problem::ExportCut.name()),
            ("a\nb,c\n", Problem::ExportRow.name()),
            ("\nb,c\n", Problem::ExportRow.name()),
            ("a,b,c\n", Problem::ExportRow.name()),
            ("a,b\rc,d\n", Problem::ExportRow.name()),
            ("a,b\"\n", Problem::ExportRow.name()),
            ("a,\"b\"c\n", Problem::ExportRow.name()),
            ("a;b\n", Problem::ExportSpreadsheet.name()),
            ("a\tb\n", Problem::ExportSpreadsheet.name()),
            ("a;\"b\"\n", Problem::ExportSpreadsheet.name()),
            ("\"a\"\t\"b\"\n", Problem::ExportSpreadsheet.name()),
        ];
        for (text, code) in table {
            let result = Rows::new(text).next().and_then(|row| row.unwrap().pair().map(drop));
            let failure = result.unwrap_err();
            assert_eq!(failure.problem.name(), code, "{text:?}");
            assert!(
                failure.message.starts_with("line 1: ") && failure.hint.is_some(),
                "{text:?}: {failure}"
            );
        }
    }

    #[test]
    fn shown_text_is_short_and_harmless() {
        assert_eq!(shown("Søren \u{1b}[2J\u{202e}\n"), r#""Søren \u{1b}[2J\u{202e}\n""#);
        assert_eq!(shown(&"é".repeat(41)), format!("\"{}...\"", "é".repeat(40)));
        assert_eq!(shown(&"é".repeat(40)), format!("\"{}\"", "é".repeat(40)));
    }
}
