//! A code explained: its line of the table, as text and as JSON.

use serde_json::{Value, json};

use crate::problem::{Entry, Exit, Group};

/// The code in words.
pub(crate) fn text(entry: &Entry) -> String {
    format!(
        "{}: {}\n  exit status   {}\n  what to do    {}\n  support asks  {}\n",
        entry.name,
        entry.meaning,
        entry.exit_words(),
        entry.advice,
        entry.support_asks
    )
}

/// The same for programs; `exit_status` is null where it depends on what was asked.
pub(crate) fn json(entry: &Entry) -> Value {
    let stage = if let Group::File(stage) = entry.group { Some(stage.name()) } else { None };
    json!({
        "code": entry.name,
        "meaning": entry.meaning,
        "exit_status": entry.exit.map(Exit::status),
        "stage": stage,
        "advice": entry.advice,
        "support_asks": entry.support_asks,
    })
}
