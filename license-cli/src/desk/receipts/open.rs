//! Reports that are to have a receipt, and what is owed by each.

use license_core::document::{Kind, Outcome};
use license_core::value::Count;
use license_core::verify::{VerifiedLicense, verify_usage};
use license_core::{Code, Day};

use super::given::{Given, last};
use super::meant::Meant;
use crate::desk::lineage::{self, Filed};
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::receipt::{Said, WorkedOut};
use crate::desk::reconcile::{self, Desk, Figures, Reconciled, Report};
use crate::desk::settled;
use crate::desk::statement::Receipted;
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;

/// A report that is to have a receipt, with what is owed by it and those before it.
pub(crate) struct Open {
    pub(crate) row: DocumentRow,
    pub(crate) report: Report,
    pub(crate) figures: Figures,
    pub(crate) reconciled: Reconciled,
    /// The seats that a receipt for an earlier report says are paid or waived, and which that is.
    pub(crate) settled: Option<(u32, Receipted)>,
    /// The receipt that counts for it until now.
    pub(super) before: Option<Given>,
}

impl Open {
    pub(crate) fn worked_out(&self) -> WorkedOut {
        WorkedOut::of(&self.report, &self.reconciled)
    }

    /// What is said of it: where nothing is owed, and nobody gave another number, a word of what
    /// came of the seats is for the other reports.
    pub(super) fn said(&self, said: Said) -> Said {
        let nothing = said.owed.is_none() && self.worked_out().known() == Some(Count::ZERO);
        let outcome = said.outcome.filter(|it| !nothing || *it == Outcome::InReview);
        let outcome = outcome.or_else(|| self.settled_as().filter(|_| said.owed.is_none()));
        Said { outcome, ..said }
    }
}

impl Open {
    /// What came of the seats, where earlier receipts have settled all of them.
    fn settled_as(&self) -> Option<Outcome> {
        let owed = self.worked_out().known().filter(|owed| *owed != Count::ZERO)?;
        let (_, by) = self.settled.filter(|(seats, _)| owed.get() <= *seats)?;
        Some(if by.waived { Outcome::Waived } else { Outcome::Paid })
    }
}

/// The reports that are to have a receipt, the earliest first: those that have none; and the one
/// that was named, where something is said of it.
///
/// # Errors
/// `wrong_kind` where another document was named; those of what is filed.
pub(crate) fn open(
    desk: &mut OpenDesk,
    meant: &Meant<'_>,
    said: Said,
) -> Result<Vec<Open>, Failure> {
    let subject = meant.subject;
    let other = subject.document.as_ref().filter(|row| row.kind != Kind::Usage);
    if let Some(other) = other {
        let found = format!("found {} {}, expected a usage report", other.kind, other.id);
        return Err(Failure::new(Problem::Core(Code::WrongKind), found)
            .hint("`airlock desk show` lists the reports of a customer, each with its id"));
    }
    let again = |row: &DocumentRow| said != Said::default() && meant.names(row);
    let waits = |row: &&DocumentRow| {
        row.kind == Kind::Usage && meant.has(row) && (!row.answered || again(row))
    };
    let mut rows: Vec<DocumentRow> =
        subject.record.documents.iter().filter(waits).cloned().collect();
    rows.sort_by_key(|row| (row.subscription.clone(), row.until, row.issued));
    rows.into_iter().map(|row| look(desk, subject, row)).collect()
}

/// Works out what is owed by a report and those before it, of its key and of the instances that
/// were billed before that one, under its subscription and under those before it whose debts went
/// along.
pub(super) fn look(
    desk: &mut OpenDesk,
    subject: &Subject,
    row: DocumentRow,
) -> Result<Open, Failure> {
    let Before { filed, figures } = match of_each_turn(desk, &row)? {
        Some(before) => before,
        None => of_key(desk, &row)?,
    };
    let today = row.until.unwrap_or(Day::LAST);
    let own = figures.iter().find(|it| it.report().is_some_and(|it| it.id == row.id)).cloned();
    let report = own.as_ref().and_then(|own| own.report().cloned());
    let (Some(own), Some(report)) = (own, report) else {
        let found = format!("found no report {} among those of its key", row.id);
        return Err(Failure::new(Problem::RegistryDamaged, found));
    };
    let standing = filed.standing();
    let with = Desk { anchors: &desk.desk.anchors, licenses: &standing, today };
    // One that was made later, with an earlier last day, comes behind it.
    let is_before = |it: &Report| it.key != report.key || it.number <= report.number;
    let before = figures.into_iter().filter(|it| it.report().is_some_and(is_before));
    let mut reconciled = reconcile::reconcile(before.collect(), &with);
    reconciled.statement = filed.of_own(reconciled.statement);
    let mut receipted = settled::receipted(desk, &filed)?;
    receipted.retain(|it| match it.key == report.key {
        true => it.number < report.number,
        false => it.last <= today,
    });
    let settled = settled::of_deciding(&receipted, &reconciled.statement, &standing);
    let before = if row.answered { last(desk, subject, &row.chain(), row.id)? } else { None };
    Ok(Open { row, report, figures: own, reconciled, settled, before })
}

/// What is filed up to a report.
struct Before {
    filed: Filed,
    /// Its figures and those of the reports that reach no further.
    figures: Vec<Figures>,
}

/// What is filed of the instances that were billed one after the other; `None` where the report's
/// own is not one of them, or no other is.
fn of_each_turn(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Option<Before>, Failure> {
    let lineage = lineage::of(desk, &row.chain())?;
    let filed = Filed::of(desk, &lineage.own)?;
    if filed.reports().all(|it| it.signed_by == row.signed_by) {
        return Ok(None);
    }
    let mut figures = Vec::new();
    for earlier in filed.reports().filter(|it| it.until <= row.until) {
        figures.extend(reconcile::compared(of_report(desk, &filed, (earlier, row)))?);
    }
    let figures = reconcile::in_turn(figures, row.signed_by, |report| report.id == row.id);
    Ok(figures.map(|figures| Before { filed, figures }))
}

/// What is filed of the report's own instance.
fn of_key(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Before, Failure> {
    let filed = filed(desk, row)?;
    let mut figures = Vec::new();
    for earlier in up_to(&filed, row) {
        figures.push(of_report(desk, &filed, (&earlier, row))?);
    }
    Ok(Before { filed, figures })
}

/// The figures of a report, by the last day of another.
fn of_report(
    desk: &mut OpenDesk,
    filed: &Filed,
    (row, last): (&DocumentRow, &DocumentRow),
) -> Result<Figures, Failure> {
    let report = verify_usage(&make::file(desk, row)?, &desk.desk.anchors)?;
    let today = last.until.unwrap_or(Day::LAST);
    let with = Desk { anchors: &desk.desk.anchors, licenses: &filed.licenses, today };
    reconcile::verified_report(&report.id().to_string(), report, &with)
}

/// What is filed of the report's subscription and of those before it, with the licenses under which
/// its key reports. A spare instance owes nothing, whatever it did before.
fn filed(desk: &mut OpenDesk, report: &DocumentRow) -> Result<Filed, Failure> {
    let (key, chain) = (report.signed_by, report.chain());
    let lineage = lineage::of(desk, &chain)?;
    let of_key = |desk: &mut OpenDesk, row: &DocumentRow| {
        let license = lineage::opened(desk, row)?;
        Ok(license.takes_reports_of(key).then_some(license))
    };
    let alone = Filed::with(desk, &lineage.alone(&chain), of_key)?;
    let is_spare = |it: &VerifiedLicense| it.further_report_keys.contains(&key);
    if lineage.own.links.len() == 1 || alone.licenses.iter().any(is_spare) {
        return Ok(alone);
    }
    Filed::with(desk, &lineage.own, of_key)
}

/// The reports of one key that reach no further than this one, each under one of the licenses.
fn up_to(filed: &Filed, row: &DocumentRow) -> Vec<DocumentRow> {
    let own = filed.reports().filter(|it| it.signed_by == row.signed_by && it.until <= row.until);
    own.cloned().collect()
}
