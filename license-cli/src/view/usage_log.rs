//! The reports of an instance: what left, when, for what period, and its hash.

use license_core::day::{rfc3339, unix_text};
use license_core::key::sha256;
use serde_json::{Value, json};

use crate::instance::ledger::{MadeReport, ReportState};
use crate::instance::receipts::Receipts;
use crate::plural::counted;
use crate::view::answer::{Answer, put};
use crate::view::receipt;

/// All of them, oldest first, each with the vendor's receipt.
pub(crate) fn answer(reports: &[MadeReport], receipts: &Receipts) -> Answer {
    let told = |report: &MadeReport| line(report) + &receipt_line(report, receipts);
    let mut text: String = reports.iter().map(told).collect();
    if reports.is_empty() {
        text = "no report was made yet\n".to_owned();
    }
    let object = |report: &MadeReport| {
        let mut json = object(report);
        put(&mut json, "receipt", receipts.for_report(report.id).map(receipt::object));
        json
    };
    let json: Vec<Value> = reports.iter().map(object).collect();
    Answer::yes(text, json!({ "format": 1, "reports": json }))
}

fn line(report: &MadeReport) -> String {
    let MadeReport { number, id, last_day, made, state, license, bytes } = report;
    let days = match report.first_day() {
        Some(first) => format!("{first} to {last_day}"),
        None => format!("through {last_day}"),
    };
    let made = unix_text(*made);
    let made = made.trim_end_matches(" UTC");
    let what = match state {
        ReportState::Waiting => format!("made {made}; it waits: `airlock usage report` gives it"),
        ReportState::Placed => format!("made {made}"),
        ReportState::Recovered if report.is_receipt_alone() => format!("gone on behind {made}"),
        ReportState::Recovered => format!("came back from the vendor {made}"),
    };
    let file = match report.is_receipt_alone() {
        true => "  known by its receipt: its file and its figures are not held here\n".to_owned(),
        false => format!("  {}, {}\n", counted(bytes.len(), "byte"), figures(report)),
    };
    let hash = match report.is_receipt_alone() {
        true => String::new(),
        false => format!("  sha256  {}\n", hex::encode(sha256(bytes))),
    };
    format!("report {number}, {days}, {what}\n{file}  license {license}\n  id      {id}\n{hash}")
}

/// What the vendor has said of the report; nothing where no receipt has ever come.
fn receipt_line(report: &MadeReport, receipts: &Receipts) -> String {
    if receipts.held.is_empty() {
        return String::new();
    }
    let told = receipts.for_report(report.id).map_or_else(
        || none_yet(report, receipts),
        |it| format!("received on {}; {}", it.received, receipt::owed(it)),
    );
    format!("  receipt {told}\n")
}

/// That none has come; and what helps where the report was lost on its way. One that came for a
/// later report was for its days too.
fn none_yet(report: &MadeReport, receipts: &Receipts) -> String {
    let covers = receipts.held.iter().filter(|it| it.number > report.number);
    let later = covers.filter(|it| it.last_day >= report.last_day).map(|it| it.number).min();
    if let Some(later) = later {
        return format!("none; the one for report {later} is for its days too");
    }
    if report.state == ReportState::Waiting || report.is_receipt_alone() {
        return "none yet".to_owned();
    }
    let number = report.number;
    format!("none yet; if it was lost, `airlock usage report --again {number}` writes it once more")
}

fn figures(report: &MadeReport) -> String {
    let days = report.days().unwrap_or_default();
    let peak = days.iter().max_by_key(|(day, users)| (**users, std::cmp::Reverse(**day)));
    let peak = peak
        .map(|(day, users)| format!("; at most {}, on {day}", counted(u64::from(*users), "user")));
    format!("{} with a figure{}", counted(days.len(), "day"), peak.unwrap_or_default())
}

fn object(report: &MadeReport) -> Value {
    let MadeReport { number, id, last_day, made, state, license, bytes } = report;
    let state = match state {
        ReportState::Waiting => "waiting",
        ReportState::Placed => "placed",
        ReportState::Recovered => "recovered",
    };
    let file = (!report.is_receipt_alone()).then_some(bytes);
    json!({
        "number": number,
        "id": id.to_string(),
        "license": license.to_string(),
        "first_day": report.first_day().map(|day| day.to_string()),
        "last_day": last_day.to_string(),
        "made": rfc3339(*made),
        "state": state,
        "days_with_data": report.days().map(|days| days.len()),
        "bytes": file.map(Vec::len),
        "sha256": file.map(|bytes| hex::encode(sha256(bytes))),
    })
}
