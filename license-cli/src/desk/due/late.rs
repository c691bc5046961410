//! Reports that should have come.

use license_core::Day;
use license_core::document::Kind;

use crate::desk::opened::OpenDesk;
use crate::desk::{line, lineage};
use crate::problem::Failure;
use crate::registry::{DocumentRow, REPORT_DAYS, Record, SubscriptionState};

/// The licenses of a customer in force under which a report is late, each with the day since when.
pub(super) fn late(
    desk: &mut OpenDesk,
    record: &Record,
) -> Result<Vec<(Day, DocumentRow)>, Failure> {
    let today = desk.today;
    if !record.instances.iter().any(|instance| instance.report_key.is_some()) {
        return Ok(Vec::new());
    }
    let mut late = Vec::new();
    for license in in_force(record, today) {
        let goes_on = license.until.is_some_and(|until| today < until);
        let since = late_since(desk, license)?.filter(|day| *day <= today && goes_on);
        late.extend(since.map(|day| (day, license.clone())));
    }
    Ok(late)
}

/// The day from which a report under a license is late: a month after the last one's end, or after
/// the license's first day. One that was filed under the subscription before counts too.
pub(super) fn late_since(
    desk: &mut OpenDesk,
    license: &DocumentRow,
) -> Result<Option<Day>, Failure> {
    let line = lineage::of(desk, &license.chain())?.own;
    let reached = lineage::reported_until(desk, &line)?.max(license.from);
    Ok(reached.and_then(|day| day.plus(REPORT_DAYS)))
}

/// The license in force of each subscription that goes on.
fn in_force(record: &Record, today: Day) -> impl Iterator<Item = &DocumentRow> {
    of_each(record, move |rows| line::in_force(rows.into_iter(), today))
}

/// One of the licenses of each subscription that goes on.
pub(super) fn of_each<'a>(
    record: &'a Record,
    one: impl Fn(Vec<&'a DocumentRow>) -> Option<&'a DocumentRow>,
) -> impl Iterator<Item = &'a DocumentRow> {
    let active = record.subscriptions.iter().filter(|it| it.state == SubscriptionState::Active);
    active.filter_map(move |sold| {
        let own = record.documents.iter().filter(|row| row.subscription == sold.id);
        one(own.filter(|row| row.kind == Kind::License).collect())
    })
}
