//! `airlock usage due`

use clap::Args;

use crate::cli::options::{InstanceDir, Today};
use crate::instance::status;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::due;

#[derive(Debug, Args)]
pub(crate) struct UsageDue {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
}

/// Says whether a usage report is due: exit status 0 where it is, 1 where it is not.
pub(crate) fn due(options: &UsageDue) -> Result<Answer, Failure> {
    let (instance, today) = (options.instance.open_read_only()?, options.today.day()?);
    instance.condition()?.check_change()?;
    Ok(due::answer(status::next_due(&instance, today)?, today))
}
