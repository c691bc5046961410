//! What must be so once changes are made, within their transaction.

use super::database::{Database, Fault};
use super::read;
use crate::problem::{Failure, Problem};
use crate::registry::cell::Cell;
use crate::registry::change::Still;
use crate::registry::model::{RecordId, Sha256};

/// Refuses the changes where something is not so.
pub(super) fn check<D: Database>(database: &mut D, still: &Still) -> Result<(), Fault> {
    match still {
        Still::Licenses(customer, expected) => {
            let found = licenses(database, *customer)?;
            let words = || format!("customer {customer}: somebody filed a license meanwhile");
            refuse(found == *expected, words)
        }
        Still::Ticket(ticket, expected) => {
            let found = read::with_ticket(database, ticket)?.len();
            refuse(found == *expected, || format!("ticket {ticket}: somebody used it meanwhile"))
        }
        Still::Stands(customer, sha256) => {
            let stands = stands(database, *customer, *sha256)?;
            refuse(stands, || "the license: somebody revoked it meanwhile".to_owned())
        }
    }
}

fn refuse(is_so: bool, words: impl Fn() -> String) -> Result<(), Fault> {
    if is_so {
        return Ok(());
    }
    let found = format!("{} and was first; your change was not made", words());
    Err(Failure::new(Problem::RegistryConflict, found).into())
}

fn licenses<D: Database>(database: &mut D, customer: RecordId) -> Result<usize, Fault> {
    let sql = "SELECT d.sha256 FROM document d WHERE d.customer = ?1 AND d.serial IS NOT NULL";
    Ok(database.rows(sql, &[customer.into()])?.len())
}

/// Whether it is not revoked; nobody revokes it before this transaction is over.
fn stands<D: Database>(
    database: &mut D,
    customer: RecordId,
    sha256: Sha256,
) -> Result<bool, Fault> {
    let lock = database.dialect().lock;
    let sql =
        format!("SELECT d.revoked FROM document d WHERE d.customer = ?1 AND d.sha256 = ?2{lock}");
    let found = database.rows(&sql, &[customer.into(), sha256.into()])?.pop();
    Ok(found.is_some_and(|row| row.first() == Some(&Cell::Nothing)))
}
