//! `airlock usage log`

use clap::Args;

use crate::cli::options::InstanceDir;
use crate::instance::receipts::Receipts;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::usage_log;

#[derive(Debug, Args)]
pub(crate) struct UsageLog {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
}

/// Lists the reports of this instance.
pub(crate) fn log(options: &UsageLog) -> Result<Answer, Failure> {
    let instance = options.instance.open_read_only()?;
    let receipts = Receipts::of(&instance)?;
    Ok(usage_log::answer(&instance.reports()?, &receipts).warn(receipts.doubts()))
}
