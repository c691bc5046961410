//! `airlock usage report`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::Day;

use crate::carry::outgoing::Outgoing;
use crate::carry::report_name::report_name;
use crate::cli::options::{InstanceDir, Today};
use crate::clock;
use crate::instance::ledger::Instance;
use crate::instance::report::{self, AsOf, Report};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::usage;

#[derive(Debug, Args)]
pub(crate) struct UsageReport {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Make the report although the ledger holds a later day than today
    #[arg(long, help_heading = "Day")]
    pub(crate) accept_clock: bool,
    /// Make the report although it has no figure that the one before had not
    #[arg(long)]
    pub(crate) anyway: bool,
    /// Print exactly what would leave, with a chart, and write and keep nothing
    #[arg(long, conflicts_with_all = ["out", "text", "force"], help_heading = "Output")]
    pub(crate) dry_run: bool,
    /// The file to write; `-` is standard output [default: company, instance, period and number
    /// make its name, in this folder]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long, help_heading = "Output")]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}

/// Writes a usage report, or shows what it would say. The report is kept first: one whose file
/// could not be placed is given again.
pub(crate) fn report(options: &UsageReport) -> Result<Answer, Failure> {
    let as_of = AsOf {
        today: options.today.day()?,
        accept_clock: options.accept_clock,
        anyway: options.anyway,
    };
    let ahead = ahead_of_clock(as_of.today)?;
    if options.dry_run {
        let as_of = AsOf { anyway: true, ..as_of };
        let report = report::preview(&options.instance.open_read_only()?, as_of)?;
        return Ok(usage::dry_run(&report, as_of.today).warn(ahead));
    }
    let mut place = match &options.out {
        Some(path) => path.clone(),
        None => made_name(options, as_of)?,
    };
    refuse_taken(options, &place)?;
    let mut instance = options.instance.open()?;
    let report = report::next(&mut instance, as_of, clock::now()?)?;
    if options.out.is_none() {
        // Another run may have made the one that was foreseen.
        place = name(&report, &instance, options.text);
    }
    let made = format!("report {} is made and kept", report.claims.number);
    let written = outgoing(options, &place).write_again(&report.bytes).map_err(waits)?;
    let marked = instance.report_placed(report.claims.number);
    let unmarked = marked.err().as_ref().map(unmarked);
    Ok(usage::made(&written, &report, as_of.today).warn(ahead).warn(unmarked).done(made))
}

fn outgoing<'a>(options: &UsageReport, path: &'a Path) -> Outgoing<'a> {
    Outgoing { path, text: options.text, force: options.force }
}

/// The name that the next report gets.
fn made_name(options: &UsageReport, as_of: AsOf) -> Result<PathBuf, Failure> {
    let instance = options.instance.open_read_only()?;
    Ok(name(&report::preview(&instance, as_of)?, &instance, options.text))
}

fn name(report: &Report, instance: &Instance, text: bool) -> PathBuf {
    let company = report.license.as_ref().map(|license| license.company.as_str());
    report_name(company, instance.id(), &report.claims, text).into()
}

/// Refuses a file that is there already, before the report is made.
fn refuse_taken(options: &UsageReport, path: &Path) -> Result<(), Failure> {
    let out = outgoing(options, path);
    out.refuse_existing().or_else(|failure| placed_already(options, &out, failure))
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
