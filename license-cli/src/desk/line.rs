//! The licenses of a subscription that go on: the one in force, and those that are to come.

use license_core::Day;

use crate::registry::DocumentRow;

/// The license in force and those that wait for their day, the earliest first; `rows` are the
/// licenses of one subscription, the last one first. One that a later one has replaced on its days
/// is none of them.
pub(crate) fn going_on<'a>(
    rows: impl Iterator<Item = &'a DocumentRow>,
    today: Day,
) -> Vec<&'a DocumentRow> {
    let has_begun = |row: &DocumentRow| row.from.is_some_and(|from| from <= today);
    let mut kept: Vec<&DocumentRow> = Vec::new();
    for row in rows.filter(|row| row.until.is_some_and(|until| today < until)) {
        let is_replaced = match has_begun(row) {
            true => kept.iter().any(|newer| has_begun(newer)),
            false => kept.iter().any(|newer| have_days_in_common(newer, row)),
        };
        if !is_replaced {
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
