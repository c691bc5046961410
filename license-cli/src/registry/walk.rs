//! Rows as they are carried from one registry to another, and the steps of a walk through one.

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

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

/// Documents of one customer, each as far as it can be read.
#[derive(Debug)]
pub(crate) struct Documents {
    pub(super) read: Vec<Result<Document, Failure>>,
    /// The customer's instances.
    pub(super) instances: Vec<InstanceId>,
}

impl Documents {
    /// None yet of a customer with these instances.
    pub(super) fn beside(instances: Vec<InstanceId>) -> Self {
        Self { read: Vec::new(), instances }
    }

    /// One that names no customer.
    pub(super) fn of_nobody(failure: Failure) -> Self {
        Self { read: vec![Err(failure)], instances: Vec::new() }
    }
}

/// A step of a walk: customer by customer, each with its documents and then its chains; chain by
/// chain, each with its events in their order and then its end.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Documents(Documents),
    Event(&'a Event),
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

/// The most that is told of a kind of what has come apart.
const LOOSE: usize = 100;

/// What has come apart: at most so many of each kind.
#[derive(Debug, Default)]
pub(super) struct Apart {
    loose: Vec<Loose>,
    kinds: HashMap<(Discriminant<Loose>, &'static str), usize>,
}

impl Apart {
    /// Takes one more, where it is among the first of its kind.
    pub(super) fn note(&mut self, loose: Loose) {
        let column = match &loose {
            Loose::Mark(_, _, column) | Loose::End(_, column) => column,
            Loose::DocumentGone(..)
            | Loose::NoEvent(..)
            | Loose::NoCustomer(_)
            | Loose::NoSubscription(_)
            | Loose::NoInstance(..)
            | Loose::State(_)
            | Loose::Said(..)
            | Loose::Untold(..)
            | Loose::Gone(..)
            | Loose::Twice(..)
            | Loose::Detail(..)
            | Loose::Searched(_)
            | Loose::CalledOtherwise(..)
            | Loose::NotCalled(..) => "",
        };
        let told = self.kinds.entry((discriminant(&loose), column)).or_default();
        *told += 1;
        if *told <= LOOSE {
            self.loose.push(loose);
        }
    }
    /// All that was noted, in its order.
    pub(super) fn into_loose(self) -> Vec<Loose> {
        self.loose
    }
}
