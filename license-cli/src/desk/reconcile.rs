//! Usage reports, and exports, against the licenses of their subscription.

use std::collections::BTreeMap;

use license_core::document::Usage;
use license_core::reconcile::{Statement, reconcile as work_out};
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{ReportKey, VerifiedLicense, verify_usage};
use license_core::{Code, Day, limits};

use crate::carry::export::check_license_key;
use crate::problem::{Failure, Problem};
use crate::usage_source::DailyCounts;

/// What figures are compared with.
pub(crate) struct Desk<'a> {
    pub(crate) anchors: &'a TrustAnchors,
    /// The licenses of the subscription.
    pub(crate) licenses: &'a [VerifiedLicense],
    pub(crate) today: Day,
}

/// Where figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A report that an instance signed.
    Report(Reported),
    /// An export, which nobody has signed.
    Unsigned,
}

/// A report, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reported {
    pub(crate) id: DocumentId,
    pub(crate) number: u32,
    /// The license that was in force when it was made.
    pub(crate) license: DocumentId,
    pub(crate) key: Thumbprint,
    /// Which of the license's instances made it.
    pub(crate) instance: ReportKey,
}

/// The daily figures of one report or export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    /// The file as it was named.
    pub(crate) file: String,
    pub(crate) source: Source,
    pub(crate) series: Series,
}

impl Figures {
    /// The report's id; `None` for an export.
    pub(crate) fn report(&self) -> Option<&Reported> {
        match &self.source {
            Source::Report(report) => Some(report),
            Source::Unsigned => None,
        }
    }

    /// Whether what is owed follows from them: not from those of a further instance.
    pub(crate) fn are_billed(&self) -> bool {
        self.report().is_none_or(|report| match report.instance {
            ReportKey::Billed | ReportKey::FirstUse(_) => true,
            ReportKey::Further(_) => false,
        })
    }
}

/// Something that support should know.
pub(crate) enum Remark {
    /// Nobody has signed the figures.
    Unsigned,
    /// The license names no report key, so this is the first that is seen of it.
    ReportKeyFirstUse(Thumbprint),
    /// Another instance than the billed one made a report: nothing is owed by it.
    ReportKeyFurther(Thumbprint),
    /// One key has signed two reports of one number.
    NumberRepeated { key: Thumbprint, number: u32, first: DocumentId, other: DocumentId },
    /// The licenses are not all of one customer and subscription.
    OtherCustomer { first: LicenseOf, other: LicenseOf },
    /// Days of the period without a figure.
    DaysMissing(Vec<Day>),
    /// Days that belong to none of the licenses.
    DaysOutside(Vec<Day>),
    /// Days of a license's term that no report covers.
    DaysUncovered(Vec<Day>),
    /// Days for which the reports have different figures.
    HistoryChanged(Vec<Day>),
}

/// A license and whose it is.
pub(crate) struct LicenseOf {
    pub(crate) id: DocumentId,
    pub(crate) company: String,
}

/// What is owed, and what there is to say about it.
pub(crate) struct Reconciled {
    /// Each report once, and each export, in the order in which they were given.
    pub(crate) figures: Vec<Figures>,
    pub(crate) statement: Statement,
    pub(crate) remarks: Vec<Remark>,
}

impl Reconciled {
    /// The seats owed, or `None` where no figure counts, so that nothing can be said.
    pub(crate) fn seats_owed(&self) -> Option<u32> {
        (!self.statement.licenses.is_empty()).then(|| self.statement.seats_owed())
    }
}

/// Takes a signed report: it must be about one of the licenses, and signed by a key that this
/// license names.
pub(crate) fn report(file: &str, bytes: &[u8], desk: &Desk<'_>) -> Result<Figures, Failure> {
    let report = verify_usage(bytes, desk.anchors)?;
    let license = desk
        .licenses
        .iter()
        .find(|license| license.id() == report.license)
        .ok_or_else(|| other_license(&report, desk.licenses))?;
    let (report, instance) = report.under(license)?;
    one_instance(&report, desk.licenses)?;
    let reported = Reported {
        id: report.id(),
        number: report.number,
        license: report.license,
        key: report.key.thumbprint(),
        instance,
    };
    let (source, series) = (Source::Report(reported), report.daily()?);
    Ok(Figures { file: file.to_owned(), source, series })
}

/// Refuses a license of another instance beside this report: its seats would cover users that are
/// not its own.
fn one_instance(report: &Usage, licenses: &[VerifiedLicense]) -> Result<(), Failure> {
    let key = report.key.thumbprint();
    let other = licenses.iter().find_map(|license| {
        let named = license.report_key.filter(|named| *named != key)?;
        (!license.further_report_keys.contains(&key)).then_some((license.id(), named))
    });
    let Some((id, named)) = other else { return Ok(()) };
    let found = format!(
        "the report is signed by key {key}, license {id} names {named}: it is of another instance"
    );
    Err(Failure::new(Problem::Core(Code::OtherKey), found)
        .hint("give the reports and licenses of one instance at a time"))
}

fn other_license(report: &Usage, licenses: &[VerifiedLicense]) -> Failure {
    let given: Vec<String> = licenses.iter().map(|license| license.id().to_string()).collect();
    let found =
        format!("the report is about license {}, given were {}", report.license, given.join(", "));
    Failure::new(Problem::Core(Code::OtherLicense), found)
        .hint("give the license that the report names, with `--license FILE`")
}

/// Takes an export that nobody has signed.
pub(crate) fn export(
    file: &str,
    export: &DailyCounts,
    desk: &Desk<'_>,
) -> Result<Figures, Failure> {
    export.check_days(desk.today)?;
    let ids: Vec<DocumentId> = desk.licenses.iter().map(|license| license.id()).collect();
    check_license_key(export, &ids)?;
    let (first, last) = period(export)?;
    let series = Series::of_period(first, last, |day| export.days.get(&day).copied())?;
    Ok(Figures { file: file.to_owned(), source: Source::Unsigned, series })
}

/// From the license's start, or a row before it, through the last whole day before the export was
/// made, or a row after it.
fn period(export: &DailyCounts) -> Result<(Day, Day), Failure> {
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

/// Works out what is owed. Figures of further instances are taken and do not count.
pub(crate) fn reconcile(figures: Vec<Figures>, desk: &Desk<'_>) -> Reconciled {
    let figures = each_once(figures);
    let billed = figures.iter().filter(|figures| figures.are_billed());
    let billed: Vec<_> = billed.map(|figures| figures.series.daily()).collect();
    let licenses: Vec<&VerifiedLicense> = desk.licenses.iter().collect();
    let statement = work_out(&billed, &licenses, desk.today);
    let of_reports = sources(&figures).into_iter().chain(repeated(&figures));
    let remarks = of_reports.chain(other_customer(desk.licenses)).chain(of_days(&statement));
    Reconciled { remarks: remarks.collect(), figures, statement }
}

/// The same without reports that were given before.
fn each_once(figures: Vec<Figures>) -> Vec<Figures> {
    let mut kept: Vec<Figures> = Vec::new();
    for figures in figures {
        let id = figures.report().map(|report| report.id);
        if id.is_none() || !kept.iter().any(|kept| kept.report().map(|kept| kept.id) == id) {
            kept.push(figures);
        }
    }
    kept
}

/// What there is to say of where figures come from, each once.
fn sources(figures: &[Figures]) -> Vec<Remark> {
    let unsigned = figures.iter().any(|figures| figures.report().is_none());
    let mut keys: Vec<ReportKey> = Vec::new();
    for report in figures.iter().filter_map(Figures::report) {
        if !keys.contains(&report.instance) {
            keys.push(report.instance);
        }
    }
    let keys = keys.into_iter().filter_map(|key| match key {
        ReportKey::Billed => None,
        ReportKey::Further(key) => Some(Remark::ReportKeyFurther(key)),
        ReportKey::FirstUse(key) => Some(Remark::ReportKeyFirstUse(key)),
    });
    unsigned.then_some(Remark::Unsigned).into_iter().chain(keys).collect()
}

/// The numbers that one key has signed more than once, with other content.
fn repeated(figures: &[Figures]) -> Vec<Remark> {
    let mut held: BTreeMap<([u8; 16], u32), DocumentId> = BTreeMap::new();
    let mut repeated = Vec::new();
    for report in figures.iter().filter_map(Figures::report) {
        let Reported { key, number, id, .. } = *report;
        let first = *held.entry((key.0, number)).or_insert(id);
        if first != id {
            repeated.push(Remark::NumberRepeated { key, number, first, other: id });
        }
    }
    repeated
}

fn of_days(statement: &Statement) -> impl Iterator<Item = Remark> {
    let days = [
        (&statement.days_missing, Remark::DaysMissing as fn(Vec<Day>) -> Remark),
        (&statement.days_outside, Remark::DaysOutside),
        (&statement.days_uncovered, Remark::DaysUncovered),
        (&statement.days_changed, Remark::HistoryChanged),
    ];
    let days = days.map(|(days, remark)| (!days.is_empty()).then(|| remark(days.clone())));
    days.into_iter().flatten()
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
