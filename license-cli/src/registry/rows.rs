//! Values of the model as rows of their tables, and back.

use license_core::document::{self, Plan};
use license_core::value::{DocumentId, InstanceId, Thumbprint};

use super::cell::{Cell, Cells};
use super::model::{
    Chain, Contact, Customer, Document, DocumentRow, Event, Head, Instance, NewEvent, Note,
    RecordId, Sha256, Subscription, SubscriptionState, What,
};
use crate::problem::Failure;

pub(super) fn of_customer(id: RecordId, customer: &Customer) -> Vec<Cell> {
    vec![
        id.into(),
        (&customer.name).into(),
        customer.mail_domains.join(" ").into(),
        (&customer.customer_type).into(),
        customer.crm_id.as_deref().into(),
        customer.billing_id.as_deref().into(),
    ]
}

pub(super) fn customer(cells: &mut Cells) -> Result<Customer, Failure> {
    Ok(Customer {
        id: cells.id(RecordId::parse)?,
        name: cells.text()?,
        mail_domains: cells.text()?.split_whitespace().map(str::to_owned).collect(),
        customer_type: cells.text()?,
        crm_id: cells.optional_text()?,
        billing_id: cells.optional_text()?,
    })
}

pub(super) fn of_contact(customer: RecordId, contact: &Contact) -> Vec<Cell> {
    vec![
        customer.into(),
        contact.id.into(),
        (&contact.name).into(),
        (&contact.mail).into(),
        (&contact.company).into(),
    ]
}

pub(super) fn contact(cells: &mut Cells) -> Result<Contact, Failure> {
    Ok(Contact {
        customer: cells.id(RecordId::parse)?,
        id: cells.id(RecordId::parse)?,
        name: cells.text()?,
        mail: cells.text()?,
        company: cells.text()?,
    })
}

pub(super) fn of_subscription(customer: RecordId, subscription: &Subscription) -> Vec<Cell> {
    let (state, day) = match subscription.state {
        SubscriptionState::Active => (0_u32, None),
        SubscriptionState::Ended(day) => (1, Some(day)),
        SubscriptionState::Revoked(day) => (2, Some(day)),
    };
    vec![
        customer.into(),
        (&subscription.id).into(),
        subscription.name.as_deref().into(),
        subscription.quarterly.into(),
        state.into(),
        day.into(),
    ]
}

pub(super) fn subscription(cells: &mut Cells) -> Result<Subscription, Failure> {
    let (customer, id) = (cells.id(RecordId::parse)?, cells.text()?);
    let name = cells.optional_text()?;
    let quarterly = cells.optional_yes()?;
    let state = match (cells.number::<u8>()?, cells.optional_day()?) {
        (0, None) => SubscriptionState::Active,
        (1, Some(day)) => SubscriptionState::Ended(day),
        (2, Some(day)) => SubscriptionState::Revoked(day),
        _ => return Err(cells.damaged("found a state that is none of ours")),
    };
    Ok(Subscription { customer, id, name, quarterly, state })
}

pub(super) fn of_instance(customer: RecordId, instance: &Instance) -> Vec<Cell> {
    vec![
        customer.into(),
        instance.id.to_string().into(),
        instance.report_key.into(),
        instance.label.as_deref().into(),
    ]
}

pub(super) fn instance(cells: &mut Cells) -> Result<Instance, Failure> {
    Ok(Instance {
        customer: cells.id(RecordId::parse)?,
        id: cells.id(InstanceId::parse)?,
        report_key: cells.optional_exactly()?.map(Thumbprint),
        label: cells.optional_text()?,
    })
}

pub(super) fn of_document(chain: &Chain, document: &Document, serial: Option<u32>) -> Vec<Cell> {
    let row = &document.row;
    vec![
        chain.customer.into(),
        row.sha256.into(),
        (&chain.subscription).into(),
        u32::from(row.kind.number()).into(),
        row.id.to_string().into(),
        serial.into(),
        row.from.into(),
        row.until.into(),
        row.plan.map(|plan| u32::from(plan.number())).into(),
        row.seats.into(),
        row.issued.into(),
        row.signed_by.into(),
        row.policy.as_deref().into(),
        row.order.into(),
        row.exception.into(),
        row.placed.into(),
        row.answered.into(),
        row.revoked.into(),
        Cell::Bytes(document.bytes.clone()),
    ]
}

/// A document's row without its bytes.
pub(super) fn document_row(cells: &mut Cells) -> Result<DocumentRow, Failure> {
    Ok(DocumentRow {
        customer: cells.id(RecordId::parse)?,
        sha256: Sha256(cells.exactly()?),
        subscription: cells.text()?,
        kind: document::Kind::from_number(cells.number()?),
        id: cells.id(DocumentId::parse)?,
        serial: cells.optional()?,
        from: cells.optional_day()?,
        until: cells.optional_day()?,
        plan: cells.optional()?.map(Plan::from_number),
        seats: cells.optional()?,
        issued: cells.number()?,
        signed_by: Thumbprint(cells.exactly()?),
        policy: cells.optional_text()?,
        order: cells.optional_exactly()?.map(Sha256),
        exception: cells.yes()?,
        placed: cells.yes()?,
        answered: cells.yes()?,
        revoked: cells.optional()?,
    })
}

pub(super) fn document(cells: &mut Cells) -> Result<Document, Failure> {
    Ok(Document { row: document_row(cells)?, bytes: cells.bytes()? })
}

pub(super) fn of_note(chain: &Chain, note: &Note) -> Vec<Cell> {
    vec![
        chain.customer.into(),
        note.id.into(),
        (&chain.subscription).into(),
        (&note.text).into(),
        note.remind.into(),
    ]
}

pub(super) fn note(cells: &mut Cells) -> Result<Note, Failure> {
    Ok(Note {
        customer: cells.id(RecordId::parse)?,
        id: cells.id(RecordId::parse)?,
        subscription: cells.text()?,
        text: cells.text()?,
        remind: cells.optional_day()?,
    })
}

pub(super) fn of_event(event: &Event) -> Vec<Cell> {
    vec![
        event.chain.customer.into(),
        (&event.chain.subscription).into(),
        event.number.into(),
        event.previous.into(),
        event.hash.into(),
        (&event.who).into(),
        event.key.into(),
        event.at.into(),
        event.what.word().into(),
        event.document.into(),
        event.reason.as_deref().into(),
        event.ticket.as_deref().into(),
        event.approved_by.as_deref().into(),
        event.detail.as_deref().into(),
    ]
}

pub(super) fn event(cells: &mut Cells) -> Result<Event, Failure> {
    Ok(Event {
        chain: chain(cells)?,
        number: cells.number()?,
        previous: Sha256(cells.exactly()?),
        hash: Sha256(cells.exactly()?),
        event: NewEvent {
            who: cells.text()?,
            key: cells.optional_exactly()?.map(Thumbprint),
            at: cells.number()?,
            what: What::of(&cells.text()?),
            document: cells.optional_exactly()?.map(Sha256),
            reason: cells.optional_text()?,
            ticket: cells.optional_text()?,
            approved_by: cells.optional_text()?,
            detail: cells.optional_text()?,
        },
    })
}

pub(super) fn chain(cells: &mut Cells) -> Result<Chain, Failure> {
    Ok(Chain { customer: cells.id(RecordId::parse)?, subscription: cells.text()? })
}

/// A chain with its end: the row of the table `chain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    pub(super) chain: Chain,
    pub(super) head: Head,
    /// When its last event was made.
    pub(super) at: u64,
    /// Of its last license; 0 where it has none.
    pub(super) serial: u32,
}

pub(super) fn of_end(end: &End) -> Vec<Cell> {
    vec![
        end.chain.customer.into(),
        (&end.chain.subscription).into(),
        end.head.number.into(),
        end.head.hash.into(),
        end.at.into(),
        end.serial.into(),
    ]
}

pub(super) fn end(cells: &mut Cells) -> Result<End, Failure> {
    Ok(End {
        chain: chain(cells)?,
        head: Head { number: cells.number()?, hash: Sha256(cells.exactly()?) },
        at: cells.number()?,
        serial: cells.number()?,
    })
}
