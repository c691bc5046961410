//! Figures that look like a slip, and how they are taken out.

use license_core::{Day, limits};

use crate::instance::slip::Slip;
use crate::plural::counted;

/// Figures that are told one by one.
const TOLD: usize = 3;

/// A warning for each, with the command that takes it out; of many, how many more there are.
pub(crate) fn warnings(slips: &[Slip]) -> Vec<String> {
    let more = slips.len().saturating_sub(TOLD);
    let more = (more > 0).then(|| {
        format!("{} more with as many users: look at the whole file", counted(more, "day"))
    });
    slips.iter().take(TOLD).map(warning).chain(more).collect()
}

/// Warns of figures of days for which no report has room, so long ago are they.
pub(crate) fn too_old(days: &[Day]) -> Option<String> {
    let (first, last) = (days.first()?, days.last()?);
    let until = last.plus(1).unwrap_or(*last);
    Some(format!(
        "{} taken of more than {} ago, {first} to {last}: no report has room for them; if a date \
         is wrong, `airlock usage drop --from {first} --until {until} --reason TEXT` takes them \
         out; then read the right ones in",
        counted(days.len(), "figure"),
        counted(limits::SERIES_DAYS, "day")
    ))
}

fn warning(slip: &Slip) -> String {
    let Slip { day, users, seats, usual } = slip;
    let seats = seats.map(|seats| format!("the seats, {seats}"));
    let usual = usual.map(|usual| format!("every other figure, at most {usual}"));
    let than: Vec<String> = seats.into_iter().chain(usual).collect();
    let until = day.plus(1).unwrap_or(*day);
    format!(
        "{day} has {} now, over ten times {}: if that is a slip, take it out before the next \
         report, which says it to the vendor: `airlock usage drop --from {day} --until {until} \
         --reason TEXT`; then read the right figure in",
        counted(u64::from(users.get()), "user"),
        than.join(", and ")
    )
}
