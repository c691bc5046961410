//! What customers send: read and verified on all cores, then filed by one writer, each document
//! once. What is held of whoever sends it says what it means and what comes next.

mod arrived;

mod told;

mod whose;

mod export;
mod findings;
mod meaning;

mod looked;

mod moved;
mod report;
mod request;
mod sent_back;

mod look;

mod inbox;

#[cfg(test)]
mod tests;

pub(crate) use crate::carry::paths::sources;
pub(crate) use arrived::each_batch;
pub(crate) use inbox::{Asking, Inbox, likely};
pub(crate) use looked::{Said, Unowned};
pub(crate) use request::next_of;
pub(crate) use told::{
    Findings, Meaning, Note, Outcome, Owned, Reported, Requested, SentBack, Step, Told,
};
pub(crate) use whose::{By, Likely};
