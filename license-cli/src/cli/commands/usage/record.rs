//! `airlock usage record`

use std::collections::BTreeMap;

use clap::Args;
use license_core::Day;
use license_core::value::Count;

use crate::cli::options::{InstanceDir, Today, count, moment};
use crate::instance::behind::ClockDoubt;
use crate::instance::ledger::{Instance, Recorded};
use crate::instance::slip::Usual;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::{slip, usage};

#[derive(Debug, Args)]
pub(crate) struct UsageRecord {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// Billable users at that moment
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Figures")]
    pub(crate) users: Count,
    /// When they were counted: a day, or a time with its zone (without one it is UTC)
    /// [default: now]
    #[arg(long, value_name = "T", value_parser = moment, help_heading = "Figures")]
    pub(crate) at: Option<Day>,
    #[command(flatten)]
    pub(crate) today: Today,
}

/// Puts one count into the ledger. Of a day the largest stays.
pub(crate) fn record(options: &UsageRecord) -> Result<Answer, Failure> {
    let when = options.today.when()?;
    let day = options.at.unwrap_or(when.day);
    if day.since(when.day) > 1 {
        let message = format!("found --at {day}, which is still to come: today is {}", when.day);
        return Err(Failure::new(Problem::ExportFuture, message));
    }
    let mut instance = options.instance.open()?;
    if options.at.is_none() {
        check_clock(&instance, when.day)?;
    }
    let usual = Usual::of(&instance, when.day)?;
    let recorded = instance.record(day, options.users, when)?;
    let taken = match recorded {
        Recorded::Added | Recorded::Raised(_) => BTreeMap::from([(day, options.users)]),
        Recorded::Kept(_) => BTreeMap::new(),
    };
    let old = usual.too_old(&taken, when.day);
    let answer = usage::recorded(day, options.users, recorded);
    Ok(answer.warn(slip::warnings(&usual.slips(&taken))).warn(slip::too_old(&old)))
}

/// Refuses the clock's day where the ledger knows later ones: the figure would go to a day that is
/// long over, and that of the real one be lost.
fn check_clock(instance: &Instance, today: Day) -> Result<(), Failure> {
    let Some(doubt) = ClockDoubt::of(instance, today)? else { return Ok(()) };
    let hint = format!("{}, then this again; meanwhile `--at DAY` names the day", doubt.hint());
    Err(doubt.failure().hint(hint))
}
