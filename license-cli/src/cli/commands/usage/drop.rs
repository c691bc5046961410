//! `airlock usage drop`

use std::collections::BTreeMap;

use clap::Args;
use license_core::Day;
use license_core::value::Count;

use crate::cli::confirm::confirm;
use crate::cli::options::{InstanceDir, day, name};
use crate::clock::When;
use crate::instance::reported::Reported;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::usage;

#[derive(Debug, Args)]
pub(crate) struct UsageDrop {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// The first day to take out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) from: Day,
    /// The first day after it that is kept
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub(crate) until: Day,
    /// Why: it is kept in the log
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Do not ask where more than 31 days go, or days that a report has told
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Takes days out that were read in error.
pub(crate) fn drop_days(options: &UsageDrop) -> Result<Answer, Failure> {
    let UsageDrop { from, until, .. } = *options;
    if from >= until {
        let message = format!("found --until {until}, expected a day after --from {from}");
        return Err(
            Failure::new(Problem::Options, message).hint("--until is the first day that is kept")
        );
    }
    let reason = name("--reason", &options.reason)?;
    let mut instance = options.instance.open()?;
    let held = instance.days()?;
    let days: Vec<Day> = held.range(from..until).map(|(day, _)| *day).collect();
    let reported = Reported::of(&instance.reports()?);
    let told: Vec<Day> = days.iter().copied().filter(|day| reported.has(*day)).collect();
    if let Some(what) = usage::dropping(&days, &told) {
        confirm(options.yes, &what, "Take them out?")?;
    }
    let dropped = instance.drop_days((from, until), reason.as_str(), When::of(None)?)?;
    if dropped.is_empty() {
        return Err(no_figure(from, until, &instance.days()?));
    }
    let beyond: Vec<_> = reported.beyond(&instance.days()?, dropped.keys().copied()).collect();
    Ok(usage::dropped(&dropped, reason.as_str()).warn(usage::still_reported(&beyond)))
}

/// That none of these days has a figure, and which days have.
fn no_figure(from: Day, until: Day, held: &BTreeMap<Day, Count>) -> Failure {
    let last = until.minus(1).unwrap_or(from);
    let held = match (held.keys().next(), held.keys().last()) {
        (Some(first), Some(last)) => format!("figures are held from {first} to {last}"),
        (None, _) | (_, None) => "none is held at all".to_owned(),
    };
    let message = format!("no figure is held between {from} and {last}; {held}");
    Failure::new(Problem::NoFigure, message)
}
