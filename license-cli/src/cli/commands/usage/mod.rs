//! `airlock usage`

pub(super) mod drop;
pub(super) mod due;
pub(super) mod import;
pub(super) mod log;
pub(super) mod record;
pub(super) mod report;
pub(super) mod show;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum UsageCommand {
    /// Read GitLab's usage export, rows of its table as psql prints them, or a day,count file into
    /// the ledger
    Import(import::UsageImport),
    /// Put the users of this moment into the ledger; of a day the largest count stays
    Record(record::UsageRecord),
    /// Take days out that were read in error
    Drop(drop::UsageDrop),
    /// Say whether a usage report is due: exit status 0 if it is, or if a receipt has not come for
    /// the last one within a month where others have; 1 if not; 2 if that is not known
    Due(due::UsageDue),
    /// Write a usage report, signed with the instance's key
    Report(report::UsageReport),
    /// List the reports: what left, when, for what period, its hash
    Log(log::UsageLog),
    /// Show a usage report, day by day
    Show(show::UsageShow),
}
