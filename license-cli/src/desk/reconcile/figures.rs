//! Daily figures that are taken: of signed reports, and of exports.

use std::collections::BTreeSet;

use license_core::document::{Kind, Usage};
use license_core::reconcile::Reported;
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{ReportKey, SelfSigned, VerifiedLicense, verify_usage};
use license_core::{Code, Day, limits};

use crate::carry::export::{check_license_key, other_company};
use crate::carry::seen;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::usage_source::DailyCounts;

/// What figures are compared with.
pub(crate) struct Desk<'a> {
    pub(crate) anchors: &'a TrustAnchors,
    /// The licenses of the subscription.
    pub(crate) licenses: &'a [VerifiedLicense],
    pub(crate) today: Day,
}

impl Desk<'_> {
    /// How the licenses name a key.
    fn standing(&self, key: Thumbprint) -> Standing {
        let (mut billed, mut elsewhere) = (false, false);
        for license in self.licenses {
            billed |= license.report_key.is_none_or(|named| named == key);
            elsewhere |= license.report_key.is_some_and(|named| named != key);
        }
        match (billed, elsewhere) {
            (true, true) => Standing::Mixed,
            (false, true | false) => Standing::Further,
            (true, false) if self.names_none() => Standing::FirstUse,
            (true, false) => Standing::Billed,
        }
    }

    fn names_none(&self) -> bool {
        self.licenses.iter().all(|license| license.report_key.is_none())
    }
}

const ONE_AT_A_TIME: &str = "give the reports and licenses of one instance at a time";

/// Where figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A report that an instance signed.
    Report(Report),
    /// An export, which nobody has signed.
    Unsigned,
}

/// Which instance has a key, as all licenses together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The billed one.
    Billed,
    /// A spare, standby or staging one.
    Further,
    /// Billed under one license, and another license bills another key.
    Mixed,
    /// No license names a key.
    FirstUse,
}

/// A report, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) id: DocumentId,
    pub(crate) number: u32,
    /// The id of the report before.
    pub(crate) previous: Option<DocumentId>,
    /// The license that was in force when it was made.
    pub(crate) license: DocumentId,
    pub(crate) key: Thumbprint,
    /// Which instance of that license made it.
    pub(crate) instance: ReportKey,
    pub(crate) standing: Standing,
}

/// The daily figures of one report or export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    /// The file as it was named.
    pub(crate) file: String,
    pub(crate) source: Source,
    /// Each day that it covers; `None` for an export that has no row and no term.
    pub(crate) series: Option<Series>,
    /// The company of an export, in quotes, where none of the licenses is of it.
    pub(crate) other_company: Option<String>,
}

impl Figures {
    /// The report; `None` for an export.
    pub(crate) fn report(&self) -> Option<&Report> {
        match &self.source {
            Source::Report(report) => Some(report),
            Source::Unsigned => None,
        }
    }

    /// Whether what is owed may follow from them: not from those of a further instance.
    pub(crate) fn are_billed(&self) -> bool {
        self.report().is_none_or(|report| match report.standing {
            Standing::Billed | Standing::Mixed | Standing::FirstUse => true,
            Standing::Further => false,
        })
    }

    /// The figures for the core's arithmetic.
    pub(super) fn reported(&self) -> Option<Reported<'_>> {
        let daily = self.series.as_ref()?.daily();
        Some(match &self.source {
            Source::Report(report) => Reported::signed(daily, report.key, report.license),
            Source::Unsigned => Reported::unsigned(daily),
        })
    }

    /// The largest figure and its day.
    pub(crate) fn peak(&self) -> Option<(u32, Day)> {
        let (first, last) = self.ends()?;
        self.series.as_ref()?.daily().max_within(first, last)
    }

    /// The days that it covers, each with its figure.
    pub(super) fn days(&self) -> impl Iterator<Item = (Day, Option<u32>)> + '_ {
        self.series.iter().flat_map(|series| series.daily().days())
    }

    /// The first and the last day that it covers.
    pub(crate) fn ends(&self) -> Option<(Day, Day)> {
        let daily = self.series.as_ref()?.daily();
        daily.last().map(|last| (daily.first(), last))
    }
}

/// Takes a signed report: it must be about one of the licenses, and signed by a key that this
/// license names.
pub(crate) fn report(file: &str, bytes: &[u8], desk: &Desk<'_>) -> Result<Figures, Failure> {
    let report = verify_usage(bytes, desk.anchors)
        .map_err(|error| seen::refused(bytes, Kind::Usage, &error))?;
    verified_report(file, report, desk)
}

/// Takes a report whose signature was checked, as [`report`] does.
pub(crate) fn verified_report(
    file: &str,
    report: SelfSigned<Usage>,
    desk: &Desk<'_>,
) -> Result<Figures, Failure> {
    let license = desk
        .licenses
        .iter()
        .find(|license| license.id() == report.license)
        .ok_or_else(|| other_license(&report, desk.licenses))?;
    let (report, instance) = report.under(license)?;
    of_report(&report, license, desk.licenses)?;
    one_instance(desk.licenses)?;
    let key = report.key.thumbprint();
    let source = Source::Report(Report {
        id: report.id(),
        number: report.number,
        previous: report.previous,
        license: report.license,
        key,
        instance,
        standing: desk.standing(key),
    });
    let series = Some(report.daily()?);
    Ok(Figures { file: file.to_owned(), source, series, other_company: None })
}

/// Refuses a license of another instance beside this report, which is about the license `of`: its
/// seats would cover users that are not its own.
fn of_report(
    report: &Usage,
    of: &VerifiedLicense,
    licenses: &[VerifiedLicense],
) -> Result<(), Failure> {
    let key = report.key.thumbprint();
    let other = licenses.iter().find_map(|license| {
        let named = license.report_key.filter(|named| *named != key)?;
        let belongs = license.further_report_keys.contains(&key)
            || follow_each_other(of, license)
            || beside_each_other(licenses, key).contains(&named);
        (!belongs).then_some((license.id(), named))
    });
    let Some((id, named)) = other else { return Ok(()) };
    let found = format!(
        "the report is signed by key {key}, license {id} names {named}: it is of another instance"
    );
    Err(Failure::new(Problem::Core(Code::OtherKey), found).hint(ONE_AT_A_TIME))
}

/// The keys of the instances that these licenses name beside this one, itself among them: those of
/// each license that names one of them, so also one that was billed before this one was there.
fn beside_each_other(licenses: &[VerifiedLicense], key: Thumbprint) -> BTreeSet<Thumbprint> {
    let mut keys = BTreeSet::from([key]);
    loop {
        let before = keys.len();
        for license in licenses {
            if license.report_keys().any(|key| keys.contains(&key)) {
                keys.extend(license.report_keys());
            }
        }
        if keys.len() == before {
            return keys;
        }
    }
}

/// Refuses licenses of two instances for the same days, whatever the figures are: seats of one
/// would cover users of the other.
fn one_instance(licenses: &[VerifiedLicense]) -> Result<(), Failure> {
    for (place, one) in licenses.iter().enumerate() {
        let others = licenses.iter().skip(place + 1);
        if let Some(other) = others.into_iter().find(|other| are_of_two_instances(one, other)) {
            let (one, other) = (one.id(), other.id());
            let found = format!("license {one} and license {other} are of different instances");
            return Err(Failure::new(Problem::Core(Code::OtherInstance), found).hint(ONE_AT_A_TIME));
        }
    }
    Ok(())
}

/// Whether two licenses have days in common, and are bound to instances and none is of both.
fn are_of_two_instances(one: &VerifiedLicense, other: &VerifiedLicense) -> bool {
    let bound = !one.instances.is_empty() && !other.instances.is_empty();
    bound && !follow_each_other(one, other)
}

/// Whether one of two licenses may have taken the other's place: no day is in both terms, or they
/// are of one instance, whose key was made anew. Each day counts for one of them, and under it the
/// figures of the key that it bills.
fn follow_each_other(one: &VerifiedLicense, other: &VerifiedLicense) -> bool {
    let apart = one.until <= other.from || other.until <= one.from;
    apart || one.instances.iter().any(|instance| other.instances.contains(instance))
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
    one_instance(desk.licenses)?;
    let series = period(export)?
        .map(|(first, last)| Series::of_period(first, last, |day| export.days.get(&day).copied()));
    let companies = desk.licenses.iter().map(|license| license.company.as_str());
    Ok(Figures {
        file: file.to_owned(),
        source: Source::Unsigned,
        series: series.transpose()?,
        other_company: other_company(export, companies),
    })
}

/// From the license's start, or a row before it, through the last whole day before the export was
/// made, or a row after it. `None` where it covers no day.
fn period(export: &DailyCounts) -> Result<Option<(Day, Day)>, Failure> {
    let (first_row, last_row) = (export.days.keys().next(), export.days.keys().last());
    let start = export.head.as_ref().map(|head| head.first_day);
    let made = export.head.as_ref().and_then(|head| {
        let before = Day::of_unix(head.generated_at)?.minus(1)?;
        Some(before.min(head.last_day))
    });
    let first = first_row.copied().into_iter().chain(start).min();
    let last = last_row.copied().into_iter().chain(made).max();
    match (first, last) {
        (Some(first), Some(last)) if last >= first => bounded(first, last).map(Some),
        _ => Ok(None),
    }
}

fn bounded(first: Day, last: Day) -> Result<(Day, Day), Failure> {
    let most = limits::SERIES_DAYS;
    if usize::try_from(last.since(first)).is_ok_and(|days| days < most) {
        return Ok((first, last));
    }
    let most = counted(most, "day");
    let found = format!("found days from {first} to {last}, expected at most {most}");
    Err(Failure::new(Problem::ExportTerm, found))
}
