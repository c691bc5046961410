//! The registry in one file, for a desk of one, or of a few on one machine.

mod connection;
mod error;
mod reading;
mod tables;

use std::path::Path;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, MAIN_DB, ToSql, params_from_iter};
use tempfile::TempDir;

use super::cell::Cell;
use super::sql::{Access, Book, Database, Dialect, Fault, Search};
use crate::files::{self, Mode, reason, shown};
use crate::problem::{Failure, Problem};
use connection::connect;
use error::{StatementError, fault};

/// Pages that stay in memory, in KiB, as SQLite counts them (negative): rows are read in the order
/// of their keys, and stored in the order in which they were written.
const CACHE: i64 = -(32 << 10);

static DIALECT: Dialect = Dialect { lock: "", folded: "lower(X)", search: Search::Fts5 };

/// A registry's file, opened.
#[derive(Debug)]
pub(super) struct Sqlite {
    connection: Connection,
    place: String,
    /// Why nothing can be changed, where it was opened to be read only.
    unwritable: Option<Failure>,
    /// The folder of the copy that is read in its place.
    _copy: Option<TempDir>,
}

/// Opens a registry. The database of another program is not touched. One that cannot be written,
/// or whose disk is full, is opened to be read: a change then fails, and says why.
///
/// # Errors
/// `registry_missing`, `registry_unreadable`, `registry_unwritable`, `registry_too_new`,
/// `registry_damaged`, `registry_busy`.
pub(super) fn open(path: &Path) -> Result<Book<Sqlite>, Failure> {
    let place = shown(path).to_string();
    refuse_other(path).map_err(|failure| failure.within(&place))?;
    let connection = connect(path).and_then(|connection| {
        tables::bring_up(&connection)?;
        settle(&connection)?;
        Ok(connection)
    });
    match connection.map_err(StatementError::failure) {
        Ok(connection) => Ok(Book(Sqlite { connection, place, unwritable: None, _copy: None })),
        Err(failure) if is_unwritable(&failure) => to_read(path, failure.within(&place)),
        Err(failure) => Err(failure.within(&place)),
    }
}

fn is_unwritable(failure: &Failure) -> bool {
    [Problem::RegistryUnwritable, Problem::DiskFull, Problem::RegistryUnreadable]
        .contains(&failure.problem)
}

/// Opens a registry that cannot be written, for this reason.
fn to_read(path: &Path, why: Failure) -> Result<Book<Sqlite>, Failure> {
    let opened = reading::open(path).and_then(|(connection, copy)| {
        tables::check_newest(&connection)?;
        Ok((connection, copy))
    });
    let Ok((connection, copy)) = opened else { return Err(why) };
    let place = shown(path).to_string();
    Ok(Book(Sqlite { connection, place, unwritable: Some(why), _copy: copy }))
}

/// Refuses what is no registry by its head alone: SQLite would take back what another program's
/// journal holds before it answered anything.
fn refuse_other(path: &Path) -> Result<(), Failure> {
    let unreadable = |found: &str| Failure::new(Problem::RegistryUnreadable, found);
    match files::is_registry(path) {
        Ok(Some(true)) => Ok(()),
        Ok(Some(false)) => Err(unreadable(
            "found an empty file or the database of another program, expected the registry",
        )),
        Ok(None) => {
            Err(unreadable("found a file that is no SQLite database, expected the registry"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Failure::new(Problem::RegistryMissing, "found nothing, expected the registry"))
        }
        Err(error) => Err(unreadable(&reason(&error))),
    }
}

/// Makes a registry; there must be nothing of this name. It is for its owner alone, and is whole
/// or absent.
///
/// # Errors
/// `registry_exists`, `registry_unwritable`, `disk_full`.
pub(super) fn create(path: &Path) -> Result<Book<Sqlite>, Failure> {
    let place = shown(path);
    let bytes = empty().map_err(|error| error.failure().within(&place))?;
    files::write_new(path, &bytes, Mode::Secret, false).map_err(|failure| {
        let is_there = [Problem::SecretExists, Problem::OutputDirectory];
        if is_there.contains(&failure.problem) {
            return Failure::new(Problem::RegistryExists, format!("{place}: file exists"));
        }
        if failure.problem == Problem::DiskFull {
            return failure;
        }
        Failure::new(Problem::RegistryUnwritable, failure.message)
    })?;
    open(path)
}

/// An empty registry's bytes.
fn empty() -> Result<Vec<u8>, StatementError> {
    let mut connection = Connection::open_in_memory()?;
    tables::make(&mut connection)?;
    Ok(connection.serialize(MAIN_DB)?.to_vec())
}

/// Sets what a registry needs, once it is known to be one. Readers and a writer do not wait for
/// each other; FULL syncs the log with each change, so that none is lost that was answered.
fn settle(connection: &Connection) -> Result<(), StatementError> {
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    // The log's index is made by the first look: now, while there may be room for it.
    Ok(connection.query_row("SELECT count(*) FROM schema", [], |_| Ok(()))?)
}

impl Sqlite {
    fn batch(&self, sql: &str) -> Result<(), Fault> {
        self.connection.execute_batch(sql).map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &rusqlite::Error) -> Fault {
        fault(error, &self.place)
    }
}

impl Database for Sqlite {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn begin(&mut self, access: Access) -> Result<(), Fault> {
        if let (Access::Write | Access::Alone, Some(why)) = (access, &self.unwritable) {
            return Err(why.clone().into());
        }
        self.batch(match access {
            Access::Read => "BEGIN DEFERRED",
            Access::Write | Access::Alone => "BEGIN IMMEDIATE",
        })
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.batch("COMMIT").inspect_err(|_| self.roll_back_now())
    }

    fn roll_back(&mut self) {
        self.roll_back_now();
    }

    fn execute(&mut self, sql: &str, values: &[Cell]) -> Result<u64, Fault> {
        let done = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(params_from_iter(values)));
        done.map(|rows| rows as u64).map_err(|error| self.fault(&error))
    }

    fn execute_each(&mut self, sql: &str, rows: &[Vec<Cell>]) -> Result<u64, Fault> {
        let done = self.connection.prepare_cached(sql).and_then(|mut statement| {
            let mut each = rows.iter().map(|row| statement.execute(params_from_iter(row)));
            each.try_fold(0, |all, changed| Ok(all + changed? as u64))
        });
        done.map_err(|error| self.fault(&error))
    }

    fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, Fault> {
        read(&self.connection, sql, values).map_err(|error| self.fault(&error))
    }
}

impl Sqlite {
    /// A transaction that SQLite has ended itself is over already.
    fn roll_back_now(&self) {
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK").ok();
        }
    }
}

fn read(
    connection: &Connection,
    sql: &str,
    values: &[Cell],
) -> Result<Vec<Vec<Cell>>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut cells = Vec::with_capacity(columns);
        for column in 0..columns {
            cells.push(cell(row.get_ref(column)?));
        }
        found.push(cells);
    }
    Ok(found)
}

/// A number with a fraction is none of ours, nor is a text that is not UTF-8: both are read as
/// bytes, which no column of ours expects there.
fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Nothing,
        ValueRef::Integer(number) => Cell::Number(number),
        ValueRef::Real(number) => Cell::Bytes(number.to_be_bytes().to_vec()),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Bytes(text.to_vec()),
        },
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Nothing => ToSqlOutput::Owned(Value::Null),
            Self::Number(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
