//! Which license is in force on which days, from today to the end of the last one.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::select::select;
use license_core::value::InstanceId;
use license_core::verify::VerifiedLicense;

/// Days on which the same license is in force, or on which none is.
#[derive(Debug, Clone)]
pub(crate) struct Span<'a> {
    pub(crate) from: Day,
    /// The first day that is not one of them.
    pub(crate) until: Day,
    pub(crate) license: Option<&'a VerifiedLicense>,
}

impl Span<'_> {
    /// Its last day.
    pub(crate) fn last(&self) -> Day {
        self.until.minus(1).unwrap_or(self.until)
    }
}

/// The spans from today on, one behind the other, until the last license ends; none where nothing
/// is in force any more.
pub(crate) fn spans<'a>(
    licenses: &[&'a VerifiedLicense],
    instance: &InstanceId,
    today: Day,
) -> Vec<Span<'a>> {
    let own = licenses.iter().filter(|license| license.check_instance(Some(instance)).is_ok());
    let turns = own.flat_map(|license| [license.from, license.until]);
    let turns: BTreeSet<Day> = turns.filter(|day| today < *day).chain([today]).collect();
    let mut spans: Vec<Span<'a>> = Vec::new();
    for (from, until) in turns.iter().zip(turns.iter().skip(1)) {
        let place = select(licenses, Some(instance), *from);
        let license = place.and_then(|place| licenses.get(place).copied());
        let license = license.filter(|license| *from < license.until);
        match spans.last_mut().filter(|last| id(last.license) == id(license)) {
            Some(last) => last.until = *until,
            None => spans.push(Span { from: *from, until: *until, license }),
        }
    }
    spans
}

fn id(license: Option<&VerifiedLicense>) -> Option<[u8; 16]> {
    license.map(|license| license.id().0)
}
