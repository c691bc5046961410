//! A connection to the file, guarded against what may have been put into it.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::error::StatementError;
use crate::files::reason;
use crate::problem::{Failure, Problem};
use crate::sqlite;

/// Statements that stay prepared: about as many as there are.
const PREPARED: usize = 96;

/// A connection that reads and writes.
pub(super) fn connect(path: &Path) -> Result<Connection, StatementError> {
    // An absolute path begins with `/`: a name that begins with `file:` is no URI.
    let absolute = std::path::absolute(path).map_err(|error| {
        StatementError::from(Failure::new(Problem::RegistryUnreadable, reason(&error)))
    })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(absolute, flags)?;
    guard(&connection)?;
    if connection.is_readonly(MAIN_DB)? {
        let found = "the file or its folder cannot be written";
        return Err(Failure::new(Problem::RegistryUnwritable, found).into());
    }
    Ok(connection)
}

/// Sets what holds of every connection.
pub(super) fn guard(connection: &Connection) -> Result<(), StatementError> {
    sqlite::guard(connection)?;
    // A plan for all values, made once: else each further value plans the statement anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_planned_once_for_all_values() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry.sqlite");
        drop(crate::registry::Place::File(path.clone()).create().unwrap());
        let connection = connect(&path).unwrap();
        let sql = "SELECT d.id FROM document d WHERE d.customer = ?1 ORDER BY d.issued DESC";
        let mut statement = connection.prepare(sql).unwrap();
        for customer in ["one", "two", "three"] {
            assert!(statement.query([customer]).unwrap().next().unwrap().is_none());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
