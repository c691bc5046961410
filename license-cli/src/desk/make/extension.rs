//! The temporary license that lets a paid one go on.

use license_core::Day;
use license_core::document::Flag;

use super::base::Base;
use super::orders;
use crate::desk::days::months_from;
use crate::desk::order::{AddOns, Order, Previous, Seats};
use crate::desk::rules::{Lost, Rule};
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};

/// How long the temporary license is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// As long as the rule lets it be.
    Longest,
    Days(u32),
    Until(Day),
}

/// The order for a temporary license: the plan and the seats of the one before, unless others are
/// wanted; what the rules say is lost is not in it. It begins where that one ends, or today where
/// it has ended.
///
/// # Errors
/// `desk_extension` where it would end before it begins, or after the calendar.
pub(crate) fn prolonged(
    base: &Base,
    wanted: &Wanted,
    (rule, lasts): (&Rule, Lasts),
    (issued, today): (u64, Day),
) -> Result<Order, Failure> {
    let from = base.license.until.max(today);
    let until = match lasts {
        Lasts::Until(day) => Some(day),
        Lasts::Days(days) => from.plus(days),
        Lasts::Longest => longest(base, rule, from),
    };
    let until = until.filter(|until| from < *until).ok_or_else(|| ends_before(from))?;
    let wanted = Wanted { from: Some(from), until: Some(until), ..wanted.clone() };
    let order = orders::changed(base, &wanted, issued);
    let seats = wanted.seats.unwrap_or(Seats::of(base.license.seats));
    let keeps = base.license.true_up.is_some() || fewer(seats, base);
    let users = order.previous.users.filter(|_| keeps);
    let previous = Previous { users, ..order.previous };
    let add_ons =
        if rule.loses.contains(&Lost::AddOns) { AddOns::default() } else { order.add_ons };
    let mut flags = order.flags;
    if !flags.contains(&Flag::TemporaryExtension) {
        flags.push(Flag::TemporaryExtension);
    }
    Ok(Order { previous, add_ons, flags, ..order })
}

/// Whether the rule lets one that is made today last a day at least.
pub(crate) fn can_last(base: &Base, rule: &Rule, today: Day) -> bool {
    let from = base.license.until.max(today);
    longest(base, rule, from).is_some_and(|until| from < until)
}

/// The longest that the rule lets it be.
fn longest(base: &Base, rule: &Rule, from: Day) -> Option<Day> {
    let ends = [
        rule.days_after_end.map(|days| base.license.until.plus(days)),
        rule.days.map(|days| from.plus(days)),
        rule.months.map(|months| months_from(from, months)),
    ];
    ends.into_iter().flatten().flatten().min()
}

/// Whether fewer seats than before are asked for.
fn fewer(seats: Seats, base: &Base) -> bool {
    match (seats, base.license.seats) {
        (Seats::Number(seats), Some(before)) => seats < before,
        (Seats::Number(_), None) => true,
        (Seats::Unlimited, _) => false,
    }
}

fn ends_before(from: Day) -> Failure {
    let found = format!("it would begin on {from} and end no later");
    Failure::new(Problem::DeskExtension, found)
}
