//! `airlock usage report`

use std::path::PathBuf;

use clap::Args;
use license_core::Day;

use crate::carry::outgoing::Outgoing;
use crate::cli::options::{InstanceDir, Today};
use crate::clock;
use crate::instance::report::{self, AsOf};
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
