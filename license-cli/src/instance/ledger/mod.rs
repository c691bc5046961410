//! What an instance keeps: its id and key, the roots it trusts, licenses, daily figures, the
//! reports it made, and a log.
//!
//! The instance's folder (0700) holds `instance.key` and `instance.pub`, so that OpenSSL can read
//! them, and `ledger.sqlite` (0600) with everything else, so that each change is one transaction:
//! after a kill or a power cut the ledger is as before the change or as after it.

mod failure;
mod kept;
mod names;

mod cells;
mod kinds;
mod schema;

mod database;

mod copy;
mod folder;
mod records;

mod condition;

mod opened;

mod kept_key;

mod held;
mod reports;

mod receipts;

mod backup;
mod restored;

#[cfg(test)]
mod tests;

pub(crate) use backup::{Backup, Purpose};
pub(crate) use condition::Condition;
pub(crate) use kept::{
    Change, Coming, Event, Import, Installed, KeptReceipt, LicenseFile, ReceiptFile, Recorded,
    Removal, Restoring,
};
pub(crate) use names::holds_ledger;
pub(crate) use opened::Instance;
pub(crate) use receipts::Taken;
pub(crate) use reports::{CameBack, MadeReport, Recovered, ReportState};
pub(crate) use restored::check_place;
