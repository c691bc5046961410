//! A change of the registry: all of it is made, with its event, or nothing.

use super::model::{
    Chain, Contact, Customer, Document, Head, Instance, NewEvent, Note, RecordId, Sha256,
    Subscription,
};

/// One row to write. Its customer, and its subscription where it has one, are those of the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Write {
    /// Enters the customer, or replaces its fields.
    Customer(Customer),
    /// Enters the contact, or replaces its fields.
    Contact(Contact),
    /// Enters the subscription, or replaces its fields.
    Subscription(Subscription),
    /// Enters the instance, or replaces its fields.
    Instance(Instance),
    /// Enters the note, or replaces its fields.
    Note(Note),
    /// Says that the request of this hash has been answered, that the report has its receipt, or
    /// that a later one has taken the place of the receipt.
    Answered(Sha256),
    /// Says that somebody let the license of this hash pass against a rule.
    Excepted(Sha256),
    /// Says since when the license of this hash is revoked, in seconds.
    Revoked(Sha256, u64),
}

/// What is to be changed, and the event that tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) chain: Chain,
    /// The head that the desk saw when it decided: with another one the change is refused. `None`
    /// where it does not depend on what is there.
    pub(crate) expected: Option<Head>,
    pub(crate) writes: Vec<Write>,
    /// A document to file, at most one, so that each has its event; a license gets the next serial
    /// of its subscription. The same bytes are filed once for a customer.
    pub(crate) filed: Option<Document>,
    /// Where a document is filed, it is the event's.
    pub(crate) event: NewEvent,
}

/// What must be so once changes are made; else somebody else was faster, and none of them is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Still {
    /// The customer has so many licenses.
    Licenses(RecordId, usize),
    /// So many events have this ticket, in upper or lower case.
    Ticket(String, usize),
    /// The customer's license of this hash is not revoked.
    Stands(RecordId, Sha256),
    /// No customer but these is called so: by its name, its CRM or billing id, or the id of an
    /// instance, whatever its case and accents.
    Customers(String, Vec<RecordId>),
    /// No chain but these is of a subscription with this id, in upper or lower case.
    Subscriptions(String, Vec<Chain>),
    /// No customer but these is among the first so many that these words find.
    Found(String, usize, Vec<RecordId>),
}

impl Still {
    /// Whether it is about rows that other changes add: it then takes a transaction that is as if
    /// it were alone.
    pub(super) fn needs_alone(&self) -> bool {
        match self {
            Self::Licenses(_, _)
            | Self::Ticket(_, _)
            | Self::Customers(_, _)
            | Self::Subscriptions(_, _)
            | Self::Found(_, _, _) => true,
            Self::Stands(_, _) => false,
        }
    }
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Appended {
    /// The chain's head, which the next change may expect.
    pub(crate) head: Head,
    /// The serial of the license that was filed.
    pub(crate) serial: Option<u32>,
}
