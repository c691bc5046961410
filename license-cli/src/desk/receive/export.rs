//! Something else in the place of a report. A usage export: nobody has signed it, and a spreadsheet
//! may have rewritten it. A file of another format, attached to a mail. Each is said, whether it
//! came as a file or in a mail.

use std::path::Path;

use license_core::Code;

use crate::carry::{exported, mail, mailed};
use crate::files;
use crate::problem::{Failure, Problem};
use crate::usage_source::{self, EXPORT_BYTES};

/// Why a file is not taken that holds nothing of ours: what is wrong with the export or with the
/// attachment in it, or this failure where it has none.
pub(super) fn instead(path: &Path, failure: Failure) -> Failure {
    let instead = of(path, failure);
    // As an export it would be refused here too: nobody has signed it.
    match &instead.hint {
        Some(hint) if instead.message.contains("a spreadsheet workbook") => {
            let next = format!(
                "{hint}; `airlock usage import CSV` takes that on the instance, and `airlock usage \
                 report` makes the report that is taken here"
            );
            instead.hint(next)
        }
        Some(_) | None => instead,
    }
}

fn of(path: &Path, failure: Failure) -> Failure {
    let Ok(bytes) = files::read(path, EXPORT_BYTES) else { return failure };
    let is_file = || exported::begins(&bytes).then(|| bytes.clone());
    let export = mailed::find(&bytes).or_else(is_file);
    match export.map(|export| usage_source::read(&export)) {
        Some(Err(wrong)) if wrong.problem == Problem::ExportUnknown => {
            attached(path, &bytes).unwrap_or(failure)
        }
        Some(Err(wrong)) => wrong.within(files::shown(path)),
        Some(Ok(_)) => unsigned(path, &bytes),
        None => attached(path, &bytes).unwrap_or(failure),
    }
}

/// That a file of another format is attached to a mail.
fn attached(path: &Path, bytes: &[u8]) -> Option<Failure> {
    let (what, hint) = mail::attached(bytes)?;
    let path = files::shown(path);
    let found = format!("{path}: found {what} attached to a mail, expected an Airlock file");
    Some(Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint))
}

/// Why the licenses that stand in a file are not taken: it is an export, whose key names them.
/// Nothing of a file that holds anything else.
pub(super) fn around(path: &Path, licenses: &[Vec<u8>]) -> Option<Failure> {
    let bytes = files::read(path, EXPORT_BYTES).ok()?;
    let wrong = || match mailed::find(&bytes).map(|export| usage_source::read(&export))? {
        Err(wrong) => Some(wrong.within(files::shown(path))),
        Ok(_) => Some(unsigned(path, &bytes)),
    };
    mailed::is_all_of(&bytes, licenses).then(wrong).flatten()
}

fn unsigned(path: &Path, bytes: &[u8]) -> Failure {
    // A mail is no export: what it carries is.
    let takes = match mail::is_mail(&String::from_utf8_lossy(bytes)) {
        true => {
            "save the export from the mail as a file, and `airlock reconcile CSV --license \
                 LICENSE --trust ROOT.PUB` takes it as it is"
        }
        false => {
            "`airlock reconcile FILE --license LICENSE --trust ROOT.PUB` takes the export as \
                  it is"
        }
    };
    let path = files::shown(path);
    let found = format!(
        "{path}: found a usage export, which nobody has signed, expected a report that the \
         instance's key has signed"
    );
    Failure::new(Problem::Core(Code::NotAirlock), found).hint(format!(
        "ask for a report: `airlock usage import FILE` and `airlock usage report` on the \
         instance; {takes}"
    ))
}
