//! What was found: a table, the nearest first; or all that a filter takes, as many as there are.

use license_core::day::rfc3339;
use license_core::document::Kind;
use serde_json::{Value, json};

use crate::desk::search::{Hits, MOST, objections};
use crate::plural::counted;
use crate::problem::{Exit, Failure};
use crate::registry::{Customer, DocumentRow, Event, Found, Nearness, SubscriptionState};
use crate::view::answer::{Answer, printable, put, written};
use crate::view::desk::filed::{self, short};
use crate::view::rows::Rows;
use crate::view::table::{self, Column};
use crate::view::wrapped::labelled;

/// Eighty columns together.
const COLUMNS: [Column; 6] = [
    Column::text("customer", 24),
    Column::text("subscription", 13),
    Column::text("plan", 8),
    Column::number("seats", 7),
    Column::text("until", 10),
    Column::text("id", 8),
];

/// What words found.
pub(crate) fn answer(hits: &Hits) -> Answer {
    let found: Vec<Value> = hits.found.iter().map(found_json).collect();
    let json = json!({ "format": 1, "found": found, "capped": hits.capped });
    if hits.found.is_empty() {
        return Answer::yes("found nothing: fewer letters of a word find more\n", json)
            .with_exit(Exit::Refused);
    }
    let rows: String = hits.found.iter().map(line).collect();
    let capped = hits.capped.then(|| {
        format!("these are the {MOST} nearest, and there may be more: add a word or a filter")
    });
    Answer::yes(table::head(&COLUMNS) + &rows, json).warn(capped)
}

fn line(found: &Found) -> String {
    let license = found.newest.as_ref();
    let none = || "-".to_owned();
    let subscription = &found.chain.subscription;
    table::row(
        &COLUMNS,
        [
            found.customer.name.clone(),
            if subscription.is_empty() { none() } else { subscription.clone() },
            license.map_or_else(none, filed::plan),
            license.map_or_else(none, filed::seats),
            until(found),
            license.map_or_else(|| short(&found.customer.id), |row| short(&row.id)),
        ],
    )
}

/// The end of its license; of a subscription that does not go on, that.
fn until(found: &Found) -> String {
    match found.subscription.as_ref().map(|it| it.state) {
        Some(SubscriptionState::Ended(_)) => "passed on".to_owned(),
        Some(SubscriptionState::Revoked(_)) => "revoked".to_owned(),
        Some(SubscriptionState::Active) | None => {
            filed::day(found.newest.as_ref().and_then(|row| row.until))
        }
    }
}

fn found_json(found: &Found) -> Value {
    let near = match found.nearness {
        Nearness::Whole => "whole",
        Nearness::Beginning => "beginning",
        Nearness::Middle => "middle",
        Nearness::Far => "far",
    };
    json!({
        "customer": filed::customer(&found.customer),
        "subscription": found.subscription.as_ref().map(|it| &it.id),
        "subscription_name": found.subscription.as_ref().and_then(|it| it.name.as_ref()),
        "state": found.subscription.as_ref().map(|it| filed::state(it.state)),
        "newest": found.newest.as_ref().map(filed::json),
        "match": near,
    })
}

/// What a document was let pass against, and why.
fn exception(event: &Event) -> String {
    let (against, why) =
        (objections(event).join(", "), event.reason.as_deref().unwrap_or_default());
    let ticket = event.ticket.as_ref().map(|ticket| format!(", ticket {ticket}"));
    let agreed = event.approved_by.as_ref().map(|who| format!(", approved by {who}"));
    let (ticket, agreed) = (ticket.unwrap_or_default(), agreed.unwrap_or_default());
    let (day, who) = (filed::on(event.at), &event.who);
    labelled("", 2, &printable(&format!("{day} {against}: by {who}{ticket}{agreed}: {why}")))
}

fn exception_json(event: &Event) -> Value {
    json!({
        "objections": objections(event),
        "at": rfc3339(event.at),
        "who": event.who,
        "reason": event.reason,
        "ticket": event.ticket,
        "approved_by": event.approved_by,
    })
}

/// All that a filter takes, one after the other.
pub(crate) struct Listing {
    rows: Rows,
    as_json: bool,
}

impl Listing {
    /// A new one: for programs, or for people.
    pub(crate) fn new(as_json: bool) -> Result<Self, Failure> {
        Ok(Self { rows: Rows::new()?, as_json })
    }

    /// Adds a document.
    pub(crate) fn add(
        &mut self,
        customer: &Customer,
        row: &DocumentRow,
        exceptions: &[Event],
    ) -> Result<(), Failure> {
        if self.as_json {
            let mut json = filed::json(row);
            put(&mut json, "customer", filed::customer(customer));
            let exceptions: Vec<Value> = exceptions.iter().map(exception_json).collect();
            put(&mut json, "exceptions", exceptions);
            return self.rows.add_json(&written(&json).to_string());
        }
        self.rows.add(&table::row(
            &COLUMNS,
            [
                customer.name.clone(),
                row.subscription.clone(),
                filed::plan(row),
                filed::seats(row),
                // A request for seats is no license for them.
                if row.kind == Kind::License {
                    filed::day(row.until)
                } else {
                    row.kind.to_string()
                },
                short(&row.id),
            ],
        ))?;
        exceptions.iter().try_for_each(|event| self.rows.add(&exception(event)))
    }

    /// The answer, with so many documents in it.
    pub(crate) fn answer(self, number: u64) -> Answer {
        let count = usize::try_from(number).unwrap_or(usize::MAX);
        let json = json!({ "format": 1, "number": number });
        if count == 0 {
            let json = json!({ "format": 1, "number": 0, "documents": [] });
            return Answer::yes("found nothing\n", json).with_exit(Exit::Refused);
        }
        let text = format!("{}\n{}", counted(count, "document"), table::head(&COLUMNS));
        Answer { rows: Some(self.rows.named("documents")), ..Answer::yes(text, json) }
    }
}
