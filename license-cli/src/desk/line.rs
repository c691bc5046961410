//! The licenses of a subscription that go on: the one in force, and those that are to come.

use license_core::Day;

use crate::registry::DocumentRow;

/// Whether a newer license decides in the place of this one: today, or on all of its days where
/// they are still to come. Of several that have a day, the one issued last decides on it.
pub(crate) fn replaces(newer: &DocumentRow, row: &DocumentRow, today: Day) -> bool {
    let (Some(from), Some(until)) = (row.from, row.until) else { return false };
    let (first, last) = match from <= today {
        true => (today, today.plus(1).unwrap_or(today)),
        false => (from, until),
    };
    newer.rank() > row.rank()
        && newer.revoked.is_none()
        && newer.from.is_some_and(|from| from <= first)
        && newer.until.is_some_and(|until| last <= until)
}

/// Of these licenses of one subscription, the one that decides on this day; revoked ones do not.
pub(crate) fn in_force<'a>(
    rows: impl Iterator<Item = &'a DocumentRow>,
    today: Day,
) -> Option<&'a DocumentRow> {
    let has_today = |row: &&DocumentRow| {
        row.revoked.is_none()
            && row.from.is_some_and(|from| from <= today)
            && row.until.is_some_and(|until| today < until)
    };
    rows.filter(has_today).max_by_key(|row| row.rank())
}

/// Of these licenses of one subscription, the one that ends last, and of those the newest: when it
/// is over, nothing goes on. One whose first day a newer one has is none of them: a correction may
/// end earlier.
pub(crate) fn last<'a>(rows: &[&'a DocumentRow]) -> Option<&'a DocumentRow> {
    let stands = |row: &&DocumentRow| {
        row.revoked.is_none() && !rows.iter().any(|newer| takes_first_day(newer, row))
    };
    rows.iter().copied().filter(stands).max_by_key(|row| (row.until, row.rank()))
}

/// Whether a newer license has the first day of this one.
fn takes_first_day(newer: &DocumentRow, row: &DocumentRow) -> bool {
    newer.rank() > row.rank()
        && newer.revoked.is_none()
        && newer.from <= row.from
        && row.from.is_some_and(|first| newer.until.is_some_and(|until| first < until))
}

/// The license in force and those that wait for their day, the earliest first; `rows` are the
/// licenses of one subscription, the last one first. One that a later one has replaced on its days
/// is none of them.
pub(crate) fn going_on<'a>(
    rows: impl Iterator<Item = &'a DocumentRow>,
    today: Day,
) -> Vec<&'a DocumentRow> {
    let mut kept: Vec<&DocumentRow> = Vec::new();
    for row in rows.filter(|row| row.until.is_some_and(|until| today < until)) {
        if !kept.iter().any(|newer| replaces(newer, row, today)) {
            kept.push(row);
        }
    }
    kept.sort_by_key(|row| row.from);
    kept
}

/// Whether two terms have a day in common.
pub(crate) fn have_days_in_common(one: &DocumentRow, other: &DocumentRow) -> bool {
    let begins_before = |one: &DocumentRow, other: &DocumentRow| {
        one.from.zip(other.until).is_some_and(|(from, until)| from < until)
    };
    begins_before(one, other) && begins_before(other, one)
}
