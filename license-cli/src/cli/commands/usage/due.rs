//! `airlock usage due`

use clap::Args;

use crate::cli::options::{InstanceDir, Today};
use crate::instance::behind::ClockDoubt;
use crate::instance::due::Why;
use crate::instance::status::Status;
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

/// Says whether a usage report is due: exit status 0 where it is, 1 where it is not. While the
/// clock stands before what the ledger knows, that is not known: exit status 2.
pub(crate) fn due(options: &UsageDue) -> Result<Answer, Failure> {
    let (instance, today) = (options.instance.open_read_only()?, options.today.day()?);
    instance.condition()?.check_change()?;
    let Status { due, settled, .. } = Status::of(&instance, None, (today, 0))?;
    // One that is made and waits is due by any clock.
    let waits = due.is_some_and(|due| matches!(due.why, Why::Waits(_)));
    match ClockDoubt::of(&instance, today)?.filter(|_| !waits) {
        Some(doubt) => Err(doubt.failure()),
        None => Ok(due::answer(due, settled.as_ref(), today)),
    }
}
