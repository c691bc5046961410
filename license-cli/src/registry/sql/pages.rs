//! All rows of tables, a page at a time, so that memory does not grow with them.

use std::collections::BTreeSet;

use license_core::value::InstanceId;

use super::database::{Database, Fault};
use super::ends;
use super::page::Pages;
use super::read;
use crate::registry::cell::{Cell, Cells};
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Head, RecordId};
use crate::registry::rows;
use crate::registry::table::{CHAIN, CUSTOMER, DOCUMENT, TABLES};
use crate::registry::walk::{Documents, Row};

/// Each row of each table; then whether the chains end where they should.
pub(super) fn each_row<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Row) -> Result<(), RegistryError>,
) -> Result<(), Fault> {
    for table in TABLES {
        let mut pages = Pages::of(table);
        while let Some(cells) = pages.next(database)? {
            each(Row { table, cells })?;
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

/// All documents, with the instances of their customers.
pub(super) fn each_page<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Documents) -> Result<(), RegistryError>,
) -> Result<(), Fault> {
    let mut pages = Pages::of(&DOCUMENT);
    while !pages.over {
        pages.turn(database)?;
        let rows: Vec<_> = std::mem::take(&mut pages.page).into();
        // They come in the order of their customers; what is no text names none.
        let mut customers =
            rows.iter().filter_map(|row| row.first()).filter(|cell| cell.as_text().is_some());
        let instances = match (customers.next(), customers.next_back()) {
            (Some(first), last) => instances(database, first, last.unwrap_or(first))?,
            (None, _) => BTreeSet::new(),
        };
        each(Documents { rows, instances })?;
    }
    Ok(())
}

/// The instances of the customers from the first to the last.
fn instances<D: Database>(
    database: &mut D,
    first: &Cell,
    last: &Cell,
) -> Result<BTreeSet<(RecordId, InstanceId)>, Fault> {
    let sql = "SELECT i.customer, i.id FROM instance i WHERE i.customer >= ?1 AND i.customer <= ?2";
    let rows = database.rows(sql, &[first.clone(), last.clone()])?;
    Ok(rows.into_iter().filter_map(instance).collect())
}

fn instance(row: Vec<Cell>) -> Option<(RecordId, InstanceId)> {
    let mut cells = Cells::of("instance", row);
    Some((cells.id(RecordId::parse).ok()?, cells.id(InstanceId::parse).ok()?))
}

/// Whether there is no customer yet.
pub(super) fn is_empty<D: Database>(database: &mut D) -> Result<bool, Fault> {
    let any = read::all(database, &CUSTOMER, "LIMIT 1", &[], rows::customer)?;
    Ok(any.is_empty())
}
