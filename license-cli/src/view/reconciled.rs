//! What is owed, with its arithmetic.

use license_core::Day;
use license_core::reconcile::{LicenseUse, Statement};
use license_core::series::Series;
use license_core::verify::ReportKey;
use serde_json::{Value, json};

use crate::desk::reconcile::{Figures, Reconciled, Remark, Reported, Source};
use crate::problem::Notice;
use crate::view::answer::Answer;

/// The answer that says so.
pub(crate) fn answer(reconciled: &Reconciled) -> Answer {
    Answer::yes(text(reconciled), json(reconciled))
}

fn text(reconciled: &Reconciled) -> String {
    let statement = &reconciled.statement;
    let Reconciled { figures, .. } = reconciled;
    let head: String = match figures.as_slice() {
        [only] if only.are_billed() => format!("{}\n", figures_name(only)),
        several => several.iter().map(figures_line).collect(),
    };
    let days = days_line(statement);
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

/// What a file is.
fn figures_name(figures: &Figures) -> String {
    match &figures.source {
        Source::Report(report) => format!("authentic: usage report {}", report.id),
        Source::Unsigned => "UNSIGNED export".to_owned(),
    }
}

/// What a file is, beside others: its number, its days, its peak, and whose it is.
fn figures_line(figures: &Figures) -> String {
    let which = figures.report().map_or_else(
        || format!(" {}", figures.file),
        |report| format!(", number {} of {}", report.number, instance_words(report)),
    );
    let (first, last) = ends(&figures.series);
    let peak = figures.series.daily().max_within(first, last).map_or_else(
        || "no day with a figure".to_owned(),
        |(peak, day)| format!("peak {peak} on {day}"),
    );
    format!("{}{which}: {first} to {last}, {peak}\n", figures_name(figures))
}

fn instance_words(report: &Reported) -> String {
    match report.instance {
        ReportKey::Billed => "the billed instance".to_owned(),
        ReportKey::Further(key) => format!("a further instance, key {key}, not billed"),
        ReportKey::FirstUse(key) => format!("the instance with key {key}"),
    }
}

/// The first and the last day of a series, which has one at least.
fn ends(series: &Series) -> (Day, Day) {
    let first = series.daily().first();
    (first, series.daily().days().last().map_or(first, |(day, _)| day))
}

fn days_line(statement: &Statement) -> String {
    let Some((first, last)) = statement.period else {
        return "  days       none: no report of the billed instance was given\n".to_owned();
    };
    format!(
        "  days       {first} to {last}: {} with a figure, {} without\n",
        statement.days_with_data,
        statement.days_missing.len()
    )
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
    let Reconciled { figures, statement, remarks } = reconciled;
    let report = match figures.as_slice() {
        [only] => only.report().map(|report| report.id.to_string()),
        _ => None,
    };
    let period = statement.period;
    let peak = statement.peak();
    json!({
        "format": 1,
        "signed": figures.iter().all(|figures| figures.report().is_some()),
        "report": report,
        "users_max": peak.map(|(users, _)| users),
        "users_max_on": peak.map(|(_, day)| day.to_string()),
        "seats": statement.deciding().and_then(|used| used.seats),
        "seats_owed": reconciled.seats_owed(),
        "first_day": period.map(|(first, _)| first.to_string()),
        "last_day": period.map(|(_, last)| last.to_string()),
        "days_with_data": statement.days_with_data,
        "days_missing": days_json(&statement.days_missing),
        "days_outside": days_json(&statement.days_outside),
        "days_uncovered": days_json(&statement.days_uncovered),
        "days_changed": days_json(&statement.days_changed),
        "reports": figures.iter().map(figures_json).collect::<Vec<_>>(),
        "licenses": statement.licenses.iter().map(license_json).collect::<Vec<_>>(),
        "findings": remarks.iter().map(remark_json).collect::<Vec<_>>(),
    })
}

fn figures_json(figures: &Figures) -> Value {
    let (first, last) = ends(&figures.series);
    let peak = figures.series.daily().max_within(first, last);
    let report = figures.report();
    json!({
        "file": figures.file,
        "report": report.map(|report| report.id.to_string()),
        "number": report.map(|report| report.number),
        "license": report.map(|report| report.license.to_string()),
        "key": report.map(|report| hex::encode(report.key.0)),
        "instance": report.map(|report| instance_name(report.instance)),
        "first_day": first.to_string(),
        "last_day": last.to_string(),
        "users_max": peak.map(|(users, _)| users),
        "users_max_on": peak.map(|(_, day)| day.to_string()),
    })
}

fn instance_name(instance: ReportKey) -> &'static str {
    match instance {
        ReportKey::Billed => "billed",
        ReportKey::Further(_) => "further",
        ReportKey::FirstUse(_) => "first_use",
    }
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
        Remark::NumberRepeated { .. } => Notice::NumberRepeated,
        Remark::OtherCustomer { .. } => Notice::OtherCustomer,
        Remark::DaysMissing(_) => Notice::DaysMissing,
        Remark::DaysOutside(_) => Notice::DaysOutside,
        Remark::DaysUncovered(_) => Notice::DaysUncovered,
        Remark::HistoryChanged(_) => Notice::HistoryChanged,
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
            "a report is signed by key {key}, one of the license's further report keys: \
             what is owed follows from the reports of the billed instance alone"
        ),
        Remark::NumberRepeated { key, number, first, other } => format!(
            "key {key} has signed two reports of number {number}, with other content: \
             {first} and {other}; the instance's folder was copied or restored"
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
        Remark::DaysUncovered(days) => format!(
            "{} day(s) of a license's term are in no report, and what is owed for them is not \
             known; ask for a report of these days: {}",
            days.len(),
            spans(days)
        ),
        Remark::HistoryChanged(days) => format!(
            "{} day(s) have another figure in one report than in another, and the largest \
             counts: {}",
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
