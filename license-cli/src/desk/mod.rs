//! The vendor's side: what the desk promises, makes and works out.

#[cfg(feature = "desk")]
pub(crate) mod folder;
#[cfg(feature = "desk")]
pub(crate) mod shelf;

#[cfg(feature = "desk")]
pub(crate) mod address;
#[cfg(feature = "desk")]
pub(crate) mod begin;
#[cfg(feature = "desk")]
pub(crate) mod opened;

pub(crate) mod months;

#[cfg(feature = "desk")]
pub(crate) mod days;
#[cfg(feature = "desk")]
pub(crate) mod filing;
#[cfg(feature = "desk")]
pub(crate) mod subject;

#[cfg(feature = "desk")]
pub(crate) mod ended;
#[cfg(feature = "desk")]
pub(crate) mod events;
#[cfg(feature = "desk")]
pub(crate) mod excepted;
#[cfg(feature = "desk")]
pub(crate) mod line;
#[cfg(feature = "desk")]
pub(crate) mod lineage;
#[cfg(feature = "desk")]
pub(crate) mod scope;
#[cfg(feature = "desk")]
pub(crate) mod standing;
#[cfg(feature = "desk")]
pub(crate) mod stored;
#[cfg(feature = "desk")]
pub(crate) mod unsendable;
#[cfg(feature = "desk")]
pub(crate) mod whom;

#[cfg(feature = "desk")]
pub(crate) mod sent;

#[cfg(feature = "desk")]
pub(crate) mod filed;

#[cfg(feature = "desk")]
pub(crate) mod take;

#[cfg(feature = "desk")]
pub(crate) mod account;
#[cfg(feature = "desk")]
pub(crate) mod due;
#[cfg(feature = "desk")]
pub(crate) mod entry;
#[cfg(feature = "desk")]
pub(crate) mod handover;
#[cfg(feature = "desk")]
pub(crate) mod note;
#[cfg(feature = "desk")]
pub(crate) mod promise;
#[cfg(feature = "desk")]
pub(crate) mod prove;
#[cfg(feature = "desk")]
pub(crate) mod question;
#[cfg(feature = "desk")]
pub(crate) mod resend;
#[cfg(feature = "desk")]
pub(crate) mod rules;
#[cfg(feature = "desk")]
pub(crate) mod search;
#[cfg(feature = "desk")]
pub(crate) mod sending;
#[cfg(feature = "desk")]
pub(crate) mod sent_back;

pub(crate) mod order;
pub(crate) mod policies;
pub(crate) mod wanted;

#[cfg(feature = "desk")]
pub(crate) mod types;

#[cfg(feature = "desk")]
pub(crate) mod forecast;
pub(crate) mod issue;
pub(crate) mod reconcile;
pub(crate) mod statement;

#[cfg(feature = "desk")]
pub(crate) mod settled;

pub(crate) mod receipt;

/// Licenses from orders, with the registry.
#[cfg(feature = "desk")]
pub(crate) mod make;

#[cfg(feature = "desk")]
pub(crate) mod receipts;

#[cfg(feature = "desk")]
pub(crate) mod receive;

/// Statements of what the registry holds, and what was agreed about them.
#[cfg(feature = "desk")]
pub(crate) mod stating;

/// Licenses from tables of orders.
#[cfg(feature = "desk")]
pub(crate) mod batch;

#[cfg(all(test, feature = "desk"))]
mod bed;
#[cfg(all(test, feature = "desk"))]
mod tests;
