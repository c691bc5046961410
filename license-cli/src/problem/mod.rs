//! How a command ends: its exit status, and what it says when it could not do its job.
//!
//! Each code stands once: those of the command in [`table`], what to do about those of the core in
//! [`codes`], what is told beside an answer in [`notices`]. Hints, `airlock explain` and
//! docs/CODES.md are made from them.

mod entry;

mod codes;
mod notices;

mod table;

mod failure;
mod guide;

#[cfg(test)]
mod tests;

pub(crate) use entry::{Entry, Exit, Group};
pub(crate) use failure::{DELETE, Failure};
pub(crate) use guide::{entries, find, guide, offer};
pub(crate) use notices::Notice;
pub(crate) use table::Problem;
