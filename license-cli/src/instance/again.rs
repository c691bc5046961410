//! A report that was made before, given once more: byte for byte, as the ledger keeps it.

use license_core::Day;
use license_core::trust::TrustAnchors;
use license_core::verify::verify_usage;

use super::begins::Begins;
use super::checked::roots;
use super::covered::Covered;
use super::ledger::{Instance, MadeReport};
use super::receipts::Receipts;
use super::report::{Days, Given, Report};
use crate::problem::{Failure, Problem};

/// The report of this number. Nothing is made of the ledger as it stands now, so that nothing that
/// has happened to it since holds this up: a restore, a move, a license that does not verify.
///
/// # Errors
/// `no_report` where the ledger does not hold its file; those of the ledger.
pub(crate) fn report(
    instance: &Instance,
    (number, given): (u32, Given),
    today: Day,
) -> Result<Report, Failure> {
    let reports = instance.reports()?;
    let held = find(&reports, number)?;
    let usage = verify_usage(&held.bytes, &TrustAnchors::default())?;
    let (claims, series) = ((*usage).clone(), usage.daily()?);
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    let covered = Covered::by(today.max(claims.last_day), instance, &anchors)?;
    let begins = Begins::of(instance, today)?;
    let (days, missing) = Days::count(&series, &covered.terms, &begins);
    let license = covered.terms.into_iter().find(|term| term.id() == claims.license);
    let receipts = Receipts::of(instance)?;
    let warnings = receipts.for_report(held.id).map(|receipt| {
        format!(
            "report {number} has come to the vendor, on {}: the receipt for it is here",
            receipt.received
        )
    });
    Ok(Report {
        claims,
        series,
        bytes: held.bytes.clone(),
        days,
        missing,
        license,
        nothing_new: false,
        given,
        warnings: warnings.into_iter().collect(),
    })
}

/// The report of this number, where its file is held.
fn find(reports: &[MadeReport], number: u32) -> Result<&MadeReport, Failure> {
    let found = reports.iter().find(|report| report.number == number);
    if let Some(held) = found.filter(|report| !report.is_receipt_alone()) {
        return Ok(held);
    }
    let why = match found {
        Some(_) => "its receipt alone is known here, not its file",
        None => "the ledger does not know it",
    };
    let message = format!("found `--again {number}`: {why}; {}", held(reports));
    Err(Failure::new(Problem::NoReport, message))
}

/// Which reports' files are held, as spans of their numbers.
fn held(reports: &[MadeReport]) -> String {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for MadeReport { number, .. } in reports.iter().filter(|it| !it.is_receipt_alone()) {
        match spans.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            Some(_) | None => spans.push((*number, *number)),
        }
    }
    let span = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    };
    let spans: Vec<String> = spans.iter().map(span).collect();
    match spans.as_slice() {
        [] => "no report is held".to_owned(),
        spans => format!("held: {}", spans.join(", ")),
    }
}
