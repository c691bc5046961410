//! What the events of a customer say of its rows, beside the rows: one that was changed, added or
//! taken out by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::ahead::{OfCustomer, Trace};
use crate::registry::model::{Chain, Event, RecordId, Sha256, Subscription, What};
use crate::registry::trace::{Told, Which};
use crate::registry::walk::Loose;

/// What a chain said last of a row.
#[derive(Debug)]
struct Last {
    /// The chain, by its place among the customer's.
    chain: usize,
    hash: Sha256,
}

/// What the events of one customer have said of its rows so far.
#[derive(Debug)]
pub(super) struct Traces {
    customer: RecordId,
    /// Its chains with events, in their order.
    chains: Vec<String>,
    /// Whether the event that entered the customer tells of rows: then each of them is told of.
    is_complete: bool,
    /// An event cannot be read: what it told of is not known.
    pub(super) is_blind: bool,
    /// By table and by what names a row. Which of two chains said it later is not known, so what
    /// either said last may stand in the row.
    told: [BTreeMap<String, Vec<Last>>; Which::COUNT],
}

/// What is named of a customer already.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Subscriptions of which a column is named; the customer's own where that is empty.
    pub(super) fields: BTreeSet<String>,
    /// Notes that events tell all of in words.
    pub(super) notes: BTreeSet<String>,
}

impl Traces {
    /// Nothing yet of this customer.
    pub(super) fn of(customer: RecordId) -> Self {
        Self {
            customer,
            chains: Vec::new(),
            is_complete: false,
            is_blind: false,
            told: Default::default(),
        }
    }

    /// Takes that a chain begins.
    pub(super) fn begin(&mut self, chain: &Chain) {
        self.chains.push(chain.subscription.clone());
    }

    /// Takes the rows that an event of the last chain tells of.
    pub(super) fn take(&mut self, event: &Event, rows: Vec<Told>) {
        let chain = self.chains.len().saturating_sub(1);
        for Told(which, name, hash) in rows {
            self.is_complete |= which == Which::Customer && event.event.what != What::Edited;
            let Some(told) = self.told.get_mut(which as usize) else { continue };
            let last = told.entry(name).or_default();
            match last.iter_mut().find(|last| last.chain == chain) {
                Some(last) => last.hash = hash,
                None => last.push(Last { chain, hash }),
            }
        }
    }

    /// What the rows say otherwise, where it is not named already.
    pub(super) fn otherwise(mut self, rows: &OfCustomer, named: &Named) -> Vec<Loose> {
        let mut found = Vec::new();
        let mut before: Option<&Trace> = None;
        for row in &rows.traces {
            let is_twice = before.is_some_and(|it| (it.which, &it.name) == (row.which, &row.name));
            before = Some(row);
            if is_twice {
                found.push(Loose::Twice(self.chain(row.which, &row.name), words(row)));
                continue;
            }
            let told = self.told.get_mut(row.which as usize).and_then(|it| it.remove(&row.name));
            if is_named(named, row.which, &row.name) {
                continue;
            }
            let loose: fn(Chain, String) -> Loose = match told {
                Some(last) if self.is_one_of(row, &last) => continue,
                Some(_) => Loose::Said,
                None if self.may_be_untold(row, rows) => continue,
                None => Loose::Untold,
            };
            found.push(loose(self.chain(row.which, &row.name), words(row)));
        }
        // One that cannot be read may be one that is missing: that it cannot is told.
        if rows.damaged.is_empty() {
            found.extend(self.gone(named));
        }
        found
    }

    /// What is told of and is not there. A customer or a subscription that is gone is named beside
    /// its chain.
    fn gone(&self, named: &Named) -> Vec<Loose> {
        let mut found = Vec::new();
        for which in [Which::Contact, Which::Instance, Which::Note] {
            let told = self.told.get(which as usize).into_iter().flat_map(BTreeMap::keys);
            let gone = told.filter(|name| !is_named(named, which, name));
            found.extend(gone.map(|name| {
                Loose::Gone(self.chain(which, name), format!("{} {name}", which.table().name))
            }));
        }
        found
    }

    /// Whether the row is one that a chain told of last. Of a subscription its own chain knows.
    fn is_one_of(&self, row: &Trace, last: &[Last]) -> bool {
        let is_own = |it: &&Last| self.chains.get(it.chain).is_some_and(|own| *own == row.name);
        let own = last.iter().find(|it| row.which == Which::Subscription && is_own(it));
        match own {
            Some(own) => own.hash == row.hash,
            None => last.iter().any(|it| it.hash == row.hash),
        }
    }

    /// Whether a row may be there of which no event tells.
    fn may_be_untold(&self, row: &Trace, rows: &OfCustomer) -> bool {
        let is_old = !self.is_complete;
        match row.which {
            // Somebody entered the customer, and whoever entered a note told of it.
            Which::Customer => is_old && !self.chains.is_empty(),
            Which::Note => false,
            Which::Contact | Which::Instance => is_old,
            // The first event of its chain has entered it.
            Which::Subscription => {
                let plain = Subscription::plain(&Chain::of(self.customer, row.name.as_str()));
                let is_plain = || rows.subscriptions.contains(&plain);
                self.chains.contains(&row.name) && (is_old || is_plain())
            }
        }
    }

    fn chain(&self, which: Which, name: &str) -> Chain {
        let of = if which == Which::Subscription { name } else { "" };
        Chain::of(self.customer, of)
    }
}

fn is_named(named: &Named, which: Which, name: &str) -> bool {
    match which {
        Which::Customer | Which::Subscription => named.fields.contains(name),
        Which::Note => named.notes.contains(name),
        Which::Contact | Which::Instance => false,
    }
}

/// A row in words, behind its chain.
fn words(row: &Trace) -> String {
    match row.which {
        Which::Customer | Which::Subscription => "its row".to_owned(),
        Which::Contact | Which::Instance | Which::Note => {
            format!("{} {}", row.which.table().name, row.name)
        }
    }
}
