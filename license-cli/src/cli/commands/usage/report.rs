//! `airlock usage report`

use std::path::PathBuf;

use clap::Args;
use license_core::Day;

use crate::cli::options::{InstanceDir, Today};
use crate::cli::report_file::{ReportFile, WrittenReport};
use crate::clock;
use crate::instance::report::{self, AsOf};
use crate::problem::Failure;
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
    /// Write report N once more, byte for byte as it was made: for one that was lost on its way
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["accept_clock", "anyway", "dry_run"],
        help_heading = "Output"
    )]
    pub(crate) again: Option<u32>,
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
    let file = ReportFile {
        instance: &options.instance,
        out: options.out.as_deref(),
        text: options.text,
        force: options.force,
    };
    if let Some(number) = options.again {
        let WrittenReport { report, written, unmarked } = file.again(number, as_of.today)?;
        return Ok(usage::made(&written, &report, as_of.today).warn(unmarked));
    }
    let ahead = ahead_of_clock(as_of.today)?;
    if options.dry_run {
        let as_of = AsOf { anyway: true, ..as_of };
        let report = report::preview(&options.instance.open_read_only()?, as_of)?;
        return Ok(usage::dry_run(&report, as_of.today).warn(ahead));
    }
    let WrittenReport { report, written, unmarked } = file.make(as_of)?;
    let made = format!("report {} is made and kept", report.claims.number);
    Ok(usage::made(&written, &report, as_of.today).warn(ahead).warn(unmarked).done(made))
}

/// Warns of days that have not happened by this machine's clock, and would be reported.
fn ahead_of_clock(today: Day) -> Result<Option<String>, Failure> {
    let clock = clock::today(None)?;
    Ok((today > clock).then(|| {
        format!(
            "--today is {today}, the clock says {clock}: the report reaches days that this clock \
             has not reached; if the clock is right, leave `--today` out"
        )
    }))
}
