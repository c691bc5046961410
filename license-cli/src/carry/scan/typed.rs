//! Reads what a hand scanner types until the file is complete.

use std::io::{BufRead, Read};

use license_core::carrier::parts::Collector;
use license_core::limits;

use crate::carry::scan::lines::{Line, Lines};
use crate::problem::{Failure, Problem};

/// Reads lines until the file is complete, or to the end; each line but an empty one is told as it
/// was taken.
///
/// # Errors
/// `input_unreadable`; `input_large` where there is more than the longest text of a file.
pub(crate) fn read(
    input: &mut impl BufRead,
    mut tell: impl FnMut(&Line, &Collector),
) -> Result<Lines, Failure> {
    // One more byte than is read shows that there is more.
    let mut input = input.take(limits::TEXT_BYTES as u64 + 1);
    let (mut lines, mut line) = (Lines::default(), Vec::new());
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line).map_err(|error| {
            let found = format!("standard input cannot be read: {}", error.kind());
            Failure::new(Problem::InputUnreadable, found)
        })?;
        if input.limit() == 0 {
            let found = format!("found more than {} bytes on standard input", limits::TEXT_BYTES);
            return Err(Failure::new(Problem::InputLarge, found));
        }
        let what =
            if read == 0 { lines.close() } else { lines.take(&String::from_utf8_lossy(&line)) };
        if what != Line::Other || !line.trim_ascii().is_empty() {
            tell(&what, &lines.collector);
        }
        // Only a new code can complete the file.
        if read == 0 || (matches!(what, Line::New(_)) && lines.collector.file().is_ok()) {
            return Ok(lines);
        }
    }
}
