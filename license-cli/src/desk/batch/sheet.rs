//! A table of orders: rows of cells between `,`, `;` or tabs, as spreadsheets write them. It is
//! read twice, from a copy without a name, so that nobody changes it in between and memory does not
//! grow with it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Write, stdin};
use std::path::Path;

use crate::files::{reason, shown};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Bytes of a row: a few names and ids take some hundred.
const ROW_BYTES: usize = 65_536;

/// What may stand between two cells.
const DELIMITERS: [u8; 3] = *b",;\t";

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// As a spreadsheet numbers it.
    pub(crate) number: u64,
    /// Its cells without spaces at their ends, or why they cannot be told apart.
    pub(crate) cells: Result<Vec<String>, String>,
}

impl Row {
    fn is_empty(&self) -> bool {
        self.cells.as_ref().is_ok_and(|cells| cells.iter().all(String::is_empty))
    }
}

/// A table, opened.
#[derive(Debug)]
pub(crate) struct Sheet {
    rows: BufReader<File>,
    delimiter: u8,
    /// The names of its columns.
    pub(crate) columns: Vec<String>,
    /// Where the first row of orders begins.
    first: u64,
    /// The number of the row that was read last.
    number: u64,
    /// At most so many rows follow the first.
    pub(crate) at_most: usize,
}

impl Sheet {
    /// Opens a table; `-` is standard input.
    ///
    /// # Errors
    /// `orders_unreadable` for what is no table, naming what it is instead; `output_unwritable`
    /// where the system's temporary folder takes no copy.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        Self::of(copy(path)?).map_err(|failure| failure.within(shown(path)))
    }

    fn of((file, lines): (File, usize)) -> Result<Self, Failure> {
        let mut rows = BufReader::new(file);
        refuse_other(rows.fill_buf().map_err(|error| unreadable(&reason(&error)))?)?;
        let mut sheet = Self {
            rows,
            delimiter: b',',
            columns: Vec::new(),
            first: 0,
            number: 0,
            at_most: lines.saturating_sub(1),
        };
        sheet.begin()?;
        Ok(sheet)
    }

    /// Reads the names of the columns.
    fn begin(&mut self) -> Result<(), Failure> {
        let start = self.rows.fill_buf().map_err(|error| unreadable(&reason(&error)))?;
        if start.starts_with(b"\xef\xbb\xbf") {
            self.rows.consume(3);
        }
        let start = self.rows.fill_buf().map_err(|error| unreadable(&reason(&error)))?;
        let named = start.strip_prefix(b"sep=").and_then(|rest| rest.first().copied());
        let line: Vec<u8> = start.iter().copied().take_while(|byte| *byte != b'\n').collect();
        self.delimiter = delimiter(&line);
        if let Some(named) = named {
            self.delimiter = named;
            self.record()?;
        }
        let Some(cells) = self.record()? else { return Err(unreadable("found an empty file")) };
        self.columns = cells.map_err(|why| unreadable(&why))?;
        self.number = 1;
        self.first = self.rows.stream_position().map_err(|error| unreadable(&reason(&error)))?;
        Ok(())
    }

    /// Goes back to the first row of orders.
    pub(crate) fn rewind(&mut self) -> Result<(), Failure> {
        let to = io::SeekFrom::Start(self.first);
        self.rows.seek(to).map_err(|error| unreadable(&reason(&error)))?;
        self.number = 1;
        Ok(())
    }

    /// So many rows, at most; none at the end. Empty ones are passed over.
    pub(crate) fn rows(&mut self, most: usize) -> Result<Vec<Row>, Failure> {
        let mut rows = Vec::new();
        while rows.len() < most {
            let Some(cells) = self.record()? else { break };
            self.number += 1;
            let row = Row { number: self.number, cells };
            if !row.is_empty() {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// The cells of the next row; `None` at the end.
    fn record(&mut self) -> Result<Option<Result<Vec<String>, String>>, Failure> {
        let mut bytes = Vec::new();
        loop {
            let room = ROW_BYTES.saturating_sub(bytes.len());
            let room = u64::try_from(room).unwrap_or(0);
            let read = self.rows.by_ref().take(room).read_until(b'\n', &mut bytes);
            let read = read.map_err(|error| unreadable(&reason(&error)))?;
            if bytes.len() >= ROW_BYTES {
                let row = self.number + 1;
                let found = format!(
                    "row {row}: found more than {}, expected a row of orders; perhaps a quotation \
                     mark is not closed",
                    counted(ROW_BYTES, "byte")
                );
                return Err(unreadable(&found));
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            // A line end between quotation marks belongs to the cell.
            let quotes = bytes.iter().filter(|byte| **byte == b'"').count();
            if read == 0 || quotes % 2 == 0 {
                break;
            }
        }
        Ok(Some(cells(&bytes, self.delimiter)))
    }
}

/// A copy of the file without a name, at its beginning, and how many lines it has.
fn copy(path: &Path) -> Result<(File, usize), Failure> {
    let place = shown(path);
    let failure = |error: &io::Error| unreadable(&reason(error)).within(&place);
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(stdin().lock())
    } else {
        let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
        let file = File::open(path).map_err(|error| match missing(&error) {
            true => Failure::new(Problem::InputMissing, format!("{place}: no such file")),
            false => failure(&error),
        })?;
        if file.metadata().is_ok_and(|found| found.is_dir()) {
            return Err(unreadable("found a folder").within(&place));
        }
        Box::new(file)
    };
    let mut source = BufReader::new(source);
    let temporary = |error: &io::Error| {
        let folder = shown(&std::env::temp_dir());
        let found = format!("a temporary file in {folder}: {}", reason(error));
        Failure::new(Problem::OutputUnwritable, found)
            .hint("make space there, or name another folder with TMPDIR")
    };
    let mut copy = tempfile::tempfile().map_err(|error| temporary(&error))?;
    let mut lines = 0;
    loop {
        let some = source.fill_buf().map_err(|error| failure(&error))?;
        if some.is_empty() {
            break;
        }
        lines += some.iter().filter(|byte| **byte == b'\n').count();
        copy.write_all(some).map_err(|error| temporary(&error))?;
        let length = some.len();
        source.consume(length);
    }
    copy.rewind().map_err(|error| temporary(&error))?;
    Ok((copy, lines + 1))
}

/// What stands between the cells of this line: what it has most of, outside of quotation marks.
fn delimiter(line: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in line {
        quoted ^= *byte == b'"';
        let counted = DELIMITERS.iter().zip(&mut counts).filter(|_| !quoted);
        counted.filter(|(it, _)| *it == byte).for_each(|(_, count)| *count += 1);
    }
    let most = DELIMITERS.into_iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| delimiter)
}

/// The cells of a row, or why they cannot be told apart.
fn cells(bytes: &[u8], delimiter: u8) -> Result<Vec<String>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let place = error.valid_up_to() + 1;
        format!(
            "found a byte that is not UTF-8 at place {place} of the row: save the table as CSV \
             UTF-8"
        )
    })?;
    let text = text.trim_end_matches(['\n', '\r']);
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let (cell, after) = cell(rest, char::from(delimiter))?;
        cells.push(cell.trim().to_owned());
        match after {
            Some(after) => rest = after,
            None => return Ok(cells),
        }
    }
}

/// The first cell of a text, and what follows its delimiter.
fn cell(text: &str, delimiter: char) -> Result<(String, Option<&str>), String> {
    let Some(quoted) = text.trim_start_matches(' ').strip_prefix('"') else {
        return Ok(match text.split_once(delimiter) {
            Some((cell, rest)) => (cell.to_owned(), Some(rest)),
            None => (text.to_owned(), None),
        });
    };
    let mut cell = String::new();
    let mut rest = quoted;
    loop {
        let Some((part, after)) = rest.split_once('"') else {
            return Err("found a quotation mark that is not closed".to_owned());
        };
        cell.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => {
                let after = after.trim_start_matches(' ');
                if after.is_empty() {
                    return Ok((cell, None));
                }
                let Some(after) = after.strip_prefix(delimiter) else {
                    return Err(format!("found text behind the quotation mark of {cell:?}"));
                };
                return Ok((cell, Some(after)));
            }
        }
    }
}

/// Refuses what is no table, and says what it is.
fn refuse_other(start: &[u8]) -> Result<(), Failure> {
    let kinds: [(&[u8], &str); 6] = [
        (b"\xff\xfe", "UTF-16 text"),
        (b"\xfe\xff", "UTF-16 text"),
        (b"PK\x03\x04", "a spreadsheet workbook (xlsx, ods) or another ZIP archive"),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet workbook (xls)"),
        (b"%PDF", "a PDF document"),
        (b"-----BEGIN ", "a text between BEGIN and END lines, as keys and licenses are"),
    ];
    let kind = kinds.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, words)| *words);
    let kind = kind.or_else(|| start.contains(&0).then_some("a file with NUL bytes"));
    kind.map_or(Ok(()), |kind| Err(unreadable(&format!("found {kind}"))))
}

fn unreadable(found: &str) -> Failure {
    Failure::new(Problem::OrdersUnreadable, format!("{found}, expected a table of orders as CSV"))
}

#[cfg(test)]
impl Sheet {
    /// A table of this content.
    pub(super) fn read(content: &[u8]) -> Result<Self, Failure> {
        let temporary = |error| unreadable(&reason(&error));
        let mut file = tempfile::tempfile().map_err(temporary)?;
        file.write_all(content).and_then(|()| file.rewind()).map_err(temporary)?;
        Self::of((file, 9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns, and the rows with their numbers; `!` for one that cannot be read.
    fn read(content: &str) -> (String, Vec<String>) {
        let mut sheet = Sheet::read(content.as_bytes()).unwrap();
        let rows = sheet.rows(99).unwrap();
        sheet.rewind().unwrap();
        assert_eq!(sheet.rows(99).unwrap(), rows);
        let rows = rows.into_iter().map(|row| match row.cells {
            Ok(cells) => format!("{} {}", row.number, cells.join("|")),
            Err(_) => format!("{} !", row.number),
        });
        (sheet.columns.join("|"), rows.collect())
    }

    #[test]
    fn the_tables_of_spreadsheets_are_read() {
        for (content, columns, rows) in [
            ("a,b\n1,2\n", "a|b", vec!["2 1|2"]),
            ("\u{feff}a;b\r\n1;2\r\n3;4", "a|b", vec!["2 1|2", "3 3|4"]),
            ("a\tb\n1\t2\n", "a|b", vec!["2 1|2"]),
            ("sep=;\na;b\n1;2\n", "a|b", vec!["2 1|2"]),
            ("\"a\";\"b, c\"\n\" 1 \";\"2;3\"\n", "a|b, c", vec!["2 1|2;3"]),
            ("a,b\n\"say \"\"yes\"\"\",2\n", "a|b", vec!["2 say \"yes\"|2"]),
            ("a,b\n\"two\nlines\",2\n3,4\n", "a|b", vec!["2 two\nlines|2", "3 3|4"]),
            ("a,b\n\n,\n1,2\n", "a|b", vec!["4 1|2"]),
            ("a,b\n1,2,3\n", "a|b", vec!["2 1|2|3"]),
            ("a,b\n\"1\"x,2\n3,4\n", "a|b", vec!["2 !", "3 3|4"]),
            ("a", "a", vec![]),
        ] {
            let (found, told) = read(content);
            assert_eq!(
                (found.as_str(), told),
                (columns, rows.iter().map(|it| (*it).to_owned()).collect()),
                "{content:?}"
            );
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        for (content, found) in [
            (&b"\xff\xfea\0"[..], "UTF-16"),
            (b"PK\x03\x04", "workbook (xlsx"),
            (b"\xd0\xcf\x11\xe0", "workbook (xls)"),
            (b"%PDF-1.4", "PDF"),
            (b"-----BEGIN AIRLOCK", "BEGIN"),
            (b"a\0b", "NUL"),
            (b"", "empty"),
        ] {
            let failure = Sheet::read(content).unwrap_err();
            assert_eq!(failure.problem, Problem::OrdersUnreadable);
            assert!(failure.message.contains(found), "{failure}");
        }
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_does_not_take_all_memory() {
        let content = format!("a,b\n\"{}", "1,2\n".repeat(ROW_BYTES / 4));
        let failure = Sheet::read(content.as_bytes()).unwrap().rows(9).unwrap_err();
        assert!(failure.message.contains("row 2"), "{failure}");
    }
}
