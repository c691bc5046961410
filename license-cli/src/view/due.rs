//! Whether a usage report is due.

use license_core::Day;
use serde_json::json;

use crate::instance::before::Settled;
use crate::instance::due::{Due, Why};
use crate::plural::counted;
use crate::problem::Exit;
use crate::view::answer::Answer;
use crate::view::receipt;

/// Yes where it is, no where it is not; and what the vendor's receipts cover.
pub(crate) fn answer(due: Option<Due>, settled: Option<&Settled>, today: Day) -> Answer {
    let now = due.is_some_and(|due| due.on <= today);
    let text = due.map_or_else(
        || "not due: no license has a day left to report\n".to_owned(),
        |due| format!("{}due {}\n", if now { "" } else { "not " }, sentence(due, now)),
    );
    let text = text
        + &due.filter(|_| now).map(lost).unwrap_or_default()
        + &settled.map(covered).unwrap_or_default();
    let json = json!({
        "format": 1,
        "due": now,
        "receipt": settled.map(|settled| receipt::object(&settled.receipt)),
        "on": due.map(|due| due.on.to_string()),
        "why": due.map(|due| due.why.name()),
        "unreceipted": due.and_then(|due| due.unreceipted),
    });
    Answer::yes(text, json).with_exit(if now { Exit::Yes } else { Exit::Refused })
}

/// What helps where a report was lost on its way, which may be why no receipt has come for it.
fn lost(due: Due) -> String {
    let number = match due.why.without_receipt() {
        Some(number) => Some(number),
        None => due.unreceipted,
    };
    let line = |number| {
        format!(
            "  if it was lost: `airlock usage report --again {number}` writes report {number} once \
             more\n"
        )
    };
    number.map(line).unwrap_or_default()
}

/// The line about the last day that a receipt covers.
fn covered(settled: &Settled) -> String {
    format!("  receipt  {}\n", receipt::settled(settled))
}

fn sentence(Due { on, why, unreceipted }: Due, now: bool) -> String {
    let since = if now { "since" } else { "before" };
    let reason = match why {
        Why::Waits(number) => {
            format!("now: report {number} is made and kept, and waits to be written")
        }
        Why::Days(days) => {
            format!("{since} {on}: {} after the report before", counted(days, "day"))
        }
        Why::First(days) => format!("{since} {on}: {} after the first day", counted(days, "day")),
        Why::Begun(days, first) => {
            format!("{since} {on}: {} after {first}, when this spare began", counted(days, "day"))
        }
        Why::Came(days, first) => {
            let days = counted(days, "day");
            format!("{since} {on}: {days} after {first}, when this instance became the billed one")
        }
        Why::TermOver(last) => format!("{since} {on}: the term's last day is {last}"),
        Why::NoReceipt(number) => {
            let has = if now { "has come" } else { "has come yet" };
            format!(
                "{since} {on}: no receipt {has} for report {number}; ask the vendor whether it came"
            )
        }
    };
    reason + &unreceipted.map(without_receipt).unwrap_or_default()
}

/// That no receipt has come for a report, behind the reason for the next one.
pub(crate) fn without_receipt(number: u32) -> String {
    format!("; and no receipt has come for report {number}: ask the vendor whether it came")
}
