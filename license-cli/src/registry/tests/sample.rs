//! Customers and documents to keep.

use license_core::Day;
use license_core::document::{Kind, Plan};
use license_core::value::{DocumentId, InstanceId, Thumbprint};

use crate::registry::{
    Chain, Change, Contact, Customer, Document, DocumentRow, Instance, NewEvent, Note, RecordId,
    Registry, Sha256, Subscription, SubscriptionState, What, Write,
};

/// 2026-11-23 10:00:00 UTC, from GNU date.
pub(super) const AT: u64 = 1_795_428_000;

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub(super) fn event(what: What) -> NewEvent {
    NewEvent {
        who: "anna".to_owned(),
        key: Some(Thumbprint([7; 16])),
        at: AT,
        what,
        document: None,
        reason: None,
        ticket: None,
        approved_by: None,
        detail: None,
    }
}

pub(super) fn customer(name: &str) -> Customer {
    Customer {
        id: RecordId::random().unwrap(),
        name: name.to_owned(),
        mail_domains: vec!["nordhavn.example".to_owned(), "yards.example".to_owned()],
        customer_type: "offline".to_owned(),
        crm_id: Some("0061n00000Abc".to_owned()),
        billing_id: None,
    }
}

pub(super) fn contact(customer: RecordId, name: &str, mail: &str) -> Contact {
    Contact {
        customer,
        id: RecordId::random().unwrap(),
        name: name.to_owned(),
        mail: mail.to_owned(),
        company: "Nordhavn Shipyards A/S".to_owned(),
    }
}

pub(super) fn subscription(customer: RecordId, id: &str) -> Subscription {
    Subscription {
        customer,
        id: id.to_owned(),
        name: Some(format!("A-{id}")),
        quarterly: Some(false),
        state: SubscriptionState::Active,
    }
}

pub(super) fn instance(customer: RecordId) -> Instance {
    Instance {
        customer,
        id: InstanceId::from_random([9; 16]),
        report_key: Some(Thumbprint([5; 16])),
        label: Some("production".to_owned()),
    }
}

pub(super) fn note(customer: RecordId, subscription: &str, text: &str) -> Note {
    Note {
        customer,
        id: RecordId::random().unwrap(),
        subscription: subscription.to_owned(),
        text: text.to_owned(),
        remind: None,
    }
}

/// A document of these bytes; the registry opens none.
pub(super) fn document(kind: Kind, chain: &Chain, bytes: &[u8]) -> Document {
    let sha256 = Sha256::of(bytes);
    let mut id = [0; 16];
    id.copy_from_slice(&sha256.0[16..]);
    Document {
        row: DocumentRow {
            customer: chain.customer,
            subscription: chain.subscription.clone(),
            sha256,
            kind,
            id: DocumentId(id),
            serial: None,
            from: Some(day("2026-01-01")),
            until: Some(day("2027-01-01")),
            plan: (kind == Kind::License).then_some(Plan::Ultimate),
            seats: Some(100),
            issued: AT,
            signed_by: Thumbprint([7; 16]),
            policy: Some("gitlab-legacy".to_owned()),
            order: Some(Sha256([3; 32])),
            exception: false,
            placed: false,
            answered: false,
            revoked: None,
        },
        bytes: bytes.to_vec(),
    }
}

pub(super) fn change(chain: &Chain, writes: Vec<Write>, what: What) -> Change {
    Change { chain: chain.clone(), expected: None, writes, filed: None, event: event(what) }
}

pub(super) fn filing(document: &Document, what: What) -> Change {
    Change { filed: Some(document.clone()), ..change(&document.chain(), Vec::new(), what) }
}

/// Enters a customer with one subscription.
pub(super) fn enter(registry: &mut dyn Registry, name: &str, subscription_id: &str) -> Chain {
    let customer = customer(name);
    let chain = Chain::of(customer.id, subscription_id);
    let own = Chain::own(customer.id);
    let subscription = subscription(customer.id, subscription_id);
    let writes = vec![Write::Customer(customer), Write::Subscription(subscription)];
    registry.append(&change(&own, writes, What::Entered)).unwrap();
    chain
}
