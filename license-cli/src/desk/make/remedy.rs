//! What would make an instance take a license that it will refuse, on the figures held.

use license_core::document::{Flag, License, Request, TrueUp};
use license_core::value::Count;

use super::draft::Draft;
use super::uninstalled::outcome;
use crate::desk::forecast::{Forecast, Outcome};
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Order, Previous, Seats};
use crate::problem::Failure;
use crate::registry::What;

/// What would make the instance take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Remedy {
    /// The fewest seats with which it installs.
    pub(crate) seats: Option<u32>,
    /// The seats owed of the term before: once they are paid, it installs.
    pub(crate) true_up: Option<u32>,
}

/// What would make the instance take a license; `None` where it takes it, or nothing would.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn remedy(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, given): (&License, Option<&Request>),
    forecast: Option<&Forecast>,
) -> Result<Option<Remedy>, Failure> {
    let Some(forecast) = forecast.filter(|it| it.outcome == Outcome::Refused) else {
        return Ok(None);
    };
    let mut takes = |order: Order| -> Result<bool, Failure> {
        let outcome = outcome(desk, draft, (license, given), order)?;
        Ok(outcome.is_some_and(|outcome| outcome != Outcome::Refused))
    };
    let seats = match (license.seats, most(forecast)) {
        (Some(refused), Some(most)) => {
            let with = |seats| Order { seats: Seats::of(Some(seats)), ..draft.order.clone() };
            fewest((refused, most), |seats| takes(with(seats)))?
        }
        _ => None,
    };
    let true_up = match paid(draft, forecast) {
        Some((owed, order)) if takes(order.clone())? => Some(owed),
        _ => None,
    };
    let found = Remedy { seats: seats.map(Count::get), true_up };
    Ok((seats.is_some() || true_up.is_some()).then_some(found))
}

/// The most users of all figures held.
fn most(forecast: &Forecast) -> Option<Count> {
    let now = forecast.users.map(|users| users.number);
    forecast.days.values().copied().chain(now).max()
}

/// The fewest seats between a number that is refused and one that has a seat for everybody, with
/// which it installs.
fn fewest(
    (refused, most): (Count, Count),
    mut takes: impl FnMut(Count) -> Result<bool, Failure>,
) -> Result<Option<Count>, Failure> {
    if most <= refused || !takes(most)? {
        return Ok(None);
    }
    let (mut low, mut high) = (refused.get(), most);
    while high.get() - low > 1 {
        let Some(middle) = Count::new(low + (high.get() - low) / 2) else { break };
        if takes(middle)? {
            high = middle;
        } else {
            low = middle.get();
        }
    }
    Ok(Some(high))
}

/// The order of a renewal with a true-up of what is owed of the term before.
fn paid(draft: &Draft, forecast: &Forecast) -> Option<(u32, Order)> {
    let base = draft.base.as_ref().filter(|_| draft.what == What::Renewed)?;
    if base.license.has(Flag::TemporaryExtension) || draft.order.previous.true_up.is_some() {
        return None;
    }
    let sold = draft.order.previous.users?.get();
    let term = base.license.from..base.license.until;
    let days = forecast.days.iter().filter(|(day, _)| term.contains(day));
    let owed = days.map(|(_, count)| count.get()).max()?.checked_sub(sold)?;
    let true_up = TrueUp {
        quantity: Some(Count::new(owed).filter(|_| owed > 0)?),
        from: Some(base.license.from),
        to: Some(base.license.last_day()),
        base: None,
        unknown: Default::default(),
    };
    let previous = Previous { true_up: Some(true_up), ..draft.order.previous.clone() };
    Some((owed, Order { previous, ..draft.order.clone() }))
}
