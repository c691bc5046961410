//! What is searched of a customer, made of its rows: one text for each subscription, or for the
//! customer without any; and what each of them is called as a whole.

use std::collections::BTreeSet;

use crate::registry::fold::{self, words};
use crate::registry::model::{Contact, Customer, Instance, NewEvent, Note, Subscription};

/// The most different words that are kept of a text: PostgreSQL takes a megabyte of them.
const WORDS: usize = 4096;

/// The rows of a customer that its texts are made of, but its subscriptions.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) customer: Customer,
    pub(super) contacts: Vec<Contact>,
    pub(super) instances: Vec<Instance>,
    pub(super) notes: Vec<Note>,
    /// The newest first.
    pub(super) grounds: Vec<Ground>,
}

/// Why something was done, by which ticket, and who agreed; of a subscription, or of the customer
/// where that is empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ground {
    pub(super) subscription: String,
    pub(super) words: Vec<String>,
}

impl Ground {
    /// The grounds of one event, if it has any.
    pub(super) fn of(subscription: &str, event: &NewEvent) -> Option<Self> {
        let NewEvent { reason, ticket, approved_by, .. } = event;
        let said = [ticket, approved_by, reason];
        said.iter().any(|said| said.is_some()).then(|| Self {
            subscription: subscription.to_owned(),
            words: said.into_iter().flatten().flat_map(|said| words(said)).collect(),
        })
    }
}

/// What a subscription is called.
pub(super) fn names_of(subscription: &Subscription) -> BTreeSet<String> {
    let called = [Some(subscription.id.as_str()), subscription.name.as_deref()];
    called.into_iter().flatten().map(fold::name).collect()
}

impl Source {
    /// What the customer is called, and its instances.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let Customer { name, crm_id, billing_id, .. } = &self.customer;
        let ids = [crm_id, billing_id].into_iter().flatten();
        let names = std::iter::once(name).chain(ids).map(|name| fold::name(name));
        let instances = self.instances.iter();
        names.chain(instances.map(|instance| fold::name(&instance.id.to_string()))).collect()
    }

    /// The words of the customer, its contacts and its instances.
    pub(super) fn whose(&self) -> Vec<String> {
        let customer = &self.customer;
        let mut found = words(&customer.name);
        customer.mail_domains.iter().for_each(|domain| found.extend(words(domain)));
        for id in [&customer.crm_id, &customer.billing_id].into_iter().flatten() {
            found.extend(words(id));
        }
        for contact in &self.contacts {
            let Contact { name, mail, company, .. } = contact;
            [name, mail, company].iter().for_each(|said| found.extend(words(said)));
        }
        for instance in &self.instances {
            found.extend(words(&instance.id.to_string()));
            found.extend(words(instance.label.as_deref().unwrap_or_default()));
        }
        found
    }

    /// Names and ids on the first line, notes and the grounds of what was done on the second; each
    /// word once on its line.
    pub(super) fn text(&self, whose: &[String], subscription: Option<&Subscription>) -> String {
        let mut names = Vec::new();
        if let Some(subscription) = subscription {
            names.extend(words(&subscription.id));
            names.extend(words(subscription.name.as_deref().unwrap_or_default()));
        }
        names.extend_from_slice(whose);
        let own = subscription.map_or("", |subscription| subscription.id.as_str());
        let is_own = |subscription: &str| subscription.is_empty() || subscription == own;
        let notes = self.notes.iter().filter(|note| is_own(&note.subscription));
        let grounds = self.grounds.iter().filter(|ground| is_own(&ground.subscription));
        let notes = notes.flat_map(|note| words(&note.text));
        let grounds = grounds.flat_map(|ground| ground.words.iter().cloned());
        format!("{}\n{}", line(names), line(notes.chain(grounds).collect()))
    }
}

fn line(mut words: Vec<String>) -> String {
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(WORDS);
    words.join(" ")
}
