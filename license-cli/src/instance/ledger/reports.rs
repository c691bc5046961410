//! The reports of this instance: each is kept before its file leaves, and one that came back from
//! the desk is kept too.

use std::collections::{BTreeMap, BTreeSet};

use license_core::document::Kind;
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verify::{check_size, file_kind, verify_usage};
use license_core::{Day, limits};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::cells::{Cells, rows};
use super::condition::{self, Condition};
use super::database::LAST_SECOND;
use super::failure::{LedgerFailure, damaged};
use super::kept::{Change, Import, ReceiptFile};
use super::opened::Instance;
use super::{receipts, records};
use crate::clock::When;
use crate::problem::{Failure, Problem};

/// What the log calls a report whose number the ledger has given to another one; [`Instance`] reads
/// it by that name.
const CONFLICT: &str = "report_conflict";

/// Where a report's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReportState {
    /// Nowhere yet: the next `usage report` gives it.
    Waiting,
    /// Given to whoever asked for it.
    Placed,
    /// It came back from the desk, into a ledger that had lost it.
    Recovered,
}

impl ReportState {
    fn number(self) -> u32 {
        match self {
            Self::Waiting => 0,
            Self::Placed => 1,
            Self::Recovered => 2,
        }
    }
}

/// A usage report of this instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeReport {
    /// From 1; a gap stands only before one that was recovered.
    pub(crate) number: u32,
    pub(crate) id: DocumentId,
    /// The file; of one that is known by its receipt alone, the receipt's.
    pub(crate) bytes: Vec<u8>,
    /// The license that it reports on, which may have been removed since.
    pub(crate) license: DocumentId,
    /// The last day that it covers.
    pub(crate) last_day: Day,
    /// Unix seconds.
    pub(crate) made: u64,
    pub(crate) state: ReportState,
}

impl MadeReport {
    /// Whether the ledger has its receipt alone, and not the report.
    pub(crate) fn is_receipt_alone(&self) -> bool {
        is_receipt(&self.bytes)
    }

    /// The first day that it covers; `None` where its file cannot be read.
    pub(crate) fn first_day(&self) -> Option<Day> {
        self.series().map(|days| days.daily().first())
    }

    /// The days with a figure, each with its count; `None` where its file cannot be read.
    pub(crate) fn days(&self) -> Option<BTreeMap<Day, u32>> {
        let series = self.series()?;
        Some(series.daily().days().filter_map(|(day, count)| Some((day, count?))).collect())
    }

    /// What it says of each day; `None` where its file cannot be read.
    pub(crate) fn series(&self) -> Option<Series> {
        verify_usage(&self.bytes, &TrustAnchors::default()).ok()?.daily().ok()
    }
}

/// A report that came back from the desk, or the receipt for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CameBack {
    pub(crate) report: MadeReport,
    /// Its figures; none where the receipt came in its place.
    pub(crate) days: BTreeMap<Day, Count>,
    pub(crate) receipt: Option<ReceiptFile>,
}

/// What came of taking back a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recovered {
    /// The ledger has it, or is further than it.
    Known {
        /// The number of its last report.
        last: u32,
        /// Whether reports may have left since the time to which the ledger went back: now this one
        /// is taken as the last.
        settled: bool,
    },
    /// The next report continues behind it.
    Done {
        /// The next number.
        next: u32,
        /// Days that the ledger did not have.
        added: usize,
        /// Days of which it holds another figure, which stays.
        differing: Vec<Change>,
    },
}

impl Instance {
    /// Adds daily maxima from `source`, all of them or none. Of a day that no report has told yet
    /// the largest figure stays, and one that `record` has noted gives way to no smaller one. Any
    /// other figure than the one held is a contradiction: it stops the import, unless changes are
    /// accepted; then the held figure goes to the log.
    ///
    /// # Errors
    /// `ledger_full` for too many days, and those of every change.
    pub(crate) fn import(
        &mut self,
        found: &BTreeMap<Day, Count>,
        accept_changes: bool,
        source: &str,
        when: When,
    ) -> Result<Import, Failure> {
        self.change(|ledger| match accept_changes {
            true => records::import_all(ledger, found, source, when),
            false => records::import(ledger, (found, &told(ledger)?), source, when),
        })
    }

    /// Keeps in the log which of these reports have the number of another one here.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn note_conflicts(&mut self, all: &[CameBack], when: When) -> Result<(), Failure> {
        self.change(|ledger| all.iter().try_for_each(|it| note_conflict(ledger, &it.report, when)))
    }

    /// The numbers of reports of which the vendor has shown another one than this ledger's.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn conflicts(&self) -> Result<BTreeSet<u32>, Failure> {
        let query = "SELECT rowid AS row, detail FROM event WHERE what = 'report_conflict'";
        let numbers = self.read("event", query, |cells| {
            let detail = cells.text("detail")?;
            let number = detail.strip_prefix("report ").and_then(|it| it.split_once(':'));
            Ok(number.and_then(|(number, _)| number.parse().ok()))
        })?;
        Ok(numbers.into_iter().flatten().collect())
    }

    /// The reports of this instance, in their order.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn reports(&self) -> Result<Vec<MadeReport>, Failure> {
        let reports = self.read("report", REPORTS, report)?;
        self.named(check_numbers(&reports))?;
        Ok(reports)
    }

    /// The report that waits to be placed, if one does.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn waiting_report(&self) -> Result<Option<MadeReport>, Failure> {
        Ok(self.reports()?.into_iter().find(|report| report.state == ReportState::Waiting))
    }

    /// The report to place now: the one that waits, or one that `draft` makes of the ledger, which
    /// nobody changes meanwhile. It is kept, on the disk, before this returns.
    ///
    /// # Errors
    /// Those of `draft`; `report_conflict` unless its number follows the last one's; `empty`,
    /// `too_large`, and those of every change.
    pub(crate) fn next_report(
        &mut self,
        draft: impl FnOnce(&Self) -> Result<MadeReport, Failure>,
    ) -> Result<MadeReport, Failure> {
        let this: &Self = self;
        let begun = Transaction::new_unchecked(&this.connection, TransactionBehavior::Immediate);
        let transaction = this.named(begun.map_err(LedgerFailure::from))?;
        let condition = this.condition()?;
        condition.check_change()?;
        // What waits is byte for byte what may have left: its number says nothing else.
        if let Some(waiting) = this.waiting_report()? {
            return Ok(waiting);
        }
        let report = draft(this)?;
        check_size(&report.bytes)?;
        let kept = add(&transaction, &report)
            .and_then(|()| transaction.commit().map_err(LedgerFailure::from));
        this.named(kept)?;
        Ok(report)
    }

    /// Keeps that a report's file was placed.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn report_placed(&mut self, number: u32) -> Result<(), Failure> {
        self.change(|ledger| {
            let placed = "UPDATE report SET state = 1 WHERE number = ?1 AND state = 0";
            ledger.execute(placed, params![number])?;
            Ok(())
        })
    }

    /// Keeps that no report has left since the time to which the ledger goes back. Returns whether
    /// that was in doubt, and the number of the next report.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn none_since(&mut self, when: When) -> Result<(bool, u32), Failure> {
        self.change(|ledger| {
            let in_doubt = settle(ledger, "no report has left since", when)?;
            Ok((in_doubt, last_number(ledger)?.saturating_add(1)))
        })
    }

    /// Takes back reports that this instance made and its ledger has lost, one behind the other,
    /// so that the next one continues behind the last; with each the figures that the ledger does
    /// not have, or the receipt that came for it. All or nothing.
    ///
    /// # Errors
    /// `report_conflict` where the ledger has another report of a number; `ledger_full`, and those
    /// of every change.
    pub(crate) fn recover(
        &mut self,
        all: &[CameBack],
        when: When,
    ) -> Result<Vec<Recovered>, Failure> {
        for CameBack { report, receipt, .. } in all {
            check_size(&report.bytes)?;
            receipt.iter().try_for_each(|receipt| check_size(&receipt.bytes))?;
        }
        self.change(|ledger| {
            check_last(ledger, all)?;
            let one = |CameBack { report, days, receipt }: &CameBack| {
                let recovered = recover(ledger, report, days, when)?;
                if let Some(receipt) = receipt {
                    receipts::take(ledger, receipt, when)?;
                }
                Ok(recovered)
            };
            all.iter().map(one).collect()
        })
    }
}

/// Every report.
const REPORTS: &str = "SELECT rowid AS row, number, id, bytes, license, last_day, made, state \
    FROM report ORDER BY number";

/// The days of which a report has a figure.
fn told(ledger: &Connection) -> Result<BTreeSet<Day>, LedgerFailure> {
    let reports = rows(ledger, "report", REPORTS, report)?;
    Ok(reports.iter().filter_map(MadeReport::days).flat_map(BTreeMap::into_keys).collect())
}

/// Keeps once that the ledger has another report of this number, where it has.
fn note_conflict(
    ledger: &Connection,
    report: &MadeReport,
    when: When,
) -> Result<(), LedgerFailure> {
    let query = "SELECT id FROM report WHERE number = ?1";
    let held = ledger.query_row(query, params![report.number], |row| row.get::<_, [u8; 16]>(0));
    let Some(held) = held.optional()?.map(DocumentId).filter(|held| *held != report.id) else {
        return Ok(());
    };
    let MadeReport { number, id, .. } = report;
    let detail = format!("report {number}: the vendor has the id {id}, the ledger has {held}");
    let noted = "SELECT EXISTS (SELECT 1 FROM event WHERE what = ?1 AND detail = ?2)";
    if ledger.query_row(noted, params![CONFLICT, detail], |row| row.get(0))? {
        return Ok(());
    }
    records::log(ledger, when, CONFLICT, &detail)
}

fn recover(
    ledger: &Connection,
    report: &MadeReport,
    days: &BTreeMap<Day, Count>,
    when: When,
) -> Result<Recovered, LedgerFailure> {
    // What waits and is no newer than what the desk has is in that; a newer one goes on waiting.
    let settled = "UPDATE report SET state = 1 WHERE state = 0 AND number <= ?1";
    ledger.execute(settled, params![report.number])?;
    let held = check_same(ledger, report)?;
    let settled = settle(ledger, &format!("the vendor's last report is {}", report.number), when)?;
    let last = last_number(ledger)?;
    let fills = held.is_some_and(|held| is_receipt(&held)) && !is_receipt(&report.bytes);
    let MadeReport { number, id, bytes, last_day, .. } = report;
    if fills {
        let put = "UPDATE report SET bytes = ?2 WHERE number = ?1";
        ledger.execute(put, params![number, bytes])?;
    } else if *number <= last {
        return Ok(Recovered::Known { last, settled });
    } else {
        insert(ledger, report)?;
    }
    let detail = format!("report {number}, id {id}, to {last_day}, after report {last}");
    records::log(ledger, when, "report_recovered", &detail)?;
    let found = records::import_new(ledger, days, &format!("report {number}"), when)?;
    Ok(Recovered::Done {
        next: last.max(*number).saturating_add(1),
        added: found.added,
        differing: found.changed,
    })
}

/// While reports may have left since the time to which the ledger goes back: refuses a report that
/// is older than what the ledger knows to have left, and a receipt for one that the ledger has
/// itself. Neither says anything of those that came after: a receipt comes later than its report.
fn check_last(ledger: &Connection, all: &[CameBack]) -> Result<(), LedgerFailure> {
    let Some(doubt) = condition::read(ledger)?.doubt() else { return Ok(()) };
    let Some(number) = all.iter().map(|it| it.report.number).max() else { return Ok(()) };
    let query = "SELECT coalesce(max(number), 0) FROM report WHERE state <> 0";
    let left: u32 = ledger.query_row(query, [], |row| row.get(0))?;
    let mut newest = all.iter().filter(|it| it.report.number == number);
    let by_receipts = newest.all(|it| it.receipt.is_some());
    if number > left || (number == left && !by_receipts) {
        return Ok(());
    }
    let found = if by_receipts { "a receipt for report" } else { "report" };
    let message = format!(
        "{doubt}: found {found} {number}, and the ledger itself has report {left}, expected the \
         last report that the vendor has"
    );
    Err(Failure::new(Problem::ReportAfterRestore, message).into())
}

fn is_receipt(bytes: &[u8]) -> bool {
    file_kind(bytes).is_ok_and(|(kind, _)| kind == Kind::Receipt)
}

/// Keeps that the next number is free, where that was in doubt.
fn settle(ledger: &Connection, why: &str, when: When) -> Result<bool, LedgerFailure> {
    let in_doubt = condition::read(ledger)?.doubt().is_some();
    if in_doubt {
        condition::put(ledger, Condition::InUse, ("numbers_settled", why), when)?;
    }
    Ok(in_doubt)
}

fn report(cells: &Cells<'_>) -> Result<MadeReport, LedgerFailure> {
    let state = match cells.number32("state", 2)? {
        0 => ReportState::Waiting,
        1 => ReportState::Placed,
        _ => ReportState::Recovered,
    };
    Ok(MadeReport {
        number: cells.number32("number", u32::MAX)?,
        id: DocumentId(cells.exactly("id")?),
        bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
        license: DocumentId(cells.exactly("license")?),
        last_day: Day::new(cells.number32("last_day", limits::LAST_DAY)?).unwrap_or(Day::LAST),
        made: cells.number("made", LAST_SECOND)?,
        state,
    })
}

/// Checks that each report follows the one before it, or was recovered.
fn check_numbers(reports: &[MadeReport]) -> Result<(), LedgerFailure> {
    let mut expected = 1;
    for MadeReport { number, state, .. } in reports {
        if *number != expected && *state != ReportState::Recovered {
            let message = format!("found report {number}, expected report {expected}");
            return Err(damaged("report", number, &message));
        }
        expected = number.saturating_add(1);
    }
    Ok(())
}

fn last_number(ledger: &Connection) -> Result<u32, LedgerFailure> {
    let query = "SELECT coalesce(max(number), 0) FROM report";
    Ok(ledger.query_row(query, [], |row| row.get(0))?)
}

fn add(ledger: &Connection, report: &MadeReport) -> Result<(), LedgerFailure> {
    let MadeReport { number, id, license, last_day, made, .. } = report;
    let expected = last_number(ledger)?.saturating_add(1);
    if *number != expected {
        let message = format!("found the number {number}, expected {expected}");
        return Err(Failure::new(Problem::ReportConflict, message).into());
    }
    insert(ledger, report)?;
    let detail = format!("report {number}, id {id}, license {license}, to {last_day}");
    // A report ends the day before the one that it was made for.
    let when = When { clock: *made, day: last_day.plus(1).unwrap_or(*last_day) };
    records::log(ledger, when, "report_made", &detail)
}

fn insert(ledger: &Connection, report: &MadeReport) -> Result<(), LedgerFailure> {
    let MadeReport { number, id, bytes, license, last_day, made, state } = report;
    let made = records::seconds(*made)?;
    ledger.execute(
        "INSERT INTO report (number, id, bytes, license, last_day, made, state) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![number, id.0, bytes, license.0, last_day.number(), made, state.number()],
    )?;
    Ok(())
}

/// Checks that the ledger has no other report of this number. Returns the file that it has of it.
fn check_same(ledger: &Connection, report: &MadeReport) -> Result<Option<Vec<u8>>, LedgerFailure> {
    let query = "SELECT id, bytes FROM report WHERE number = ?1";
    let held = ledger.query_row(query, params![report.number], |row| {
        Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    match held.optional()?.map(|(id, bytes)| (DocumentId(id), bytes)) {
        Some((held, _)) if held != report.id => {
            let message = format!(
                "found report {} with the id {}, but the ledger's own report {} has the id {held}",
                report.number, report.id, report.number
            );
            Err(Failure::new(Problem::ReportConflict, message).into())
        }
        held => Ok(held.map(|(_, bytes)| bytes)),
    }
}
