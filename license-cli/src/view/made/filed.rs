//! A license as it is filed, for programs.

use serde_json::{Value, json};

use crate::registry::DocumentRow;

/// A license as it is filed.
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
