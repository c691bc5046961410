//! What the events of a customer say of its rows, beside what the rows say: a name, a contact, a
//! note that was changed by hand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ahead::OfCustomer;
use super::traces::Named;
use crate::registry::model::{Chain, Contact, Customer, ENTERED, Event, Note, RecordId, What};
use crate::registry::walk::Loose;

/// What the events of one customer have said so far. What none of them has said is not compared: a
/// contact that is entered with a license stands in that.
#[derive(Debug)]
pub(super) struct Said {
    customer: RecordId,
    /// Whether an event says what the customer was entered with: the other fields were empty.
    entered: bool,
    /// The last value of each field, of the customer or of a subscription.
    fields: BTreeMap<(Chain, String), Option<String>>,
    contacts: BTreeSet<String>,
    notes: BTreeMap<String, Remembered>,
}

/// What only the details have that are read here, apart from [`ENTERED`].
const CHANGED: &str = "\"changed\":";
const NOTE: &str = "\"note\":";

/// A note, as its events say.
#[derive(Debug)]
struct Remembered {
    chain: Chain,
    text: String,
    remind: Option<String>,
}

impl Said {
    /// Nothing yet of this customer.
    pub(super) fn of(customer: RecordId) -> Self {
        Self {
            customer,
            entered: false,
            fields: BTreeMap::new(),
            contacts: BTreeSet::new(),
            notes: BTreeMap::new(),
        }
    }

    fn is_nothing(&self) -> bool {
        !self.entered && self.fields.is_empty() && self.contacts.is_empty() && self.notes.is_empty()
    }

    /// Takes what an event says; one that is not of this version's making says nothing.
    pub(super) fn take(&mut self, event: &Event) {
        let edits = [What::Entered, What::Edited, What::Noted, What::ToDecide, What::Decided];
        let is_edit = edits.contains(&event.event.what);
        let of_edit = |detail: &str| detail.contains(CHANGED) || detail.contains(NOTE);
        let tells = |detail: &&str| (is_edit && of_edit(detail)) || detail.contains(ENTERED);
        let detail = event.event.detail.as_deref().filter(tells);
        let detail = detail.and_then(|it| serde_json::from_str::<Value>(it).ok());
        let Some(detail) = detail else { return };
        let entered = list(&detail, ENTERED);
        self.entered |= event.event.what == What::Entered || entered.is_some();
        for entered in entered.into_iter().flatten() {
            self.enter(Chain::own(event.chain.customer), entered);
        }
        if !is_edit {
            return;
        }
        let of_note = text(&detail, "note");
        if let (Some(id), Some(text)) = (&of_note, text(&detail, "text")) {
            let (chain, remind) = (event.chain.clone(), self::text(&detail, "remind"));
            self.notes.insert(id.clone(), Remembered { chain, text, remind });
        }
        for changed in list(&detail, "changed").into_iter().flatten() {
            self.change(event, of_note.as_deref(), changed);
        }
    }

    /// Takes what a customer was entered with, by the first license or request: what was edited
    /// since stands in the customer's own chain, which comes first.
    fn enter(&mut self, own: Chain, entered: &Value) {
        if let Some(name) = text(entered, "name") {
            self.fields.entry((own, name)).or_insert_with(|| text(entered, "after"));
        }
    }

    fn change(&mut self, event: &Event, of_note: Option<&str>, changed: &Value) {
        let Some(name) = text(changed, "name") else { return };
        let (before, after) = (text(changed, "before"), text(changed, "after"));
        match (of_note, name.as_str()) {
            (Some(id), _) => {
                if let Some(note) = self.notes.get_mut(id) {
                    match (name.as_str(), after) {
                        ("text", Some(text)) => note.text = text,
                        (_, after) => note.remind = after,
                    }
                }
            }
            (None, "contact") => {
                self.contacts.retain(|contact| Some(contact) != before.as_ref());
                self.contacts.extend(after);
            }
            (None, _) => drop(self.fields.insert((event.chain.clone(), name), after)),
        }
    }

    /// What the rows say otherwise, and what need not be named again.
    pub(super) fn otherwise(&self, rows: &OfCustomer) -> (Vec<Loose>, Named) {
        let notes = self.notes.keys().cloned().collect();
        let mut named = Named { notes, ..Named::default() };
        // That a customer is gone is told elsewhere.
        let Some(customer) = rows.customer.first().filter(|_| !self.is_nothing()) else {
            return (Vec::new(), named);
        };
        let mut found = self.fields_otherwise(customer, rows);
        named.fields = found.iter().map(|(of, _)| of.clone()).collect();
        let contacts: BTreeSet<String> = rows.contacts.iter().map(Contact::words).collect();
        for contact in self.contacts.difference(&contacts) {
            found.push((String::new(), format!("contact {contact}")));
        }
        let notes: BTreeMap<String, &Note> =
            rows.notes.iter().map(|note| (note.id.to_string(), note)).collect();
        let differs = self.notes.iter().filter(|(id, note)| !note.is(notes.get(*id).copied()));
        let of_note = |(id, note): (&String, &Remembered)| {
            (note.chain.subscription.clone(), format!("note {id}"))
        };
        found.extend(differs.map(of_note));
        let of = |(of, what)| Loose::Said(Chain::of(self.customer, of), what);
        (found.into_iter().map(of).collect(), named)
    }

    /// The fields that are not what the events say, each with its subscription.
    fn fields_otherwise(&self, customer: &Customer, rows: &OfCustomer) -> Vec<(String, String)> {
        let id = self.customer;
        let mut is: BTreeMap<(Chain, &str), Option<String>> = BTreeMap::new();
        is.extend(customer.fields().map(|(name, value)| ((Chain::own(id), name), value)));
        for sold in &rows.subscriptions {
            let chain = Chain::of(id, sold.id.as_str());
            is.extend(sold.fields().map(|(name, value)| ((chain.clone(), name), value)));
        }
        let mut found = Vec::new();
        for ((chain, name), is) in is {
            let of_customer = chain.subscription.is_empty();
            let said = self.fields.get(&(chain.clone(), name.to_owned()));
            let said = said.or((self.entered && of_customer).then_some(&None));
            if said.is_some_and(|said| *said != is) {
                found.push((chain.subscription, name.replace('_', " ")));
            }
        }
        found
    }
}

impl Remembered {
    /// Whether this is the row of the note.
    fn is(&self, row: Option<&Note>) -> bool {
        row.is_some_and(|row| {
            row.text == self.text
                && row.subscription == self.chain.subscription
                && row.remind.map(|day| day.to_string()) == self.remind
        })
    }
}

/// A text of an object.
fn text(object: &Value, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(str::to_owned)
}

/// A list of an object.
fn list<'a>(object: &'a Value, key: &str) -> Option<&'a Vec<Value>> {
    object.get(key)?.as_array()
}
