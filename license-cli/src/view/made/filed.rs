//! A license as it is filed.

use license_core::value::Count;
use serde_json::{Value, json};

use super::words::line;
use crate::desk::make::{Made, Making};
use crate::plural::seats;
use crate::registry::DocumentRow;

/// That a license is filed, or was, as one line.
pub(in crate::view) fn told(made: &Made, subscription: &str) -> String {
    let license = &made.license;
    let text = format!(
        "{} {}: {}, from {}, {} is its last day; license {} of subscription {subscription}",
        if made.making == Making::Now { "filed" } else { "filed before" },
        made.id(),
        seats(license.seats.map(Count::get)),
        license.from,
        license.last_day(),
        made.serial,
    );
    line("license", &text)
}

/// A license as it is filed, for programs.
pub(super) fn row(row: &DocumentRow) -> Value {
    json!({
        "id": row.id.to_string(),
        "serial": row.serial,
        "from": row.from.map(|day| day.to_string()),
        "until": row.until.map(|day| day.to_string()),
        "plan": row.plan.map(|plan| plan.to_string()),
        "seats": row.seats,
    })
}
