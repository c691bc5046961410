//! `airlock usage log`

use clap::Args;

use crate::cli::options::InstanceDir;
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
    Ok(usage_log::answer(&options.instance.open_read_only()?.reports()?))
}
