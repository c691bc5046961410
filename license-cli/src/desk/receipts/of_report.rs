//! The receipt of one report.

use license_core::document::{Kind, Outcome};
use license_core::value::DocumentId;

use super::drawn::Filed;
use super::given::{Given, last};
use super::open::{Open, look};
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};

/// The receipt of a report, or what it is drawn up from.
pub(crate) enum OfReport {
    Given(Box<Filed>),
    Open(Box<Open>),
}

/// The receipt that counts for a report that is filed, or what one is drawn up from: where it has
/// none, and where it has one in review and something else is said now.
///
/// # Errors
/// `registry_no_document`; those of what is filed.
pub(crate) fn of_report(
    desk: &mut OpenDesk,
    subject: &Subject,
    (report, said): (DocumentId, Option<Outcome>),
) -> Result<OfReport, Failure> {
    let rows = &subject.record.documents;
    let row = rows.iter().find(|row| row.kind == Kind::Usage && row.id == report);
    let row = row.cloned().ok_or_else(|| {
        Failure::new(Problem::RegistryNoDocument, format!("found no report {report}"))
    })?;
    let in_review = |given: &Given| given.receipt.outcome == Outcome::InReview;
    let open = |given: &Given| in_review(given) && said.is_some_and(|it| it != Outcome::InReview);
    let given = last(desk, subject, &row.chain(), report)?.filter(|given| !open(given));
    if let Some(Given { row, receipt }) = given {
        let file = make::file(desk, &row)?;
        let (sha256, subscription) = (row.sha256, row.subscription);
        let filed = Filed { receipt, file, sha256, subscription, in_place_of: None };
        return Ok(OfReport::Given(Box::new(filed)));
    }
    look(desk, subject, row).map(|open| OfReport::Open(Box::new(open)))
}
