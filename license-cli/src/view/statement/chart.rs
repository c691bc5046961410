//! The chart of a term of a statement.

use license_core::Day;

use crate::carry::sheet::chart::{Chart, Seats, count};
use crate::desk::statement::{Counted, TermBill};

/// The chart of a term; `None` without a figure.
pub(super) fn of(
    bill: &TermBill,
    counted: &Counted,
    (today, tolerated): (Day, Option<u32>),
) -> Option<Chart> {
    let term = &bill.term;
    let peak = bill.peak?;
    let days = count(term.from, term.until);
    let so_far = term.until.min(today.plus(1).unwrap_or(today));
    let users = (term.from.number()..so_far.number()).filter_map(Day::new);
    let mut users: Vec<_> = users.map(|day| counted.get(&day).copied()).collect();
    // Today may have no figure yet, and nothing is missing then.
    if users.last() == Some(&None) && so_far > today {
        users.pop();
    }
    let steps = term.steps.iter();
    let steps = steps.filter_map(|step| Some((count(term.from, step.since), step.seats?)));
    let steps: Vec<(u32, u32)> = steps.collect();
    let tolerated = tolerated.filter(|it| steps.last().is_some_and(|(_, seats)| seats < it));
    let seats = if steps.is_empty() { Seats::Unlimited } else { Seats::Steps(steps) };
    let firsts = bill.quarters.iter().map(|(from, _)| count(term.from, *from));
    let spans = (1..).zip(firsts).map(|(number, at)| (at, format!("Q{number}"))).collect();
    let of = "Users in subscription";
    Some(Chart { of, from: term.from, days, users, seats, spans, peak, tolerated })
}
