//! Whether a folder is in use, was restored, or was moved and is retired.

use rusqlite::{Connection, params};

use super::cells::rows;
use super::database::LAST_SECOND;
use super::failure::{LedgerFailure, damaged};
use super::records;
use crate::clock::When;
use crate::problem::{Failure, Problem};
use license_core::day::unix_text;

/// How the folder stands. Times are Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It is the instance's folder.
    InUse,
    /// It is, and goes back to this time; where none is known, its ledger was made anew. Whether a
    /// report has left since is not known.
    GoesBack(Option<u64>),
    /// The instance was moved at this time: nothing is changed here any more.
    Retired(Option<u64>),
}

impl Condition {
    /// How the ledger keeps it.
    fn cells(self) -> (u32, Option<u64>) {
        match self {
            Self::InUse => (0, None),
            Self::GoesBack(to) => (1, to),
            Self::Retired(since) => (2, since),
        }
    }

    /// Refuses to make a report whose number may be taken.
    ///
    /// # Errors
    /// `report_after_restore`.
    pub(crate) fn check_report(self, next: u32) -> Result<(), Failure> {
        let Some(why) = self.doubt() else { return Ok(()) };
        let message = format!("{why}: the number {next} may be taken");
        Err(Failure::new(Problem::ReportAfterRestore, message))
    }

    /// Why the number of the next report may be taken.
    pub(crate) fn doubt(self) -> Option<String> {
        match self {
            Self::GoesBack(Some(to)) => Some(format!(
                "this ledger goes back to {}, and a report may have left since",
                unix_text(to)
            )),
            Self::GoesBack(None) => Some(
                "this ledger was made anew for its key, and reports may have left before"
                    .to_owned(),
            ),
            Self::InUse | Self::Retired(_) => None,
        }
    }

    /// Refuses to change a folder that is retired.
    ///
    /// # Errors
    /// `instance_retired`.
    pub(crate) fn check_change(self) -> Result<(), Failure> {
        let Self::Retired(since) = self else { return Ok(()) };
        let since = since.map(|at| format!(" on {}", unix_text(at))).unwrap_or_default();
        let message = format!("this instance was moved{since}: nothing is changed here any more");
        Err(Failure::new(Problem::InstanceRetired, message))
    }
}

/// How the ledger says that its folder stands; one of an older version is in use.
pub(super) fn read(ledger: &Connection) -> Result<Condition, LedgerFailure> {
    let query = "SELECT rowid AS row, state, since FROM instance";
    let found = rows(ledger, "instance", query, |cells| {
        let since = cells.number_if_any("since", LAST_SECOND)?;
        Ok(match cells.number32("state", 2)? {
            0 => Condition::InUse,
            1 => Condition::GoesBack(since),
            _ => Condition::Retired(since),
        })
    })?;
    match found.as_slice() {
        [one] => Ok(*one),
        _ => Err(damaged("instance", 1, "expected one row")),
    }
}

/// Keeps how the folder stands, and says in the log why.
pub(super) fn put(
    ledger: &Connection,
    condition: Condition,
    (what, detail): (&str, &str),
    when: When,
) -> Result<(), LedgerFailure> {
    let (state, since) = condition.cells();
    let since = since.map(records::seconds).transpose()?;
    ledger.execute("UPDATE instance SET state = ?1, since = ?2", params![state, since])?;
    records::log(ledger, when, what, detail)
}
