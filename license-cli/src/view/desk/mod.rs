//! What the desk is shown.

pub(in crate::view) mod filed;
mod step;

pub(crate) mod mail;

pub(crate) mod account;
pub(crate) mod agreed;
pub(crate) mod batch;
pub(crate) mod begun;
pub(crate) mod due;
pub(crate) mod entry;
pub(crate) mod found;
pub(crate) mod handover;
pub(crate) mod history;
pub(crate) mod note;
pub(crate) mod proved;
pub(crate) mod receipted;
pub(crate) mod received;
pub(crate) mod resent;
pub(crate) mod rules;
pub(crate) mod sent;
pub(crate) mod sent_back;
