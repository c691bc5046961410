//! What changes at the instance, and where the order is not what the instance asked for.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::document::{License, Request};
use license_core::rule::{Condition, Fact, Op, Rule, Window};

use super::days::InstallDays;
use super::held::Held;
use super::periods::{periods, refusing};
use super::remark::{Change, Difference, Note};

/// What changes at the instance, and what is compared there.
pub(super) fn notes(license: &License, held: &Held<'_>, asked: InstallDays) -> Vec<Note> {
    let compared = |period: Window| {
        let days = Window { from: period.from.max(asked.from), to: period.to.min(asked.to) };
        let to_come = (days.from <= days.to).then_some(Note::DaysAhead(days));
        std::iter::once(Note::PeriodCompared(period)).chain(to_come)
    };
    let mut notes: Vec<Note> = periods(license).into_iter().flat_map(compared).collect();
    notes.extend(users_compared(license));
    if let Some((_, before)) = held.in_force {
        notes.extend(since(before, license, asked.from));
    }
    notes
}

/// With how many the users on the day of installation are compared. Nothing is said of a license
/// without seats.
fn users_compared(license: &License) -> Option<Note> {
    license.seats?;
    let found = refusing(license).find_map(|rule| {
        let most = bound(rule, Fact::UsersNow, Op::Over)?;
        Some((most, bound(rule, Fact::UsersMax, Op::AtMost)))
    });
    Some(match found {
        Some((most, peak_at_most)) => Note::UsersCompared { most, peak_at_most },
        None => Note::UsersNotCompared,
    })
}

fn bound(rule: &Rule, fact: Fact, op: Op) -> Option<i64> {
    let compares = |condition: &&Condition| condition.fact == fact && condition.op == op;
    rule.conditions.iter().find(compares).map(|condition| condition.bound)
}

/// What is otherwise than under the license before.
fn since(before: &License, after: &License, today: Day) -> Vec<Note> {
    let mut notes = Vec::new();
    let seats = Change { before: before.seats, after: after.seats };
    let lower = match (seats.before, seats.after) {
        (Some(before), Some(after)) => after < before,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    notes.extend(lower.then_some(Note::SeatsLower(seats)));
    let plan = Change { before: before.plan, after: after.plan };
    notes.extend((plan.before != plan.after).then_some(Note::PlanChanges(plan)));
    notes.extend(add_ons(before, after, today));
    notes.extend(gap(before, after));
    notes
}

/// The days between the two terms.
fn gap(before: &License, after: &License) -> Option<Note> {
    let to = after.from.minus(1)?;
    (before.until <= to).then_some(Note::Gap(Window { from: before.until, to }))
}

fn add_ons(before: &License, after: &License, today: Day) -> Vec<Note> {
    let (held, sold) = (sold_until(before, today), sold_until(after, after.from));
    let lost = held.iter().filter(|(product, _)| !sold.contains_key(*product));
    let lost =
        lost.map(|(product, seats)| Note::AddOnLost { product: product.clone(), seats: *seats });
    let others = sold.iter().filter_map(|(product, seats)| {
        let product = product.clone();
        match held.get(&product) {
            None => Some(Note::AddOnNew { product, seats: *seats }),
            Some(before) if before == seats => None,
            Some(before) => {
                let seats = Change { before: *before, after: *seats };
                Some(Note::AddOnChanges { product, seats })
            }
        }
    });
    lost.chain(others).collect()
}

/// The add-ons of a license that have not ended on this day, with their seats.
fn sold_until(license: &License, day: Day) -> BTreeMap<String, u64> {
    let products = license
        .add_ons
        .iter()
        .filter(|add_on| license.days_of(add_on).1 > day)
        .map(|add_on| (add_on.product.to_string(), u64::from(add_on.quantity.get())));
    let legacy = license
        .legacy_add_ons
        .iter()
        .map(|add_on| (add_on.name.to_string(), u64::from(add_on.quantity.get())));
    products.chain(legacy).fold(BTreeMap::new(), |mut all, (product, seats)| {
        *all.entry(product).or_default() += seats;
        all
    })
}

/// Where the order is not what the instance asked for.
pub(super) fn differences(license: &License, held: &Held<'_>) -> Vec<Difference> {
    let Some(request) = held.request else { return Vec::new() };
    let seats = Change { before: request.seats, after: license.seats };
    let plan = Change { before: request.plan, after: license.plan };
    let company = Change { before: request.company.clone(), after: license.company.clone() };
    [
        (seats.before != seats.after).then_some(Difference::Seats(seats)),
        (plan.before != plan.after).then_some(Difference::Plan(plan)),
        (company.before != company.after).then_some(Difference::Company(company)),
        instance(license, request),
        report_key(license, request),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn instance(license: &License, request: &Request) -> Option<Difference> {
    let asked = request.instance;
    let ordered: Vec<_> = license.instances.iter().copied().collect();
    let other = !ordered.is_empty() && !ordered.contains(&asked);
    other.then_some(Difference::Instance { asked, ordered })
}

fn report_key(license: &License, request: &Request) -> Option<Difference> {
    let (before, after) = (request.key.thumbprint(), license.report_key?);
    let other = before != after && !license.further_report_keys.contains(&before);
    other.then_some(Difference::ReportKey(Change { before, after }))
}
