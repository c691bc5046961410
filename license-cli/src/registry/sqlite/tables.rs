//! The tables in the file: made, checked, and brought to the newest version.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::error::StatementError;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::registry::model::Sha256;
use crate::registry::schema::{self, Steps};
use crate::registry::sql::SQLITE;
use crate::tables::{self, Beside};

/// Says in the file's head that it is one of ours.
const APPLICATION_ID: i64 = files::REGISTRY_ID as i64;

const STEPS: &Steps = SQLITE;

/// Makes the tables in a new file.
pub(super) fn make(connection: &mut Connection) -> Result<(), StatementError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    take(&transaction, 0)?;
    Ok(transaction.commit()?)
}

/// Checks that the file is a registry with no table, index, trigger or view but ours, and brings
/// an older one to the newest version.
pub(super) fn bring_up(connection: &Connection) -> Result<(), StatementError> {
    if check(connection)? == STEPS.len() {
        return Ok(());
    }
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Another command may have done it meanwhile.
    let from = check(&transaction)?;
    take(&transaction, from)?;
    Ok(transaction.commit()?)
}

/// Checks that the file is a registry of the newest version, where it may not be brought there.
pub(super) fn check_newest(connection: &Connection) -> Result<(), StatementError> {
    if check(connection)? == STEPS.len() {
        return Ok(());
    }
    let found = "it was written by an older version, and cannot be brought to this one";
    Err(Failure::new(Problem::RegistryUnwritable, found).into())
}

/// Takes the steps from this one on.
fn take(transaction: &Connection, from: usize) -> Result<(), StatementError> {
    for (version, step) in (1_i64..).zip(STEPS).skip(from) {
        transaction.execute_batch(step)?;
        let note = "INSERT INTO schema (version, sha256) VALUES (?1, ?2)";
        transaction.execute(note, params![version, Sha256::of(step.as_bytes()).0])?;
    }
    Ok(())
}

/// How many steps the file has taken.
fn check(connection: &Connection) -> Result<usize, StatementError> {
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if id != APPLICATION_ID {
        let found = "found an empty file or the database of another program, expected the registry";
        return Err(Failure::new(Problem::RegistryUnreadable, found).into());
    }
    let mut versions = connection.prepare("SELECT version, sha256 FROM schema ORDER BY version")?;
    let versions = versions.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let taken = schema::taken(STEPS, &versions.collect::<Result<Vec<_>, _>>()?)?;
    let steps = STEPS.get(..taken).unwrap_or(STEPS);
    tables::check::<StatementError>(
        connection,
        steps,
        Beside::Statistics,
        Problem::RegistryDamaged,
    )?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows that a beginning finds.
    fn found(connection: &Connection, beginning: &str) -> i64 {
        let sql = "SELECT count(*) FROM search_words WHERE search_words MATCH ?1";
        connection.query_row(sql, [beginning], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_registry_of_the_first_version_is_brought_up_and_searched_as_before() {
        let connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.execute_batch(STEPS[0]).unwrap();
        let note = "INSERT INTO schema (version, sha256) VALUES (1, ?1)";
        connection.execute(note, [Sha256::of(STEPS[0].as_bytes()).0]).unwrap();
        let rows = "INSERT INTO search VALUES (7, 'c', 's', 'nordhavn a s00012345'); \
                    INSERT INTO search_words (rowid, content) VALUES (7, 'nordhavn a s00012345')";
        connection.execute_batch(rows).unwrap();

        bring_up(&connection).unwrap();
        assert_eq!(check(&connection).unwrap(), STEPS.len());
        for word in ["\"a\"*", "\"nord\"*", "\"s00012345\""] {
            assert_eq!(found(&connection, word), 1, "{word}");
        }
        bring_up(&connection).unwrap();
    }
}
