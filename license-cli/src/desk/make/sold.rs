//! What was sold before, and would be lost: a newer license than the one that is followed, or
//! seats of a contract.

use license_core::Day;
use license_core::document::{Kind, License};
use license_core::value::DocumentId;

use super::contract::Contract;
use super::draft::Draft;
use crate::desk::line::have_days_in_common;
use crate::desk::order::Seats;
use crate::registry::{Chain, DocumentRow, What};

/// What would be lost.
pub(crate) enum Lost {
    /// What this license says, which is newer than the one that is followed.
    Newer { row: Box<DocumentRow>, follows: DocumentId },
    /// Seats of a year of the contract.
    Seats { year: usize, sold: Seats, found: Seats },
}

/// What would be lost with this license, drawn up from this draft for this chain.
pub(crate) fn lost(draft: &Draft, license: &License, chain: &Chain, today: Day) -> Vec<Lost> {
    let newer = newer(draft, license, chain, today);
    newer.into_iter().chain(fewer_than_contract(draft, license)).collect()
}

/// The newest license of the subscription that this one does not follow, and whose days it takes:
/// what that one says would be lost.
fn newer(draft: &Draft, license: &License, chain: &Chain, today: Day) -> Option<Lost> {
    let base = draft.base.as_ref().filter(|_| draft.succession.is_none())?;
    // One that follows no other stands beside all of them.
    if matches!(draft.what, What::Issued | What::TrialGiven) {
        return None;
    }
    // A renewal takes the days of extensions, and is an early one where it takes others.
    let takes_days = draft.what != What::Renewed;
    let is_newer = |row: &&DocumentRow| {
        row.kind == Kind::License
            && row.chain() == *chain
            && row.placed
            && row.revoked.is_none()
            && row.rank() > base.row.rank()
            && (has_replaced(row, &base.row, today) || (takes_days && shares(row, license)))
    };
    let documents = &draft.owner.subject()?.record.documents;
    let newest = documents.iter().filter(is_newer).max_by_key(|row| row.rank())?;
    Some(Lost::Newer { row: Box::new(newest.clone()), follows: base.row.id })
}

/// Whether a newer license decides in the place of another: today, or on its first day where that
/// is still to come, or on its last where that is over.
fn has_replaced(newer: &DocumentRow, other: &DocumentRow, today: Day) -> bool {
    let (Some(from), Some(until)) = (other.from, other.until) else { return false };
    let last = until.minus(1).unwrap_or(until);
    let day = today.max(from).min(last);
    newer.from.is_some_and(|from| from <= day) && newer.until.is_some_and(|until| day < until)
}

fn shares(row: &DocumentRow, license: &License) -> bool {
    let (from, until) = (license.from, license.until);
    have_days_in_common(row, &DocumentRow { from: Some(from), until: Some(until), ..row.clone() })
}

/// That a year of a contract has fewer seats than were sold for it.
fn fewer_than_contract(draft: &Draft, license: &License) -> Option<Lost> {
    let contract: &Contract = draft.contract.as_ref()?;
    let (year, sold) = contract.beginning(license.from)?;
    let found = Seats::of(license.seats);
    let is_fewer = match (sold.seats, found) {
        (Seats::Number(sold), Seats::Number(found)) => found < sold,
        (Seats::Unlimited, Seats::Number(_)) => true,
        (_, Seats::Unlimited) => false,
    };
    is_fewer.then_some(Lost::Seats { year, sold: sold.seats, found })
}
