//! What is to be made, before anything is looked at.

use std::sync::Arc;

use license_core::value::{Count, DocumentId};

use super::asked::Asked;
use super::base::Base;
use super::choice::Choice;
use super::contract::Contract;
use super::owner::Owner;
use super::succession::Succession;
use crate::desk::opened::Why;
use crate::desk::order::Order;
use crate::desk::rules::Job;
use crate::desk::subject::Subject;
use crate::registry::{Sha256, What};

/// What is to be made, and for whom.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) what: What,
    pub(crate) owner: Owner,
    /// The license before.
    pub(crate) base: Option<Base>,
    pub(crate) order: Order,
    pub(crate) choice: Choice,
    /// The requests that it answers.
    pub(crate) asked: Vec<Asked>,
    /// Of a trial that is extended: how often that was done before.
    pub(crate) times_extended: Option<u32>,
    /// Why it is made.
    pub(crate) why: Why,
    /// The job that it was named as, where what is made does not say it.
    pub(crate) job: Option<Job>,
    /// The contract that it is a year of.
    pub(crate) contract: Option<Contract>,
    /// The users now, as somebody said.
    pub(crate) users_said: Option<Count>,
    /// The subscriptions whose place its own takes.
    pub(crate) succession: Option<Arc<Succession>>,
    /// The row of a table of orders that it answers.
    pub(crate) row: Option<OrderRow>,
    /// The last report of the statement that it follows.
    pub(crate) statement_of: Option<DocumentId>,
}

/// A row of a file of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderRow {
    /// The hash of what it orders: the same row again has it too.
    pub(crate) hash: Sha256,
    /// Whether its ticket is that of the whole file.
    pub(crate) shares_ticket: bool,
}

impl Draft {
    /// A license of this order; why it is made is said later.
    pub(crate) fn new(
        what: What,
        (owner, base): (Owner, Option<Base>),
        order: Order,
        choice: Choice,
        asked: Vec<Asked>,
    ) -> Self {
        Self {
            what,
            owner,
            base,
            order,
            choice,
            asked,
            times_extended: None,
            why: Why::default(),
            job: None,
            contract: None,
            users_said: None,
            succession: None,
            row: None,
            statement_of: None,
        }
    }

    /// Whose figures, requests and licenses it is compared with: of one that takes the place of
    /// others the first of those, else the owner's.
    pub(crate) fn compared(&self) -> Option<&Subject> {
        let first = self.succession.as_ref().and_then(|it| it.sources.first());
        first.map(|source| &source.subject).or(self.owner.subject())
    }
}
