//! A usage report given back to an instance that has lost it: byte for byte as it was filed.

use license_core::document::{Kind, Usage};
use license_core::verify::{SelfSigned, verify_usage};

use crate::desk::opened::OpenDesk;
use crate::desk::resend::{self, Chosen};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Document, DocumentRow};

/// A report that is given back.
pub(crate) struct SentBack {
    pub(crate) document: Document,
    pub(crate) report: SelfSigned<Usage>,
    /// The license whose contact it goes to.
    pub(crate) license: Chosen,
}

/// Whether a report was named.
pub(crate) fn is_named(subject: &Subject) -> bool {
    subject.document.as_ref().is_some_and(is_report)
}

/// The report that was named; else the last one of the instance, by its number.
///
/// # Errors
/// `desk_not_found` where none was filed; `desk_several` where several instances have reported;
/// those of the license that says to whom it goes.
pub(crate) fn choose(desk: &mut OpenDesk, subject: &Subject) -> Result<SentBack, Failure> {
    let (document, report) = match subject.document.as_ref().filter(|row| is_report(row)) {
        Some(row) => read(desk, row)?,
        None => last(desk, subject)?,
    };
    let license = resend::to_contact(desk, subject)?;
    Ok(SentBack { document, report, license })
}

type Report = (Document, SelfSigned<Usage>);

fn read(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Report, Failure> {
    let document = resend::document(desk, row)?;
    let report = verify_usage(&document.bytes, &desk.desk.anchors)?;
    Ok((document, report))
}

/// The last report of the one instance that has reported.
fn last(desk: &mut OpenDesk, subject: &Subject) -> Result<Report, Failure> {
    let rows: Vec<&DocumentRow> = subject.documents().filter(|row| is_report(row)).collect();
    let mut reports = rows.into_iter().map(|row| read(desk, row)).collect::<Result<Vec<_>, _>>()?;
    // The last one of each instance comes first.
    reports.sort_by_key(|(document, report)| {
        (document.signed_by, std::cmp::Reverse((report.number, document.issued)))
    });
    reports.dedup_by_key(|(document, _)| document.signed_by);
    match reports.len() {
        0 => {
            let found = format!("found no report of {}", subject.words());
            Err(Failure::new(Problem::DeskNotFound, found)
                .hint("`airlock desk receive FILE` files what came in"))
        }
        1 => reports.pop().ok_or_else(|| Failure::new(Problem::DeskNotFound, "found no report")),
        several => {
            let each: Vec<String> = reports.iter().map(words).collect();
            let found = format!(
                "{} has reports of {several} instances, expected one: the last are {}",
                subject.words(),
                each.join("; ")
            );
            Err(Failure::new(Problem::DeskSeveral, found))
        }
    }
}

fn words((document, report): &Report) -> String {
    format!(
        "report {}, number {} through {}, with key {}",
        report.id(),
        report.number,
        report.last_day,
        document.signed_by
    )
}

fn is_report(row: &DocumentRow) -> bool {
    row.kind == Kind::Usage
}
