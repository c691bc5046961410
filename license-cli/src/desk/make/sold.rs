//! What was sold before, and would be lost: a newer license than the one that is followed, or
//! seats of a contract.

use license_core::Day;
use license_core::document::{Flag, Kind, License};
use license_core::value::DocumentId;
use license_core::verify::verify_license;

use super::base::bytes;
use super::contract::Contract;
use super::draft::Draft;
use crate::desk::line::have_days_in_common;
use crate::desk::opened::OpenDesk;
use crate::desk::order::Seats;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, What};

/// What would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// What this license says, which is newer than the one that is followed.
    Newer { row: Box<DocumentRow>, follows: DocumentId },
    /// What this license of a subscription that ends says: it still waits for its first day.
    Waiting { row: Box<DocumentRow> },
    /// Seats of a year of the contract.
    Seats { year: usize, sold: Seats, found: Seats },
}

/// What would be lost with this license, drawn up from this draft for this chain.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn lost(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, chain): (&License, &Chain),
) -> Result<Vec<Lost>, Failure> {
    let newer = newer(desk, draft, (license, chain))?;
    let waiting = waiting(desk, draft)?;
    Ok(newer.into_iter().chain(waiting).chain(fewer_than_contract(draft, license)).collect())
}

/// The licenses that wait for their day in a subscription which ends with this one, but for
/// extensions.
fn waiting(desk: &mut OpenDesk, draft: &Draft) -> Result<Vec<Lost>, Failure> {
    let mut waiting = Vec::new();
    for source in draft.succession.iter().flat_map(|it| it.sources.as_slice()) {
        let going_on = source.subject.going_on_of(&source.subscription.id, desk.today);
        for row in going_on {
            let to_come = row.from.is_some_and(|from| desk.today < from);
            if to_come && !is_temporary(desk, row)? {
                waiting.push(Lost::Waiting { row: Box::new(row.clone()) });
            }
        }
    }
    Ok(waiting)
}

/// The newest license of the subscription that this one does not follow, and whose days it takes:
/// what that one says would be lost.
fn newer(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, chain): (&License, &Chain),
) -> Result<Option<Lost>, Failure> {
    let Some(base) = draft.base.as_ref().filter(|_| draft.succession.is_none()) else {
        return Ok(None);
    };
    // One that follows no other stands beside all of them.
    if matches!(draft.what, What::Issued | What::TrialGiven) {
        return Ok(None);
    }
    let today = desk.today;
    let is_newer = |row: &&DocumentRow| {
        row.kind == Kind::License
            && row.chain() == *chain
            && row.placed
            && row.revoked.is_none()
            && row.rank() > base.row.rank()
            && (has_replaced(row, &base.row, today) || shares(row, license))
    };
    let documents = draft.owner.subject().map(|subject| subject.record.documents.as_slice());
    let mut found: Vec<&DocumentRow> =
        documents.unwrap_or_default().iter().filter(is_newer).collect();
    found.sort_by_key(|row| row.rank());
    while let Some(newest) = found.pop() {
        // A renewal takes the days of extensions.
        let takes = draft.what == What::Renewed && !has_replaced(newest, &base.row, today);
        if takes && is_temporary(desk, newest)? {
            continue;
        }
        let row = Box::new(newest.clone());
        return Ok(Some(Lost::Newer { row, follows: base.row.id }));
    }
    Ok(None)
}

/// Whether a license that is filed is an extension.
fn is_temporary(desk: &mut OpenDesk, row: &DocumentRow) -> Result<bool, Failure> {
    let license = verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
    Ok(license.has(Flag::TemporaryExtension))
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

/// That a license which begins in a year of a contract has fewer seats than were sold for it. An
/// extension bridges the days until the year is paid.
fn fewer_than_contract(draft: &Draft, license: &License) -> Option<Lost> {
    let contract: &Contract = draft.contract.as_ref().filter(|_| draft.what != What::Extended)?;
    let (year, sold) = contract.with(license.from)?;
    let found = Seats::of(license.seats);
    let is_fewer = match (sold.seats, found) {
        (Seats::Number(sold), Seats::Number(found)) => found < sold,
        (Seats::Unlimited, Seats::Number(_)) => true,
        (_, Seats::Unlimited) => false,
    };
    is_fewer.then_some(Lost::Seats { year, sold: sold.seats, found })
}
