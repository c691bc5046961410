//! What is searched of a customer, made of its rows: one text for each subscription, or for the
//! customer without any; and what each of them is called as a whole.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

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

/// Where a ground stands among those of its customer: the newest first, then by subscription.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(Reverse<u64>, String, Reverse<u64>);

impl Place {
    /// That of the event of this time and number.
    pub(super) fn of(at: u64, subscription: &str, number: u64) -> Self {
        Self(Reverse(at), subscription.to_owned(), Reverse(number))
    }
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
        let mut names = own(subscription);
        names.extend_from_slice(whose);
        format!("{}\n{}", line(names), line(self.said_of(subscription)))
    }

    /// Whether that is its text.
    pub(super) fn is_text(
        &self,
        whose: &[String],
        subscription: Option<&Subscription>,
        text: &str,
    ) -> bool {
        let Some((names, said)) = text.split_once('\n') else { return false };
        is_line(names, own(subscription).iter().chain(whose))
            && is_line(said, self.said_of(subscription).iter())
    }

    /// The words of notes and grounds.
    fn said_of(&self, subscription: Option<&Subscription>) -> Vec<String> {
        let own = subscription.map_or("", |subscription| subscription.id.as_str());
        let is_own = |subscription: &str| subscription.is_empty() || subscription == own;
        let notes = self.notes.iter().filter(|note| is_own(&note.subscription));
        let grounds = self.grounds.iter().filter(|ground| is_own(&ground.subscription));
        let notes = notes.flat_map(|note| words(&note.text));
        notes.chain(grounds.flat_map(|ground| ground.words.iter().cloned())).collect()
    }
}

/// The words of a subscription's own.
fn own(subscription: Option<&Subscription>) -> Vec<String> {
    let Some(subscription) = subscription else { return Vec::new() };
    let mut own = words(&subscription.id);
    own.extend(words(subscription.name.as_deref().unwrap_or_default()));
    own
}

fn line(mut words: Vec<String>) -> String {
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(WORDS);
    words.join(" ")
}

/// The most words among which one is looked for one by one.
const FEW: usize = 32;

/// Whether these words make this line.
fn is_line<'a>(line: &str, words: impl Iterator<Item = &'a String>) -> bool {
    let kept: Vec<&str> = if line.is_empty() { Vec::new() } else { line.split(' ').collect() };
    let places: HashMap<&str, usize> = match kept.len() {
        0..=FEW => HashMap::new(),
        _ => kept.iter().enumerate().rev().map(|(place, word)| (*word, place)).collect(),
    };
    let mut next = 0;
    for word in words {
        if kept.get(next).is_some_and(|kept| kept == word) {
            next += 1;
            continue;
        }
        let is_again = match kept.len() {
            0..=FEW => kept.iter().take(next).any(|kept| kept == word),
            _ => places.get(word.as_str()).is_some_and(|place| *place < next),
        };
        if !is_again && next < WORDS {
            return false;
        }
    }
    next == kept.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_makes_a_line_makes_it_again(
            words in prop::collection::vec("[a-d]{1,3}", 0..120),
            other in "[a-d]{1,3}",
            at in 0_usize..120,
        ) {
            let made = line(words.clone());
            prop_assert!(is_line(&made, words.iter()));
            let mut others = words;
            others.insert(at.min(others.len()), other);
            prop_assert_eq!(is_line(&made, others.iter()), line(others) == made);
        }
    }

    #[test]
    fn a_line_that_is_cut_is_one() {
        let words: Vec<String> = (0..WORDS + 9).map(|number| format!("w{number}")).collect();
        assert!(is_line(&line(words.clone()), words.iter()));
        assert!(!is_line("w0 w1", words.iter()));
        for other in [" w0", "w0 ", "w0  w1"] {
            assert!(!is_line(other, words.iter().take(2)), "{other:?}");
        }
    }
}
