//! `docs/JSON.md` names exactly the fields that are printed: those of a section's tables are those
//! of the objects that its session prints.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::page::{self, Page};
use crate::session::Session;

const PAGE: &str = "docs/JSON.md";
/// The section with the fields of every object.
const EVERY: &str = "Every answer";

type Fields = BTreeMap<String, BTreeSet<String>>;

/// The fields that each section names: the first column of its tables, in backticks.
fn named() -> Fields {
    let mut fields = Fields::new();
    let mut section = String::new();
    for line in page::text(PAGE).lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.clone_into(&mut section);
        } else if let Some(row) = line.strip_prefix("| `") {
            let first = row.split(" |").next().unwrap_or_default();
            let names = first.split(',').map(|name| name.trim().trim_matches('`').to_owned());
            fields.entry(section.clone()).or_default().extend(names);
        }
    }
    fields
}

/// The fields that each section's commands print, one object a line.
fn printed() -> Fields {
    let page = Page::read(PAGE);
    let session = Session::run(&page);
    let mut fields = Fields::new();
    for (step, answer) in page.steps().zip(&session.answers) {
        for line in answer.lines().filter(|line| line.starts_with('{')) {
            let object = serde_json::from_str(line).unwrap();
            collect(&object, "", fields.entry(step.section.clone()).or_default());
        }
    }
    fields
}

/// Adds the paths of what has no fields of its own: `findings[].conditions[].fact`.
fn collect(value: &Value, path: &str, fields: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{name}");
                fields.insert(path.clone());
                collect(value, &path, fields);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, &format!("{path}[]"), fields);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_named_fields_are_the_printed_ones() {
    let (named, printed) = (named(), printed());
    let every = &named[EVERY];
    for (section, fields) in &printed {
        let own = named.get(section).cloned().unwrap_or_default();
        let own: BTreeSet<&String> = own.difference(every).collect();
        let found: BTreeSet<&String> = fields.difference(every).collect();
        let missing: Vec<_> = found.difference(&own).collect();
        let surplus: Vec<_> = own.difference(&found).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{PAGE}, {section}: printed and not named: {missing:?}; named, not printed: {surplus:?}"
        );
    }
    let all: BTreeSet<&String> = printed.values().flatten().collect();
    assert!(every.iter().all(|field| all.contains(field)), "{EVERY}: {every:?}");
    let unseen: Vec<_> = named.keys().filter(|section| !printed.contains_key(*section)).collect();
    assert!(unseen.iter().all(|section| *section == EVERY), "no session: {unseen:?}");
}
