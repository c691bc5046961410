//! Tables whose rows begin with their customer, read side by side, customer after customer.

use super::database::{Database, Fault};
use super::page::Pages;
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::model::{Contact, Customer, Note, RecordId, Subscription};
use crate::registry::rows;
use crate::registry::table::{CONTACT, CUSTOMER, NOTE, SUBSCRIPTION, Table};

/// The most rows that are told of, of those that were passed before a customer.
const PASSED: usize = 100;

/// A table whose rows begin with their customer, read as far as was asked for.
pub(super) struct Ahead {
    pages: Pages,
    next: Option<(RecordId, Vec<Cell>)>,
    /// Rows that were passed because they name no customer.
    pub(super) passed: Vec<Failure>,
}

impl Ahead {
    pub(super) fn of(table: &'static Table) -> Self {
        Self { pages: Pages::of(table), next: None, passed: Vec::new() }
    }

    /// Whose the next row is. One that names no customer is passed.
    pub(super) fn customer<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<RecordId>, Fault> {
        while self.next.is_none() {
            let Some(row) = self.pages.next(database)? else { break };
            let mut cells = Cells::new(self.pages.table, row);
            match cells.id(RecordId::parse) {
                Ok(customer) => self.next = Some((customer, cells.into_row())),
                Err(failure) if self.passed.len() < PASSED => self.passed.push(failure),
                Err(_) => {}
            }
        }
        Ok(self.next.as_ref().map(|(customer, _)| *customer))
    }

    /// The customer's rows, which is behind all that were asked for before: each as it is read.
    pub(super) fn rows<D: Database, T>(
        &mut self,
        database: &mut D,
        id: RecordId,
        read: fn(&mut Cells) -> Result<T, Failure>,
    ) -> Result<Vec<Result<T, Failure>>, Fault> {
        let mut found = Vec::new();
        while self.customer(database)?.is_some_and(|customer| customer <= id) {
            // Nothing was asked of a customer before this one.
            if let Some((_, row)) = self.next.take().filter(|(customer, _)| *customer == id) {
                found.push(read(&mut Cells::new(self.pages.table, row)));
            }
        }
        Ok(found)
    }
}

/// The rows of one customer.
#[derive(Debug, Default)]
pub(super) struct OfCustomer {
    pub(super) customer: Vec<Customer>,
    pub(super) contacts: Vec<Contact>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) notes: Vec<Note>,
    /// What cannot be read.
    pub(super) damaged: Vec<Failure>,
}

/// The rows of all customers, one after the other.
pub(super) struct Customers {
    customers: Ahead,
    contacts: Ahead,
    subscriptions: Ahead,
    notes: Ahead,
}

impl Customers {
    pub(super) fn new() -> Self {
        Self {
            customers: Ahead::of(&CUSTOMER),
            contacts: Ahead::of(&CONTACT),
            subscriptions: Ahead::of(&SUBSCRIPTION),
            notes: Ahead::of(&NOTE),
        }
    }

    /// The next customer with a row.
    pub(super) fn next<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<RecordId>, Fault> {
        let mut next = None;
        for table in
            [&mut self.customers, &mut self.contacts, &mut self.subscriptions, &mut self.notes]
        {
            next = [next, table.customer(database)?].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// Why rows cannot be read that name no customer, of those that were passed by now.
    pub(super) fn passed(&mut self) -> Vec<Failure> {
        let tables =
            [&mut self.customers, &mut self.contacts, &mut self.subscriptions, &mut self.notes];
        tables.into_iter().flat_map(|table| std::mem::take(&mut table.passed)).collect()
    }

    /// The rows of this customer, which is behind all that were asked for before.
    pub(super) fn rows<D: Database>(
        &mut self,
        database: &mut D,
        id: RecordId,
    ) -> Result<OfCustomer, Fault> {
        let mut damaged = Vec::new();
        Ok(OfCustomer {
            customer: sound(self.customers.rows(database, id, rows::customer)?, &mut damaged),
            contacts: sound(self.contacts.rows(database, id, rows::contact)?, &mut damaged),
            subscriptions: sound(
                self.subscriptions.rows(database, id, rows::subscription)?,
                &mut damaged,
            ),
            notes: sound(self.notes.rows(database, id, rows::note)?, &mut damaged),
            damaged,
        })
    }
}

fn sound<T>(rows: Vec<Result<T, Failure>>, damaged: &mut Vec<Failure>) -> Vec<T> {
    rows.into_iter().filter_map(|row| row.map_err(|failure| damaged.push(failure)).ok()).collect()
}
