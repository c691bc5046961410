//! The database file: how it is made and opened.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, ffi};

use super::failure::{LedgerFailure, closed, unwritable};
use super::schema;
use crate::sqlite;

/// The last second of 9999-12-31: no time is later.
pub(super) const LAST_SECOND: u64 = 253_402_300_799;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// A connection to the ledger, which is known to be ours, with no table, index, trigger or view
/// but ours. To write, an older ledger is brought to the newest version; to read, it stays.
///
/// # Errors
/// `instance_unreadable`, `instance_unwritable`, `ledger_unreadable`, `ledger_too_new`,
/// `ledger_damaged`, `ledger_busy`, `ledger_unfinished` (to read only).
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, LedgerFailure> {
    let connection = connect(path, access)?;
    // SQLite falls back to reading where it may not write.
    if access == Access::Write && connection.is_readonly(MAIN_DB)? {
        return Err(unwritable().into());
    }
    let version = schema::check(&connection)?;
    match access {
        Access::Read => connection.pragma_update(None, "query_only", true)?,
        Access::Write => settle(&connection)?,
    }
    if access == Access::Write && version < schema::newest() {
        schema::bring_up(&connection)?;
    }
    Ok(connection)
}

fn connect(path: &Path, access: Access) -> Result<Connection, LedgerFailure> {
    // Never CREATE: a file that SQLite makes has the mode that the umask leaves. The bundled SQLite
    // takes a name that begins with `file:` for a URI; an absolute path begins with `/`.
    let mode = if access == Access::Read {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let absolute = std::path::absolute(path).map_err(|error| closed(&error.to_string()))?;
    let connection = Connection::open_with_flags(absolute, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(refused)?;
    sqlite::guard(&connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

fn refused(error: rusqlite::Error) -> LedgerFailure {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => closed("permission denied, or no file").into(),
        _ => error.into(),
    }
}

/// Sets what a writer needs.
///
/// A rollback journal that is deleted, not a write-ahead log: a log needs memory shared between
/// processes, which network file systems do not have, and leaves changes in a second file, which a
/// backup that copies the ledger alone would lose. EXTRA is FULL with a sync of the folder after
/// the journal is deleted: without it a power cut may undo a change that was reported as made, and
/// the number of a usage report that has left would be given twice.
fn settle(connection: &Connection) -> Result<(), LedgerFailure> {
    connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    Ok(connection.pragma_update(None, "synchronous", "extra")?)
}

/// Makes the ledger with its tables at this path, which must be free, and fills it, in one
/// transaction.
///
/// # Errors
/// As [`open`], and `disk_full`.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
pub(super) fn make(
    path: &Path,
    fill: impl FnOnce(&Connection) -> Result<(), LedgerFailure>,
) -> Result<(), LedgerFailure> {
    private_file(path).map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None).into()
        }
        _ => LedgerFailure::from(unwritable()),
    })?;
    let mut connection = connect(path, Access::Write)?;
    settle(&connection)?;
    let transaction = connection.transaction()?;
    schema::make(&transaction)?;
    fill(&transaction)?;
    Ok(transaction.commit()?)
}

/// Returns a new file of mode 0600, whatever the umask. SQLite gives its journal the mode of the
/// database.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}
