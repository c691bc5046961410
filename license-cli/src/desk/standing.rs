//! Where a license stands on a day.

use license_core::Day;
use license_core::document::Kind;

use crate::desk::line::replaces;
use crate::registry::{DocumentRow, Record, SubscriptionState};

/// Where a license stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Revoked,
    /// Its first day is still to come.
    Coming,
    InForce,
    /// A newer one of its subscription decides in its place.
    Replaced,
    Ended,
    /// Another subscription has taken the place of its own.
    PassedOn,
}

/// Where a license stands among all that is known of its customer.
pub(crate) fn standing(license: &DocumentRow, record: &Record, today: Day) -> Standing {
    let all = &record.documents;
    let own = record.subscriptions.iter().find(|it| it.id == license.subscription);
    let passed_on = own.is_some_and(|it| match it.state {
        SubscriptionState::Ended(on) => on <= today,
        SubscriptionState::Active | SubscriptionState::Revoked(_) => false,
    });
    let is_replaced = |other: &DocumentRow| {
        other.kind == Kind::License
            && other.subscription == license.subscription
            && replaces(other, license, today)
    };
    let begun = |row: &DocumentRow| row.from.is_some_and(|from| from <= today);
    if license.revoked.is_some() {
        Standing::Revoked
    } else if license.until.is_some_and(|until| until <= today) {
        Standing::Ended
    } else if passed_on {
        Standing::PassedOn
    } else if all.iter().any(is_replaced) {
        Standing::Replaced
    } else if begun(license) {
        Standing::InForce
    } else {
        Standing::Coming
    }
}
