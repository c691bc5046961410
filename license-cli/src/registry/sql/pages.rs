//! All rows of tables, a page at a time, so that memory does not grow with them.

use std::collections::VecDeque;

use super::database::{Database, Fault};
use super::{marks, read};
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Event, Head, Sha256};
use crate::registry::rows::{self, End};
use crate::registry::table::{CHAIN, CUSTOMER, DOCUMENT, EVENT, TABLES, Table};
use crate::registry::walk::{Loose, Row, Step};

/// Rows of a page.
const ROWS: u32 = 2000;

/// Rows of a page of documents: each may have 64 KiB.
const DOCUMENTS: u32 = 250;

/// The most loose ends that are told.
const LOOSE: u32 = 100;

/// Where in a table the reading is.
struct Pages {
    table: &'static Table,
    after: Option<Vec<Cell>>,
    page: VecDeque<Vec<Cell>>,
    over: bool,
}

impl Pages {
    fn of(table: &'static Table) -> Self {
        Self { table, after: None, page: VecDeque::new(), over: false }
    }

    fn rows(&self) -> u32 {
        if self.table.name == DOCUMENT.name { DOCUMENTS } else { ROWS }
    }

    fn next<D: Database>(&mut self, database: &mut D) -> Result<Option<Vec<Cell>>, Fault> {
        if self.page.is_empty() && !self.over {
            self.turn(database)?;
        }
        Ok(self.page.pop_front())
    }

    fn turn<D: Database>(&mut self, database: &mut D) -> Result<(), Fault> {
        let sql = self.table.page(self.after.is_some(), self.rows());
        self.page = database.rows(&sql, self.after.as_deref().unwrap_or_default())?.into();
        self.over = self.page.len() < self.rows() as usize;
        let key = self.page.back().and_then(|row| row.get(..self.table.key));
        self.after = key.map(<[Cell]>::to_vec);
        Ok(())
    }

    fn read<D: Database, T>(
        &mut self,
        database: &mut D,
        read: impl FnOnce(&mut Cells) -> Result<T, Failure>,
    ) -> Result<Option<T>, Fault> {
        let row = self.next(database)?;
        Ok(row.map(|row| read(&mut Cells::new(self.table, row))).transpose()?)
    }
}

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
    Ok(())
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

pub(super) fn walk<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Step) -> Result<(), RegistryError>,
) -> Result<Vec<Loose>, Fault> {
    walk_chains(database, each)?;
    let mut pages = Pages::of(&DOCUMENT);
    while let Some(document) = pages.read(database, rows::document)? {
        each(Step::Document(Box::new(document)))?;
    }
    loose(database)
}

/// Events and ends come in the same order; whichever chain is first has its turn.
fn walk_chains<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Step) -> Result<(), RegistryError>,
) -> Result<(), Fault> {
    let (mut events, mut ends) = (Pages::of(&EVENT), Pages::of(&CHAIN));
    let mut event: Option<Event> = events.read(database, rows::event)?;
    let mut end: Option<End> = ends.read(database, rows::end)?;
    loop {
        let of_event = event.as_ref().map(|event| &event.chain);
        let of_end = end.as_ref().map(|end| &end.chain);
        let Some(chain) = [of_event, of_end].into_iter().flatten().min().cloned() else {
            return Ok(());
        };
        while let Some(next) = event.take_if(|event| event.chain == chain) {
            each(Step::Event(Box::new(next)))?;
            event = events.read(database, rows::event)?;
        }
        let kept = end.take_if(|end| end.chain == chain).map(|end| end.head);
        if kept.is_some() {
            end = ends.read(database, rows::end)?;
        }
        each(Step::End(chain, kept))?;
    }
}

const GONE: &str = "SELECT e.customer, e.subscription, e.number FROM event e \
    WHERE e.document IS NOT NULL AND NOT EXISTS (SELECT 1 FROM document d \
        WHERE d.customer = e.customer AND d.sha256 = e.document)";
const UNTOLD: &str = "SELECT d.customer, d.subscription, d.sha256 FROM document d \
    WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.customer = d.customer \
        AND e.document = d.sha256 AND e.subscription = d.subscription)";

/// Events without their document, and documents without an event.
fn loose<D: Database>(database: &mut D) -> Result<Vec<Loose>, Fault> {
    let mut found = Vec::new();
    for row in database.rows(&format!("{GONE} LIMIT {LOOSE}"), &[])? {
        let mut cells = Cells::of("event", row);
        found.push(Loose::DocumentGone(rows::chain(&mut cells)?, cells.number()?));
    }
    for row in database.rows(&format!("{UNTOLD} LIMIT {LOOSE}"), &[])? {
        let mut cells = Cells::of("document", row);
        found.push(Loose::NoEvent(rows::chain(&mut cells)?, Sha256(cells.exactly()?)));
    }
    found.extend(marks::marks(database, LOOSE)?);
    Ok(found)
}

/// Whether there is no customer yet.
pub(super) fn is_empty<D: Database>(database: &mut D) -> Result<bool, Fault> {
    let any = read::all(database, &CUSTOMER, "LIMIT 1", &[], rows::customer)?;
    Ok(any.is_empty())
}
