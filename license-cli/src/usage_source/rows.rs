//! A strict reader of CSV (RFC 4180) that knows its lines.

use std::borrow::Cow;

use super::refusal::{broken, cut, shown, spreadsheet};
use crate::plural::counted;
use crate::problem::Failure;

/// Cells of a row: GitLab's export has two or three, its table of history six.
const COLUMNS: usize = 64;

/// Returns whether the text holds what spreadsheets of other locales put in place of a comma.
fn separates(text: &str) -> bool {
    text.contains([';', '\t'])
}

/// One row.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The line on which the row begins, from 1.
    pub(super) line: usize,
    /// At least one.
    pub(super) cells: Vec<Cow<'a, str>>,
    /// Whether a line end stands after the row.
    ended: bool,
    /// Whether nothing comes after the row.
    last: bool,
}

impl Row<'_> {
    /// The cell in this place, from 0; empty where there is none.
    pub(super) fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", |cell| cell)
    }

    /// The two cells of a whole row.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub(super) fn pair(&self) -> Result<(&str, &str), Failure> {
        self.check(2)?;
        Ok((self.cell(0), self.cell(1)))
    }

    /// The two cells of a whole row that may have further ones without a text.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub(super) fn padded_pair(&self) -> Result<(&str, &str), Failure> {
        let empty = self.cells.iter().skip(2).all(|cell| cell.is_empty());
        self.check(if empty { self.cells.len().max(2) } else { 2 })?;
        Ok((self.cell(0), self.cell(1)))
    }

    /// Checks that the row is whole, and has so many cells.
    ///
    /// # Errors
    /// `export_cut` without a line end, and for a single cell at the end of the file;
    /// `export_spreadsheet` for cells that semicolons or tabs separate; `export_row` for any other
    /// number of cells.
    pub(super) fn check(&self, expected: usize) -> Result<(), Failure> {
        let (line, name) = (self.line, self.cell(0));
        match self.cells.len() {
            1 if separates(name) => Err(spreadsheet(
                line,
                format!("found {}, expected cells separated by commas", shown(name)),
            )),
            _ if !self.ended => Err(cut(
                line,
                "the file ends without a line end, expected one after every row: its last figure \
                    may be cut",
            )),
            found if found == expected => Ok(()),
            1 if self.last => Err(cut(
                line,
                format!("the file ends after {}, expected a row of two cells", shown(name)),
            )),
            1 if name.is_empty() => {
                Err(broken(line, "found an empty line, expected a row of two cells"))
            }
            1 => Err(broken(line, format!("found 1 cell {}, expected {expected}", shown(name)))),
            found => {
                let found = counted(found, "cell");
                Err(broken(line, format!("found {found}, expected {expected}")))
            }
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

    /// Returns the next row, or `None` at the end.
    ///
    /// # Errors
    /// `export_cut` where a quoted cell does not end; `export_row` for a quote or a carriage return
    /// out of place, and for more cells than any export has; `export_spreadsheet` where a semicolon
    /// or a tab shows that they stand for commas.
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, Failure> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let line = self.line;
        let (cell, mut stop) = self.cell()?;
        let mut cells = vec![cell];
        while stop == Stop::Comma {
            let (cell, next) = self.cell()?;
            if cells.len() == COLUMNS {
                let most = counted(COLUMNS, "cell");
                return Err(broken(line, format!("found more than {most}, expected no more")));
            }
            cells.push(cell);
            stop = next;
        }
        let (ended, last) = (stop == Stop::Line, self.rest.is_empty());
        Ok(Some(Row { line, cells, ended, last }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    fn cells(text: &str) -> Vec<(usize, String, String, usize)> {
        let mut rows = Rows::new(text);
        std::iter::from_fn(|| rows.next().unwrap())
            .map(|row| (row.line, row.cell(0).into(), row.cell(1).into(), row.cells.len()))
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
