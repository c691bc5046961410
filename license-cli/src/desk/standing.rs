//! Where a license stands on a day.

use license_core::Day;
use license_core::document::Kind;

use crate::registry::DocumentRow;

/// Where a license stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Revoked,
    /// Its first day is still to come.
    Coming,
    InForce,
    /// A later one of its subscription has begun.
    Replaced,
    Ended,
}

/// Where a license stands among all documents of its customer.
pub(crate) fn standing(license: &DocumentRow, all: &[DocumentRow], today: Day) -> Standing {
    let is_later = |other: &&DocumentRow| {
        other.kind == Kind::License
            && other.subscription == license.subscription
            && other.rank() > license.rank()
            && other.revoked.is_none()
    };
    let begun = |row: &DocumentRow| row.from.is_some_and(|from| from <= today);
    if license.revoked.is_some() {
        Standing::Revoked
    } else if license.until.is_some_and(|until| until <= today) {
        Standing::Ended
    } else if all.iter().filter(is_later).any(begun) {
        Standing::Replaced
    } else if begun(license) {
        Standing::InForce
    } else {
        Standing::Coming
    }
}
