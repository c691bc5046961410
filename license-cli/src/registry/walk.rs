//! Rows as they are carried from one registry to another, and the steps of a walk through one.

use std::collections::BTreeSet;

use license_core::value::InstanceId;

use super::cell::{Cell, Cells};
use super::model::{Chain, Document, Event, Head, RecordId, Sha256};
use super::rows;
use super::table::{DOCUMENT, Table};
use crate::problem::Failure;

/// A row of a table, as it stands in every database.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(super) table: &'static Table,
    pub(super) cells: Vec<Cell>,
}

/// A page of documents, as it was read.
#[derive(Debug)]
pub(crate) struct Documents {
    pub(super) rows: Vec<Vec<Cell>>,
    /// The instances of their customers.
    pub(super) instances: BTreeSet<(RecordId, InstanceId)>,
}

impl Documents {
    /// The documents, each as far as it can be read.
    pub(super) fn read(rows: Vec<Vec<Cell>>) -> impl Iterator<Item = Result<Document, Failure>> {
        rows.into_iter().map(|row| rows::document(&mut Cells::new(&DOCUMENT, row)))
    }
}

/// A step of a walk: chain by chain, each with its events in their order and then its end.
#[derive(Debug)]
pub(crate) enum Step {
    Event(Box<Event>),
    /// The end that the registry keeps for a chain.
    End(Chain, Kept),
    Loose(Loose),
    /// A row that cannot be read; where it is an event, its chain and number.
    Unreadable(Failure, Option<(Chain, u64)>),
    /// A table is not as airlock makes it: what was found.
    Shape(String),
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
    /// This, of the customer or of a subscription, is not what the events say.
    Said(Chain, String),
    /// No event tells of this row.
    Untold(Chain, String),
    /// The row that events tell of is gone.
    Gone(Chain, String),
    /// The row is there twice.
    Twice(Chain, String),
    /// The detail of the event of this number cannot be read.
    Detail(Chain, u64),
    /// What is searched of it is not what its rows say.
    Searched(Chain),
    /// It is looked up by this name, which its rows do not give it.
    CalledOtherwise(Chain, String),
    /// It is not looked up by this name, which its rows give it.
    NotCalled(Chain, String),
}
