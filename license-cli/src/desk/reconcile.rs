//! A usage report, or an export, against the licenses of its subscription.

use license_core::document::Usage;

use license_core::reconcile::{Statement, reconcile as work_out};
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{ReportKey, VerifiedLicense, verify_usage};
use license_core::{Code, Day, limits};

use crate::carry::export::check_license_key;
use crate::problem::{Failure, Problem};
use crate::usage_source::Export;

/// Figures, and where they come from.
pub(crate) enum Source {
    /// A report that the instance signed.
    Report(DocumentId),
    /// An export, which nobody has signed.
    Export,
}

/// Something that support should know.
pub(crate) enum Remark {
    /// Nobody has signed the figures.
    Unsigned,
    /// The license names no report key, so this is the first that is seen of it.
    ReportKeyFirstUse(Thumbprint),
    /// Another instance than the billed one made the report: nothing is owed by it.
    ReportKeyFurther(Thumbprint),
    /// The licenses are not all of one customer and subscription.
    OtherCustomer { first: LicenseOf, other: LicenseOf },
    /// Days of the period without a figure.
    DaysMissing(Vec<Day>),
    /// Days that belong to none of the licenses.
    DaysOutside(Vec<Day>),
}

/// A license and whose it is.
pub(crate) struct LicenseOf {
    pub(crate) id: DocumentId,
    pub(crate) company: String,
}

/// What is owed, and what there is to say about it.
pub(crate) struct Reconciled {
    pub(crate) source: Source,
    pub(crate) statement: Statement,
    pub(crate) remarks: Vec<Remark>,
}

impl Reconciled {
    /// The seats owed, or `None` where no figure counts, so that nothing can be said.
    pub(crate) fn seats_owed(&self) -> Option<u32> {
        (!self.statement.licenses.is_empty()).then(|| self.statement.seats_owed())
    }

    fn of(
        source: Source,
        series: &Series,
        licenses: &[VerifiedLicense],
        first_remark: Option<Remark>,
    ) -> Self {
        let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
        let statement = work_out(series.daily(), &borrowed);
        let days = [
            (statement.days_missing.clone(), Remark::DaysMissing as fn(Vec<Day>) -> Remark),
            (statement.days_outside.clone(), Remark::DaysOutside),
        ];
        let days = days.into_iter().filter(|(days, _)| !days.is_empty());
        let remarks = first_remark.into_iter().chain(other_customer(licenses));
        let remarks = remarks.chain(days.map(|(days, remark)| remark(days))).collect();
        Self { source, statement, remarks }
    }
}

/// Reconciles a signed report: it must be about one of the licenses, and signed by the key that
/// this license names.
pub(crate) fn report(
    bytes: &[u8],
    anchors: &TrustAnchors,
    licenses: &[VerifiedLicense],
) -> Result<Reconciled, Failure> {
    let report = verify_usage(bytes, anchors)?;
    let license = licenses
        .iter()
        .find(|license| license.id() == report.license)
        .ok_or_else(|| other_license(&report, licenses))?;
    let (report, key) = report.under(license)?;
    let remark = match key {
        ReportKey::FirstUse(key) => Some(Remark::ReportKeyFirstUse(key)),
        ReportKey::Further(key) => Some(Remark::ReportKeyFurther(key)),
        ReportKey::Billed => None,
    };
    Ok(Reconciled::of(Source::Report(report.id()), &report.daily()?, licenses, remark))
}

fn other_license(report: &Usage, licenses: &[VerifiedLicense]) -> Failure {
    let given: Vec<String> = licenses.iter().map(|license| license.id().to_string()).collect();
    let found =
        format!("the report is about license {}, given were {}", report.license, given.join(", "));
    Failure::new(Problem::Core(Code::OtherLicense), found)
        .hint("give the license that the report names, with `--license FILE`")
}

/// Reconciles an export that nobody has signed.
pub(crate) fn export(export: &Export, licenses: &[VerifiedLicense]) -> Result<Reconciled, Failure> {
    let ids: Vec<DocumentId> = licenses.iter().map(|license| license.id()).collect();
    check_license_key(export, &ids)?;
    let (first, last) = period(export)?;
    let series = Series::of_period(first, last, |day| export.days.get(&day).copied())?;
    Ok(Reconciled::of(Source::Export, &series, licenses, Some(Remark::Unsigned)))
}

/// From the license's start, or a row before it, through the last whole day before the export was
/// made, or a row after it.
fn period(export: &Export) -> Result<(Day, Day), Failure> {
    let (first_row, last_row) = (export.days.keys().next(), export.days.keys().last());
    let start = export.head.as_ref().map(|head| head.first_day);
    let made = export.head.as_ref().and_then(|head| {
        let before = Day::of_unix(head.generated_at)?.minus(1)?;
        Some(before.min(head.last_day))
    });
    let first = first_row.copied().into_iter().chain(start).min();
    let last = last_row.copied().into_iter().chain(made).max();
    match (first, last) {
        (Some(first), Some(last)) if last >= first => bounded(first, last),
        _ => Err(Failure::new(Problem::ExportEmpty, "found no day with a figure")),
    }
}

fn bounded(first: Day, last: Day) -> Result<(Day, Day), Failure> {
    let most = limits::SERIES_DAYS;
    if usize::try_from(last.since(first)).is_ok_and(|days| days < most) {
        return Ok((first, last));
    }
    let found = format!("found days from {first} to {last}, expected at most {most} days");
    Err(Failure::new(Problem::ExportTerm, found))
}

fn other_customer(licenses: &[VerifiedLicense]) -> Option<Remark> {
    let (first, rest) = licenses.split_first()?;
    let other = rest.iter().find(|license| {
        license.company != first.company || license.subscription != first.subscription
    })?;
    let of = |license: &VerifiedLicense| LicenseOf {
        id: license.id(),
        company: license.company.to_string(),
    };
    Some(Remark::OtherCustomer { first: of(first), other: of(other) })
}
