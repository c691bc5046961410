//! Reports that are to have a receipt, and what is owed by each.

use std::collections::BTreeSet;

use license_core::document::{Kind, Outcome};
use license_core::value::{Count, DocumentId, Thumbprint};
use license_core::verify::{VerifiedLicense, verify_license, verify_usage};
use license_core::{Code, Day};

use super::given::{Given, last};
use super::meant::Meant;
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::receipt::{Said, WorkedOut};
use crate::desk::reconcile::{self, Desk, Figures, Reconciled, Report};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;

/// A report that is to have a receipt, with what is owed by it and those before it.
pub(crate) struct Open {
    pub(crate) row: DocumentRow,
    pub(crate) report: Report,
    pub(crate) figures: Figures,
    pub(crate) reconciled: Reconciled,
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
        Said { outcome, ..said }
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

/// Works out what is owed by a report and those of its key before it.
pub(super) fn look(
    desk: &mut OpenDesk,
    subject: &Subject,
    row: DocumentRow,
) -> Result<Open, Failure> {
    let (licenses, revoked) = licenses(desk, subject, &row)?;
    let today = row.until.unwrap_or(Day::LAST);
    let mut figures = Vec::new();
    for earlier in up_to(subject, &row) {
        let report = verify_usage(&make::file(desk, &earlier)?, &desk.desk.anchors)?;
        let with = Desk { anchors: &desk.desk.anchors, licenses: &licenses, today };
        let name = report.id().to_string();
        figures.push((earlier.sha256, reconcile::verified_report(&name, report, &with)?));
    }
    let own = figures.iter().find(|(sha256, _)| *sha256 == row.sha256).map(|(_, own)| own.clone());
    let report = own.as_ref().and_then(|own| own.report().cloned());
    let (Some(own), Some(report)) = (own, report) else {
        let found = format!("found no report {} among those of its key", row.id);
        return Err(Failure::new(Problem::RegistryDamaged, found));
    };
    let standing = make::standing(licenses, |license| !revoked.contains(&license.id()));
    let with = Desk { anchors: &desk.desk.anchors, licenses: &standing, today };
    let figures = figures.into_iter().map(|(_, figures)| figures);
    // One that was made later, with an earlier last day, comes behind it.
    let before = figures.filter(|it| it.report().is_some_and(|it| it.number <= report.number));
    let reconciled = reconcile::reconcile(before.collect(), &with);
    let before = if row.answered { last(desk, subject, &row.chain(), row.id)? } else { None };
    Ok(Open { row, report, figures: own, reconciled, before })
}

/// The licenses of a report's subscription under which its key reports, and which of them are
/// revoked.
fn licenses(
    desk: &mut OpenDesk,
    subject: &Subject,
    report: &DocumentRow,
) -> Result<(Vec<VerifiedLicense>, BTreeSet<DocumentId>), Failure> {
    let own = subject
        .record
        .documents
        .iter()
        .filter(|row| row.kind == Kind::License && row.subscription == report.subscription);
    let (mut licenses, mut revoked) = (Vec::new(), BTreeSet::new());
    for row in own {
        let license = verify_license(&make::file(desk, row)?, &desk.desk.anchors)?;
        if names(&license, report.signed_by) {
            licenses.push(license);
            revoked.extend(row.revoked.map(|_| row.id));
        }
    }
    Ok((licenses, revoked))
}

fn names(license: &VerifiedLicense, key: Thumbprint) -> bool {
    license.report_key.is_none_or(|named| named == key)
        || license.further_report_keys.contains(&key)
}

/// The reports of one key, under one subscription, that reach no further than this one.
fn up_to(subject: &Subject, row: &DocumentRow) -> Vec<DocumentRow> {
    let own = subject.record.documents.iter().filter(|it| {
        it.kind == Kind::Usage
            && it.subscription == row.subscription
            && it.signed_by == row.signed_by
            && it.until <= row.until
    });
    own.cloned().collect()
}
