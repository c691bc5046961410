//! What a receipt settles: one rule for the instance that took it and for the desk that gave it.

use std::cmp::Reverse;

use license_core::document::{Outcome, Receipt};
use license_core::value::Count;
use license_core::verify::Verified;

/// The order of the receipts for a report: the last one counts. It is the one that was issued
/// last. Of the same second, one that says what is owed goes before one that does not; then the one
/// that leaves more seats to be paid, so that nothing is taken for settled in doubt.
pub(crate) fn standing(receipt: &Verified<Receipt>) -> impl Ord + use<> {
    let owed = receipt.owed.map_or(0, Count::get);
    let open = match receipt.outcome {
        Outcome::InReview | Outcome::NothingOwed | Outcome::Waived | Outcome::Paid => 0,
        Outcome::Billed | Outcome::JoinsRenewal | Outcome::Other(_) => owed,
    };
    // Of those that say the same of the seats, what came of them decides; then any mark that stays.
    let last = (Reverse(receipt.outcome.number()), receipt.id());
    (receipt.issued, receipt.owed.is_some(), open, owed, last)
}

/// Whether nothing is left to pay.
pub(crate) fn is_settled(outcome: Outcome) -> bool {
    match outcome {
        Outcome::NothingOwed | Outcome::Waived | Outcome::Paid => true,
        Outcome::Billed | Outcome::JoinsRenewal | Outcome::InReview | Outcome::Other(_) => false,
    }
}

/// Those of these receipts that count for their reports: of each the last one by [`standing`].
pub(crate) fn counting(all: &[Verified<Receipt>]) -> impl Iterator<Item = &Verified<Receipt>> {
    all.iter().filter(|it| {
        let of_it = all.iter().filter(|other| other.report == it.report);
        of_it.max_by_key(|other| standing(other)).is_some_and(|last| last.id() == it.id())
    })
}

/// Seats that a receipt settles which says that so many are paid or waived, of so many beyond those
/// of a license in its days: as much as it says. What came later is not settled by it, nor what the
/// vendor did not know.
pub(crate) fn seats_settled(said: u32, over: u32) -> u32 {
    over.min(said)
}
