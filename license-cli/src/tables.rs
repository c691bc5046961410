//! The tables of a file of SQLite, beside those that the same steps make in an empty one.

use rusqlite::Connection;

use crate::problem::{Failure, Problem};

/// A table, index, trigger or view: its kind, its name, and how it was made.
type Thing = (String, String, String);

/// What a file may hold that we do not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    Nothing,
    /// What SQLite makes itself for its own planning.
    #[cfg_attr(not(feature = "desk"), allow(dead_code, reason = "only a registry has them"))]
    Statistics,
}

/// Checks that these steps have made everything in the file.
///
/// # Errors
/// This problem, naming what is not as it was made; what SQLite says.
pub(crate) fn check<E: From<rusqlite::Error> + From<Failure>>(
    connection: &Connection,
    steps: &[&str],
    beside: Beside,
    problem: Problem,
) -> Result<(), E> {
    let made = Connection::open_in_memory()?;
    steps.iter().try_for_each(|step| made.execute_batch(step))?;
    let (expected, found) = (things(&made, beside)?, things(connection, beside)?);
    compare(&expected, &found).map_err(|found| Failure::new(problem, found).into())
}

fn things(connection: &Connection, beside: Beside) -> Result<Vec<Thing>, rusqlite::Error> {
    let passed_over = match beside {
        Beside::Nothing => "",
        Beside::Statistics => "sqlite_stat?",
    };
    let query = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema \
                 WHERE name NOT GLOB ?1 ORDER BY type, name";
    let mut statement = connection.prepare(query)?;
    let found = statement.query_map([passed_over], |row| {
        let sql: String = row.get(2)?;
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok((row.get(0)?, row.get(1)?, sql))
    })?;
    found.collect()
}

fn compare(expected: &[Thing], found: &[Thing]) -> Result<(), String> {
    if let Some((kind, name, _)) = found.iter().find(|thing| !expected.contains(thing)) {
        let known = expected.iter().any(|(k, n, _)| (k, n) == (kind, name));
        let why = if known { "was changed" } else { "airlock did not make" };
        return Err(format!("found the {kind} {name:?}, which {why}"));
    }
    match expected.iter().find(|thing| !found.contains(thing)) {
        Some((kind, name, _)) => Err(format!("found no {kind} {name:?}, expected one")),
        None => Ok(()),
    }
}
