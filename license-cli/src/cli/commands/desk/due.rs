//! `airlock desk due`

use clap::Args;

use super::options::AtDesk;
use crate::desk::due;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::due as view;

#[derive(Debug, Args)]
pub(crate) struct Due {
    /// How far to look ahead
    #[arg(long, default_value_t = 60)]
    days: u32,
    #[command(flatten)]
    desk: AtDesk,
}

/// Lists what waits for somebody.
pub(crate) fn due(options: &Due) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let items = due::due(&mut desk, options.days)?;
    Ok(view::answer(&items, desk.today, options.days))
}
