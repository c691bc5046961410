//! The database file: how it is opened, its tables, how its cells are read, and what its failures
//! mean.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, Row, ffi};
use tempfile::TempDir;

use super::LEDGER;
use crate::files::shown;
use crate::problem::{Failure, Problem};

/// "ALKL" in ASCII: says in the file's head that it is one of ours.
pub(super) const APPLICATION_ID: i64 = 0x414c_4b4c;

/// The version of the tables below. A file with a higher one was changed by a newer airlock.
pub(super) const VERSION: i64 = 1;

/// How long a command waits for another one. A change takes milliseconds; a slow disk under load
/// some seconds.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// How often the ledger is looked at anew while it changes under the eyes of a reader.
const LOOKS: usize = 5;

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

/// Why a change or a look was not completed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// In the ledger, which is named where this leaves the module: see [`Trouble::at`].
    Ledger(Failure),
    /// In what was to be done together with it.
    Elsewhere(Failure),
}

impl Trouble {
    /// Returns the failure, with the ledger's path before its sentence where it arose there.
    pub(super) fn at(self, ledger: &Path) -> Failure {
        match self {
            Self::Ledger(failure) => failure.within(shown(ledger)),
            Self::Elsewhere(failure) => failure,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Ledger(failure)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        let extended = error.sqlite_error().map(|error| error.extended_code);
        Self::Ledger(match error.sqlite_error_code() {
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

fn unwritable() -> Failure {
    Failure::new(Problem::InstanceUnwritable, "the ledger or its folder cannot be written")
}

fn unreadable(message: &str) -> Failure {
    Failure::new(Problem::LedgerUnreadable, message)
}

fn unfinished(what: &str) -> Failure {
    Failure::new(Problem::LedgerUnfinished, format!("a change was cut off, and {what}"))
}

/// Returns the failure for a row that no command of ours has written.
pub(super) fn damaged(table: &str, row: impl std::fmt::Display, message: &str) -> Trouble {
    Trouble::Ledger(Failure::new(
        Problem::LedgerDamaged,
        format!("table {table}, row {row}: {message}"),
    ))
}

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
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, Trouble> {
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

fn connect(path: &Path, access: Access) -> Result<Connection, Trouble> {
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

fn refused(error: rusqlite::Error) -> Trouble {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => closed("permission denied, or no file").into(),
        _ => error.into(),
    }
}

fn closed(reason: &str) -> Failure {
    Failure::new(Problem::InstanceUnreadable, format!("the ledger cannot be opened: {reason}"))
}

/// Sets what a writer needs.
///
/// A rollback journal that is deleted, not a write-ahead log: a log needs memory shared between
/// processes, which network file systems do not have, and leaves changes in a second file, which a
/// backup that copies the ledger alone would lose. EXTRA is FULL with a sync of the folder after
/// the journal is deleted: without it a power cut may undo a change that was reported as made, and
/// the number of a usage report that has left would be given twice.
fn settle(connection: &Connection) -> Result<(), Trouble> {
    connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    Ok(connection.pragma_update(None, "synchronous", "extra")?)
}

/// Checks that the file is a ledger, by what stands in its head.
fn check_kind(connection: &Connection) -> Result<(), Trouble> {
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
    fill: impl FnOnce(&Connection) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    private_file(path).map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None).into()
        }
        _ => Trouble::from(unwritable()),
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
fn private_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Returns a connection that makes and changes no file of the instance, and the folder that must
/// live as long.
///
/// After a kill or a power cut a journal may wait that says how to undo the last change. SQLite
/// undoes it only where it may write, so then a copy of both files is undone and read, in a
/// temporary folder of this process.
///
/// # Errors
/// As [`open`].
pub(super) fn open_to_read(path: &Path) -> Result<(Connection, Option<TempDir>), Trouble> {
    for _ in 0..LOOKS {
        match open(path, Access::Read) {
            Err(Trouble::Ledger(failure)) if failure.problem == Problem::LedgerUnfinished => {}
            opened => return opened.map(|connection| (connection, None)),
        }
        let copied = copy(path)
            .map_err(|error| unfinished(&format!("no copy could be made to read: {error}")))?;
        if let Some(folder) = copied {
            let connection = open(&folder.path().join(LEDGER), Access::Write)?;
            connection.pragma_update(None, "query_only", true)?;
            return Ok((connection, Some(folder)));
        }
    }
    Err(busy("the ledger keeps changing").into())
}

/// Returns a folder with a copy of the ledger and its journal, or `None` if they changed meanwhile.
fn copy(path: &Path) -> io::Result<Option<TempDir>> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
    let to = folder.path().join(LEDGER);
    let before = stamps(path);
    for (from, to) in [(path.to_owned(), to.clone()), (journal(path), journal(&to))] {
        match File::open(from) {
            Ok(mut from) => io::copy(&mut from, &mut private_file(&to)?)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
    }
    Ok((before.is_some() && before == stamps(path)).then_some(folder))
}

/// Returns the name of the ledger's rollback journal.
pub(super) fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    name.into()
}

/// Inode, size, and times of change of content and of the inode.
type Stamp = (u64, u64, (i64, i64), (i64, i64));

/// Returns what changes whenever the ledger or its journal does; `None` unless both are there.
fn stamps(path: &Path) -> Option<[Stamp; 2]> {
    let stamp = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        Some((
            found.ino(),
            found.size(),
            (found.mtime(), found.mtime_nsec()),
            (found.ctime(), found.ctime_nsec()),
        ))
    };
    Some([stamp(path)?, stamp(&journal(path))?])
}

/// Returns each row of a query that names its first column `row`.
pub(super) fn rows<T>(
    connection: &Connection,
    table: &'static str,
    query: &'static str,
    read: impl Fn(&Cells<'_>) -> Result<T, Trouble>,
) -> Result<Vec<T>, Trouble> {
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&Cells { table, row })?);
    }
    Ok(found)
}

/// The cells of one row, read with suspicion: the file may have been edited.
pub(super) struct Cells<'a> {
    table: &'static str,
    row: &'a Row<'a>,
}

impl<'a> Cells<'a> {
    /// Returns the number in a column, if it is from 0 to `most`.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the types of SQLite are not ours")]
    pub(super) fn number(&self, column: &str, most: u64) -> Result<u64, Trouble> {
        let found = match self.row.get_ref(column)? {
            ValueRef::Integer(number) => number,
            other => return Err(self.wrong_type(column, other, "a number")),
        };
        let fits = u64::try_from(found).ok().filter(|number| *number <= most);
        fits.ok_or_else(|| self.damaged(&format!("found {column} {found}, expected 0 to {most}")))
    }

    /// Returns the number in a column, if it is from 0 to `most`.
    pub(super) fn number32(&self, column: &str, most: u32) -> Result<u32, Trouble> {
        // `number` bounds it, so `most` never stands in.
        self.number(column, most.into()).map(|number| u32::try_from(number).unwrap_or(most))
    }

    /// Returns the bytes in a column, if they are as many as the type has.
    pub(super) fn exactly<const N: usize>(&self, column: &str) -> Result<[u8; N], Trouble> {
        let found = self.blob(column)?;
        found.try_into().map_err(|_| {
            self.damaged(&format!("found {} bytes of {column}, expected {N}", found.len()))
        })
    }

    /// Returns the bytes in a column, if they are 1 to `most`.
    pub(super) fn bytes(&self, column: &str, most: usize) -> Result<Vec<u8>, Trouble> {
        let found = self.blob(column)?;
        if found.is_empty() || found.len() > most {
            return Err(self.damaged(&format!(
                "found {} bytes of {column}, expected 1 to {most}",
                found.len()
            )));
        }
        Ok(found.to_owned())
    }

    /// Returns the text in a column.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the types of SQLite are not ours")]
    pub(super) fn text(&self, column: &str) -> Result<String, Trouble> {
        match self.row.get_ref(column)? {
            ValueRef::Text(text) => String::from_utf8(text.to_owned())
                .map_err(|_| self.damaged(&format!("found a {column} that is not UTF-8"))),
            other => Err(self.wrong_type(column, other, "text")),
        }
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the types of SQLite are not ours")]
    fn blob(&self, column: &str) -> Result<&'a [u8], Trouble> {
        match self.row.get_ref(column)? {
            ValueRef::Blob(bytes) => Ok(bytes),
            other => Err(self.wrong_type(column, other, "bytes")),
        }
    }

    fn wrong_type(&self, column: &str, found: ValueRef<'_>, expected: &str) -> Trouble {
        let found = found.data_type().to_string().to_lowercase();
        self.damaged(&format!("found a {column} of the type {found}, expected {expected}"))
    }

    /// Returns the failure for this row.
    pub(super) fn damaged(&self, message: &str) -> Trouble {
        let row =
            self.row.get::<_, i64>("row").map_or_else(|_| "?".to_owned(), |row| row.to_string());
        damaged(self.table, row, message)
    }
}
