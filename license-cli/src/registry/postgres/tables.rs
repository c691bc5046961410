//! The tables in the database: made, and checked.

use postgres::error::SqlState;
use postgres::{Client, Transaction};

use super::error::{self, Moment};
use crate::problem::{Failure, Problem};
use crate::registry::model::Sha256;
use crate::registry::schema::{self, Steps, Version};
use crate::registry::sql::POSTGRES;

const STEPS: &Steps = POSTGRES;

const VERSIONS: &str = "SELECT version, sha256 FROM schema ORDER BY version";

fn failed(error: &postgres::Error) -> Failure {
    error::failure(error, Moment::Working)
}

/// Makes the tables.
///
/// # Errors
/// `registry_exists`, and what the server says.
pub(super) fn make(client: &mut Client) -> Result<(), Failure> {
    if versions(client)?.is_some() {
        let found = "found a registry in the database, expected none";
        return Err(Failure::new(Problem::RegistryExists, found));
    }
    let mut transaction = client.transaction().map_err(|error| failed(&error))?;
    take(&mut transaction, 0).map_err(|error| failed(&error))?;
    transaction.commit().map_err(|error| failed(&error))
}

/// Checks that the tables are ours, and brings older ones to the newest version.
///
/// # Errors
/// `registry_missing`, `registry_too_new`, `registry_damaged`, and what the server says.
pub(super) fn bring_up(client: &mut Client) -> Result<(), Failure> {
    let Some(found) = versions(client)? else {
        let found = "found no registry in the database";
        return Err(Failure::new(Problem::RegistryMissing, found));
    };
    let taken = schema::taken(STEPS, &found)?;
    if taken == STEPS.len() {
        return Ok(());
    }
    let mut transaction = client.transaction().map_err(|error| failed(&error))?;
    take(&mut transaction, taken).map_err(|error| failed(&error))?;
    transaction.commit().map_err(|error| failed(&error))
}

/// Takes the steps from this one on. Two desks that do it at once are told apart by the versions'
/// key: one of them is undone.
fn take(transaction: &mut Transaction<'_>, from: usize) -> Result<(), postgres::Error> {
    for (version, step) in (1_i64..).zip(STEPS).skip(from) {
        transaction.batch_execute(step)?;
        let hash = Sha256::of(step.as_bytes()).0;
        let note = "INSERT INTO schema (version, sha256) VALUES ($1, $2)";
        transaction.execute(note, &[&version, &hash.as_slice()])?;
    }
    Ok(())
}

/// The versions that the database names; `None` where it has no such table.
fn versions(client: &mut Client) -> Result<Option<Vec<Version>>, Failure> {
    match client.query(VERSIONS, &[]) {
        Ok(rows) => {
            let read = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
            read.collect::<Result<_, _>>().map(Some).map_err(|error| failed(&error))
        }
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}
