//! Documents as the registry has them: a line each, and the same for programs.

use license_core::day::unix_text;
use license_core::document::Kind;
use serde_json::{Value, json};

use crate::desk::standing::Standing;
use crate::registry::{Customer, DocumentRow, SubscriptionState};

/// Digits of an id that are shown where the whole has no room.
const SHORT: usize = 8;

/// The beginning of an id.
pub(crate) fn short(id: &impl ToString) -> String {
    id.to_string().chars().take(SHORT).collect()
}

/// How many seats, in words.
pub(crate) fn seats(row: &DocumentRow) -> String {
    match row.seats {
        Some(seats) => seats.to_string(),
        None if row.kind == Kind::License => "any".to_owned(),
        None => "-".to_owned(),
    }
}

/// A day, or a dash.
pub(crate) fn day(day: Option<license_core::Day>) -> String {
    day.map_or_else(|| "-".to_owned(), |day| day.to_string())
}

/// The plan, or a dash.
pub(crate) fn plan(row: &DocumentRow) -> String {
    row.plan.map_or_else(|| "-".to_owned(), |plan| plan.to_string())
}

/// Where a license stands, in words.
pub(crate) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Revoked => "revoked",
        Standing::Coming => "to come",
        Standing::InForce => "in force",
        Standing::Replaced => "replaced",
        Standing::Ended => "ended",
        Standing::PassedOn => "passed on",
    }
}

/// Whether a subscription goes on, in words.
pub(crate) fn state(state: SubscriptionState) -> String {
    match state {
        SubscriptionState::Active => "active".to_owned(),
        SubscriptionState::Ended(day) => format!("ended on {day}"),
        SubscriptionState::Revoked(day) => format!("revoked on {day}"),
    }
}

/// The day of a time.
pub(crate) fn on(seconds: u64) -> String {
    unix_text(seconds).chars().take("2026-01-01".len()).collect()
}

/// A document for programs.
pub(crate) fn json(row: &DocumentRow) -> Value {
    json!({
        "kind": row.kind.to_string(),
        "id": row.id.to_string(),
        "sha256": row.sha256.to_string(),
        "subscription": row.subscription,
        "serial": row.serial,
        "plan": row.plan.map(|plan| plan.to_string()),
        "seats": row.seats,
        "from": row.from.map(|day| day.to_string()),
        "until": row.until.map(|day| day.to_string()),
        "issued": license_core::day::rfc3339(row.issued),
        "signed_by": hex::encode(row.signed_by.0),
        "policy": row.policy,
        "exception": row.exception,
        "answered": row.answered,
        "revoked": row.revoked.map(license_core::day::rfc3339),
    })
}

/// A customer for programs.
pub(crate) fn customer(customer: &Customer) -> Value {
    json!({
        "id": customer.id.to_string(),
        "name": customer.name,
        "mail_domains": customer.mail_domains,
        "type": customer.customer_type,
        "crm_id": customer.crm_id,
        "billing_id": customer.billing_id,
    })
}
