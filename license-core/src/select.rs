//! Which of several licenses is the one in force.

use crate::day::Day;
use crate::value::InstanceId;
use crate::verify::VerifiedLicense;

/// Returns the place of the license that decides today, or `None` where none of this instance has
/// begun.
///
/// Of those in force (from <= today < until) the one issued last; else, of those that have begun,
/// the one that began last. Where these are equal the larger id decides, so that the order in which
/// licenses are given never does. Licenses bound to other instances are passed over; without an
/// instance id all that are bound are.
#[must_use]
pub fn select(
    licenses: &[&VerifiedLicense],
    instance: Option<&InstanceId>,
    today: Day,
) -> Option<usize> {
    choose(licenses, today, |license| license.check_instance(instance).is_ok())
}

/// Returns the place of the license that decides on a day, of those that have begun and that
/// `counts` takes.
pub(crate) fn choose(
    licenses: &[&VerifiedLicense],
    day: Day,
    counts: impl Fn(&VerifiedLicense) -> bool,
) -> Option<usize> {
    let begun =
        licenses.iter().enumerate().filter(|(_, license)| license.from <= day && counts(license));
    begun.max_by_key(|(_, license)| rank(license, day)).map(|(place, _)| place)
}

fn rank(license: &VerifiedLicense, today: Day) -> (bool, u64, u64, [u8; 16]) {
    let in_force = today < license.until;
    let from = u64::from(license.from.number());
    let (first, second) = if in_force { (license.issued, from) } else { (from, license.issued) };
    (in_force, first, second, license.id().0)
}
