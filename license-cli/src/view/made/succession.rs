//! Subscriptions whose place another one takes: which, what goes along, and what stays behind.

use serde_json::{Value, json};

use super::filed::row;
use super::words::{INDENT, of_row};
use crate::desk::make::{Owed, Source, Succession};
use crate::desk::rules::Lost;
use crate::plural::counted;
use crate::registry::Chain;
use crate::view::answer::printable;
use crate::view::desk::filed::state;
use crate::view::wrapped::labelled;

/// The lines of a page: the old subscriptions before and after, then what goes along by name.
pub(super) fn text(succession: &Succession, new: &Chain) -> String {
    let from =
        succession.sources.iter().map(|source| line("from", &of_source(succession, source, new)));
    let owed = succession.sources.iter().filter_map(|source| {
        Some(line("owed", &format!("{}: {}", source.subscription.id, of_owed(&source.owed?))))
    });
    let goes: Vec<&str> = succession.along.goes().map(Lost::words).collect();
    let stays: Vec<&str> = succession.along.stays().map(Lost::words).collect();
    from.chain(owed).collect::<String>()
        + &line("goes along", &listed(&goes))
        + &line("stays", &listed(&stays))
}

fn line(label: &str, text: &str) -> String {
    labelled(&format!("  {label}"), INDENT, &printable(text))
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// What was sold, and what becomes of it.
fn of_source(succession: &Succession, source: &Source, new: &Chain) -> String {
    let id = &source.subscription.id;
    let customer = &source.subject.record.customer.name;
    let after = if source.base.row.chain() == *new {
        "it goes on".to_owned()
    } else {
        format!("{} before, it ends on {}", state(source.subscription.state), succession.on)
    };
    format!("subscription {id} of {customer}: {}; {after}", of_row(&source.base.row))
}

fn of_owed(owed: &Owed) -> String {
    let Owed { seats, users, on, of } = *owed;
    let seats_owed = counted(seats, "seat");
    format!("{seats_owed} ({} on {on} under {})", counted(users, "user"), counted(of, "seat"))
}

/// The same for programs.
pub(super) fn json(succession: &Succession, new: &Chain) -> Value {
    let ends = succession.on.to_string();
    let source = |source: &Source| {
        let goes_on = source.base.row.chain() == *new;
        json!({
            "customer": source.subject.record.customer.id.to_string(),
            "name": source.subject.record.customer.name,
            "subscription": source.subscription.id,
            "license": row(&source.base.row),
            "seats_owed": source.owed.map(|owed| owed.seats),
            "state_before": state(source.subscription.state),
            "ends": (!goes_on).then(|| ends.clone()),
        })
    };
    json!({
        "from": succession.sources.iter().map(source).collect::<Vec<_>>(),
        "goes_along": succession.along.goes().map(Lost::name).collect::<Vec<_>>(),
        "stays": succession.along.stays().map(Lost::name).collect::<Vec<_>>(),
    })
}
