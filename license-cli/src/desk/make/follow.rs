//! The order of the licenses of a subscription. On an instance the one that was issued last
//! decides, so that each must be issued after the one before it.

use license_core::Day;
use license_core::document::Kind;

use crate::problem::{Failure, Problem};
use crate::registry::DocumentRow;

/// When a license is issued that follows these: now, or, where one of them was issued at this very
/// moment or later on this day, the second after that.
///
/// # Errors
/// `desk_backdated` where one of them was issued on a later day.
pub(super) fn moment(now: u64, licenses: &[&DocumentRow]) -> Result<u64, Failure> {
    let Some(last) = licenses.iter().max_by_key(|row| row.issued) else { return Ok(now) };
    if last.issued < now {
        return Ok(now);
    }
    let next = last.issued.saturating_add(1);
    if Day::of_unix(next) == Day::of_unix(now) { Ok(next) } else { Err(backdated(now, last)) }
}

/// Refuses to take back a license on a day before that of its issue.
///
/// # Errors
/// `desk_backdated`.
pub(super) fn refuse_before(now: u64, licenses: &[DocumentRow]) -> Result<(), Failure> {
    let last = licenses.iter().max_by_key(|row| row.issued);
    let early = last.filter(|row| Day::of_unix(now) < Day::of_unix(row.issued));
    early.map_or(Ok(()), |row| Err(backdated(now, row)))
}

fn backdated(now: u64, last: &DocumentRow) -> Failure {
    let day = |at| Day::of_unix(at).map_or_else(String::new, |day| day.to_string());
    let (today, issued) = (day(now), day(last.issued));
    let found = format!(
        "today is {today}, and license {} of the same subscription was issued on {issued}",
        last.id
    );
    Failure::new(Problem::DeskBackdated, found)
}

/// Whether another license of the subscription decides in the place of this one: today, or on its
/// first day if that is still to come; of one that has ended, whether there is a later one.
fn is_replaced(license: &DocumentRow, all: &[DocumentRow], today: Day) -> bool {
    let first = license.from.map_or(today, |from| from.max(today));
    let ended = license.until.is_some_and(|until| until <= first);
    let decides = |other: &DocumentRow| {
        ended
            || (other.from.is_some_and(|from| from <= first)
                && other.until.is_some_and(|until| first < until))
    };
    all.iter().any(|other| {
        other.kind == Kind::License
            && other.subscription == license.subscription
            && other.revoked.is_none()
            && other.rank() > license.rank()
            && decides(other)
    })
}

/// Whether a license still is what came of its order: not revoked, and not replaced by a later one.
pub(crate) fn still_answers(row: &DocumentRow, all: &[DocumentRow], today: Day) -> bool {
    row.revoked.is_none() && !is_replaced(row, all, today)
}
