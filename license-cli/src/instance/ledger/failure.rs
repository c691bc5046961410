//! What keeps a change or a look from being completed, and what it means to people.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::files::{self, Want, shown};
use crate::problem::{Failure, Problem};

/// Why a change or a look was not completed. The ledger is named where this leaves the module: see
/// [`LedgerFailure::at`].
#[derive(Debug)]
pub(super) struct LedgerFailure(pub(super) Failure);

impl LedgerFailure {
    /// The failure, with the ledger's path before its sentence.
    pub(super) fn at(self, ledger: &Path) -> Failure {
        rights(read_only(self.0, ledger), ledger).within(shown(ledger))
    }
}

/// The failure, its reason named where nobody may write there.
fn read_only(failure: Failure, ledger: &Path) -> Failure {
    if failure.problem != Problem::InstanceUnwritable || !files::is_read_only(ledger) {
        return failure;
    }
    let found = format!("the ledger cannot be written: {}", files::READ_ONLY);
    Failure { message: found, ..failure }.hint(files::read_only_hint(ledger))
}

/// The failure, with the command that gives the right that is missing, where that is seen.
fn rights(failure: Failure, ledger: &Path) -> Failure {
    let want = if failure.problem == Problem::InstanceUnreadable {
        Want::Read
    } else if failure.problem == Problem::InstanceUnwritable && !files::is_read_only(ledger) {
        Want::Write
    } else {
        return failure;
    };
    match files::rights_hint(ledger, want) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

impl From<Failure> for LedgerFailure {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<rusqlite::Error> for LedgerFailure {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|error| error.extended_code);
        Self(match error.sqlite_error_code() {
            _ if extended == Some(ffi::SQLITE_READONLY_ROLLBACK) => {
                unfinished("it waits to be undone")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                busy("another command is changing the ledger")
            }
            Some(ErrorCode::DiskFull) => Failure::new(
                Problem::DiskFull,
                "no space is left for the ledger; nothing was changed",
            ),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                unwritable()
            }
            Some(ErrorCode::NotADatabase) => {
                unreadable("found a file that is no SQLite database, expected the ledger")
            }
            Some(ErrorCode::SystemIoFailure) => {
                Failure::new(Problem::LedgerIo, format!("the disk or file system failed: {error}"))
            }
            _ => Failure::new(Problem::LedgerDamaged, format!("the database is damaged: {error}")),
        })
    }
}

pub(super) fn busy(what: &str) -> Failure {
    Failure::new(Problem::LedgerBusy, what)
}

pub(super) fn unwritable() -> Failure {
    Failure::new(Problem::InstanceUnwritable, "the ledger or its folder cannot be written")
}

pub(super) fn unreadable(message: &str) -> Failure {
    Failure::new(Problem::LedgerUnreadable, message)
}

pub(super) fn unfinished(what: &str) -> Failure {
    Failure::new(Problem::LedgerUnfinished, format!("a change was cut off, and {what}"))
}

/// Returns the failure for a row that no command of ours has written.
pub(super) fn damaged(table: &str, row: impl std::fmt::Display, message: &str) -> LedgerFailure {
    LedgerFailure(Failure::new(
        Problem::LedgerDamaged,
        format!("table {table}, row {row}: {message}"),
    ))
}

pub(super) fn closed(reason: &str) -> Failure {
    Failure::new(Problem::InstanceUnreadable, format!("the ledger cannot be opened: {reason}"))
}
