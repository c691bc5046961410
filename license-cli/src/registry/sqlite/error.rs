//! What SQLite says, and what it means to people.

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

use crate::problem::{Failure, Problem};
use crate::registry::sql::Fault;

/// Why the file could not be opened, before anything was asked.
#[derive(Debug)]
pub(super) struct StatementError(Failure);

impl StatementError {
    pub(super) fn failure(self) -> Failure {
        self.0
    }
}

impl From<Failure> for StatementError {
    fn from(failure: Failure) -> Self {
        Self(failure)
    }
}

impl From<rusqlite::Error> for StatementError {
    fn from(error: rusqlite::Error) -> Self {
        Self(failure(&error))
    }
}

/// What a statement's error means; the place is the registry's.
pub(super) fn fault(error: &rusqlite::Error, place: &str) -> Fault {
    if is_busy(error) { Fault::Again } else { failure(error).within(place).into() }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Whether SQLite could not write for want of space; of the file beside its log it says so in
/// another way.
fn is_full(error: &rusqlite::Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) || extended == Some(SQLITE_IOERR_SHMSIZE)
}

fn failure(error: &rusqlite::Error) -> Failure {
    let (problem, found) = match error.sqlite_error_code() {
        _ if is_full(error) => {
            (Problem::DiskFull, "no space is left; nothing was changed".to_owned())
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (Problem::RegistryBusy, "another command is writing into it".to_owned())
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            (Problem::RegistryUnwritable, "the file or its folder cannot be written".to_owned())
        }
        Some(ErrorCode::CannotOpen) => {
            let found = "it, or a file that SQLite keeps beside it, cannot be opened";
            (Problem::RegistryUnreadable, found.to_owned())
        }
        Some(ErrorCode::NotADatabase) => {
            let found = "found a file that is no SQLite database, expected the registry";
            (Problem::RegistryUnreadable, found.to_owned())
        }
        Some(ErrorCode::SystemIoFailure) => {
            (Problem::RegistryIo, format!("the disk or file system failed: {error}"))
        }
        _ => (Problem::RegistryDamaged, format!("the database is damaged: {error}")),
    };
    Failure::new(problem, found)
}
