//! Reads what a hand scanner types, to an empty line once the file is complete.

use std::io::{self, BufRead, ErrorKind, Read};

use license_core::carrier::parts::Collector;
use license_core::limits;

use crate::carry::scan::lines::{Line, Lines};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Reads lines to the end, or to an empty one behind a complete file; each other line is told as
/// it was taken.
///
/// It does not end with the last code: somebody scans on, and what is not read here would be typed
/// into the shell.
///
/// # Errors
/// `input_unreadable`; `input_large` where there is more than the longest text of a file.
pub(crate) fn read(
    input: &mut impl BufRead,
    mut tell: impl FnMut(&Line, &Collector),
) -> Result<Lines, Failure> {
    // One more byte than is read shows that there is more.
    let mut input = input.take(limits::TEXT_BYTES as u64 + 1);
    let (mut lines, mut line, mut end) = (Lines::default(), Vec::new(), End::default());
    let mut ends = Ends::default();
    loop {
        line.clear();
        let read = ends.read(&mut input, &mut line).map_err(|error| {
            let found = format!("standard input cannot be read: {}", error.kind());
            Failure::new(Problem::InputUnreadable, found)
        })?;
        if input.limit() == 0 {
            let most = counted(limits::TEXT_BYTES, "byte");
            let found = format!("found more than {most} on standard input");
            return Err(Failure::new(Problem::InputLarge, found));
        }
        let is_empty = line.trim_ascii().is_empty();
        let what =
            if read == 0 { lines.close() } else { lines.take(&String::from_utf8_lossy(&line)) };
        if what != Line::Other || !is_empty {
            tell(&what, &lines.collector);
        }
        if read == 0 || end.is_reached(&what, is_empty, &lines.collector) {
            return Ok(lines);
        }
    }
}

/// Lines that end with LF, CR, or both, which is one end. What ends with CR is a line at once: a
/// scanner may send nothing behind it for an hour.
#[derive(Default)]
struct Ends {
    /// Whether the last line ended with CR, so that an LF belongs to it.
    after_cr: bool,
}

impl Ends {
    /// Appends the next line and its end, and returns how many bytes these are: 0 at the end of
    /// input.
    fn read(&mut self, input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
        loop {
            let bytes = match input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            if bytes.is_empty() {
                return Ok(line.len());
            }
            if std::mem::take(&mut self.after_cr) && bytes.starts_with(b"\n") {
                input.consume(1);
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let (read, _) = bytes.split_at(end.map_or(bytes.len(), |end| end + 1));
            line.extend_from_slice(read);
            let read = read.len();
            input.consume(read);
            if end.is_some() {
                self.after_cr = line.last() == Some(&b'\r');
                return Ok(line.len());
            }
        }
    }
}

/// Whether an empty line is the end.
#[derive(Default)]
struct End {
    /// Whether the codes make a file.
    complete: bool,
    /// Whether the line before was a whole code.
    after_code: bool,
    /// Whether the scanner itself sends an empty line behind each code.
    doubled: bool,
}

impl End {
    fn is_reached(&mut self, what: &Line, is_empty: bool, collector: &Collector) -> bool {
        // Only a new code can complete the file.
        self.complete |= matches!(what, Line::New(_)) && collector.file().is_ok();
        let scanners_own = is_empty && self.after_code && (self.doubled || !self.complete);
        self.doubled |= scanners_own;
        self.after_code =
            !is_empty && matches!(what, Line::New(_) | Line::Again(_) | Line::Damaged(_));
        is_empty && self.complete && !scanners_own
    }
}
