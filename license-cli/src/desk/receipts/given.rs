//! Receipts that were given before.

use license_core::Day;
use license_core::document::{Kind, Outcome, Receipt};
use license_core::value::DocumentId;
use license_core::verify::{Verified, verify};
use serde_json::json;

use super::meant::Meant;
use crate::desk::make;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Document, DocumentRow, What};

/// A receipt that was given.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub(super) row: DocumentRow,
    pub(super) receipt: Verified<Receipt>,
}

impl Given {
    /// Of two for one report the one with the higher rank counts, as on the instance.
    pub(super) fn rank(&self) -> (u64, DocumentId) {
        (self.receipt.issued, self.receipt.id())
    }
}

/// The receipt that counts for a report.
pub(super) fn last(
    desk: &mut OpenDesk,
    subject: &Subject,
    chain: &Chain,
    report: DocumentId,
) -> Result<Option<Given>, Failure> {
    let of_it = given(desk, subject, chain)?.into_iter().filter(|it| it.receipt.report == report);
    Ok(of_it.max_by_key(Given::rank))
}

/// The receipts of a chain, opened.
fn given(desk: &mut OpenDesk, subject: &Subject, chain: &Chain) -> Result<Vec<Given>, Failure> {
    let own = |row: &&DocumentRow| row.kind == Kind::Receipt && row.chain() == *chain;
    let rows = subject.record.documents.iter().filter(own).cloned();
    let one = |row: DocumentRow| {
        let file = make::file(desk, &row)?;
        Ok(Given { receipt: of_file(desk, &file)?, row })
    };
    rows.map(one).collect()
}

/// The receipt whose place this one takes.
pub(super) fn before(
    desk: &mut OpenDesk,
    subject: &Subject,
    (row, receipt): (&DocumentRow, &Verified<Receipt>),
) -> Result<Option<DocumentId>, Failure> {
    let rank = (receipt.issued, receipt.id());
    let own = given(desk, subject, &row.chain())?.into_iter();
    let earlier = own.filter(|it| it.receipt.report == receipt.report && it.rank() < rank);
    Ok(earlier.max_by_key(Given::rank).map(|it| it.receipt.id()))
}

/// The one receipt of a file of the desk's.
pub(super) fn of_file(desk: &OpenDesk, file: &[u8]) -> Result<Verified<Receipt>, Failure> {
    let verified = verify(file, &desk.desk.anchors)?;
    let receipt = verified.receipts().first().cloned();
    receipt.ok_or_else(|| Failure::new(Problem::RegistryDamaged, "found no receipt in its file"))
}

/// A report whose receipt says that it is in review.
pub(crate) struct InReview {
    pub(crate) report: DocumentId,
    pub(crate) number: u32,
    pub(crate) last_day: Day,
}

/// The reports whose receipts say that they are in review, the earliest first.
///
/// # Errors
/// Those of what is filed.
pub(crate) fn in_review(desk: &mut OpenDesk, meant: &Meant<'_>) -> Result<Vec<InReview>, Failure> {
    let open =
        |row: &&DocumentRow| row.kind == Kind::Receipt && row.seats.is_none() && !row.answered;
    let rows = meant.subject.record.documents.iter().filter(open).cloned();
    let mut found = Vec::new();
    for row in rows.collect::<Vec<_>>() {
        let file = make::file(desk, &row)?;
        let receipt = of_file(desk, &file)?;
        if receipt.outcome == Outcome::InReview && meant.has_report(receipt.report, &row) {
            let Receipt { report, number, last_day, .. } = *receipt;
            found.push(InReview { report, number, last_day });
        }
    }
    found.sort_by_key(|it| (it.last_day, it.number));
    Ok(found)
}

/// A receipt as it is filed.
///
/// # Errors
/// `registry_damaged` where its bytes are gone; those of the registry.
pub(crate) fn document(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Document, Failure> {
    let gone = || {
        let found = format!("found no bytes of receipt {}", row.id);
        Failure::new(Problem::RegistryDamaged, found)
    };
    desk.registry.document(row.sha256)?.ok_or_else(gone)
}

/// Tells the registry that a receipt was sent again.
///
/// # Errors
/// Those of the registry.
pub(crate) fn resent(
    desk: &mut OpenDesk,
    row: &DocumentRow,
    (form, why): (&str, &Why),
) -> Result<(), Failure> {
    let detail = json!({ "form": form }).to_string();
    let mut event = desk.event(What::Resent, why, Some(detail));
    event.document = Some(row.sha256);
    let chain = row.chain();
    let change = Change { chain, expected: None, writes: Vec::new(), filed: None, event };
    desk.registry.append(&change)?;
    Ok(())
}
