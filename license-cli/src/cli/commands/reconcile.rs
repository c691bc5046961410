//! `airlock reconcile`

use std::path::PathBuf;

use clap::Args;
use license_core::reconcile::{LicenseUse, Statement, reconcile as statement};
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::{ReportKey, VerifiedLicense, verify_usage};
use license_core::{Code, Day, limits};
use serde_json::{Value, json};

use crate::carry::incoming;
use crate::cli::commands::usage::check_license_key;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::usage_source::{self, EXPORT_BYTES, Export};
use crate::view::answer::Answer;

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// A usage report, or an export (which nobody has signed)
    pub(crate) report: PathBuf,
    /// The license; several of one subscription where it changed
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) license: Vec<PathBuf>,
    /// A root public key to trust (.pub)
    #[arg(long, value_name = "ROOT.PUB", required = true)]
    pub(crate) trust: Vec<PathBuf>,
}

/// Something that support should know of a report.
struct Remark {
    code: &'static str,
    message: String,
}

/// A report's series, and what is to say of where it comes from.
struct Source {
    series: Series,
    signed: bool,
    id: Option<DocumentId>,
    remarks: Vec<Remark>,
}

/// Checks a report and works out what is owed.
pub(crate) fn reconcile(options: &Reconcile) -> Result<Answer, Failure> {
    let anchors = TrustAnchors::new(incoming::roots(&options.trust)?);
    let licenses = options
        .license
        .iter()
        .map(|path| incoming::license(path, &anchors))
        .collect::<Result<Vec<_>, _>>()?;
    let bytes = files::read(&options.report, EXPORT_BYTES)?;
    let shown = files::shown(&options.report);
    incoming::refuse_pictures(&options.report, &bytes)?;
    let source = if incoming::is_document(&bytes, &options.report) {
        let bytes = incoming::opened(&bytes).map_err(incoming::named(&options.report))?;
        report(&bytes, &anchors, &licenses)
    } else {
        usage_source::read(&bytes).and_then(|export| unsigned(&export, &licenses))
    }
    .map_err(|failure| failure.within(&shown))?;
    let mut source = source;
    source.remarks.extend(other_customer(&licenses));
    let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
    Ok(answer(&source, &statement(source.series.daily(), &borrowed)))
}

/// Says that the licenses are not all of one customer and subscription.
fn other_customer(licenses: &[VerifiedLicense]) -> Option<Remark> {
    let (first, rest) = licenses.split_first()?;
    let other = rest.iter().find(|license| {
        license.company != first.company || license.subscription != first.subscription
    })?;
    let message = format!(
        "licenses of different customers or subscriptions were given: {} is of {}, {} is of {}",
        first.id(),
        first.company,
        other.id(),
        other.company
    );
    Some(Remark { code: "other_customer", message })
}

/// A signed report: of one of the licenses, and by the key that it names.
fn report(
    bytes: &[u8],
    anchors: &TrustAnchors,
    licenses: &[VerifiedLicense],
) -> Result<Source, Failure> {
    let report = verify_usage(bytes, anchors)?;
    let license =
        licenses.iter().find(|license| license.id() == report.license).ok_or_else(|| {
            let given: Vec<String> =
                licenses.iter().map(|license| license.id().to_string()).collect();
            Failure::new(
                Problem::Core(Code::OtherLicense),
                format!(
                    "the report is about license {}, given were {}",
                    report.license,
                    given.join(", ")
                ),
            )
            .hint("give the license that the report names, with `--license FILE`")
        })?;
    let (report, key) = report.under(license)?;
    let mut remarks = Vec::new();
    if let ReportKey::FirstUse(key) = key {
        let message = format!(
            "the license names no report key: the report is signed by key {key}; compare it with the reports before, and note it"
        );
        remarks.push(Remark { code: "report_key_first_use", message });
    }
    Ok(Source { series: report.daily()?, signed: true, id: Some(report.id()), remarks })
}

/// An export that nobody has signed.
fn unsigned(export: &Export, licenses: &[VerifiedLicense]) -> Result<Source, Failure> {
    let ids: Vec<DocumentId> = licenses.iter().map(|license| license.id()).collect();
    check_license_key(export, &ids)?;
    let (first, last) = period(export)?;
    let series = Series::of_period(first, last, |day| export.days.get(&day).copied())?;
    let message =
        "nobody has signed this export: anybody may have changed it on its way".to_owned();
    Ok(Source {
        series,
        signed: false,
        id: None,
        remarks: vec![Remark { code: "unsigned", message }],
    })
}

/// From the license's start, or a row before it, through the last whole day before the export was
/// made, or a row after it.
fn period(export: &Export) -> Result<(Day, Day), Failure> {
    let (first_row, last_row) =
        (export.days.keys().next().copied(), export.days.keys().last().copied());
    let (start, made) = match &export.head {
        Some(head) => (
            Some(head.first_day),
            Day::of_unix(head.generated_at)
                .and_then(|day| day.minus(1))
                .map(|day| day.min(head.last_day)),
        ),
        None => (None, None),
    };
    let first = [first_row, start].into_iter().flatten().min();
    let last = [last_row, made].into_iter().flatten().max();
    match (first, last) {
        (Some(first), Some(last))
            if last >= first
                && usize::try_from(last.since(first))
                    .is_ok_and(|days| days < limits::SERIES_DAYS) =>
        {
            Ok((first, last))
        }
        (Some(first), Some(last)) if last >= first => Err(Failure::new(
            Problem::ExportTerm,
            format!(
                "found days from {first} to {last}, expected at most {} days",
                limits::SERIES_DAYS
            ),
        )),
        _ => Err(Failure::new(Problem::ExportEmpty, "found no day with a figure")
            .hint("give an export that has figures")),
    }
}

fn answer(source: &Source, statement: &Statement) -> Answer {
    let mut remarks: Vec<(&str, String)> =
        source.remarks.iter().map(|remark| (remark.code, remark.message.clone())).collect();
    if !statement.days_missing.is_empty() {
        remarks.push((
            "days_missing",
            format!(
                "{} day(s) have no figure: {}",
                statement.days_missing.len(),
                spans(&statement.days_missing)
            ),
        ));
    }
    if !statement.days_outside.is_empty() {
        let message = format!(
            "{} day(s) belong to none of the licenses and do not count; give the earlier licenses too, with `--license FILE`: {}",
            statement.days_outside.len(),
            spans(&statement.days_outside)
        );
        remarks.push(("days_outside", message));
    }
    Answer::yes(text(source, statement, &remarks), json(source, statement, &remarks))
}

fn text(source: &Source, statement: &Statement, remarks: &[(&str, String)]) -> String {
    let head = match &source.id {
        Some(id) => format!("authentic: usage report {id}\n"),
        None => "UNSIGNED export\n".to_owned(),
    };
    let days = format!(
        "  days       {} to {}: {} with a figure, {} without\n",
        statement.first_day,
        statement.last_day,
        statement.days_with_data,
        statement.days_missing.len()
    );
    let licenses: String = statement.licenses.iter().map(license_line).collect();
    let remarks: String =
        remarks.iter().map(|(_, message)| format!("  note       {message}\n")).collect();
    let owed = owed(statement).map_or_else(
        || "not known: no day with a figure counts for these licenses".to_owned(),
        |n| n.to_string(),
    );
    format!("{head}{days}{licenses}  seats owed {owed}\n{remarks}")
}

/// Returns the seats owed, or `None` where no figure counts, so that nothing can be said.
fn owed(statement: &Statement) -> Option<u32> {
    (!statement.licenses.is_empty()).then(|| statement.seats_owed())
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

fn json(source: &Source, statement: &Statement, remarks: &[(&str, String)]) -> Value {
    let peak = statement.peak();
    let days = |days: &[Day]| days.iter().map(Day::to_string).collect::<Vec<_>>();
    let license = |used: &LicenseUse| {
        json!({
            "license": used.license.to_string(), "seats": used.seats, "days_with_data": used.days_with_data,
            "users_max": used.peak.map(|(users, _)| users), "users_max_on": used.peak.map(|(_, day)| day.to_string()), "seats_owed": used.seats_owed(),
        })
    };
    json!({
        "format": 1, "signed": source.signed, "report": source.id.map(|id| id.to_string()),
        "users_max": peak.map(|(users, _)| users), "users_max_on": peak.map(|(_, day)| day.to_string()),
        "seats": statement.deciding().and_then(|used| used.seats), "seats_owed": owed(statement),
        "first_day": statement.first_day.to_string(), "last_day": statement.last_day.to_string(),
        "days_with_data": statement.days_with_data, "days_missing": days(&statement.days_missing), "days_outside": days(&statement.days_outside),
        "licenses": statement.licenses.iter().map(license).collect::<Vec<_>>(),
        "findings": remarks.iter().map(|(code, message)| json!({ "code": code, "message": message })).collect::<Vec<_>>(),
    })
}

/// Returns days as spans: `2026-01-03 to 2026-01-05, 2026-02-01`.
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
