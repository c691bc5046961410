//! `airlock status`

use clap::Args;
use license_core::value::Count;

use crate::cli::options::{InstanceDir, Today, count};
use crate::clock;
use crate::instance::status::Status;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::status;

#[derive(Debug, Args)]
pub(crate) struct StatusOptions {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// Billable users now [default: the last figure of the ledger]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Figures")]
    pub(crate) users: Option<Count>,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Print metrics for node_exporter's textfile collector; the exit status is 0
    #[arg(long, help_heading = "Answer")]
    pub(crate) prometheus: bool,
}

/// Says how the instance stands, and what to do next.
pub(crate) fn status(options: &StatusOptions) -> Result<Answer, Failure> {
    let instance = options.instance.open_read_only()?;
    let now = (options.today.day()?, clock::issued(options.today.today)?);
    let status = Status::of(&instance, options.users, now)?;
    Ok(if options.prometheus { status::metrics(&status) } else { status::answer(&status) })
}
