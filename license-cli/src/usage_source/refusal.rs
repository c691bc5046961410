//! What is said of an export that is not taken.

use std::fmt;

use license_core::visible::is_visible;

use crate::problem::{Failure, Problem};

/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;

/// A place in an export, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Line(usize),
    /// An entry of the daily series of an export in JSON.
    Entry(usize),
}

impl From<usize> for Place {
    fn from(line: usize) -> Self {
        Self::Line(line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Entry(number) => write!(f, "entry {number} of the daily series"),
        }
    }
}

/// Returns a failure at this place.
pub(super) fn at(place: impl Into<Place>, problem: Problem, message: impl Into<String>) -> Failure {
    Failure::new(problem, message).within(place.into().to_string())
}

/// Returns the failure for what only a spreadsheet writes.
pub(super) fn spreadsheet(place: impl Into<Place>, message: impl Into<String>) -> Failure {
    at(place, Problem::ExportSpreadsheet, message)
}

/// Returns the failure for a file that ends too early.
pub(super) fn cut(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportCut, message)
}

/// Returns the failure for a row that has not the cells of the others.
pub(super) fn broken(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportRow, message)
}

/// Returns the text in quotes, shortened, with everything escaped that cannot be seen or would
/// steer a terminal.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars().take(SHOWN) {
        if is_visible(c) { out.push(c) } else { out.extend(c.escape_default()) }
    }
    out.push_str(if text.chars().nth(SHOWN).is_some() { "...\"" } else { "\"" });
    out
}
