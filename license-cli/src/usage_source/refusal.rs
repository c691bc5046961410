//! What is said of an export that is not taken.

use license_core::visible::is_visible;

use crate::problem::{Failure, Problem};

/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;

/// Returns a failure at this line, counted from 1.
pub(super) fn at(line: usize, problem: Problem, message: impl Into<String>) -> Failure {
    Failure::new(problem, message).within(format!("line {line}"))
}

/// Returns the failure for what only a spreadsheet writes.
pub(super) fn spreadsheet(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportSpreadsheet, message)
}

/// Returns the failure for a file that ends too early.
pub(super) fn cut(line: usize, message: impl Into<String>) -> Failure {
    at(line, Problem::ExportCut, message)
}

/// Returns the failure for a row that is not two cells of CSV.
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
