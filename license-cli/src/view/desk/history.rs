//! What happened, the oldest first.

use license_core::day::{rfc3339, unix_text};
use serde_json::{Map, Value, json};

use crate::plural::counted;
use crate::registry::{DocumentRow, Event, What};
use crate::view::answer::{Answer, printable};
use crate::view::desk::filed::short;

/// The events of a subject.
pub(crate) fn answer(of: &str, events: &[Event], documents: &[DocumentRow]) -> Answer {
    let lines: String = events.iter().map(|event| text(event, documents)).collect();
    let text = format!("{}, {}\n{lines}", printable(of), counted(events.len(), "event"));
    let events: Vec<Value> = events.iter().map(|event| json(event, documents)).collect();
    Answer::yes(text, json!({ "format": 1, "of": of, "events": events }))
}

/// An event: a line, and one for each thing that was said about it.
pub(super) fn text(event: &Event, documents: &[DocumentRow]) -> String {
    let chain = &event.chain.subscription;
    let whose = if chain.is_empty() { String::new() } else { format!(", {chain}") };
    let head = format!(
        "{}  {}{}{whose}, by {}\n",
        unix_text(event.at),
        words(&event.what),
        document(event, documents)
            .map(|row| format!(" {} {}", row.kind, short(&row.id)))
            .unwrap_or_default(),
        event.who
    );
    let key = event.key.map(|key| key.to_string());
    let said = [
        ("key", key.as_deref()),
        ("why", event.reason.as_deref()),
        ("ticket", event.ticket.as_deref()),
        ("approved", event.approved_by.as_deref()),
    ];
    let said = said.into_iter().filter_map(|(name, text)| Some((name, text?.to_owned())));
    let lines = said.map(|(name, text)| line(name, &text));
    printable(&head) + &lines.collect::<String>() + &details(event)
}

fn line(name: &str, text: &str) -> String {
    printable(&format!("    {name:<8}  {}", text.replace('\n', "\n              "))) + "\n"
}

/// What was done, in words.
pub(super) fn words(what: &What) -> String {
    what.word().replace('_', " ")
}

fn document<'a>(event: &Event, documents: &'a [DocumentRow]) -> Option<&'a DocumentRow> {
    let sha256 = event.document?;
    documents.iter().find(|row| row.sha256 == sha256)
}

/// The detail of an event, each of its values on a line; what was changed with the value before.
fn details(event: &Event) -> String {
    let Some(detail) = detail(event) else { return String::new() };
    // By the hash of its row nobody but the same command again finds anything.
    let told = detail.iter().filter(|(name, _)| *name != "row");
    let said = told.flat_map(|(name, value)| said(name, value));
    said.map(|text| line("", &text)).collect()
}

/// The detail of an event without the hashes of the rows that were written with it: those are for
/// `registry verify`.
fn detail(event: &Event) -> Option<Map<String, Value>> {
    let mut detail: Map<String, Value> = serde_json::from_str(event.detail.as_deref()?).ok()?;
    let had_rows = detail.remove("rows").is_some();
    (!had_rows || !detail.is_empty()).then_some(detail)
}

/// A value in words; none where there is none.
fn said(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => {
            let changed: Vec<String> = items.iter().filter_map(changed).collect();
            let plainly = || {
                vec![format!("{name}: {}", items.iter().map(plain).collect::<Vec<_>>().join(", "))]
            };
            if changed.is_empty() && !items.is_empty() { plainly() } else { changed }
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            vec![format!("{name}: {}", plain(value))]
        }
    }
}

/// A change of a value: its name, what it was, what it is.
fn changed(value: &Value) -> Option<String> {
    let (name, before, after) = (value.get("name")?, value.get("before")?, value.get("after")?);
    Some(format!("{}: {} -> {}", plain(name), plain(before), plain(after)))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// An event for programs.
pub(super) fn json(event: &Event, documents: &[DocumentRow]) -> Value {
    json!({
        "number": event.number,
        "subscription": event.chain.subscription,
        "hash": event.hash.to_string(),
        "at": rfc3339(event.at),
        "what": event.what.word(),
        "who": event.who,
        "key": event.key.map(|key| hex::encode(key.0)),
        "document": document(event, documents).map(|row| row.id.to_string()),
        "reason": event.reason,
        "ticket": event.ticket,
        "approved_by": event.approved_by,
        "detail": detail(event),
    })
}
