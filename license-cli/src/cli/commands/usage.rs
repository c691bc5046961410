//! `airlock usage`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use license_core::Day;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::verify_usage;

use crate::carry::outgoing::Outgoing;
use crate::carry::{export, incoming};
use crate::cli::options::{InstanceDir, Today};
use crate::clock;
use crate::files;
use crate::instance::report::draft;
use crate::problem::Failure;
use crate::usage_source::file;
use crate::view::answer::Answer;
use crate::view::usage::{self, Shown};

#[derive(Debug, Subcommand)]
pub(crate) enum UsageCommand {
    /// Read GitLab's license_usage.csv, or a day,count file, into the ledger
    Import(UsageImport),
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
    /// Replace figures that the ledger holds otherwise
    #[arg(long)]
    pub(crate) accept_changes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UsageReport {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Print exactly what would leave, and write and keep nothing
    #[arg(long, conflicts_with_all = ["out", "text", "force"])]
    pub(crate) dry_run: bool,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pub(crate) out: Option<PathBuf>,
    /// Write the text form, for mail and paste
    #[arg(long)]
    pub(crate) text: bool,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UsageShow {
    /// The usage report
    pub(crate) file: PathBuf,
}

/// Reads an export into the ledger.
pub(crate) fn import(options: &UsageImport) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let export = file::read(&options.csv)?;
    let installed: Vec<DocumentId> =
        instance.licenses()?.iter().map(|license| license.id).collect();
    export::check_license_key(&export, &installed).map_err(incoming::named(&options.csv))?;
    let source = files::shown(&options.csv);
    let import = instance.import(&export.days, options.accept_changes, &source, clock::now()?)?;
    Ok(usage::import(&export, &import))
}

/// Writes a usage report, or shows what it would say.
pub(crate) fn report(options: &UsageReport) -> Result<Answer, Failure> {
    let today = options.today.day()?;
    let Some(path) = &options.out else {
        let draft = draft(&options.instance.open_read_only()?, today)?;
        return Ok(usage::dry_run(&draft));
    };
    let out = Outgoing { path, text: options.text, force: options.force };
    out.refuse_existing()?;
    let mut instance = options.instance.open()?;
    let draft = draft(&instance, today)?;
    let made = draft.made(clock::now()?)?;
    let written = instance.add_report_with(&made, || out.write(&draft.bytes))?;
    Ok(usage::made(&written, &draft, ahead_of_clock(today)?))
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
    let report =
        verify_usage(&bytes, &TrustAnchors::default()).map_err(incoming::named(&options.file))?;
    Ok(usage::shown(&Shown {
        path: &options.file,
        id: report.id(),
        bytes: bytes.len(),
        claims: &report,
        series: &report.daily()?,
    }))
}
