//! A usage export in the place of a report: nobody has signed it, and a spreadsheet may have
//! rewritten it. Both are said, whether it came as a file or in a mail.

use std::path::Path;

use license_core::Code;

use crate::carry::{foreign, mail};
use crate::files;
use crate::problem::{Failure, Problem};
use crate::usage_source::{self, EXPORT_BYTES};

/// The first cell of an export.
const FIRST_CELL: &str = "License Key,";
/// What stands before the next part of a mail.
const NEXT_PART: &str = "\n--";

/// Why a file is not taken that holds nothing of ours: what is wrong with the export in it, or this
/// failure where none is.
pub(super) fn instead(path: &Path, failure: Failure) -> Failure {
    let Some(export) = files::read(path, EXPORT_BYTES).ok().and_then(found) else {
        return failure;
    };
    match usage_source::read(&export) {
        Err(wrong) => wrong.within(files::shown(path)),
        Ok(_) => unsigned(path),
    }
}

/// The export that a file is, or that a mail carries.
fn found(bytes: Vec<u8>) -> Option<Vec<u8>> {
    if foreign::is_export(&bytes) {
        return Some(bytes);
    }
    let text = String::from_utf8_lossy(&bytes).replace('\r', "");
    let plain = text.split(NEXT_PART).find_map(|part| {
        let (_, export) = part.split_once(&format!("\n{FIRST_CELL}"))?;
        Some(format!("{FIRST_CELL}{export}").into_bytes())
    });
    let encoded = || mail::base64_bodies(&text).unwrap_or_default().into_iter();
    plain.or_else(|| encoded().find(|body| foreign::is_export(body)))
}

fn unsigned(path: &Path) -> Failure {
    let path = files::shown(path);
    let found = format!(
        "{path}: found a usage export, which nobody has signed, expected a report that the \
         instance's key has signed"
    );
    Failure::new(Problem::Core(Code::NotAirlock), found).hint(
        "ask for a report: `airlock usage import FILE` and `airlock usage report` on the instance; \
         `airlock reconcile FILE --license LICENSE` takes the export as it is",
    )
}
