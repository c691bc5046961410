//! What is said of an export that is not taken.

use license_core::visible::FORBIDDEN;

use crate::problem::{Failure, Problem};

/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;

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
pub(super) fn broken(line: usize, message: impl Into<String>) -> Failure {
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
