//! A strict reader of two-column CSV (RFC 4180) that knows its lines.

use std::borrow::Cow;

use super::refusal::{broken, cut, shown, spreadsheet};
use crate::plural::counted;
use crate::problem::Failure;

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
    /// `export_cut` without a line end, and for a single cell at the end of the file;
    /// `export_spreadsheet`
    /// for cells that semicolons or tabs separate; `export_row` for any other number of cells.
    pub(super) fn pair(&self) -> Result<(&str, &str), Failure> {
        let line = self.line;
        match self.cells {
            1 if separates(&self.name) => Err(spreadsheet(
                line,
                format!("found {}, expected cells separated by commas", shown(&self.name)),
            )),
            _ if !self.ended => Err(cut(
                line,
                "the file ends without a line end, expected one after every row: its last figure \
                    may be cut",
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
            cells => {
                let found = counted(cells, "cell");
                Err(broken(line, format!("found {found}, expected 2")))
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

    /// Returns the next row, or `None` at the end. Cells beyond the second are counted and dropped.
    ///
    /// # Errors
    /// `export_cut` where a quoted cell does not end; `export_row` for a quote or a carriage return
    /// out of
    /// place; `export_spreadsheet` where a semicolon or a tab shows that they stand for commas.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

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
