//! The tables in the file: made, checked, and brought to the newest version.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::error::StatementError;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::registry::model::Sha256;
use crate::registry::schema::{self, Steps};
use crate::registry::sql::SQLITE;

/// Says in the file's head that it is one of ours.
const APPLICATION_ID: i64 = files::REGISTRY_ID as i64;

const STEPS: &Steps = &[SQLITE];

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
    let made = Connection::open_in_memory()?;
    STEPS.iter().take(taken).try_for_each(|step| made.execute_batch(step))?;
    compare(&things(&made)?, &things(connection)?)?;
    Ok(taken)
}

/// A table, index, trigger or view: its kind, its name, and how it was made.
type Thing = (String, String, String);

/// Everything in the file but what SQLite makes itself for its own planning.
fn things(connection: &Connection) -> Result<Vec<Thing>, StatementError> {
    let query = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema \
                 WHERE name NOT GLOB 'sqlite_stat?' ORDER BY type, name";
    let mut statement = connection.prepare(query)?;
    let found = statement.query_map([], |row| {
        let sql: String = row.get(2)?;
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok((row.get(0)?, row.get(1)?, sql))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn compare(expected: &[Thing], found: &[Thing]) -> Result<(), Failure> {
    let damaged = |message: String| Err(Failure::new(Problem::RegistryDamaged, message));
    if let Some((kind, name, _)) = found.iter().find(|thing| !expected.contains(thing)) {
        let known = expected.iter().any(|(k, n, _)| (k, n) == (kind, name));
        let why = if known { "was changed" } else { "airlock did not make" };
        return damaged(format!("found the {kind} {name:?}, which {why}"));
    }
    match expected.iter().find(|thing| !found.contains(thing)) {
        Some((kind, name, _)) => damaged(format!("found no {kind} {name:?}, expected one")),
        None => Ok(()),
    }
}
