//! All rows of tables, a page at a time, so that memory does not grow with them.

use super::database::{Database, Fault};
use super::ends;
use super::page::Pages;
use super::read;
use crate::registry::cell::Seen;
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Head};
use crate::registry::rows;
use crate::registry::table::{CHAIN, CUSTOMER, TABLES};
use crate::registry::walk::Row;

/// Each row of each table; then whether the chains end where they should.
pub(super) fn each_row<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Row) -> Result<(), RegistryError>,
) -> Result<(), Fault> {
    for table in TABLES {
        let mut pages = Pages::of(table);
        while let Some(row) = pages.next(database)? {
            each(Row { table, cells: row.seen().map(Seen::cell).collect() })?;
        }
    }
    ends::check(database)
}

pub(super) fn each_end<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Chain, Head) -> Result<(), RegistryError>,
) -> Result<(), Fault> {
    let mut pages = Pages::of(&CHAIN);
    while let Some(end) = pages.read(database, rows::end)? {
        each(end.chain, end.head)?;
    }
    Ok(())
}

/// Whether there is no customer yet.
pub(super) fn is_empty<D: Database>(database: &mut D) -> Result<bool, Fault> {
    let any = read::all(database, &CUSTOMER, "LIMIT 1", &[], rows::customer)?;
    Ok(any.is_empty())
}
