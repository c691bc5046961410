//! `airlock usage`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use license_core::Day;
use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verify::verify_usage;

use crate::carry::outgoing::Outgoing;
use crate::carry::{export, incoming, seen};
use crate::cli::confirm::confirm;
use crate::cli::options::{InstanceDir, Today, day, name};
use crate::clock::{self, When};
use crate::files;
use crate::instance::checked;
use crate::instance::ledger::Instance;
use crate::instance::report::{self, AsOf};
use crate::plural::counted;
use crate::problem::{Failure, Notice, Problem};
use crate::usage_source::{DailyCounts, file};
use crate::view::answer::Answer;
use crate::view::usage::{self, Shown};

#[derive(Debug, Subcommand)]
pub(crate) enum UsageCommand {
    /// Read GitLab's license_usage.csv, or a day,count file, into the ledger
    Import(UsageImport),
    /// Take days out that were read in error
    Drop(UsageDrop),
    /// Write a usage report, signed with the instance's key
    Report(UsageReport),
    /// Show a usage report, day by day
    Show(UsageShow),
}

#[derive(Debug, Args)]
pub(crate) struct UsageImport {
    /// The export
    pub(crate) csv: PathBuf,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Replace figures that the ledger holds otherwise
    #[arg(long)]
    pub(crate) accept_changes: bool,
    /// Do not ask whether an export of another company is meant
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UsageReport {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Make the report although the ledger holds a later day than today
    #[arg(long, help_heading = "Day")]
    pub(crate) accept_clock: bool,
    /// Print exactly what would leave, and write and keep nothing
    #[arg(long, conflicts_with_all = ["out", "text", "force"], help_heading = "Output")]
    pub(crate) dry_run: bool,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UsageShow {
    /// The usage report
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct UsageDrop {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// The first day to take out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) from: Day,
    /// The first day after it that is kept
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) until: Day,
    /// Why: it is kept in the log
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

/// Reads an export into the ledger.
pub(crate) fn import(options: &UsageImport) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let export = file::read(&options.csv)
        .map_err(seen::instead(&options.csv, seen::Expected::Export("a usage export")))?;
    let source = files::shown(&options.csv);
    let when = options.today.when()?;
    let to_come = export.check_days(when.day);
    to_come.map_err(|failure| failure.within(&source))?;
    let known: Vec<DocumentId> =
        instance.every_license()?.iter().map(|license| license.id).collect();
    export::check_license_key(&export, &known).map_err(incoming::named(&options.csv))?;
    let other = of_other_company(&export, &instance, &source)?;
    if let Some(other) = &other {
        let what = format!("{other}: its figures would go into this instance's signed reports.");
        confirm(options.yes, &what, "Read it in?")?;
    }
    let import = instance.import(&export.days, options.accept_changes, &source, when)?;
    let other = other.map(|other| Notice::HistoryOfOther.warning(&other));
    Ok(usage::import(&export, &import).warn(other).warn(not_reached(&export.days, when)))
}

/// Says that an export names another company than every license that was ever installed here.
fn of_other_company(
    export: &DailyCounts,
    instance: &Instance,
    source: &str,
) -> Result<Option<String>, Failure> {
    let anchors = TrustAnchors::new(checked::roots(instance, &[])?);
    let ever = checked::ever(instance, &anchors)?;
    let companies: Vec<String> =
        ever.into_iter().filter_map(|it| Some(it.license.ok()?.company.to_string())).collect();
    let Some(last) = companies.last() else { return Ok(None) };
    let named = export::other_company(export, companies.iter().map(String::as_str));
    Ok(named.map(|named| {
        format!("{source} names the company {named}, the license here is of {last:?}")
    }))
}

/// Takes days out that were read in error.
pub(crate) fn drop_days(options: &UsageDrop) -> Result<Answer, Failure> {
    let UsageDrop { from, until, .. } = *options;
    if from >= until {
        let message = format!("found --until {until}, expected a day after --from {from}");
        return Err(
            Failure::new(Problem::Options, message).hint("--until is the first day that is kept")
        );
    }
    let reason = name("--reason", &options.reason)?;
    let mut instance = options.instance.open()?;
    let dropped = instance.drop_days((from, until), reason.as_str(), When::of(None)?)?;
    if dropped.is_empty() {
        return Err(no_figure(from, until, &instance.days()?));
    }
    Ok(usage::dropped(&dropped, reason.as_str()))
}

/// That none of these days has a figure, and which days have.
fn no_figure(from: Day, until: Day, held: &BTreeMap<Day, Count>) -> Failure {
    let last = until.minus(1).unwrap_or(from);
    let held = match (held.keys().next(), held.keys().last()) {
        (Some(first), Some(last)) => format!("figures are held from {first} to {last}"),
        (None, _) | (_, None) => "none is held at all".to_owned(),
    };
    let message = format!("no figure is held between {from} and {last}; {held}");
    Failure::new(Problem::NoFigure, message)
}

/// Warns of figures of days that this machine's clock has not reached.
fn not_reached(days: &BTreeMap<Day, Count>, when: When) -> Option<String> {
    let clock = Day::of_unix(when.clock).filter(|clock| *clock < when.day)?;
    let last = days.keys().last().filter(|last| **last > clock)?;
    let days = counted(days.keys().filter(|day| **day > clock).count(), "day");
    Some(format!(
        "--today is {}, the clock says {clock}: the file has figures of {days} that this clock has \
         not reached, to {last}",
        when.day
    ))
}

/// Writes a usage report, or shows what it would say. The report is kept first: one whose file
/// could not be placed is given again.
pub(crate) fn report(options: &UsageReport) -> Result<Answer, Failure> {
    let as_of = AsOf { today: options.today.day()?, accept_clock: options.accept_clock };
    let ahead = ahead_of_clock(as_of.today)?;
    let Some(path) = &options.out else {
        let report = report::preview(&options.instance.open_read_only()?, as_of)?;
        return Ok(usage::dry_run(&report, as_of.today).warn(ahead));
    };
    let out = Outgoing { path, text: options.text, force: options.force };
    out.refuse_existing().or_else(|failure| placed_already(options, &out, failure))?;
    let mut instance = options.instance.open()?;
    let report = report::next(&mut instance, as_of, clock::now()?)?;
    let made = format!("report {} is made and kept", report.claims.number);
    let written = out.write_again(&report.bytes).map_err(waits)?;
    let marked = instance.report_placed(report.claims.number);
    let unmarked = marked.err().as_ref().map(unmarked);
    Ok(usage::made(&written, &report, as_of.today).warn(ahead).warn(unmarked).done(made))
}

/// Takes a file that is there already for the report that waits, where it is that, byte for byte: a
/// run that was killed wrote it, and did not come to say so.
fn placed_already(
    options: &UsageReport,
    out: &Outgoing<'_>,
    failure: Failure,
) -> Result<(), Failure> {
    if failure.problem != Problem::OutputExists {
        return Err(failure);
    }
    let waiting = options.instance.open_read_only().and_then(|instance| instance.waiting_report());
    match waiting {
        Ok(Some(waiting)) if out.is_written(&waiting.bytes) => Ok(()),
        Ok(_) | Err(_) => Err(failure),
    }
}

/// The failure to write, with what becomes of the report.
fn waits(failure: Failure) -> Failure {
    let hint = failure.hint.clone().unwrap_or_default();
    failure.hint(format!("{hint}; the report is kept, and is given again byte for byte"))
}

/// Says that the ledger does not know that the report has left.
fn unmarked(failure: &Failure) -> String {
    format!(
        "the report is written, but that could not be kept, so the next `usage report` gives it \
         again: {failure}"
    )
}

/// Warns of days that have not happened by this machine's clock, and would be reported as missing.
fn ahead_of_clock(today: Day) -> Result<Option<String>, Failure> {
    let clock = clock::today(None)?;
    Ok((today > clock).then(|| {
        format!(
            "--today is {today}, the clock says {clock}: days to come are reported as days \
             without a figure"
        )
    }))
}

/// Shows a report.
pub(crate) fn show(options: &UsageShow) -> Result<Answer, Failure> {
    let bytes = incoming::read(&options.file)?;
    let report = verify_usage(&bytes, &TrustAnchors::default()).map_err(incoming::refused(
        &options.file,
        &bytes,
        Kind::Usage,
    ))?;
    Ok(usage::shown(&Shown {
        path: &options.file,
        id: report.id(),
        bytes: bytes.len(),
        claims: &report,
        series: &report.daily()?,
    }))
}
