//! Rows as they are carried from one registry to another, and the steps of a walk through one.

use super::cell::Cell;
use super::model::{Chain, Document, Event, Head, Sha256};
use super::table::Table;

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
    /// The end that the registry keeps for a chain; `None` where it keeps none.
    End(Chain, Option<Head>),
    Document(Box<Document>),
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
}
