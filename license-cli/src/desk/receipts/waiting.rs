//! Receipts that are filed, and whose file was perhaps never written.

use license_core::document::{Kind, Outcome, Receipt};
use license_core::value::Count;

use super::drawn::Filed;
use super::given::{before, of_file};
use super::meant::Meant;
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::receipt::Said;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;

/// The receipts that are filed, and of which nobody knows whether their file was written.
///
/// # Errors
/// Those of what is filed.
pub(crate) fn waiting(desk: &mut OpenDesk, meant: &Meant<'_>) -> Result<Vec<Filed>, Failure> {
    let mut waiting: Vec<Filed> = Vec::new();
    let unplaced = |row: &&DocumentRow| row.kind == Kind::Receipt && !row.placed;
    let rows: Vec<DocumentRow> =
        meant.subject.record.documents.iter().filter(unplaced).cloned().collect();
    for row in rows {
        let file = make::file(desk, &row)?;
        let receipt = of_file(desk, &file)?;
        if meant.has_report(receipt.report, &row) {
            let in_place_of = before(desk, meant.subject, (&row, &receipt))?;
            let (sha256, subscription) = (row.sha256, row.subscription);
            waiting.push(Filed { receipt, file, sha256, subscription, in_place_of });
        }
    }
    waiting.sort_by_key(|it| (it.subscription.clone(), it.receipt.number));
    Ok(waiting)
}

/// Refuses another answer than that of the receipts which wait for their file. A word of what came
/// of seats says nothing of a report by which none are owed.
///
/// # Errors
/// `receipt_waiting` with both answers.
pub(crate) fn refuse_others(waiting: &[Filed], said: Said) -> Result<(), Failure> {
    let other = waiting.iter().find(|it| !answers(&it.receipt, said));
    let Some(Filed { receipt, .. }) = other else { return Ok(()) };
    let seats = |owed: Option<Count>| owed.map(|owed| counted(u64::from(owed.get()), "seat"));
    let words = |owed: Option<Count>, outcome: Option<Outcome>| {
        let outcome = outcome.map(|outcome| outcome.to_string());
        let words: Vec<String> = seats(owed).into_iter().chain(outcome).collect();
        words.join(", ")
    };
    let found = format!(
        "found {}; and the receipt for report {}, filed and perhaps never written, says {}",
        words(said.owed, said.outcome),
        receipt.number,
        words(receipt.owed.filter(|owed| *owed != Count::ZERO), Some(receipt.outcome))
    );
    Err(Failure::new(Problem::ReceiptWaiting, found))
}

/// Whether a receipt is what the same words would give.
fn answers(receipt: &Receipt, said: Said) -> bool {
    let seats = said.owed.is_none_or(|owed| receipt.owed == Some(owed));
    let beside = receipt.outcome == Outcome::NothingOwed && said.owed.is_none();
    let outcome = said.outcome.is_none_or(|outcome| {
        outcome == receipt.outcome || (beside && outcome != Outcome::InReview)
    });
    seats && outcome
}
