//! What the desk remembers: customers, contacts, subscriptions, instances, documents as exact
//! bytes, notes, and an unbroken chain of events for each subscription.
//!
//! One trait, on SQLite for a desk of one and on PostgreSQL for a team. Whatever changes goes
//! through [`Registry::append`], in one transaction with the event that tells of it.

mod model;

mod change;
mod error;
mod query;

mod chain;
mod fold;
mod rank;

mod table;

mod cell;

mod list;
mod trace;

mod rows;
mod walk;

mod schema;

mod interface;

mod sql;

#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

mod place;

mod archive;
mod seal;

mod issuers;
mod says;

mod verify;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use archive::{export, import};
pub(crate) use chain::Broken;
pub(crate) use change::{Appended, Change, Still, Write};
pub(crate) use error::RegistryError;
pub(crate) use fold::name as folded;
pub(crate) use interface::Registry;
pub(crate) use model::{
    Chain, Contact, Customer, Document, DocumentRow, ENTERED, Event, Head, Instance, NewEvent,
    Note, Record, RecordId, Sha256, Subscription, SubscriptionState, What,
};
pub(crate) use place::Place;
pub(crate) use query::{
    Filter, Found, ID_DIGITS, Nearness, Query, REPORT_DAYS, TOGETHER, YEAR_DAYS,
};
pub(crate) use seal::{Seal, seal};
pub(crate) use verify::{Finding, Verification, verify_registry};
pub(crate) use walk::Loose;
