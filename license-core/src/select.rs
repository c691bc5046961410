//! Which of several licenses is the one in force.

use crate::day::Day;
use crate::value::InstanceId;
use crate::verify::VerifiedLicense;

/// Returns the place of the license that decides today, or `None` where none of this instance has begun.
///
/// Of those in force (from <= today < until) the one issued last; else, of those that have begun, the one that began
/// last. Where these are equal the larger id decides, so that the order in which licenses are given never does.
/// Licenses bound to other instances are passed over; without an instance id all that are bound are.
#[must_use]
pub fn select(licenses: &[&VerifiedLicense], instance: Option<&InstanceId>, today: Day) -> Option<usize> {
    let of_instance = |license: &VerifiedLicense| license.check_instance(instance).is_ok() && license.from <= today;
    let begun = licenses.iter().enumerate().filter(|(_, license)| of_instance(license));
    begun.max_by_key(|(_, license)| rank(license, today)).map(|(place, _)| place)
}

fn rank(license: &VerifiedLicense, today: Day) -> (bool, u64, u64, [u8; 16]) {
    let in_force = today < license.until;
    let from = u64::from(license.from.number());
    let (first, second) = if in_force { (license.issued, from) } else { (from, license.issued) };
    (in_force, first, second, license.id().0)
}
