//! What the bytes of an export are: text, or something else that is named.

use super::head::KEY;
use super::refusal::{at, cut, spreadsheet};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Returns the number of the last line, from 1.
pub(super) fn last_line(bytes: &[u8]) -> usize {
    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|b| *b == b'\n').count()
}

/// Returns the bytes as text, without a byte order mark.
pub(super) fn text_of(bytes: &[u8]) -> Result<&str, Failure> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(spreadsheet(1, "found what begins as UTF-16 and is no text, expected UTF-8"));
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
            format!(
                "found a file of {} without a row, expected an export",
                counted(bytes.len(), "byte")
            ),
        ));
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
}

/// Returns what the file is, in words, where its first bytes say that it is no CSV.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let kinds: [(&[u8], &str); 6] = [
        (b"PK\x03\x04", "a spreadsheet workbook (xlsx) or another ZIP archive"),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet workbook (xls)"),
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"<", "a web page (HTML) or XML, perhaps the sign-in page"),
        (b"-----BEGIN ", "a text between BEGIN and END lines, as keys and licenses are"),
    ];
    kinds.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, words)| *words)
}

/// Returns the failure for a file of another kind.
pub(super) fn unknown(found: &str) -> Failure {
    at(
        1,
        Problem::ExportUnknown,
        format!("found {found}, expected \"{KEY}\" as in license_usage.csv, or rows of day,count"),
    )
}
