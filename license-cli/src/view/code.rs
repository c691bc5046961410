//! A code explained: its line of the table, as text and as JSON.

use serde_json::{Value, json};

use crate::problem::{Entry, Exit, Group};
use crate::view::wrapped::{labelled, paragraphs};

/// Columns of a label.
const LABEL: usize = 16;

/// The code in words.
pub(crate) fn text(entry: &Entry) -> String {
    let lines = [
        ("  exit status", entry.exit_words()),
        ("  what to do", entry.advice),
        ("  support asks", entry.support_asks),
    ];
    let lines = lines.map(|(label, text)| labelled(label, LABEL, text));
    paragraphs(&format!("{}: {}", entry.name, entry.meaning), 0) + &lines.concat()
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
