//! Rows as they are carried from one registry to another, and the steps of a walk through one.

use license_core::value::InstanceId;

use super::cell::Cell;
use super::model::{Chain, Document, Event, Head, Sha256};
use super::table::Table;
use crate::problem::Failure;

/// A row of a table, as it stands in every database.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(super) table: &'static Table,
    pub(super) cells: Vec<Cell>,
}

/// A step of a walk: chain by chain, each with its events in their order and then its end; after
/// the chains all documents.
#[derive(Debug)]
pub(crate) enum Step {
    Event(Box<Event>),
    /// The end that the registry keeps for a chain.
    End(Chain, Kept),
    Document(Box<Document>),
    /// A row that cannot be read; where it is an event, its chain and number.
    Unreadable(Failure, Option<(Chain, u64)>),
}

/// The end that the registry keeps for a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Head(Head),
    Nothing,
    /// Its row cannot be read.
    Unreadable,
}

/// What has come apart from what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Loose {
    /// The event of this number names a document that is gone.
    DocumentGone(Chain, u64),
    /// No event tells of this document.
    NoEvent(Chain, Sha256),
    /// This column of the document is not what the events say.
    Mark(Chain, Sha256, &'static str),
    /// The customer of this chain is gone.
    NoCustomer(Chain),
    /// The subscription of this chain is gone.
    NoSubscription(Chain),
    /// The instance, which a document of this chain names, is gone.
    NoInstance(Chain, InstanceId),
    /// Where a chain ends, this column is not what its documents and events say.
    End(Chain, &'static str),
    /// Whether the subscription goes on is not what the events say.
    State(Chain),
    /// A row that cannot be read.
    Unreadable(Failure),
}
