//! What is made from a customer's rows, beside what they make now: what is searched, and what the
//! customer and its subscriptions are called.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::ahead::{OfCustomer, Searched};
use super::texts::{Ground, Place, Source, names_of};
use crate::registry::model::{Chain, Event, RecordId, Subscription};
use crate::registry::walk::Loose;

/// The grounds of what was done for one customer, the newest first.
#[derive(Debug, Default)]
pub(super) struct Grounds(BTreeMap<Place, Ground>);

impl Grounds {
    /// Takes those of an event, if it has any.
    pub(super) fn take(&mut self, event: &Event) {
        let subscription = &event.chain.subscription;
        if let Some(ground) = Ground::of(subscription, &event.event) {
            self.0.insert(Place::of(event.event.at, subscription, event.number), ground);
        }
    }
}

/// What stands there and is made otherwise from the rows of this customer, all of which were read.
pub(super) fn otherwise(id: RecordId, mut rows: OfCustomer, grounds: Grounds) -> Vec<Loose> {
    let called = std::mem::take(&mut rows.called);
    let searched = std::mem::take(&mut rows.searched);
    let subscriptions = std::mem::take(&mut rows.subscriptions);
    let source = rows.customer.pop().map(|customer| Source {
        customer,
        contacts: rows.contacts,
        instances: rows.instances,
        notes: rows.notes,
        grounds: grounds.0.into_values().collect(),
    });
    let mut found = calls(id, source.as_ref(), &subscriptions, &called);
    found.extend(texts(id, source.as_ref(), &subscriptions, &searched));
    found
}

/// Names that stand there and are not its own, and its own that are missing: both are in order.
fn calls(
    id: RecordId,
    source: Option<&Source>,
    subscriptions: &[Subscription],
    called: &[(String, String)],
) -> Vec<Loose> {
    let mut found = Vec::new();
    let mut there = called.iter().peekable();
    let mut pass = |of: &str, name: Option<&str>| {
        while let Some((other, extra)) = there.next_if(|(other, it)| {
            name.is_none_or(|name| (other.as_str(), it.as_str()).cmp(&(of, name)) == Ordering::Less)
        }) {
            found.push(Loose::CalledOtherwise(Chain::of(id, other.as_str()), extra.clone()));
        }
        let Some(name) = name else { return };
        if there.next_if(|(other, it)| other == of && it == name).is_none() {
            found.push(Loose::NotCalled(Chain::of(id, of), name.to_owned()));
        }
    };
    if let Some(source) = source {
        source.names().iter().for_each(|name| pass("", Some(name)));
        for sold in subscriptions {
            names_of(sold).iter().for_each(|name| pass(&sold.id, Some(name)));
        }
    }
    pass("", None);
    found
}

/// Texts that are not what the rows make, those that are missing, and those of nothing.
fn texts(
    id: RecordId,
    source: Option<&Source>,
    subscriptions: &[Subscription],
    searched: &[Searched],
) -> Vec<Loose> {
    let whose = source.map(Source::whose).unwrap_or_default();
    let mut found = Vec::new();
    let mut there = searched.iter().peekable();
    let mut pass = |of: &str, sold: Option<&Subscription>| {
        let Some(source) = source else { return };
        while let Some(extra) = there.next_if(|it| it.subscription.as_str() < of) {
            found.push(Loose::Searched(Chain::of(id, extra.subscription.as_str())));
        }
        let own = there.next_if(|it| it.subscription == of);
        let is_so = |it: &Searched| it.is_indexed && source.is_text(&whose, sold, &it.text);
        if !own.is_some_and(is_so) {
            found.push(Loose::Searched(Chain::of(id, of)));
        }
    };
    if subscriptions.is_empty() {
        pass("", None);
    }
    subscriptions.iter().for_each(|sold| pass(&sold.id, Some(sold)));
    found.extend(there.map(|it| Loose::Searched(Chain::of(id, it.subscription.as_str()))));
    found
}
