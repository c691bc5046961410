//! The database file: how it is made and opened, and its tables.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, ffi};

use super::failure::{LedgerFailure, closed, unreadable, unwritable};
use crate::files;
use crate::problem::{Failure, Problem};

/// Says in the file's head that it is one of ours.
pub(super) const APPLICATION_ID: i64 = files::LEDGER_ID as i64;

/// The version of the tables below. A file with a higher one was changed by a newer airlock.
pub(super) const VERSION: i64 = 1;

/// How long a command waits for another one. A change takes milliseconds; a slow disk under load
/// some seconds.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// The last second of 9999-12-31: no time is later.
pub(super) const LAST_SECOND: u64 = 253_402_300_799;

/// The tables. The checks repeat what the readers check: they stop a mistake when it is made, also
/// one made by hand.
const TABLES: &str = "
    CREATE TABLE instance (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        id  BLOB NOT NULL CHECK (length(id) = 16),
        key BLOB NOT NULL CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE root (
        number INTEGER PRIMARY KEY,
        key    BLOB NOT NULL UNIQUE CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE license (
        number    INTEGER PRIMARY KEY,
        id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes     BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        installed INTEGER NOT NULL CHECK (installed BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE day (
        day   INTEGER PRIMARY KEY CHECK (day BETWEEN 0 AND 2932896),
        count INTEGER NOT NULL CHECK (count BETWEEN 0 AND 16777215)
    ) STRICT;
    CREATE TABLE report (
        number   INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),
        id       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes    BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        license  BLOB NOT NULL CHECK (length(license) = 16),
        last_day INTEGER NOT NULL CHECK (last_day BETWEEN 0 AND 2932896),
        made     INTEGER NOT NULL CHECK (made BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL CHECK (at BETWEEN 0 AND 253402300799),
        what   TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Returns a connection to the ledger, which is known to be ours and of a version that is read.
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
    check_kind(&connection)?;
    match access {
        Access::Read => connection.pragma_update(None, "query_only", true)?,
        Access::Write => settle(&connection)?,
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
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?; // the file may have been edited
    connection.pragma_update(None, "cell_size_check", true)?;
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

/// Checks that the file is a ledger, by what stands in its head.
fn check_kind(connection: &Connection) -> Result<(), LedgerFailure> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION_ID, VERSION) => Ok(()),
        (APPLICATION_ID, version) if version > VERSION => {
            let message =
                format!("found version {version} of the ledger, expected at most {VERSION}");
            Err(Failure::new(Problem::LedgerTooNew, message).into())
        }
        (APPLICATION_ID, version) => {
            Err(unreadable(&format!("found version {version} of the ledger, expected {VERSION}"))
                .into())
        }
        _ => Err(unreadable(
            "found an empty file or the database of another program, expected the ledger",
        )
        .into()),
    }
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
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.execute_batch(TABLES)?;
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
