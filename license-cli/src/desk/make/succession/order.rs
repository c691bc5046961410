//! The order for the license of a subscription that takes the place of others.

use license_core::Day;
use license_core::document::{AddOn, Flag, LegacyAddOn, License, TrueUp};
use license_core::value::{Count, Identifier, InstanceId, Thumbprint};

use super::source::{Source, Succession};
use crate::desk::days;
use crate::desk::make::orders;
use crate::desk::order::{AddOns, Binding, Order, Previous, References, Renewed, Seats, Term};
use crate::desk::rules::Lost;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};

/// One of the new subscriptions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// Its id, where somebody gave one.
    pub(crate) id: Option<Identifier>,
    /// Its seats, where it is a part of what was sold.
    pub(crate) seats: Option<Count>,
    /// Whether it goes on on other instances than the old one.
    pub(crate) elsewhere: bool,
}

/// The order: seats and instances of all that it takes the place of, from the day on which they
/// end until the last of them would have ended.
///
/// # Errors
/// `options` for a number of seats, or a true-up, that cannot be said in one license.
pub(crate) fn in_place_of(
    succession: &Succession,
    part: &Part,
    wanted: &Wanted,
    issued: u64,
) -> Result<Order, Failure> {
    let sources = succession.sources.as_slice();
    let Some((first, _)) = sources.split_first() else {
        return Err(Failure::new(Problem::Options, "found no subscription"));
    };
    let order = orders::of(&first.base, issued);
    let previous = previous(succession, first)?;
    let term = term(sources, order.term, succession.on)?;
    let go_along = succession.along.has(Lost::AddOns);
    let add_ons = if go_along { add_ons(sources, term.from)? } else { AddOns::default() };
    let add_ons = add_ons.within(term);
    let bridges = [Flag::TemporaryExtension, Flag::GeneratedFromCancellation];
    let flags = order.flags.iter().copied().filter(|flag| !bridges.contains(flag)).collect();
    let order = Order {
        seats: match part.seats {
            Some(seats) => Seats::Number(seats),
            None => sum(sources)?,
        },
        term,
        references: References { subscription_id: part.id.clone(), ..References::default() },
        binding: if part.elsewhere { Binding::default() } else { binding(sources) },
        previous,
        add_ons,
        flags,
        ..order
    };
    Ok(orders::with(order, wanted))
}

/// From this day until the last of them would have ended; as long as the first where all have.
fn term(sources: &[Source], first: Term, from: Day) -> Result<Term, Failure> {
    let until = sources.iter().map(|source| source.base.license.until).max();
    match until.filter(|until| from < *until) {
        Some(until) => Ok(Term { from, until }),
        None => days::as_long(first, from).ok_or_else(|| {
            let found = "the term would end after the year 9999";
            Failure::new(Problem::Options, found).hint("give `--until`")
        }),
    }
}

/// The seats of all of them.
fn sum(sources: &[Source]) -> Result<Seats, Failure> {
    let mut sum = 0_u32;
    for source in sources {
        let Some(seats) = source.seats() else { return Ok(Seats::Unlimited) };
        sum = sum.saturating_add(seats.get());
    }
    Count::new(sum).map(Seats::Number).ok_or_else(|| too_many(sum))
}

fn too_many(sum: u32) -> Failure {
    let found = format!("found {sum} together, expected at most {}", Count::MAX.get());
    Failure::new(Problem::Options, found).hint("give `--seats N`")
}

/// The period before, as far as it goes along.
fn previous(succession: &Succession, first: &Source) -> Result<Previous, Failure> {
    let along = &succession.along;
    let sources = succession.sources.as_slice();
    let users = if along.has(Lost::PreviousUsers) { sum(sources)?.number() } else { None };
    let renews = Some(Renewed::from(&first.base.license));
    let takes_true_up = along.has(Lost::TrueUp);
    let reconciled = |source: &Source| source.base.license.has(Flag::ReconciliationCompleted);
    Ok(Previous {
        users,
        renews: renews.filter(|_| along.has(Lost::PreviousPeriod)),
        period: None,
        true_up: if takes_true_up { true_up(sources)? } else { None },
        reconciled: takes_true_up && sources.iter().any(reconciled),
    })
}

/// The true-up that one of them has.
fn true_up(sources: &[Source]) -> Result<Option<TrueUp>, Failure> {
    let mut paid = sources.iter().filter_map(|source| source.base.license.true_up.as_ref());
    match (paid.next(), paid.next()) {
        (_, Some(_)) => {
            let found = "more than one of the subscriptions has a true-up";
            Err(Failure::new(Problem::Options, found)
                .hint("`--leave true_up`, and give the sum with `--true-up`"))
        }
        (only, None) => Ok(only.cloned()),
    }
}

/// The instances of all of them; the first is billed.
fn binding(sources: &[Source]) -> Binding {
    let mut instances: Vec<InstanceId> = Vec::new();
    let mut keys: Vec<Thumbprint> = Vec::new();
    for source in sources {
        let license = &source.base.license;
        instances.extend(
            license
                .instances
                .iter()
                .filter(|it| !instances.contains(it))
                .copied()
                .collect::<Vec<_>>(),
        );
        let new: Vec<Thumbprint> =
            license.report_keys().filter(|key| !keys.contains(key)).collect();
        keys.extend(new);
    }
    // Where one of them runs anywhere, the new one does.
    if sources.iter().any(|source| source.base.license.instances.is_empty()) {
        instances.clear();
    }
    let mut keys = keys.into_iter();
    Binding { instances, report_key: keys.next(), further_report_keys: keys.collect() }
}

/// The add-ons of all of them from this day on; those of one product and the same days together.
fn add_ons(sources: &[Source], from: Day) -> Result<AddOns, Failure> {
    let mut all = AddOns::default();
    for source in sources {
        let license = &source.base.license;
        for add_on in license.add_ons.iter() {
            if let Some(rest) = rest_of(license, add_on, from) {
                add(&mut all.products, rest)?;
            }
        }
        for add_on in license.legacy_add_ons.iter() {
            add_legacy(&mut all.legacy, add_on)?;
        }
    }
    Ok(all)
}

/// What is left of an add-on from this day on; `None` where it has ended before its license did.
/// Where the license has ended with it, it goes on in the new one.
fn rest_of(license: &License, add_on: &AddOn, from: Day) -> Option<AddOn> {
    let (begins, ends) = license.days_of(add_on);
    let until = Some(ends).filter(|ends| from < *ends);
    let goes_on = until.is_some() || license.until <= ends;
    goes_on.then(|| AddOn { from: Some(begins).filter(|it| from < *it), until, ..add_on.clone() })
}

fn add(all: &mut Vec<AddOn>, next: AddOn) -> Result<(), Failure> {
    let is_like = |it: &&mut AddOn| {
        let of_days = (it.from, it.until) == (next.from, next.until);
        it.product == next.product && of_days && it.trial == next.trial
    };
    match all.iter_mut().find(is_like) {
        Some(like) => like.quantity = together(like.quantity, next.quantity)?,
        None => all.push(next),
    }
    Ok(())
}

fn add_legacy(all: &mut Vec<LegacyAddOn>, next: &LegacyAddOn) -> Result<(), Failure> {
    match all.iter_mut().find(|it| it.name == next.name) {
        Some(like) => like.quantity = together(like.quantity, next.quantity)?,
        None => all.push(next.clone()),
    }
    Ok(())
}

fn together(one: Count, other: Count) -> Result<Count, Failure> {
    let sum = one.get().saturating_add(other.get());
    Count::new(sum).ok_or_else(|| too_many(sum))
}
