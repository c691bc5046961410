//! A usage report: what it would say now, and making it.

use license_core::document::{Usage, sign};
use license_core::key::Signer;
use license_core::series::Series;
use license_core::verify::document_id;
use license_core::{Day, limits};

use super::ledger::{Instance, MadeReport};
use super::licenses::{deciding, other_report_key, pinned, verified};
use crate::carry::outgoing::not_signed;
use crate::problem::{Failure, Problem};

/// What a report would say now.
pub(crate) struct Draft {
    pub(crate) claims: Usage,
    pub(crate) series: Series,
    /// The report, signed.
    pub(crate) bytes: Vec<u8>,
    /// What the admin should know of it.
    pub(crate) warning: Option<String>,
}

impl Draft {
    /// The report as the ledger keeps it, made at this time.
    pub(crate) fn made(&self, now: u64) -> Result<MadeReport, Failure> {
        Ok(MadeReport {
            number: self.claims.number,
            id: document_id(&self.bytes)?,
            bytes: self.bytes.clone(),
            license: self.claims.license,
            last_day: self.claims.last_day,
            made: now,
        })
    }
}

/// The next report, as of this day.
///
/// # Errors
/// `no_license`, `report_too_early`, those of the ledger and of the key.
pub(crate) fn draft(instance: &Instance, today: Day) -> Result<Draft, Failure> {
    let anchors = pinned(instance)?;
    let license = deciding(instance, &anchors, today)?;
    let begun = verified(instance, &anchors)?
        .into_iter()
        .filter_map(|(_, license)| license.ok())
        .map(|license| license.from)
        .filter(|from| *from <= today)
        .min();
    let (first, last) = period(begun.unwrap_or(license.from), today)?;
    let held = instance.days()?;
    let series = Series::of_period(first, last, |day| held.get(&day).copied())?;
    let before = instance.reports()?.into_iter().max_by_key(|report| report.number);
    let number = before.as_ref().map_or(0, |report| report.number).saturating_add(1);
    let key = instance.key()?;
    let before = before.map(|report| report.id);
    let claims = Usage::new(key.public(), license.id(), number, (first, last), &series, before);
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    let warning = other_report_key(instance, &license)?;
    Ok(Draft { claims, series, bytes, warning })
}

/// From the first day of the earliest installed license that has begun, so that the end of the
/// last term is never lost, through yesterday.
fn period(begun: Day, today: Day) -> Result<(Day, Day), Failure> {
    // A report has room for ten years; what is older has long been billed.
    let oldest = u32::try_from(limits::SERIES_DAYS).ok().and_then(|days| today.minus(days));
    let first = begun.max(oldest.unwrap_or(begun));
    let last = today.minus(1).filter(|last| *last >= first).ok_or_else(|| {
        let earliest = first.plus(1).unwrap_or(first);
        let message =
            format!("the term begins on {first}, and today is {today}: no whole day is over yet");
        Failure::new(Problem::ReportTooEarly, message)
            .hint(format!("make the first report on {earliest} or later"))
    })?;
    Ok((first, last))
}
