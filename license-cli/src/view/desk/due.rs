//! What waits, the most urgent first; each with the command that comes next.

use license_core::Day;
use license_core::day::{rfc3339, unix_text};
use serde_json::{Value, json};

use crate::desk::due::{Item, Matter};
use crate::desk::make::Debt;
use crate::desk::policies;
use crate::desk::promise::Promise;
use crate::desk::question::{Question, Step};
use crate::desk::rules::Broken;
use crate::plural::counted;
use crate::registry::DocumentRow;
use crate::view::answer::{Answer, printable};
use crate::view::desk::filed::{self, short};
use crate::view::desk::{note, step};
use crate::view::table::{self, Column};

/// Eighty columns together.
const COLUMNS: [Column; 5] = [
    Column::text("day", 10),
    Column::number("in days", 7),
    Column::text("what", 15),
    Column::text("customer", 25),
    Column::text("subscription", 15),
];

/// What waits until so many days from now.
pub(crate) fn answer(items: &[Item], today: Day, days: u32) -> Answer {
    let due: Vec<Value> = items.iter().map(json_of).collect();
    let json = json!({ "format": 1, "today": today.to_string(), "days": days, "due": due });
    if items.is_empty() {
        return Answer::yes(
            format!("nothing waits, until {} from {today}\n", counted(days, "day")),
            json,
        );
    }
    let lines: String = items.iter().map(|item| text(item, today)).collect();
    let head = format!("{}, on {today}\n", counted(items.len(), "matter"));
    Answer::yes(head + &table::head(&COLUMNS) + &lines, json)
}

fn text(item: &Item, today: Day) -> String {
    let cells = [
        item.day.to_string(),
        item.day.since(today).to_string(),
        words(&item.matter, today).to_owned(),
        item.name.clone(),
        item.subscription.clone(),
    ];
    let said = match &item.matter {
        Matter::Reminder(note) | Matter::Question(Question { note, .. }, _) => {
            format!("  {}\n", printable(&note.text.replace('\n', "\n  ")))
        }
        Matter::Unsent(row, later) if !later.is_empty() => format!("  {}\n", years(row, later)),
        Matter::Owed(debt) => format!("  {}\n", owed(debt)),
        Matter::Unreceipted(_, count @ 2..) => format!("  {}\n", counted(*count, "report")),
        Matter::Ends(_)
        | Matter::Request(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Unsent(_, _) => String::new(),
    };
    table::row(&COLUMNS, cells) + &said + &late(item) + &format!("  {}\n", printable(&next(item)))
}

/// How many licenses were made together, and for which days.
fn years(row: &DocumentRow, later: &[DocumentRow]) -> String {
    let number = counted(later.len() + 1, "license");
    let last = later.last().unwrap_or(row);
    format!("{number}, from {} until {}", filed::day(row.from), filed::day(last.until))
}

/// What is owed, in words.
pub(super) fn owed(debt: &Debt) -> String {
    let of = (debt.row.chain() != debt.under).then_some(debt.row.subscription.as_str());
    match of {
        Some(before) => format!("{}, of subscription {before} before it", debt.owed),
        None => debt.owed.to_string(),
    }
}

/// That an answer was promised, and is late.
fn late(item: &Item) -> String {
    let late = item.promise.filter(|promise| promise.is_late);
    late.map_or_else(String::new, |promise| format!("  late: {}\n", promised(&promise)))
}

/// Until when an answer was promised, in words.
pub(super) fn promised(promise: &Promise) -> String {
    let at = unix_text(promise.by);
    match promise.rule {
        Some((job, hours)) => {
            format!("promised within {}, by {at} ({}.hours)", counted(hours, "hour"), job.name())
        }
        None => format!("promised for {}", at.split(' ').next().unwrap_or_default()),
    }
}

/// What it is, in few words.
pub(super) fn words(matter: &Matter, today: Day) -> &'static str {
    match matter {
        Matter::Ends(row) if row.until <= Some(today) => "license ended",
        Matter::Ends(_) => "license ends",
        Matter::Request(_) => "request waits",
        Matter::Report(_) => "report is late",
        Matter::Unreceipted(_, _) => "no receipt",
        Matter::Reminder(_) => "reminder",
        Matter::Question(_, Step::Ask) => "ask sales",
        Matter::Question(_, Step::Tell) => "tell customer",
        Matter::Question(_, Step::Decide) => "sales decides",
        Matter::Unsent(_, _) => "not sent",
        Matter::Owed(_) => "seats owed",
    }
}

fn name(matter: &Matter) -> &'static str {
    match matter {
        Matter::Ends(_) => "ends",
        Matter::Request(_) => "request",
        Matter::Report(_) => "report",
        Matter::Unreceipted(_, _) => "no_receipt",
        Matter::Reminder(_) => "reminder",
        Matter::Question(_, Step::Ask) => "ask_sales",
        Matter::Question(_, Step::Tell) => "tell_customer",
        Matter::Question(_, Step::Decide) => "sales_decides",
        Matter::Unsent(_, _) => "not_sent",
        Matter::Owed(_) => "seats_owed",
    }
}

/// What sales has to decide.
pub(super) fn question(item: &Item) -> Option<&str> {
    match &item.matter {
        Matter::Question(question, _) => Some(&question.note.text),
        Matter::Ends(_)
        | Matter::Request(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Reminder(_)
        | Matter::Unsent(_, _)
        | Matter::Owed(_) => None,
    }
}

/// What to do next.
pub(super) fn next(item: &Item) -> String {
    match &item.matter {
        Matter::Ends(row) if row.policy.as_deref().is_some_and(policies::is_trial) => {
            format!("airlock desk trial convert {0}, or trial extend {0}", short(&row.id))
        }
        Matter::Ends(row) => format!("airlock desk renew {}", short(&row.id)),
        Matter::Request(row) => match &item.step {
            Some(step) => step::command(step, None),
            None => format!("airlock desk issue --request {}", short(&row.id)),
        },
        Matter::Report(_) => match &item.contact {
            Some(contact) => format!("ask {} <{}> for a usage report", contact.name, contact.mail),
            None => "ask the customer for a usage report".to_owned(),
        },
        Matter::Unreceipted(row, 1) => format!("airlock desk receipt {}", short(&row.id)),
        Matter::Unreceipted(row, _) => format!("airlock desk receipt {}", row.subscription),
        Matter::Unsent(row, later) => {
            // Of several, all that the subscription is sent with.
            let which = if later.is_empty() { short(&row.id) } else { row.subscription.clone() };
            if let Some(broken) = item.barred.first() {
                return barred(&which, broken);
            }
            let mail = item.contact.as_ref().map_or("MAIL", |contact| contact.mail.as_str());
            format!(
                "airlock desk resend {which} --out FILE --mail; once it has gone: airlock desk \
                 sent {which} --to {mail}"
            )
        }
        Matter::Owed(debt) => step::true_up(debt),
        Matter::Reminder(note) => {
            format!("airlock desk note {} --done {}", note.customer, short(&note.id))
        }
        Matter::Question(Question { note, .. }, step) => {
            let (customer, id) = (note.customer, short(&note.id));
            match step {
                Step::Ask => format!("airlock desk note {customer} --asked {id}"),
                Step::Tell => format!("airlock desk note {customer} --told {id}"),
                Step::Decide => format!("airlock desk note {customer} TEXT --answers {id}"),
            }
        }
    }
}

/// The ways out for a license whose own contact it must not go to.
fn barred(which: &str, broken: &Broken) -> String {
    format!(
        "{broken}: airlock desk change {which} --name NAME --email MAIL --proof PROOF --reason \
         TEXT --ticket TICKET makes one for another contact; where it was agreed, airlock desk \
         resend {which} --out FILE --mail --anyway --reason TEXT"
    )
}

/// An item that waits, for programs.
pub(super) fn json_of(item: &Item) -> Value {
    let (document, note) = match &item.matter {
        Matter::Ends(row)
        | Matter::Request(row)
        | Matter::Report(row)
        | Matter::Unreceipted(row, _)
        | Matter::Unsent(row, _) => (Some(filed::json(row)), None),
        Matter::Owed(debt) => (Some(filed::json(&debt.row)), None),
        Matter::Reminder(note) | Matter::Question(Question { note, .. }, _) => {
            (None, Some(note::object(note)))
        }
    };
    json!({
        "what": name(&item.matter),
        "day": item.day.to_string(),
        "customer": item.customer.to_string(),
        "name": item.name,
        "subscription": item.subscription,
        "document": document,
        "note": note,
        "rule": item.promise.and_then(|it| it.rule).map(|(job, _)| format!("{}.hours", job.name())),
        "later": later(&item.matter).iter().map(|row| row.id.to_string()).collect::<Vec<_>>(),
        "seats_owed": seats_owed(&item.matter),
        "answer_by": item.promise.map(|promise| rfc3339(promise.by)),
        "late": item.promise.is_some_and(|promise| promise.is_late),
        "next": next(item),
    })
}

/// The licenses that were made together with the document.
fn later(matter: &Matter) -> &[DocumentRow] {
    match matter {
        Matter::Unsent(_, later) => later,
        Matter::Ends(_)
        | Matter::Request(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Reminder(_)
        | Matter::Question(_, _)
        | Matter::Owed(_) => &[],
    }
}

fn seats_owed(matter: &Matter) -> Option<u32> {
    match matter {
        Matter::Owed(debt) => Some(debt.owed.open()),
        Matter::Ends(_)
        | Matter::Request(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Reminder(_)
        | Matter::Question(_, _)
        | Matter::Unsent(_, _) => None,
    }
}
