//! What the ledger holds, and each change of it.

use std::collections::BTreeMap;

use license_core::key::PublicKey;
use license_core::value::{Count, DocumentId};
use license_core::verify::check_size;
use license_core::{Day, limits};

use super::Instance;
use super::database::LAST_SECOND;
use super::failure::{LedgerFailure, damaged};
use super::records;
use crate::clock;
use crate::problem::Failure;

/// A license that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) id: DocumentId,
    /// The file. That it verifies is not known from its being here.
    pub(crate) bytes: Vec<u8>,
    /// Unix seconds.
    pub(crate) installed: u64,
}

/// A day whose held figure and newly found figure differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) day: Day,
    pub(crate) held: Count,
    pub(crate) found: Count,
}

/// What an import found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Import {
    /// Days that the ledger did not have.
    pub(crate) added: usize,
    /// Days that it had with the same figure.
    pub(crate) same: usize,
    /// Days that it had with another figure, in their order.
    pub(crate) changed: Vec<Change>,
    /// Whether the ledger has all of this now. If not, nothing was changed.
    pub(crate) applied: bool,
}

/// A usage report that was made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeReport {
    /// From 1, without a gap.
    pub(crate) number: u32,
    pub(crate) id: DocumentId,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The license that it reports on, which may have been removed since.
    pub(crate) license: DocumentId,
    /// The last day that it covers.
    pub(crate) last_day: Day,
    /// Unix seconds.
    pub(crate) made: u64,
}

impl Instance {
    /// Returns the pinned roots in the order in which they were pinned.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn roots(&self) -> Result<Vec<PublicKey>, Failure> {
        self.read("root", "SELECT rowid AS row, key FROM root ORDER BY number", |cells| {
            PublicKey::new(cells.exactly("key")?).map_err(|error| cells.damaged(error.message()))
        })
    }

    /// Returns the installed licenses, ordered by when they were installed, then by id.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn licenses(&self) -> Result<Vec<Installed>, Failure> {
        let query = "SELECT rowid AS row, id, bytes, installed FROM license ORDER BY installed, id";
        self.read("license", query, |cells| {
            Ok(Installed {
                id: DocumentId(cells.exactly("id")?),
                bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
                installed: cells.number("installed", LAST_SECOND)?,
            })
        })
    }

    /// Pins roots and adds a license, all or nothing. Returns the roots that were not pinned
    /// before.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn install(
        &mut self,
        roots: &[PublicKey],
        id: DocumentId,
        bytes: &[u8],
        now: u64,
    ) -> Result<Vec<PublicKey>, Failure> {
        check_size(bytes)?;
        self.change(|ledger| {
            let mut pinned = Vec::new();
            for root in roots {
                if records::pin(ledger, root, now)? {
                    pinned.push(*root);
                }
            }
            records::add_license(ledger, id, bytes, now)?;
            Ok(pinned)
        })
    }

    /// Removes a license. Returns `false` if no such license is installed.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn remove_license(&mut self, id: DocumentId) -> Result<bool, Failure> {
        let now = clock::now()?;
        self.change(|ledger| records::remove_license(ledger, id, now))
    }

    /// Returns the largest count of each day that is known.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn days(&self) -> Result<BTreeMap<Day, Count>, Failure> {
        self.named(records::days(&self.connection))
    }

    /// Adds daily maxima from `source`, all of them or none. A day that is held with another figure
    /// is a contradiction: it stops the import, unless changes are accepted; then the held figure
    /// goes to the log.
    ///
    /// # Errors
    /// `ledger_full` above [`DAYS`], and those of every change.
    pub(crate) fn import(
        &mut self,
        found: &BTreeMap<Day, Count>,
        accept_changes: bool,
        source: &str,
        now: u64,
    ) -> Result<Import, Failure> {
        self.change(|ledger| records::import(ledger, found, accept_changes, source, now))
    }

    /// Returns the reports that were made here, in their order.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn reports(&self) -> Result<Vec<MadeReport>, Failure> {
        let query = "SELECT rowid AS row, number, id, bytes, license, last_day, made FROM report \
            ORDER BY number";
        let reports = self.read("report", query, |cells| {
            Ok(MadeReport {
                number: cells.number32("number", u32::MAX)?,
                id: DocumentId(cells.exactly("id")?),
                bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
                license: DocumentId(cells.exactly("license")?),
                last_day: Day::new(cells.number32("last_day", limits::LAST_DAY)?)
                    .unwrap_or(Day::LAST),
                made: cells.number("made", LAST_SECOND)?,
            })
        })?;
        let astray = (1..).zip(&reports).find(|(expected, report)| report.number != *expected);
        self.named(astray.map_or(Ok(()), |(expected, report)| {
            Err(damaged(
                "report",
                report.number,
                &format!("found report {}, expected report {expected}", report.number),
            ))
        }))?;
        Ok(reports)
    }

    /// Keeps a report that was made, and returns what `write` does, which takes it to its reader:
    /// both or neither. The report is on the disk before `write` runs, so that what can still fail
    /// after it is a kill or a power cut.
    ///
    /// # Errors
    /// `report_conflict` unless its number follows the last one's and its id is new: another
    /// process has made a report meanwhile. `empty`, `too_large`, those of `write`, and those of
    /// every change.
    pub(crate) fn add_report_with<T>(
        &mut self,
        report: &MadeReport,
        write: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        check_size(&report.bytes)?;
        self.change(|ledger| {
            records::add_report(ledger, report)?;
            ledger.cache_flush()?;
            write().map_err(LedgerFailure::Elsewhere)
        })
    }
}
