//! What is owed, with its arithmetic.

pub(crate) mod remarks;

use license_core::Day;
use license_core::reconcile::{Change, LicenseUse, Statement};
use license_core::verify::ReportKey;
use serde_json::{Value, json};

use crate::desk::reconcile::{Figures, Reconciled, Report, Source, Standing};
use crate::plural::counted;
use crate::problem::Exit;
use crate::view::answer::Answer;

/// The answer that says so: a yes only where the answer is complete.
pub(crate) fn answer(reconciled: &Reconciled) -> Answer {
    let exit = if reconciled.is_complete() { Exit::Yes } else { Exit::Refused };
    Answer::yes(text(reconciled), json(reconciled)).with_exit(exit)
}

fn text(reconciled: &Reconciled) -> String {
    let Reconciled { figures, statement, remarks, .. } = reconciled;
    let head: String = match figures.as_slice() {
        [only] if only.are_billed() => format!("{}\n", figures_name(only)),
        several => several.iter().map(figures_line).collect(),
    };
    let first = incomplete(reconciled).map(|line| format!("{line}\n")).unwrap_or_default();
    let days = days_line(reconciled);
    let licenses: String =
        statement.licenses.iter().map(|used| license_line(used, reconciled)).collect();
    let remarks: String =
        remarks.iter().map(|remark| format!("  note       {}\n", remarks::words(remark))).collect();
    format!("{first}{head}{days}{licenses}  seats owed {}\n{remarks}", owed(reconciled))
}

fn owed(reconciled: &Reconciled) -> String {
    let statement = &reconciled.statement;
    match statement.seats_owed() {
        Some(seats) if reconciled.is_complete() => seats.to_string(),
        Some(0) => "not known: nothing on the figures held".to_owned(),
        Some(seats) => format!("at least {seats}"),
        None => format!("not known: {}", unknown(statement)),
    }
}

/// The first line where the answer is not complete: what it rests on, and what is not there.
pub(crate) fn incomplete(reconciled: &Reconciled) -> Option<String> {
    let statement = &reconciled.statement;
    let Some(seats) = statement.seats_owed() else {
        return Some(format!("NOT KNOWN what is owed: {}", unknown(statement)));
    };
    let open = [
        (&statement.days_missing, "without a figure"),
        (&statement.days_uncovered, "in no report"),
        (&statement.days_to_come, "still to come"),
        (&reconciled.days_open, "with a figure outside the licenses given"),
    ];
    let of_days = open.iter().filter(|(days, _)| !days.is_empty());
    let of_days = of_days.map(|(days, what)| format!("{} {what}", counted(days.len(), "day")));
    let reports = reconciled.reports_not_given();
    let reports = (reports > 0).then(|| format!("{} not given", counted(reports, "report")));
    let unread = reconciled.files_unread;
    let unread = (unread > 0).then(|| format!("{} not read", counted(unread, "file")));
    let apart =
        (!reconciled.of_one_customer()).then(|| "whether the licenses belong together".to_owned());
    let open: Vec<String> = of_days.chain(reports).chain(unread).chain(apart).collect();
    (!reconciled.is_complete()).then(|| match seats {
        0 => format!(
            "NOT KNOWN what is owed: nothing on the figures held; not known: {}",
            open.join(", ")
        ),
        seats => {
            let seats = counted(usize::try_from(seats).unwrap_or(usize::MAX), "seat");
            format!("AT LEAST {seats} owed on the figures held; not known: {}", open.join(", "))
        }
    })
}

fn unknown(statement: &Statement) -> &'static str {
    if statement.rival_keys.is_empty() {
        "no day with a figure counts for these licenses"
    } else {
        "the reports are of several instances, and no license says which is billed"
    }
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
    let days = figures.ends().map_or_else(
        || "no day".to_owned(),
        |(first, last)| format!("{first} to {last}, {}", peak_words(figures)),
    );
    format!("{}{which}: {days}\n", figures_name(figures))
}

fn peak_words(figures: &Figures) -> String {
    figures.peak().map_or_else(
        || "no day with a figure".to_owned(),
        |(peak, day)| format!("peak {peak} on {day}"),
    )
}

fn instance_words(report: &Report) -> String {
    let key = report.key;
    match report.standing {
        Standing::Billed => "the billed instance".to_owned(),
        Standing::Further => format!("a further instance, key {key}, not billed"),
        Standing::Mixed => format!("the instance with key {key}, not billed under every license"),
        Standing::FirstUse => format!("the instance with key {key}"),
    }
}

fn days_line(Reconciled { figures, statement, .. }: &Reconciled) -> String {
    let Some((first, last)) = statement.period else {
        let given = figures.iter().any(|figures| figures.are_billed() && figures.ends().is_some());
        let why = match given {
            true => "none of the reports has a day that counts for these licenses today",
            false => "no report of the billed instance was given",
        };
        return format!("  days       none: {why}\n");
    };
    format!(
        "  days       {first} to {last}: {} with a figure, {} without\n",
        statement.days_with_data,
        statement.days_missing.len()
    )
}

/// The arithmetic of one license, and whose figures they are where that is the question.
fn license_line(used: &LicenseUse, reconciled: &Reconciled) -> String {
    let nothing =
        if reconciled.is_complete() { "nothing owed" } else { "nothing owed on the figures held" };
    let sum = match (used.peak, used.seats) {
        (Some((peak, day)), Some(seats)) if peak > seats => {
            let (bought, owed) = (counted(seats, "seat"), peak - seats);
            format!("peak {peak} on {day}, {bought}: {peak} - {seats} = {owed} owed")
        }
        (Some((peak, day)), Some(seats)) => {
            format!("peak {peak} on {day}, {}: {nothing}", counted(seats, "seat"))
        }
        (Some((peak, day)), None) => format!("peak {peak} on {day}, unlimited seats: nothing owed"),
        (None, _) => "no day with a figure".to_owned(),
    };
    let whose = match used.key {
        _ if reconciled.statement.rival_keys.is_empty() => String::new(),
        Some(key) => format!(", if key {key} is billed"),
        None => ", if the export is of the billed instance".to_owned(),
    };
    format!("  license    {}{whose}: {sum}\n", used.license)
}

/// It for programs.
pub(crate) fn json(reconciled: &Reconciled) -> Value {
    let Reconciled { figures, statement, remarks, .. } = reconciled;
    let complete = reconciled.is_complete();
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
        "seats_owed": statement.seats_owed(),
        "complete": complete,
        "first_day": period.map(|(first, _)| first.to_string()),
        "last_day": period.map(|(_, last)| last.to_string()),
        "days_with_data": statement.days_with_data,
        "days_missing": days_json(&statement.days_missing),
        "days_outside": days_json(&statement.days_outside),
        "days_uncovered": days_json(&statement.days_uncovered),
        "days_to_come": days_json(&statement.days_to_come),
        "days_changed": days_json(&statement.days_changed()),
        "changes": statement.changes.iter().map(change_json).collect::<Vec<_>>(),
        "reports": figures.iter().map(figures_json).collect::<Vec<_>>(),
        "licenses": statement.licenses.iter().map(license_json).collect::<Vec<_>>(),
        "findings": remarks.iter().map(remarks::json).collect::<Vec<_>>(),
    })
}

fn change_json(change: &Change) -> Value {
    json!({ "day": change.day.to_string(), "before": change.before, "after": change.after })
}

fn figures_json(figures: &Figures) -> Value {
    let ends = figures.ends();
    let peak = figures.peak();
    let report = figures.report();
    json!({
        "file": figures.file,
        "report": report.map(|report| report.id.to_string()),
        "number": report.map(|report| report.number),
        "license": report.map(|report| report.license.to_string()),
        "key": report.map(|report| hex::encode(report.key.0)),
        "instance": report.map(|report| instance_name(report.instance)),
        "first_day": ends.map(|(first, _)| first.to_string()),
        "last_day": ends.map(|(_, last)| last.to_string()),
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
        "key": used.key.map(|key| hex::encode(key.0)),
        "seats": used.seats,
        "days_with_data": used.days_with_data,
        "users_max": used.peak.map(|(users, _)| users),
        "users_max_on": used.peak.map(|(_, day)| day.to_string()),
        "seats_owed": used.seats_owed(),
    })
}
