//! A customer that was entered or changed.

use serde_json::{Map, Value};

use crate::desk::entry::{Changed, Entry};
use crate::view::answer::{Answer, printable};
use crate::view::desk::filed;

/// That a customer was entered.
pub(crate) fn entered(entry: &Entry) -> Answer {
    let after = |it: &Changed| {
        let after = it.after.as_deref().unwrap_or_default();
        format!("  {:<12}  {after}\n", words(it.field))
    };
    let lines: String = entry.changed.iter().map(after).collect();
    let text = format!("entered customer {}\n{lines}{}", entry.customer.id, taken(entry));
    let done = format!("the customer {} is entered", entry.customer.name);
    Answer::yes(printable(&text), json(entry)).done(done)
}

/// What was changed of a customer.
pub(crate) fn edited(entry: &Entry) -> Answer {
    let name = &entry.customer.name;
    if entry.changed.is_empty() && entry.taken.is_empty() {
        return Answer::yes(printable(&format!("{name}: nothing changes\n")), json(entry));
    }
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let change = |it: &Changed| {
        format!("  {:<12}  {} -> {}\n", words(it.field), value(&it.before), value(&it.after))
    };
    let lines: String = entry.changed.iter().map(change).collect();
    Answer::yes(printable(&format!("changed {name}\n{lines}{}", taken(entry))), json(entry))
        .done(format!("the change of {name} is kept"))
}

/// The licenses that were filed.
fn taken(entry: &Entry) -> String {
    entry.taken.iter().map(|id| format!("  {:<12}  {id}\n", "license")).collect()
}

fn words(field: &str) -> String {
    field.replace("subscription_name", "called").replace('_', " ")
}

fn json(entry: &Entry) -> Value {
    let changed: Vec<Value> = entry.changed.iter().map(Changed::json).collect();
    let mut json = Map::new();
    json.insert("format".to_owned(), 1.into());
    json.insert("customer".to_owned(), filed::customer(&entry.customer));
    json.insert("changed".to_owned(), changed.into());
    let taken: Vec<Value> = entry.taken.iter().map(|id| id.to_string().into()).collect();
    json.insert("licenses".to_owned(), taken.into());
    Value::Object(json)
}
