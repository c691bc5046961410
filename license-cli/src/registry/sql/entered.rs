//! Customers whose rows a transaction has entered itself. Nobody else has rows of them before it is
//! over, so what it wrote needs not be looked up.

use std::collections::BTreeMap;

use super::texts::{Ground, Place, Source};
use crate::registry::change::{Change, Write};
use crate::registry::model::{Contact, Customer, Instance, Note, RecordId, Subscription};

/// A customer that was entered, and all its rows that are searched, each by its key.
#[derive(Debug)]
pub(super) struct Entered {
    customer: Customer,
    contacts: BTreeMap<RecordId, Contact>,
    subscriptions: BTreeMap<String, Subscription>,
    instances: BTreeMap<String, Instance>,
    notes: BTreeMap<RecordId, Note>,
    grounds: BTreeMap<Place, Ground>,
}

impl Entered {
    /// This customer, without any other row.
    pub(super) fn of(customer: &Customer) -> Self {
        Self {
            customer: customer.clone(),
            contacts: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            instances: BTreeMap::new(),
            notes: BTreeMap::new(),
            grounds: BTreeMap::new(),
        }
    }

    /// Takes a change that was made, which this number has in its chain.
    pub(super) fn take(&mut self, change: &Change, number: u64) {
        let id = &change.chain.subscription;
        if number == 1 && !id.is_empty() {
            let plain = || Subscription::plain(&change.chain);
            self.subscriptions.entry(id.clone()).or_insert_with(plain);
        }
        for write in &change.writes {
            match write {
                Write::Customer(row) => self.customer = row.clone(),
                Write::Contact(row) => drop(self.contacts.insert(row.id, row.clone())),
                Write::Subscription(row) => {
                    self.subscriptions.insert(row.id.clone(), row.clone());
                }
                Write::Instance(row) => {
                    self.instances.insert(row.id.to_string(), row.clone());
                }
                Write::Note(row) => {
                    let row = Note { subscription: id.clone(), ..row.clone() };
                    self.notes.insert(row.id, row);
                }
                Write::Answered(_) | Write::Excepted(_) | Write::Revoked(..) => {}
            }
        }
        if let Some(ground) = Ground::of(id, &change.event) {
            self.grounds.insert(Place::of(change.event.at, id, number), ground);
        }
    }

    /// What its texts are made of, and its subscriptions.
    pub(super) fn into_source(self) -> (Source, Vec<Subscription>) {
        let source = Source {
            customer: self.customer,
            contacts: self.contacts.into_values().collect(),
            instances: self.instances.into_values().collect(),
            notes: self.notes.into_values().collect(),
            grounds: self.grounds.into_values().collect(),
        };
        (source, self.subscriptions.into_values().collect())
    }
}
