//! A usage report: what it would say now, and making it.

use license_core::document::{Usage, sign};
use license_core::key::Signer;
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::verify::{VerifiedLicense, document_id, verify_usage};
use license_core::{Day, limits};

use super::begins::Begins;
use super::behind::ClockDoubt;
use super::checked::Unread;
use super::covered::Covered;
use super::ledger::{Instance, MadeReport, ReportState};
use super::licenses::{Decision, decision, no_license, other_report_key, pinned};
use crate::carry::outgoing::not_signed;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Days before the end of a term from which the admin is told to read the figures in on the last.
pub(super) const LAST_DAYS: i64 = 7;

/// For which day a report is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsOf {
    pub(crate) today: Day,
    /// Whether that day is taken although the ledger holds a later one.
    pub(crate) accept_clock: bool,
    /// Whether a report is made that has no figure which the one before had not.
    pub(crate) anyway: bool,
}

/// A report, as it leaves.
pub(crate) struct Report {
    pub(crate) claims: Usage,
    pub(crate) series: Series,
    /// The report, signed.
    pub(crate) bytes: Vec<u8>,
    /// Its days, counted.
    pub(crate) days: Days,
    /// Those without a figure that this instance owes, while a license was in force.
    pub(crate) missing: Vec<Day>,
    /// Whose license it names, and what that was signed with.
    pub(crate) license: Option<VerifiedLicense>,
    /// Whether it has no figure that the report before had not.
    pub(crate) nothing_new: bool,
    pub(crate) given: Given,
    /// What the admin should know of it.
    pub(crate) warnings: Vec<String>,
}

/// How a report comes to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// It was made now.
    New,
    /// It was made before, and its file was not placed then.
    Waited,
    /// It left before, and is asked for once more.
    Again,
    /// Another command has made it since this one began.
    Meanwhile,
}

/// The days of a report, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    /// With a figure.
    pub(crate) with: usize,
    /// Without one, while a license was in force.
    pub(crate) without: usize,
    /// Without one, while none was.
    pub(crate) outside: usize,
}

impl Days {
    /// Counts them, and names those without a figure while a license was in force.
    pub(super) fn count(
        series: &Series,
        terms: &[VerifiedLicense],
        begins: &Begins,
    ) -> (Self, Vec<Day>) {
        let inside = |day: Day| terms.iter().any(|term| begins.owes(term, day));
        let mut counted = Self { with: 0, without: 0, outside: 0 };
        let mut missing = Vec::new();
        for (day, count) in series.daily().days() {
            match count {
                Some(_) => counted.with += 1,
                None if inside(day) => missing.push(day),
                None => counted.outside += 1,
            }
        }
        counted.without = missing.len();
        (counted, missing)
    }
}

impl Report {
    /// The report that these bytes are.
    fn of(bytes: Vec<u8>, given: Given, instance: &Instance, today: Day) -> Result<Self, Failure> {
        let usage = verify_usage(&bytes, &TrustAnchors::default())?;
        let (claims, series) = ((*usage).clone(), usage.daily()?);
        let anchors = pinned(instance)?;
        let covered = Covered::by(today, instance, &anchors)?;
        let begins = Begins::of(instance, today)?;
        let (days, missing) = Days::count(&series, &covered.terms, &begins);
        let license = reported(instance, &anchors, &covered.terms, today)?.license;
        let other_key =
            license.as_ref().map(|license| other_report_key(instance, license)).transpose()?;
        let once_more = license.as_ref().and_then(|license| once_more(license, today));
        let unread = covered.unread.iter().map(not_covered);
        let lost = before_licenses(series.daily().first(), &covered);
        let left_out = left_out(series.daily().first(), &covered);
        let told = other_key.flatten().into_iter().chain(unread).chain(lost).chain(left_out);
        let warnings = told.chain(once_more).chain(instance.exposed_key()).collect();
        let before = instance.reports()?.into_iter().rfind(|it| it.number < claims.number);
        let nothing_new = !has_new(&series, before.as_ref());
        Ok(Self { claims, series, bytes, days, missing, license, nothing_new, given, warnings })
    }
}

/// The number of the last report, the one that waits included; 0 where there is none.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn last_number(instance: &Instance) -> Result<u32, Failure> {
    Ok(instance.reports()?.last().map_or(0, |report| report.number))
}

/// Makes the next report and keeps it; or gives the one that waits, byte for byte.
///
/// # Errors
/// As [`draft`]; `no_new_figure` where the last one is not the one that was seen as that: two
/// commands at once make one report.
pub(crate) fn next(
    instance: &mut Instance,
    as_of: AsOf,
    now: u64,
    seen: u32,
) -> Result<Report, Failure> {
    let mut given = Given::Waited;
    let kept = instance.next_report(|instance| {
        given = Given::New;
        let last = last_number(instance)?;
        if seen < last {
            let message = format!("another command has made report {last} meanwhile");
            return Err(Failure::new(Problem::NoNewFigure, message));
        }
        made(draft(instance, as_of)?, now)
    })?;
    if given == Given::Waited && seen < kept.number {
        given = Given::Meanwhile;
    }
    Report::of(kept.bytes, given, instance, as_of.today)
}

/// What [`next`] would give now.
///
/// # Errors
/// As [`draft`], and `instance_retired`.
pub(crate) fn preview(instance: &Instance, as_of: AsOf) -> Result<Report, Failure> {
    instance.condition()?.check_change()?;
    match instance.waiting_report()? {
        Some(waiting) => Report::of(waiting.bytes, Given::Waited, instance, as_of.today),
        None => Report::of(draft(instance, as_of)?.1, Given::New, instance, as_of.today),
    }
}

fn made((claims, bytes): (Usage, Vec<u8>), now: u64) -> Result<MadeReport, Failure> {
    Ok(MadeReport {
        number: claims.number,
        id: document_id(&bytes)?,
        bytes,
        license: claims.license,
        last_day: claims.last_day,
        made: now,
        state: ReportState::Waiting,
    })
}

/// The next report, signed.
///
/// # Errors
/// `no_license`, `report_too_early`, `clock_behind`, `report_after_restore`, those of the ledger
/// and of the key.
fn draft(instance: &Instance, as_of: AsOf) -> Result<(Usage, Vec<u8>), Failure> {
    let today = as_of.today;
    let anchors = pinned(instance)?;
    let covered = Covered::by(today, instance, &anchors)?;
    let Decision { license, .. } = reported(instance, &anchors, &covered.terms, today)?;
    covered.check_report(instance, today)?;
    let license = license.ok_or_else(no_license)?;
    let mut reports = instance.reports()?;
    let begun = reports.iter().filter_map(MadeReport::first_day).chain(covered.first_day()).min();
    let held = instance.days()?;
    // Before the period, which would be said to begin later: it is the clock that is behind.
    if !as_of.accept_clock {
        let last_figure = held.last_key_value().map(|(day, _)| *day);
        let doubt = ClockDoubt::find(last_figure, reports.last(), today);
        doubt.map_or(Ok(()), |doubt| Err(doubt.failure()))?;
    }
    let (first, last) = period(begun.unwrap_or(license.from), today)?;
    let before = reports.pop();
    let number = before.as_ref().map_or(0, |report| report.number).saturating_add(1);
    // Before anything that the admin could mend here, and for nothing.
    instance.condition()?.check_report(number)?;
    let series = Series::of_period(first, last, |day| held.get(&day).copied())?;
    // One that ends earlier than the one before it puts that right.
    let puts_right = as_of.accept_clock && before.as_ref().is_some_and(|it| it.last_day > last);
    if !as_of.anyway && !puts_right && !has_new(&series, before.as_ref()) {
        let told = before.as_ref().filter(|_| held.range(first..=last).next().is_some());
        return Err(nothing_new(told, (first, last)));
    }
    let key = instance.key()?;
    let before = before.map(|report| report.id);
    let claims = Usage::new(key.public(), license.id(), number, (first, last), &series, before);
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    Ok((claims, bytes))
}

/// Whether a series says of a day what the report before did not say: a figure, or that there is
/// none where one was taken out. One without any figure says nothing.
fn has_new(series: &Series, before: Option<&MadeReport>) -> bool {
    if series.daily().days().all(|(_, count)| count.is_none()) {
        return false;
    }
    let told = before.and_then(MadeReport::days).unwrap_or_default();
    series.daily().days().any(|(day, count)| told.get(&day) != count.as_ref())
}

/// That a report would say nothing new.
fn nothing_new(before: Option<&MadeReport>, (first, last): (Day, Day)) -> Failure {
    let Some(MadeReport { number, last_day, .. }) = before else {
        let message = format!("the ledger holds no figure from {first} to {last}");
        return Failure::new(Problem::NoNewFigure, message);
    };
    let message =
        format!("no figure has come in since report {number}, which ended with {last_day}");
    Failure::new(Problem::NoNewFigure, message).hint(format!(
        "read the usage in first: `airlock usage import FILE`; or send a report all the same with \
         `--anyway`; where report {number} was lost on its way, `airlock usage report --again \
         {number}` writes it once more"
    ))
}

/// Says, in the last days of a term, that the figures are to be read in once more.
fn once_more(license: &VerifiedLicense, today: Day) -> Option<String> {
    let last = license.last_day();
    let is_near = license.from <= today && today <= last && last.since(today) < LAST_DAYS;
    is_near.then(|| {
        format!(
            "{last} is the term's last day: read GitLab's figures in once more on it, late in the \
             day, because the next license's export begins with its own term; report on the day \
             after"
        )
    })
}

/// The license that a report names: the installed one that decides, if it is in force; else the one
/// whose term ended last, also where it was removed. So a desk that knows the named one knows that
/// no license was in force behind its end.
fn reported(
    instance: &Instance,
    anchors: &TrustAnchors,
    terms: &[VerifiedLicense],
    today: Day,
) -> Result<Decision, Failure> {
    let installed = decision(instance, anchors, today)?;
    let in_force = |license: &VerifiedLicense| license.from <= today && today < license.until;
    if installed.license.as_ref().is_some_and(in_force) {
        return Ok(installed);
    }
    let last = terms.iter().max_by_key(|license| (license.until, license.issued, license.id()));
    let license = last.cloned().or(installed.license);
    Ok(Decision { license, unread: installed.unread })
}

/// Says that the days of a license that does not verify are not counted as its own.
fn not_covered(unread: &Unread) -> String {
    format!("{}; its term is not counted in this report", unread.sentence())
}

/// Says that the report begins before every license that the ledger knows, as the reports before it
/// did: those licenses were lost with an earlier ledger.
fn before_licenses(first: Day, covered: &Covered) -> Option<String> {
    let known = covered.first_day().filter(|known| first < *known)?;
    Some(format!(
        "the report begins on {first}, as those before it did, and the first license that is known \
         here begins on {known}: install the earlier one too, with `airlock license install FILE`; \
         one that has ended decides nothing"
    ))
}

/// Says which days of the licenses' terms lie before the report, which has room for so many.
fn left_out(first: Day, covered: &Covered) -> Option<String> {
    let begun = covered.first_day().filter(|begun| *begun < first)?;
    let last = first.minus(1)?;
    Some(format!(
        "a report has room for {}: the days from {begun} to {last} are not in it",
        counted(limits::SERIES_DAYS, "day")
    ))
}

/// From the first day of the earliest license that was ever in force, or of a report before, so
/// that the end of the last term is never lost, through yesterday.
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
