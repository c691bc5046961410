//! A change, made: the head compared, rows written, the event linked to its chain.

use std::collections::BTreeMap;

use license_core::day::unix_text;
use license_core::document::Kind;

use super::database::{Database, Fault};
use super::entered::Entered;
use super::indexing::{self, Stale};
use super::read;
use crate::problem::{Failure, Problem};
use crate::registry::cell::{Cell, Cells};
use crate::registry::chain;
use crate::registry::change::{Appended, Change, Write};
use crate::registry::error::{Conflict, RegistryError};
use crate::registry::model::{
    Chain, Customer, Document, Event, Head, NewEvent, RecordId, Subscription,
};
use crate::registry::rows::{self, End};
use crate::registry::table::{CHAIN, CUSTOMER, DOCUMENT, EVENT, SUBSCRIPTION};
use crate::registry::trace::{self, Which};

/// Makes a change within the transaction that was begun.
pub(super) fn append<D: Database>(database: &mut D, change: &Change) -> Result<Appended, Fault> {
    let mut made = Made::default();
    let appended = made.append(database, change)?;
    made.index(database)?;
    Ok(appended)
}

/// Makes changes within the transaction that was begun. What is searched of a customer is made anew
/// once, however many of them are about it.
pub(super) fn append_many<D: Database>(
    database: &mut D,
    changes: &[Change],
) -> Result<Vec<Appended>, Fault> {
    let mut made = Made::default();
    let each = changes.iter().map(|change| made.append(database, change));
    let appended = each.collect::<Result<_, _>>()?;
    made.index(database)?;
    Ok(appended)
}

/// What a transaction has made so far.
#[derive(Default)]
struct Made {
    /// The customers that it entered.
    entered: BTreeMap<RecordId, Entered>,
    /// Texts of other customers that are stale.
    stale: BTreeMap<RecordId, Stale>,
    /// The events that are made and not entered yet: all of them are, at once.
    events: Vec<Vec<Cell>>,
}

/// The end of a chain that a change goes on from.
enum Locked {
    /// The change begins the chain with this event, and the chain's end stands behind it.
    Begun(Box<Event>),
    /// The end that was there, kept from others until the transaction is over.
    There(End),
}

impl Made {
    /// Makes a change; the texts that it makes stale stay as they are.
    fn append<D: Database>(
        &mut self,
        database: &mut D,
        change: &Change,
    ) -> Result<Appended, Fault> {
        let (event, end) = match self.lock(database, change)? {
            Locked::Begun(event) => (*event, None),
            Locked::There(end) => (linked(change, end.head), Some(end)),
        };
        let head = end.as_ref().map_or(Head::NONE, |end| end.head);
        if change.expected.is_some_and(|expected| expected != head) {
            self.enter_events(database)?;
            let before = made_already(database, change)?;
            return before.ok_or_else(|| faster(database, &change.chain));
        }
        let serial = match &change.filed {
            Some(document) => {
                let last = end.as_ref().map_or(0, |end| end.serial);
                self.file(database, change, (document, last))?
            }
            None => None,
        };
        if end.is_none() {
            enter_subscription(database, change)?;
        }
        let enters = end.is_none() && change.chain.subscription.is_empty();
        for write in &change.writes {
            if let Write::Customer(row) = write
                && enters
            {
                self.enter(database, change, row)?;
            } else {
                make(database, &change.chain, write)?;
            }
        }
        let made = Head { number: event.number, hash: event.hash };
        self.events.push(rows::of_event(&event));
        self.note(change, event.number);
        if let Some(end) = end {
            let serial = serial.unwrap_or(end.serial);
            let end = End { chain: event.chain, head: made, at: event.event.at, serial };
            database.execute(MOVE, &rows::of_end(&end))?;
        }
        Ok(Appended { head: made, serial })
    }

    /// The end of the chain, kept from others until the transaction is over.
    fn lock<D: Database>(&self, database: &mut D, change: &Change) -> Result<Locked, Fault> {
        let enters = change.writes.iter().any(|write| matches!(write, Write::Customer(_)));
        let is_known = enters || self.entered.contains_key(&change.chain.customer);
        let begins = change.expected.is_none_or(|head| head == Head::NONE);
        if is_known
            && begins
            && let Some(event) = begin(database, change)?
        {
            return Ok(Locked::Begun(Box::new(event)));
        }
        if let Some(end) = locked(database, &change.chain)? {
            return Ok(Locked::There(end));
        }
        if !is_known && read::customer(database, change.chain.customer)?.is_none() {
            let missing = format!("customer {} is not in the registry", change.chain.customer);
            return Err(Failure::new(Problem::RegistryNoCustomer, missing).into());
        }
        if let Some(event) = begin(database, change)? {
            return Ok(Locked::Begun(Box::new(event)));
        }
        // Another desk has begun the chain meanwhile.
        locked(database, &change.chain)?.map(Locked::There).ok_or(Fault::Again)
    }

    /// Enters the customer of a chain that is new. Where its row was there before, it is replaced.
    fn enter<D: Database>(
        &mut self,
        database: &mut D,
        change: &Change,
        row: &Customer,
    ) -> Result<(), Fault> {
        let id = change.chain.customer;
        if database.execute(CUSTOMER.insert(), &rows::of_customer(id, row))? == 1 {
            self.entered.insert(id, Entered::of(row));
            return Ok(());
        }
        make(database, &change.chain, &Write::Customer(row.clone()))
    }

    /// Notes what the change with this number was about.
    fn note(&mut self, change: &Change, number: u64) {
        let customer = change.chain.customer;
        if let Some(entered) = self.entered.get_mut(&customer) {
            entered.take(change, number);
        } else if let Some(more) = indexing::stale(change, number == 1) {
            let all = match self.stale.remove(&customer) {
                Some(before) => before.and(more),
                None => more,
            };
            self.stale.insert(customer, all);
        }
    }

    /// Enters the events that are made.
    fn enter_events<D: Database>(&mut self, database: &mut D) -> Result<(), Fault> {
        let events = std::mem::take(&mut self.events);
        let entered = database.execute_each(EVENT.insert(), &events)?;
        if usize::try_from(entered) == Ok(events.len()) {
            return Ok(());
        }
        let found = "an event of this number is in its chain already";
        Err(Failure::new(Problem::RegistryDamaged, found).into())
    }

    /// Files a document, and gives a license the serial after this one.
    fn file<D: Database>(
        &mut self,
        database: &mut D,
        change: &Change,
        (document, last): (&Document, u32),
    ) -> Result<Option<u32>, Fault> {
        let is_license = document.kind == Kind::License;
        let serial = if is_license { Some(next(last)?) } else { None };
        let cells = rows::of_document(&change.chain, document, serial);
        if database.execute(DOCUMENT.insert(), &cells)? == 1 {
            return Ok(serial);
        }
        self.enter_events(database)?;
        let told = read::told(database, change.chain.customer, document.sha256)?;
        let first = told.map(|event| {
            let (what, when) = (event.what.word(), unix_text(event.at));
            format!(": {} was first ({what}, {when})", event.who)
        });
        let found = format!(
            "the customer's file {} is in the registry already{}",
            document.sha256,
            first.unwrap_or_default()
        );
        Err(Failure::new(Problem::RegistryHasDocument, found).into())
    }

    /// Makes what is searched, once all that it is made of is there.
    fn index<D: Database>(mut self, database: &mut D) -> Result<(), Fault> {
        self.enter_events(database)?;
        for (customer, stale) in &self.stale {
            indexing::renew(database, *customer, stale)?;
        }
        indexing::make(database, self.entered.into_values())
    }
}

/// Enters a chain, its end behind this change; nothing where the chain is there.
fn begin<D: Database>(database: &mut D, change: &Change) -> Result<Option<Event>, Fault> {
    let event = linked(change, Head::NONE);
    let files = change.filed.as_ref().is_some_and(|document| document.kind == Kind::License);
    let head = Head { number: event.number, hash: event.hash };
    let end =
        End { chain: change.chain.clone(), head, at: event.event.at, serial: u32::from(files) };
    let is_new = database.execute(CHAIN.insert(), &rows::of_end(&end))? == 1;
    Ok(is_new.then_some(event))
}

fn locked<D: Database>(database: &mut D, chain: &Chain) -> Result<Option<End>, Fault> {
    let lock = database.dialect().lock;
    let sql = format!("{} WHERE t.customer = ?1 AND t.subscription = ?2{lock}", CHAIN.select());
    let found = database.rows(&sql, &read::of_chain(chain))?.pop();
    Ok(found.map(|row| rows::end(&mut Cells::new(&CHAIN, row))).transpose()?)
}

/// What the same change gave before, where it was made and its answer was lost.
fn made_already<D: Database>(database: &mut D, change: &Change) -> Result<Option<Appended>, Fault> {
    let Some(expected) = change.expected else { return Ok(None) };
    let event = linked(change, expected);
    let found = read::events(database, &change.chain, expected.number, 1)?;
    if found.first().is_none_or(|found| found.hash != event.hash) {
        return Ok(None);
    }
    let serial = match &change.filed {
        Some(filed) => read::serial(database, &change.chain, filed.sha256)?,
        None => None,
    };
    Ok(Some(Appended { head: Head { number: event.number, hash: event.hash }, serial }))
}

/// The refusal that says who was faster.
fn faster<D: Database>(database: &mut D, chain: &Chain) -> Fault {
    let last = match read::last_event(database, chain) {
        Ok(last) => last,
        Err(fault) => return fault,
    };
    let Some(last) = last else {
        let gone = format!("{chain}: found no event, expected those that were there before");
        return Failure::new(Problem::RegistryDamaged, gone).into();
    };
    let NewEvent { who, at, what, .. } = last.event;
    RegistryError::Conflict(Conflict { chain: chain.clone(), found: None, who, at, what }).into()
}

/// The serial after this one.
fn next(last: u32) -> Result<u32, Fault> {
    last.checked_add(1).ok_or_else(|| {
        let found = "the last license's number is the greatest there is";
        Failure::new(Problem::RegistryDamaged, found).into()
    })
}

/// Enters the subscription that the first event of its chain is about, where that does not do it.
fn enter_subscription<D: Database>(database: &mut D, change: &Change) -> Result<(), Fault> {
    let chain = &change.chain;
    let is_own = |write: &Write| match write {
        Write::Subscription(row) => row.id == chain.subscription,
        Write::Customer(_)
        | Write::Contact(_)
        | Write::Instance(_)
        | Write::Note(_)
        | Write::Answered(_)
        | Write::Excepted(_)
        | Write::Revoked(..) => false,
    };
    if !chain.subscription.is_empty() && !change.writes.iter().any(is_own) {
        let plain = Subscription::plain(chain);
        database.execute(SUBSCRIPTION.insert(), &rows::of_subscription(chain.customer, &plain))?;
    }
    Ok(())
}

fn make<D: Database>(database: &mut D, chain: &Chain, write: &Write) -> Result<(), Fault> {
    if let Some((which, cells)) = row(chain, write) {
        database.execute(which.table().put(), &cells)?;
        return Ok(());
    }
    let (column, value, sha256): (_, Cell, _) = match write {
        Write::Answered(sha256) => ("answered", 1_u32.into(), *sha256),
        Write::Excepted(sha256) => ("exception", 1_u32.into(), *sha256),
        Write::Revoked(sha256, at) => ("revoked", (*at).into(), *sha256),
        Write::Customer(_)
        | Write::Contact(_)
        | Write::Subscription(_)
        | Write::Instance(_)
        | Write::Note(_) => return Ok(()),
    };
    mark(database, column, &[value, chain.customer.into(), sha256.into()])
}

/// The row that is written, where it is one.
fn row(chain: &Chain, write: &Write) -> Option<(Which, Vec<Cell>)> {
    let customer = chain.customer;
    Some(match write {
        Write::Customer(row) => (Which::Customer, rows::of_customer(customer, row)),
        Write::Contact(row) => (Which::Contact, rows::of_contact(customer, row)),
        Write::Subscription(row) => (Which::Subscription, rows::of_subscription(customer, row)),
        Write::Instance(row) => (Which::Instance, rows::of_instance(customer, row)),
        Write::Note(row) => (Which::Note, rows::of_note(chain, row)),
        Write::Answered(_) | Write::Excepted(_) | Write::Revoked(..) => return None,
    })
}

/// Sets one column of a document that must be there.
fn mark<D: Database>(database: &mut D, column: &str, values: &[Cell]) -> Result<(), Fault> {
    let sql = format!("UPDATE document SET {column} = ?1 WHERE customer = ?2 AND sha256 = ?3");
    if database.execute(&sql, values)? == 1 {
        return Ok(());
    }
    let missing = "the document that was to be marked is not among the customer's";
    Err(Failure::new(Problem::RegistryNoDocument, missing).into())
}

/// The event of a change, behind this head; it tells of the rows that are written with it.
fn linked(change: &Change, before: Head) -> Event {
    let mut event = change.event.clone();
    let rows: Vec<_> = change.writes.iter().filter_map(|it| row(&change.chain, it)).collect();
    event.detail = trace::with(event.detail, &rows);
    event.document = change.filed.as_ref().map(|document| document.sha256).or(event.document);
    let hash = chain::hash(&change.chain, before, &event);
    let (chain, number) = (change.chain.clone(), before.number + 1);
    Event { chain, number, previous: before.hash, hash, event }
}

const MOVE: &str = "UPDATE chain SET number = ?3, hash = ?4, made = ?5, serial = ?6 \
                    WHERE customer = ?1 AND subscription = ?2";
