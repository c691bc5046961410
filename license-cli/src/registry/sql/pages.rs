//! All rows of tables, a page at a time, so that memory does not grow with them.

use std::collections::BTreeSet;

use super::database::{Database, Fault};
use super::loose;
use super::marks::LOOSE;
use super::page::Pages;
use super::read;
use super::said::{Customers, Said};
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::error::RegistryError;
use crate::registry::model::{Chain, Event, Head};
use crate::registry::rows::{self, End};
use crate::registry::table::{CHAIN, CUSTOMER, DOCUMENT, EVENT, TABLES};
use crate::registry::walk::{Documents, Kept, Loose, Row, Step};

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
    let mut found = walk_chains(database, each)?;
    found.extend(loose::loose(database)?);
    Ok(found)
}

/// A row of a chain, or why it cannot be read.
struct Item<T> {
    chain: Chain,
    read: Result<T, (Failure, u64)>,
}

/// The next row whose chain can be read; of those before it, it is told that they cannot.
fn item<D: Database, T>(
    (pages, database): (&mut Pages, &mut D),
    read: impl Fn(&mut Cells) -> Result<T, Failure>,
    each: &mut dyn FnMut(Step) -> Result<(), RegistryError>,
) -> Result<Option<Item<T>>, Fault> {
    while let Some(row) = pages.next(database)? {
        let place = rows::chain(&mut Cells::new(pages.table, row.clone()));
        let number = row.get(pages.table.key.saturating_sub(1)).and_then(Cell::number);
        let read = read(&mut Cells::new(pages.table, row));
        match (place, read) {
            (Ok(chain), Ok(read)) => return Ok(Some(Item { chain, read: Ok(read) })),
            (Ok(chain), Err(failure)) => {
                return Ok(Some(Item { chain, read: Err((failure, number.unwrap_or(0))) }));
            }
            (Err(failure), _) => each(Step::Unreadable(failure, None))?,
        }
    }
    Ok(None)
}

/// Events and ends come in the same order; whichever chain is first has its turn. Gives the ends
/// that name another time than their last event.
fn walk_chains<D: Database>(
    database: &mut D,
    each: &mut dyn FnMut(Step) -> Result<(), RegistryError>,
) -> Result<Vec<Loose>, Fault> {
    let (mut events, mut ends) = (Pages::of(&EVENT), Pages::of(&CHAIN));
    let (mut said, mut customers) = (Said::default(), Customers::new());
    let mut found = Vec::new();
    let mut event: Option<Item<Event>> = item((&mut events, database), rows::event, each)?;
    let mut end: Option<Item<End>> = item((&mut ends, database), rows::end, each)?;
    loop {
        let of_event = event.as_ref().map(|event| &event.chain);
        let of_end = end.as_ref().map(|end| &end.chain);
        let chain = [of_event, of_end].into_iter().flatten().min().cloned();
        if let Some(said) = said.of_another(chain.as_ref().map(|chain| chain.customer)) {
            compare(database, &mut customers, (&said, each))?;
        }
        let Some(chain) = chain else {
            found.truncate(LOOSE as usize);
            return Ok(found);
        };
        let mut made = None;
        while let Some(next) = event.take_if(|event| event.chain == chain) {
            each(match next.read {
                Ok(read) => {
                    made = Some((read.number, read.event.at));
                    said.take(&read);
                    Step::Event(Box::new(read))
                }
                Err((failure, number)) => Step::Unreadable(failure, Some((next.chain, number))),
            })?;
            event = item((&mut events, database), rows::event, each)?;
        }
        let kept = match end.take_if(|end| end.chain == chain).map(|end| end.read) {
            None => Kept::Nothing,
            Some(Ok(read)) => {
                if made.is_some_and(|(number, at)| number == read.head.number && at != read.at) {
                    found.push(Loose::End(chain.clone(), "made"));
                }
                Kept::Head(read.head)
            }
            Some(Err((failure, _))) => {
                each(Step::Unreadable(failure, None))?;
                Kept::Unreadable
            }
        };
        if kept != Kept::Nothing {
            end = item((&mut ends, database), rows::end, each)?;
        }
        each(Step::End(chain, kept))?;
    }
}

/// Tells where the rows of a customer say something else than its events.
fn compare<D: Database>(
    database: &mut D,
    customers: &mut Customers,
    (said, each): (&Said, &mut dyn FnMut(Step) -> Result<(), RegistryError>),
) -> Result<(), Fault> {
    let Some(id) = said.about() else { return Ok(()) };
    let rows = customers.rows(database, id)?;
    said.otherwise(&rows).into_iter().try_for_each(|loose| each(Step::Loose(loose)))?;
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
            (Some(first), last) => loose::instances(database, first, last.unwrap_or(first))?,
            (None, _) => BTreeSet::new(),
        };
        each(Documents { rows, instances })?;
    }
    Ok(())
}

/// Whether there is no customer yet.
pub(super) fn is_empty<D: Database>(database: &mut D) -> Result<bool, Fault> {
    let any = read::all(database, &CUSTOMER, "LIMIT 1", &[], rows::customer)?;
    Ok(any.is_empty())
}
