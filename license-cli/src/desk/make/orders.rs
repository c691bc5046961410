//! The order for the license that follows another.

use license_core::Day;
use license_core::document::{AddOn, Flag, License};
use license_core::rule::{Fact, Window};

use super::base::Base;
use crate::desk::days;
use crate::desk::order::{
    AddOns, Binding, Licensee, Order, Previous, References, Renewed, Requests, Seats, Term,
};
use crate::desk::rules::{Along, Lost};
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};

/// The order for a license with other terms: what is not wanted otherwise stays.
pub(crate) fn changed(base: &Base, wanted: &Wanted, issued: u64) -> Order {
    with(of(base, issued), wanted)
}

/// The order for the next term. It begins where the last one that was sold ends, or when it is
/// said, and is as long as this term, which that one was sold for; its seats are the previous
/// users, and its add-ons move along. The period before is that of the license before, which may be
/// an extension of the one that was sold.
pub(crate) fn renewed(
    (base, sold, term): (&Base, &Base, Term),
    wanted: &Wanted,
    issued: u64,
) -> Result<Order, Failure> {
    let last = of(sold, issued);
    let from = wanted.from.unwrap_or(last.term.until);
    let term = days::as_long(term, from).ok_or_else(after_the_calendar)?;
    let previous = Previous {
        users: sold.license.seats,
        renews: Some(Renewed::from(&base.license)),
        ..Previous::default()
    };
    let add_ons = moved_to(last.add_ons, term);
    let bridges = [Flag::TemporaryExtension, Flag::GeneratedFromCancellation];
    let flags = last.flags.into_iter().filter(|flag| !bridges.contains(flag)).collect();
    Ok(with(Order { term, previous, add_ons, flags, ..last }, wanted))
}

/// The order with the keys of the instances that asked for it.
pub(crate) fn answering(order: Order, requests: Option<&Requests>) -> Order {
    let Some(requests) = requests else { return order };
    let further = requests.further.iter().map(|request| request.key.thumbprint()).collect();
    let report_key = Some(requests.billed.key.thumbprint());
    let binding = Binding { report_key, further_report_keys: further, ..order.binding };
    Order { binding, ..order }
}

/// The order of a renewal as a subscription of its own, with what goes along.
pub(crate) fn in_another(order: Order, base: &Base, wanted: &Wanted, along: &Along) -> Order {
    let kept = of(base, order.issued).previous;
    let takes_true_up = along.has(Lost::TrueUp);
    let before = Previous {
        users: order.previous.users.filter(|_| along.has(Lost::PreviousUsers)),
        renews: order.previous.renews.filter(|_| along.has(Lost::PreviousPeriod)),
        true_up: kept.true_up.filter(|_| takes_true_up),
        reconciled: kept.reconciled && takes_true_up,
        ..order.previous
    };
    let add_ons = if along.has(Lost::AddOns) { order.add_ons } else { wanted.add_ons.clone() };
    Order {
        references: wanted.references.clone(),
        previous: previous(before, wanted.previous.clone()),
        add_ons,
        ..order
    }
}

/// The order for a trial that goes on until another day.
pub(crate) fn extended(base: &Base, until: Day, issued: u64) -> Order {
    changed(base, &Wanted { until: Some(until), ..Wanted::default() }, issued)
}

/// The order for the paid license after a trial; it begins today unless something else is wanted.
pub(crate) fn converted(
    base: &Base,
    wanted: &Wanted,
    (issued, today): (u64, Day),
) -> Result<Order, Failure> {
    let trial = of(base, issued);
    let from = wanted.from.unwrap_or(today);
    let until = days::a_year_from(from).ok_or_else(after_the_calendar)?;
    let previous = Previous { users: None, true_up: None, reconciled: false, ..trial.previous };
    let products = trial.add_ons.products.into_iter().filter(|add_on| !add_on.trial).collect();
    let add_ons = AddOns { products, legacy: trial.add_ons.legacy };
    Ok(with(Order { term: Term { from, until }, previous, add_ons, ..trial }, wanted))
}

fn after_the_calendar() -> Failure {
    Failure::new(
        Problem::Options,
        "the term would end after the year 9999, expected an earlier end",
    )
    .hint("give `--until`")
}

/// The add-ons of the last term in the next one.
pub(super) fn moved_to(add_ons: AddOns, next: Term) -> AddOns {
    let products = add_ons.products.into_iter().filter_map(|it| moved(it, next));
    AddOns { products: products.collect(), legacy: add_ons.legacy }.within(next)
}

/// An add-on of the last term in the next one; `None` for one that has ended, or was tried.
fn moved(add_on: AddOn, next: Term) -> Option<AddOn> {
    let goes_on = add_on.until.is_none_or(|until| next.from < until);
    let from = add_on.from.filter(|from| next.from < *from);
    (goes_on && !add_on.trial).then_some(AddOn { from, ..add_on })
}

/// The order that a license answers. The period before is that of the license itself, where that
/// has begun: it is then the current one.
pub(super) fn of(base: &Base, issued: u64) -> Order {
    let license: &License = &base.license;
    let begun = Day::of_unix(issued).is_some_and(|today| license.from <= today);
    Order {
        issued,
        licensee: Licensee {
            company: license.company.clone(),
            name: license.name.clone(),
            email: license.email.clone(),
        },
        plan: license.plan,
        seats: Seats::of(license.seats),
        term: Term { from: license.from, until: license.until },
        references: References {
            subscription: license.subscription.clone(),
            subscription_id: license.subscription_id.clone(),
            restriction_id: license.restriction_id.clone(),
        },
        binding: Binding {
            instances: license.instances.to_vec(),
            report_key: license.report_key,
            further_report_keys: license.further_report_keys.to_vec(),
        },
        previous: Previous {
            users: license.previous_users,
            renews: begun.then(|| Renewed::from(&base.license)),
            period: if begun { None } else { compared(license) },
            true_up: license.true_up.clone(),
            reconciled: license.has(Flag::ReconciliationCompleted),
        },
        add_ons: AddOns {
            products: license.add_ons.to_vec(),
            legacy: license.legacy_add_ons.to_vec(),
        },
        flags: base.own_flags(),
    }
}

/// The period whose most users a license compares when it is installed.
fn compared(license: &License) -> Option<Window> {
    let conditions = license.rules.iter().flat_map(|rule| &rule.conditions);
    let mut windows = conditions.filter(|condition| condition.fact == Fact::UsersMax);
    windows.next().map(|condition| condition.window.unwrap_or_else(|| license.term()))
}

/// An order with what is wanted in the place of what was.
pub(super) fn with(order: Order, wanted: &Wanted) -> Order {
    let wanted = wanted.clone();
    let term = Term {
        from: wanted.from.unwrap_or(order.term.from),
        until: wanted.until.unwrap_or(order.term.until),
    };
    Order {
        licensee: Licensee {
            company: wanted.company.unwrap_or(order.licensee.company),
            name: wanted.name.unwrap_or(order.licensee.name),
            email: wanted.email.unwrap_or(order.licensee.email),
        },
        plan: wanted.plan.unwrap_or(order.plan),
        seats: wanted.seats.unwrap_or(order.seats),
        term,
        references: references(order.references, wanted.references),
        binding: Binding {
            instances: wanted.instances.unwrap_or(order.binding.instances),
            ..order.binding
        },
        previous: previous(order.previous, wanted.previous),
        add_ons: add_ons(order.add_ons, &wanted.add_ons).within(term),
        flags: flags(order.flags, &wanted.flags, &wanted.dropped_flags),
        ..order
    }
}

fn references(before: References, wanted: References) -> References {
    References {
        subscription: wanted.subscription.or(before.subscription),
        subscription_id: wanted.subscription_id.or(before.subscription_id),
        restriction_id: wanted.restriction_id.or(before.restriction_id),
    }
}

/// A period that is named takes the place of the license before.
fn previous(before: Previous, wanted: Previous) -> Previous {
    let named = wanted.period.is_some();
    Previous {
        users: wanted.users.or(before.users),
        renews: if named { None } else { wanted.renews.or(before.renews) },
        period: wanted.period.or(before.period),
        true_up: wanted.true_up.or(before.true_up),
        reconciled: wanted.reconciled || before.reconciled,
    }
}

/// What is wanted of a product takes the place of all of it; none of it ends it.
fn add_ons(before: AddOns, wanted: &AddOns) -> AddOns {
    let kept = before.products.into_iter();
    let kept = kept.filter(|it| !wanted.products.iter().any(|other| other.product == it.product));
    let legacy = before.legacy.into_iter();
    let legacy = legacy.filter(|it| !wanted.legacy.iter().any(|other| other.name == it.name));
    let some = |add_on: &AddOn| add_on.quantity.get() > 0;
    AddOns {
        products: kept.chain(wanted.products.iter().cloned()).filter(some).collect(),
        legacy: legacy
            .chain(wanted.legacy.iter().cloned())
            .filter(|add_on| add_on.quantity.get() > 0)
            .collect(),
    }
}

fn flags(before: Vec<Flag>, wanted: &[Flag], dropped: &[Flag]) -> Vec<Flag> {
    let mut flags = before;
    flags.extend(wanted);
    flags.retain(|flag| !dropped.contains(flag));
    let mut seen = Vec::new();
    flags.retain(|flag| {
        !seen.contains(flag) && {
            seen.push(*flag);
            true
        }
    });
    flags
}
