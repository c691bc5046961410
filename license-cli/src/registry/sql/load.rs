//! Rows of another registry, taken into an empty one.

use super::database::{Database, Fault};
use super::ends;
use super::indexing::{self, Stale};
use super::pages;
use super::read;
use crate::problem::{Failure, Problem};
use crate::registry::cell::Cell;
use crate::registry::error::RegistryError;
use crate::registry::rows;
use crate::registry::table::CUSTOMER;
use crate::registry::walk::Row;

/// Customers of a page.
const PAGE: u32 = 500;

pub(super) fn load<D: Database>(
    database: &mut D,
    next: &mut dyn FnMut() -> Result<Option<Row>, RegistryError>,
) -> Result<(), Fault> {
    if !pages::is_empty(database)? {
        let found = "found customers in it, expected an empty registry; nothing was changed";
        return Err(Failure::new(Problem::RegistryNotEmpty, found).into());
    }
    while let Some(row) = next()? {
        if database.execute(row.table.insert(), &row.cells)? != 1 {
            let twice = format!("found a row of table {} twice", row.table.name);
            return Err(Failure::new(Problem::RegistryDamaged, twice).into());
        }
    }
    ends::check(database)?;
    index(database)
}

/// Makes what is searched.
fn index<D: Database>(database: &mut D) -> Result<(), Fault> {
    let mut after: Vec<Cell> = Vec::new();
    loop {
        let which = if after.is_empty() { "" } else { "WHERE t.id > ?1 " };
        let which = format!("{which}ORDER BY t.id LIMIT {PAGE}");
        let page = read::all(database, &CUSTOMER, &which, &after, rows::customer)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = vec![last.id.into()];
        for customer in &page {
            indexing::renew(database, customer.id, &Stale::All)?;
        }
    }
}
