//! Something that was agreed about what is owed.

use serde_json::json;

use crate::desk::opened::Why;
use crate::desk::statement::Term;
use crate::desk::stating::Agreement;
use crate::plural::counted;
use crate::view::answer::{Answer, printable};
use crate::view::wrapped::labelled;

/// That it is kept.
pub(crate) fn answer(whose: &str, agreement: &Agreement, term: &Term, why: &Why) -> Answer {
    let words = words(agreement, term);
    let by = why.approved_by.as_ref().map(|by| format!(", approved by {by}")).unwrap_or_default();
    let ticket = why.ticket.as_ref().map(|ticket| format!(", ticket {ticket}")).unwrap_or_default();
    let text = format!("noted about {whose}: {words}{by}{ticket}");
    let json = json!({
        "format": 1,
        "agreed": words,
        "term": term.from.to_string(),
        "approved_by": why.approved_by,
        "ticket": why.ticket,
    });
    Answer::yes(labelled("", 0, &printable(&text)), json).done("what was agreed is kept")
}

fn words(agreement: &Agreement, term: &Term) -> String {
    match agreement {
        Agreement::Waive(seats, _) => {
            format!("{} waived of the term from {}", counted(*seats, "seat"), term.from)
        }
        Agreement::Refund(_) => {
            format!("the whole subscription is refunded for the term from {}", term.from)
        }
        Agreement::Stop(stop) => format!("no quarter is reconciled: {}", stop.words()),
        Agreement::Lift(stop) => {
            format!("quarters are reconciled again: no longer {}", stop.words())
        }
        Agreement::Price(plan, money) => {
            let plan = plan.map(|plan| format!(" of the plan {plan}")).unwrap_or_default();
            format!("a seat{plan} costs {money} for twelve months in the last order")
        }
    }
}
