//! What is owed, with its arithmetic.

use license_core::Day;
use license_core::reconcile::LicenseUse;
use serde_json::{Value, json};

use crate::desk::reconcile::{Reconciled, Remark, Source};
use crate::problem::Notice;
use crate::view::answer::Answer;

/// The answer that says so.
pub(crate) fn answer(reconciled: &Reconciled) -> Answer {
    Answer::yes(text(reconciled), json(reconciled))
}

fn text(reconciled: &Reconciled) -> String {
    let statement = &reconciled.statement;
    let head = match &reconciled.source {
        Source::Report(id) => format!("authentic: usage report {id}\n"),
        Source::Export => "UNSIGNED export\n".to_owned(),
    };
    let days = format!(
        "  days       {} to {}: {} with a figure, {} without\n",
        statement.first_day,
        statement.last_day,
        statement.days_with_data,
        statement.days_missing.len()
    );
    let licenses: String = statement.licenses.iter().map(license_line).collect();
    let remarks: String = reconciled
        .remarks
        .iter()
        .map(|remark| format!("  note       {}\n", remark_words(remark)))
        .collect();
    let owed = reconciled.seats_owed().map_or_else(
        || "not known: no day with a figure counts for these licenses".to_owned(),
        |seats| seats.to_string(),
    );
    format!("{head}{days}{licenses}  seats owed {owed}\n{remarks}")
}

/// The arithmetic of one license.
fn license_line(used: &LicenseUse) -> String {
    let sum = match (used.peak, used.seats) {
        (Some((peak, day)), Some(seats)) if peak > seats => {
            format!("peak {peak} on {day}, {seats} seats: {peak} - {seats} = {} owed", peak - seats)
        }
        (Some((peak, day)), Some(seats)) => {
            format!("peak {peak} on {day}, {seats} seats: nothing owed")
        }
        (Some((peak, day)), None) => format!("peak {peak} on {day}, unlimited seats: nothing owed"),
        (None, _) => "no day with a figure".to_owned(),
    };
    format!("  license    {}: {sum}\n", used.license)
}

fn json(reconciled: &Reconciled) -> Value {
    let Reconciled { source, statement, remarks } = reconciled;
    let report = match source {
        Source::Report(id) => Some(id.to_string()),
        Source::Export => None,
    };
    let peak = statement.peak();
    json!({
        "format": 1,
        "signed": report.is_some(),
        "report": report,
        "users_max": peak.map(|(users, _)| users),
        "users_max_on": peak.map(|(_, day)| day.to_string()),
        "seats": statement.deciding().and_then(|used| used.seats),
        "seats_owed": reconciled.seats_owed(),
        "first_day": statement.first_day.to_string(),
        "last_day": statement.last_day.to_string(),
        "days_with_data": statement.days_with_data,
        "days_missing": days_json(&statement.days_missing),
        "days_outside": days_json(&statement.days_outside),
        "licenses": statement.licenses.iter().map(license_json).collect::<Vec<_>>(),
        "findings": remarks.iter().map(remark_json).collect::<Vec<_>>(),
    })
}

fn days_json(days: &[Day]) -> Vec<String> {
    days.iter().map(Day::to_string).collect()
}

fn license_json(used: &LicenseUse) -> Value {
    json!({
        "license": used.license.to_string(),
        "seats": used.seats,
        "days_with_data": used.days_with_data,
        "users_max": used.peak.map(|(users, _)| users),
        "users_max_on": used.peak.map(|(_, day)| day.to_string()),
        "seats_owed": used.seats_owed(),
    })
}

fn remark_json(remark: &Remark) -> Value {
    json!({ "code": remark_code(remark).entry().name, "message": remark_words(remark) })
}

fn remark_code(remark: &Remark) -> Notice {
    match remark {
        Remark::Unsigned => Notice::Unsigned,
        Remark::ReportKeyFirstUse(_) => Notice::ReportKeyFirstUse,
        Remark::ReportKeyFurther(_) => Notice::ReportKeyFurther,
        Remark::OtherCustomer { .. } => Notice::OtherCustomer,
        Remark::DaysMissing(_) => Notice::DaysMissing,
        Remark::DaysOutside(_) => Notice::DaysOutside,
    }
}

fn remark_words(remark: &Remark) -> String {
    match remark {
        Remark::Unsigned => {
            "nobody has signed this export: anybody may have changed it on its way".to_owned()
        }
        Remark::ReportKeyFirstUse(key) => format!(
            "the license names no report key: the report is signed by key {key}; \
             compare it with the reports before, and note it"
        ),
        Remark::ReportKeyFurther(key) => format!(
            "the report is signed by key {key}, one of the license's further report keys: \
             what is owed follows from the report of the billed instance alone"
        ),
        Remark::OtherCustomer { first, other } => format!(
            "licenses of different customers or subscriptions were given: \
             {} is of {}, {} is of {}",
            first.id, first.company, other.id, other.company
        ),
        Remark::DaysMissing(days) => {
            format!("{} day(s) have no figure: {}", days.len(), spans(days))
        }
        Remark::DaysOutside(days) => format!(
            "{} day(s) belong to none of the licenses and do not count; \
             give the earlier licenses too, with `--license FILE`: {}",
            days.len(),
            spans(days)
        ),
    }
}

/// Days as spans: `2026-01-03 to 2026-01-05, 2026-02-01`.
fn spans(days: &[Day]) -> String {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, last)) if last.plus(1) == Some(*day) => *last = *day,
            _ => spans.push((*day, *day)),
        }
    }
    let words = |(first, last): &(Day, Day)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    spans.iter().map(words).collect::<Vec<_>>().join(", ")
}
