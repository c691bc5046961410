//! Tables whose rows begin with their customer, read side by side, customer after customer.

use super::database::{Database, Fault, Search};
use super::page::Pages;
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells, stored};
use crate::registry::model::{Contact, Customer, Instance, Note, RecordId, Sha256, Subscription};
use crate::registry::rows;
use crate::registry::table::{CALLED, SEARCHED_FTS5, SEARCHED_TRIGRAMS, Table};
use crate::registry::trace::{self, Which};

/// The most rows that are told of, of those that were passed before a customer.
const PASSED: usize = 100;

/// A table whose rows begin with their customer, read as far as was asked for.
pub(super) struct Ahead {
    pages: Pages,
    next: Option<(RecordId, Vec<Cell>)>,
    /// The customer of the last row, as it is written.
    last: Option<(String, RecordId)>,
    /// Rows that were passed because they name no customer.
    pub(super) passed: Vec<Failure>,
}

impl Ahead {
    pub(super) fn of(table: &'static Table) -> Self {
        Self { pages: Pages::of(table), next: None, last: None, passed: Vec::new() }
    }

    /// Whose the next row is. One that names no customer is passed.
    pub(super) fn customer<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<RecordId>, Fault> {
        while self.next.is_none() {
            let Some(row) = self.pages.next(database)? else { break };
            match self.whose(&row) {
                Some(customer) => self.next = Some((customer, row)),
                None => self.pass(row),
            }
        }
        Ok(self.next.as_ref().map(|(customer, _)| *customer))
    }

    fn whose(&mut self, row: &[Cell]) -> Option<RecordId> {
        let text = row.first()?.as_text()?;
        if let Some((_, customer)) = self.last.as_ref().filter(|(last, _)| last == text) {
            return Some(*customer);
        }
        let customer = stored(text, RecordId::parse)?;
        self.last = Some((text.to_owned(), customer));
        Some(customer)
    }

    fn pass(&mut self, row: Vec<Cell>) {
        let read = Cells::new(self.pages.table, row).id(RecordId::parse);
        self.passed.extend(read.err().filter(|_| self.passed.len() < PASSED));
    }

    /// The customer's rows, which is behind all that were asked for before: each as it is read.
    pub(super) fn rows<D: Database, T>(
        &mut self,
        database: &mut D,
        id: RecordId,
        mut read: impl FnMut(Vec<Cell>) -> T,
    ) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        while self.customer(database)?.is_some_and(|customer| customer <= id) {
            // Nothing was asked of a customer before this one.
            if let Some((_, row)) = self.next.take().filter(|(customer, _)| *customer == id) {
                found.push(read(row));
            }
        }
        Ok(found)
    }

    /// The customer's rows that can be read, and why others cannot.
    fn sound<D: Database, T>(
        &mut self,
        database: &mut D,
        id: RecordId,
        read: fn(&mut Cells) -> Result<T, Failure>,
        damaged: &mut Vec<Failure>,
    ) -> Result<Vec<T>, Fault> {
        let table = self.pages.table;
        let all = self.rows(database, id, |row| read(&mut Cells::new(table, row)))?;
        Ok(sound(all, damaged))
    }
}

fn sound<T>(rows: Vec<Result<T, Failure>>, damaged: &mut Vec<Failure>) -> Vec<T> {
    rows.into_iter().filter_map(|row| row.map_err(|failure| damaged.push(failure)).ok()).collect()
}

/// A table whose rows events tell of.
struct Traced {
    which: Which,
    ahead: Ahead,
}

impl Traced {
    fn of(which: Which) -> Self {
        Self { which, ahead: Ahead::of(which.table()) }
    }

    /// The customer's rows that can be read, and the trace of each.
    fn rows<D: Database, T>(
        &mut self,
        database: &mut D,
        id: RecordId,
        read: fn(&mut Cells) -> Result<T, Failure>,
        (traces, damaged): (&mut Vec<Trace>, &mut Vec<Failure>),
    ) -> Result<Vec<T>, Fault> {
        let (which, table) = (self.which, self.which.table());
        let all = self.ahead.rows(database, id, |row| {
            let hash = trace::hash(table, &row);
            let name = trace::name(which, &row).to_owned();
            let read = read(&mut Cells::new(table, row));
            if read.is_ok() {
                traces.push(Trace { which, name, hash });
            }
            read
        })?;
        Ok(sound(all, damaged))
    }
}

/// A row that events tell of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trace {
    pub(super) which: Which,
    /// What names it beside its customer.
    pub(super) name: String,
    pub(super) hash: Sha256,
}

/// What is searched of a subscription, or of a customer without any.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Searched {
    pub(super) subscription: String,
    pub(super) text: String,
    /// Whether the index has it.
    pub(super) is_indexed: bool,
}

/// The rows of one customer.
#[derive(Debug, Default)]
pub(super) struct OfCustomer {
    pub(super) customer: Vec<Customer>,
    pub(super) contacts: Vec<Contact>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) instances: Vec<Instance>,
    pub(super) notes: Vec<Note>,
    /// Of the rows that can be read, table by table.
    pub(super) traces: Vec<Trace>,
    /// What the customer and its subscriptions are called.
    pub(super) called: Vec<(String, String)>,
    pub(super) searched: Vec<Searched>,
    /// What cannot be read.
    pub(super) damaged: Vec<Failure>,
    /// What cannot be read of what is made from the others.
    pub(super) unmade: Vec<Failure>,
}

/// The rows of all customers, one after the other.
pub(super) struct Customers {
    customers: Traced,
    contacts: Traced,
    subscriptions: Traced,
    instances: Traced,
    notes: Traced,
    called: Ahead,
    searched: Ahead,
}

impl Customers {
    pub(super) fn new(search: Search) -> Self {
        Self {
            customers: Traced::of(Which::Customer),
            contacts: Traced::of(Which::Contact),
            subscriptions: Traced::of(Which::Subscription),
            instances: Traced::of(Which::Instance),
            notes: Traced::of(Which::Note),
            called: Ahead::of(&CALLED),
            searched: Ahead::of(match search {
                Search::Fts5 => &SEARCHED_FTS5,
                Search::Trigrams => &SEARCHED_TRIGRAMS,
            }),
        }
    }

    fn tables(&mut self) -> [&mut Ahead; 7] {
        [
            &mut self.customers.ahead,
            &mut self.contacts.ahead,
            &mut self.subscriptions.ahead,
            &mut self.instances.ahead,
            &mut self.notes.ahead,
            &mut self.called,
            &mut self.searched,
        ]
    }

    /// The next customer with a row.
    pub(super) fn next<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<RecordId>, Fault> {
        let mut next = None;
        for table in self.tables() {
            next = [next, table.customer(database)?].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// Why rows cannot be read that name no customer, of those that were passed by now.
    pub(super) fn passed(&mut self) -> Vec<Failure> {
        let tables = self.tables().into_iter();
        tables.flat_map(|table| std::mem::take(&mut table.passed)).collect()
    }

    /// The rows of this customer, which is behind all that were asked for before.
    pub(super) fn rows<D: Database>(
        &mut self,
        database: &mut D,
        id: RecordId,
    ) -> Result<OfCustomer, Fault> {
        let mut all = OfCustomer::default();
        let (traces, damaged) = (&mut all.traces, &mut all.damaged);
        macro_rules! read {
            ($table:ident, $read:path) => {
                self.$table.rows(database, id, $read, (&mut *traces, &mut *damaged))?
            };
        }
        all.customer = read!(customers, rows::customer);
        all.contacts = read!(contacts, rows::contact);
        all.subscriptions = read!(subscriptions, rows::subscription);
        all.instances = read!(instances, rows::instance);
        all.notes = read!(notes, rows::note);
        all.called = self.called.sound(database, id, called, &mut all.unmade)?;
        all.searched = self.searched.sound(database, id, searched, &mut all.unmade)?;
        Ok(all)
    }
}

fn called(cells: &mut Cells) -> Result<(String, String), Failure> {
    cells.id(RecordId::parse)?;
    Ok((cells.text()?, cells.text()?))
}

fn searched(cells: &mut Cells) -> Result<Searched, Failure> {
    cells.id(RecordId::parse)?;
    let (subscription, text) = (cells.text()?, cells.text()?);
    Ok(Searched { subscription, text, is_indexed: cells.yes()? })
}
